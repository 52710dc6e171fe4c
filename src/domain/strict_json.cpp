#include "nodtrack/domain/strict_json.hpp"

#include <algorithm>

namespace nodtrack {

std::string json_fault(std::string_view text, std::size_t position, std::string_view words)
{
    const std::string_view before = text.substr(0, position);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t line_start = before.rfind('\n');
    const std::size_t character = before.size() - (line_start == std::string_view::npos ? 0 : line_start + 1);
    // The words quote the text around the fault, identifiers and broken UTF-8 included; only what was expected before
    // that is passed on.
    words = words.substr(0, words.find("; last read"));
    const std::size_t expected = words.find("; expected ");
    return "no JSON from line " + std::to_string(line) + ", character " + std::to_string(character) + " on" +
           std::string(expected == std::string_view::npos ? "" : words.substr(expected));
}

}  // namespace nodtrack
