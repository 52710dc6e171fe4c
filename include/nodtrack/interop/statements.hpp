#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/domain/result.hpp"

namespace nodtrack::interop {

// What an export says beside the rows of the record, and what is taken in again with them: which nodule an observation
// is (links.csv), and which rows were entered in error (retractions.csv). Columns: study_files.hpp.

inline constexpr std::string_view links_name = "links.csv";
inline constexpr std::string_view retractions_name = "retractions.csv";

/// One line of links.csv; words are of their vocabularies.
struct LinkRow {
    std::string patient_id;
    std::string scan_id;
    std::string observation_id;
    int link_no = 0;
    std::optional<int> answers{};
    std::string nodule_id;
    std::string how;
    std::string state;
    std::optional<int> confidence_permille{};
    std::string made_by;
    std::string nodule_state;
    std::string other_nodule_id;
    std::optional<Date> state_date{};
    std::string reason;
    std::uint32_t line = 0;
};

/// One line of retractions.csv; its row is the one of that number, from 1, among those of its kind in
/// `Statements::rows`.
struct RetractedRow {
    RowKind kind = RowKind::patient;
    std::uint32_t row = 0;
    std::string moved_to;
    std::string reason;
    std::uint32_t line = 0;
};

struct Statements {
    std::vector<LinkRow> links;           ///< in the order of the file
    std::vector<RetractedRow> retracted;  ///< likewise
    Delivery rows;                        ///< those that were entered in error, each valid by itself

    bool empty() const { return links.empty() && retracted.empty(); }
};

/// What links.csv and retractions.csv of a folder say; empty where neither is there. Fails with `bad_input`, one line
/// `file:row:column: what is wrong, what was expected` a problem.
Result<Statements> read_statements(const std::filesystem::path& folder);

/// A row as retractions.csv has it: a JSON object of the columns that are known.
template <RowKind kind>
std::string json_of_row(const RowOf<kind>& row);

}  // namespace nodtrack::interop
