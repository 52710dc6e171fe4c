#pragma once

#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "nodtrack/domain/record.hpp"

namespace nodtrack::cases {

/// The day every clinical case counts from, written `0` in a case; also its default as-of day.
Date day_zero();

/// A flag that a case demands, or forbids.
struct ExpectedFlag {
    bool present = true;
    std::string code;
    std::string subject;   ///< nodule id; empty: the patient
    std::string fragment;  ///< part of its text; empty: any text
};

/// One row of tests/cases/*.csv, read. Notation: tests/cases/README.md.
struct ClinicalCase {
    std::string file;  ///< without folder and ending
    int line = 0;
    std::string title;
    PatientRecord record;
    Date as_of;

    std::vector<std::string> expected;  ///< outcome lines, as `outcome_lines` writes them
    std::vector<ExpectedFlag> expected_flags;
};

/// For messages of GoogleTest.
inline void PrintTo(const ClinicalCase& row, std::ostream* out)
{
    *out << row.file << ".csv:" << row.line;
}

struct CaseTables {
    std::vector<ClinicalCase> cases;
    std::vector<std::string> problems;  ///< `size.csv:12: what is wrong`
};

/// All case tables of a folder, by file name. A row that cannot be read is a problem and no case.
CaseTables read_case_tables(const std::filesystem::path& folder);

/// The tables of this project, read once.
const CaseTables& clinical_cases();

/// A record in the notation of the case tables, for tests that spell out one patient. Throws std::runtime_error where
/// the notation is wrong.
PatientRecord record_of(const std::string& patient, const std::string& timeline, const std::string& therapies = "",
                        const std::string& events = "");

/// A day in the notation of the case tables: `0`, `-28d`, `+3m`, `-2y`, `-6m+14d` or `2026-06-15`. Throws as above.
Date day_of(const std::string& text);

}  // namespace nodtrack::cases
