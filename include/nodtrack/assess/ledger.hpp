#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::assess {

// The life of a recommendation: proposed, accepted or overridden by a person, then done (by the scan or decision that
// answers it), overdue, or replaced by a newer assessment. Nothing of this is stored: it follows from what the policy
// says, what was decided and what is recorded. All functions are pure.

/// A recommendation and what it rests on, as far as a decision on it needs to say. Two of them that `same_ground`
/// finds alike are one item for people, on whatever day they were made.
struct Proposal {
    Date as_of;
    std::string policy_id;
    std::string policy_version;
    std::string policy_sha256;  ///< 64 lower-case hexadecimal digits
    std::string index_scan_id;  ///< empty: no diagnostic CT
    policy::Action action = policy::Action::continue_surveillance;
    std::optional<Date> due_date;
    std::optional<Date> safety_net_ct_date;
    std::string rule;           ///< the recommendation rule that decided
    std::string patient_class;  ///< `SUSPICIOUS`
    std::string nodules;        ///< `N1 SUSPICIOUS UNEQUIVOCAL_GROWTH 8.4 mm; N2 …`; empty: none judged

    bool operator==(const Proposal&) const = default;
};

Proposal proposal_of(const Assessment& assessment, const PatientRecord& record, const policy::Policy& policy);

/// Whether nothing that matters to a decision differs: index scan, action, due date, patient class, nodules. Without
/// an index scan a due date counts from the as-of day and moves with it; there only an urgent one is compared.
bool same_ground(const Proposal& left, const Proposal& right);

enum class LedgerKind : std::uint8_t {
    accept,          ///< the recommendation is to be carried out
    supersede,       ///< "override": another action, or another date, is decided instead
    nodule_event,    ///< something was decided or found about one nodule: a row of events.csv, and of no decisions.csv
    close,           ///< what stands open is closed
    before_registry  ///< what lies before the registry's start is closed
};
inline constexpr std::string_view ledger_kind_words[] = {"accept", "override", "event", "close", "before_registry"};

/// What people decided for one patient, with the recommendation that was on the table. It stands beside the
/// recommendation and never replaces it. The record has the same decision as a row (`nodtrack::Decision`), but for
/// those about one nodule, which are its events.
struct LedgerDecision {
    std::string patient_id;
    Date decided_on;
    LedgerKind kind = LedgerKind::accept;
    policy::Action action = policy::Action::continue_surveillance;  ///< what is to be done now
    std::optional<Date> due_date;                                   ///< of that
    std::optional<NextStep> next_step;
    std::string decided_by;  ///< the person who answers for it
    std::string reason;
    bool board = false;                ///< decided by the tumour board
    std::vector<std::string> present;  ///< who was there
    std::optional<NoduleEvent> event;  ///< of `nodule_event`; its note is not filled
    Proposal proposal;                 ///< what the policy said when it was decided

    std::int64_t delivery_no = 0;  ///< given by the store; decisions of one day stand in this order
    std::string recorded_at;       ///< of that delivery; filled when read
    std::string actor;             ///< of that delivery; filled when read
};

/// Something recorded that may answer a recommendation.
enum class Happening : std::uint8_t {
    diagnostic_ct,
    pet_ct,
    other_imaging,  ///< a radiograph, the CT part of a PET/CT
    board_baseline,
    not_a_nodule,
    pathology_benign,
    pathology_malignant,
    decision,
    board_decision,
    count
};
inline constexpr std::string_view happening_words[] = {"ct",
                                                       "pet_ct",
                                                       "other_imaging",
                                                       "board_baseline",
                                                       "not_a_nodule",
                                                       "pathology_benign",
                                                       "pathology_malignant",
                                                       "decision",
                                                       "board_decision"};

/// Whether such a thing answers such an action, the dates being right. A radiograph or the CT part of a PET/CT never
/// answers a due CT. A board item is answered by the board alone: pathology changes what the policy says of the nodule,
/// and where it still says TUMOUR_BOARD, nobody has decided yet. An urgent item and a hand-over are answered by any
/// person who takes them on. Source: decision table, section 2, Overdue; local policy for board and urgent items.
bool answers(Happening happening, policy::Action action);

