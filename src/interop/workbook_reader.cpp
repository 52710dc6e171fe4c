#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <pugixml.hpp>

#include "nearest.hpp"
#include "nodtrack/domain/date.hpp"
#include "table_parts.hpp"

namespace nodtrack::interop {
namespace {

// ECMA-376 (the format of .xlsx), part 1 section 18: a zip archive with a workbook, its sheets, the texts that they
// share, and the formats of cells, by which a number is a date.

constexpr std::size_t most_part_bytes = 32U << 20U;  ///< of one part, unpacked
constexpr std::size_t most_all_bytes = 64U << 20U;   ///< of all parts that are read

/// Why a workbook cannot be read; caught in `read_workbook` alone.
struct Refusal {
    std::string why;
};

/// A name without its namespace's prefix: `x:row` is `row`.
std::string_view local_name(const pugi::xml_node& node)
{
    const std::string_view name = node.name();
    return name.substr(name.find(':') + 1);
}

pugi::xml_node child_of(const pugi::xml_node& node, std::string_view name)
{
    return node.find_child([&](const pugi::xml_node& child) { return local_name(child) == name; });
}

template <class Visit>
void for_each_child(const pugi::xml_node& node, std::string_view name, Visit&& visit)
{
    for (const pugi::xml_node child : node.children()) {
        if (local_name(child) == name) visit(child);
    }
}

/// The attribute of that name, in whatever namespace: `r:id` is `id`.
std::string_view attribute_of(const pugi::xml_node& node, std::string_view name)
{
    for (const pugi::xml_attribute attribute : node.attributes()) {
        const std::string_view full = attribute.name();
        if (full == name || full.substr(full.find(':') + 1) == name) return attribute.value();
    }
    return {};
}

/// The parts of the archive, each read when it is asked for.
class Archive {
  public:
    explicit Archive(std::string_view bytes)
    {
        zip_error_t error;
        zip_error_init(&error);
        zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
        zip_t* archive = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
        zip_error_fini(&error);
        if (archive == nullptr) {
            if (source != nullptr) zip_source_free(source);
            throw Refusal{"is a damaged archive; save it anew in Excel"};
        }
        archive_.reset(archive);
    }

    bool has(const std::string& part) const
    {
        return zip_name_locate(archive_.get(), part.c_str(), ZIP_FL_NOCASE) >= 0;
    }

    pugi::xml_document read(const std::string& part)
    {
        std::string text = unpacked(part);
        pugi::xml_document document;
        const auto parsed =
            document.load_buffer(text.data(), text.size(), pugi::parse_default | pugi::parse_ws_pcdata_single);
        if (!parsed)
            throw Refusal{fmt::format("has a part {} that is no XML; save it anew in Excel", interop::quoted(part))};
        return document;
    }

  private:
    std::string unpacked(const std::string& part)
    {
        const auto damaged = [&] {
            return Refusal{fmt::format("has no readable part {}; save it anew in Excel", interop::quoted(part))};
        };
        const auto index = zip_name_locate(archive_.get(), part.c_str(), ZIP_FL_NOCASE);
        if (index < 0) throw damaged();
        const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(
            zip_fopen_index(archive_.get(), static_cast<zip_uint64_t>(index), 0), zip_fclose);
        if (!file) throw damaged();
        // The size that the archive tells may be a lie: what is unpacked is counted.
        std::string text;
        constexpr std::size_t piece = 64 * 1024;
        for (;;) {
            const std::size_t have = text.size();
            if (have > most_part_bytes || all_bytes_ + have > most_all_bytes) {
                throw Refusal{
                    fmt::format("unpacks to more than {} MB; save the sheet alone, or as CSV", most_part_bytes >> 20U)};
            }
            text.resize(have + piece);
            const zip_int64_t got = zip_fread(file.get(), text.data() + have, piece);
            if (got < 0) throw damaged();
            text.resize(have + static_cast<std::size_t>(got));
            if (got == 0) break;
        }
        all_bytes_ += text.size();
        return text;
    }

