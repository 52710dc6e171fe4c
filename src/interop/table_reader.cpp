#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "csv_scanner.hpp"
#include "nearest.hpp"
#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/interop/table.hpp"
#include "table_parts.hpp"
#include "table_value.hpp"
#include "text_encoding.hpp"

namespace nodtrack::interop {
namespace {

using Encoding = TableForm::Encoding;

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
constexpr std::string_view no_break_space = "\xC2\xA0";
constexpr auto separators = std::to_array<char>({';', ',', '\t', '|'});

bool is_utf16_marked(std::string_view bytes)
{
    return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
}

/// The text as UTF-8, without its byte order mark; absent where the bytes are none of that encoding.
std::optional<std::string> decoded(std::string bytes, Encoding encoding)
{
    if (encoding == Encoding::as_marked) encoding = is_utf16_marked(bytes) ? Encoding::utf16 : Encoding::utf8;
    if (encoding == Encoding::utf16) return utf8_of_utf16(bytes);
    if (encoding == Encoding::windows_1252) return utf8_of_windows_1252(bytes);
    if (bytes.starts_with(utf8_mark)) bytes.erase(0, utf8_mark.size());
    if (valid_utf8_prefix(bytes) != bytes.size()) return std::nullopt;
    return bytes;
}

/// The separator that the line has most of, outside quotes; '\0' where there is none, or two as often.
char likely_separator(std::string_view text, std::uint32_t line)
{
    for (std::uint32_t i = 1; i < line && !text.empty(); ++i)
        text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    std::array<std::size_t, separators.size()> counts{};
    bool is_quoted = false;
    for (const char c : text) {
        if (c == '\n' && !is_quoted) break;
        if (c == '"') is_quoted = !is_quoted;
        const auto* const found = std::ranges::find(separators, c);
        if (!is_quoted && found != separators.end()) ++counts[static_cast<std::size_t>(found - separators.begin())];
    }
    const auto* const most = std::ranges::max_element(counts);
    if (*most == 0) return separators.front();  // one column: no cell is cut
    if (std::ranges::count(counts, *most) > 1) return '\0';
    return separators[static_cast<std::size_t>(most - counts.begin())];
}

Result<std::vector<RawRow>> read_csv_rows(std::string bytes, const TableForm& form, TableProblems& problems)
{
    const auto refused = [&](std::string_view what) {
        problems.add(1, "file", what);
        return tl::unexpected<Error>(problems.error());
    };
    std::optional<std::string> text = decoded(std::move(bytes), form.encoding);
    if (!text) {
        return refused(
            "is not text of the encoding that it should have (UTF-8 where the map names none); say "
            "\"encoding\" in the map's \"table\": utf-8, utf-16 or windows-1252 (German Excel's CSV)");
    }
    if (text->find('\0') != std::string::npos) {
        return refused(
            "holds NUL characters; it is no text, or UTF-16: then say \"encoding\": \"utf-16\" in the map's \"table\"");
    }
    if (text->find('\n') == std::string::npos) std::ranges::replace(*text, '\r', '\n');  // an old Mac's line ends
    const char separator = form.separator != '\0' ? form.separator : likely_separator(*text, form.header_row);
    if (separator == '\0') {
        return refused(
            "two separators are as frequent in the header; say which one it is: \"separator\" in the map's \"table\"");
    }
    std::vector<RawRow> rows;
    CsvScanner scanner(*text, separator);
    CsvRecord record;
    std::size_t cells = 0;
    while (scanner.next(record)) {
        cells += record.cells.size();
        if (cells > most_table_cells) {
            return refused(fmt::format("has more than {} cells; take it in in parts", most_table_cells));
        }
        if (record.fault != CsvFault::none && record.line >= form.header_row) {
            problems.add(record.line, fmt::format("column {}", record.faulty_cell + 1), fault_in_words(record.fault));
            continue;
        }
        RawRow& row = rows.emplace_back();
        row.number = record.line;
        for (const std::string_view cell : record.cells)
            row.cells.push_back({std::string(without_blanks(cell))});
    }
    return rows;
}

bool is_blank(const RawRow& row)
{
    return std::ranges::all_of(row.cells, [](const TableCell& cell) { return cell.text.empty(); });
}

/// Names that differ by more than case, for the columns as the header has them.
std::vector<std::string> names_of(const std::vector<TableCell>& header)
{
    std::vector<std::string> names;
    std::set<std::string> taken;
    for (std::size_t i = 0; i < header.size(); ++i) {
        const std::string name = header[i].text.empty() ? fmt::format("column {}", i + 1) : column_name(header[i].text);
        std::string unique = name;
        for (int again = 2; !taken.insert(folded(unique)).second; ++again)
            unique = fmt::format("{} ({})", name, again);
        names.push_back(std::move(unique));
    }
    return names;
}

/// Puts raw rows together below a header.
class TableBuilder {
  public:
    TableBuilder(std::string_view source, const TableForm& form, TableProblems& problems)
        : form_(form), problems_(problems)
    {
        table_.source = source;
        table_.header_row = form.header_row;
    }

