#pragma once

#include <cstdint>
#include <string>
#include <string_view>

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

}  // namespace nodtrack::report
