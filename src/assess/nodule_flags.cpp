#include "nodule_flags.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "build_timeline.hpp"
#include "facts.hpp"
#include "nodtrack/growth/measurement_error.hpp"

namespace nodtrack::assess {
namespace {

std::string millimetres(Length length)
{
    return decimal_text(length.thousandths()) + " mm";
}

class NoduleFlagRaiser {
  public:
    NoduleFlagRaiser(const policy::Policy& policy, const Parameters& parameters, const PatientRecord& record,
                     Assessment& assessment)
        : policy_(policy), parameters_(parameters), record_(record), assessment_(assessment)
    {}

    void raise(std::size_t i)
    {
        const NoduleTimeline& timeline = assessment_.timeline.nodules[i];
        const NoduleAssessment& assessed = assessment_.nodules[i];
        const std::uint32_t position = assessed.nodule;
        event_flags(timeline, position);
        kin_flags(timeline, position);
        suv_flags(timeline, assessed);
        if (!timeline.index_measurement) return;
        const Findings& findings = record_.measurements[*timeline.index_measurement].findings;
        if (!findings.long_axis && timeline.size) {
            nodule(position, FlagCode::judged_by_size_bound,
                   fmt::format("long axis not measured: judged by its lower bound of {} (short axis or volume)",
                               millimetres(*timeline.size)));
        }
        if (!is_measurement(findings)) return;
        if (!findings.attenuation) {
            nodule(position, FlagCode::attenuation_unknown, "attenuation not reported: alarm as solid, no reassurance");
        }
        if (!findings.calcification) {
            const auto& last_said = timeline.last_said_calcification;
            nodule(position, FlagCode::calcification_unknown,
                   last_said ? fmt::format("calcification not reported: no benign credit; last said {}, which counts "
                                           "for alarm",
                                           word(*last_said))
                             : std::string("calcification not reported: no benign credit"));
        }
        if (!findings.side) {
            nodule(position, FlagCode::side_unknown,
                   timeline.side ? fmt::format("side not reported: taken as {}, as last said or by its lobe",
                                               word(*timeline.side))
                                 : std::string("side not reported: it neither helps nor hinders two-sidedness"));
        }
        day_sizes(timeline, findings);
        growth_flags(timeline, findings, position);
        straddling(findings, record_.scans[record_.measurements[*timeline.index_measurement].scan].slice_thickness,
                   position);
    }

  private:
    void nodule(std::uint32_t position, FlagCode code, std::string text)
    {
        assessment_.flags.push_back({code, position, std::move(text)});
    }
    void event_flags(const NoduleTimeline& timeline, std::uint32_t position)
    {
        if (timeline.pathology_malignant) {
            nodule(position, FlagCode::confirmed_by_pathology,
                   "confirmed by pathology: record it as a known metastasis");
        }
        if (timeline.not_a_nodule_reopened) {
            nodule(position, FlagCode::not_a_nodule_reopened,
                   fmt::format("said to be no nodule, but later measured {} or more: judged again",
                               millimetres(parameters_.not_a_nodule_ends_at)));
        }
    }

    std::string_view id_of(std::uint32_t nodule) const { return record_.nodule_ids[nodule]; }

    /// `N1 7.0 mm + N2 5.0 mm`
    std::string summands(const NoduleTimeline& timeline, std::uint32_t row) const
    {
        const auto part = [&](std::uint32_t measurement) {
            const Measurement& one = record_.measurements[measurement];
            return fmt::format("{} {}", id_of(one.nodule), millimetres(*one.findings.long_axis));
        };
        std::string text = part(timeline.rows[row].measurement);
        for (const AddedSize& added : timeline.added_sizes) {
            if (added.row == row) text += " + " + part(added.measurement);
        }
        return text;
    }

    std::string ids(const std::vector<std::uint32_t>& nodules) const
    {
        std::string text;
        for (const std::uint32_t nodule : nodules)
            text += (text.empty() ? "" : ", ") + std::string(id_of(nodule));
        return text;
    }

    /// What counts with the nodule, or as what it counts.
    void kin_flags(const NoduleTimeline& timeline, std::uint32_t position)
    {
        if (timeline.fragment_of) {
            nodule(position, FlagCode::fragment_of_nodule,
                   fmt::format("a fragment of {} since the CT of {}: judged by its own size here, and with the other "
                               "fragments by their sum there",
                               id_of(*timeline.fragment_of), timeline.kin_since->iso()));
        }
        const auto& sums = assessment_.timeline.by_sum;
        const auto by_sum = std::ranges::find(sums, position, &NoduleTimeline::nodule);
        if (by_sum != sums.end() && by_sum->size) {
            const bool counts = !timeline.fragments.empty();
            nodule(
                position, FlagCode::fragments_summed,
                fmt::format("split (CT of {}) into {}: {}, {} = {}{}", by_sum->kin_since->iso(), ids(by_sum->fragments),
                            counts ? "the sum counts" : "its own size counts, which is worse than the sum",
                            summands(*by_sum, index_row_of(*by_sum)), millimetres(*by_sum->size),
                            by_sum->sum_is_complete ? "" : "; a piece was not measured, so it is a lower bound"));
        }
        if (timeline.merged_in.empty()) return;
        std::string text = fmt::format("{} merged into it (CT of {}): its own size is held against the sum of before",
                                       ids(timeline.merged_in), timeline.kin_since->iso());
        for (auto prior = timeline.comparisons.rbegin(); prior != timeline.comparisons.rend(); ++prior) {
            if (!has_added_sizes(timeline, prior->row)) continue;
            const Scan& scan = scan_at(record_, assessment_.timeline, timeline.rows[prior->row].rank);
            text += fmt::format(", {} = {} on {}", summands(timeline, prior->row),
                                millimetres(size_of_row(timeline, prior->row, record_, assessment_.timeline).long_axis),
                                scan.scan_date.iso());
            break;
        }
        nodule(position, FlagCode::merged_nodules, std::move(text));
    }

