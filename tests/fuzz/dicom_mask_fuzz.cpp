// Any bytes as a segmentation or a structure set: its voxels lie in its grid, or it is refused with a reason.

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "dicom/dicom_mask.hpp"

namespace {

namespace fs = std::filesystem;

/// A file in memory, gone at the end.
struct OwnFile {
    fs::path path;

    OwnFile()
    {
        std::error_code problem;
        const fs::path memory = "/dev/shm";
        const fs::path base = fs::is_directory(memory, problem) ? memory : fs::temp_directory_path();
        path = base / ("nodtrack_fuzz_mask_" + std::to_string(::getpid()) + ".dcm");
    }
    ~OwnFile()
    {
        std::error_code ignored;
        fs::remove(path, ignored);
    }
    OwnFile(const OwnFile&) = delete;
    OwnFile& operator=(const OwnFile&) = delete;
};

/// An image that a structure set may have been drawn on: a NRRD or NIfTI file says no more of itself.
nodtrack::imaging::ImageSource image()
{
    nodtrack::imaging::ImageSource source;
    source.name = "image";
    source.grid = {{24, 16, 6}, {0.7, 0.7, 2.5}, {-10, -20, 0}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
    return source;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace nodtrack;
    using namespace nodtrack::imaging;
    static const OwnFile own;
    static const ImageSource drawn_on = image();
    std::ofstream(own.path, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    MaskChoice first;
    first.label = 1;
    for (const MaskChoice& choice : {MaskChoice{}, first}) {
        const auto mask = read_dicom_mask(own.path, choice, &drawn_on);
        if (!mask) {
            if (mask.error().code != ErrorCode::bad_input || mask.error().message.empty()) std::abort();
            continue;
        }
        if (!check_grid(mask->grid, "mask")) std::abort();
        if (mask->inside.empty()) continue;
        if (mask->inside.size() != voxel_count(mask->region.size)) std::abort();
        for (std::size_t i = 0; i < 3; ++i) {
            if (mask->region.first[i] < 0 || mask->region.first[i] + mask->region.size[i] > mask->grid.size[i])
                std::abort();
        }
    }
    return 0;
}
