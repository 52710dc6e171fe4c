#include <algorithm>

#include "build_timeline.hpp"
#include "facts.hpp"
#include "nodtrack/assess/judge.hpp"

namespace nodtrack::assess {
namespace {

class RowCollector {
  public:
    RowCollector(std::size_t nodule, const Assessment& assessment, const PatientRecord& record)
        : assessment_(assessment), record_(record), nodule_(assessment.timeline.nodules[nodule])
    {}

    std::vector<RowReference> collect(NoduleFact fact)
    {
        switch (fact) {
            case NoduleFact::growth_state:
            case NoduleFact::history_state:
            case NoduleFact::state_without_growth:
            case NoduleFact::recently_first_seen:
                compared_rows();
                if (nodule_.state == GrowthState::treated) therapies({TherapyKind::sbrt, TherapyKind::ablation}, true);
                if (nodule_.accepted) events({EventKind::board_baseline});
                break;
            case NoduleFact::stable_months:
                stable_rows();
                therapies({TherapyKind::systemic}, false);
                break;
            case NoduleFact::stable_run_months:
                stable_rows();
                break;
            case NoduleFact::responded_to_therapy:
                decreased_rows();
                therapies({TherapyKind::systemic}, false);
                break;
            case NoduleFact::accepted:
                events({EventKind::board_baseline});
                break;
            case NoduleFact::systemic_therapy_since_first_measurement:
                therapies({TherapyKind::systemic}, false);
                break;
            case NoduleFact::suv_max:
                if (nodule_.suv_row) measurement(nodule_.suv_row->measurement);
                break;
            case NoduleFact::vdt_days:
                if (nodule_.doubling_time_comparison) {
                    prior(nodule_.comparisons[*nodule_.doubling_time_comparison]);
                    index_measurement();
                }
                break;
            case NoduleFact::pathology_malignant:
                events({EventKind::pathology_malignant});
                break;
            case NoduleFact::pathology_benign:
                events({EventKind::pathology_benign});
                break;
            default:
                index_measurement();
                break;
        }
        return std::move(rows_);
    }

  private:
    void measurement(std::uint32_t index) { rows_.push_back({RowKind::measurement, index}); }
    void index_measurement()
    {
        if (!nodule_.index_measurement) return;
        measurement(*nodule_.index_measurement);
        if (!nodule_.added_sizes.empty()) added_to(index_row_of(nodule_));
    }
    void prior(const PriorComparison& comparison)
    {
        measurement(nodule_.rows[comparison.row].measurement);
        added_to(comparison.row);
    }
    /// What counts with the row, where the nodule split or others merged into it.
    void added_to(std::uint32_t row)
    {
        for (const AddedSize& added : nodule_.added_sizes) {
            if (added.row == row) measurement(added.measurement);
        }
    }

    void compared_rows()
    {
        for (const PriorComparison& comparison : nodule_.comparisons)
            prior(comparison);
        index_measurement();
    }

    void stable_rows()
    {
        std::vector<RowReference> run;
        for (auto entry = nodule_.comparisons.rbegin(); entry != nodule_.comparisons.rend(); ++entry) {
            if (!entry->comparable) continue;
            if (entry->comparison.change != growth::Change::stable) break;
            run.push_back({RowKind::measurement, nodule_.rows[entry->row].measurement});
        }
        rows_.insert(rows_.end(), run.rbegin(), run.rend());
        index_measurement();
    }

    void decreased_rows()
    {
        for (const PriorComparison& entry : nodule_.comparisons) {
            if (entry.comparable && entry.comparison.change == growth::Change::decreased) prior(entry);
        }
        index_measurement();
    }

    void therapies(std::initializer_list<TherapyKind> kinds, bool naming_the_nodule)
    {
        for (std::uint32_t i = 0; i < record_.therapies.size(); ++i) {
            const Therapy& therapy = record_.therapies[i];
            const bool of_kind = std::find(kinds.begin(), kinds.end(), therapy.kind) != kinds.end();
            const bool named = !naming_the_nodule || therapy.nodule_id == record_.nodule_ids[nodule_.nodule];
            if (of_kind && named && is_seen(therapy, assessment_.timeline.as_of))
                rows_.push_back({RowKind::therapy, i});
        }
    }

