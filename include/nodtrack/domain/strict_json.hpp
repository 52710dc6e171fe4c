#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"

namespace nodtrack {

/// Where a text ceases to be JSON, and what was expected there: `no JSON from line 2, character 7 on; expected …`.
/// `words` are those of nlohmann's exception.
std::string json_fault(std::string_view text, std::size_t position, std::string_view words);

/// The JSON text, as `Json`: nlohmann's json or ordered_json, whose header the caller includes. Fails with `code` where
/// it is none, is nested deeper than `deepest`, which would overflow the stack of what walks through it, or gives a key
/// twice in one object, of which the parser alone would silently keep the last. `what` names the text.
template <class Json>
Result<Json> parsed_strictly(std::string_view text, const std::string& what, int deepest,
                             ErrorCode code = ErrorCode::bad_input)
{
    using Event = typename Json::parse_event_t;
    std::vector<std::set<std::string>> keys_of_open_objects;
    std::optional<std::string> repeated;
    bool too_deep = false;
    const auto watch = [&](int depth, Event event, const Json& value) {
        if (depth > deepest) too_deep = true;
        if (too_deep) return false;
        if (event == Event::object_start) keys_of_open_objects.emplace_back();
        if (event == Event::object_end) keys_of_open_objects.pop_back();
        if (event == Event::key) {
            const auto [key, is_new] = keys_of_open_objects.back().insert(value.template get<std::string>());
            if (!is_new) repeated = *key;
        }
        return true;
    };
    try {
        Json json = Json::parse(text, watch);
        if (too_deep) return failure(code, what + " is nested more than " + std::to_string(deepest) + " deep");
        if (!repeated) return json;
        return failure(code, what + ": key \"" + *repeated + "\" is given twice in one object; keep one of them");
    } catch (const typename Json::parse_error& error) {
        return failure(code, what + " is " + json_fault(text, error.byte, error.what()));
    } catch (const typename Json::out_of_range&) {
        return failure(code, what + " has a number too large to be read; write a smaller one");
    }
}

}  // namespace nodtrack
