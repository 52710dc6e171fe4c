#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/date.hpp"
#include "nodtrack/dose/citation.hpp"

namespace nodtrack::report {

// Appends JSON to a string. Assessments are written by the hundred thousand, each with up to a hundred reasons, so
// they are streamed rather than built as a document first.

/// A JSON string with quotes; control characters, quotes and backslashes are escaped, UTF-8 stands as it is.
void append_json_string(std::string& out, std::string_view text);

/// `"key":` with a comma before it unless it is the first of its object.
inline void append_json_key(std::string& out, std::string_view key)
{
    if (!out.empty() && out.back() != '{' && out.back() != '[') out += ',';
    out += '"';
    out += key;
    out += "\":";
}

inline void append_json_member(std::string& out, std::string_view key, std::string_view text)
{
    append_json_key(out, key);
    append_json_string(out, text);
}

/// A day in quotes, or null.
void append_json_date(std::string& out, const std::optional<Date>& date);

inline void append_json_date_member(std::string& out, std::string_view key, const std::optional<Date>& date)
{
    append_json_key(out, key);
    append_json_date(out, date);
}

/// A text, or null where it is empty.
inline void append_json_known_member(std::string& out, std::string_view key, std::string_view text)
{
    append_json_key(out, key);
    if (text.empty()) {
        out += "null";
    } else {
        append_json_string(out, text);
    }
}

inline void append_json_yes_no_member(std::string& out, std::string_view key, bool value)
{
    append_json_key(out, key);
    out += value ? "true" : "false";
}

/// `"cite":["S1-050",…]`: the items of the bibliography that a value rests on.
void append_json_cited(std::string& out, const std::vector<dose::Citation>& citations);

}  // namespace nodtrack::report
