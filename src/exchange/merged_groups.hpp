#pragma once

#include "nodtrack/exchange/reported_nodules.hpp"

namespace nodtrack::exchange {

/// Groups with one Tracking UID are of one nodule (DCMTK and others put its volume into a group of its own): they
/// become the first of them. What two of them say differently is taken from none, and told in `left_out`.
void merge_groups_of_one_uid(ReportedNodules& told);

}  // namespace nodtrack::exchange
