#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "table_parts.hpp"

namespace nodtrack::interop {

using Json = nlohmann::ordered_json;

/// Reads JSON value by value, and gathers what is wrong with each by its place (a JSON pointer).
class StrictJson {
  public:
    explicit StrictJson(std::string_view source) : problems_(source) {}

    TableProblems& problems() { return problems_; }
    void refuse(std::string_view place, std::string_view what);
    bool is_object(const Json& value, std::string_view place);
    /// Refuses keys beside these; true where there is none.
    bool knows_keys(const Json& object, std::string_view place, std::span<const std::string_view> keys);
    std::string text(const Json& value, std::string_view place);
    std::vector<std::string> texts(const Json& value, std::string_view place);
    /// A whole number from `least` to `most`; `least` where it is none.
    int whole(const Json& value, std::string_view place, int least, int most);
    /// The place of one of the words; 0 where it is none.
    std::size_t word(const Json& value, std::string_view place, std::span<const std::string_view> words);
    /// One character of those allowed.
    std::optional<char> sign(const Json& value, std::string_view place, std::string_view allowed);

  private:
    TableProblems problems_;
};

}  // namespace nodtrack::interop
