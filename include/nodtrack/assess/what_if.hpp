#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/domain/result.hpp"

namespace nodtrack::assess {

// What would change the answer. Everything here is found by judging a changed copy of the record: no threshold is known
// to this part of the code but as a hint where to look.

/// One value of a record by name: `histology=osteosarcoma` (patient), `reading=limited` (index scan),
/// `@A3.reading=limited` (that scan), `N1.long_axis_mm=6.0` (the nodule at the index scan), `N1@A3.long_axis_mm=5.0`
/// (on that scan), `+N9.long_axis_mm=6.0` (a nodule more, at the index scan), `systemic.end_date=2026-05-01` (a
/// therapy; `systemic@2025-01-31.end_date` where there are several), `as_of=2026-12-31`. Nothing after `=`: not known.
struct Setting {
    std::string subject{};  ///< nodule id or kind of therapy; empty: patient or scan
    std::string at{};       ///< scan id, or first day of a therapy; empty: index scan, or the only therapy of the kind
    bool adds_nodule = false;
    std::string column{};
    std::string value{};  ///< as in a CSV file

    /// As typed.
    std::string text() const;
    bool operator==(const Setting&) const = default;
};

/// Fails with `usage` where the text is no setting.
Result<Setting> parse_setting(std::string_view text);

struct Altered {
    PatientRecord record;
    Date as_of;
    std::vector<std::string> notes;  ///< what else had to change, one sentence each
};

/// The record with other values; nothing else is changed but what would contradict a new long axis: a longer short axis
/// becomes as short, a volume above twice its sphere becomes unknown, unless they are set as well. Fails with `usage`
/// for a column that there is not, `not_found` for a nodule, scan or therapy that is not recorded, `bad_input` for a
/// value that the record could not hold.
Result<Altered> altered(const PatientRecord& record, Date as_of, std::span<const Setting> settings);

/// What a judgement comes to.
struct Outcome {
    policy::Action action = policy::Action::continue_surveillance;
    policy::PatientClass patient_class = policy::PatientClass::no_nodule;
    std::optional<Date> due_date;
    std::optional<Date> safety_net_ct_date;
    std::string deciding_rule;
    std::vector<std::string> patient_rules;  ///< that hold

    bool operator==(const Outcome&) const = default;
};

Outcome outcome_of(const Assessment& assessment, const policy::Policy& policy);

/// What about the answer is another.
enum class Effect : std::uint8_t {
    action,         ///< and perhaps class and date
    patient_class,  ///< the action stays; perhaps the date
    date            ///< action and class stay; the due or the safety-net date is another
};
inline constexpr std::string_view effect_words[] = {"action", "patient_class", "date"};

enum class Direction : std::uint8_t {
    up,         ///< the nearest larger or later value
    down,       ///< the nearest smaller or earlier value
    filled_in,  ///< not known now
    added,      ///< more of something
    other       ///< another word
};
inline constexpr std::string_view direction_words[] = {"up", "down", "filled_in", "added", "other"};

/// A nodule judged by another rule than before.
struct OtherNoduleRule {
    std::string nodule_id;
    policy::NoduleClass nodule_class = policy::NoduleClass::unclassifiable;
    std::string rule;
};

/// One fact, and the nearest value of it at which the answer is another.
struct Change {
    Effect effect = Effect::action;
    Direction direction = Direction::other;
    std::string subject;  ///< nodule id, scan id or `patient`
    std::string what;     ///< column of the record, or a few words: `growth since 2026-05-12`
    std::string unit;     ///< of `from`, `to` and `just_before`; empty: none
    std::string from;     ///< as recorded; empty: not known
    std::string to;
    std::string just_before;  ///< one step nearer, where the answer is not yet that; empty where there is no order
    std::string until;        ///< the last value beyond `to` with that action; empty: every value tried beyond has it
    std::vector<Setting> settings;              ///< that make it so
    std::vector<Setting> settings_just_before;  ///< empty: the record as it is
    Outcome outcome;
    std::vector<OtherNoduleRule> nodule_rules;  ///< nodules whose rule is another than now
};

/// For each fact that could be otherwise the nearest value that changes the action; and, where it lies nearer or the
/// action never changes, the nearest that changes the patient class or a date alone. Sizes go by 0.1 mm, SUVmax by 0.1,
/// volumes by 1 mm3, dates by days, the resection date by months. Ordered by subject (nodules first), then fact.
/// For a size or SUVmax that is not known, each value is named at which the action becomes another than now.
std::vector<Change> what_would_change(const PatientRecord& record, const Judge& judge, Date as_of);

/// The next chest CT, if it were made on its day and showed every nodule as it is now.
struct NextScan {
    Date date;
    PatientRecord record;  ///< with that scan: complete reading, slices and contrast as at the index scan; of the
                           ///< sizes the long axes alone, as nobody knows the others
    Outcome unchanged;
    std::vector<Change> changes;  ///< sizes of each nodule, and of one not seen before, at which the action becomes
                                  ///< worse than `unchanged`, rising; their settings apply to `record` as of `date`
};

/// Absent where no CT is due next: without an index scan, before a board's or an urgent decision, out of scope.
/// The day is the due date, with DATA_REQUIRED and PET_CT the safety-net date; as_of where that has passed.
std::optional<NextScan> at_next_scan(const PatientRecord& record, const Judge& judge, Date as_of);

}  // namespace nodtrack::assess
