#include <charconv>
#include <cstdlib>
#include <stdexcept>

#include "nodtrack/tracker/uses/call.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {

std::optional<std::string> Values::find(std::string_view name) const
{
    const auto found = values_.find(name);
    if (found == values_.end() || found->second.empty()) return std::nullopt;
    return found->second.front();
}

const std::vector<std::string>& Values::all(std::string_view name) const
{
    static const std::vector<std::string> none;
    const auto found = values_.find(name);
    return found == values_.end() ? none : found->second;
}

std::optional<Date> Values::date(std::string_view name) const
{
    return Date::parse(text(name));
}

std::optional<std::int64_t> Values::count(std::string_view name) const
{
    const std::string given = text(name);
    std::int64_t value = 0;
    const auto read = std::from_chars(given.data(), given.data() + given.size(), value);
    return given.empty() || read.ec != std::errc() ? std::nullopt : std::optional(value);
}

std::optional<double> Values::number(std::string_view name) const
{
    return has(name) ? std::optional(std::strtod(text(name).c_str(), nullptr)) : std::nullopt;
}

const assess::Judge& Call::judge_of(std::string_view patient_id)
{
    const auto known = judges();
    if (!known) throw std::logic_error("a judge was asked for where none could be loaded: " + known.error().message);
    return (*known)->of(patient_id);
}

tl::unexpected<Error> Call::failure(ErrorCode code, std::string_view message) const
{
    return nodtrack::failure(code, spelled(message, use, door));
}

namespace {

constexpr std::size_t page_of_a_list = 100;
constexpr std::size_t longest_page = 1'000;

bool has_pages(const UseCase& use)
{
    return std::ranges::count(use.parameters, "limit", &Parameter::name) > 0;
}

}  // namespace

List::List(Call& call, std::string_view name, std::string_view head)
    : call_(call), limit_(static_cast<std::size_t>(call.values.count("limit").value_or(page_of_a_list)))
{
    if (!has_pages(call.use)) limit_ = SIZE_MAX;
    if (call_.door == Door::service) call_.put("{" + std::string(head) + "\"" + std::string(name) + "\":[");
}

void List::add(std::string_view item, std::string cursor)
{
    if (item.ends_with('\n')) item.remove_suffix(1);
    const bool is_line = call_.door == Door::command_line;
    if (!is_line && shown_ > 0) call_.put(",");
    call_.put(item);
    if (is_line) call_.put("\n");
    ++shown_;
    last_ = std::move(cursor);
}

void List::end(bool is_all)
{
    if (call_.door == Door::command_line) return;
    call_.put("]");
    if (has_pages(call_.use)) {
        call_.put(",\"next\":");
        std::string next = is_all ? "null" : "";
        if (!is_all) append_json(next, std::string_view(last_));
        call_.put(next);
    }
    call_.put("}\n");
}

Result<std::int64_t> number_behind(const Call& call)
{
    if (!call.values.has("cursor")) return 0;
    const auto number = call.values.count("cursor");
    if (number && *number > 0) return *number;
    return call.failure(ErrorCode::usage, "{cursor}: give back what `next` of the page before says");
}

std::vector<Parameter> with_pages(std::vector<Parameter> parameters)
{
    parameters.push_back({.name = "limit",
                          .type = Type::count,
                          .help = "at most so many; else 100, at most 1000",
                          .at = Given::service,
                          .least = 1,
                          .most = longest_page});
    parameters.push_back(sent(text("cursor", "`next` of the page before: goes on behind it")));
    return parameters;
}

Parameter named_policy()
{
    return typed(
        text("policy",
             "judges by this policy: a file, a released version, or 'released'; else by the one adopted, as it "
             "held on {known_on}",
             {}, "POLICY"));
}

std::vector<Parameter> with_moment(std::vector<Parameter> parameters)
{
    parameters.push_back(date("as_of", "the day of the judgement; else today. Nothing dated after it is seen"));
    parameters.push_back(date("known_on", "only what was recorded on or before that day"));
    return parameters;
}

}  // namespace nodtrack::uses
