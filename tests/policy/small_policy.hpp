#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/policy/policy.hpp"

namespace nodtrack::policy::testing_support {

using Json = nlohmann::ordered_json;

/// A catalogue of few facts, of every type.
const FactCatalogue& small_catalogue();

/// Positions in `small_catalogue`.
enum class SmallNoduleFact : std::uint8_t {
    growth_state,
    long_axis_mm,
    age_days,
    measured,
    side,
    nodule_class,
    class_rule,
    count
};
enum class SmallPatientFact : std::uint8_t { histology, staged, count };

/// A policy that loads, with at least one of everything a policy file may hold.
Json small_policy();

/// A bibliography of the items S-1 and S-2.
std::string_view small_bibliography();

Result<Policy> load_small(const Json& policy);

/// What the loader finds wrong, a line each; empty where it loads.
std::vector<std::string> problems_of(const Json& policy);

/// The lines joined, for messages.
std::string joined(const std::vector<std::string>& lines);

/// True where some line begins with `pointer` and holds `fragment`.
bool holds_problem(const std::vector<std::string>& lines, std::string_view pointer, std::string_view fragment);

/// The small policy with one value set; `pointer` is a JSON pointer, `-` appends to a list.
Json with(std::string_view pointer, const Json& value);
/// The small policy without one key.
Json without(std::string_view pointer);

}  // namespace nodtrack::policy::testing_support
