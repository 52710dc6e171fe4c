#include <exception>
#include <mutex>
#include <new>

#include "image_file.hpp"

namespace nodtrack::imaging {
namespace {

tl::unexpected<Error> unexpected_failure(const std::exception& error)
{
    return failure(ErrorCode::internal, std::string("reading an image failed: ") + short_reason(error.what()));
}

tl::unexpected<Error> no_memory(const std::filesystem::path& file)
{
    return failure(ErrorCode::bad_input,
                   file.string() + ": takes more memory than there is; give a smaller image, or more memory");
}

Result<ImageSource> open_volume(const std::filesystem::path& file)
{
    try {
        const auto kind = file_kind(file);
        if (!kind) return tl::unexpected(kind.error());
        return open_volume_file(file, *kind);
    } catch (const std::bad_alloc&) {
        return no_memory(file);
    } catch (const std::exception& error) {
        return unexpected_failure(error);
    }
}

Result<std::vector<float>> read_volume(const std::filesystem::path& file, const Region& region)
{
    try {
        return read_volume_region(file, region);
    } catch (const std::bad_alloc&) {
        return no_memory(file);
    } catch (const std::exception& error) {
        return unexpected_failure(error);
    }
}

Result<std::vector<std::int16_t>> read_whole_volume(const std::filesystem::path& file)
{
    try {
        return read_volume_hu(file);
    } catch (const std::bad_alloc&) {
        return no_memory(file);
    } catch (const std::exception& error) {
        return unexpected_failure(error);
    }
}

Result<std::vector<char>> decompress(const std::filesystem::path& file)
{
    try {
        return decompressed_pixels(file);
    } catch (const std::bad_alloc&) {
        return no_memory(file);
    } catch (const std::exception& error) {
        return unexpected_failure(error);
    }
}

Result<MaskCrop> read_mask(const std::filesystem::path& file, const MaskChoice& choice)
{
    try {
        return read_mask_file(file, choice);
    } catch (const std::bad_alloc&) {
        return no_memory(file);
    } catch (const std::exception& error) {
        return unexpected_failure(error);
    }
}

}  // namespace
}  // namespace nodtrack::imaging

extern "C" __attribute__((visibility("default"))) const nodtrack::imaging::ItkPlugin* nodtrack_imaging_itk_plugin()
{
    using namespace nodtrack::imaging;
    static const ItkPlugin side{NODTRACK_VERSION, open_volume, read_volume, read_whole_volume, read_mask, decompress};
    static std::once_flag silenced;
    std::call_once(silenced, silence_image_libraries);
    return &side;
}
