#pragma once

#include <string>
#include <vector>

#include "ct_line_items.hpp"
#include "nodtrack/assess/judge.hpp"
#include "nodtrack/tracker/ct_line.hpp"

namespace nodtrack::tracker {

/// A nodule's row to be stored, before it is read: none where it is absent.
struct PlannedRow {
    CtLineNodule nodule;
    std::vector<Cell> cells;
};

struct CtLinePlan {
    std::vector<PlannedRow> rows;
    std::vector<std::string> problems;  ///< `N1: …`, complete sentences
};

/// What the items come to on the record. `scan` is the one that they are of, as it will stand; `before` the judgement
/// of the day of the scan, by which known nodules have to be named. `record` is the one judged.
CtLinePlan planned(const CtLine& line, const Scan& scan, const PatientRecord& record, const assess::Assessment& before);

}  // namespace nodtrack::tracker
