#pragma once

#include "../image_source.hpp"

namespace nodtrack::imaging {

/// Where the voxels of one DICOM series among files and folders lie. Where there are several, `series` names one by its
/// UID or the end of it; named or not, no series is chosen in silence. Fails with `bad_input`.
Result<ImageSource> open_series(const std::vector<std::filesystem::path>& paths, const std::string& series);

}  // namespace nodtrack::imaging
