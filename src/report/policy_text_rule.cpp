#include <algorithm>

#include "nodtrack/policy/describe.hpp"
#include "nodtrack/report/policy_text.hpp"
#include "policy_text_sections.hpp"
#include "policy_text_words.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

using policy::Basis;
using policy::Condition;
using policy::ConditionIndex;
using policy::Policy;

/// One entry of the policy, whatever its kind.
struct Entry {
    std::string kind;
    std::string id;
    std::string says;
    std::vector<std::pair<std::string, std::string>> lines;  ///< name and text
    std::vector<ConditionIndex> conditions;
    std::vector<const Basis*> bases;
};

template <class List>
auto find_named(const List& list, std::string_view id)
{
    return std::find_if(list.begin(), list.end(), [&](const auto& entry) { return entry.id == id; });
}

void add_condition(Entry& entry, const Policy& policy, ConditionIndex condition)
{
    entry.lines.emplace_back("exactly", policy::describe(policy, condition));
    entry.conditions.push_back(condition);
}

std::optional<Entry> nodule_rule(const Policy& policy, std::string_view id)
{
    const auto rule = find_named(policy.nodule_rules, id);
    if (rule == policy.nodule_rules.end()) return std::nullopt;
    Entry entry{"nodule rule " + std::to_string(rule - policy.nodule_rules.begin() + 1) + " of " +
                    std::to_string(policy.nodule_rules.size()),
                rule->id,
                rule->says,
                {},
                {},
                {&rule->basis}};
    add_condition(entry, policy, rule->when);
    entry.lines.emplace_back("class", outcome_words(policy, *rule));
    for (const policy::ClassOutcome& outcome : rule->then) {
        if (outcome.when) entry.conditions.push_back(*outcome.when);
    }
    return entry;
}

std::optional<Entry> adjustment(const Policy& policy, std::string_view id)
{
    const auto rule = find_named(policy.adjustments, id);
    if (rule == policy.adjustments.end()) return std::nullopt;
    Entry entry{"adjustment", rule->id, rule->says, {}, {}, {&rule->basis}};
    add_condition(entry, policy, rule->when);
    entry.lines.emplace_back("raises to", rule->raise_to ? std::string(class_word(*rule->raise_to)) : "no change");
    if (rule->dated_by != policy::FactDay::index_scan)
        entry.lines.emplace_back("dated by", dated_by_words(rule->dated_by));
    return entry;
}

std::optional<Entry> patient_rule(const Policy& policy, std::string_view id)
{
    const auto rule = find_named(policy.patient_rules, id);
    if (rule == policy.patient_rules.end()) return std::nullopt;
    Entry entry{"patient rule", rule->id, rule->says, {}, {}, {&rule->basis}};
    add_condition(entry, policy, rule->when);
    entry.lines.emplace_back("raises to", std::string(patient_class_word(rule->raise_to)));
    if (rule->extrapolated_unless) {
        entry.lines.emplace_back("extrapolated unless", policy::describe(policy, *rule->extrapolated_unless));
    }
    return entry;
}

std::optional<Entry> recommendation(const Policy& policy, std::string_view id)
{
    const auto rule = find_named(policy.recommendations, id);
    if (rule == policy.recommendations.end()) return std::nullopt;
    Entry entry{"recommendation " + std::to_string(rule - policy.recommendations.begin() + 1) + " of " +
                    std::to_string(policy.recommendations.size()),
                rule->id,
                rule->says,
                {},
                {},
                {&rule->basis}};
    add_condition(entry, policy, rule->when);
    entry.lines.emplace_back("action", action_words_of(policy, *rule));
    entry.lines.emplace_back("advises", rule->advises);
    entry.lines.emplace_back("due", due_words(policy, rule->due));
    if (!rule->safety_net.empty()) entry.lines.emplace_back("safety-net CT", due_words(policy, rule->safety_net));
    if (policy.standing) entry.lines.emplace_back("about", matter_words_of(rule->matter));
    if (rule->sets_class != policy::RecommendationRule::SetsClass::no) {
        entry.lines.emplace_back("sets class", class_set_words(*rule));
    }
    for (const std::string& shown : rule->shows)
        entry.lines.emplace_back("shows", shown);
    for (const policy::Option& option : rule->options)
        entry.conditions.push_back(option.when);
    for (const policy::DueFormula& formula : rule->due) {
        entry.bases.push_back(&formula.basis);
        if (formula.when) entry.conditions.push_back(*formula.when);
        if (formula.routine_at_most_when) entry.conditions.push_back(*formula.routine_at_most_when);
    }
    for (const policy::DueFormula& formula : rule->safety_net) {
        entry.bases.push_back(&formula.basis);
        if (formula.when) entry.conditions.push_back(*formula.when);
    }
    return entry;
}

