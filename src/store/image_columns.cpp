#include "image_columns.hpp"

#include <fmt/format.h>

#include "text_lines.hpp"

namespace nodtrack::store {

void write_image(RecordedTable& table, const NoduleImage& image, DeliveryNumber delivery_no)
{
    const std::string paths = joined_lines(image.paths);
    const ObservationKey& key = image.observation;
    table.text(key.patient_id).text(key.scan_id).text(key.observation_id).integer(image.version).integer(delivery_no);
    table.text(paths).text(image.folder).text_or_null(image.series_uid);
    for (const std::int64_t coordinate : image.center_um)
        table.integer(coordinate);
    table.text(image.mask).text(image.voxels_sha256).end_row();
}

NoduleImage image_of(const BulkStatement& row)
{
    NoduleImage image;
    image.observation = {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))};
    image.version = static_cast<Version>(row.integer(3));
    image.delivery_no = row.integer(4);
    image.paths = lines_in(row.text(5));
    image.folder = row.text(6);
    image.series_uid = row.text(7);
    image.center_um = {row.integer(8), row.integer(9), row.integer(10)};
    image.mask = row.text(11);
    image.voxels_sha256 = row.text(12);
    return image;
}

}  // namespace nodtrack::store
