#include <exception>
#include <mutex>

#include "image_file.hpp"

namespace nodtrack::imaging {
namespace {

tl::unexpected<Error> unexpected_failure(const std::exception& error)
{
    return failure(ErrorCode::internal, std::string("reading an image failed: ") + plain_reason(error.what()));
}

Result<ImageSource> open_image(const std::vector<std::filesystem::path>& paths, const Progress& progress)
{
    try {
        if (progress) progress("reading image headers", 0);
        if (paths.empty()) return failure(ErrorCode::usage, "no image was named");
        std::error_code error;
        if (paths.size() == 1 && !std::filesystem::is_directory(paths[0], error)) {
            const auto kind = file_kind(paths[0]);
            if (!kind) return tl::unexpected(kind.error());
            if (*kind != FileKind::dicom) return open_volume_file(paths[0], *kind);
        }
        return open_series(paths);
    } catch (const std::exception& error) {
        return unexpected_failure(error);
    }
}

Result<std::vector<float>> read_region(const ImageSource& source, const Region& region, const Progress& progress)
{
    try {
        return source.slices.empty() ? read_volume_region(source.file, region)
                                     : read_series_region(source, region, progress);
    } catch (const std::exception& error) {
        return unexpected_failure(error);
    }
}

Result<MaskCrop> read_mask(const std::filesystem::path& file, std::int32_t label)
{
    try {
        return read_mask_file(file, label);
    } catch (const std::exception& error) {
        return unexpected_failure(error);
    }
}

}  // namespace
}  // namespace nodtrack::imaging

extern "C" __attribute__((visibility("default"))) const nodtrack::imaging::ImageSide* nodtrack_imaging_image_side()
{
    using namespace nodtrack::imaging;
    static const ImageSide side{NODTRACK_VERSION, open_image, read_region, read_mask};
    static std::once_flag silenced;
    std::call_once(silenced, silence_image_libraries);
    return &side;
}
