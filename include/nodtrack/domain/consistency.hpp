#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/record.hpp"

namespace nodtrack {

// What a record cannot say: the contradictions of decision table, section 6, last row, and values that no patient,
// scan or nodule has. All functions are pure, and allocate nothing while there is no problem.

/// A contradiction within one row: the column at fault, and what is wrong with its value and what was expected.
struct RowProblem {
    std::string_view column;
    std::string message;

    bool operator==(const RowProblem&) const = default;
};

/// Contradictions within one row of measurements.csv: a size of zero or less or longer than a lung, an SUV below zero,
/// a short axis or a solid component longer than the long one, a volume above twice the sphere of the long axis or
/// below a twentieth of the ellipsoid of the axes, a side that is not the lobe's, a size of a nodule that is resolved.
std::vector<RowProblem> problems_of(const Findings& findings);

/// Contradictions within one row of scans.csv: a thickness or tube voltage of zero or less, a dose-length product below
/// 0.
std::vector<RowProblem> problems_of(const Scan& scan);

/// Contradictions within one row of any kind; those of the kinds above can have some.
template <class Values>
std::vector<RowProblem> problems_of_row(const Values& values)
{
    if constexpr (std::is_same_v<Values, Findings> || std::is_same_v<Values, Scan>) return problems_of(values);
    return {};
}

/// A contradiction between rows of one patient. `index` is the row's place in the vector of its kind in the
/// `PatientRecord` (0 for the patient's own row), for the caller to find the file and line it came from.
struct RecordProblem {
    RowKind kind = RowKind::patient;
    std::uint32_t index = 0;
    std::string_view column;
    std::string message;

    bool operator==(const RecordProblem&) const = default;
};

/// Contradictions between the rows of one patient, in order of kind, index and column: a date before birth (any date
/// column), a birth, scan, event, visit, decision or start of therapy after the day of ingest, an end of therapy before
/// its start, a nodule id in therapies or events that no measurement row has. Contradictions within a row are not
/// repeated here. Dates of resection and completed treatment, an end of therapy and the due date of a decision may lie
/// ahead.
std::vector<RecordProblem> problems_of(const PatientRecord& record, Date day_of_ingest);

}  // namespace nodtrack
