#include "policy_text_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "nodtrack/policy/describe.hpp"
#include "policy_text_words.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

using policy::Policy;

Section parameter_section(const Policy& policy)
{
    Section section{"Parameters", {"Numbers and lists that the facts are worked out with."}, {}, {}, {}};
    section.columns = {{"parameter", 33}, {"value", 20}, {"unit", 6}, {"what it means", 33}, {"rests on", 20}};
    for (const policy::Parameter& parameter : policy.parameters) {
        section.rows.push_back({parameter.name, parameter_words(parameter), parameter.unit, parameter.meaning,
                                trace_words(policy, parameter.basis)});
    }
    return section;
}

Section profile_section(const Policy& policy)
{
    Section section{"Schedule profiles",
                    {"Routine interval in months, by whole months since the start of surveillance."},
                    {},
                    {},
                    {}};
    section.columns = {{"profile", 12},      {"high or unknown grade", 25}, {"low grade", 23},
                       {"start unknown", 9}, {"what it means", 22},         {"rests on", 18}};
    for (const policy::ScheduleProfile& profile : policy.profiles) {
        section.rows.push_back({profile.name, interval_words(profile.high_or_unknown_grade),
                                interval_words(profile.low_grade),
                                fmt::format("every {}", profile.unknown_start_months), profile.meaning,
                                trace_words(policy, profile.basis)});
    }
    return section;
}

Section definition_section(const Policy& policy)
{
    Section section{"Definitions", {"Named in [brackets] in the conditions below."}, {}, {}, {}};
    section.columns = {{"name", 18}, {"what it means", 32}, {"exactly", 50}, {"rests on", 14}};
    for (const policy::Definition& definition : policy.definitions) {
        section.rows.push_back({policy::spoken_name(definition), definition.meaning,
                                policy::describe(policy, definition.when), trace_words(policy, definition.basis)});
    }
    return section;
}

Section nodule_rule_section(const Policy& policy)
{
    Section section{"Nodule rules",
                    {"Each nodule is taken through these in order; the first whose condition holds gives its class."},
                    {},
                    {},
                    {}};
    section.columns = {{"rule", 5}, {"says", 30}, {"exactly", 45}, {"class", 18}, {"rests on", 14}};
    for (const policy::NoduleRule& rule : policy.nodule_rules) {
        section.rows.push_back({rule.id, rule.says, policy::describe(policy, rule.when), outcome_words(policy, rule),
                                trace_words(policy, rule.basis)});
    }
    return section;
}

std::string adjustment_outcome(const policy::Adjustment& rule)
{
    if (!rule.raise_to) return "no change";
    std::string text = "at least " + std::string(class_word(*rule.raise_to));
    if (rule.dated_by != policy::FactDay::index_scan) text += "; " + dated_by_words(rule.dated_by);
    return text;
}

Section adjustment_section(const Policy& policy)
{
    Section section{"Adjustments", {"Then the first of these that holds counts."}, {}, {}, {}};
    section.columns = {{"rule", 5}, {"says", 30}, {"exactly", 45}, {"raises to", 18}, {"rests on", 14}};
    for (const policy::Adjustment& rule : policy.adjustments) {
        section.rows.push_back({rule.id, rule.says, policy::describe(policy, rule.when), adjustment_outcome(rule),
                                trace_words(policy, rule.basis)});
    }
    return section;
}

Section patient_rule_section(const Policy& policy)
{
    Section section{
        "Patient rules",
        {"The patient's class is the worst of the nodules' classes, raised by every one of these that holds."},
        {},
        {},
        {}};
    section.columns = {{"rule", 5}, {"says", 30}, {"exactly", 45}, {"raises to", 18}, {"rests on", 14}};
    for (const policy::PatientRule& rule : policy.patient_rules) {
        std::string raised = "at least " + std::string(patient_class_word(rule.raise_to));
        if (rule.extrapolated_unless) {
            raised += "; marked as extrapolated unless " + policy::describe(policy, *rule.extrapolated_unless);
        }
        section.rows.push_back(
            {rule.id, rule.says, policy::describe(policy, rule.when), raised, trace_words(policy, rule.basis)});
    }
    return section;
}

Section recommendation_section(const Policy& policy)
{
    Section section{"Recommendations", {"In order; the first whose condition holds decides."}, {}, {}, {}};
    section.columns = {{"rule", 4}, {"when", 36},       {"recommendation", 24},
                       {"due", 21}, {"sets class", 14}, {"rests on", 11}};
    for (const policy::RecommendationRule& rule : policy.recommendations) {
        std::string due = due_words(policy, rule.due);
        if (!rule.safety_net.empty()) due += "\nsafety-net CT: " + due_words(policy, rule.safety_net);
        std::string advice = action_words_of(policy, rule) + "\n" + rule.advises;
        const bool stands_apart = policy.standing && rule.matter != policy::Matter::finding;
        if (stands_apart) advice += "\nAbout " + matter_words_of(rule.matter) + ".";
        section.rows.push_back({rule.id, rule.says + ".\nExactly: " + policy::describe(policy, rule.when), advice, due,
                                class_set_words(rule), trace_words(policy, rule.basis)});
    }
    return section;
}

