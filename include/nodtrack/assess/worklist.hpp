#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "nodtrack/assess/ledger.hpp"

namespace nodtrack::assess {

/// Why a patient is on the list, the most pressing first; a patient is in the first group that fits.
enum class WorklistGroup : std::uint8_t {
    urgent,         ///< an urgent item that nobody has taken on, late or not
    lost,           ///< long past the safety-net date, and nothing heard since
    overdue,        ///< past the due date and nothing answers it
    board,          ///< waiting for the tumour board
    due,            ///< to be done within the days asked for
    data_required,  ///< a reading, measurement or CT is missing, or nobody said what comes after a decision
    hand_over,      ///< out of scope, and nobody has confirmed the hand-over
    count
};
inline constexpr std::string_view worklist_group_words[] = {"urgent", "lost",          "overdue",  "board",
                                                            "due",    "data_required", "hand_over"};

struct WorklistTerms {
    int within_days = 30;  ///< group `due`
    /// More days than this past the safety-net date (else the due date), and past the last thing heard, is lost. Local
    /// policy: half a year, twice the shortest routine interval.
    int lost_after_days = 180;
};

/// The group of a patient by what stands open; absent where nothing is to be done now. `last_heard` is the newest day
/// on which anything happened that is recorded. A patient deceased, moved or declined (a hand-over without a date) is
/// on no list (decision table, G0).
std::optional<WorklistGroup> group_of(const Standing& standing, const Proposal& present, std::optional<Date> last_heard,
                                      Date as_of, const WorklistTerms& terms);

/// The newest day by `as_of` of a scan, therapy, event or decision; absent where nothing is recorded.
std::optional<Date> last_heard_of(const PatientRecord& record, std::span<const LedgerDecision> decisions, Date as_of);

/// One line of the list: a patient and what stands open.
struct WorklistEntry {
    WorklistGroup group = WorklistGroup::due;
    std::string patient_id;
    policy::Action action =
        policy::Action::continue_surveillance;  ///< what is to be done: as decided, else as proposed
    std::optional<Date> due_date;
    std::optional<Date> safety_net_ct_date;
    int days_late = 0;           ///< 0 unless past the due date
    bool is_safety_net = false;  ///< the action is the safety-net CT after a PET/CT that settled nothing
    bool next_step_missing = false;
    std::string reason;  ///< in a few words: class or finding, and the leading nodule
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
    std::optional<Date> last_heard;  ///< the newest day of anything recorded: scan, therapy, event, decision
};

/// The line of a patient whose group is known. `standing` is that of `present` on the assessment's day.
WorklistEntry worklist_entry(WorklistGroup group, const Standing& standing, const Proposal& present,
                             const Assessment& assessment, const PatientRecord& record, const policy::Policy& policy,
                             std::optional<Date> last_heard);

}  // namespace nodtrack::assess
