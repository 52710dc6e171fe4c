#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nodtrack/assess/ledger.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/occasion.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::tracker {

/// What a person or a board decided for one patient.
struct DecideRequest {
    std::string patient_id;
    assess::LedgerKind kind = assess::LedgerKind::accept;
    std::optional<policy::Action> action;  ///< of `supersede`
    std::optional<Date> due_date;          ///< of `supersede`; may be absent for OUT_OF_SCOPE alone
    std::optional<NextStep> next_step;
    std::optional<NoduleEvent> event;  ///< of `nodule_event`; a note is kept with it
    std::string decided_by;            ///< who answers for it; not empty
    std::string reason;                ///< not empty
    bool board = false;
    std::vector<std::string> present;  ///< who was there; only with `board`
    Date decided_on;                   ///< not after the day of recording
    /// What was on the screen when it was decided: where the recommendation is another one by now, nothing is stored.
    std::optional<assess::Proposal> seen;
};

struct DecideReport {
    assess::LedgerDecision decision;  ///< as stored
    PatientRecord record;             ///< as it stands now
    assess::Assessment
        before;  ///< what the policy said, kept with the decision; positions are those of `record_before`
    PatientRecord record_before;
    /// What the policy says on the day of recording, by the record as it now stands; a decision of an earlier day may
    /// be about another recommendation.
    assess::Proposal today;
    bool stands_today = false;                ///< the decision is about `today` (an event's: about what came before it)
    std::optional<assess::Assessment> after;  ///< of `nodule_event`: what it says now; positions are those of `record`
};

/// Records a decision, the recommendation it answers (as of `decided_on`) and, for `nodule_event`, the event: one entry
/// of the log, or nothing. The policy's answer stays beside it, whatever was decided. But for an event, the decision is
/// a row of the record's decisions; one of the same day, kind and person supersedes it.
///
/// Fails with `not_found` where the patient or the nodule is not recorded; with `bad_input`, all problems at once,
/// where name, reason, action or due date is missing, a date is before the decision or ahead of today, the override is
/// what the policy recommends, the event is recorded already or would contradict the record, the same decision is
/// recorded already, the patient is not followed here any more, or the recommendation is not the one that was `seen`.
Result<DecideReport> decide(store::Registry& registry, const assess::Judge& judge, const DecideRequest& request,
                            const store::Occasion& occasion);

}  // namespace nodtrack::tracker
