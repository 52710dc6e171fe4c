#pragma once

#include <vector>

#include "nodtrack/domain/record.hpp"
#include "nodtrack/report/nodule_picture.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::cli {

/// The film strips of a patient's nodules, of the newest scans up to `as_of`, for a page; none of nodules without an
/// image that can be shown. What is wrong with an image is told on stderr, and shown in its frame.
std::vector<report::NodulePicture> film_pictures(const store::Registry& registry, const PatientRecord& record,
                                                 Date as_of);

}  // namespace nodtrack::cli
