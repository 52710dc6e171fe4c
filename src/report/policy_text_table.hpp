#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nodtrack::report {

struct Column {
    std::string title;
    std::size_t width = 10;  ///< in plain text; Markdown leaves it to the reader's program
};

/// A part of a document: a heading, paragraphs, perhaps a table and perhaps a list.
struct Section {
    std::string title;
    std::vector<std::string> paragraphs;
    std::vector<Column> columns;
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> items;
};

/// Plain text, cells wrapped to their columns and aligned.
std::string plain_text(const Section& section);
/// Markdown with the heading as one of the second level.
std::string markdown(const Section& section);

/// `text` broken at spaces into lines of at most `width` characters as shown; a longer word is broken inside.
std::vector<std::string> lines_of(std::string_view text, std::size_t width);

}  // namespace nodtrack::report
