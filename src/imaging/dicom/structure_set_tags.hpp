#pragma once

#include "data_set.hpp"

namespace nodtrack::imaging::rt {

// Structure Set and ROI Contour modules (PS3.3 C.8.8.5, C.8.8.6).
inline constexpr DicomTag structure_set_rois = 0x30060020;
inline constexpr DicomTag roi_number = 0x30060022;
inline constexpr DicomTag referenced_frame_of_reference_uid = 0x30060024;
inline constexpr DicomTag roi_name = 0x30060026;
inline constexpr DicomTag roi_contours = 0x30060039;
inline constexpr DicomTag contours = 0x30060040;
inline constexpr DicomTag contour_images = 0x30060016;
inline constexpr DicomTag contour_geometric_type = 0x30060042;
inline constexpr DicomTag number_of_contour_points = 0x30060046;
inline constexpr DicomTag contour_data = 0x30060050;
inline constexpr DicomTag referenced_roi_number = 0x30060084;

}  // namespace nodtrack::imaging::rt