    void suv_flags(const NoduleTimeline& timeline, const NoduleAssessment& assessed)
    {
        if (!timeline.suv_row) return;
        const auto& suv = record_.measurements[timeline.suv_row->measurement].findings.suv_max;
        if (suv == parameters_.suv_cut_off) {
            nodule(assessed.nodule, FlagCode::suv_at_cut_off,
                   "SUVmax stands exactly at " + decimal_text(suv->thousandths()) +
                       ": sources disagree whether that is positive; here it is not");
        }
        if (assessed.adjustment && !policy_.adjustments[*assessed.adjustment].raise_to) {
            nodule(assessed.nodule, FlagCode::negative_pet_does_not_reassure,
                   "SUVmax " + decimal_text(suv->thousandths()) +
                       ": a negative PET changes nothing; small nodules and histologies that are not avid stay dark");
        }
    }

    void growth_flags(const NoduleTimeline& timeline, const Findings& findings, std::uint32_t position)
    {
        if (timeline.state == GrowthState::no_prior) {
            nodule(position, FlagCode::priors_missing, "no comparable prior: ask for the earlier examinations");
        }
        if (timeline.reported_new_with_earlier_rows) {
            nodule(position, FlagCode::reported_new_with_earlier_rows,
                   "reported new, but earlier rows exist: they win");
        }
        if (timeline.outlying_prior) {
            nodule(position, FlagCode::outlying_prior,
                   "one prior alone says unequivocal growth against several others: measure again");
        }
        bool disagree = false;
        bool short_axis_missing = false;
        bool slice_missing = false;
        for (const PriorComparison& prior : timeline.comparisons) {
            disagree = disagree || prior.comparison.methods_disagree;
            short_axis_missing =
                short_axis_missing || !prior.comparison.mean_diameter_change_half_micrometres.has_value();
            const NoduleRow& row = timeline.rows[prior.row];
            slice_missing = slice_missing || !scan_at(record_, assessment_.timeline, row.rank).slice_thickness;
        }
        if (disagree)
            nodule(position, FlagCode::methods_disagree,
                   "methods disagree, re-measure: calipers say unequivocal growth, volumes do not");
        if (short_axis_missing || (timeline.comparisons.empty() && !findings.short_axis)) {
            nodule(position, FlagCode::short_axis_unknown,
                   "short axis missing: growth is judged on the long axis only");
        }
        if (slice_missing) {
            nodule(position, FlagCode::slice_thickness_unknown,
                   "slice thickness of a prior not known: volumes are not compared with it");
        }
    }

    /// Sizes on another series of the index scan's day that differ from the one that counts.
    void day_sizes(const NoduleTimeline& timeline, const Findings& findings)
    {
        if (!parameters_.day_sizes_differ_above) return;
        for (const NoduleRow& row : timeline.rows) {
            const Findings& other = record_.measurements[row.measurement].findings;
            const Scan& scan = scan_at(record_, assessment_.timeline, row.rank);
            const bool same_day = !row.of_examination && scan.is_diagnostic_ct() &&
                                  scan.scan_date == index_date_of(record_, assessment_.timeline);
            if (!same_day || !is_measurement(other)) continue;
            const Length difference =
                std::max(*other.long_axis - *findings.long_axis, *findings.long_axis - *other.long_axis);
            if (difference <= *parameters_.day_sizes_differ_above) continue;
            nodule(timeline.nodule, FlagCode::day_sizes_differ,
                   fmt::format("{} on scan {} of the same day, {} on the one that counts: measure again",
                               millimetres(*other.long_axis), scan.scan_id, millimetres(*findings.long_axis)));
        }
    }

    void straddling(const Findings& findings, const std::optional<Length>& slice, std::uint32_t position)
    {
        constexpr double percent = 100.0;
        for (const Length cut_off : parameters_.straddle_cut_offs) {
            const Length distance = std::max(*findings.long_axis - cut_off, cut_off - *findings.long_axis);
            if (distance > parameters_.straddle_within) continue;
            std::string text = fmt::format(
                "{} straddles the cut-off of {}: probability of a true size of {} or more {:.0f} % (one caliper "
                "reading)",
                millimetres(*findings.long_axis), millimetres(cut_off), millimetres(cut_off),
                percent * growth::probability_at_or_above(*findings.long_axis, cut_off, parameters_.limits));
            if (findings.volume && findings.volume_method && slice &&
                *slice <= parameters_.limits.volume_slice_at_most) {
                const auto by_volume = growth::probability_at_or_above(*findings.volume, cut_off, parameters_.limits);
                if (by_volume) text += fmt::format("; by its volume {:.0f} %", percent * *by_volume);
            }
            nodule(position, FlagCode::straddles_cut_off, std::move(text));
        }
    }

    const policy::Policy& policy_;
    const Parameters& parameters_;
    const PatientRecord& record_;
    Assessment& assessment_;
};

}  // namespace

void raise_nodule_flags(const policy::Policy& policy, const Parameters& parameters, const PatientRecord& record,
                        Assessment& assessment, std::size_t nodule)
{
    NoduleFlagRaiser(policy, parameters, record, assessment).raise(nodule);
}

}  // namespace nodtrack::assess
