#include <algorithm>

#include "build_timeline.hpp"
#include "facts.hpp"
#include "kin.hpp"
#include "nodtrack/policy/evaluate.hpp"
#include "patient_judgement.hpp"

namespace nodtrack::assess {
namespace {

using policy::Action;
using policy::Matter;
using policy::NoduleClass;
using policy::Policy;

/// The order of concern among answers that may stand: a hand-over for a local sign is least (section 4b).
int concern(Action action)
{
    return action == Action::out_of_scope ? -1 : static_cast<int>(action);
}

bool is_of_concern(const NoduleAssessment& nodule)
{
    return nodule.nodule_class == NoduleClass::low_suspicion || nodule.nodule_class == NoduleClass::indeterminate ||
           nodule.nodule_class == NoduleClass::suspicious;
}

/// One examination, judged as of the day before the next one.
struct Judged {
    Assessment assessment;
    Conclusion may_stand;  ///< the table's answer, without the scope gates where one decided
    bool gated = false;    ///< a scope gate decided
    bool closed = false;   ///< no longer followed
    bool open = false;     ///< may stand, and was not looked at again up to the examination at hand
    Conclusion answer;     ///< with what stands
    std::optional<Date> since;
    std::size_t origin = 0;  ///< the examination that the answer came from

    Date date(const PatientRecord& record) const { return index_date_of(record, assessment.timeline); }
};

class Standings {
  public:
    Standings(const Policy& policy, const Parameters& parameters, const PatientRecord& record)
        : policy_(policy), parameters_(parameters), record_(record)
    {}

    void add(ExaminationJudgement judgement)
    {
        Judged judged;
        const Matter matter = policy_.recommendations[judgement.assessment.recommendation.rule].matter;
        judged.gated = matter == Matter::scope_gate;
        judged.closed = matter == Matter::not_followed;
        judged.may_stand =
            judgement.without_gates ? std::move(*judgement.without_gates) : conclusion_of(judgement.assessment);
        judged.open = stands(judged.may_stand.recommendation.action);
        judged.answer = conclusion_of(judgement.assessment);
        judged.origin = judged_.size();
        judged.assessment = std::move(judgement.assessment);
        judged_.push_back(std::move(judged));
        settle(judged_.size() - 1);
    }

    /// Gives the newest judgement the answer that stands, and takes it out.
    Assessment finish(Detail detail)
    {
        const std::size_t last = judged_.size() - 1;
        Judged& newest = judged_[last];
        Assessment& assessment = newest.assessment;
        note_unanswered();
        assessment.answered = is_answered(newest.origin, assessment.timeline.as_of);
        if (newest.since) {
            const Judged& source = judged_[newest.origin == last ? origin_of_date_ : newest.origin];
            StandingAnswer standing;
            standing.since = *newest.since;
            standing.index_scan_id =
                scan_at(record_, source.assessment.timeline, *source.assessment.timeline.index_rank).scan_id;
            standing.date_alone = newest.origin == last;
            standing.own = conclusion_of(assessment);
            if (!standing.date_alone) {
                standing.not_looked_at = not_looked_at(source, newest);
                const Date as_of = source.assessment.timeline.as_of;
                standing.came_from = std::make_shared<const Assessment>(
                    source.gated ? judge_without_gates(policy_, parameters_, record_, as_of, detail)
                                 : judge_examination(policy_, parameters_, record_, as_of, detail).assessment);
            }
            assessment.standing = std::move(standing);
        }
        assessment.patient_class = newest.answer.patient_class;
        assessment.countable = newest.answer.countable;
        assessment.recommendation = std::move(newest.answer.recommendation);
        assessment.patient_rules = std::move(newest.answer.patient_rules);
        return std::move(assessment);
    }

  private:
    bool stands(Action action) const
    {
        return action != Action::out_of_scope && action >= policy_.standing->stands_from;
    }
    bool is_alarm(Action action) const
    {
        return action != Action::out_of_scope && action >= policy_.standing->keeps_date_from;
    }
    Matter matter_of(const Conclusion& conclusion) const
    {
        return policy_.recommendations[conclusion.recommendation.rule].matter;
    }

