#pragma once

#include <initializer_list>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace nodtrack::policy {

using Json = nlohmann::ordered_json;

/// Gathers what is wrong with a policy file, each with its JSON pointer.
class Problems {
  public:
    /// The same problem at the same place counts once.
    void add(const std::string& pointer, const std::string& message)
    {
        std::string line = pointer + ": " + message;
        if (seen_.insert(line).second) lines_.push_back(std::move(line));
    }
    bool empty() const { return lines_.empty(); }
    std::vector<std::string> take() { return std::move(lines_); }

  private:
    std::vector<std::string> lines_;
    std::unordered_set<std::string> seen_;
};

/// A strict view of one JSON value: reports wrong types, missing and unknown keys as problems and goes on.
class Node {
  public:
    Node(const Json& json, std::string pointer, Problems& problems)
        : json_(&json), pointer_(std::move(pointer)), problems_(&problems)
    {}

    const std::string& pointer() const { return pointer_; }
    const Json& json() const { return *json_; }
    void problem(const std::string& message) const { problems_->add(pointer_, message); }

    bool has(std::string_view key) const;
    /// The member `key`; a problem and a null node where it is missing.
    Node at(std::string_view key) const;
    std::optional<Node> find(std::string_view key) const;
    /// Reports every key that is not in `known`.
    void allow_only(std::initializer_list<std::string_view> known) const;
    std::vector<Node> items() const;
    std::vector<std::pair<std::string, Node>> members() const;

    std::string text() const;
    bool flag() const;
    /// Exact thousandths of a number with at most three decimals.
    double thousandths() const;
    int whole() const;
    bool is_object() const { return json_->is_object(); }
    bool is_array() const { return json_->is_array(); }
    bool is_number() const { return json_->is_number(); }
    bool is_string() const { return json_->is_string(); }
    bool is_boolean() const { return json_->is_boolean(); }

  private:
    /// A value within this one. Null is no value: where it stands, it is a problem.
    Node child(const Json& value, std::string_view key) const;

    const Json* json_;
    std::string pointer_;
    Problems* problems_;
};

/// The words of a list, for messages.
std::string joined(const std::vector<std::string>& words);

/// The position of a word in a list of words, as an enumerator.
template <class Enumeration, class Words>
Enumeration enumerator(const Node& node, const Words& words)
{
    const std::string text = node.text();
    for (std::size_t i = 0; i < std::size(words); ++i) {
        if (words[i] == text) return static_cast<Enumeration>(i);
    }
    std::vector<std::string> known(std::begin(words), std::end(words));
    node.problem("\"" + text + "\" is none of: " + joined(known));
    return {};
}

}  // namespace nodtrack::policy