/// What stands until it is looked at again, or answered; empty for policies that judge each examination by itself.
std::vector<Section> standing_section(const Policy& policy)
{
    if (!policy.standing) return {};
    const policy::StandingRule& rule = *policy.standing;
    return {{"What stands until it is looked at again, or answered",
             {fmt::format("Each examination is judged as of the day before the next one. An answer {} or worse stands "
                          "at a later examination until that looked at its nodules again, or until it is answered; "
                          "the worst that stands, of equals the oldest, is given where it is worse than the "
                          "examination's own answer, and its date where that is earlier.",
                          action_word(rule.stands_from)),
              fmt::format("An answer {} or worse keeps its first date until it is answered. One that was looked at "
                          "again, followed by a quieter answer and never answered is listed for {} days.",
                          action_word(rule.keeps_date_from), rule.unanswered_days),
              "Rests on " + trace_words(policy, rule.basis) + "."},
             {},
             {},
             {}}};
}

/// What is said of nodules that split or merged, or how a policy that says nothing is read.
Section split_and_merge_section(const Policy& policy)
{
    const policy::SplitAndMergeRule& rule = policy.split_and_merge;
    Section section{"Nodules that split or merged", {}, {}, {}, {}};
    if (!rule.meaning.empty()) section.paragraphs.push_back(rule.meaning + ".");
    section.items = {
        rule.fragments_by_sum
            ? "Fragments of a nodule: the sum of their long axes is held against the nodule before it split. Each "
              "fragment is judged by its own size besides, and the worse counts: a split never lowers."
            : "Fragments of a nodule: each by itself.",
        rule.merged_against_sum ? "A nodule that others merged into: its own long axis is held against the sum of what "
                                  "merged, volumes where "
                                  "all of them were measured by one method. What merged is not asked for again."
                                : "A nodule that others merged into: by itself, against its own earlier sizes. What "
                                  "merged is not asked for "
                                  "again."};
    section.paragraphs.push_back(rule.is_stated
                                     ? "Rests on " + trace_words(policy, rule.basis) + "."
                                     : "This policy says nothing of it: it is read as RECIST 1.1 practice, on "
                                       "the safe side.");
    return section;
}

Section notice_section(const Policy& policy, std::string title, const std::vector<policy::Notice>& notices)
{
    Section section{std::move(title), {}, {}, {}, {}};
    section.columns = {{"what", 34}, {"why", 64}, {"rests on", 18}};
    for (const policy::Notice& notice : notices) {
        section.rows.push_back({notice.title, notice.text, trace_words(policy, notice.basis)});
    }
    return section;
}

}  // namespace

Section bibliography_section(const Policy& policy, std::vector<std::uint32_t> citations)
{
    const auto place = [&](std::uint32_t position) {
        const policy::Citation& citation = policy.citations[position];
        return std::tie(citation.source, citation.item);
    };
    std::sort(citations.begin(), citations.end(), [&](auto a, auto b) { return place(a) < place(b); });
    Section section{"Statements cited", {}, {}, {}, {}};
    section.columns = {{"item", 6}, {"source", 31}, {"place", 19}, {"statement", 40}, {"verified", 16}};
    for (const std::uint32_t position : citations) {
        const policy::Citation& citation = policy.citations[position];
        section.rows.push_back({citation.item, citation.title + " (" + citation.source + ")", citation.at,
                                citation.statement, verification_words(citation.verification)});
    }
    return section;
}

std::vector<std::string> reading_notes(const Policy& policy)
{
    const auto unverified = std::count_if(policy.citations.begin(), policy.citations.end(), [](const auto& citation) {
        return citation.verification == policy::Verification::unverified;
    });
    return {
        "Decision support for review by radiologist and oncologist. Sizes are compared exactly, never rounded.",
        "\"local policy\" marks what rests on no document. \"[not verified]\" marks a statement that was not verified "
        "against its source (" +
            std::to_string(unverified) + " of " + std::to_string(policy.citations.size()) + ").",
        "A missing value: \"(or unknown)\" is taken as meeting the comparison, \"(unknown: no)\" as not meeting it; "
        "where nothing is said the condition stays undecided and the rule does not fire."};
}

std::vector<Section> sections_of(const Policy& policy)
{
    Section never{"Never recommended", {}, {}, {}, policy.never_recommended};
    std::vector<std::uint32_t> all(policy.citations.size());
    std::iota(all.begin(), all.end(), 0U);
    std::vector<Section> sections = {parameter_section(policy),     profile_section(policy),
                                     definition_section(policy),    nodule_rule_section(policy),
                                     adjustment_section(policy),    patient_rule_section(policy),
                                     recommendation_section(policy)};
    for (Section& section : standing_section(policy))
        sections.push_back(std::move(section));
    sections.push_back(split_and_merge_section(policy));
    sections.push_back(std::move(never));
    sections.push_back(notice_section(policy, "Guidelines that do not apply, and why", policy.does_not_apply));
    sections.push_back(notice_section(policy, "Weak points", policy.weak_points));
    sections.push_back(bibliography_section(policy, std::move(all)));
    return sections;
}

}  // namespace nodtrack::report
