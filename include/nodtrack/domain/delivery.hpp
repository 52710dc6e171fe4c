#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/record.hpp"

namespace nodtrack {

/// The kinds of rows of a record.
enum class RowKind : std::uint8_t { patient, scan, measurement, therapy, event, visit, decision };

/// The record's file (and JSON array) of each kind, without an ending.
inline constexpr auto row_kind_names = std::to_array<std::string_view>(
    {"patients", "scans", "measurements", "therapies", "events", "visits", "decisions"});
inline constexpr std::size_t row_kind_count = row_kind_names.size();
/// One row of each kind.
inline constexpr auto row_nouns =
    std::to_array<std::string_view>({"patient", "scan", "measurement", "therapy", "event", "visit", "decision"});
static_assert(row_nouns.size() == row_kind_count);

constexpr std::size_t index_of(RowKind kind)
{
    return static_cast<std::size_t>(kind);
}
/// `patients`
constexpr std::string_view kind_name(RowKind kind)
{
    return row_kind_names[index_of(kind)];
}
/// `patient`
constexpr std::string_view row_noun(RowKind kind)
{
    return row_nouns[index_of(kind)];
}
/// The kind of a name as above; absent where it is none.
constexpr std::optional<RowKind> kind_of_name(std::string_view name)
{
    const auto* const found = std::ranges::find(row_kind_names, name);
    if (found == row_kind_names.end()) return std::nullopt;
    return static_cast<RowKind>(found - row_kind_names.begin());
}

/// `patients, scans, …`, for messages.
inline std::string row_kind_list()
{
    std::string list;
    for (const std::string_view name : row_kind_names) {
        if (!list.empty()) list += ", ";
        list += name;
    }
    return list;
}

// Rows as delivered. The string views point into `Delivery::text`; `line` is the row's place in its source
// (CSV: the line number, the header being 1; JSON: the element's number in its array, from 1).

struct PatientRow {
    static constexpr RowKind kind = RowKind::patient;
    Patient patient;
    std::uint32_t line = 0;
};

struct ScanRow {
    static constexpr RowKind kind = RowKind::scan;
    std::string_view patient_id;
    Scan scan;
    std::uint32_t line = 0;
};

struct MeasurementRow {
    static constexpr RowKind kind = RowKind::measurement;
    std::string_view patient_id;
    std::string_view scan_id;
    std::string_view nodule_id;
    Findings findings;
    std::uint32_t line = 0;
};

struct TherapyRow {
    static constexpr RowKind kind = RowKind::therapy;
    std::string_view patient_id;
    Therapy therapy;
    std::uint32_t line = 0;
};

struct EventRow {
    static constexpr RowKind kind = RowKind::event;
    std::string_view patient_id;
    NoduleEvent event;
    std::uint32_t line = 0;
};

struct VisitRow {
    static constexpr RowKind kind = RowKind::visit;
    std::string_view patient_id;
    Visit visit;
    std::uint32_t line = 0;
};

struct DecisionRow {
    static constexpr RowKind kind = RowKind::decision;
    std::string_view patient_id;
    Decision decision;
    std::uint32_t line = 0;
};

/// What a reader found wrong with a row or one of its values.
struct DeliveryProblem {
    RowKind kind = RowKind::patient;
    std::uint32_t line = 0;
    std::string column;
    std::string message;
};

/// Where a value of an imported table stood: the record's column, the table's row, and what the table calls the column.
struct CellOrigin {
    std::string_view column;
    std::uint32_t row = 0;
    std::string_view name;
};

/// One delivery: what a folder, a JSON document or a typed entry brought, each row valid by itself unless `problems`
/// says otherwise.
struct Delivery {
    std::vector<PatientRow> patients;
    std::vector<ScanRow> scans;
    std::vector<MeasurementRow> measurements;
    std::vector<TherapyRow> therapies;
    std::vector<EventRow> events;
    std::vector<VisitRow> visits;
    std::vector<DecisionRow> decisions;

    /// Only where a reader was asked to go on in spite of them: then the values at fault are left out of their rows, so
    /// that what is wrong with the rest can be told at the same time. Such a delivery is never stored.
    std::vector<DeliveryProblem> problems;
    /// What a reader took otherwise than it stands in the file, to be told as warnings.
    std::vector<DeliveryProblem> remarks;
    /// Kinds of which a row could not be read at all: what refers to it cannot be judged.
    std::array<bool, row_kind_count> rows_lost{};

    std::array<std::string, row_kind_count> source;  ///< file name of each kind for messages, e.g. `measurements.csv`
    std::deque<std::string> text;                    ///< owns what the views point to; elements never move

    /// Of an imported table, in which a row makes rows of several kinds, or several of one: for each row of a kind (its
    /// `line` is its number here, from 1) the cells that it was made of, at least one. Empty for other sources.
    std::array<std::vector<std::vector<CellOrigin>>, row_kind_count> origins{};

    /// `measurements.csv:12:long_axis_mm`; of a table `export.csv:12:Grösse (mm)`.
    std::string place(RowKind kind, std::uint32_t line, std::string_view column) const
    {
        const CellOrigin origin = origin_of(kind, line, column);
        std::string place = source[index_of(kind)];
        place += ':';
        place += std::to_string(origin.row);
        place += ':';
        place += origin.name;
        return place;
    }

    /// The number of a row as its source has it.
    std::uint32_t row_in_source(RowKind kind, std::uint32_t line) const { return origin_of(kind, line, {}).row; }

  private:
    CellOrigin origin_of(RowKind kind, std::uint32_t line, std::string_view column) const
    {
        const auto& rows = origins[index_of(kind)];
        if (rows.empty() || line == 0) return {column, line, column};
        const std::vector<CellOrigin>& cells = rows[line - 1];
        const auto cell = std::ranges::find(cells, column, &CellOrigin::column);
        // What is said of the row as a whole, or of a column that the table does not have, stands at its first cell.
        return cell != cells.end() ? *cell : CellOrigin{column, cells.front().row, column};
    }
};

}  // namespace nodtrack