    /// The answer at an examination, those before it being settled.
    void settle(std::size_t k)
    {
        Judged& now = judged_[k];
        for (std::size_t i = 0; i < k; ++i) {
            if (judged_[i].open && looked_at_again(judged_[i], now)) judged_[i].open = false;
        }
        if (now.gated || now.closed) return;
        const Date day = now.assessment.timeline.as_of;
        if (const auto worst = worst_standing(k, day)) take(*worst, k);
        keep_first_date(k, day);
    }

    std::optional<std::size_t> worst_standing(std::size_t k, Date day) const
    {
        std::optional<std::size_t> worst;
        for (std::size_t i = 0; i < k; ++i) {
            const Judged& earlier = judged_[i];
            if (!earlier.open || is_answered(i, day)) continue;
            if (!worst || concern(earlier.may_stand.recommendation.action) >
                              concern(judged_[*worst].may_stand.recommendation.action)) {
                worst = i;
            }
        }
        return worst;
    }

    void take(std::size_t i, std::size_t k)
    {
        const Conclusion& standing = judged_[i].may_stand;
        Judged& now = judged_[k];
        const Recommendation own = now.answer.recommendation;
        const int by_standing = concern(standing.recommendation.action);
        if (by_standing < concern(own.action)) return;
        if (by_standing == concern(own.action)) {
            if (standing.recommendation.due_date && own.due_date && *standing.recommendation.due_date < *own.due_date) {
                now.answer.recommendation.due_date = standing.recommendation.due_date;
                now.since = judged_[i].date(record_);
                origin_of_date_ = i;
            }
            return;
        }
        const Matter own_matter = matter_of(now.answer);
        now.answer = standing;
        now.since = judged_[i].date(record_);
        now.origin = i;
        if (own_matter == Matter::unread || own_matter == Matter::local_sign)
            now.assessment.also.push_back({own.rule, own.action, own.due_date});
    }

    /// An alarm that is not answered keeps its first date.
    void keep_first_date(std::size_t k, Date day)
    {
        if (k == 0) return;
        const Judged& before = judged_[k - 1];
        Judged& now = judged_[k];
        const Conclusion& earlier = before.gated ? before.may_stand : before.answer;
        const auto& date = earlier.recommendation.due_date;
        auto& due = now.answer.recommendation.due_date;
        if (!is_alarm(earlier.recommendation.action) ||
            now.answer.recommendation.action != earlier.recommendation.action || !date || !due || *due <= *date) {
            return;
        }
        const std::size_t came_from = before.gated ? k - 1 : before.origin;
        if (is_answered(came_from, day)) return;
        due = date;
        const bool had_its_own = before.gated || !before.since;
        now.since = had_its_own ? before.date(record_) : *before.since;
        if (now.origin == k) origin_of_date_ = came_from;
    }

    std::string_view id_of(const NoduleAssessment& nodule) const { return record_.nodule_ids[nodule.nodule]; }

    bool has_therapy(std::string_view nodule_id, Date from, Date until, std::initializer_list<TherapyKind> kinds) const
    {
        return std::any_of(record_.therapies.begin(), record_.therapies.end(), [&](const Therapy& therapy) {
            return therapy.nodule_id == nodule_id && therapy.start_date >= from && therapy.start_date <= until &&
                   std::find(kinds.begin(), kinds.end(), therapy.kind) != kinds.end();
        });
    }

    /// Nodules of concern at the earlier examination that the later one did not look at.
    std::vector<std::uint32_t> not_looked_at(const Judged& earlier, const Judged& later) const
    {
        std::vector<std::uint32_t> missing;
        for (const NoduleAssessment& nodule : earlier.assessment.nodules) {
            if (is_of_concern(nodule) && !is_looked_at(nodule, later)) missing.push_back(nodule.nodule);
        }
        return missing;
    }

    bool is_looked_at(const NoduleAssessment& nodule, const Judged& later) const
    {
        return is_looked_at(nodule.nodule, later, record_.kinships.size());
    }

