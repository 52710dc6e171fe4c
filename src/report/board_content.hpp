#pragma once

#include <string>
#include <vector>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/policy/policy.hpp"

namespace nodtrack::report {

// What a worksheet says, as plain text; its sections (board_sections.hpp) are measured and laid out.

/// Who the patient is and what happened so far, in one line of clauses.
std::string history_line(const assess::Assessment& assessment, const PatientRecord& record);

/// The rules behind the recommendation: the deciding one, then the patient rules that hold.
std::vector<std::string> rule_lines(const assess::Assessment& assessment, const policy::Policy& policy);

/// The statements behind recommendation, patient rules and the classes of the worst nodules, none twice; how conflicts
/// are settled (X-) is left to the other side.
std::vector<const policy::Citation*> evidence(const assess::Assessment& assessment, const policy::Policy& policy);

/// One row of the table of nodules.
struct BoardNodule {
    std::string id;
    std::string look;     ///< place and appearance
    std::string size;     ///< `6.2 x 5.6 mm`
    std::string change;   ///< since the prior that says most, with doubling time, and since the newest
    std::string verdict;  ///< class
    std::string reason;   ///< state, rule and its words, what to note
};

/// Judged nodules, the worst first (`worst_first`).
std::vector<BoardNodule> board_nodules(const assess::Assessment& assessment, const PatientRecord& record,
                                       const assess::Judge& judge);

/// What is open: the question that the action puts, then what is missing or unsure and would change the answer.
std::vector<std::string> open_questions(const assess::Assessment& assessment, const PatientRecord& record,
                                        const assess::Judge& judge);

}  // namespace nodtrack::report
