#pragma once

#include <optional>
#include <vector>

#include "nodtrack/policy/policy.hpp"

namespace nodtrack::policy {

/// What a condition is judged on: all facts of the patient, and, for a nodule condition, which nodule.
struct Subject {
    const FactTable* facts = nullptr;
    std::optional<std::size_t> nodule;
};

/// The truth of a comparison of one fact; an unknown one is what the condition states for that.
Truth compared(const Condition& condition, const FactValue& fact);

/// The truth of a condition. An unknown fact is unknown unless the condition states what to assume.
Truth evaluate(const Policy& policy, ConditionIndex condition, const Subject& subject);

/// The truth of a nodule rule's condition: as `evaluate`, but quick to refuse.
Truth evaluate(const Policy& policy, const NoduleRule& rule, const Subject& subject);

/// Position of the first nodule rule at or after `first` whose condition holds for the nodule.
std::optional<std::size_t> first_rule_that_holds(const Policy& policy, const Subject& subject);

/// Nodules for which a definition holds, e.g. the countable ones.
std::vector<std::size_t> nodules_that_meet(const Policy& policy, std::uint32_t definition, const FactTable& facts);

}  // namespace nodtrack::policy
