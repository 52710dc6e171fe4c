#include <algorithm>

#include "build_timeline.hpp"

namespace nodtrack::assess {
namespace {

using growth::Change;

bool is_running(const Therapy& therapy, Date day)
{
    return therapy.start_date <= day && (!therapy.end_date || *therapy.end_date > day);
}

/// A systemic therapy overlaps (after, until].
bool overlaps(const Therapy& therapy, Date after, Date until)
{
    return therapy.start_date <= until && (!therapy.end_date || *therapy.end_date > after);
}

class GrowthJudge {
  public:
    GrowthJudge(NoduleTimeline& nodule, const Timeline& timeline, const PatientRecord& record,
                const Parameters& parameters)
        : nodule_(nodule),
          timeline_(timeline),
          record_(record),
          parameters_(parameters),
          index_date_(scan_at(record, timeline, *timeline.index_rank).scan_date)
    {}

    void judge()
    {
        const bool treated = nodule_.state == GrowthState::treated;
        note_therapy_since_first_measurement();
        GrowthState by_rows = GrowthState::stable;
        if (!nodule_.index_measurement || index_findings().status == Status::not_assessed) {
            by_rows = GrowthState::not_reported;
        } else if (index_findings().status == Status::resolved) {
            by_rows = GrowthState::resolved;
        } else if (!index_findings().long_axis) {
            by_rows = GrowthState::unmeasured;
        } else {
            compare_with_priors();
            by_rows = state_by_history();
            note_stability(by_rows);
            note_response();
        }
        nodule_.history_state = by_rows;
        if (!treated) nodule_.state = by_rows;
    }

  private:
    const Findings& index_findings() const { return record_.measurements[*nodule_.index_measurement].findings; }
    const Scan& scan(const NoduleRow& row) const { return scan_at(record_, timeline_, row.rank); }
    const Findings& findings(const NoduleRow& row) const { return record_.measurements[row.measurement].findings; }

    bool in_history(const NoduleRow& row) const
    {
        return row.rank >= nodule_.history_from_rank && row.rank < *timeline_.index_rank &&
               scan(row).is_diagnostic_ct();
    }

    static growth::SizeReading reading(const Findings& findings, const Scan& scan)
    {
        return {scan.scan_date,  *findings.long_axis,    findings.short_axis,
                findings.volume, findings.volume_method, scan.slice_thickness};
    }

    void compare_with_priors()
    {
        const Scan& index_scan = scan_at(record_, timeline_, *timeline_.index_rank);
        const growth::SizeReading current = reading(index_findings(), index_scan);
        for (std::uint32_t i = 0; i < nodule_.rows.size(); ++i) {
            const NoduleRow& row = nodule_.rows[i];
            if (!in_history(row) || !is_measurement(findings(row))) continue;
            const int age = days_between(scan(row).scan_date, index_date_);
            const bool comparable = age >= parameters_.comparable_prior_min_days;
            if (!comparable && age < parameters_.younger_prior_min_days) continue;
            nodule_.comparisons.push_back(
                {i, comparable, growth::compare(reading(findings(row), scan(row)), current, parameters_.limits)});
        }
    }

    const PriorComparison* newest_comparable() const
    {
        const PriorComparison* newest = nullptr;
        for (const PriorComparison& prior : nodule_.comparisons) {
            if (prior.comparable) newest = &prior;
        }
        return newest;
    }

    const PriorComparison* oldest_comparable() const
    {
        const auto found = std::find_if(nodule_.comparisons.begin(), nodule_.comparisons.end(),
                                        [](const PriorComparison& prior) { return prior.comparable; });
        return found == nodule_.comparisons.end() ? nullptr : &*found;
    }

    Date date_of(const PriorComparison& prior) const { return scan(nodule_.rows[prior.row]).scan_date; }

    GrowthState state_by_history()
    {
        const PriorComparison* oldest = oldest_comparable();
        nodule_.recently_first_seen =
            oldest != nullptr && days_between(date_of(*oldest), index_date_) < parameters_.new_observation_days;
        const GrowthState appeared = new_by_any_ground() ? GrowthState::newly_seen : GrowthState::no_prior;
        if (!nodule_.accepted) nodule_.state_without_growth = appeared;

        if (const auto growth = growth_state()) return *growth;
        const PriorComparison* newest = newest_comparable();
        const bool decreased = newest != nullptr && newest->comparison.change == Change::decreased;
        if (nodule_.accepted && !decreased) return GrowthState::stable;
        if (oldest == nullptr || (!decreased && nodule_.recently_first_seen)) return appeared;
        return decreased ? GrowthState::decreased : GrowthState::stable;
    }

    std::optional<GrowthState> growth_state()
    {
        int comparable = 0;
        int unequivocal = 0;
        int growing = 0;
        bool possible = false;
        for (const PriorComparison& prior : nodule_.comparisons) {
            comparable += prior.comparable ? 1 : 0;
            growing += prior.comparison.is_growth() ? 1 : 0;
            unequivocal += prior.comparison.change == Change::unequivocal_growth ? 1 : 0;
            possible = possible || (prior.comparable && prior.comparison.change == Change::possible_growth);
        }
        if (unequivocal > 0) {
            const bool oldest_grew = nodule_.comparisons.front().comparison.change == Change::unequivocal_growth;
            nodule_.outlying_prior =
                comparable >= parameters_.outlier_min_priors && unequivocal == 1 && growing == 1 && !oldest_grew;
            if (nodule_.outlying_prior) return GrowthState::possible_growth;
            note_doubling_time(Change::unequivocal_growth);
            return GrowthState::unequivocal_growth;
        }
        if (!possible) return std::nullopt;
        note_doubling_time(Change::possible_growth);
        return GrowthState::possible_growth;
    }

