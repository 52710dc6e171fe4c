#include "nodtrack/store/images.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "connection.hpp"
#include "coverage.hpp"
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
        const Coverage coverage = coverage_of(registry.connection().database.getHandle(), patient_id);
        std::vector<NoduleImage> images;
        while (select.step()) {
            NoduleImage image = image_of(select);
            const ObservationKey& key = image.observation;
            if (coverage.of_observation(key.scan_id, key.observation_id, image.delivery_no) != nullptr) continue;
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
        BulkStatement select(registry.connection().database.getHandle(),
                             "SELECT DISTINCT patient_id FROM nodule_image WHERE (series_uid = ?1 AND ?1 <> '') OR "
                             "(voxels_sha256 = ?2 AND ?2 <> '') ORDER BY patient_id");
        select.bind(1, series_uid);
        select.bind(2, voxels_sha256);
        std::vector<NoduleImage> images;
        while (select.step()) {
            Result<std::vector<NoduleImage>> held = images_of(registry, select.text(0));
            if (!held) return tl::unexpected<Error>(held.error());
            std::erase_if(*held, [&](const NoduleImage& image) {
                const bool same_series = !series_uid.empty() && image.series_uid == series_uid;
                return !same_series && (voxels_sha256.empty() || image.voxels_sha256 != voxels_sha256);
            });
            std::ranges::move(*held, std::back_inserter(images));
        }
        return images;
    });
}

}  // namespace nodtrack::store
