#include "nodtrack/store/images.hpp"

#include <fmt/core.h>

#include "connection.hpp"
#include "image_columns.hpp"

namespace nodtrack::store {

Result<std::vector<NoduleImage>> images_of(const Registry& registry, std::string_view patient_id)
{
    return guarded(registry.file(), [&]() -> Result<std::vector<NoduleImage>> {
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

}  // namespace nodtrack::store
