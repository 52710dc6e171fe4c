#include "nodtrack/report/assessment_json.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "json_text.hpp"
#include "reason_json.hpp"

namespace nodtrack::report {
namespace {

using policy::FactDeclaration;
using policy::FactValue;

std::string_view verdict_word(policy::Truth verdict)
{
    if (verdict == policy::Truth::yes) return "fired";
    return verdict == policy::Truth::no ? "refused" : "unknown";
}

}  // namespace

AssessmentJson::AssessmentJson(const assess::Judge& judge) : judge_(judge)
{
    const policy::Policy& policy = judge.policy();
    policy_text_ = "{";
    append_json_member(policy_text_, "id", policy.id);
    append_json_member(policy_text_, "version", policy.version);
    append_json_member(policy_text_, "sha256", policy.sha256);
    policy_text_ += '}';
    for (const policy::NoduleRule& rule : policy.nodule_rules) {
        std::vector<policy::ConditionIndex> conditions = {rule.when};
        for (const policy::ClassOutcome& outcome : rule.then) {
            if (outcome.when) conditions.push_back(*outcome.when);
        }
        if (rule.worse_of_when) conditions.push_back(*rule.worse_of_when);
        nodule_rules_.push_back(rule_text(rule.id, rule.says, std::move(conditions), rule.basis));
    }
    for (const policy::Adjustment& rule : policy.adjustments) {
        adjustments_.push_back(rule_text(rule.id, rule.says, {rule.when}, rule.basis));
    }
    for (const policy::PatientRule& rule : policy.patient_rules) {
        patient_rules_.push_back(rule_text(rule.id, rule.says, {rule.when}, rule.basis));
    }
    for (const policy::RecommendationRule& rule : policy.recommendations) {
        recommendations_.push_back(rule_text(rule.id, rule.says, {rule.when}, rule.basis));
    }
}

AssessmentJson::RuleText AssessmentJson::rule_text(std::string_view id, std::string_view says,
                                                   std::vector<policy::ConditionIndex> conditions,
                                                   const policy::Basis& basis) const
{
    const policy::Policy& policy = judge_.policy();
    RuleText text;
    text.head = "{";
    append_json_member(text.head, "rule", id);
    append_json_member(text.head, "says", says);
    std::string thresholds = "[";
    for (const policy::ConditionIndex condition : conditions) {
        for (const policy::FactUse& use : policy::facts_of(policy, condition)) {
            const bool seen = std::find(text.facts.begin(), text.facts.end(), use) != text.facts.end();
            if (!seen) text.facts.push_back(use);
        }
        for (const policy::Threshold& threshold : policy::thresholds_of(policy, condition)) {
            if (thresholds.back() != '[') thresholds += ',';
            thresholds += '{';
            append_json_member(thresholds, "fact", threshold.fact);
            append_json_member(thresholds, "comparison", threshold.comparator);
            append_json_member(thresholds, "value", threshold.value);
            thresholds += '}';
        }
    }
    thresholds += ']';
    append_json_key(text.tail, "thresholds");
    text.tail.insert(0, ",");
    text.tail += thresholds;
    append_citations(text.tail, basis, policy);
    text.tail += '}';
    return text;
}

const AssessmentJson::RuleText& AssessmentJson::text_of(const assess::TrailEntry& entry) const
{
    using List = assess::TrailEntry::List;
    switch (entry.list) {
        case List::nodule_rule:
            return nodule_rules_[entry.rule];
        case List::adjustment:
            return adjustments_[entry.rule];
        case List::patient_rule:
            return patient_rules_[entry.rule];
        case List::recommendation:
            break;
    }
    return recommendations_[entry.rule];
}

void AssessmentJson::append_nodule(std::string& out, const assess::NoduleAssessment& nodule,
                                   const PatientRecord& record) const
{
    const policy::Policy& policy = judge_.policy();
    if (out.back() != '[') out += ',';
    out += '{';
    append_json_member(out, "nodule_id", record.nodule_ids[nodule.nodule]);
    append_json_member(out, "growth_state", assess::word_of(nodule.growth_state));
    append_json_member(out, "class", policy::nodule_class_words[static_cast<std::size_t>(nodule.nodule_class)]);
    out += ",\"rules\":[";
    append_json_string(out, policy.nodule_rules[nodule.rule].id);
    if (nodule.adjustment) {
        out += ',';
        append_json_string(out, policy.adjustments[*nodule.adjustment].id);
    }
    out += "],\"long_axis_mm\":";
    out += nodule.long_axis ? decimal_text(nodule.long_axis->thousandths()) : "null";
    out += ",\"vdt_days\":";
    if (nodule.vdt_days) {
        fmt::format_to(std::back_inserter(out), "{:.1f}", *nodule.vdt_days);
    } else {
        out += "null";
    }
    fmt::format_to(std::back_inserter(out), ",\"stable_months\":{}}}", nodule.stable_months);
}

void AssessmentJson::append_flags(std::string& out, const assess::Assessment& assessment,
                                  const PatientRecord& record) const
{
    out += ",\"flags\":[";
    for (const assess::Flag& flag : assessment.flags) {
        if (out.back() != '[') out += ',';
        out += "{\"code\":\"";
        out += assess::flag_code_words[static_cast<std::size_t>(flag.code)];
        out += "\",\"subject\":";
        append_json_string(out, flag.nodule ? std::string_view(record.nodule_ids[*flag.nodule]) : "patient");
        append_json_member(out, "text", flag.text);
        out += '}';
    }
    out += ']';
}

const std::string& AssessmentJson::fact_text(policy::FactUse use, std::optional<std::uint32_t> nodule,
                                             bool without_growth, const assess::Assessment& assessment,
                                             const PatientRecord& record)
{
    // The cache has a block for the patient's facts, then one for each nodule.
    const std::size_t place = use.scope == policy::Scope::patient
                                  ? use.fact
                                  : assess::patient_fact_count + *nodule * assess::nodule_fact_count + use.fact;
    std::string& text = fact_cache_[place];
    if (!text.empty() && !without_growth) return text;
    const policy::Policy& policy = judge_.policy();
    const FactDeclaration& declaration = policy.catalogue.of(use.scope)[use.fact];
    FactValue value = use.scope == policy::Scope::patient
                          ? assessment.patient_facts[use.fact]
                          : assessment.nodule_facts[*nodule * assess::nodule_fact_count + use.fact];
    const bool substitute = without_growth && use.scope == policy::Scope::nodule &&
                            use.fact == static_cast<std::uint16_t>(assess::NoduleFact::growth_state);
    if (substitute) {
        value = assessment.nodule_facts[*nodule * assess::nodule_fact_count +
                                        static_cast<std::size_t>(assess::NoduleFact::state_without_growth)];
    }
    text = "{";
    append_json_member(text, "fact", substitute ? "state_without_growth" : declaration.name);
    text += ",\"value\":";
    append_fact_value(text, declaration, value, policy);
    if (declaration.unit == "mm" || declaration.unit == "days" || declaration.unit == "months") {
        append_json_member(text, "unit", declaration.unit);
    }
    text += ",\"rows\":[";
    const auto rows = use.scope == policy::Scope::patient
                          ? judge_.rows_of(static_cast<assess::PatientFact>(use.fact), assessment, record)
                          : assess::rows_of(static_cast<assess::NoduleFact>(use.fact), *nodule, assessment, record);
    for (const assess::RowReference& row : rows) {
        if (text.back() != '[') text += ',';
        append_json_string(text, row_name(row, record));
    }
    text += "]}";
    if (!substitute) return text;
    static thread_local std::string substituted;
    substituted = std::exchange(text, std::string());
    return substituted;
}

void AssessmentJson::append_facts(std::string& out, const RuleText& text, const assess::TrailEntry& entry,
                                  const assess::Assessment& assessment, const PatientRecord& record)
{
    for (const policy::FactUse& use : text.facts) {
        if (entry.nodule || use.scope == policy::Scope::patient) {
            if (out.back() != '[') out += ',';
            out += fact_text(use, entry.nodule, entry.with_state_without_growth, assessment, record);
            continue;
        }
        // A count over nodules rests on facts of all of them. They are told where the rule holds, each with its nodule.
        if (entry.verdict != policy::Truth::yes) continue;
        for (std::uint32_t i = 0; i < assessment.nodules.size(); ++i) {
            if (out.back() != '[') out += ',';
            out += '{';
            append_json_member(out, "nodule_id", record.nodule_ids[assessment.nodules[i].nodule]);
            out += ',';
            out += std::string_view(fact_text(use, i, false, assessment, record)).substr(1);
        }
    }
}

void AssessmentJson::append_reasons(std::string& out, const assess::Assessment& assessment, const PatientRecord& record,
                                    bool of_earlier_examination)
{
    fact_cache_.resize(assess::patient_fact_count + assessment.nodules.size() * assess::nodule_fact_count);
    for (std::string& text : fact_cache_)
        text.clear();
    for (const assess::TrailEntry& entry : assessment.trail) {
        const RuleText& text = text_of(entry);
        if (out.back() != '[') out += ',';
        out += text.head;
        append_json_member(
            out, "subject",
            entry.nodule ? std::string_view(record.nodule_ids[assessment.nodules[*entry.nodule].nodule]) : "patient");
        append_json_member(out, "verdict", verdict_word(entry.verdict));
        if (of_earlier_examination) {
            out += ",\"judged_as_of\":";
            append_json_date(out, assessment.timeline.as_of);
        }
        out += ",\"facts\":[";
        append_facts(out, text, entry, assessment, record);
        out += ']';
        const bool gave_the_class = entry.list == assess::TrailEntry::List::nodule_rule &&
                                    entry.verdict == policy::Truth::yes && !entry.with_state_without_growth;
        if (gave_the_class) {
            append_comparisons(out, assessment.timeline.nodules[*entry.nodule], assessment.timeline, record,
                               judge_.limits());
            append_growth_limits(out, assessment.timeline.nodules[*entry.nodule], judge_.policy());
        }
        out += text.tail;
    }
}

void AssessmentJson::append_also(std::string& out, const assess::Assessment& assessment) const
{
    out += ",\"also\":[";
    for (const assess::AlsoAsked& asked : assessment.also) {
        if (out.back() != '[') out += ',';
        out += '{';
        append_json_member(out, "rule", judge_.policy().recommendations[asked.rule].id);
        append_json_member(out, "action", word(asked.action));
        out += ",\"due_date\":";
        append_json_date(out, asked.due_date);
        out += '}';
    }
    out += "],\"stands_since\":";
    append_json_date(out, assessment.standing ? std::optional(assessment.standing->since) : std::nullopt);
}

void AssessmentJson::append(std::string& out, const assess::Assessment& assessment, const PatientRecord& record,
                            assess::Detail detail)
{
    const policy::Policy& policy = judge_.policy();
    const assess::Timeline& timeline = assessment.timeline;
    out += "{\"patient_id\":";
    append_json_string(out, record.patient.patient_id);
    out += ",\"as_of\":";
    append_json_date(out, timeline.as_of);
    out += ",\"index_scan\":";
    if (timeline.index_rank) {
        append_json_string(out, record.scans[timeline.scans[*timeline.index_rank]].scan_id);
    } else {
        out += "null";
    }
    out += ",\"policy\":";
    out += policy_text_;
    append_json_member(out, "patient_class",
                       policy::patient_class_words[static_cast<std::size_t>(assessment.patient_class)]);
    append_json_member(out, "count_band", judge_.count_band(assessment));
    const assess::Recommendation& recommendation = assessment.recommendation;
    out += ",\"recommendation\":{";
    append_json_member(out, "action", policy::action_words[static_cast<std::size_t>(recommendation.action)]);
    out += ",\"due_date\":";
    append_json_date(out, recommendation.due_date);
    out += ",\"safety_net_ct_date\":";
    append_json_date(out, recommendation.safety_net_ct_date);
    out += ",\"options\":[";
    for (const policy::Action option : recommendation.options) {
        if (out.back() != '[') out += ',';
        append_json_string(out, policy::action_words[static_cast<std::size_t>(option)]);
    }
    out += ']';
    append_also(out, assessment);
    out += "},\"rules\":[";
    for (const std::uint32_t rule : assessment.patient_rules) {
        append_json_string(out, policy.patient_rules[rule].id);
        out += ',';
    }
    append_json_string(out, policy.recommendations[recommendation.rule].id);
    out += ']';
    append_flags(out, assessment, record);
    out += ",\"nodules\":[";
    for (const assess::NoduleAssessment& nodule : assessment.nodules)
        append_nodule(out, nodule, record);
    out += ']';
    out += ",\"reasons\":[";
    if (detail != assess::Detail::none) {
        append_reasons(out, assessment, record, false);
        // An answer that stands has its reasons in the judgement of the examination that it came from.
        if (assessment.standing && assessment.standing->came_from)
            append_reasons(out, *assessment.standing->came_from, record, true);
    }
    out += "]}\n";
}

}  // namespace nodtrack::report
