#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/result.hpp"

namespace nodtrack::interop {

// Reading a record: CSV files, one a kind of row, or one JSON document (docs: the record's format;
// schema/record.schema.json). Every row of the `Delivery` returned is valid by itself, and no two rows of it have the
// same key. What needs other rows or the registry (unknown scans, dates before birth, …) is checked by the tracker.
//
// Failure of all functions: one `Error{bad_input}`. Its message is the count ("23 problems in 3 files; nothing was
// stored"), its context holds one `file:row:column: what is wrong, what was expected` per problem, ordered by file
// (in the order of `row_kind_names`), row, and place of the column; from `most_problems_listed` on
// the rest is counted in a last line. `row` is the line number in a CSV file (header = 1), in a JSON document the
// element's number in its array, from 1; the file is then `record.json/scans`. A problem with a file as a whole has row
// 0
// (`measurement.csv:0:file: …`, `record.json:0:document: …`). Values of id columns are never quoted.

inline constexpr std::size_t most_problems_listed = 10'000;

/// Ids (patient, scan, nodule) have at most this many characters (code points).
inline constexpr std::size_t longest_id = 64;

/// A file that a system or another program keeps for itself: `._measurements.csv`, `~$patients.xlsx`, `.DS_Store`.
bool is_hidden_file(std::string_view file_name);

/// Reads the record in a folder: any of patients.csv, scans.csv, … (one for each of `row_kind_names`, at least
/// one of them), or record.json. Other files are ignored, hidden ones too (`._scans.csv`,
/// `~$scans.csv`), but a name that looks like a part of a record and is none (`measurement.csv`, `Scans.CSV`,
/// `measurements (1).csv`) is a problem. Failure: `bad_input` as above; `not_found` when there is no such
/// folder.
Result<Delivery> read_folder(const std::filesystem::path& folder);

/// The same, but problems in rows do not end it: they stand in `Delivery::problems`, beside the rows that could be
/// read, so that the tracker can tell what is wrong with the whole at once. Fails only where a file as a whole is at
/// fault.
Result<Delivery> read_folder_with_problems(const std::filesystem::path& folder);

/// Reads one JSON document. Failure: as `read_folder`.
Result<Delivery> read_json_file(const std::filesystem::path& file);

/// Reads a JSON document from memory; `source` names it in messages.
Result<Delivery> read_json_text(std::string text, std::string_view source = "record.json");

/// The text of one CSV file; `source` names it in messages (empty: the record's own name, e.g. `scans.csv`).
struct CsvText {
    RowKind kind = RowKind::patient;
    std::string text;
    std::string source = {};
};

/// Reads CSV files from memory, at most one of a kind. Precondition: kinds differ.
Result<Delivery> read_csv_texts(std::vector<CsvText> files);

/// Reads one CSV file from memory.
Result<Delivery> read_csv_text(RowKind kind, std::string text);

/// One value as typed: a column's name and its text, as it would stand in the CSV file.
struct TypedCell {
    std::string_view column;
    std::string_view text;
};

/// Reads one typed row (a form, command-line options) by the rules of a CSV row. The place in messages is
/// `entry:1:column`, and `Delivery::source` of the kind is `entry`.
Result<Delivery> read_typed_row(RowKind kind, std::span<const TypedCell> cells);

}  // namespace nodtrack::interop
