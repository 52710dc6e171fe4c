#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nodtrack/assess/ledger.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/provenance.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/judges.hpp"

namespace nodtrack::tracker {

/// An answer as it stood on a paper.
struct SeenAnswer {
    policy::Action action = policy::Action::continue_surveillance;
    std::optional<Date> due_date;
};

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
    /// Of a board's decision: nodules that it accepts as they are, each an event `board_baseline` of that day.
    std::vector<std::string> baselines;
    bool confirm = false;  ///< what is weaker or later than the policy's answer is meant so
    /// What was on the screen when it was decided: where the recommendation is another one by now, nothing is stored.
    std::optional<assess::Proposal> seen;
    std::optional<SeenAnswer> seen_answer{};  ///< the same, where no more was on paper
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
    bool stands_today = false;           ///< the decision is about `today` (an event's: about what came before it)
    std::vector<NoduleEvent> baselines;  ///< as stored
    /// Of an event or baselines: what the policy says now; positions are those of `record`.
    std::optional<assess::Assessment> after;
    /// Nodules measured on the newest CT that the board might accept as they are: judged, and not accepted yet.
    std::vector<std::string> could_be_accepted;
};

/// Records a decision, the recommendation it answers (as of `decided_on`) and, for `nodule_event`, the event: one entry
/// of the log, or nothing. The policy's answer stays beside it, whatever was decided. But for an event, the decision is
/// a row of the record's decisions, and supersedes one of the same day, kind and person.
///
/// Fails with `not_found` where the patient or the nodule is not recorded; with `bad_input`, all problems at once,
/// where name, reason, action or due date is missing, a date is before the decision or ahead of today, the override is
/// what the policy recommends, the event is recorded already or would contradict the record, the same decision is
/// recorded already, the patient is not followed here any more, the recommendation is not the one that was `seen`, or,
/// without `confirm`, the decision is weaker or later than the policy's answer. A safety-net CT stays, whatever was
/// decided.
Result<DecideReport> decide(store::Registry& registry, const assess::Judge& judge, const DecideRequest& request,
                            const store::Provenance& provenance);

/// Records what a meeting decided for several patients, as `decide` does each, in one entry of the log: all of them or
/// none. Fails with `bad_input`: every problem of every patient at once, each line with the patient before it, and
/// before these `problems`, what is known to be wrong already. A patient who is there twice is such a problem.
Result<std::vector<DecideReport>> decide_meeting(store::Registry& registry, const Judges& judges,
                                                 std::vector<DecideRequest> requests,
                                                 const store::Provenance& provenance,
                                                 std::vector<std::string> problems = {});

struct CloseRequest {
    Date until;
    std::vector<std::string> patient_ids;  ///< empty: all
    std::string decided_by;
    std::string reason;
    bool confirm = false;  ///< alarms of the last year are closed too
};

/// Closes what lies before a registry's start: a decision `before_registry` of the day `until` for each patient asked
/// for with a scan on or before it. Those closed already stay as they are. Returns how many were closed. Fails as
/// `ingest`, with `not_found` where a patient is not recorded, and, without `confirm`, with `bad_input` that names the
/// patients where that would close an alarm of the last year that nobody has answered.
Result<std::size_t> close_history(store::Registry& registry, const Judges& judges, const CloseRequest& request,
                                  const store::Provenance& provenance);

}  // namespace nodtrack::tracker
