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
          index_date_(index_date_of(record, timeline))
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
        } else if (!nodule_.size) {
            by_rows = GrowthState::unmeasured;
        } else {
            compare_with_priors();
            by_rows = state_by_history();
            note_stability(by_rows);
            note_response();
        }
        nodule_.history_state = by_rows;
        if (!treated) nodule_.state = by_rows;
        // Only a nodule in growth has another state besides; a treated one is in none.
        if (treated) nodule_.state_without_growth.reset();
    }

  private:
    const Findings& index_findings() const { return record_.measurements[*nodule_.index_measurement].findings; }
    const Scan& scan(const NoduleRow& row) const { return scan_at(record_, timeline_, row.rank); }
    const Findings& findings(const NoduleRow& row) const { return record_.measurements[row.measurement].findings; }

    bool in_history(const NoduleRow& row) const
    {
        return row.of_examination && row.before_index && row.rank >= nodule_.history_from_rank;
    }

    static growth::SizeReading reading(const Findings& findings, Length long_axis, const Scan& scan)
    {
        return {scan.scan_date,         long_axis,           findings.short_axis, findings.volume,
                findings.volume_method, scan.slice_thickness};
    }

    /// Solid components add up as long axes do; where one of them is not known, the sum is not.
    growth::DensityReading density_of_row(std::uint32_t i) const
    {
        const Findings& own = findings(nodule_.rows[i]);
        growth::DensityReading density{own.solid_component, own.attenuation, own.calcification,
                                       scan(nodule_.rows[i]).iv_contrast};
        for (const AddedSize& added : nodule_.added_sizes) {
            if (added.row != i) continue;
            const auto& other = record_.measurements[added.measurement].findings.solid_component;
            if (density.solid_component && other) {
                density.solid_component = *density.solid_component + *other;
            } else {
                density.solid_component.reset();
            }
        }
        return density;
    }

    void compare_with_priors()
    {
        const Scan& index_scan = record_.scans[record_.measurements[*nodule_.index_measurement].scan];
        const std::uint32_t index_row = index_row_of(nodule_);
        growth::SizeReading current = reading(index_findings(), *nodule_.size, index_scan);
        if (has_added_sizes(nodule_, index_row)) current = size_of_row(nodule_, index_row, record_, timeline_);
        const growth::DensityReading density_now = density_of_row(index_row);
        for (std::uint32_t i = 0; i < nodule_.rows.size(); ++i) {
            const NoduleRow& row = nodule_.rows[i];
            if (!in_history(row) || !is_measurement(findings(row))) continue;
            const int age = days_between(scan(row).scan_date, index_date_);
            const bool comparable = age >= parameters_.comparable_prior_min_days;
            if (!comparable && age < parameters_.younger_prior_min_days) continue;
            growth::Comparison comparison =
                growth::compare(size_of_row(nodule_, i, record_, timeline_), current, parameters_.limits);
            growth::consider_density(density_of_row(i), density_now, timeline_.calcifying_primary, parameters_.limits,
                                     comparison);
            nodule_.comparisons.push_back({i, comparable, comparison});
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
        const PriorComparison* newest = newest_comparable();
        const bool decreased = newest != nullptr && newest->comparison.change == Change::decreased;
        note_creep(oldest);

        if (const auto growth = growth_state()) {
            const bool seen_lately = oldest == nullptr || (!decreased && nodule_.recently_first_seen);
            if (!nodule_.accepted && seen_lately) nodule_.state_without_growth = appeared;
            return *growth;
        }
        if (nodule_.accepted && !decreased) return GrowthState::stable;
        if (oldest == nullptr || (!decreased && nodule_.recently_first_seen)) return appeared;
        return decreased ? GrowthState::decreased : GrowthState::stable;
    }

    void note_creep(const PriorComparison* oldest)
    {
        if (oldest == nullptr) return;
        if (whole_months_between(date_of(*oldest), index_date_) < parameters_.creep_prior_min_months) return;
        nodule_.creep = oldest->comparison.long_axis_change;
    }

    /// How the comparisons speak together. Source: decision table, section 1, Growth state (O-70).
    std::optional<GrowthState> growth_state()
    {
        int comparable = 0;
        int comparable_growing = 0;
        int unequivocal = 0;
        bool younger_unequivocal = false;
        bool any_comparable_unequivocal = false;
        bool any_comparable_possible = false;
        for (const PriorComparison& prior : nodule_.comparisons) {
            const bool says_unequivocal = prior.comparison.change == Change::unequivocal_growth;
            unequivocal += says_unequivocal ? 1 : 0;
            if (!prior.comparable) {
                younger_unequivocal = younger_unequivocal || says_unequivocal;
                continue;
            }
            ++comparable;
            comparable_growing += prior.comparison.is_growth() ? 1 : 0;
            any_comparable_unequivocal = any_comparable_unequivocal || says_unequivocal;
            any_comparable_possible = any_comparable_possible || prior.comparison.change == Change::possible_growth;
        }
        const bool oldest_says_unequivocal =
            !nodule_.comparisons.empty() && nodule_.comparisons.front().comparison.change == Change::unequivocal_growth;
        nodule_.outlying_prior = comparable >= parameters_.outlier_min_priors && unequivocal == 1 &&
                                 !oldest_says_unequivocal && !any_comparable_possible;
        if (nodule_.outlying_prior) return GrowthState::possible_growth;

        constexpr std::int64_t thousandths = 1000;
        const bool few = comparable < parameters_.outlier_min_priors || parameters_.growth_support_permille == 0;
        const bool many_grow = thousandths * comparable_growing >= parameters_.growth_support_permille * comparable;
        const auto is_supported = [&](Change change) {
            return few || many_grow || oldest_comparable()->comparison.change == change ||
                   newest_comparable()->comparison.change == change;
        };
        if (younger_unequivocal || (any_comparable_unequivocal && is_supported(Change::unequivocal_growth))) {
            note_doubling_time(Change::unequivocal_growth);
            return GrowthState::unequivocal_growth;
        }
        if (any_comparable_unequivocal || (any_comparable_possible && is_supported(Change::possible_growth))) {
            note_doubling_time(Change::possible_growth);
            return GrowthState::possible_growth;
        }
        return std::nullopt;
    }

    /// The shortest of the comparisons that give the state. An unequivocal one without support gives possible growth.
    void note_doubling_time(Change state)
    {
        for (std::uint32_t i = 0; i < nodule_.comparisons.size(); ++i) {
            const PriorComparison& prior = nodule_.comparisons[i];
            const auto& days = prior.comparison.doubling_time_days;
            const bool gives_the_state = state == Change::unequivocal_growth
                                             ? prior.comparison.change == Change::unequivocal_growth
                                             : prior.comparable && prior.comparison.is_growth();
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
            if (!row.before_index || !row.of_examination) continue;
            if (findings(row).status == Status::resolved) came_back = true;
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
        return std::any_of(timeline_.examinations.begin(), timeline_.examinations.end(), [&](const Examination& entry) {
            if (entry.date >= date) return false;
            const Scan& preferred = scan_at(record_, timeline_, entry.preferred);
            const bool thin =
                !preferred.slice_thickness || *preferred.slice_thickness <= parameters_.complete_reading_slice_at_most;
            return preferred.reading == Reading::complete && thin;
        });
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

    /// Responded to therapy (O-28): it shrank, by sizes, across a systemic therapy.
    void note_response()
    {
        const bool any_systemic =
            std::any_of(record_.therapies.begin(), record_.therapies.end(),
                        [](const Therapy& therapy) { return therapy.kind == TherapyKind::systemic; });
        if (!any_systemic) return;
        for (const PriorComparison& prior : nodule_.comparisons) {
            if (!prior.comparable || prior.comparison.size_change != Change::decreased) continue;
            if (systemic_therapy_overlaps(date_of(prior), index_date_)) nodule_.responded_to_therapy = true;
        }
        for (auto later = nodule_.rows.begin(); later != nodule_.rows.end() && !nodule_.responded_to_therapy; ++later) {
            for (auto earlier = nodule_.rows.begin(); earlier != later; ++earlier) {
                if (shrank_across_therapy(*earlier, *later)) nodule_.responded_to_therapy = true;
            }
        }
    }

    bool shrank_across_therapy(const NoduleRow& earlier, const NoduleRow& later) const
    {
        if (!in_history(earlier) || !in_history(later)) return false;
        if (!is_measurement(findings(earlier)) || !is_measurement(findings(later))) return false;
        const Date from = scan(earlier).scan_date;
        const Date until = scan(later).scan_date;
        if (days_between(from, until) < parameters_.comparable_prior_min_days) return false;
        if (!systemic_therapy_overlaps(from, until)) return false;
        const auto sizes = [&](const NoduleRow& row) {
            const auto place = static_cast<std::uint32_t>(&row - nodule_.rows.data());
            return size_of_row(nodule_, place, record_, timeline_);
        };
        return growth::compare(sizes(earlier), sizes(later), parameters_.limits).size_change == Change::decreased;
    }

    bool systemic_therapy_overlaps(Date after, Date until) const
    {
        return std::any_of(record_.therapies.begin(), record_.therapies.end(), [&](const Therapy& therapy) {
            return therapy.kind == TherapyKind::systemic && is_seen(therapy, timeline_.as_of) &&
                   overlaps(therapy, after, until);
        });
    }

    void note_therapy_since_first_measurement()
    {
        const auto oldest = std::find_if(nodule_.rows.begin(), nodule_.rows.end(), [&](const NoduleRow& row) {
            return in_history(row) && is_measurement(findings(row));
        });
        const Date since_ever = Date::from_days(-1000000);
        const bool measured_before = oldest != nodule_.rows.end();
        nodule_.systemic_therapy_since_first_measurement =
            measured_before ? systemic_therapy_overlaps(scan(*oldest).scan_date, index_date_)
                            : systemic_therapy_overlaps(since_ever, index_date_);
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

std::optional<NoduleTimeline> with_size_bound(const NoduleTimeline& nodule, const Timeline& timeline,
                                              const PatientRecord& record, const Parameters& parameters)
{
    if (nodule.state != GrowthState::unmeasured || !nodule.index_measurement) return std::nullopt;
    const Findings& findings = record.measurements[*nodule.index_measurement].findings;
    std::optional<Length> bound = findings.short_axis;
    if (findings.volume) {
        const double diameter_mm = growth::sphere_diameter_mm(*findings.volume);
        const auto by_volume =
            Length::from_thousandths(static_cast<std::int64_t>(diameter_mm * Length::thousandths_per_unit));
        bound = std::max(bound.value_or(by_volume), by_volume);
    }
    if (!bound) return std::nullopt;
    NoduleTimeline bounded = nodule;
    bounded.size = bound;
    bounded.suv_row.reset();
    judge_growth(bounded, timeline, record, parameters);
    return bounded;
}

}  // namespace nodtrack::assess