    /// Whoever looked at the nodule that it merged into has looked at it. `links` bounds how many are followed.
    bool is_looked_at(std::uint32_t nodule, const Judged& later, std::size_t links) const
    {
        const Timeline& timeline = later.assessment.timeline;
        const auto found = std::find_if(later.assessment.nodules.begin(), later.assessment.nodules.end(),
                                        [&](const NoduleAssessment& entry) { return entry.nodule == nodule; });
        if (found != later.assessment.nodules.end()) {
            return found->growth_state != GrowthState::not_reported && found->growth_state != GrowthState::unmeasured;
        }
        const std::string_view id = record_.nodule_ids[nodule];
        if (const auto into = kin_said_of(id, NoduleKinship::Kind::merged_into, record_, later.date(record_));
            into && links > 0) {
            return is_looked_at(into->nodule, later, links - 1);
        }
        if (is_read_completely(later)) return true;
        const Date ever = Date::from_days(-1000000);
        if (has_therapy(id, ever, timeline.as_of, {TherapyKind::metastasectomy})) return true;
        return std::any_of(record_.events.begin(), record_.events.end(), [&](const NoduleEvent& event) {
            return event.kind == EventKind::not_a_nodule && event.nodule_id == id && is_seen(event, timeline.as_of);
        });
    }

    bool is_read_completely(const Judged& judged) const
    {
        const Timeline& timeline = judged.assessment.timeline;
        return scan_at(record_, timeline, *timeline.index_rank).reading == Reading::complete;
    }

    bool looked_at_again(const Judged& earlier, const Judged& later) const
    {
        if (matter_of(earlier.may_stand) == Matter::sign) {
            if (!is_read_completely(later)) return false;
            // A chest CT does not answer bone or back pain.
            return !decided_by_symptoms(earlier.may_stand) ||
                   !spine_symptom_days(record_, earlier.assessment.timeline, parameters_).oldest;
        }
        return std::all_of(
            earlier.assessment.nodules.begin(), earlier.assessment.nodules.end(),
            [&](const NoduleAssessment& nodule) { return !is_of_concern(nodule) || is_looked_at(nodule, later); });
    }

    /// Whether symptoms of the patient gave the answer: the due date counts from them.
    bool decided_by_symptoms(const Conclusion& conclusion) const
    {
        const auto& due = policy_.recommendations[conclusion.recommendation.rule].due;
        return !due.empty() && due.front().from == policy::Anchor::oldest_urgent_symptom;
    }

    /// Answered, from its examination's date on, up to the day in question.
    bool is_answered(std::size_t i, Date day) const
    {
        const Judged& judged = judged_[i];
        const Date from = judged.date(record_);
        const bool by_people_alone = matter_of(judged.may_stand) == Matter::sign;
        const Date decided_from = by_people_alone ? std::max(from, newest_sign(judged).value_or(from)) : from;
        const bool decided =
            std::any_of(record_.decisions.begin(), record_.decisions.end(), [&](const Decision& decision) {
                return decision.decided_on >= decided_from && decision.decided_on <= day;
            });
        if (decided || by_people_alone) return decided;
        const Action action = judged.may_stand.recommendation.action;
        if (action == Action::pet_ct) return pet_was_made(judged, from, day);
        if (is_alarm(action)) return therapy_began(from, day) || each_nodule_is_dealt_with(judged, from, day);
        return false;
    }

    std::optional<Date> newest_sign(const Judged& judged) const
    {
        const Timeline& timeline = judged.assessment.timeline;
        std::optional<Date> newest;
        for (const SignDays& days :
             {urgent_symptom_days(record_, timeline, parameters_), pleural_event_days(record_, timeline, parameters_),
              board_finding_days(record_, timeline, parameters_)}) {
            if (days.newest) newest = std::max(newest.value_or(*days.newest), *days.newest);
        }
        return newest;
    }

