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

/// A DICOM file without its first 132 bytes, or without its File Meta Information: see `dicom_start`.
bool starts_as_data_set(std::string_view bytes)
{
    if (bytes.size() < 8) return false;
    if (bytes.starts_with(std::string_view("\2\0\0\0UL", 6))) return true;
    const bool is_explicit = bytes[4] >= 'A' && bytes[4] <= 'Z' && bytes[5] >= 'A' && bytes[5] <= 'Z';
    return bytes[0] == 8 && bytes[1] == 0 && bytes[3] == 0 && (is_explicit || (bytes[6] == 0 && bytes[7] == 0));
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

    // A named pipe or a device would be waited for, or never end.
    if (!std::filesystem::is_regular_file(status))
        return failure(ErrorCode::bad_input, name + ": is no regular file; save the image as a file and give that");

    std::ifstream stream(file, std::ios::binary);
    std::array<char, dicom_preamble + 4> start{};
    stream.read(start.data(), static_cast<std::streamsize>(start.size()));
    const auto length = static_cast<std::size_t>(std::max<std::streamsize>(stream.gcount(), 0));
    if (length == 0)
        return failure(ErrorCode::bad_input, name + ": is empty or cannot be read; give a readable image file");

    const std::string_view bytes(start.data(), length);
    if (bytes.starts_with("NRRD")) return FileKind::nrrd;
    if (bytes.size() > dicom_preamble && bytes.substr(dicom_preamble) == "DICM") return FileKind::dicom;
    if (starts_as_data_set(bytes)) return FileKind::dicom;
    if (ends_with_any(name, {".mha", ".mhd"})) return FileKind::meta_image;
    if (ends_with_any(name, {".nii", ".nii.gz"})) return FileKind::nifti;
    return FileKind::other;
}

}  // namespace nodtrack::imaging
