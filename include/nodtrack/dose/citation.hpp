#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"

namespace nodtrack::dose {

/// A statement of the bibliography (schema/sources.json) that a value rests on.
struct Citation {
    std::string item;      ///< e.g. `S1-017`
    std::string source;    ///< id of the source
    std::string title;     ///< of the source
    std::string at;        ///< place within the source
    std::string verified;  ///< `read`, `found` (an excerpt) or `unverified`
    std::string note;      ///< what the bibliography adds, e.g. that a review is pending; may be empty
};

/// The statements of these numbers, in this order. Fails with `bad_input` where the bibliography lacks one.
Result<std::vector<Citation>> citations_of(std::span<const std::string_view> items, std::string_view sources_json);

}  // namespace nodtrack::dose