    void build(std::vector<RawRow> rows)
    {
        const auto header = std::ranges::find(rows, form_.header_row, &RawRow::number);
        if (header == rows.end() || is_blank(*header)) {
            return problems_.add(form_.header_row, "row",
                                 "the header is missing; say in which row the columns' names stand: \"header_row\" in "
                                 "the map's \"table\"");
        }
        if (header->cells.size() > most_table_columns) {
            return problems_.add(form_.header_row, "row", fmt::format("has more than {} columns", most_table_columns));
        }
        names_ = names_of(header->cells);
        std::vector<bool> is_used;
        for (const TableCell& cell : header->cells)
            is_used.push_back(!cell.text.empty());
        const auto first = header + 1;
        for (auto row = first; row != rows.end(); ++row) {
            for (std::size_t i = 0; i < std::min(row->cells.size(), is_used.size()); ++i)
                is_used[i] = is_used[i] || !row->cells[i].text.empty();
        }
        for (std::size_t i = 0; i < names_.size(); ++i) {
            if (is_used[i]) table_.columns.push_back(names_[i]);
        }
        for (auto row = first; row != rows.end(); ++row) {
            if (!is_blank(*row)) add(std::move(*row), is_used);
        }
    }

    Table take() { return std::move(table_); }

  private:
    void add(RawRow row, const std::vector<bool>& is_used)
    {
        const std::size_t right = is_used.size();
        for (std::size_t i = right; i < row.cells.size(); ++i) {
            if (row.cells[i].text.empty()) continue;
            return problems_.add(row.number, fmt::format("column {}", i + 1),
                                 fmt::format("the row has a value where the header has no column (it has {}); is a "
                                             "separator inside a cell that is not in quotes?",
                                             right));
        }
        if (row.cells.size() < right && !form_.short_rows_are_blank) {
            return problems_.add(
                row.number, names_[row.cells.size()],
                fmt::format("the row has {} cells, the header {}; mend the row, or say \"short_rows\": "
                            "\"blank\" in the map's \"table\" if cells at the end may be left out",
                            row.cells.size(), right));
        }
        row.cells.resize(right);
        TableRow& kept = table_.rows.emplace_back();
        kept.number = row.number;
        for (std::size_t i = 0; i < right; ++i) {
            if (is_used[i]) kept.cells.push_back(std::move(row.cells[i]));
        }
    }

    const TableForm& form_;
    TableProblems& problems_;
    Table table_;
    std::vector<std::string> names_;
};

}  // namespace

void TableProblems::add(std::uint32_t row, std::string_view column, std::string_view what)
{
    ++count_;
    if (lines_.size() < most_problems_listed) lines_.push_back(fmt::format("{}:{}:{}: {}", source_, row, column, what));
}

Error TableProblems::error()
{
    Error error{ErrorCode::bad_input,
                fmt::format("{} problem{} in 1 file; nothing was stored", count_, count_ == 1 ? "" : "s"),
                {}};
    if (count_ > lines_.size()) lines_.push_back(fmt::format("... and {} more", count_ - lines_.size()));
    error.context = std::move(lines_);
    return error;
}

std::string_view without_blanks(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    for (;;) {
        const std::size_t before = text.size();
        text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
        while (!text.empty() && blanks.find(text.back()) != std::string_view::npos)
            text.remove_suffix(1);
        if (text.starts_with(no_break_space)) text.remove_prefix(no_break_space.size());
        if (text.ends_with(no_break_space)) text.remove_suffix(no_break_space.size());
        if (text.size() == before) return text;
    }
}

std::string column_name(std::string_view text)
{
    std::string name;
    bool is_after_blank = true;
    while (!text.empty()) {
        const bool is_no_break = text.starts_with(no_break_space);
        const auto byte = static_cast<unsigned char>(text.front());
        // A colon ends the column in `file:row:column: message`.
        if (is_no_break || byte <= ' ' || byte == 0x7F || byte == ':') {
            if (!is_after_blank) name += ' ';
            is_after_blank = true;
            text.remove_prefix(is_no_break ? no_break_space.size() : 1);
            continue;
        }
        name += text.front();
        is_after_blank = false;
        text.remove_prefix(1);
    }
    while (name.ends_with(' '))
        name.pop_back();
    return name.empty() ? "?" : name;
}

TableForm likely_form(std::string_view bytes)
{
    TableForm form;
    if (is_archive(bytes) || is_utf16_marked(bytes) || valid_utf8_prefix(bytes) == bytes.size()) return form;
    form.encoding = Encoding::windows_1252;
    return form;
}

Result<Table> read_table(std::string bytes, std::string_view source, const TableForm& form)
{
    TableProblems problems(source);
    if (bytes.size() > most_table_bytes) {
        problems.add(1, "file", fmt::format("is larger than {} MB; take it in in parts", most_table_bytes >> 20U));
        return tl::unexpected<Error>(problems.error());
    }
    // An old .xls, and an encrypted workbook: a container of Microsoft's own.
    if (bytes.starts_with("\xD0\xCF\x11\xE0")) {
        problems.add(1, "file",
                     "is an old (.xls) or a password-protected Excel file; save it in Excel as .xlsx without a "
                     "password, or as \"CSV UTF-8\"");
        return tl::unexpected<Error>(problems.error());
    }
    Result<std::vector<RawRow>> rows =
        is_archive(bytes) ? read_workbook(bytes, source, form.sheet) : read_csv_rows(std::move(bytes), form, problems);
    if (!rows) return tl::unexpected<Error>(std::move(rows.error()));
    TableBuilder builder(source, form, problems);
    builder.build(std::move(*rows));
    if (!problems.empty()) return tl::unexpected<Error>(problems.error());
    return builder.take();
}

}  // namespace nodtrack::interop
