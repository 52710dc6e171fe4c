#include "flags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "build_timeline.hpp"
#include "facts.hpp"
#include "nodtrack/assess/primary_tissue.hpp"
#include "nodtrack/domain/implausible.hpp"
#include "nodtrack/domain/natural_order.hpp"
#include "nodtrack/growth/measurement_error.hpp"
#include "nodtrack/policy/evaluate.hpp"

namespace nodtrack::assess {
namespace {

std::string millimetres(Length length)
{
    return decimal_text(length.thousandths()) + " mm";
}

class FlagRaiser {
  public:
    FlagRaiser(const policy::Policy& policy, const Parameters& parameters, const PatientRecord& record,
               Assessment& assessment)
        : policy_(policy), parameters_(parameters), record_(record), assessment_(assessment)
    {}

    void raise()
    {
        patient_flags();
        therapy_flags();
        if (assessment_.timeline.index_rank) index_scan_flags();
        for (std::size_t i = 0; i < assessment_.nodules.size(); ++i)
            nodule_flags(i);
        for (const std::uint32_t rule : assessment_.patient_rules)
            extrapolation(policy_.patient_rules[rule]);
        implausible();
        standing();
        overdue();
        adjacent_pathways();
    }

  private:
    void patient(FlagCode code, std::string text)
    {
        assessment_.flags.push_back({code, std::nullopt, std::move(text)});
    }
    void nodule(std::uint32_t position, FlagCode code, std::string text)
    {
        assessment_.flags.push_back({code, position, std::move(text)});
    }
    const Scan& index_scan() const { return scan_at(record_, assessment_.timeline, *assessment_.timeline.index_rank); }

    void patient_flags()
    {
        const Patient& patient_data = record_.patient;
        const auto missing = [&](bool is_missing, FlagCode code, const char* text) {
            if (is_missing) patient(code, text);
        };
        missing(!patient_data.grade, FlagCode::grade_unknown, "grade not known: the high-grade schedule is used");
        missing(!patient_data.histology, FlagCode::histology_unknown,
                "histology not known: no benign credit for calcification or fat, and PET/CT is not offered");
        const bool histology_decides = patient_data.histology && *patient_data.histology != Histology::ewing_sarcoma &&
                                       *patient_data.histology != Histology::plasma_cell &&
                                       *patient_data.histology != Histology::lymphoma &&
                                       *patient_data.histology != Histology::carcinoma_metastasis;
        missing(!patient_data.tissue && !histology_decides, FlagCode::tissue_unknown,
                "tissue of the primary not known: the criterion for soft-tissue primaries is not used");
        missing(!patient_data.primary_site, FlagCode::primary_site_unknown,
                "primary site not known: taken as in scope");
        missing(!patient_data.known_lung_metastases, FlagCode::known_lung_metastases_unknown,
                "known lung metastases not recorded: taken as none");
        missing(!patient_data.curative_treatment && !patient_data.curative_treatment_completed_on,
                FlagCode::curative_treatment_unknown, "curative treatment not recorded: taken as completed");
        missing(!patient_data.follow_up_status, FlagCode::follow_up_status_unknown,
                "follow-up status not recorded: taken as active");
        const bool start_missing = assessment_.timeline.index_rank && !assessment_.schedule.surveillance_start;
        if (start_missing) {
            patient(FlagCode::resection_date_unknown,
                    fmt::format(
                        "{} not known: an interval of {} months is used",
                        assessment_.schedule.after_metastasectomy ? "date of the metastasectomy" : "date of resection",
                        assessment_.schedule.interval_months));
        }
    }

    /// Seen therapies other than systemic ones, in an order that the order of rows does not decide.
    std::vector<const Therapy*> therapies_by_date() const
    {
        std::vector<const Therapy*> therapies;
        for (const Therapy& therapy : record_.therapies) {
            if (therapy.kind != TherapyKind::systemic && is_seen(therapy, assessment_.timeline.as_of)) {
                therapies.push_back(&therapy);
            }
        }
        std::sort(therapies.begin(), therapies.end(), [](const Therapy* a, const Therapy* b) {
            return std::tie(a->start_date, a->kind, a->nodule_id) < std::tie(b->start_date, b->kind, b->nodule_id);
        });
        return therapies;
    }

