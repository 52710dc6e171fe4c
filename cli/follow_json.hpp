#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/tracker/image_change.hpp"

namespace nodtrack::cli {

std::string_view word(imaging::FollowStatus status);

/// Cut to four decimals, not rounded: no answer is told as certain.
double told_confidence(double confidence);

/// A place in mm, to micrometres.
std::array<double, 3> told_place(const std::array<double, 3>& place);

/// `5.6 x 4.9 mm, 90 mm3`, or that it was not measured.
std::string size_text(const imaging::MaskMeasurement& measurement);

/// The object of one followed nodule, as `nodtrack follow --json` tells it; `more_flags` come last.
std::string followed_json(const imaging::FollowedNodule& nodule, const tracker::ImageChange& change,
                          const std::vector<std::string>& more_flags);

}  // namespace nodtrack::cli
