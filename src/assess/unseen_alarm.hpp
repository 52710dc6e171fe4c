#pragma once

#include <optional>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::assess {

/// Whether people have decided since that day, but not the board.
bool is_left_to_board(const PatientRecord& record, Date since, Date as_of);

/// The alarm that would be the answer, had nobody said of a nodule that it is none; absent where that is no worse than
/// the answer, or the board has decided since.
std::optional<UnansweredAlarm> alarm_beside_not_a_nodule(const Judge& judge, const Assessment& assessment,
                                                         const PatientRecord& record);

}  // namespace nodtrack::assess
