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

}  // namespace

Result<void> save_masks(const Ct& ct, const std::vector<NoduleMask>& masks, const std::filesystem::path& file)
{
    constexpr std::size_t most_labels = 255;
    if (file.extension() != ".nrrd")
        return failure(ErrorCode::bad_input,
                       file.string() + ": masks are written as NRRD; give a name ending in .nrrd");
    if (masks.size() > most_labels)
        return failure(ErrorCode::bad_input,
                       file.string() + ": one mask file holds at most 255 nodules; measure fewer at once");
    const Grid& grid = ct.loaded().volume.grid;
    const std::string header = nrrd_header(grid);
    const std::vector<char> labels = labels_of(grid, masks);
    std::ofstream out(file, std::ios::binary);
    out << header;
    out.write(labels.data(), static_cast<std::streamsize>(labels.size()));
    if (!out.flush())
        return failure(ErrorCode::bad_input,
                       file.string() + ": cannot be written; give a folder that exists and may be written to");
    return {};
}

}  // namespace nodtrack::imaging
