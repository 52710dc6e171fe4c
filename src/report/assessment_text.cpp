#include "nodtrack/report/assessment_text.hpp"

#include <fmt/format.h>

#include "answer_block.hpp"
#include "comparison_text.hpp"
#include "nodtrack/report/answer_text.hpp"
#include "remarks.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

std::string nodule_line(std::size_t i, const assess::Assessment& assessment, const PatientRecord& record,
                        const policy::Policy& policy)
{
    const assess::NoduleAssessment& nodule = assessment.nodules[i];
    std::string line = fmt::format("  {:<8} {:<17} {:<19}", record.nodule_ids[nodule.nodule],
                                   class_word(nodule.nodule_class), assess::word_of(nodule.growth_state));
    line += nodule.long_axis ? fmt::format("{:>6} mm", shown_size(*nodule.long_axis)) : "        –";
    line += "  " + rule_name(policy.nodule_rules[nodule.rule].id);
    if (nodule.adjustment) line += ", " + rule_name(policy.adjustments[*nodule.adjustment].id);
    if (nodule.stable_months > 0) line += fmt::format(", stable {} months", nodule.stable_months);
    if (nodule.vdt_days) line += fmt::format(", doubling time {:.1f} days", *nodule.vdt_days);
    return line + "\n";
}

}  // namespace

std::string answer_block(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge)
{
    std::string text;
    for (const std::string& line : standing_lines(assessment, record, judge))
        text += wrapped("  " + line, 4) + "\n";
    if (const auto decided = newest_decision_text(record, assessment.timeline.as_of))
        text += wrapped("  " + *decided, 4) + "\n";
    return text;
}

std::string summary_text(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge,
                         assess::Detail detail)
{
    const policy::Policy& policy = judge.policy();
    const assess::Recommendation& recommendation = assessment.recommendation;
    std::string text = wrapped(record.patient.patient_id + "  " + answer_line(assessment, record, judge), 4) + "\n";
    text += answer_block(assessment, record, judge);
    text += wrapped("  " + policy.recommendations[recommendation.rule].advises, 4) + "\n";
    text +=
        fmt::format("  {}; {}, {} countable (CT count is a lower bound); rules",
                    patient_class_word(assessment.patient_class), count_text(assessment), judge.count_band(assessment));
    for (const std::uint32_t rule : assessment.patient_rules)
        text += " " + policy.patient_rules[rule].id;
    text += " " + policy.recommendations[recommendation.rule].id + "\n";
    for (const std::size_t i : worst_first(assessment, record))
        text += nodule_line(i, assessment, record, policy);
    if (detail != assess::Detail::none) text += remarks_text(remarks(assessment, record, judge));
    return text + "\n";
}

std::string comparisons_text(std::size_t nodule, const assess::Assessment& assessment, const PatientRecord& record,
                             const assess::Judge& judge)
{
    std::string text;
    const assess::NoduleTimeline& timeline = assessment.timeline.nodules[nodule];
    for (const assess::PriorComparison& prior : timeline.comparisons) {
        text += comparison_line(prior, timeline, assessment.timeline, record, judge.limits());
    }
    text += doubling_time_line(timeline, assessment.timeline, record, judge.limits());
    return text;
}

std::string standing_notice()
{
    return "Decision support for review by radiologist and oncologist; no medical device. Imaging criteria are met or "
           "not met;\nthey prove nothing. \"No evidence at this scan\" is all that a quiet scan says.\n";
}

}  // namespace nodtrack::report
