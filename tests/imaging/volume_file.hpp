#pragma once

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

// Small images made by the tests themselves, written byte by byte so that no library under test has a part in it.

namespace nodtrack::imaging::test {

namespace fs = std::filesystem;
using Vector3 = std::array<double, 3>;

/// A folder that is gone after the test.
class TemporaryFolder {
  public:
    TemporaryFolder()
    {
        std::string pattern = (fs::temp_directory_path() / "nodtrack_imaging_XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~TemporaryFolder() { fs::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    fs::path operator/(const std::string& name) const { return path_ / name; }
    const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

/// A grid of voxels with 16-bit values, first axis fastest.
struct TestVolume {
    std::array<int, 3> size{};
    Vector3 spacing{1, 1, 1};
    Vector3 origin{0, 0, 0};
    std::array<Vector3, 3> direction{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
    std::vector<std::int16_t> values;

    TestVolume(std::array<int, 3> voxels, Vector3 voxel_mm) : size(voxels), spacing(voxel_mm)
    {
        values.resize(static_cast<std::size_t>(size[0] * size[1] * size[2]), 0);
    }

    std::int16_t& at(int x, int y, int z) { return values[static_cast<std::size_t>(x + size[0] * (y + size[1] * z))]; }

    /// Position of a voxel's centre, LPS mm.
    Vector3 position(int x, int y, int z) const
    {
        Vector3 p = origin;
        const Vector3 index{double(x), double(y), double(z)};
        for (std::size_t a = 0; a < 3; ++a) {
            for (std::size_t i = 0; i < 3; ++i)
                p[i] += index[a] * spacing[a] * direction[a][i];
        }
        return p;
    }

    /// Sets each voxel to the value for the position of its centre.
    TestVolume& fill(const std::function<int(const Vector3&)>& value)
    {
        for (int z = 0; z < size[2]; ++z) {
            for (int y = 0; y < size[1]; ++y) {
                for (int x = 0; x < size[0]; ++x)
                    at(x, y, z) = static_cast<std::int16_t>(value(position(x, y, z)));
            }
        }
        return *this;
    }

    /// Moves the grid so that its middle is at the origin of space.
    TestVolume& centred()
    {
        origin = {0, 0, 0};
        const Vector3 first = position(0, 0, 0);
        const Vector3 last = position(size[0] - 1, size[1] - 1, size[2] - 1);
        for (std::size_t i = 0; i < 3; ++i)
            origin[i] = -(first[i] + last[i]) / 2;
        return *this;
    }
};

inline std::string three(const Vector3& v, const std::string& between)
{
    std::ostringstream text;
    text.precision(17);
    text << v[0] << between << v[1] << between << v[2];
    return text.str();
}

inline Vector3 scaled(const Vector3& v, double by)
{
    return {v[0] * by, v[1] * by, v[2] * by};
}

inline void write_values(std::ostream& out, const TestVolume& volume)
{
    out.write(reinterpret_cast<const char*>(volume.values.data()),
              static_cast<std::streamsize>(volume.values.size() * sizeof(std::int16_t)));
}

inline fs::path write_nrrd(const fs::path& file, const TestVolume& volume)
{
    std::ofstream out(file, std::ios::binary);
    out << "NRRD0004\ntype: short\ndimension: 3\nspace: left-posterior-superior\nsizes: " << volume.size[0] << ' '
        << volume.size[1] << ' ' << volume.size[2] << "\nspace directions:";
    for (std::size_t a = 0; a < 3; ++a)
        out << " (" << three(scaled(volume.direction[a], volume.spacing[a]), ",") << ")";
    out << "\nkinds: domain domain domain\nendian: little\nencoding: raw\nspace origin: (" << three(volume.origin, ",")
        << ")\n\n";
    write_values(out, volume);
    return file;
}

inline std::string meta_header_of(const TestVolume& volume)
{
    std::ostringstream out;
    out << "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\n"
        << "CompressedData = False\nTransformMatrix = " << three(volume.direction[0], " ") << ' '
        << three(volume.direction[1], " ") << ' ' << three(volume.direction[2], " ")
        << "\nOffset = " << three(volume.origin, " ") << "\nElementSpacing = " << three(volume.spacing, " ")
        << "\nDimSize = " << volume.size[0] << ' ' << volume.size[1] << ' ' << volume.size[2]
        << "\nElementType = MET_SHORT\nElementDataFile = LOCAL\n";
    return out.str();
}

inline fs::path write_mha(const fs::path& file, const TestVolume& volume)
{
    std::ofstream out(file, std::ios::binary);
    out << meta_header_of(volume);
    write_values(out, volume);
    return file;
}

/// NIfTI-1 stores directions in RAS; its header is 348 bytes and an empty extension.
inline fs::path write_nifti(const fs::path& file, const TestVolume& volume)
{
    std::vector<char> header(352, 0);
    const auto put = [&](std::size_t place, auto value) {
        std::copy_n(reinterpret_cast<const char*>(&value), sizeof(value),
                    header.begin() + static_cast<std::ptrdiff_t>(place));
    };
    put(0, std::int32_t{348});
    put(40, std::int16_t{3});
    for (std::size_t i = 0; i < 3; ++i)
        put(42 + 2 * i, static_cast<std::int16_t>(volume.size[i]));
    put(70, std::int16_t{4});
    put(72, std::int16_t{16});
    put(76, 1.0F);
    for (std::size_t i = 0; i < 3; ++i)
        put(80 + 4 * i, static_cast<float>(volume.spacing[i]));
    put(108, 352.0F);
    put(112, 1.0F);
    header[123] = 2;  // mm
    put(254, std::int16_t{1});
    for (std::size_t row = 0; row < 3; ++row) {
        const double sign = row < 2 ? -1 : 1;
        for (std::size_t a = 0; a < 3; ++a)
            put(280 + 16 * row + 4 * a, static_cast<float>(sign * volume.direction[a][row] * volume.spacing[a]));
        put(280 + 16 * row + 12, static_cast<float>(sign * volume.origin[row]));
    }
    const std::string magic = "n+1";
    std::copy(magic.begin(), magic.end(), header.begin() + 344);
    std::ofstream out(file, std::ios::binary);
    out.write(header.data(), static_cast<std::streamsize>(header.size()));
    write_values(out, volume);
    return file;
}

inline double length(const Vector3& v)
{
    return std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

inline Vector3 minus(const Vector3& a, const Vector3& b)
{
    return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}

}  // namespace nodtrack::imaging::test
