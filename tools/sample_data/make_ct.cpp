// Writes the synthetic CT of sample_data/ct: a piece of right lung with chest wall, a rib, two vessels and one solid
// nodule, and the nodule's mask. Same program, same voxels. The committed files are the product; no command of the
// project needs this program.
//
//     g++ -std=c++20 -O2 tools/sample_data/make_ct.cpp -lz -o /tmp/make_ct && /tmp/make_ct sample_data/ct
//
// Everything is in DICOM patient coordinates, mm (LPS: x to the left, y to the back, z to the head).

#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <numbers>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

static_assert(std::endian::native == std::endian::little, "the NRRD headers below say little");

namespace {

struct Point {
    double x, y, z;
};

constexpr std::array<int, 3> size{64, 64, 48};
constexpr Point spacing{0.7, 0.7, 1.25};
constexpr Point origin{-106.26, -1.92, -201.70};

// SARC-042, N1, CT of 2026-11-10: an ellipsoid of 8.4 x 7.6 x 8.0 mm, 267.4 mm3.
constexpr Point nodule_center{-84.35, 21.60, -172.45};
constexpr Point nodule_radii{4.2, 3.8, 4.0};

constexpr double lung_hu = -860.0;
constexpr double nodule_hu = 30.0;
constexpr double vessel_hu = 45.0;
constexpr double muscle_hu = 55.0;
constexpr double fat_hu = -95.0;
constexpr double rib_hu = 420.0;
constexpr double noise_hu = 18.0;
constexpr int samples_per_axis = 6;  // partial volume: each voxel is the mean of 6 x 6 x 6 points

double squared(double value)
{
    return value * value;
}

bool in_nodule(Point p)
{
    return squared((p.x - nodule_center.x) / nodule_radii.x) + squared((p.y - nodule_center.y) / nodule_radii.y) +
               squared((p.z - nodule_center.z) / nodule_radii.z) <=
           1.0;
}

/// A vessel: a straight tube from `a` to `b`, tapering from radius `ra` to `rb`.
struct Vessel {
    Point a, b;
    double ra, rb;
};

// Both pass the nodule at a distance of some mm.
constexpr std::array<Vessel, 2> vessels{{
    {{-60.0, 8.0, -205.0}, {-94.0, 12.5, -140.0}, 2.1, 1.3},
    {{-60.0, 41.0, -190.0}, {-97.0, 30.0, -158.0}, 1.4, 0.8},
}};

bool in_vessel(Point p, const Vessel& v)
{
    const Point axis{v.b.x - v.a.x, v.b.y - v.a.y, v.b.z - v.a.z};
    const Point from_a{p.x - v.a.x, p.y - v.a.y, p.z - v.a.z};
    const double along = (from_a.x * axis.x + from_a.y * axis.y + from_a.z * axis.z) /
                         (squared(axis.x) + squared(axis.y) + squared(axis.z));
    const double t = std::clamp(along, 0.0, 1.0);
    const double distance2 =
        squared(from_a.x - t * axis.x) + squared(from_a.y - t * axis.y) + squared(from_a.z - t * axis.z);
    return distance2 <= squared(v.ra + t * (v.rb - v.ra));
}

// Distance from the long axis of the right hemithorax, taken as a cylinder.
double chest_radius(Point p)
{
    return std::sqrt(squared(p.x + 20.0) + squared(p.y - 30.0));
}

constexpr double pleura_radius = 78.5;
constexpr double muscle_radius = 87.5;

bool in_rib(Point p)
{
    // Ribs run downwards to the front (towards lower y).
    const double height = -176.0 + 0.45 * (p.y - 25.0);
    return squared((chest_radius(p) - 83.0) / 2.8) + squared((p.z - height) / 5.5) <= 1.0;
}

double tissue_hu(Point p)
{
    if (in_nodule(p)) return nodule_hu;
    const double radius = chest_radius(p);
    if (radius > muscle_radius) return fat_hu;
    if (radius > pleura_radius) return in_rib(p) ? rib_hu : muscle_hu;
    return std::ranges::any_of(vessels, [p](const Vessel& v) { return in_vessel(p, v); }) ? vessel_hu : lung_hu;
}

/// One voxel as the scanner would average it.
struct Voxel {
    double mean_hu;
    double nodule_fraction;
};

Voxel voxel_at(int i, int j, int k)
{
    Voxel sum{0.0, 0.0};
    const auto offset = [](int sample) { return (sample + 0.5) / samples_per_axis - 0.5; };
    for (int c = 0; c < samples_per_axis; ++c)
        for (int b = 0; b < samples_per_axis; ++b)
            for (int a = 0; a < samples_per_axis; ++a) {
                const Point p{origin.x + (i + offset(a)) * spacing.x, origin.y + (j + offset(b)) * spacing.y,
                              origin.z + (k + offset(c)) * spacing.z};
                sum.mean_hu += tissue_hu(p);
                sum.nodule_fraction += in_nodule(p) ? 1.0 : 0.0;
            }
    const double count = samples_per_axis * samples_per_axis * samples_per_axis;
    return {sum.mean_hu / count, sum.nodule_fraction / count};
}

/// Normal deviates, the same on every machine: twelve uniforms of Lehmer's generator, no libm.
class Noise {
  public:
    double next()
    {
        double sum = -6.0;
        for (int i = 0; i < 12; ++i) {
            state_ = state_ * 16807 % 2147483647;
            sum += static_cast<double>(state_) / 2147483647.0;
        }
        return sum;
    }

