#include "trial_definitions.hpp"

#include <algorithm>

#include "nodtrack/policy/describe.hpp"
#include "nodtrack/policy/evaluate.hpp"

namespace nodtrack::report {
namespace {

using policy::Condition;

std::string plain(std::string text)
{
    // What is assumed of a missing value stands in the explanation; here it would only be in the way.
    for (const std::string_view assumption : {" (unknown: no)", " (unknown: yes)"}) {
        if (const auto at = text.find(assumption); at != std::string::npos) text.erase(at, assumption.size());
    }
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

class TrialReader {
  public:
    TrialReader(const assess::Assessment& assessment, const policy::Policy& policy)
        : policy_(policy),
          facts_{assessment.patient_facts, assessment.nodule_facts, assess::nodule_fact_count,
                 assessment.nodules.size()}
    {}

    std::vector<TrialDefinition> definitions(const policy::PatientRule& rule) const
    {
        std::vector<TrialDefinition> found;
        const policy::ConditionIndex when = named(rule.when);
        const Condition& root = policy_.conditions[when];
        if (root.kind == Condition::Kind::any) {
            for (const std::uint32_t part : root.parts)
                add(named(part), found);
        } else {
            add(when, found);
        }
        for (TrialDefinition& definition : found)
            definition.transfers = !rule.extrapolated_unless || holds(*rule.extrapolated_unless);
        return found;
    }

  private:
    /// What a definition's name stands for.
    policy::ConditionIndex named(policy::ConditionIndex index) const
    {
        const Condition& condition = policy_.conditions[index];
        if (condition.kind != Condition::Kind::definition) return index;
        return named(policy_.definitions[condition.definition].when);
    }

    bool holds(policy::ConditionIndex condition) const
    {
        return policy::evaluate(policy_, condition, {&facts_, std::nullopt}) == policy::Truth::yes;
    }

    /// A population and its demands: parts that count are demands, the others say for whom.
    void add(policy::ConditionIndex index, std::vector<TrialDefinition>& found) const
    {
        TrialDefinition definition;
        definition.applies = true;
        const Condition& condition = policy_.conditions[index];
        const std::vector<std::uint32_t> parts =
            condition.kind == Condition::Kind::all ? condition.parts : std::vector<std::uint32_t>{index};
        for (const std::uint32_t part : parts) {
            const std::size_t before = definition.demands.size();
            demands(part, definition.demands);
            if (definition.demands.size() > before) continue;
            definition.for_whom += (definition.for_whom.empty() ? "" : ", ") + plain(policy::describe(policy_, part));
            definition.applies = definition.applies && holds(part);
        }
        if (!definition.demands.empty()) found.push_back(std::move(definition));
    }

    void demands(policy::ConditionIndex index, std::vector<DefinitionDemand>& found) const
    {
        const Condition& condition = policy_.conditions[index];
        if (condition.kind == Condition::Kind::any) {
            for (const std::uint32_t part : condition.parts)
                demands(part, found);
        }
        if (condition.kind != Condition::Kind::count || condition.of < 0 || condition.parts.empty()) return;
        const auto of = static_cast<std::uint32_t>(condition.of);
        // A count by class or rule is no definition by size.
        if (policy_.conditions[condition.parts.front()].kind != Condition::Kind::compare) return;
        DefinitionDemand demand;
        demand.needed = condition.at_least_count;
        demand.what = plain(policy::describe(policy_, condition.parts.front()));
        for (const std::size_t nodule : policy::nodules_that_meet(policy_, of, facts_)) {
            const policy::Subject subject{&facts_, nodule};
            demand.found += static_cast<std::size_t>(policy::evaluate(policy_, condition.parts.front(), subject) ==
                                                     policy::Truth::yes);
        }
        found.push_back(std::move(demand));
    }

    const policy::Policy& policy_;
    policy::FactTable facts_;
};

/// Whether a rule counts by size: others count by class.
bool by_size(const policy::PatientRule& rule, const policy::Policy& policy)
{
    const auto used = policy::facts_of(policy, rule.when);
    const auto long_axis = static_cast<std::uint16_t>(assess::NoduleFact::long_axis_mm);
    return std::any_of(used.begin(), used.end(), [&](const policy::FactUse& use) {
        return use.scope == policy::Scope::nodule && use.fact == long_axis;
    });
}

}  // namespace

bool TrialDefinition::met() const
{
    return std::any_of(demands.begin(), demands.end(), [](const DefinitionDemand& demand) { return demand.met(); });
}

std::vector<TrialRule> trial_rules(const assess::Assessment& assessment, const policy::Policy& policy)
{
    const TrialReader reader(assessment, policy);
    std::vector<TrialRule> rules;
    for (std::uint32_t i = 0; i < policy.patient_rules.size(); ++i) {
        const policy::PatientRule& rule = policy.patient_rules[i];
        const bool metastasis = rule.raise_to == policy::PatientClass::metastasis_criteria_met;
        if (metastasis && by_size(rule, policy)) rules.push_back({i, reader.definitions(rule)});
    }
    return rules;
}

}  // namespace nodtrack::report
