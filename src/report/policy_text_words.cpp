#include "policy_text_words.hpp"

#include <fmt/format.h>

#include "nodtrack/policy/describe.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

void append(std::string& text, std::string_view separator, std::string_view part)
{
    if (!text.empty()) text += separator;
    text += part;
}

std::string_view anchor_words(policy::Anchor anchor)
{
    switch (anchor) {
        case policy::Anchor::as_of:
            return "the as-of day";
        case policy::Anchor::index_scan:
            return "the index scan";
        case policy::Anchor::newest_urgent_symptom_scan:
            return "the newest scan that records the symptom";
        case policy::Anchor::newest_pleural_event_scan:
            return "the newest scan that records the finding";
        case policy::Anchor::oldest_urgent_symptom:
            return "the oldest scan or visit since the index scan that records such a symptom";
        case policy::Anchor::oldest_pleural_event:
        case policy::Anchor::oldest_board_finding:
            return "the oldest scan since the index scan that records such a finding";
        case policy::Anchor::oldest_open_local_sign:
            return "the oldest open sign";
        case policy::Anchor::suspicious_fact:
            return "the earliest fact that made a nodule suspicious, not before the index scan";
        case policy::Anchor::newest_scan_after_index:
            return "the newest scan that records such a nodule";
        case policy::Anchor::none:
            break;
    }
    return "no day";
}

std::string formula_words(const policy::Policy& policy, const policy::DueFormula& formula)
{
    std::string text;
    if (formula.routine) {
        text = "routine";
        if (formula.routine_at_most_months) text += fmt::format(", at most {} months", *formula.routine_at_most_months);
        if (formula.routine_at_most_when) text += " where " + policy::describe(policy, *formula.routine_at_most_when);
    } else {
        std::string span;
        if (formula.months != 0) span = fmt::format("{} months", formula.months);
        if (formula.days != 0) append(span, " and ", fmt::format("{} days", formula.days));
        if (formula.days_at_most_routine) span += ", or the routine interval where that ends earlier,";
        text = span.empty() ? "on " : span + " after ";
        text += anchor_words(formula.from);
        if (formula.months_at_most_routine) text += ", or the routine interval where that is shorter";
        if (formula.otherwise_from != policy::Anchor::none) {
            text += fmt::format(" (without one: after {})", anchor_words(formula.otherwise_from));
        }
    }
    if (formula.when) text += " where " + policy::describe(policy, *formula.when);
    const bool has_basis = formula.basis.local_policy || !formula.basis.citations.empty();
    if (has_basis) text += " {" + trace_words(policy, formula.basis) + "}";
    return text;
}

}  // namespace

std::string trace_words(const policy::Policy& policy, const policy::Basis& basis)
{
    std::string text;
    for (const std::uint32_t position : basis.citations) {
        const policy::Citation& citation = policy.citations[position];
        append(text, ", ", citation.item);
        if (citation.verification == policy::Verification::unverified) text += " [not verified]";
    }
    if (basis.local_policy) append(text, ", ", "local policy");
    return text;
}

std::string verification_words(policy::Verification verification)
{
    switch (verification) {
        case policy::Verification::read:
            return "read in the source";
        case policy::Verification::found:
            return "an excerpt was read";
        case policy::Verification::unverified:
            break;
    }
    return "not verified against the source";
}

std::string dated_by_words(policy::FactDay day)
{
    switch (day) {
        case policy::FactDay::suv_scan:
            return "its fact is dated by the scan of the SUVmax";
        case policy::FactDay::pathology:
            return "its fact is dated by the newest finding of pathology";
        case policy::FactDay::index_scan:
            break;
    }
    return "its fact is dated by the index scan";
}

std::string matter_words_of(policy::Matter matter)
{
    using policy::Matter;
    switch (matter) {
        case Matter::finding:
            return "of the nodules: stands until they are looked at again, or until it is answered";
        case Matter::sign:
            return "a sign: stands until a decision answers it, or a complete reading looks at it (bone and back pain: "
                   "a decision alone)";
        case Matter::scope_gate:
            return "a scope gate: what stood does not show, and nothing is asked for beside it";
        case Matter::not_followed:
            return "no longer followed: what stood does not show, and nothing is asked for beside it";
        case Matter::local_sign:
            return "a question that a chest CT does not answer: asked for beside every answer but a scope gate's";
        case Matter::unread:
            return "what was not read: asked for beside every answer but a scope gate's";
        case Matter::no_ct:
            break;
    }
    return "no diagnostic CT";
}

std::string due_words(const policy::Policy& policy, const std::vector<policy::DueFormula>& formulas)
{
    if (formulas.empty()) return "none";
    std::string text;
    for (const policy::DueFormula& formula : formulas) {
        append(text, "; otherwise ", formula_words(policy, formula));
    }
    return text;
}

std::string outcome_words(const policy::Policy& policy, const policy::NoduleRule& rule)
{
    std::string text;
    for (const policy::ClassOutcome& outcome : rule.then) {
        append(text, "; otherwise ", class_word(outcome.nodule_class));
        if (outcome.when) text += " where " + policy::describe(policy, *outcome.when);
    }
    if (rule.takes_size_bound) text += "; it keeps that bound as its size, and the state that gives";
    if (rule.dated_by != policy::FactDay::index_scan) text += "; " + dated_by_words(rule.dated_by);
    if (!rule.worse_of_when) return text;
    text += "; where " + policy::describe(policy, *rule.worse_of_when) +
            ", the worse of this and what the first of these gives with the state without growth:";
    std::string ids;
    for (const std::uint32_t other : rule.worse_of_rules)
        append(ids, ", ", policy.nodule_rules[other].id);
    return text + " " + ids;
}

std::string class_set_words(const policy::RecommendationRule& rule)
{
    using SetsClass = policy::RecommendationRule::SetsClass;
    if (rule.sets_class == SetsClass::no) return "–";
    return std::string(patient_class_word(rule.patient_class)) +
           (rule.sets_class == SetsClass::when_it_holds ? " wherever it holds" : " where it decides");
}

std::string action_words_of(const policy::Policy& policy, const policy::RecommendationRule& rule)
{
    std::string text(action_word(rule.action));
    for (const policy::Option& option : rule.options) {
        text +=
            "; option " + std::string(action_word(option.action)) + " where " + policy::describe(policy, option.when);
    }
    return text;
}

std::string parameter_words(const policy::Parameter& parameter)
{
    std::string text;
    for (const double number : parameter.numbers) {
        const bool counted = parameter.unit == "days" || parameter.unit == "months" || parameter.unit == "%";
        const std::string with_unit = policy::quantity_text(number, counted ? parameter.unit : "");
        append(text, ", ", with_unit.substr(0, with_unit.find(' ')));
    }
    for (const std::string& word : parameter.words)
        append(text, ", ", word);
    return text;
}

std::string interval_words(const std::vector<policy::IntervalBand>& bands)
{
    std::string text;
    for (const policy::IntervalBand& band : bands) {
        append(text, "; ",
               band.below_months ? fmt::format("below {} months every {}", *band.below_months, band.interval_months)
                                 : fmt::format("then every {}", band.interval_months));
    }
    return text;
}

}  // namespace nodtrack::report
