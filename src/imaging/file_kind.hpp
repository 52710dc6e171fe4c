#pragma once

#include <filesystem>
#include <nodtrack/domain/result.hpp>

namespace nodtrack::imaging {

/// The kinds of files that are told apart by name and first bytes.
enum class FileKind { nrrd, meta_image, nifti, dicom, other };

/// The kind of a file. Fails with `bad_input` where it does not exist, is a folder, is empty or cannot be opened.
Result<FileKind> file_kind(const std::filesystem::path& file);

}  // namespace nodtrack::imaging
