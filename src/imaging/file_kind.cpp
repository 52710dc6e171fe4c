#include "file_kind.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <system_error>

namespace nodtrack::imaging {
namespace {

constexpr std::size_t dicom_preamble = 128;

bool ends_with_any(const std::string& name, std::initializer_list<std::string_view> endings)
{
    return std::any_of(endings.begin(), endings.end(),
                       [&](std::string_view ending) { return std::string_view(name).ends_with(ending); });
}

}  // namespace

Result<FileKind> file_kind(const std::filesystem::path& file)
{
    const std::string name = file.string();
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (!std::filesystem::exists(status))
        return failure(ErrorCode::bad_input, name + ": no such file; give the path of an existing one");
    if (std::filesystem::is_directory(status))
        return failure(ErrorCode::bad_input, name + ": is a folder; give one NRRD, MetaImage or NIfTI file");

    std::ifstream stream(file, std::ios::binary);
    std::array<char, dicom_preamble + 4> start{};
    stream.read(start.data(), static_cast<std::streamsize>(start.size()));
    const auto length = static_cast<std::size_t>(std::max<std::streamsize>(stream.gcount(), 0));
    if (length == 0)
        return failure(ErrorCode::bad_input, name + ": is empty or cannot be read; give a readable image file");

    const std::string_view bytes(start.data(), length);
    if (bytes.starts_with("NRRD")) return FileKind::nrrd;
    if (bytes.size() > dicom_preamble && bytes.substr(dicom_preamble) == "DICM") return FileKind::dicom;
    if (ends_with_any(name, {".mha", ".mhd"})) return FileKind::meta_image;
    if (ends_with_any(name, {".nii", ".nii.gz"})) return FileKind::nifti;
    return FileKind::other;
}

}  // namespace nodtrack::imaging
