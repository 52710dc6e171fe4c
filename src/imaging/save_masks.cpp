#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <nodtrack/imaging/ct.hpp>

#include "loaded_ct.hpp"
#include "text.hpp"

namespace nodtrack::imaging {
namespace {

/// One byte a voxel; labels from 1 on.
std::vector<char> labels_of(const Grid& grid, const std::vector<NoduleMask>& masks)
{
    std::vector<char> labels(voxel_count(grid.size), 0);
    for (std::size_t m = 0; m < masks.size(); ++m) {
        const NoduleMask& mask = masks[m];
        std::size_t at = 0;
        for (std::int64_t k = 0; k < mask.size[2]; ++k) {
            for (std::int64_t j = 0; j < mask.size[1]; ++j) {
                for (std::int64_t i = 0; i < mask.size[0]; ++i) {
                    if (mask.inside[at++] == 0) continue;
                    const auto offset =
                        mask.first[0] + i + grid.size[0] * (mask.first[1] + j + grid.size[1] * (mask.first[2] + k));
                    labels[static_cast<std::size_t>(offset)] = static_cast<char>(m + 1);
                }
            }
        }
    }
    return labels;
}

std::string number(double value)
{
    std::array<char, 40> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), end};
}

std::string three(const Vector3& values)
{
    return "(" + number(values[0]) + "," + number(values[1]) + "," + number(values[2]) + ")";
}

std::string nrrd_header(const Grid& grid)
{
    std::string axes;
    for (std::size_t a = 0; a < 3; ++a) {
        Vector3 step = grid.direction[a];
        for (double& component : step)
            component *= grid.spacing_mm[a];
        axes += " " + three(step);
    }
    return "NRRD0004\ntype: uint8\ndimension: 3\nspace: left-posterior-superior\nsizes: " +
           std::to_string(grid.size[0]) + " " + std::to_string(grid.size[1]) + " " + std::to_string(grid.size[2]) +
           "\nspace directions:" + axes +
           "\nkinds: domain domain domain\nencoding: raw\nspace origin: " + three(grid.origin_mm) + "\n\n";
}

/// The header of a NIfTI-1 file (nifti1.h) and the four bytes behind it. Its axes point right, front and head to left,
/// back and head as we do: the first two change sign.
std::string nifti_header(const Grid& grid)
{
    std::string header(352, '\0');
    const auto put = [&]<class Number>(std::size_t place, Number value) {
        std::memcpy(header.data() + place, &value, sizeof value);
    };
    put(0, std::int32_t{348});
    put(40, std::int16_t{3});
    for (std::size_t i = 0; i < 7; ++i)
        put(42 + 2 * i, i < 3 ? static_cast<std::int16_t>(grid.size[i]) : std::int16_t{1});
    put(70, std::int16_t{2});  // unsigned bytes
    put(72, std::int16_t{8});
    put(76, 1.0F);
    for (std::size_t i = 0; i < 3; ++i)
        put(80 + 4 * i, static_cast<float>(grid.spacing_mm[i]));
    put(108, 352.0F);
    put(112, 1.0F);
    header[123] = 2;            // mm
    put(254, std::int16_t{1});  // place by the matrix, in the scanner's coordinates
    for (std::size_t row = 0; row < 3; ++row) {
        const double sign = row < 2 ? -1 : 1;
        for (std::size_t a = 0; a < 3; ++a)
            put(280 + 16 * row + 4 * a, static_cast<float>(sign * grid.direction[a][row] * grid.spacing_mm[a]));
        put(280 + 16 * row + 12, static_cast<float>(sign * grid.origin_mm[row]));
    }
    header.replace(344, 3, "n+1");
    return header;
}

bool write_plain(const std::filesystem::path& file, const std::string& header, const std::vector<char>& labels)
{
    std::ofstream out(file, std::ios::binary);
    out << header;
    out.write(labels.data(), static_cast<std::streamsize>(labels.size()));
    return static_cast<bool>(out.flush());
}

bool write_gzipped(const std::filesystem::path& file, const std::string& header, const std::vector<char>& labels)
{
    gzFile out = gzopen(file.c_str(), "wb6");
    if (out == nullptr) return false;
    bool good = gzwrite(out, header.data(), static_cast<unsigned>(header.size())) > 0;
    constexpr std::size_t piece = std::size_t{1} << 24U;
    for (std::size_t at = 0; good && at < labels.size(); at += piece)
        good = gzwrite(out, labels.data() + at, static_cast<unsigned>(std::min(piece, labels.size() - at))) > 0;
    return gzclose(out) == Z_OK && good;
}

}  // namespace

Result<void> save_masks(const Ct& ct, const std::vector<NoduleMask>& masks, const std::filesystem::path& file)
{
    constexpr std::size_t most_labels = 255;
    constexpr std::int64_t longest_nifti_edge = 32767;
    const std::string name = file.filename().string();
    const bool nrrd = name.ends_with(".nrrd");
    const bool gzipped = name.ends_with(".nii.gz");
    if (!nrrd && !gzipped && !name.ends_with(".nii"))
        return failure(ErrorCode::bad_input,
                       file.string() +
                           ": masks are written as NRRD or NIfTI; give a name ending in .nrrd, .nii or "
                           ".nii.gz");
    if (masks.size() > most_labels)
        return failure(ErrorCode::bad_input,
                       file.string() + ": one mask file holds at most 255 nodules; measure fewer at once");
    const Grid& grid = ct.loaded().volume.grid;
    for (const std::int64_t edge : grid.size) {
        if (!nrrd && edge > longest_nifti_edge)
            return failure(ErrorCode::bad_input, file.string() + ": the image is too long for NIfTI; write NRRD");
    }
    const std::string header = nrrd ? nrrd_header(grid) : nifti_header(grid);
    const std::vector<char> labels = labels_of(grid, masks);
    if (!(gzipped ? write_gzipped(file, header, labels) : write_plain(file, header, labels)))
        return failure(ErrorCode::bad_input,
                       file.string() + ": cannot be written; give a folder that exists and may be written to");
    return {};
}

}  // namespace nodtrack::imaging
