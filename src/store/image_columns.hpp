#pragma once

#include "nodtrack/store/images.hpp"
#include "recording.hpp"
#include "statements.hpp"

namespace nodtrack::store {

/// The columns of a nodule's image in their order in the table.
inline constexpr std::string_view image_columns =
    "patient_id, scan_id, observation_id, version, delivery_no, image, folder, series_uid, center_x_mm_thousandths, "
    "center_y_mm_thousandths, center_z_mm_thousandths, mask, voxels_sha256";
inline constexpr int image_column_count = 13;

void write_image(RecordedTable& table, const NoduleImage& image, DeliveryNumber delivery_no);

/// The image of a row that selects `image_columns`.
NoduleImage image_of(const BulkStatement& row);

}  // namespace nodtrack::store