    void events(std::initializer_list<EventKind> kinds)
    {
        for (std::uint32_t i = 0; i < record_.events.size(); ++i) {
            const NoduleEvent& event = record_.events[i];
            const bool of_kind = std::find(kinds.begin(), kinds.end(), event.kind) != kinds.end();
            if (of_kind && event.nodule_id == record_.nodule_ids[nodule_.nodule] &&
                is_seen(event, assessment_.timeline.as_of)) {
                rows_.push_back({RowKind::event, i});
            }
        }
    }

    const Assessment& assessment_;
    const PatientRecord& record_;
    const NoduleTimeline& nodule_;
    std::vector<RowReference> rows_;
};

}  // namespace

std::vector<RowReference> rows_of(NoduleFact fact, std::size_t nodule, const Assessment& assessment,
                                  const PatientRecord& record)
{
    return RowCollector(nodule, assessment, record).collect(fact);
}

std::vector<RowReference> Judge::rows_of(PatientFact fact, const Assessment& assessment,
                                         const PatientRecord& record) const
{
    const Timeline& timeline = assessment.timeline;
    std::vector<RowReference> rows;
    const auto scans_where = [&](auto&& records) {
        for (std::uint32_t rank = 0; rank < timeline.scans.size(); ++rank) {
            if (is_since_index(record, timeline, rank) && records(scan_at(record, timeline, rank))) {
                rows.push_back({RowKind::scan, timeline.scans[rank]});
            }
        }
    };
    const auto visits_where = [&](auto&& records) {
        for (std::uint32_t i = 0; i < record.visits.size(); ++i) {
            const Visit& visit = record.visits[i];
            const bool counts = is_seen(visit, timeline.as_of) && records(visit);
            if (counts) rows.push_back({RowKind::visit, i});
        }
    };
    const auto since_index = [&](const Visit& visit) { return is_since_index(record, timeline, visit.visit_date); };
    switch (fact) {
        case PatientFact::has_index_scan:
        case PatientFact::reading:
        case PatientFact::iv_contrast:
            if (timeline.index_rank) rows.push_back({RowKind::scan, timeline.scans[*timeline.index_rank]});
            break;
        case PatientFact::urgent_symptom_since_index:
            scans_where([&](const Scan& scan) { return has_urgent_symptom(scan, *parameters_); });
            visits_where(
                [&](const Visit& visit) { return since_index(visit) && has_urgent_symptom(visit, *parameters_); });
            break;
        case PatientFact::board_finding_since_index:
            scans_where([&](const Scan& scan) { return has_board_finding(scan, *parameters_); });
            break;
        case PatientFact::open_local_sign: {
            // On any day, with no decision dated on that day or later.
            const auto days = open_local_sign_days(record, timeline, *parameters_);
            const auto is_open = [&](Date date) { return days.oldest && date >= *days.oldest; };
            for (const std::uint32_t position : timeline.scans) {
                const Scan& scan = record.scans[position];
                const bool counts = is_open(scan.scan_date) && has_local_recurrence_sign(scan, *parameters_);
                if (counts) rows.push_back({RowKind::scan, position});
            }
            visits_where([&](const Visit& visit) {
                return is_open(visit.visit_date) && has_local_recurrence_sign(visit, *parameters_);
            });
            break;
        }
        case PatientFact::pleural_event_since_index:
            scans_where(has_pleural_event);
            break;
        case PatientFact::local_recurrence_sign_since_index:
            scans_where([&](const Scan& scan) { return has_local_recurrence_sign(scan, *parameters_); });
            visits_where([&](const Visit& visit) {
                return since_index(visit) && has_local_recurrence_sign(visit, *parameters_);
            });
            break;
        case PatientFact::ungated_class:
            break;
        default:
            rows.push_back({RowKind::patient, 0});
            break;
    }
    return rows;
}

}  // namespace nodtrack::assess