    bool pet_was_made(const Judged& judged, Date from, Date day) const
    {
        const auto definition = policy_.definition("pet_can_answer");
        if (!definition) return false;
        const Assessment& assessment = judged.assessment;
        const policy::FactTable facts{assessment.patient_facts, assessment.nodule_facts, nodule_fact_count,
                                      assessment.nodules.size()};
        const auto asked = policy::nodules_that_meet(policy_, *definition, facts);
        return !asked.empty() && std::all_of(asked.begin(), asked.end(), [&](std::size_t i) {
            return std::any_of(record_.measurements.begin(), record_.measurements.end(), [&](const Measurement& row) {
                const Scan& scan = record_.scans[row.scan];
                return row.nodule == assessment.nodules[i].nodule && row.findings.suv_max &&
                       scan.modality == Modality::pet_ct && scan.scan_date > from && scan.scan_date <= day;
            });
        });
    }

    bool therapy_began(Date after, Date until) const
    {
        const Patient& patient = record_.patient;
        const auto& completed_on = patient.curative_treatment_completed_on;
        if (!completed_on && patient.curative_treatment == CurativeTreatment::not_completed) return false;
        return std::any_of(record_.therapies.begin(), record_.therapies.end(), [&](const Therapy& therapy) {
            const bool counts =
                therapy.kind == TherapyKind::systemic || therapy.kind == TherapyKind::thoracic_radiotherapy;
            return counts && therapy.start_date > after && therapy.start_date <= until &&
                   (!completed_on || therapy.start_date > *completed_on);
        });
    }

    bool each_nodule_is_dealt_with(const Judged& judged, Date from, Date until) const
    {
        bool any = false;
        for (const NoduleAssessment& nodule : judged.assessment.nodules) {
            if (!is_of_concern(nodule)) continue;
            any = true;
            const std::string_view id = id_of(nodule);
            const bool has_event =
                std::any_of(record_.events.begin(), record_.events.end(), [&](const NoduleEvent& event) {
                    return event.nodule_id == id && event.kind != EventKind::pathology_malignant &&
                           event.date >= from && event.date <= until;
                });
            if (!has_event && !has_therapy(id, from, until,
                                           {TherapyKind::sbrt, TherapyKind::ablation, TherapyKind::metastasectomy})) {
                return false;
            }
        }
        return any;
    }

    /// Alarms of the last year that were looked at again, followed by a quieter answer, and never answered.
    void note_unanswered()
    {
        const std::size_t last = judged_.size() - 1;
        Assessment& newest = judged_[last].assessment;
        if (judged_[last].closed) return;
        const Date as_of = newest.timeline.as_of;
        const Date oldest = add_days(as_of, -policy_.standing->unanswered_days);
        const Action now = judged_[last].answer.recommendation.action;
        for (std::size_t i = 0; i < last; ++i) {
            const Judged& earlier = judged_[i];
            const Recommendation& alarm = earlier.may_stand.recommendation;
            if (!is_alarm(alarm.action) || earlier.open || earlier.date(record_) < oldest) continue;
            if (concern(now) >= concern(alarm.action) || is_answered(i, as_of)) continue;
            newest.unanswered.push_back({earlier.date(record_), alarm.action, alarm.rule, alarm.due_date});
        }
    }

    const Policy& policy_;
    const Parameters& parameters_;
    const PatientRecord& record_;
    std::vector<Judged> judged_;
    std::size_t origin_of_date_ = 0;  ///< where only the newest answer's date came from
};

}  // namespace

Assessment with_standing_answers(const policy::Policy& policy, const Parameters& parameters,
                                 const PatientRecord& record, Detail detail, ExaminationJudgement newest)
{
    const std::vector<Examination> examinations = newest.assessment.timeline.examinations;
    if (examinations.empty()) return std::move(newest.assessment);
    Standings standings(policy, parameters, record);
    for (std::size_t k = 0; k + 1 < examinations.size(); ++k) {
        const Date day_before_next = add_days(examinations[k + 1].date, -1);
        standings.add(judge_examination(policy, parameters, record, day_before_next, Detail::none));
    }
    standings.add(std::move(newest));
    return standings.finish(detail);
}

}  // namespace nodtrack::assess
