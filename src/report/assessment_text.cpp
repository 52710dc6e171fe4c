#include "nodtrack/report/assessment_text.hpp"

#include <fmt/format.h>

#include "comparison_text.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

std::string due_text(const assess::Recommendation& recommendation)
{
    std::string text;
    if (recommendation.due_date) text += " due " + recommendation.due_date->iso();
    if (recommendation.safety_net_ct_date) {
        text += ", safety-net CT " + recommendation.safety_net_ct_date->iso();
    }
    for (const policy::Action option : recommendation.options) {
        text += ", option " + std::string(policy::action_words[static_cast<std::size_t>(option)]);
    }
    return text;
}

std::string nodule_line(std::size_t i, const assess::Assessment& assessment, const PatientRecord& record,
                        const policy::Policy& policy)
{
    const assess::NoduleAssessment& nodule = assessment.nodules[i];
    std::string line = fmt::format("  {:<8} {:<17} {:<19}", record.nodule_ids[nodule.nodule],
                                   class_word(nodule.nodule_class), assess::word_of(nodule.growth_state));
    line += nodule.long_axis ? fmt::format("{:>6} mm", decimal_text(nodule.long_axis->thousandths())) : "        –";
    line += "  " + policy.nodule_rules[nodule.rule].id;
    if (nodule.adjustment) line += " " + policy.adjustments[*nodule.adjustment].id;
    if (nodule.stable_months > 0) line += fmt::format(", stable {} months", nodule.stable_months);
    if (nodule.vdt_days) line += fmt::format(", doubling time {:.1f} days", *nodule.vdt_days);
    return line + "\n";
}

}  // namespace

std::string summary_text(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge,
                         assess::Detail detail)
{
    const policy::Policy& policy = judge.policy();
    const assess::Recommendation& recommendation = assessment.recommendation;
    std::string text = fmt::format("{}  {}{}\n", record.patient.patient_id, action_word(recommendation.action),
                                   due_text(recommendation));
    text += fmt::format("  {}\n  {}, {} countable (CT count is a lower bound); rules",
                        policy.recommendations[recommendation.rule].advises,
                        patient_class_word(assessment.patient_class), judge.count_band(assessment));
    for (const std::uint32_t rule : assessment.patient_rules)
        text += " " + policy.patient_rules[rule].id;
    text += " " + policy.recommendations[recommendation.rule].id + "\n";
    for (std::size_t i = 0; i < assessment.nodules.size(); ++i)
        text += nodule_line(i, assessment, record, policy);
    if (detail != assess::Detail::none) text += flags_text(assessment, record, std::nullopt);
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
