#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/tracker/decide.hpp"

namespace nodtrack::tracker {

/// What goes for every line of a meeting unless the line says otherwise.
struct MeetingTerms {
    Date decided_on;
    std::string decided_by;
    std::string reason;  ///< of lines without one; may be empty
    std::vector<std::string> present;
};

struct MeetingLines {
    std::vector<DecideRequest> requests;  ///< of the lines that could be read, all of the board
    std::vector<std::string> later;       ///< patients who are put off: nothing is stored of them
    std::vector<std::string> problems;    ///< `line 3: …`, complete sentences
};

/// Reads lines such as
///
///     SARC-002 [TUMOUR_BOARD 2026-11-24] accept next biopsy due 2026-12-04 baseline N2,N3: agreed
///     SARC-013 override SHORT_INTERVAL_CT due 2027-01-10 confirm: too small to reach
///     SARC-020 close: palliative care elsewhere
///     SARC-021 event pathology_benign N1 on 2026-11-20: hamartoma
///     SARC-022 later
///
/// Empty lines and those that begin with `#` are passed over. What stands in brackets was recommended when the line was
/// written. A `?` for a decision is a problem: nobody has decided.
MeetingLines read_meeting_lines(std::string_view text, const MeetingTerms& terms);

}  // namespace nodtrack::tracker
