#include "small_policy.hpp"

#include <algorithm>
#include <array>

namespace nodtrack::policy::testing_support {
namespace {

constexpr std::array<std::string_view, 3> states = {"STABLE", "NEW", "GROWN"};
constexpr std::array<std::string_view, 2> sides = {"left", "right"};
constexpr std::array<std::string_view, 2> kinds = {"bone", "soft_tissue"};

constexpr std::array<FactDeclaration, 7> nodule_facts = {{
    {"growth_state", Scope::nodule, FactType::word, "", states, "state"},
    {"long_axis_mm", Scope::nodule, FactType::number, "mm", {}, "size"},
    {"age_days", Scope::nodule, FactType::number, "days", {}, "age"},
    {"measured", Scope::nodule, FactType::yes_no, "", {}, "measured"},
    {"side", Scope::nodule, FactType::word, "", sides, "lung"},
    {"class", Scope::nodule, FactType::ordered_word, "", nodule_class_words, "class"},
    {"class_rule", Scope::nodule, FactType::rule, "", {}, "rule that gave the class"},
}};
constexpr std::array<FactDeclaration, 2> patient_facts = {{
    {"histology", Scope::patient, FactType::word, "", kinds, "kind of tumour"},
    {"staged", Scope::patient, FactType::yes_no, "", {}, "staged"},
}};
constexpr FactCatalogue catalogue = {nodule_facts, patient_facts};

constexpr std::string_view policy_text = R"({
  "id": "small", "version": "1.0.0", "title": "A small policy",
  "parameters": {
    "growth_mm": {"value": 2.0, "unit": "mm", "means": "growth", "cite": ["S-1"]},
    "limits_percent": {"value": [80, 64], "unit": "%", "means": "limits", "basis": "local policy"},
    "symptoms": {"value": ["cough"], "means": "symptoms", "cite": ["S-2"]}
  },
  "profiles": {
    "default": {
      "means": "as the document says",
      "high_or_unknown_grade": [{"below_months": 24, "interval_months": 3}, {"interval_months": 12}],
      "low_grade": [{"interval_months": 12}],
      "unknown_start_months": 3,
      "cite": ["S-1"]
    }
  },
  "facts": ["growth_state", "long_axis_mm", "age_days", "measured", "class", "class_rule", "histology"],
  "definitions": [
    {"name": "large", "scope": "nodule", "means": "six or more", "cite": ["S-1"],
     "when": {"fact": "long_axis_mm", "at_least": 6.0}},
    {"name": "known_kind", "scope": "patient", "means": "histology known", "basis": "local policy",
     "when": {"fact": "histology", "is_known": true}}
  ],
  "nodule_rules": [
    {"id": "A", "says": "new and large", "cite": ["S-1"],
     "when": {"all": [{"fact": "growth_state", "is": "NEW"}, {"holds": "large"}]},
     "then": {"class": "SUSPICIOUS"}, "takes_size_bound": false, "dated_by": "suv_scan"},
    {"id": "B", "says": "measured", "cite": ["S-2"],
     "when": {"fact": "measured", "is": true, "if_unknown": false},
     "then": [{"when": {"fact": "long_axis_mm", "below": 5.0}, "class": "LOW_SUSPICION"}, {"class": "INDETERMINATE"}],
     "or_worse": {"when": {"fact": "age_days", "below": 84}, "rules": ["A"]},
     "reports_stable_months": true},
    {"id": "C", "says": "otherwise", "basis": "local policy", "when": {"all": []}, "then": {"class": "UNCLASSIFIABLE"}}
  ],
  "adjustments": [
    {"id": "X", "says": "young", "cite": ["S-1"], "when": {"fact": "age_days", "below": 30}, "raise_to": "INDETERMINATE",
     "dated_by": "index_scan"}
  ],
  "patient_rules": [
    {"id": "P", "says": "two of A", "cite": ["S-1"],
     "when": {"count": {"of": "large", "where": {"all": [
       {"fact": "class_rule", "in": ["A", "B"]}, {"fact": "class", "at_least": "LOW_SUSPICION"}]}, "at_least": 2,
       "more_than_half": true}},
     "raise_to": "SUSPICIOUS", "extrapolated_unless": {"holds": "known_kind"}},
    {"id": "Q", "says": "both sides", "cite": ["S-1"], "when": {"bilateral": {"of": "judged"}}, "raise_to": "INDETERMINATE"}
  ],
  "recommendations": [
    {"id": "R", "says": "known", "advises": "Board.", "cite": ["S-1"], "when": {"holds": "known_kind"},
     "matter": "sign", "action": "TUMOUR_BOARD", "due": [
       {"when": {"count": {"of": "judged", "at_least": 1}}, "from": "index_scan", "otherwise_from": "as_of", "add": {"days": 14}},
       {"from": "as_of"}],
     "safety_net": [
       {"when": {"holds": "known_kind"}, "from": "index_scan", "add": {"days_at_most_routine": 42}, "cite": ["S-2"]},
       {"from": "index_scan", "add": {"months_at_most_routine": 3}}],
     "options": [{"action": "PET_CT", "when": {"holds": "known_kind"}}],
     "patient_class": {"is": "NOT_APPLICABLE", "when_rule": "decides"}, "shows": ["variant-1"]},
    {"id": "Z", "says": "otherwise", "advises": "Go on.", "basis": "local policy", "when": {"all": []},
     "action": "CONTINUE_SURVEILLANCE", "due": {"routine": {"at_most_months": 6, "when": {"holds": "known_kind"}}}}
  ],
  "standing": {"stands_from": "SHORT_INTERVAL_CT", "keeps_date_from": "TUMOUR_BOARD", "unanswered_days": 365,
    "basis": "local policy"},
  "never_recommended": ["chest radiography"],
  "does_not_apply": [{"id": "other", "title": "Another guideline", "text": "For other patients.", "cite": ["S-2"]}],
  "weak_points": [{"id": "weak", "title": "A choice", "text": "It is one.", "basis": "local policy"}]
})";

}  // namespace

const FactCatalogue& small_catalogue()
{
    return catalogue;
}

Json small_policy()
{
    return Json::parse(policy_text);
}

std::string_view small_bibliography()
{
    return R"({"sources": [{"id": "doc", "title": "A document", "verified": "read", "items": [
        {"id": "S-1", "at": "p. 1", "statement": "One."},
        {"id": "S-2", "at": "p. 2", "statement": "Two.", "verified": "unverified"}]}]})";
}

Result<Policy> load_small(const Json& policy)
{
    return load(policy.dump(), small_bibliography(), catalogue);
}

std::vector<std::string> problems_of(const Json& policy)
{
    const auto loaded = load_small(policy);
    if (loaded) return {};
    if (loaded.error().context.empty()) return {loaded.error().message};
    return loaded.error().context;
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines)
        text += line + "\n";
    return text;
}

bool holds_problem(const std::vector<std::string>& lines, std::string_view pointer, std::string_view fragment)
{
    const std::string begin = std::string(pointer) + ": ";
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
        return line.rfind(begin, 0) == 0 && line.find(fragment) != std::string::npos;
    });
}

Json with(std::string_view pointer, const Json& value)
{
    Json policy = small_policy();
    policy[Json::json_pointer(std::string(pointer))] = value;
    return policy;
}

Json without(std::string_view pointer)
{
    Json policy = small_policy();
    const Json::json_pointer place{std::string(pointer)};
    policy.at(place.parent_pointer()).erase(place.back());
    return policy;
}

}  // namespace nodtrack::policy::testing_support
