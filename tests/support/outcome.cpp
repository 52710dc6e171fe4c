#include "outcome.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nodtrack::cases {
namespace {

std::string day_text(const std::optional<Date>& day)
{
    return day ? day->iso() : "none";
}

std::string rule_ids(const policy::Policy& policy, const assess::Assessment& assessment)
{
    std::string ids;
    for (const std::uint32_t rule : assessment.patient_rules)
        ids += policy.patient_rules[rule].id + " ";
    return ids + policy.recommendations[assessment.recommendation.rule].id;
}

std::string asked_also(const policy::Policy& policy, const assess::Assessment& assessment)
{
    std::string text;
    for (const assess::AlsoAsked& also : assessment.also)
        text += " " + policy.recommendations[also.rule].id + ":" + day_text(also.due_date);
    return text.empty() ? " none" : text;
}

std::string nodule_line(const policy::Policy& policy, const PatientRecord& record,
                        const assess::NoduleAssessment& nodule)
{
    std::string line = fmt::format(
        "{} {} {} {}", record.nodule_ids[nodule.nodule], assess::word_of(nodule.growth_state),
        policy::nodule_class_words[static_cast<std::size_t>(nodule.nodule_class)], policy.nodule_rules[nodule.rule].id);
    if (nodule.adjustment) line += " " + policy.adjustments[*nodule.adjustment].id;
    if (nodule.vdt_days) line += fmt::format(" vdt {:.1f}", *nodule.vdt_days);
    if (nodule.stable_months != 0) line += fmt::format(" stable {}", nodule.stable_months);
    return line;
}

bool is_raised(const ExpectedFlag& wanted, const PatientRecord& record, const assess::Assessment& assessment)
{
    return std::any_of(assessment.flags.begin(), assessment.flags.end(), [&](const assess::Flag& flag) {
        const std::string subject = flag.nodule ? record.nodule_ids[*flag.nodule] : "";
        return assess::flag_code_words[static_cast<std::size_t>(flag.code)] == wanted.code &&
               subject == wanted.subject && flag.text.find(wanted.fragment) != std::string::npos;
    });
}

}  // namespace

std::vector<std::string> outcome_lines(const assess::Judge& judge, const PatientRecord& record,
                                       const assess::Assessment& assessment)
{
    const policy::Policy& policy = judge.policy();
    const assess::Recommendation& advice = assessment.recommendation;
    std::string options;
    for (const policy::Action option : advice.options) {
        if (!options.empty()) options += ' ';
        options += policy::action_words[static_cast<std::size_t>(option)];
    }
    std::vector<std::string> lines = {
        fmt::format("class {}", policy::patient_class_words[static_cast<std::size_t>(assessment.patient_class)]),
        fmt::format("action {}", policy::action_words[static_cast<std::size_t>(advice.action)]),
        "due " + day_text(advice.due_date),
        "safety net " + day_text(advice.safety_net_ct_date),
        "options " + (options.empty() ? "none" : options),
        fmt::format("count band {}", judge.count_band(assessment)),
        "rules " + rule_ids(policy, assessment),
        "also" + asked_also(policy, assessment),
        "stands since " + (assessment.standing ? assessment.standing->since.iso() : "none")};
    for (const assess::NoduleAssessment& nodule : assessment.nodules) {
        lines.push_back(nodule_line(policy, record, nodule));
    }
    return lines;
}

std::string flag_line(const PatientRecord& record, const assess::Flag& flag)
{
    std::string line(assess::flag_code_words[static_cast<std::size_t>(flag.code)]);
    if (flag.nodule) line += "(" + record.nodule_ids[*flag.nodule] + ")";
    return line + ": " + flag.text;
}

std::string joined_lines(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines)
        text += line + "\n";
    return text;
}

std::string whole_outcome(const assess::Judge& judge, const PatientRecord& record, const assess::Assessment& assessment)
{
    std::string text = joined_lines(outcome_lines(judge, record, assessment));
    for (const assess::Flag& flag : assessment.flags)
        text += flag_line(record, flag) + "\n";
    return text;
}

std::string whole_outcome(const assess::Judge& judge, const PatientRecord& record, Date as_of)
{
    return whole_outcome(judge, record, judge.assess(record, as_of, assess::Detail::none));
}

std::string contradiction(const assess::Judge& judge, const ClinicalCase& row)
{
    const auto assessment = judge.assess(row.record, row.as_of, assess::Detail::none);
    std::string text;
    const auto judged = outcome_lines(judge, row.record, assessment);
    if (judged != row.expected) {
        text += "demanded:\n" + joined_lines(row.expected) + "judged:\n" + joined_lines(judged);
    }
    for (const ExpectedFlag& flag : row.expected_flags) {
        if (is_raised(flag, row.record, assessment) == flag.present) continue;
        text += fmt::format("flag {}{}({}) ~ {}\n", flag.present ? '+' : '-', flag.code, flag.subject, flag.fragment);
    }
    if (!text.empty()) {
        for (const assess::Flag& flag : assessment.flags)
            text += "raised: " + flag_line(row.record, flag) + "\n";
    }
    return text;
}

}  // namespace nodtrack::cases