    void note_doubling_time(Change state)
    {
        for (std::uint32_t i = 0; i < nodule_.comparisons.size(); ++i) {
            const PriorComparison& prior = nodule_.comparisons[i];
            const auto& days = prior.comparison.doubling_time_days;
            const bool gives_the_state =
                prior.comparison.change == state && (prior.comparable || state == Change::unequivocal_growth);
            if (!gives_the_state || !days) continue;
            if (!nodule_.doubling_time_days || *days < *nodule_.doubling_time_days) {
                nodule_.doubling_time_days = days;
                nodule_.doubling_time_comparison = i;
            }
        }
    }

    /// The three grounds on which a nodule without a comparable prior is new.
    bool new_by_any_ground()
    {
        const NoduleRow* first = nullptr;
        bool came_back = false;
        for (const NoduleRow& row : nodule_.rows) {
            if (row.rank >= *timeline_.index_rank) break;
            if (scan(row).is_diagnostic_ct() && findings(row).status == Status::resolved) came_back = true;
            if (first == nullptr && in_history(row)) first = &row;
        }
        for (const Therapy& therapy : record_.therapies) {
            if (therapy.kind == TherapyKind::metastasectomy && therapy.start_date < index_date_ &&
                therapy.nodule_id == record_.nodule_ids[nodule_.nodule]) {
                came_back = true;
            }
        }
        const Status first_status = first != nullptr ? findings(*first).status : index_findings().status;
        const Date first_date = first != nullptr ? scan(*first).scan_date : index_date_;
        nodule_.reported_new_with_earlier_rows = index_findings().status == Status::newly_seen && first != nullptr;
        return first_status == Status::newly_seen || came_back || complete_reading_before(first_date);
    }

    bool complete_reading_before(Date date) const
    {
        for (const std::uint32_t position : timeline_.scans) {
            const Scan& earlier = record_.scans[position];
            if (earlier.scan_date >= date) return false;
            const bool thin =
                !earlier.slice_thickness || *earlier.slice_thickness <= parameters_.complete_reading_slice_at_most;
            if (earlier.is_diagnostic_ct() && earlier.reading == Reading::complete && thin) return true;
        }
        return false;
    }

    void note_stability(GrowthState by_history)
    {
        for (auto prior = nodule_.comparisons.rbegin(); prior != nodule_.comparisons.rend(); ++prior) {
            if (!prior->comparable) continue;
            if (prior->comparison.change != Change::stable) break;
            nodule_.stable_since = date_of(*prior);
        }
        if (!nodule_.stable_since) return;
        nodule_.stable_run_months = whole_months_between(*nodule_.stable_since, index_date_);
        if (by_history != GrowthState::stable) return;
        Date clock_start = *nodule_.stable_since;
        for (const Therapy& therapy : record_.therapies) {
            if (therapy.kind != TherapyKind::systemic || !is_seen(therapy, timeline_.as_of)) continue;
            if (is_running(therapy, index_date_)) return;
            if (therapy.end_date && *therapy.end_date <= index_date_) {
                clock_start = std::max(clock_start, *therapy.end_date);
            }
        }
        nodule_.stable_months = whole_months_between(clock_start, index_date_);
    }

    void note_response()
    {
        for (const PriorComparison& prior : nodule_.comparisons) {
            if (!prior.comparable || prior.comparison.change != Change::decreased) continue;
            if (systemic_therapy_overlaps(date_of(prior))) nodule_.responded_to_therapy = true;
        }
    }

    bool systemic_therapy_overlaps(Date after) const
    {
        return std::any_of(record_.therapies.begin(), record_.therapies.end(), [&](const Therapy& therapy) {
            return therapy.kind == TherapyKind::systemic && is_seen(therapy, timeline_.as_of) &&
                   overlaps(therapy, after, index_date_);
        });
    }

    void note_therapy_since_first_measurement()
    {
        const auto oldest = std::find_if(nodule_.rows.begin(), nodule_.rows.end(), [&](const NoduleRow& row) {
            return in_history(row) && is_measurement(findings(row));
        });
        const Date since_ever = Date::from_days(-1000000);
        const bool measured_before = oldest != nodule_.rows.end();
        nodule_.systemic_therapy_since_first_measurement = measured_before
                                                               ? systemic_therapy_overlaps(scan(*oldest).scan_date)
                                                               : systemic_therapy_overlaps(since_ever);
    }

    NoduleTimeline& nodule_;
    const Timeline& timeline_;
    const PatientRecord& record_;
    const Parameters& parameters_;
    Date index_date_;
};

}  // namespace

void judge_growth(NoduleTimeline& nodule, const Timeline& timeline, const PatientRecord& record,
                  const Parameters& parameters)
{
    GrowthJudge(nodule, timeline, record, parameters).judge();
}

}  // namespace nodtrack::assess