/// Whether such a decision says that something is over, not what is to be done.
bool closes(LedgerKind kind);

/// An action that waits for people: the board's, or an urgent one.
bool is_alarm(policy::Action action);

/// Whether people, or a PET/CT, answer such an action; a due CT is answered by the next one alone. Where the policy
/// still says the same afterwards, something else must follow.
bool is_answered_by_people_or_pet(policy::Action action);

/// The days, by `until`, of scans that tell of a symptom, a pneumothorax or an effusion, and of visits that tell of a
/// symptom; in the record's order.
std::vector<Date> sign_days(const PatientRecord& record, Date until);

/// Something that is to be done: what the policy proposes, or what was decided instead.
struct Task {
    policy::Action action = policy::Action::continue_surveillance;
    std::optional<Date> due_date;
    std::optional<Date> scans_after;  ///< a scan dated after this day answers it; absent: any scan
    std::optional<Date> events_from;  ///< an event dated on or after this day answers it; absent: any event
};

/// What is to be done after a decision of that day.
Task decided_task(policy::Action action, std::optional<Date> due_date, Date decided_on);

/// Whether an override of the record says what is to be done instead, and by when; else the policy's answer stays to
/// be done.
bool is_whole_override(const Decision& decision);

struct Answer {
    Happening happening = Happening::diagnostic_ct;
    Date on;
    std::string what;  ///< scan id, or who decided
};

/// The first thing recorded by `as_of` that answers the task. The decisions are those made on it.
std::optional<Answer> answer_to(const Task& task, const PatientRecord& record,
                                std::span<const LedgerDecision* const> decisions, Date as_of);

enum class Stance : std::uint8_t { proposed, accepted, overridden };
inline constexpr std::string_view stance_words[] = {"proposed", "accepted", "overridden"};

enum class Progress : std::uint8_t {
    open,
    overdue,
    done,
    replaced  ///< the assessment has changed since: another recommendation stands now
};
inline constexpr std::string_view progress_words[] = {"open", "overdue", "done", "replaced"};

/// Where a recommendation stands on a day.
struct Standing {
    Stance stance = Stance::proposed;
    const LedgerDecision* decision = nullptr;  ///< the newest that accepts or overrides it; into the span given
    const LedgerDecision* newest = nullptr;    ///< the newest on this recommendation, whatever its kind
    Task task;                                 ///< what is to be done: as decided, else as proposed
    std::optional<Date> safety_net_ct_date;
    bool is_safety_net = false;  ///< the PET/CT was made and settled nothing: `task` is the safety-net CT
    Progress progress = Progress::open;
    std::optional<Answer> answer;
    int days_late = 0;               ///< 0 unless overdue
    bool next_step_missing = false;  ///< done, by people, and nobody said what comes next
};

/// Where `proposal` stands on `as_of`. `present` is what the policy says on that day by the same record; for today's
/// own recommendation it is `proposal` itself. Decisions in any order; those made after `as_of` are not seen.
Standing standing_of(const Proposal& proposal, const Proposal& present, const PatientRecord& record,
                     std::span<const LedgerDecision> decisions, Date as_of);

/// The decisions kept with what was on the table, and those of the record that came without (from an export, or typed
/// in a file), each with what the policy says of its day by today's record.
std::vector<LedgerDecision> with_recorded_decisions(std::vector<LedgerDecision> decisions, const PatientRecord& record,
                                                    const Judge& judge);

/// One recommendation that was kept, and what became of it.
struct LedgerEntry {
    Proposal proposal;                      ///< as first kept
    std::string recorded_at;                ///< when it was first kept
    std::int64_t delivery_no = 0;           ///< by which delivery
    std::vector<LedgerDecision> decisions;  ///< on it, in the order they were recorded
    Stance stance = Stance::proposed;
    Progress progress = Progress::open;
    Task task;  ///< what is to be done: as decided, else as proposed
    std::optional<Answer> answer;
    int days_late = 0;
    bool next_step_missing = false;
};

/// The word of an action, and the action of a word; absent where there is no such action.
std::string_view word_of(policy::Action action);
std::optional<policy::Action> action_of_word(std::string_view word);

}  // namespace nodtrack::assess
