#pragma once

#include <string>
#include <string_view>

#include "nodtrack/interop/import_map.hpp"

namespace nodtrack::interop {

// Numbers and dates as people and programs write them, to how the record writes them. What could be read two ways is
// refused unless the map says how: nothing is guessed.

/// A text of the record, or what is wrong with what was written and how to mend it.
struct Reading {
    std::string text;
    std::string fault{};
};

/// `1.234,5` as `1234.5`, by the map's decimal sign and thousands separator.
Reading read_number(std::string_view text, const WrittenForm& form);

/// `15.03.2024`, `45366`, `2024-03-15T08:23` as `2024-03-15`. `is_number`: a workbook's number.
Reading read_date(std::string_view text, bool is_number, const WrittenForm& form);

/// A number times 10 or 1000, exactly; `number` is a plain decimal.
std::string times_power_of_ten(std::string_view number, int power);

/// By what power of ten a number in `unit` is more than one in the record's `record_unit`; -1 where it cannot be
/// converted exactly.
int power_of_unit(std::string_view unit, std::string_view record_unit);

}  // namespace nodtrack::interop
