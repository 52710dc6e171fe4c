#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nodtrack::interop {

/// What there is to know of one column.
struct DictionaryEntry {
    std::string_view
        file;  ///< `patients` … `decisions`, `history` (one row a nodule a scan), or a table of study_files.hpp
    std::string_view column;
    std::string_view type;  ///< identifier, date, decimal, word, words, text, count
    std::string_view unit;  ///< empty where there is none
    std::string words;      ///< allowed words, comma-separated; empty where any text is
    std::string_view meaning;
    bool required = false;  ///< the column must be there and no cell may be empty
};

/// Every column of the record's files and of the history, in the order they are written.
std::vector<DictionaryEntry> data_dictionary();

/// Every column of an export: of the record, the history and the tables beside them (study_files.hpp). Of a
/// de-identified one: without the tables that it does not have, and with ages.csv.
enum class Exported : bool { as_recorded, deidentified };
std::vector<DictionaryEntry> export_dictionary(Exported exported);

/// The dictionary of an export as CSV: file, column, type, unit, words, required, meaning.
std::string data_dictionary_csv();

/// The same of a de-identified one, with what was done to the columns.
std::string deidentified_dictionary_csv();

/// The dictionary as Markdown, with what differs in a de-identified export at its end, one table a file
/// (schema/data-dictionary.md).
std::string data_dictionary_markdown();

/// The record as one JSON document, as JSON Schema (schema/record.schema.json).
std::string record_schema_json();

}  // namespace nodtrack::interop
