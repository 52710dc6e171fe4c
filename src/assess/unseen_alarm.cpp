#include "unseen_alarm.hpp"

#include <algorithm>

#include "nodtrack/assess/worklist.hpp"

namespace nodtrack::assess {

using policy::Action;

Date alarm_since(const Assessment& assessment, const PatientRecord& record, const policy::Policy& policy)
{
    const Timeline& timeline = assessment.timeline;
    if (assessment.standing) return assessment.standing->since;
    std::optional<Date> index;
    if (timeline.index_rank) index = record.scans[timeline.scans[*timeline.index_rank]].scan_date;
    if (policy.recommendations[assessment.recommendation.rule].matter == policy::Matter::sign) {
        std::optional<Date> oldest;
        for (const Date day : sign_days(record, timeline.as_of)) {
            const bool is_since = !index || day >= *index;
            if (is_since && (!oldest || day < *oldest)) oldest = day;
        }
        if (oldest) return *oldest;
    }
    return index.value_or(timeline.as_of);
}

bool is_left_to_board(const PatientRecord& record, Date since, Date as_of)
{
    bool decided = false;
    for (const Decision& decision : record.decisions) {
        if (decision.decided_on < since || decision.decided_on > as_of) continue;
        if (is_of_board(decision)) return false;
        decided = true;
    }
    return decided;
}

std::optional<UnansweredAlarm> alarm_beside_not_a_nodule(const Judge& judge, const Assessment& assessment,
                                                         const PatientRecord& record)
{
    const auto& rule = judge.policy().standing;
    const Recommendation& now = assessment.recommendation;
    // Nothing is worse than urgent, and nothing is asked of who is not followed.
    const bool is_over = now.action == Action::out_of_scope && !now.due_date;
    if (!rule || record.events.empty() || is_over || now.action == Action::urgent_escalation) return std::nullopt;
    const Date as_of = assessment.timeline.as_of;
    const auto is_unseen = [&](const NoduleEvent& event) {
        return event.kind == EventKind::not_a_nodule && event.date <= as_of &&
               std::ranges::none_of(record.decisions, [&](const Decision& decision) {
                   return is_of_board(decision) && decision.decided_on >= event.date && decision.decided_on <= as_of;
               });
    };
    const auto said = std::ranges::find_if(record.events, is_unseen);
    if (said == record.events.end()) return std::nullopt;
    const auto id = std::ranges::find(record.nodule_ids, said->nodule_id);
    if (id == record.nodule_ids.end()) return std::nullopt;
    PatientRecord without = record;
    std::erase_if(without.events, is_unseen);
    const Assessment other = judge.assess(without, as_of, Detail::none);
    const Recommendation& alarm = other.recommendation;
    if (alarm.action == Action::out_of_scope || alarm.action < rule->keeps_date_from) return std::nullopt;
    const Date since = alarm_since(other, record, judge.policy());
    if (other.answered && !is_left_to_board(record, since, as_of)) return std::nullopt;
    if (now.action != Action::out_of_scope && now.action >= alarm.action) return std::nullopt;
    UnansweredAlarm found;
    found.since = since;
    found.action = alarm.action;
    found.rule = alarm.rule;
    found.due_date = alarm.due_date;
    found.not_a_nodule = static_cast<std::uint32_t>(id - record.nodule_ids.begin());
    found.said_on = said->date;
    return found;
}

}  // namespace nodtrack::assess
