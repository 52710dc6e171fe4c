#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/assess/worklist.hpp"
#include "nodtrack/report/sentences.hpp"

namespace nodtrack::report {

/// A meeting of the tumour board: its name (empty: the language's own word) and its day.
struct Meeting {
    std::string name;
    Date day;
};

/// One patient on an agenda.
struct AgendaItem {
    std::string patient_id;
    std::vector<assess::WorklistGroup> groups;  ///< empty: named by somebody, and nothing stands open
    assess::Recommendation recommendation;
    std::string patient_class;  ///< `SUSPICIOUS`
    std::uint32_t countable = 0;
    std::optional<Date> last_scan;   ///< of any modality
    std::string last_modality;       ///< `ct`
    std::string fact;                ///< that decides, in English
    std::optional<Date> decided_on;  ///< the newest decision on this recommendation
    std::string decided_by;
    std::string decision_reason;
};

std::string agenda_text(std::span<const AgendaItem> items, const Meeting& meeting, const Sentences& words);
/// For printing, with room to write beside each patient.
std::string agenda_html(std::span<const AgendaItem> items, const Meeting& meeting, const Sentences& words);
/// Lines to be filled in and given to `meeting decide`: each patient with what is recommended, and `?` where the
/// decision goes, which is refused until somebody decides.
std::string agenda_form(std::span<const AgendaItem> items, const Meeting& meeting, const Sentences& words);

/// What the board decided for one patient.
struct MinutesItem {
    std::string patient_id;
    std::vector<assess::LedgerDecision> decisions;  ///< of that day, in the order they were recorded
    std::vector<std::string> baselines;             ///< nodules accepted as they are on that day
};

std::string minutes_text(std::span<const MinutesItem> items, const Meeting& meeting, const Sentences& words);
std::string minutes_html(std::span<const MinutesItem> items, const Meeting& meeting, const Sentences& words);

}  // namespace nodtrack::report
