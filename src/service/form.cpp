#include "form.hpp"

#include <algorithm>
#include <cmath>

#include "nodtrack/domain/strict_json.hpp"

namespace nodtrack::service {

using nlohmann::json;

Result<Form> Form::of(std::string_view text)
{
    constexpr int deepest = 16;
    auto object = parsed_strictly<json>(text, "the body", deepest, ErrorCode::usage);
    if (!object) return tl::unexpected(object.error());
    if (!object->is_object()) return failure(ErrorCode::usage, "the body must be a JSON object");
    return Form(std::move(*object), {});
}

const json* Form::member(const char* name)
{
    known_.insert(name);
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
}

void Form::wrong(const char* name, const char* right)
{
    problems_.push_back(place_ + name + ": must be " + right);
}

std::string Form::text(const char* name)
{
    const json* found = member(name);
    if (found == nullptr) {
        problems_.push_back(place_ + name + ": missing");
        return {};
    }
    if (!found->is_string() || found->get_ref<const std::string&>().empty()) {
        wrong(name, "a text that is not empty");
        return {};
    }
    return found->get<std::string>();
}

std::optional<std::string> Form::text_or_none(const char* name)
{
    const json* found = member(name);
    if (found == nullptr) return std::nullopt;
    if (!found->is_string()) {
        wrong(name, "a text");
        return std::nullopt;
    }
    return found->get<std::string>();
}

std::optional<Date> Form::date(const char* name)
{
    const auto text = text_or_none(name);
    if (!text) return std::nullopt;
    const auto day = Date::parse(*text);
    if (!day) wrong(name, "a day of the calendar, written as YYYY-MM-DD");
    return day;
}

std::optional<std::int64_t> Form::whole_number(const char* name)
{
    const json* found = member(name);
    if (found == nullptr) return std::nullopt;
    if (!found->is_number_integer() || (found->is_number_unsigned() && found->get<std::uint64_t>() > (1ULL << 53U))) {
        wrong(name, "a whole number");
        return std::nullopt;
    }
    return found->get<std::int64_t>();
}

std::optional<double> Form::number(const char* name)
{
    const json* found = member(name);
    if (found == nullptr) return std::nullopt;
    if (!found->is_number()) {
        wrong(name, "a number");
        return std::nullopt;
    }
    return found->get<double>();
}

bool Form::yes(const char* name)
{
    const json* found = member(name);
    if (found == nullptr) return false;
    if (!found->is_boolean()) {
        wrong(name, "true or false");
        return false;
    }
    return found->get<bool>();
}

std::vector<std::string> Form::texts(const char* name)
{
    const json* found = member(name);
    std::vector<std::string> texts;
    if (found == nullptr) return texts;
    if (!found->is_array() || !std::ranges::all_of(*found, [](const json& item) { return item.is_string(); })) {
        wrong(name, "a list of texts");
        return texts;
    }
    return found->get<std::vector<std::string>>();
}

std::optional<Form> Form::object(const char* name)
{
    const json* found = member(name);
    if (found == nullptr) return std::nullopt;
    if (!found->is_object()) {
        wrong(name, "an object");
        return std::nullopt;
    }
    return Form(*found, place_ + name + ".");
}

std::vector<Form> Form::objects(const char* name)
{
    const json* found = member(name);
    std::vector<Form> forms;
    if (found == nullptr) return forms;
    if (!found->is_array() || !std::ranges::all_of(*found, [](const json& item) { return item.is_object(); })) {
        wrong(name, "a list of objects");
        return forms;
    }
    for (std::size_t i = 0; i < found->size(); ++i)
        forms.emplace_back((*found)[i], place_ + name + "[" + std::to_string(i) + "].");
    return forms;
}

std::vector<tracker::Cell> Form::cells(const char* name)
{
    const json* found = member(name);
    std::vector<tracker::Cell> cells;
    if (found == nullptr) return cells;
    if (!found->is_object()) {
        wrong(name, "an object of column and value");
        return cells;
    }
    for (const auto& [column, value] : found->items()) {
        if (value.is_null()) {
            cells.push_back({column, {}});
        } else if (value.is_string()) {
            cells.push_back({column, value.get<std::string>()});
        } else if (value.is_number()) {
            cells.push_back({column, value.dump()});
        } else if (value.is_boolean()) {
            cells.push_back({column, value.get<bool>() ? "yes" : "no"});
        } else if (value.is_array() && !value.empty() &&
                   std::ranges::all_of(value, [](const json& item) { return item.is_string(); })) {
            std::string words;
            for (const json& item : value)
                words += (words.empty() ? "" : ";") + item.get<std::string>();
            cells.push_back({column, words});
        } else {
            problems_.push_back(place_ + name + "." + column +
                                ": must be a text, a number or null; a list has at least one word");
        }
    }
    return cells;
}

void Form::take(Form& part)
{
    const auto done = part.done();
    if (!done) problems_.insert(problems_.end(), done.error().context.begin(), done.error().context.end());
}

Result<void> Form::done()
{
    for (const auto& [name, value] : object_.items()) {
        if (known_.count(name) == 0) problems_.push_back(place_ + name + ": there is no such member");
    }
    if (problems_.empty()) return {};
    return failure(
        ErrorCode::usage,
        problems_.size() == 1 ? problems_.front() : std::to_string(problems_.size()) + " problems in the body",
        problems_);
}

}  // namespace nodtrack::service
