#include "nodtrack/store/images.hpp"

#include <fmt/core.h>

#include "connection.hpp"
#include "image_columns.hpp"

namespace nodtrack::store {

Result<std::vector<NoduleImage>> images_of(const Registry& registry, std::string_view patient_id)
{
    return catching_sqlite(registry.file(), [&]() -> Result<std::vector<NoduleImage>> {
        BulkStatement select(registry.connection().database.getHandle(),
                             fmt::format("SELECT {} FROM nodule_image WHERE patient_id = ? ORDER BY scan_id, "
                                         "observation_id, version",
                                         image_columns));
        select.bind(1, patient_id);
        std::vector<NoduleImage> images;
        while (select.step()) {
            NoduleImage image = image_of(select);
            if (!images.empty() && images.back().observation == image.observation) images.pop_back();
            images.push_back(std::move(image));
        }
        return images;
    });
}

Result<std::vector<NoduleImage>> images_like(const Registry& registry, std::string_view series_uid,
                                             std::string_view voxels_sha256)
{
    return catching_sqlite(registry.file(), [&]() -> Result<std::vector<NoduleImage>> {
        BulkStatement select(
            registry.connection().database.getHandle(),
            fmt::format("SELECT {} FROM nodule_image AS image WHERE ((series_uid = ?1 AND ?1 <> '') OR "
                        "(voxels_sha256 = ?2 AND ?2 <> '')) AND NOT EXISTS (SELECT 1 FROM "
                        "nodule_image AS later WHERE later.patient_id = image.patient_id AND "
                        "later.scan_id = image.scan_id AND later.observation_id = "
                        "image.observation_id AND later.version > image.version) "
                        "ORDER BY patient_id, scan_id, observation_id",
                        image_columns));
        select.bind(1, series_uid);
        select.bind(2, voxels_sha256);
        std::vector<NoduleImage> images;
        while (select.step())
            images.push_back(image_of(select));
        return images;
    });
}

}  // namespace nodtrack::store
