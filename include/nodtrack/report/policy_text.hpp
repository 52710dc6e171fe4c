#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/assess/check_policy.hpp"
#include "nodtrack/policy/policy.hpp"

namespace nodtrack::report {

/// The whole policy as tables of plain text, about 120 characters wide: parameters, profiles, definitions, rules,
/// recommendations, what is never recommended, which guidelines do not apply, weak points, and every statement cited.
/// What was not verified against its source and what is local policy is marked wherever it stands.
std::string policy_text(const policy::Policy& policy);

/// The same as Markdown: docs/criteria.md.
std::string policy_markdown(const policy::Policy& policy);

/// The same as a page of its own, without script: a row that is of a rule, definition or parameter has its id as anchor
/// (`#N8d`). `judges` says since when, and whom, it judges.
std::string policy_html(const policy::Policy& policy, std::string_view judges);

/// What a policy says otherwise than another one, a line each: parameters, profiles, definitions and rules that are
/// others, new or gone.
std::vector<std::string> policy_changes(const policy::Policy& before, const policy::Policy& after);

/// One rule, adjustment, patient rule, recommendation, definition or parameter whole, with the definitions it names
/// and its citations in full. Absent where the policy has none of that id or name.
std::optional<std::string> policy_rule_text(const policy::Policy& policy, std::string_view id);

/// What a check found, problems first; overlaps are told by the earlier rule, with one example each.
std::string policy_check_text(const assess::PolicyCheck& check);

/// The same as one JSON object: id, version, sha256, clean, seed, counts, searches, citations, findings.
std::string policy_check_json(const assess::PolicyCheck& check);

}  // namespace nodtrack::report
