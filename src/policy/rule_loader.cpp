#include "rule_loader.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace nodtrack::policy {
namespace {

std::vector<std::string> facts_listed(const Node& root)
{
    std::vector<std::string> facts;
    for (const Node& fact : root.at("facts").items())
        facts.push_back(fact.text());
    return facts;
}

std::vector<std::string> rule_ids(const Node& root)
{
    std::vector<std::string> ids;
    std::set<std::string> seen;
    for (const std::string_view list : {"nodule_rules", "adjustments", "patient_rules", "recommendations"}) {
        for (const Node& node : root.at(list).items()) {
            const std::string id = node.has("id") ? node.at("id").text() : "";
            if (!seen.insert(id).second) node.problem("the id \"" + id + "\" stands on two rules");
            if (list == "nodule_rules") ids.push_back(id);
        }
    }
    constexpr std::size_t most_nodule_rules = 64;
    if (ids.size() > most_nodule_rules) root.at("nodule_rules").problem("more than 64 nodule rules");
    return ids;
}

}  // namespace

RuleLoader::RuleLoader(const Node& root, Policy& policy, BasisReader& bases)
    : root_(root),
      policy_(policy),
      bases_(bases),
      facts_(facts_listed(root)),
      rule_ids_(rule_ids(root)),
      compiler_(policy, facts_, rule_ids_)
{}

void RuleLoader::load()
{
    for (const Node& node : root_.at("definitions").items())
        definition(node);
    for (const Node& node : root_.at("nodule_rules").items())
        nodule_rule(node);
    for (const Node& node : root_.at("adjustments").items())
        adjustment(node);
    for (const Node& node : root_.at("patient_rules").items())
        patient_rule(node);
    for (const Node& node : root_.at("recommendations").items())
        recommendation(node);
    for (const std::string& fact : compiler_.unused_facts()) {
        root_.at("facts").problem("fact \"" + fact + "\" is listed, but no condition names it");
    }
    if (policy_.nodule_rules.empty()) root_.at("nodule_rules").problem("no rules");
    if (policy_.recommendations.empty()) root_.at("recommendations").problem("no recommendations");
}

void RuleLoader::definition(const Node& node)
{
    node.allow_only({"name", "means", "scope", "when", "cite", "basis"});
    Definition definition;
    definition.name = node.at("name").text();
    if (policy_.definition(definition.name)) node.problem("defined twice");
    definition.meaning = node.at("means").text();
    const std::string scope = node.at("scope").text();
    if (scope != "nodule" && scope != "patient") node.problem("\"scope\" is nodule or patient");
    definition.scope = scope == "patient" ? Scope::patient : Scope::nodule;
    definition.basis = bases_.basis_of(node);
    definition.when = compiler_.compile(node.at("when"), definition.scope);
    policy_.definitions.push_back(std::move(definition));
}

void RuleLoader::nodule_rule(const Node& node)
{
    node.allow_only({"id", "says", "when", "then", "or_worse", "reports_stable_months", "takes_size_bound", "dated_by",
                     "cite", "basis"});
    NoduleRule rule;
    rule.id = node.at("id").text();
    rule.says = node.at("says").text();
    rule.when = compiler_.compile(node.at("when"), Scope::nodule);
    rule.guard = guard_of(rule.when);
    const Node then = node.at("then");
    const auto outcome = [&](const Node& entry) {
        entry.allow_only({"class", "when"});
        ClassOutcome result;
        if (const auto when = entry.find("when")) result.when = compiler_.compile(*when, Scope::nodule);
        result.nodule_class = enumerator<NoduleClass>(entry.at("class"), nodule_class_words);
        rule.then.push_back(result);
    };
    if (then.is_array()) {
        for (const Node& entry : then.items())
            outcome(entry);
    } else {
        outcome(then);
    }
    if (rule.then.empty() || rule.then.back().when)
        then.problem("the last outcome has no \"when\": it holds otherwise");
    if (const auto worse = node.find("or_worse")) or_worse(*worse, rule);
    if (const auto reports = node.find("reports_stable_months")) rule.reports_stable_months = reports->flag();
    if (const auto takes = node.find("takes_size_bound")) rule.takes_size_bound = takes->flag();
    if (const auto day = node.find("dated_by")) rule.dated_by = enumerator<FactDay>(*day, fact_day_words);
    rule.basis = bases_.basis_of(node);
    policy_.nodule_rules.push_back(std::move(rule));
}

Guard RuleLoader::guard_of(ConditionIndex index) const
{
    const Condition& condition = policy_.conditions[index];
    if (condition.kind == Condition::Kind::all) {
        for (const ConditionIndex part : condition.parts) {
            const Guard guard = guard_of(part);
            if (guard.word_set != 0) return guard;
        }
    }
    const bool usable = condition.kind == Condition::Kind::compare && condition.scope == Scope::nodule &&
                        condition.word_set != 0 && !condition.has_if_unknown;
    return usable ? Guard{condition.fact, condition.word_set} : Guard{};
}

void RuleLoader::or_worse(const Node& node, NoduleRule& rule)
{
    node.allow_only({"when", "rules"});
    rule.worse_of_when = compiler_.compile(node.at("when"), Scope::nodule);
    for (const Node& entry : node.at("rules").items()) {
        const std::string id = entry.text();
        const auto found = std::find(rule_ids_.begin(), rule_ids_.end(), id);
        if (found == rule_ids_.end()) entry.problem("no nodule rule has the id \"" + id + "\"");
        rule.worse_of_rules.push_back(static_cast<std::uint32_t>(found - rule_ids_.begin()));
    }
}

