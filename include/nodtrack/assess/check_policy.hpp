#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/policy/policy.hpp"

namespace nodtrack::assess {

/// How much a finding weighs. Only problems make a policy unfit for use.
enum class Severity : std::uint8_t { problem, warning, information };
inline constexpr std::string_view severity_words[] = {"problem", "warning", "information"};

/// What can be found in a policy file.
enum class FindingKind : std::uint8_t {
    not_loadable,           ///< problem: the strict loader or the fact functions refuse it
    gap,                    ///< problem: facts for which no rule holds
    unreachable,            ///< problem: a rule, or one of its outcomes, that can never be first
    number_without_effect,  ///< warning: a number that could be another and nothing would change
    unused_definition,      ///< warning
    overlap,                ///< information: two rules hold and say different things; only their order decides
    special_case,           ///< information: a rule that takes part of what a later, more general rule would say
    boundary,               ///< information: the same number with and without its own value in one list
    unusual_number,         ///< information: a number far from the others of its fact, perhaps in another unit
};
inline constexpr std::string_view finding_kind_words[] = {
    "not_loadable", "gap",          "unreachable", "number_without_effect", "unused_definition",
    "overlap",      "special_case", "boundary",    "unusual_number"};
Severity severity_of(FindingKind kind);

/// A fact of an example: `long axis`, `4.9 mm`.
struct ExampleFact {
    std::string fact;
    std::string value;
};

struct PolicyFinding {
    FindingKind kind = FindingKind::gap;
    std::string rule;                  ///< id of the rule or name of the definition; empty: the file
    std::string other_rule;            ///< of an overlap or special case: the later rule
    std::string text;                  ///< one sentence, complete by itself
    std::vector<ExampleFact> example;  ///< facts that show it; facts not named may be anything
};

/// One question asked of one list of rules, and how thoroughly it was answered.
struct PolicySearch {
    std::string list;             ///< `nodule_rules`, …
    std::string question;         ///< `gaps`, …
    bool systematic = false;      ///< every combination of critical values was decided; else a sample was looked at
    std::uint64_t looked_at = 0;  ///< partial combinations decided, or patients sampled
};

/// What the statements behind a policy are worth.
struct CitationCount {
    std::size_t read = 0;
    std::size_t found = 0;
    std::size_t unverified = 0;
    std::size_t local_policy = 0;  ///< rules, definitions and parameters without a document behind them
};

struct PolicyCheck {
    std::string id;
    std::string version;
    std::string sha256;
    std::vector<PolicyFinding> findings;  ///< problems first, then warnings, then information
    std::vector<PolicySearch> searches;
    CitationCount citations;
    std::uint32_t seed = 0;  ///< of the samples

    std::size_t count(Severity severity) const;
    bool clean() const { return count(Severity::problem) == 0; }
};

/// Looks for faults in a policy file. It works on critical values: for each number those just below, at and just above
/// every threshold of the policy; every word that some comparison tells from others; yes, no and unknown; all of them
/// in every combination that a record could give (src/assess/check_policy_values.cpp says which those are). Nodule
/// rules and adjustments are searched systematically, lists about patients with any number of nodules also by a sample
/// with a fixed seed. Never fails: a file that does not load is a finding.
PolicyCheck check_policy(std::string_view policy_json, std::string_view sources_json);

}  // namespace nodtrack::assess
