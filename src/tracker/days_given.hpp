#pragma once

#include <fmt/format.h>

#include <string_view>

#include "nodtrack/tracker/uses/call.hpp"

namespace nodtrack::uses {

/// A number of days that a call gives, else `otherwise`. Fails with `usage` above a century: no calendar goes so far.
inline Result<int> days_given(const Call& call, std::string_view name, int otherwise)
{
    constexpr std::int64_t century = 36'525;
    const std::int64_t given = call.values.count(name).value_or(otherwise);
    if (given <= century) return static_cast<int>(given);
    return call.failure(ErrorCode::usage, fmt::format("{{{}}}: {} days are more than a century", name, given));
}

}  // namespace nodtrack::uses
