#pragma once

#include <string>
#include <string_view>

#include "nodtrack/domain/delivery.hpp"

namespace nodtrack::interop {

inline constexpr std::string_view json_name = "record.json";

/// `measurements.csv`
std::string csv_name(RowKind kind);

/// What a file's name makes of it when it is none of a record's.
struct LookAlike {
    std::string right_name;  ///< of the part of a record that it looks like; empty: it looks like none
    /// It may as well be an earlier state or the source of that part (`measurements.csv.bak`, `measurements.xlsx`), and
    /// is passed over where the part itself is there.
    bool may_stand_beside = false;
};

/// Finds names that somebody may take for a part of a record: `measurement.csv`, `Scans.CSV`, `measurements (1).csv`,
/// `measurements_old.csv`, `Copy of patients.csv`, `measurements.xlsx`. Precondition: not hidden, and not
/// right.
LookAlike look_alike(std::string_view file_name);

}  // namespace nodtrack::interop
