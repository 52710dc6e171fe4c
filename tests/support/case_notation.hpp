#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/record.hpp"

namespace nodtrack::cases {

/// What is wrong with a case, in words; the reader of the tables adds file and line.
struct NotationError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::string_view trimmed(std::string_view text);
/// The parts between separators, trimmed; empty parts are left out.
std::vector<std::string> split(std::string_view text, std::string_view separator);
/// Blank-separated words.
std::vector<std::string> words_of(std::string_view text);

/// The cells of one line of a CSV file. Cells may be quoted; a quoted cell does not run over lines.
std::vector<std::string> cells_of(std::string_view line);

void read_patient(std::string_view text, PatientRecord& record);
void read_timeline(std::string_view text, PatientRecord& record);
void read_therapies(std::string_view text, PatientRecord& record);
void read_events(std::string_view text, PatientRecord& record);

}  // namespace nodtrack::cases
