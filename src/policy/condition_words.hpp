#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "nodtrack/policy/policy.hpp"

namespace nodtrack::policy {

// Words for conditions and their parts.

/// `growth_state` as people write it: `growth state`.
std::string with_spaces(std::string_view name);

/// The fact that a comparison asks.
const FactDeclaration& fact_of(const Policy& policy, const Condition& condition);

/// A fact's word, or the rule's id where rules are its words.
std::string_view word_at(const FactDeclaration& fact, std::size_t position, const Policy& policy);

/// A comparison with the `not` around it carried in.
struct Demand {
    std::string_view comparator;  ///< one of `threshold_comparators`
    std::string value;            ///< with unit
};

Demand demand_of(const Policy& policy, const Condition& condition, bool negated);

/// `N14, N15 or N16`
std::string alternatives(std::string words);

/// `at least 6.0 mm`, `is NEW`, `is none of N14 or N15`, `is known`.
std::string demand_words(const Demand& demand);

/// `1 nodule`, `3 nodules`
std::string number_of(std::size_t count, std::string_view noun);

/// `[countable] nodule` of a quantifier.
std::string kind_of_nodule(const Policy& policy, const Condition& condition);

/// ` where long axis at least 6.0 mm`, of a quantifier; empty where it asks nothing of the nodules.
std::string where_words(const Policy& policy, const Condition& condition);

/// The condition in words. `negated`: with a `not` around it; `inside`: within another condition.
std::string condition_words(const Policy& policy, ConditionIndex condition, bool negated, bool inside);

}  // namespace nodtrack::policy