    std::unique_ptr<zip_t, void (*)(zip_t*)> archive_{nullptr, zip_discard};
    std::size_t all_bytes_ = 0;
};

/// Whether a format code shows a date: a year or a day outside quotes, brackets and escapes.
bool is_date_format(std::string_view code)
{
    char closes = '\0';
    for (std::size_t i = 0; i < code.size(); ++i) {
        const char c = code[i];
        if (closes != '\0') {
            if (c == closes) closes = '\0';
        } else if (c == '"') {
            closes = '"';
        } else if (c == '[') {
            closes = ']';
        } else if (c == '\\' || c == '_' || c == '*') {
            ++i;
        } else if (c == 'y' || c == 'Y' || c == 'd' || c == 'D') {
            return true;
        }
    }
    return false;
}

/// Formats that Excel knows by their number alone (ECMA-376 18.8.30; 27 to 58 in East Asian editions).
bool is_date_format(unsigned number)
{
    return (number >= 14 && number <= 17) || number == 22 || (number >= 27 && number <= 31) || number == 36 ||
           (number >= 50 && number <= 54) || number == 57 || number == 58;
}

template <class Number>
std::optional<Number> number_of(std::string_view text)
{
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// The text of a string item: all its runs, without phonetic ones.
std::string text_of_item(const pugi::xml_node& item)
{
    std::string text;
    for_each_child(item, "t", [&](const pugi::xml_node& run) { text += run.text().get(); });
    for_each_child(item, "r", [&](const pugi::xml_node& run) { text += child_of(run, "t").text().get(); });
    return text;
}

/// `C7`: column 2 (from 0); absent where it is no place.
std::optional<std::size_t> column_of(std::string_view place)
{
    std::size_t column = 0;
    std::size_t at = 0;
    for (; at < place.size() && place[at] >= 'A' && place[at] <= 'Z' && at < 3; ++at)
        column = column * 26 + static_cast<std::size_t>(place[at] - 'A' + 1);
    if (at == 0 || column > most_table_columns * 4) return std::nullopt;
    return column - 1;
}

class Workbook {
  public:
    explicit Workbook(std::string_view bytes) : archive_(bytes)
    {
        if (!archive_.has("xl/workbook.xml")) {
            throw Refusal{"is an archive, and no Excel workbook (.xlsx); save the table as .xlsx or as CSV in UTF-8"};
        }
        read_sheet_names();
        if (archive_.has("xl/sharedStrings.xml")) read_shared_texts();
        if (archive_.has("xl/styles.xml")) read_formats();
    }

    std::vector<RawRow> rows(const std::string& wanted)
    {
        std::vector<std::string> filled;
        std::vector<RawRow> found;
        for (const auto& [name, part] : sheets_) {
            if (!wanted.empty() && name != wanted) continue;
            std::vector<RawRow> rows = rows_of(part);
            if (rows.empty() && wanted.empty()) continue;
            filled.push_back(name);
            found = std::move(rows);
        }
        if (filled.size() == 1) return found;
        std::string names;
        for (const auto& [name, part] : sheets_)
            names += (names.empty() ? "" : ", ") + interop::quoted(name);
        if (!wanted.empty()) throw Refusal{fmt::format("has no sheet {}; it has {}", interop::quoted(wanted), names)};
        if (filled.empty()) throw Refusal{"has no sheet with a value"};
        throw Refusal{
            fmt::format("has several sheets: {}; say which one is meant: \"sheet\" in the map's \"table\"", names)};
    }

  private:
    void read_sheet_names()
    {
        const pugi::xml_document document = archive_.read("xl/workbook.xml");
        const pugi::xml_node workbook = child_of(document, "workbook");
        const std::string_view of_1904 = attribute_of(child_of(workbook, "workbookPr"), "date1904");
        counts_from_1904_ = of_1904 == "1" || of_1904 == "true";
        std::map<std::string, std::string, std::less<>> targets;
        const pugi::xml_document relations = archive_.read("xl/_rels/workbook.xml.rels");
        for_each_child(child_of(relations, "Relationships"), "Relationship", [&](const pugi::xml_node& relation) {
            std::string target(attribute_of(relation, "Target"));
            target = target.starts_with('/') ? target.substr(1) : "xl/" + target;
            targets.emplace(attribute_of(relation, "Id"), std::move(target));
        });
        for_each_child(child_of(workbook, "sheets"), "sheet", [&](const pugi::xml_node& sheet) {
            for (const pugi::xml_attribute attribute : sheet.attributes()) {
                const auto target = targets.find(std::string_view(attribute.value()));
                if (!std::string_view(attribute.name()).ends_with(":id") || target == targets.end()) continue;
                sheets_.emplace_back(std::string(attribute_of(sheet, "name")), target->second);
            }
        });
        if (sheets_.empty()) throw Refusal{"names no sheet; save it anew in Excel"};
    }

    void read_shared_texts()
    {
        const pugi::xml_document document = archive_.read("xl/sharedStrings.xml");
        for_each_child(child_of(document, "sst"), "si",
                       [&](const pugi::xml_node& item) { texts_.push_back(text_of_item(item)); });
    }

    void read_formats()
    {
        const pugi::xml_document document = archive_.read("xl/styles.xml");
        const pugi::xml_node sheet = child_of(document, "styleSheet");
        std::map<unsigned, bool> own;
        for_each_child(child_of(sheet, "numFmts"), "numFmt", [&](const pugi::xml_node& format) {
            const auto number = number_of<unsigned>(attribute_of(format, "numFmtId"));
            if (number) own[*number] = is_date_format(attribute_of(format, "formatCode"));
        });
        for_each_child(child_of(sheet, "cellXfs"), "xf", [&](const pugi::xml_node& format) {
            const unsigned number = number_of<unsigned>(attribute_of(format, "numFmtId")).value_or(0);
            const auto found = own.find(number);
            style_is_date_.push_back(found != own.end() ? found->second : is_date_format(number));
        });
    }

    std::vector<RawRow> rows_of(const std::string& part)
    {
        std::vector<RawRow> rows;
        const pugi::xml_document document = archive_.read(part);
        std::uint32_t number = 0;
        std::size_t cells = 0;
        for_each_child(child_of(child_of(document, "worksheet"), "sheetData"), "row", [&](const pugi::xml_node& row) {
            const std::uint32_t next = number_of<std::uint32_t>(attribute_of(row, "r")).value_or(number + 1);
            if (next <= number)
                throw Refusal{fmt::format("has its row {} twice or out of order; save it anew in Excel", next)};
            number = next;
            RawRow read{number, {}};
            for_each_child(row, "c", [&](const pugi::xml_node& cell) {
                const std::size_t column = column_of(attribute_of(cell, "r")).value_or(read.cells.size());
                TableCell value = cell_of(cell);
                if (value.text.empty()) return;
                if (valid_utf8_prefix(value.text) != value.text.size()) {
                    throw Refusal{fmt::format("has a text in row {} that is not UTF-8; save it anew in Excel", number)};
                }
                if (column >= most_table_columns)
                    throw Refusal{fmt::format("has more than {} columns", most_table_columns)};
                cells += column + 1 > read.cells.size() ? column + 1 - read.cells.size() : 0;
                if (cells > most_table_cells)
                    throw Refusal{fmt::format("has more than {} cells; take it in in parts", most_table_cells)};
                if (read.cells.size() <= column) read.cells.resize(column + 1);
                read.cells[column] = std::move(value);
            });
            if (!read.cells.empty()) rows.push_back(std::move(read));
        });
        // A sheet leaves blank cells at the end of a row out.
        std::size_t widest = 0;
        for (const RawRow& row : rows)
            widest = std::max(widest, row.cells.size());
        if (widest * rows.size() > most_table_cells)
            throw Refusal{fmt::format("has more than {} cells; take it in in parts", most_table_cells)};
        for (RawRow& row : rows)
            row.cells.resize(widest);
        return rows;
    }

    TableCell cell_of(const pugi::xml_node& cell) const
    {
        const std::string_view type = attribute_of(cell, "t");
        const std::string_view value = without_blanks(child_of(cell, "v").text().get());
        if (type == "inlineStr") return {std::string(without_blanks(text_of_item(child_of(cell, "is"))))};
        if (type == "s") {
            const auto place = number_of<std::size_t>(value);
            if (!place || *place >= texts_.size())
                throw Refusal{"names a text that it does not have; save it anew in Excel"};
            return {std::string(without_blanks(texts_[*place]))};
        }
        if (type == "b") return {value == "1" ? "true" : "false"};
        if (!type.empty() && type != "n")
            return {std::string(value)};  // a formula's text, a date, an error such as #REF!
        if (value.empty()) return {};
        const auto number = number_of<double>(value);
        if (!number) return {std::string(value)};
        const auto style = number_of<std::size_t>(attribute_of(cell, "s")).value_or(0);
        const bool is_date = style < style_is_date_.size() && style_is_date_[style];
        if (const auto day = is_date ? day_of(*number) : std::nullopt) return {day->iso()};
        if (is_date) return {fmt::format("day {}", value)};  // no day that can be: refused where a date is wanted
        // The shortest decimal that is this number: Excel stores 6.2 as 6.2000000000000002.
        return {fmt::format("{}", *number), true};
    }

    /// The day of a serial number; absent before March 1900, where Excel has a day that never was.
    std::optional<Date> day_of(double serial) const
    {
        constexpr double first = 61;
        constexpr double last = 2'958'465;  // the end of the year 9999
        constexpr std::int32_t from_1900 = 25'569;
        constexpr std::int32_t from_1904 = 24'107;
        if (!(serial >= (counts_from_1904_ ? 0 : first)) || serial > last) return std::nullopt;
        return Date::from_days(static_cast<std::int32_t>(serial) - (counts_from_1904_ ? from_1904 : from_1900));
    }

    Archive archive_;
    bool counts_from_1904_ = false;
    std::vector<std::pair<std::string, std::string>> sheets_;  ///< name, part
    std::vector<std::string> texts_;
    std::vector<bool> style_is_date_;
};

}  // namespace

bool is_archive(std::string_view bytes)
{
    return bytes.starts_with("PK\x03\x04");
}

Result<std::vector<RawRow>> read_workbook(std::string_view bytes, std::string_view source, const std::string& sheet)
{
    try {
        return Workbook(bytes).rows(sheet);
    } catch (const Refusal& refusal) {
        TableProblems problems(source);
        problems.add(1, "file", refusal.why);
        return tl::unexpected<Error>(problems.error());
    }
}

}  // namespace nodtrack::interop
