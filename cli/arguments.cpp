#include "arguments.hpp"

#include <charconv>

namespace nodtrack::cli {

std::string Arguments::text(std::string_view name) const
{
    return find(name).value_or(std::string());
}

std::optional<std::string> Arguments::find(std::string_view name) const
{
    const auto found = values_.find(name);
    if (found == values_.end() || found->second.empty()) return std::nullopt;
    return found->second.front();
}

const std::vector<std::string>& Arguments::all(std::string_view name) const
{
    static const std::vector<std::string> none;
    const auto found = values_.find(name);
    return found == values_.end() ? none : found->second;
}

Result<std::optional<Date>> Arguments::date(std::string_view name) const
{
    const auto typed = find(name);
    if (!typed) return std::optional<Date>();
    const auto date = Date::parse(*typed);
    if (!date) {
        return failure(ErrorCode::usage, std::string(name) + ": '" + *typed +
                                             "' is not a valid date; expected YYYY-MM-DD, e.g. 2026-12-31");
    }
    return std::optional<Date>(*date);
}

Result<std::optional<std::int32_t>> Arguments::whole_number(std::string_view name, std::int32_t least) const
{
    const auto typed = find(name);
    if (!typed) return std::optional<std::int32_t>();
    std::int32_t value = 0;
    const char* end = typed->data() + typed->size();
    const auto [stop, error] = std::from_chars(typed->data(), end, value);
    if (error != std::errc() || stop != end || value < least) {
        return failure(ErrorCode::usage, std::string(name) + ": '" + *typed + "' is not a whole number from " +
                                             std::to_string(least) + " on");
    }
    return std::optional<std::int32_t>(value);
}

}  // namespace nodtrack::cli
