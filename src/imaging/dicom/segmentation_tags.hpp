#pragma once

#include "data_set.hpp"

namespace nodtrack::imaging::seg {

// Segmentation IOD (PS3.3 A.51, C.8.20) and its functional groups (C.7.6.16).
inline constexpr DicomTag rows = 0x00280010;
inline constexpr DicomTag columns = 0x00280011;
inline constexpr DicomTag bits_allocated = 0x00280100;
inline constexpr DicomTag number_of_frames = 0x00280008;
inline constexpr DicomTag segmentation_type = 0x00620001;
inline constexpr DicomTag segments = 0x00620002;
inline constexpr DicomTag segment_number = 0x00620004;
inline constexpr DicomTag segment_label = 0x00620005;
inline constexpr DicomTag segment_identification = 0x0062000a;
inline constexpr DicomTag referenced_segment_number = 0x0062000b;
inline constexpr DicomTag maximum_fractional_value = 0x0062000e;
inline constexpr DicomTag segmentation_fractional_type = 0x00620010;
inline constexpr DicomTag tracking_id = 0x00620020;
inline constexpr DicomTag tracking_uid = 0x00620021;
inline constexpr DicomTag plane_position = 0x00209113;
inline constexpr DicomTag image_position = 0x00200032;
inline constexpr DicomTag plane_orientation = 0x00209116;
inline constexpr DicomTag image_orientation = 0x00200037;
inline constexpr DicomTag pixel_measures = 0x00289110;
inline constexpr DicomTag pixel_spacing = 0x00280030;
inline constexpr DicomTag slice_thickness = 0x00180050;
inline constexpr DicomTag spacing_between_slices = 0x00180088;

}  // namespace nodtrack::imaging::seg