    void therapy_flags()
    {
        for (const Therapy* entry : therapies_by_date()) {
            const Therapy& therapy = *entry;
            const std::string what = std::string(word(therapy.kind)) + " of " + therapy.start_date.iso();
            if (therapy.kind == TherapyKind::thoracic_radiotherapy) {
                patient(FlagCode::thoracic_radiotherapy, what + ": has no effect on the judgement of a nodule");
            } else if (therapy.nodule_id.empty()) {
                patient(FlagCode::treatment_without_nodule, what + " names no nodule: it has no effect on one");
            }
            const auto& known = record_.patient.known_lung_metastases;
            if (therapy.kind == TherapyKind::metastasectomy && known != KnownLungMetastases::resected &&
                known != KnownLungMetastases::present) {
                patient(FlagCode::metastasectomy_without_resected_status,
                        what + ", but known_lung_metastases does not say resected: counts as resected");
            }
        }
    }

    /// Rows typed one after another belong to a reading that is open until it is closed.
    std::string reading_progress(const Scan& scan) const
    {
        std::size_t read = 0;
        for (const NoduleTimeline& nodule : assessment_.timeline.nodules)
            read += nodule.state != GrowthState::not_reported ? 1 : 0;
        return fmt::format("CT of {} being read: {} of {} nodules; its reading is not said to be complete",
                           scan.scan_date.iso(), read, assessment_.timeline.nodules.size());
    }

    void index_scan_flags()
    {
        const Scan& scan = index_scan();
        if (scan.reading == Reading::limited) {
            patient(FlagCode::reading_not_complete,
                    "the index scan was read in part only: what was not read cannot reassure");
        } else if (!scan.reading) {
            patient(FlagCode::reading_not_complete, reading_progress(scan));
        }
        if (assessment_.nodules.empty()) return;
        if (!scan.iv_contrast) {
            patient(FlagCode::iv_contrast_unknown,
                    "IV contrast at the index scan not recorded: calcification gives no benign credit");
        } else if (*scan.iv_contrast == IvContrast::given) {
            patient(FlagCode::iv_contrast_given,
                    "IV contrast was given at the index scan: calcification cannot be relied on");
        }
        if (!scan.slice_thickness) {
            patient(FlagCode::slice_thickness_unknown,
                    "slice thickness of the index scan not known: volumes are not compared");
        }
    }

