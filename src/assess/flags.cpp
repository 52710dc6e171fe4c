#include "flags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "build_timeline.hpp"
#include "facts.hpp"
#include "nodtrack/assess/primary_tissue.hpp"
#include "nodtrack/domain/implausible.hpp"
#include "nodtrack/domain/natural_order.hpp"
#include "nodtrack/policy/evaluate.hpp"
#include "nodule_flags.hpp"

namespace nodtrack::assess {
namespace {

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
            raise_nodule_flags(policy_, parameters_, record_, assessment_, i);
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
        if (assessment_.schedule.profile_is_unknown) {
            patient(
                FlagCode::schedule_profile_not_in_policy,
                fmt::format("schedule profile {} is none of this policy: its shortest intervals are used; name one of "
                            "its profiles, or adopt a policy that has it",
                            static_cast<const std::string&>(patient_data.schedule_profile)));
        }
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
