#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nodtrack::interop {

/// What there is to know of one column.
struct DictionaryEntry {
    std::string_view file;  ///< `patients` … `events`, or `history` (the export of one row a nodule a scan)
    std::string_view column;
    std::string_view type;  ///< identifier, date, decimal, word, words, text, count
    std::string_view unit;  ///< empty where there is none
    std::string words;      ///< allowed words, comma-separated; empty where any text is
    std::string_view meaning;
    bool required = false;  ///< the column must be there and no cell may be empty
};

/// Every column of the record's files and of the history, in the order they are written.
std::vector<DictionaryEntry> data_dictionary();

/// The dictionary as CSV: file, column, type, unit, words, required, meaning.
std::string data_dictionary_csv();

/// The dictionary of a de-identified export, as CSV: the same columns with what was done to them, and those of
/// ages.csv.
std::string deidentified_dictionary_csv();

/// The dictionary as Markdown, with what differs in a de-identified export at its end, one table a file
/// (schema/data-dictionary.md).
std::string data_dictionary_markdown();

/// The record as one JSON document, as JSON Schema (schema/record.schema.json).
std::string record_schema_json();

}  // namespace nodtrack::interop
