#include "nodtrack/tracker/uses/use_case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "nodtrack/domain/date.hpp"

namespace nodtrack::uses {

std::string spelling(const Parameter& parameter, Door door)
{
    if (door == Door::service) return parameter.name;
    if (!parameter.option.empty()) return parameter.option;
    std::string option = "--" + parameter.name;
    std::ranges::replace(option, '_', '-');
    return option;
}

std::string spelled(std::string_view text, const UseCase& use, Door door)
{
    std::string out;
    while (!text.empty()) {
        const std::size_t open = std::min(text.find('{'), text.size());
        out += text.substr(0, open);
        text.remove_prefix(open);
        const std::size_t close = text.find('}');
        if (close == std::string_view::npos) return out.append(text);
        const auto named = std::ranges::find(use.parameters, text.substr(1, close - 1), &Parameter::name);
        const bool is_one = named != use.parameters.end();
        out += is_one ? spelling(*named, door) : "{";
        text.remove_prefix(is_one ? close + 1 : 1);
    }
    return out;
}

namespace {

bool is_count(const Parameter& parameter, const std::string& text)
{
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && stop == end && value >= parameter.least && value <= parameter.most.value_or(value);
}

bool is_share(const std::string& text)
{
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    return !text.empty() && end == text.c_str() + text.size() && value >= 0.0 && value <= 1.0;
}

}  // namespace

Result<void> check_value(const Parameter& parameter, std::string_view spelt, const std::string& text)
{
    std::string wrong;
    if (parameter.type == Type::date && !Date::parse(text)) {
        wrong = "not a valid date; expected YYYY-MM-DD, e.g. 2026-12-31";
    } else if (parameter.type == Type::count && !is_count(parameter, text)) {
        wrong = fmt::format("not a whole number from {} {}", parameter.least,
                            parameter.most ? fmt::format("to {}", *parameter.most) : "on");
    } else if (parameter.type == Type::share && !is_share(text)) {
        wrong = "not a number from 0 to 1";
    } else if (!parameter.words.empty() && std::ranges::count(parameter.words, text) == 0) {
        wrong = fmt::format("not one of {}", fmt::join(parameter.words, ", "));
    }
    if (wrong.empty()) return {};
    return nodtrack::failure(ErrorCode::usage, fmt::format("{}: '{}' is {}", spelt, text, wrong));
}

}  // namespace nodtrack::uses
