#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/record.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/imaging/picture.hpp"
#include "nodtrack/report/nodule_picture.hpp"
#include "nodtrack/store/images.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::tracker {

/// What the registry keeps of where a measured nodule lies; `folder` is the working folder.
store::NoduleImage image_to_keep(const imaging::NoduleInImage& nodule, const store::ObservationKey& observation,
                                 const std::filesystem::path& folder);

/// And back; absent where the mask that is stored cannot be read.
std::optional<imaging::NoduleInImage> located_nodule(const store::NoduleImage& image);

/// The frames of one nodule, one a CT of the patient up to `as_of` in order of time, with date and size; by confirmed
/// links. Fails with `not_found` where patient or nodule is not recorded.
Result<imaging::FilmStrip> film_of(const store::Registry& registry, std::string_view patient_id,
                                   std::string_view nodule_id, std::optional<Date> as_of = std::nullopt);

/// A row of frames of each nodule that was measured on an image, for a page: the last six CTs with one.
struct FilmPictures {
    std::vector<report::NodulePicture> pictures;
    std::vector<std::string> problems;  ///< one line each: an image that cannot be shown, and why
};
FilmPictures film_pictures(const store::Registry& registry, const PatientRecord& record, Date as_of);

}  // namespace nodtrack::tracker
