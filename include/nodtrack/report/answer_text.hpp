#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::report {

// What a reader wants first: the answer, the fact that decides it, what stands from earlier examinations, and what
// people decided.

/// The fact that decides the answer, the worst nodule's: `N3 grew 2.3 mm since 2024-08-13, limit 2.0`, `haemoptysis
/// told by phone on 2026-10-20`. Of an answer that stands: the fact of the examination that it came from. Where
/// OUT_OF_SCOPE is the answer and the nodules are not quiet, what they show comes before the reason.
std::string deciding_fact(const assess::Assessment& assessment, const PatientRecord& record,
                          const assess::Judge& judge);

/// `TUMOUR_BOARD due 2026-11-24, safety-net CT 2027-01-10, option PET_CT: ` and the deciding fact.
std::string answer_line(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge);

/// What stands, since when and what ends it, with the table's own answer at the newest CT; what is asked for beside the
/// answer; alarms that were never answered. One sentence each, without a full stop; empty where there is nothing of it.
std::vector<std::string> standing_lines(const assess::Assessment& assessment, const PatientRecord& record,
                                        const assess::Judge& judge);

/// The newest decision by the as-of day: `decided 2026-11-01 by Dr A. Board (tumour board): accept; next step biopsy`.
std::optional<std::string> newest_decision_text(const PatientRecord& record, Date as_of);

/// A decision without its day: `accept; next step biopsy; by Dr A. Board (tumour board)`.
std::string decision_words(const Decision& decision);

/// `14 nodules, 1 counts towards the criteria`
std::string count_text(const assess::Assessment& assessment);

/// Positions in `Assessment::nodules`: the worst nodule, then the others by class, those of one class by id with
/// numbers in their order (N2 before N10).
std::vector<std::size_t> worst_first(const assess::Assessment& assessment, const PatientRecord& record);

}  // namespace nodtrack::report
