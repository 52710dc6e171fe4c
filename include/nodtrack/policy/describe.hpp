#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/policy/evaluate.hpp"
#include "nodtrack/policy/policy.hpp"

namespace nodtrack::policy {

/// A condition in words: `growth state is NEW, and long axis at least 6.0 mm`. Definitions stand by their name in
/// brackets, `[typical node]`. What is assumed of a missing value is said: `attenuation is solid (or unknown)`,
/// `shape is round (unknown: no)`; where nothing is said, a missing value leaves the condition undecided.
std::string describe(const Policy& policy, ConditionIndex condition);

/// The name of a fact as people say it, without its unit: `long axis`, `SUVmax`.
std::string spoken_name(const FactDeclaration& fact);

/// A definition's name as it stands in descriptions: `typical node`.
std::string spoken_name(const Definition& definition);

/// A number with its unit, exact: `6.0 mm`, `24 months`, `1.0`.
std::string quantity_text(double thousandths, std::string_view unit);

/// What a fact says: `4.9 mm`, `NEW`, `yes`, `N8d`, `unknown`.
std::string value_text(const FactDeclaration& fact, const FactValue& value, const Policy& policy);

/// A fact that a condition rests on.
struct FactUse {
    Scope scope = Scope::nodule;
    std::uint16_t fact = 0;  ///< position in the catalogue's list of that scope

    bool operator==(const FactUse&) const = default;
};

/// The facts of a condition and of the definitions it names, in order of first use, none twice.
std::vector<FactUse> facts_of(const Policy& policy, ConditionIndex condition);

/// What a condition demands of one fact, or of a number of nodules.
struct Threshold {
    std::string fact;             ///< as in the policy file; `count of countable` for a number of nodules
    std::string_view comparator;  ///< one of `threshold_comparators`
    std::string value;            ///< with unit: `6.0 mm`; words are joined by `, `

    bool operator==(const Threshold&) const = default;
};

/// Those of the policy file, and what becomes of them under `not`; `on_both_sides` demands nodules left and right.
inline constexpr std::string_view threshold_comparators[] = {
    "at_least", "above", "at_most", "below", "is", "is_not", "in", "not_in", "is_known", "on_both_sides"};

/// Everything that a condition and the definitions it names compare with, in order, none twice. A `not` is carried
/// into the comparison: not at least 24 months is below 24 months.
std::vector<Threshold> thresholds_of(const Policy& policy, ConditionIndex condition);

/// One comparison, and how it came out.
struct DecidingPart {
    ConditionIndex condition = 0;  ///< a comparison, a count or a demand for both sides
    Truth truth = Truth::unknown;  ///< whether what was demanded (`not` included) is met
    std::string text;              ///< `long axis 4.9 mm is not at least 6.0 mm`
};

/// The comparisons because of which the condition came out as it did: for a rule that was refused, those not met (or
/// not known); for one that fired, those met. Never empty but for a condition without parts.
std::vector<DecidingPart> deciding_parts(const Policy& policy, ConditionIndex condition, const Subject& subject);

/// The same without texts, for who asks what decided and words it otherwise: a fraction of the time. What two parts
/// would say alike stands here twice.
std::vector<DecidingPart> deciding_conditions(const Policy& policy, ConditionIndex condition, const Subject& subject);

}  // namespace nodtrack::policy
