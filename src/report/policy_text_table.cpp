#include "policy_text_table.hpp"

#include <algorithm>

namespace nodtrack::report {
namespace {

constexpr std::size_t page_width = 120;
constexpr std::string_view gap = "  ";

bool begins_character(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

std::size_t shown_width(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

/// Cuts the first `width` characters off `word`.
std::string_view take_front(std::string_view& word, std::size_t width)
{
    std::size_t end = 0;
    std::size_t shown = 0;
    while (end < word.size() && (shown < width || !begins_character(word[end]))) {
        if (begins_character(word[end])) ++shown;
        ++end;
    }
    const std::string_view front = word.substr(0, end);
    word.remove_prefix(end);
    return front;
}

void trim_end(std::string& text)
{
    while (!text.empty() && text.back() == ' ')
        text.pop_back();
}

std::string aligned_row(const std::vector<Column>& columns, const std::vector<std::string>& row)
{
    std::vector<std::vector<std::string>> cells;
    std::size_t height = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        cells.push_back(lines_of(row[i], columns[i].width));
        height = std::max(height, cells.back().size());
    }
    std::string text;
    for (std::size_t line = 0; line < height; ++line) {
        std::string shown;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const std::string cell = line < cells[i].size() ? cells[i][line] : "";
            shown += cell + std::string(columns[i].width - shown_width(cell), ' ') + std::string(gap);
        }
        trim_end(shown);
        text += shown + "\n";
    }
    return text;
}

std::string ruler(const std::vector<Column>& columns)
{
    std::string text;
    for (const Column& column : columns)
        text += std::string(column.width, '-') + std::string(gap);
    trim_end(text);
    return text + "\n";
}

std::string cell_of_markdown(std::string_view text)
{
    std::string cell;
    for (const char c : text) {
        if (c == '|') cell += '\\';
        cell += c == '\n' ? ' ' : c;
    }
    return cell;
}

std::string markdown_row(const std::vector<std::string>& cells)
{
    std::string text = "|";
    for (const std::string& cell : cells)
        text += " " + cell_of_markdown(cell) + " |";
    return text + "\n";
}

}  // namespace

std::vector<std::string> lines_of(std::string_view text, std::size_t width)
{
    std::vector<std::string> lines(1);
    while (!text.empty()) {
        const std::size_t end = text.find_first_of(" \n");
        std::string_view word = text.substr(0, end);
        const bool line_ends = end != std::string_view::npos && text[end] == '\n';
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const std::size_t used = shown_width(lines.back());
        if (used > 0 && used + 1 + shown_width(word) > width) lines.emplace_back();
        if (!lines.back().empty()) lines.back() += ' ';
        while (shown_width(word) > width) {
            lines.back() += take_front(word, width);
            lines.emplace_back();
        }
        lines.back() += word;
        if (line_ends) lines.emplace_back();
    }
    return lines;
}

std::string plain_text(const Section& section)
{
    std::string text = "\n" + section.title + "\n" + std::string(shown_width(section.title), '=') + "\n";
    for (const std::string& paragraph : section.paragraphs) {
        for (const std::string& line : lines_of(paragraph, page_width))
            text += line + "\n";
    }
    if (!section.columns.empty()) {
        std::vector<std::string> titles;
        for (const Column& column : section.columns)
            titles.push_back(column.title);
        text += "\n" + aligned_row(section.columns, titles) + ruler(section.columns);
        for (const auto& row : section.rows)
            text += aligned_row(section.columns, row) + "\n";
    }
    for (const std::string& item : section.items) {
        bool first = true;
        for (const std::string& line : lines_of(item, page_width - 2)) {
            text += (first ? "- " : "  ") + line + "\n";
            first = false;
        }
    }
    return text;
}

std::string markdown(const Section& section)
{
    std::string text = "\n## " + section.title + "\n";
    for (const std::string& paragraph : section.paragraphs)
        text += "\n" + paragraph + "\n";
    if (!section.columns.empty()) {
        std::vector<std::string> titles;
        for (const Column& column : section.columns)
            titles.push_back(column.title);
        text += "\n" + markdown_row(titles);
        text += markdown_row(std::vector<std::string>(titles.size(), "---"));
        for (const auto& row : section.rows)
            text += markdown_row(row);
    }
    if (!section.items.empty()) text += "\n";
    for (const std::string& item : section.items)
        text += "- " + item + "\n";
    return text;
}

}  // namespace nodtrack::report
