#pragma once

#include <initializer_list>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/strict_json.hpp"
#include "nodtrack/dose/citation.hpp"

namespace nodtrack::dose {

using Json = nlohmann::ordered_json;
using ProblemLines = std::vector<std::string>;

constexpr int deepest = 50;  ///< that any file of this room is nested

/// A place in a document. What is wrong there is noted as `pointer: what is wrong`, and reading goes on with an empty
/// value, so that all problems of a file are told together.
class Place {
  public:
    Place(const Json& json, ProblemLines& problems, std::string pointer = {})
        : json_(&json), problems_(&problems), pointer_(std::move(pointer))
    {}

    void problem(const std::string& what) const { problems_->push_back(pointer_ + ": " + what); }

    /// Notes a problem for every key beside `required` and `optional`, and for every one of `required` that is missing.
    void keys(std::initializer_list<std::string_view> required,
              std::initializer_list<std::string_view> optional = {}) const;
    bool has(std::string_view key) const;
    Place at(std::string_view key) const;
    std::vector<Place> elements() const;

    bool is(std::string_view text) const { return json_->is_string() && json_->get<std::string>() == text; }
    bool is_text() const { return json_->is_string(); }
    std::string text() const;
    bool flag() const;
    /// 0 or more.
    double number() const;
    /// A whole number, 0 or more.
    int whole() const;
    /// The position in `words`; 0 and a problem where it is none of them.
    std::size_t position_in(std::span<const std::string_view> words) const;

  private:
    const Json* json_;
    ProblemLines* problems_;
    std::string pointer_;
};

/// The statements of schema/sources.json by their number.
class Bibliography {
  public:
    explicit Bibliography(const Json& sources);

    /// The statements that a list of numbers names, one at least; a problem for each that is not in the bibliography.
    std::vector<Citation> cited(const Place& list) const;
    /// Absent: no such statement.
    const Citation* find(const std::string& item) const;
    std::string title_of(const Place& source) const;

  private:
    std::map<std::string, Citation> items_;
    std::map<std::string, std::string> titles_;
};

/// The failure that tells all problems of a file.
Error problems_of(const std::string& what, ProblemLines problems);

}  // namespace nodtrack::dose