void RuleLoader::adjustment(const Node& node)
{
    node.allow_only({"id", "says", "when", "raise_to", "dated_by", "cite", "basis"});
    Adjustment adjustment;
    if (const auto day = node.find("dated_by")) adjustment.dated_by = enumerator<FactDay>(*day, fact_day_words);
    adjustment.id = node.at("id").text();
    adjustment.says = node.at("says").text();
    adjustment.when = compiler_.compile(node.at("when"), Scope::nodule);
    if (const auto raise = node.find("raise_to")) {
        adjustment.raise_to = enumerator<NoduleClass>(*raise, nodule_class_words);
    }
    adjustment.basis = bases_.basis_of(node);
    policy_.adjustments.push_back(std::move(adjustment));
}

void RuleLoader::patient_rule(const Node& node)
{
    node.allow_only({"id", "says", "when", "raise_to", "extrapolated_unless", "cite", "basis"});
    PatientRule rule;
    rule.id = node.at("id").text();
    rule.says = node.at("says").text();
    rule.when = compiler_.compile(node.at("when"), Scope::patient);
    rule.raise_to = enumerator<PatientClass>(node.at("raise_to"), patient_class_words);
    if (const auto unless = node.find("extrapolated_unless")) {
        rule.extrapolated_unless = compiler_.compile(*unless, Scope::patient);
    }
    rule.basis = bases_.basis_of(node);
    policy_.patient_rules.push_back(std::move(rule));
}

std::vector<DueFormula> RuleLoader::due_formulas(const Node& node)
{
    std::vector<DueFormula> formulas;
    if (node.is_array()) {
        for (const Node& entry : node.items())
            formulas.push_back(due_formula(entry));
    } else {
        formulas.push_back(due_formula(node));
    }
    if (formulas.empty() || formulas.back().when)
        node.problem("the last due formula has no \"when\": it holds otherwise");
    return formulas;
}

DueFormula RuleLoader::due_formula(const Node& node)
{
    node.allow_only({"when", "from", "otherwise_from", "add", "routine", "cite", "basis"});
    DueFormula formula;
    if (const auto when = node.find("when")) formula.when = compiler_.compile(*when, Scope::patient);
    if (const auto routine = node.find("routine")) {
        routine->allow_only({"at_most_months", "when"});
        formula.routine = true;
        if (const auto cap = routine->find("at_most_months")) formula.routine_at_most_months = cap->whole();
        if (const auto when = routine->find("when")) {
            formula.routine_at_most_when = compiler_.compile(*when, Scope::patient);
        }
    } else {
        formula.from = enumerator<Anchor>(node.at("from"), anchor_words);
        if (const auto otherwise = node.find("otherwise_from")) {
            formula.otherwise_from = enumerator<Anchor>(*otherwise, anchor_words);
        }
        if (const auto add = node.find("add")) {
            add->allow_only({"days", "months", "days_at_most_routine", "months_at_most_routine"});
            if (const auto days = add->find("days")) formula.days = days->whole();
            if (const auto months = add->find("months")) formula.months = months->whole();
            if (const auto days = add->find("days_at_most_routine")) {
                formula.days = days->whole();
                formula.days_at_most_routine = true;
            }
            if (const auto months = add->find("months_at_most_routine")) {
                formula.months = months->whole();
                formula.months_at_most_routine = true;
            }
        }
    }
    if (node.has("cite") || node.has("basis")) formula.basis = bases_.basis_of(node);
    return formula;
}

void RuleLoader::recommendation(const Node& node)
{
    node.allow_only({"id", "says", "advises", "when", "matter", "action", "due", "safety_net", "options",
                     "patient_class", "shows", "cite", "basis"});
    RecommendationRule rule;
    rule.id = node.at("id").text();
    rule.says = node.at("says").text();
    rule.advises = node.at("advises").text();
    rule.when = compiler_.compile(node.at("when"), Scope::patient);
    if (const auto matter = node.find("matter")) rule.matter = enumerator<Matter>(*matter, matter_words);
    rule.action = enumerator<Action>(node.at("action"), action_words);
    if (const auto due = node.find("due")) rule.due = due_formulas(*due);
    if (const auto safety_net = node.find("safety_net")) rule.safety_net = due_formulas(*safety_net);
    if (const auto options = node.find("options")) {
        for (const Node& entry : options->items()) {
            entry.allow_only({"action", "when"});
            rule.options.push_back({enumerator<Action>(entry.at("action"), action_words),
                                    compiler_.compile(entry.at("when"), Scope::patient)});
        }
    }
    if (const auto sets = node.find("patient_class")) {
        sets->allow_only({"is", "when_rule"});
        rule.patient_class = enumerator<PatientClass>(sets->at("is"), patient_class_words);
        const std::string mode = sets->at("when_rule").text();
        if (mode != "holds" && mode != "decides") sets->problem("\"when_rule\" is holds or decides");
        rule.sets_class = mode == "holds" ? RecommendationRule::SetsClass::when_it_holds
                                          : RecommendationRule::SetsClass::when_it_decides;
    }
    if (const auto shows = node.find("shows")) {
        for (const Node& entry : shows->items())
            rule.shows.push_back(entry.text());
    }
    rule.basis = bases_.basis_of(node);
    policy_.recommendations.push_back(std::move(rule));
}

}  // namespace nodtrack::policy
