#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "nodtrack/assess/worklist.hpp"
#include "nodtrack/report/sentences.hpp"

namespace nodtrack::report {

enum class LetterKind : std::uint8_t { due, overdue, lost };
inline constexpr std::string_view letter_kind_words[] = {"due", "overdue", "lost"};

/// To whom: a letter to the patient is plain and states no diagnosis, one to the treating physician says what is
/// recommended.
enum class LetterTo : std::uint8_t { patient, clinic };
inline constexpr std::string_view letter_to_words[] = {"patient", "clinic"};

/// What a letter says of one patient.
struct Letter {
    std::string patient_id;
    LetterKind kind = LetterKind::due;
    bool is_pet_ct = false;        ///< the examination that is asked for; else a CT
    std::optional<Date> due_date;  ///< of the examination
    int days_late = 0;
    std::optional<Date> last_heard;
    std::optional<Date> last_scan;
    policy::Action action = policy::Action::continue_surveillance;  ///< what is recommended, for the clinic
    std::optional<Date> action_due;
    std::optional<Date> safety_net_ct_date;
};

/// Who writes, and when.
struct LetterHead {
    std::string sender;  ///< as it is to stand on top, lines separated by line feeds; may be empty
    Date written_on;
    LetterTo to = LetterTo::patient;
};

/// The letter that fits a patient of the worklist. Absent where none does: what is open waits for people here (a board,
/// a reading, a next step), or is urgent, and then nobody is written to but called.
std::optional<Letter> letter_of(const assess::WorklistEntry& entry, LetterTo to);

/// Why there is none, in words.
std::string why_no_letter(const assess::WorklistEntry& entry);

/// One letter as text; ends with a line feed.
std::string letter_text(const Letter& letter, const LetterHead& head, const Sentences& words);

/// All of them as one page for printing, an A4 sheet each.
std::string letters_html(std::span<const Letter> letters, const LetterHead& head, const Sentences& words);

}  // namespace nodtrack::report
