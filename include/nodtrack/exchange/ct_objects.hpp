#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"

namespace nodtrack::exchange {

/// One slice of a CT, and where its pixels lie.
struct CtSlice {
    std::filesystem::path file;
    std::string sop_class;
    std::string sop_uid;
    std::array<double, 3> first_pixel_mm{};  ///< centre of the first pixel, DICOM patient coordinates
    std::array<double, 3> column_step_mm{};  ///< from a pixel to the next of its row
    std::array<double, 3> row_step_mm{};     ///< from a row to the next
};

/// One CT series in a folder: what an object that refers to it has to repeat.
struct CtSeries {
    std::string patient_code;
    std::string birth_date;  ///< YYYYMMDD
    std::string study_uid;
    std::string series_uid;
    std::string frame_of_reference_uid;
    std::string scan_date;        ///< YYYYMMDD: Study Date, else Acquisition Date
    std::vector<CtSlice> slices;  ///< from the feet up
};

/// The CT series of a folder, found by headers; other files are passed over. Fails with `not_found` where the folder
/// has none.
Result<std::vector<CtSeries>> ct_series_in(const std::filesystem::path& folder);

/// The place of a slice in pixels, for a point in patient coordinates: column and row, the left upper corner of the
/// first pixel being 0, 0, and how far the point lies off the slice, in mm.
struct PlaceOnSlice {
    std::array<double, 2> at{};
    double off_mm = 0;
};
PlaceOnSlice place_on(const CtSlice& slice, const std::array<double, 3>& point_mm);
/// The other way.
std::array<double, 3> point_of(const CtSlice& slice, const std::array<double, 2>& at);

}  // namespace nodtrack::exchange
