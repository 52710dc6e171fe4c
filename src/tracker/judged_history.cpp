#include "nodtrack/tracker/judged_history.hpp"

#include <algorithm>

namespace nodtrack::tracker {
namespace {

void fill_in(interop::HistoryRow& row, const assess::NoduleAssessment& nodule, const policy::Policy& policy)
{
    row.growth_state = assess::growth_state_words[static_cast<std::size_t>(nodule.growth_state)];
    row.nodule_class = policy::nodule_class_words[static_cast<std::size_t>(nodule.nodule_class)];
    row.rules = policy.nodule_rules[nodule.rule].id;
    if (nodule.adjustment) row.rules += ";" + policy.adjustments[*nodule.adjustment].id;
    row.vdt_days = nodule.vdt_days;
    row.stable_months = nodule.stable_months;
}

}  // namespace

std::vector<interop::HistoryRow> judged_history_of(const PatientRecord& record, const assess::Judge& judge)
{
    auto rows = interop::history_rows_of(record);
    for (const Scan& scan : record.scans) {
        if (!scan.is_diagnostic_ct()) continue;
        const auto assessment = judge.assess(record, scan.scan_date, assess::Detail::none);
        const auto& timeline = assessment.timeline;
        // Of two CTs of one day, the later by id is the index scan of that day.
        if (!timeline.index_rank || &record.scans[timeline.scans[*timeline.index_rank]] != &scan) continue;
        for (interop::HistoryRow& row : rows) {
            if (row.scan != &scan) continue;
            const auto judged =
                std::find_if(assessment.nodules.begin(), assessment.nodules.end(),
                             [&](const auto& nodule) { return record.nodule_ids[nodule.nodule] == row.nodule_id; });
            if (judged != assessment.nodules.end()) fill_in(row, *judged, judge.policy());
        }
    }
    return rows;
}

}  // namespace nodtrack::tracker
