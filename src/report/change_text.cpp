#include "nodtrack/report/change_text.hpp"

#include <algorithm>

#include "comparison_text.hpp"
#include "nodtrack/report/assessment_text.hpp"

namespace nodtrack::report {
namespace {

std::string changes_of(const assess::NoduleTimeline& nodule, const assess::Timeline& timeline,
                       const PatientRecord& record, const growth::Limits& limits)
{
    if (nodule.comparisons.empty()) {
        return "  no comparable prior measurement (state " + std::string(assess::word_of(nodule.state)) + ")\n";
    }
    const assess::PriorComparison& last = nodule.comparisons.back();
    const auto first = std::find_if(nodule.comparisons.begin(), nodule.comparisons.end(),
                                    [](const assess::PriorComparison& prior) { return prior.comparable; });
    std::string text = "  since the last measured CT\n" + comparison_line(last, nodule, timeline, record, limits);
    if (first != nodule.comparisons.end() && first->row != last.row) {
        text += "  since the first comparable CT\n" + comparison_line(*first, nodule, timeline, record, limits);
    }
    return text + doubling_time_line(nodule, timeline, record, limits);
}

}  // namespace

std::string change_text(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge,
                        std::string_view scan_id, std::string_view nodule_id)
{
    const assess::Timeline& timeline = assessment.timeline;
    const bool on_index_scan =
        timeline.index_rank && record.scans[timeline.scans[*timeline.index_rank]].scan_id == scan_id;
    const auto judged = std::find_if(timeline.nodules.begin(), timeline.nodules.end(),
                                     [&](const auto& nodule) { return record.nodule_ids[nodule.nodule] == nodule_id; });
    std::string text;
    if (judged == timeline.nodules.end()) {
        text = "  the nodule is not judged as of " + timeline.as_of.iso() + "\n";
    } else if (!on_index_scan) {
        text = "  not on the newest diagnostic CT: the assessment below rests on that one\n";
    } else {
        text = changes_of(*judged, timeline, record, judge.limits());
    }
    return text + summary_text(assessment, record, judge, assess::Detail::fired);
}

}  // namespace nodtrack::report
