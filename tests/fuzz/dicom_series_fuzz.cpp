// Any bytes as the files of a DICOM series: they are read as one CT or refused with a reason, and the CT has the voxels
// it says. The input is several files, each with its length before it (three bytes, little endian); a file shorter than
// that is what is left.

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "dicom/series.hpp"

namespace {

namespace fs = std::filesystem;

/// A folder in memory, gone at the end.
struct OwnFolder {
    fs::path path;

    OwnFolder()
    {
        std::error_code problem;
        const fs::path memory = "/dev/shm";
        const fs::path base = fs::is_directory(memory, problem) ? memory : fs::temp_directory_path();
        path = base / ("nodtrack_fuzz_" + std::to_string(::getpid()));
        fs::create_directories(path);
    }
    ~OwnFolder()
    {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    OwnFolder(const OwnFolder&) = delete;
    OwnFolder& operator=(const OwnFolder&) = delete;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace nodtrack;
    using namespace nodtrack::imaging;
    constexpr std::size_t most_files = 5;
    static const OwnFolder own;
    const fs::path& folder = own.path;
    std::vector<fs::path> files;
    std::size_t at = 0;
    while (at + 3 <= size && files.size() < most_files) {
        std::size_t length = data[at] | std::size_t{data[at + 1]} << 8U | std::size_t{data[at + 2]} << 16U;
        at += 3;
        length = std::min(length, size - at);
        files.push_back(folder / ("IM" + std::to_string(files.size()) + ".dcm"));
        std::ofstream(files.back(), std::ios::binary)
            .write(reinterpret_cast<const char*>(data + at), static_cast<std::streamsize>(length));
        at += length;
    }
    if (files.empty()) return 0;
    const auto source = open_series({folder}, {});
    const auto expect_told = [](const Error& error) {
        // Compressed pixels need a library that this build may not have.
        const bool is_expected = error.code == ErrorCode::bad_input || error.code == ErrorCode::internal;
        if (!is_expected || error.message.empty()) std::abort();
    };
    if (!source) {
        expect_told(source.error());
    } else if (check_grid(source->grid, source->name)) {
        // No more is set up than the bytes of the files may hold.
        if (voxel_count(source->grid.size) > (std::size_t{1} << 28U) + 200 * size) std::abort();
        const auto hu = read_whole(*source, {});
        if (!hu) expect_told(hu.error());
        if (hu && hu->size() != voxel_count(source->grid.size)) std::abort();
    }
    for (const fs::path& file : files)
        fs::remove(file);
    return 0;
}
