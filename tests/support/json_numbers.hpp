#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nodtrack::cases {

/// A number as it is written in a JSON text.
struct WrittenNumber {
    std::string
        pointer;  ///< JSON pointer; list elements that have an id or a name go by it, e.g. `/nodule_rules/N8d/…`
    std::size_t offset = 0;
    std::string text;
    int line = 0;
};

/// All numbers of a valid JSON text, in the order of the text.
std::vector<WrittenNumber> numbers_of(std::string_view json);

/// The number one unit of its last place higher (steps = 1) or lower (steps = -1): 2.0 -> 2.1, 28 -> 27, 1.73 -> 1.74.
std::string stepped(const std::string& number, int steps);

/// The text with one number replaced.
std::string with_number(std::string_view json, const WrittenNumber& number, const std::string& replacement);

}  // namespace nodtrack::cases
