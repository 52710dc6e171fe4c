#include "document.hpp"

#include <algorithm>
#include <cmath>

namespace nodtrack::dose {
namespace {

const Json nothing;

std::string listed(std::span<const std::string_view> words)
{
    std::string list;
    for (const std::string_view word : words) {
        if (!list.empty()) list += ", ";
        list += word;
    }
    return list;
}

}  // namespace

void Place::keys(std::initializer_list<std::string_view> required,
                 std::initializer_list<std::string_view> optional) const
{
    if (!json_->is_object()) {
        if (!json_->is_null()) problem("an object { … } is wanted here");
        return;
    }
    const auto is_among = [](std::initializer_list<std::string_view> names, std::string_view name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    for (const auto& member : json_->items()) {
        if (is_among(required, member.key()) || is_among(optional, member.key())) continue;
        problem("there is no key \"" + member.key() +
                "\" here; known: " + listed(std::vector<std::string_view>(required)));
    }
    for (const std::string_view name : required) {
        if (!has(name)) problem("the key \"" + std::string(name) + "\" is missing");
    }
}

bool Place::has(std::string_view key) const
{
    return json_->is_object() && json_->contains(std::string(key));
}

Place Place::at(std::string_view key) const
{
    const std::string name(key);
    return {has(key) ? json_->at(name) : nothing, *problems_, pointer_ + "/" + name};
}

std::vector<Place> Place::elements() const
{
    std::vector<Place> places;
    if (!json_->is_array()) {
        if (!json_->is_null()) problem("a list [ … ] is wanted here");
        return places;
    }
    for (std::size_t i = 0; i < json_->size(); ++i) {
        places.emplace_back((*json_)[i], *problems_, pointer_ + "/" + std::to_string(i));
    }
    return places;
}

std::string Place::text() const
{
    if (json_->is_string() && !json_->get_ref<const std::string&>().empty()) return json_->get<std::string>();
    if (!json_->is_null()) problem("a text that is not empty is wanted here");
    return {};
}

bool Place::flag() const
{
    if (json_->is_boolean()) return json_->get<bool>();
    if (!json_->is_null()) problem("true or false is wanted here");
    return false;
}

double Place::number() const
{
    const double value = json_->is_number() ? json_->get<double>() : -1.0;
    if (std::isfinite(value) && value >= 0.0) return value;
    if (!json_->is_null()) problem("a number of 0 or more is wanted here");
    return 0.0;
}

int Place::whole() const
{
    constexpr double largest = 1e6;
    const double value = number();
    if (value == std::floor(value) && value <= largest) return static_cast<int>(value);
    problem("a whole number is wanted here");
    return 0;
}

std::size_t Place::position_in(std::span<const std::string_view> words) const
{
    const std::string word = text();
    const auto found = std::find(words.begin(), words.end(), word);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    if (!word.empty()) problem("\"" + word + "\" is none of: " + listed(words));
    return 0;
}

Bibliography::Bibliography(const Json& sources)
{
    for (const Json& source : sources.value("sources", Json::array())) {
        const std::string id = source.value("id", "");
        titles_[id] = source.value("title", "");
        for (const Json& item : source.value("items", Json::array())) {
            const std::string number = item.value("id", "");
            items_[number] = {.item = number,
                              .source = id,
                              .title = titles_[id],
                              .at = item.value("at", ""),
                              .verified = item.value("verified", source.value("verified", "unverified")),
                              .note = item.value("note", "")};
        }
    }
}

std::vector<Citation> Bibliography::cited(const Place& list) const
{
    std::vector<Citation> citations;
    for (const Place& entry : list.elements()) {
        const std::string number = entry.text();
        if (const Citation* citation = find(number)) {
            citations.push_back(*citation);
        } else {
            entry.problem("the bibliography has no statement \"" + number + "\"");
        }
    }
    if (citations.empty()) list.problem("at least one statement of the bibliography is wanted here");
    return citations;
}

const Citation* Bibliography::find(const std::string& item) const
{
    const auto found = items_.find(item);
    return found == items_.end() ? nullptr : &found->second;
}

std::string Bibliography::title_of(const Place& source) const
{
    const auto found = titles_.find(source.text());
    if (found != titles_.end()) return found->second;
    source.problem("the bibliography has no source of this id");
    return {};
}

Result<std::vector<Citation>> citations_of(std::span<const std::string_view> items, std::string_view sources_json)
{
    const auto sources = parsed_strictly<Json>(sources_json, "the bibliography", deepest);
    if (!sources) return tl::unexpected(sources.error());
    const Bibliography bibliography(*sources);
    std::vector<Citation> citations;
    for (const std::string_view item : items) {
        const Citation* citation = bibliography.find(std::string(item));
        if (citation == nullptr) {
            return failure(ErrorCode::bad_input, "the bibliography has no statement \"" + std::string(item) + "\"");
        }
        citations.push_back(*citation);
    }
    return citations;
}

Error problems_of(const std::string& what, ProblemLines problems)
{
    const std::size_t count = problems.size();
    return {ErrorCode::bad_input,
            what + " has " + std::to_string(count) + (count == 1 ? " problem" : " problems") + " and was not loaded",
            std::move(problems)};
}

}  // namespace nodtrack::dose
