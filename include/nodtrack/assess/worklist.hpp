#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "nodtrack/assess/ledger.hpp"

namespace nodtrack::assess {

/// Why a patient is on the list, the most pressing first. A patient stands in every group that fits.
enum class WorklistGroup : std::uint8_t {
    urgent,         ///< an urgent item that nobody has taken on, late or not
    unanswered,     ///< an alarm of the last year that was followed by a quieter answer and never answered
    lost,           ///< long past the safety-net date, and nothing heard since
    overdue,        ///< past a due date and nothing answers it
    board,          ///< waiting for the tumour board, late or not
    next_step,      ///< accepted or answered, and the next step is open
    due,            ///< to be done within the days asked for
    data_required,  ///< a reading, measurement or CT is missing
    hand_over,      ///< out of scope, or a sign of local recurrence, and nobody has confirmed the hand-over
    count
};
inline constexpr std::string_view worklist_group_words[] = {
    "urgent", "unanswered", "lost", "overdue", "board", "next_step", "due", "data_required", "hand_over"};

/// Groups of one patient, in their order.
using WorklistGroups = std::vector<WorklistGroup>;

struct WorklistTerms {
    int within_days = 30;  ///< group `due`
    /// More days than this past the safety-net date (else the due date), and past the last thing heard, is lost. Local
    /// policy: half a year, twice the shortest routine interval.
    int lost_after_days = 180;
};

/// Something that stands open: the answer, what is asked for beside it, a safety-net CT.
struct OpenItem {
    policy::Action action = policy::Action::continue_surveillance;
    std::optional<Date> due_date;
    bool is_safety_net = false;
    bool is_also = false;
    bool is_left_to_board = false;  ///< somebody else decided: in time by the table, and it waits for the board
};

/// What stands open for a patient, the answer first. Source: decision table, sections 2 (Also) and 4b.
struct OpenItems {
    std::vector<OpenItem> items;
    bool answer_is_open = false;
    bool next_step_open = false;                ///< answered or accepted, and what comes next is not done, or not said
    std::optional<UnansweredAlarm> unanswered;  ///< the oldest
    std::optional<Date> earliest_due;
    std::optional<OpenItem> late;  ///< the one longest past its date
};

/// The decisions are those kept beside the record: there alone stands who said something about one nodule.
OpenItems open_items_of(const Standing& standing, const Assessment& assessment, const PatientRecord& record,
                        std::span<const LedgerDecision> decisions, const policy::Policy& policy);

/// Since when the answer is asked for: the day of the examination it comes from; an answer by a sign of the patient
/// the day of the oldest sign since the newest CT.
Date alarm_since(const Assessment& assessment, const PatientRecord& record, const policy::Policy& policy);

/// Whether somebody closed what lies before the registry's start; one that nobody answers for does not.
bool closes_history(const Decision& decision);

/// Whether the tumour board decided it; what lies before a registry's start counts as seen by it.
bool is_of_board(const Decision& decision);

/// The groups of a patient by what stands open; empty where nothing is to be done now. `last_heard` is the newest day
/// on which anything happened that is recorded. A patient deceased, moved or declined (a hand-over without a date) is
/// on no list (decision table, G0).
WorklistGroups groups_of(const OpenItems& open, const Standing& standing, const Proposal& present,
                         std::optional<Date> last_heard, Date as_of, const WorklistTerms& terms);

/// The newest day by `as_of` of a scan, therapy, event or decision; absent where nothing is recorded.
std::optional<Date> last_heard_of(const PatientRecord& record, std::span<const LedgerDecision> decisions, Date as_of);

/// What is asked for beside the answer, with the id of its rule.
struct AskedBeside {
    std::string rule;
    policy::Action action = policy::Action::data_required;
    std::optional<Date> due_date;
};

/// `R0 DATA_REQUIRED 2026-12-03`, joined by `; `.
std::string also_text(std::span<const AskedBeside> also);

/// One line of the list: a patient and what stands open.
struct WorklistEntry {
    WorklistGroup group = WorklistGroup::due;  ///< the most pressing of `groups`
    WorklistGroups groups;
    std::string patient_id;
    policy::Action action =
        policy::Action::continue_surveillance;  ///< what is to be done: as decided, else as proposed
    std::optional<Date> due_date;
    std::optional<Date> safety_net_ct_date;
    int days_late = 0;                      ///< of what is longest past its date; 0 where nothing is
    std::optional<Date> late_safety_net{};  ///< where that is the safety-net CT
    bool is_safety_net = false;             ///< the action is the safety-net CT after a PET/CT that settled nothing
    bool next_step_missing = false;
    std::string reason;  ///< the fact that decides the policy's answer, in words
    std::string rule;
    std::string patient_class;
    policy::Action proposed_action = policy::Action::continue_surveillance;  ///< the policy's, beside what was decided
    std::optional<Date> proposed_due_date;
    Stance stance = Stance::proposed;
    std::optional<Date> decided_on;  ///< of the newest decision on this recommendation
    std::string decided_by;
    bool board = false;
    std::string decision_reason;
    std::string last_scan_id;  ///< of any modality; empty: none
    std::optional<Date> last_scan_date;
    std::optional<Modality> last_modality;
    std::optional<Date> earliest_due;      ///< of the answer, what is asked for beside it and a safety-net CT
    std::optional<Date> stands_since;      ///< the examination that the answer came from, where not the newest
    std::string stands;                    ///< the same in words, with what would end it
    std::optional<Date> unanswered_since;  ///< since when an alarm is unanswered
    std::optional<policy::Action> unanswered_alarm;  ///< of the group `unanswered`
    std::string unanswered_nodule;                   ///< said to be no nodule, where the alarm rests on it
    std::vector<AskedBeside> also;
    std::optional<NextStep> next_step;  ///< as decided
    std::optional<Date> last_heard;     ///< the newest day of anything recorded: scan, therapy, event, decision
};

/// The line of a patient whose groups are known (at least one). `standing` is that of `present` on the assessment's
/// day.
WorklistEntry worklist_entry(WorklistGroups groups, const OpenItems& open, const Standing& standing,
                             const Proposal& present, const Assessment& assessment, const PatientRecord& record,
                             const policy::Policy& policy, std::optional<Date> last_heard);

}  // namespace nodtrack::assess