    void nodule_flags(std::size_t i)
    {
        const NoduleTimeline& timeline = assessment_.timeline.nodules[i];
        const NoduleAssessment& assessed = assessment_.nodules[i];
        const std::uint32_t position = assessed.nodule;
        event_flags(timeline, position);
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

    void extrapolation(const policy::PatientRule& rule)
    {
        if (!rule.extrapolated_unless) return;
        const policy::FactTable facts{assessment_.patient_facts, assessment_.nodule_facts, nodule_fact_count,
                                      assessment_.nodules.size()};
        if (policy::evaluate(policy_, *rule.extrapolated_unless, {&facts, std::nullopt}) == policy::Truth::yes) return;
        patient(FlagCode::criteria_extrapolated,
                rule.id + ": extrapolated; the trial definitions were made for osteosarcoma and Ewing sarcoma");
    }

    /// What is implausible and stored was confirmed.
    void implausible()
    {
        for (const ImplausibleValue& value : implausible_values(record_, assessment_.timeline.as_of)) {
            if (value.kind == RowKind::measurement) {
                const Measurement& row = record_.measurements[value.rows.front()];
                const Scan& scan = record_.scans[row.scan];
                nodule(row.nodule, FlagCode::confirmed_implausible,
                       fmt::format("{} on scan {} of {}: {}; stored as typed", value.column, scan.scan_id,
                                   scan.scan_date.iso(), value.message));
            } else {
                const Scan& scan = record_.scans[value.rows.front()];
                patient(FlagCode::confirmed_implausible,
                        fmt::format("{} of scan {} of {}: {}; stored as typed", value.column, scan.scan_id,
                                    scan.scan_date.iso(), value.message));
            }
        }
    }

    void standing()
    {
        if (assessment_.standing) {
            const StandingAnswer& standing = *assessment_.standing;
            const Date newest = index_date_of(record_, assessment_.timeline);
            std::string text = fmt::format("{} since {}", standing.date_alone ? "the due date stands" : "stands",
                                           standing.since.iso());
            if (!standing.date_alone) {
                text += fmt::format(": not looked at again on the CT of {}", newest.iso());
                std::vector<std::string_view> ids;
                for (const std::uint32_t position : standing.not_looked_at)
                    ids.push_back(record_.nodule_ids[position]);
                std::ranges::sort(ids, in_natural_order);
                if (!ids.empty()) text += fmt::format(": {}", fmt::join(ids, ", "));
                text += ". A decision ends it";
                if (!standing.not_looked_at.empty()) text += ", or a CT on which these are measured";
            }
            patient(FlagCode::stands_since, std::move(text));
        }
        for (const UnansweredAlarm& alarm : assessment_.unanswered) {
            if (alarm.not_a_nodule) {
                patient(FlagCode::unanswered_alarm,
                        fmt::format("{} was said to be no nodule on {}; without that {} of the CT of {} ({}) would "
                                    "stand: for the board to see",
                                    record_.nodule_ids[*alarm.not_a_nodule], alarm.said_on->iso(), word(alarm.action),
                                    alarm.since.iso(), policy_.recommendations[alarm.rule].id));
                continue;
            }
            patient(FlagCode::unanswered_alarm,
                    fmt::format("{} of the CT of {} ({}) was never answered: no decision is recorded",
                                word(alarm.action), alarm.since.iso(), policy_.recommendations[alarm.rule].id));
        }
    }

    void overdue()
    {
        const Recommendation& recommendation = assessment_.recommendation;
        if (!recommendation.due_date || recommendation.action == policy::Action::out_of_scope) return;
        const int days = days_between(*recommendation.due_date, assessment_.timeline.as_of);
        if (days <= 0 || answered()) return;
        patient(FlagCode::overdue,
                fmt::format("was due {}, {} day{} before the as-of day, and nothing recorded answers it",
                            recommendation.due_date->iso(), days, days == 1 ? "" : "s"));
    }

    /// What people decide or do answers a board, an urgent item or a PET/CT. A due CT is answered by the next one
    /// alone.
    bool answered() const
    {
        return assessment_.answered && assessment_.recommendation.action >= policy::Action::pet_ct;
    }

    void adjacent_pathways()
    {
        const bool stands = assessment_.standing && assessment_.standing->came_from;
        const Timeline& asked = stands ? assessment_.standing->came_from->timeline : assessment_.timeline;
        if (spine_symptom_days(record_, asked, parameters_).oldest) {
            patient(FlagCode::adjacent_pathway,
                    "bone or back pain: lumbar spine MRI without and with IV contrast is the adjacent pathway");
        }
        if (assessment_.patient_class == policy::PatientClass::metastasis_criteria_met) {
            patient(FlagCode::adjacent_pathway,
                    "imaging criteria met: restaging beyond the lungs follows variant 2 of the source document");
        }
        if (assessment_.recommendation.action == policy::Action::out_of_scope)
            shown_variants(assessment_.recommendation.rule);
        for (const AlsoAsked& also : assessment_.also) {
            if (also.action == policy::Action::out_of_scope) shown_variants(also.rule);
        }
    }

    void shown_variants(std::uint32_t rule)
    {
        const PrimaryTissue tissue = primary_tissue_of(assessment_, record_.patient, policy_);
        for (const std::string& variant : policy_.recommendations[rule].shows) {
            if (tissue.fits(variant)) {
                patient(FlagCode::adjacent_pathway, "see " + variant + " of the source document");
            }
        }
    }

    const policy::Policy& policy_;
    const Parameters& parameters_;
    const PatientRecord& record_;
    Assessment& assessment_;
};

}  // namespace

void raise_flags(const policy::Policy& policy, const Parameters& parameters, const PatientRecord& record,
                 Assessment& assessment)
{
    FlagRaiser(policy, parameters, record, assessment).raise();
}

}  // namespace nodtrack::assess
