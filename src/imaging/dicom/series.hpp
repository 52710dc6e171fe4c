#pragma once

#include "../image_source.hpp"

namespace nodtrack::imaging {

/// Where the voxels of one DICOM series among files and folders lie. Where there are several, `choice` names one;
/// named or not, nothing is chosen in silence. Fails with `bad_input`.
Result<ImageSource> open_series(const std::vector<std::filesystem::path>& paths, const SeriesChoice& choice);

}  // namespace nodtrack::imaging
