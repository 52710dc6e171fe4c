#include "document.hpp"

#include <algorithm>
#include <cmath>

namespace nodtrack::policy {
namespace {

const Json null_json;

}  // namespace

bool Node::has(std::string_view key) const
{
    return json_->is_object() && json_->contains(std::string(key));
}

Node Node::at(std::string_view key) const
{
    if (auto found = find(key)) return *found;
    if (json_->is_object()) problem("\"" + std::string(key) + "\" is missing");
    return {null_json, pointer_ + "/" + std::string(key), *problems_};
}

std::optional<Node> Node::find(std::string_view key) const
{
    if (!has(key)) return std::nullopt;
    return child(json_->at(std::string(key)), key);
}

Node Node::child(const Json& value, std::string_view key) const
{
    Node node(value, pointer_ + "/" + std::string(key), *problems_);
    if (value.is_null()) node.problem("null is no value: give one, or leave the key out");
    return node;
}

void Node::allow_only(std::initializer_list<std::string_view> known) const
{
    if (!json_->is_object()) {
        problem("expected an object { … }");
        return;
    }
    for (const auto& [key, value] : json_->items()) {
        if (std::find(known.begin(), known.end(), key) != known.end()) continue;
        std::vector<std::string> words(known.begin(), known.end());
        problem("unknown key \"" + key + "\"; known here: " + joined(words));
    }
}

std::vector<Node> Node::items() const
{
    std::vector<Node> nodes;
    if (!json_->is_array()) {
        if (!json_->is_null()) problem("expected a list [ … ]");
        return nodes;
    }
    for (std::size_t i = 0; i < json_->size(); ++i) {
        nodes.push_back(child((*json_)[i], std::to_string(i)));
    }
    return nodes;
}

std::vector<std::pair<std::string, Node>> Node::members() const
{
    std::vector<std::pair<std::string, Node>> nodes;
    if (!json_->is_object()) {
        if (!json_->is_null()) problem("expected an object { … }");
        return nodes;
    }
    for (const auto& [key, value] : json_->items())
        nodes.emplace_back(key, child(value, key));
    return nodes;
}

std::string Node::text() const
{
    if (json_->is_string() && !json_->get_ref<const std::string&>().empty()) return json_->get<std::string>();
    if (!json_->is_null()) problem("expected a text that is not empty");
    return {};
}

bool Node::flag() const
{
    if (json_->is_boolean()) return json_->get<bool>();
    if (!json_->is_null()) problem("expected true or false");
    return false;
}

double Node::thousandths() const
{
    constexpr double largest = 1e9;
    if (!json_->is_number()) {
        if (!json_->is_null()) problem("expected a number");
        return 0.0;
    }
    const double scaled = json_->get<double>() * 1000.0;
    const double exact = std::round(scaled);
    constexpr double tolerance = 1e-6;
    if (!(std::abs(scaled) < largest) || std::abs(scaled - exact) > tolerance * std::max(1.0, std::abs(scaled))) {
        problem("expected a number with at most three decimals");
        return 0.0;
    }
    return exact;
}

int Node::whole() const
{
    const double value = thousandths();
    constexpr double thousand = 1000.0;
    if (std::fmod(value, thousand) != 0.0 || value < 0.0) {
        problem("expected a whole number, 0 or more");
        return 0;
    }
    return static_cast<int>(value / thousand);
}

std::string joined(const std::vector<std::string>& words)
{
    std::string list;
    for (const std::string& entry : words) {
        if (!list.empty()) list += ", ";
        list += entry;
    }
    return list;
}

}  // namespace nodtrack::policy