std::optional<Entry> definition(const Policy& policy, std::string_view name)
{
    const auto& all = policy.definitions;
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& entry) {
        return entry.name == name || policy::spoken_name(entry) == name;
    });
    if (found == all.end()) return std::nullopt;
    Entry entry{"definition", found->name, found->meaning, {}, {}, {&found->basis}};
    add_condition(entry, policy, found->when);
    return entry;
}

std::optional<Entry> parameter(const Policy& policy, std::string_view name)
{
    const policy::Parameter* found = policy.parameter(name);
    if (found == nullptr) return std::nullopt;
    Entry entry{"parameter", found->name, found->meaning, {}, {}, {&found->basis}};
    entry.lines.emplace_back("value", parameter_words(*found) + (found->unit.empty() ? "" : " " + found->unit));
    return entry;
}

std::optional<Entry> entry_of(const Policy& policy, std::string_view id)
{
    for (const auto find : {nodule_rule, adjustment, patient_rule, recommendation, definition, parameter}) {
        if (auto found = find(policy, id)) return found;
    }
    return std::nullopt;
}

void collect_definitions(const Policy& policy, ConditionIndex index, std::vector<std::size_t>& named)
{
    const Condition& condition = policy.conditions[index];
    std::optional<std::size_t> definition;
    if (condition.kind == Condition::Kind::definition) definition = condition.definition;
    if (condition.of >= 0) definition = static_cast<std::size_t>(condition.of);
    if (definition && std::find(named.begin(), named.end(), *definition) == named.end()) {
        named.push_back(*definition);
        collect_definitions(policy, policy.definitions[*definition].when, named);
    }
    for (const ConditionIndex part : condition.parts)
        collect_definitions(policy, part, named);
}

std::string line_text(std::string_view name, std::string_view text)
{
    constexpr std::size_t name_width = 20;
    constexpr std::size_t text_width = 98;
    std::string lines;
    for (const std::string& line : lines_of(text, text_width)) {
        const std::string_view shown = lines.empty() ? name : std::string_view();
        lines += std::string(shown) + std::string(name_width - std::min(name_width, shown.size()), ' ') + line + "\n";
    }
    return lines;
}

}  // namespace

std::optional<std::string> policy_rule_text(const Policy& policy, std::string_view id)
{
    auto entry = entry_of(policy, id);
    if (!entry) return std::nullopt;
    std::string text =
        entry->id + ": " + entry->says + "\n" + entry->kind + " of " + policy.id + " " + policy.version + "\n\n";
    for (const auto& [name, said] : entry->lines)
        text += line_text(name, said);
    std::vector<std::size_t> named;
    for (const ConditionIndex condition : entry->conditions)
        collect_definitions(policy, condition, named);
    std::vector<std::uint32_t> citations;
    for (const std::size_t position : named) {
        const policy::Definition& definition = policy.definitions[position];
        text += "\n" + line_text("[" + policy::spoken_name(definition) + "]", definition.meaning);
        text += line_text("  exactly", policy::describe(policy, definition.when));
        entry->bases.push_back(&definition.basis);
    }
    bool local = false;
    for (const Basis* basis : entry->bases) {
        local = local || basis->local_policy;
        for (const std::uint32_t citation : basis->citations) {
            if (std::find(citations.begin(), citations.end(), citation) == citations.end())
                citations.push_back(citation);
        }
    }
    text += "\n" + line_text("rests on", trace_words(policy, *entry->bases.front()));
    if (local && !entry->bases.front()->local_policy) text += line_text("", "a part of it is local policy");
    if (!citations.empty()) text += plain_text(bibliography_section(policy, std::move(citations)));
    return text;
}

}  // namespace nodtrack::report