  private:
    std::uint64_t state_ = 42;
};

std::vector<std::uint8_t> gzipped(std::span<const std::uint8_t> bytes)
{
    z_stream stream{};
    constexpr int gzip_window = 15 + 16;
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_window, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("zlib cannot start");
    std::vector<std::uint8_t> packed(deflateBound(&stream, bytes.size()));
    stream.next_in = const_cast<Bytef*>(bytes.data());  // zlib's interface is not const-correct; it only reads
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = packed.data();
    stream.avail_out = static_cast<uInt>(packed.size());
    const int status = deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    if (status != Z_STREAM_END) throw std::runtime_error("zlib cannot pack");
    return packed;
}

void write_nrrd(const std::string& path, const std::string& type, const std::string& content,
                std::span<const std::uint8_t> bytes)
{
    std::ofstream file(path, std::ios::binary);
    file << "NRRD0004\n"
         << "# made by nodtrack tools/sample_data/make_ct.cpp; synthetic, no real person\n"
         << "content: " << content << "\n"
         << "type: " << type << "\n"
         << "dimension: 3\n"
         << "space: left-posterior-superior\n"
         << "sizes: " << size[0] << ' ' << size[1] << ' ' << size[2] << "\n"
         << "space directions: (" << spacing.x << ",0,0) (0," << spacing.y << ",0) (0,0," << spacing.z << ")\n"
         << "kinds: domain domain domain\n"
         << "endian: little\n"
         << "encoding: gzip\n"
         << "space origin: (" << origin.x << ',' << origin.y << ',' << origin.z << ")\n\n";
    const std::vector<std::uint8_t> packed = gzipped(bytes);
    file.write(reinterpret_cast<const char*>(packed.data()), static_cast<std::streamsize>(packed.size()));
    if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

}  // namespace

int main(int argc, char** argv)
try {
    if (argc != 2) {
        std::cerr << "usage: make_ct FOLDER\n";
        return 2;
    }
    const std::string folder = argv[1];
    std::vector<std::int16_t> image;
    std::vector<std::uint8_t> mask;
    Noise noise;
    for (int k = 0; k < size[2]; ++k)
        for (int j = 0; j < size[1]; ++j)
            for (int i = 0; i < size[0]; ++i) {
                const Voxel voxel = voxel_at(i, j, k);
                const double hu = voxel.mean_hu + noise_hu * noise.next();
                image.push_back(static_cast<std::int16_t>(std::max(-1024.0, std::floor(hu + 0.5))));
                mask.push_back(voxel.nodule_fraction >= 0.5 ? 1 : 0);
            }
    const auto image_bytes = std::span(reinterpret_cast<const std::uint8_t*>(image.data()), image.size() * 2);
    write_nrrd(folder + "/chest.nrrd", "short", "chest CT in HU (synthetic): SARC-042, CT-2026-11-10", image_bytes);
    write_nrrd(folder + "/nodule.nrrd", "uchar", "mask of nodule N1 (label 1), SARC-042, CT-2026-11-10", mask);

    const auto voxels = std::ranges::count(mask, 1);
    std::cout << "nodule: " << voxels << " voxels, " << static_cast<double>(voxels) * spacing.x * spacing.y * spacing.z
              << " mm3; true volume " << 4.0 / 3.0 * std::numbers::pi * nodule_radii.x * nodule_radii.y * nodule_radii.z
              << " mm3\n";
    return 0;
} catch (const std::exception& error) {
    std::cerr << "make_ct: " << error.what() << "\n";
    return 1;
}
