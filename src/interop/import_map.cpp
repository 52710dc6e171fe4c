#include "nodtrack/interop/import_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "nearest.hpp"
#include "nodtrack/domain/strict_json.hpp"
#include "record_columns.hpp"
#include "strict_json_reader.hpp"
#include "table_parts.hpp"
#include "written_value.hpp"

namespace nodtrack::interop {
namespace {

constexpr int most_repetitions = 200;
constexpr std::string_view number_mark = "{n}";

/// Reads the JSON value by value, and gathers what is wrong with each by its place.
class MapLoader : private StrictJson {
  public:
    explicit MapLoader(std::string_view source) : StrictJson(source) {}

    Result<ImportMap> load(const Json& json)
    {
        static constexpr auto keys = std::to_array<std::string_view>(
            {"nodtrack_import_map", "notes", "table", "numbers", "dates", "not_known", "fill_down", "ignore", "rows"});
        if (is_object(json, "") && knows_keys(json, "", keys)) {
            const bool is_version_1 = json.contains("nodtrack_import_map") && json["nodtrack_import_map"] == 1;
            if (!is_version_1)
                refuse("/nodtrack_import_map", "the map's version is missing; write \"nodtrack_import_map\": 1");
            if (json.contains("notes")) (void)texts(json["notes"], "/notes");
            if (json.contains("table")) read_table_form(json["table"]);
            if (json.contains("numbers")) read_numbers(json["numbers"]);
            if (json.contains("dates")) read_dates(json["dates"]);
            if (json.contains("not_known")) map_.written.not_known = texts(json["not_known"], "/not_known");
            if (json.contains("fill_down")) map_.fill_down = texts(json["fill_down"], "/fill_down");
            if (json.contains("ignore")) map_.ignore = texts(json["ignore"], "/ignore");
            read_blocks(json);
        }
        if (!problems().empty()) return tl::unexpected<Error>(problems().error());
        return std::move(map_);
    }

  private:
    void read_table_form(const Json& json)
    {
        static constexpr auto keys =
            std::to_array<std::string_view>({"encoding", "separator", "header_row", "sheet", "short_rows"});
        static constexpr auto encodings = std::to_array<std::string_view>({"utf-8", "utf-16", "windows-1252"});
        static constexpr auto short_rows = std::to_array<std::string_view>({"refused", "blank"});
        if (!is_object(json, "/table") || !knows_keys(json, "/table", keys)) return;
        TableForm& form = map_.table;
        if (json.contains("encoding")) {
            const std::size_t place = word(json["encoding"], "/table/encoding", encodings);
            form.encoding = static_cast<TableForm::Encoding>(place + 1);
        }
        if (json.contains("separator"))
            form.separator = sign(json["separator"], "/table/separator", ";,\t|").value_or('\0');
        constexpr int last_row = 1000;
        if (json.contains("header_row"))
            form.header_row = static_cast<std::uint32_t>(whole(json["header_row"], "/table/header_row", 1, last_row));
        if (json.contains("sheet")) form.sheet = text(json["sheet"], "/table/sheet");
        if (json.contains("short_rows"))
            form.short_rows_are_blank = word(json["short_rows"], "/table/short_rows", short_rows) == 1;
    }

    void read_numbers(const Json& json)
    {
        static constexpr auto keys = std::to_array<std::string_view>({"decimal", "thousands"});
        if (!is_object(json, "/numbers") || !knows_keys(json, "/numbers", keys)) return;
        WrittenForm& form = map_.written;
        if (json.contains("decimal")) form.decimal = sign(json["decimal"], "/numbers/decimal", ",.");
        if (json.contains("thousands")) form.thousands = sign(json["thousands"], "/numbers/thousands", ".,' ");
        if (form.thousands && !form.decimal)
            refuse("/numbers/decimal", "is missing; say it where \"thousands\" is said");
        if (form.thousands && form.thousands == form.decimal)
            refuse("/numbers/thousands", "is the decimal sign too; one sign cannot be both");
    }

    void read_dates(const Json& json)
    {
        static constexpr auto keys = std::to_array<std::string_view>({"forms", "two_digit_years_from"});
        if (!is_object(json, "/dates") || !knows_keys(json, "/dates", keys)) return;
        if (json.contains("two_digit_years_from")) {
            constexpr int latest = 2000;
            map_.written.two_digit_years_from =
                whole(json["two_digit_years_from"], "/dates/two_digit_years_from", 1900, latest);
        }
        if (!json.contains("forms")) return;
        const std::vector<std::string> forms = texts(json["forms"], "/dates/forms");
        for (std::size_t i = 0; i < forms.size(); ++i)
            read_date_form(forms[i], fmt::format("/dates/forms/{}", i));
    }

    void read_date_form(const std::string& said, const std::string& place)
    {
        using Order = DateForm::Order;
        DateForm form;
        if (said == "yyyymmdd" || said == "excel_1900" || said == "excel_1904") {
            form.separator = '\0';
            form.order = said == "yyyymmdd"     ? Order::year_first
                         : said == "excel_1900" ? Order::excel_1900
                                                : Order::excel_1904;
        } else if (said == "yyyy-mm-dd") {
            return;  // always taken
        } else {
            const bool day_first = said.starts_with("dd");
            const char separator = said.size() > 2 ? said[2] : '\0';
            const std::string expected =
                day_first ? fmt::format("dd{0}mm{0}yy", separator) : fmt::format("mm{0}dd{0}yy", separator);
            const bool is_known = std::string_view("./-").find(separator) != std::string_view::npos &&
                                  (said == expected || said == expected + "yy");
            if (!is_known) {
                return refuse(
                    place,
                    fmt::format("{} is no form of a date; write dd.mm.yyyy, dd/mm/yyyy, mm/dd/yyyy (or with -, or with "
                                "yy), yyyymmdd, yyyy-mm-dd, excel_1900 or excel_1904",
                                interop::quoted(said)));
            }
            form = {day_first ? Order::day_first : Order::month_first, separator, said == expected};
        }
        if (form.two_digit_year && !map_.written.two_digit_years_from)
            refuse(place, "has years of two digits; say \"two_digit_years_from\" too, e.g. 1930");
        for (const DateForm& other : map_.written.dates) {
            if (other.separator == form.separator && other.order != form.order &&
                (form.separator != '\0' || (form.order >= Order::excel_1900 && other.order >= Order::excel_1900))) {
                refuse(place, "contradicts another form: the same text would be two days");
            }
        }
        map_.written.dates.push_back(form);
    }

    void read_blocks(const Json& json)
    {
        if (!json.contains("rows"))
            return refuse("/rows", "is missing; say which rows of the record a row of the table makes");
        const Json& list = json["rows"];
        if (!list.is_array() || list.empty()) return refuse("/rows", "is no list of rows; write [{\"kind\": …}]");
        for (std::size_t i = 0; i < list.size(); ++i)
            read_block(list[i], fmt::format("/rows/{}", i));
    }

    void read_block(const Json& json, const std::string& place)
    {
        static constexpr auto keys = std::to_array<std::string_view>({"kind", "repeat", "where_filled", "columns"});
        if (!is_object(json, place) || !knows_keys(json, place, keys)) return;
        ImportRows block;
        if (!json.contains("kind")) return refuse(place + "/kind", "is missing; write one of " + row_kind_list());
        const std::size_t faults_before = problems().count();
        block.kind = static_cast<RowKind>(word(json["kind"], place + "/kind", row_kind_names));
        if (problems().count() != faults_before) return;
        if (json.contains("repeat")) read_repetition(json["repeat"], place + "/repeat", block);
        repeats_ = block.last > 0;
        if (json.contains("where_filled")) {
            block.where_filled = texts(json["where_filled"], place + "/where_filled");
            for (const std::string& column : block.where_filled)
                check_mark(column, place + "/where_filled");
        }
        if (repeats_ && block.where_filled.empty()) {
            refuse(place + "/where_filled",
                   "is missing; name the columns of which one has a value where there is such a row, e.g. [\"N{n} "
                   "size\"]");
        }
        if (!json.contains("columns")) {
            refuse(place + "/columns", "is missing; say what each column of the record is made of");
        } else if (is_object(json["columns"], place + "/columns")) {
            for (const auto& [name, value] : json["columns"].items())
                read_column(name, value, fmt::format("{}/columns/{}", place, name), block);
            report_missing(block, place);
        }
        map_.rows.push_back(std::move(block));
    }

    void read_repetition(const Json& json, const std::string& place, ImportRows& block)
    {
        static constexpr auto keys = std::to_array<std::string_view>({"from", "to"});
        if (!is_object(json, place) || !knows_keys(json, place, keys)) return;
        block.first = json.contains("from") ? whole(json["from"], place + "/from", 0, most_repetitions) : 1;
        if (!json.contains("to")) return refuse(place + "/to", "is missing; write the last number");
        block.last = whole(json["to"], place + "/to", std::max(block.first, 1), most_repetitions);
    }

    void report_missing(const ImportRows& block, const std::string& place)
    {
        for (const RecordColumn& column : record_columns(block.kind)) {
            const bool is_there =
                std::ranges::find(block.columns, column.name, &ImportColumn::column) != block.columns.end();
            if (column.required && !is_there) {
                refuse(fmt::format("{}/columns", place),
                       fmt::format("{} is missing; every row of {} needs it ({})", column.name, kind_name(block.kind),
                                   column.meaning));
            }
        }
        const bool has_number = std::ranges::any_of(block.columns, [](const ImportColumn& column) {
            return std::ranges::any_of(column.sources, [](const ImportSource& source) {
                return source.from.find(number_mark) != std::string::npos;
            });
        });
        if (repeats_ && !has_number)
            refuse(place + "/columns", "no column is named with {n}; a repeated row would be the same each time");
    }

    void check_mark(const std::string& text, const std::string& place)
    {
        if (!repeats_ && text.find(number_mark) != std::string::npos)
            refuse(place, "names {n}, and the rows have no \"repeat\"; say from which number to which");
    }

    void read_column(const std::string& name, const Json& json, const std::string& place, ImportRows& block)
    {
        const RecordColumn* column = record_column(block.kind, name);
        if (column == nullptr) {
            std::vector<std::string_view> names;
            for (const RecordColumn& known : record_columns(block.kind))
                names.push_back(known.name);
            const std::string_view near = nearest(name, names);
            return refuse(place, fmt::format("{} has no such column; write {}", kind_name(block.kind),
                                             near.empty() ? fmt::format("one of {}", fmt::join(names, ", "))
                                                          : std::string(near)));
        }
        ImportColumn made{name, {}, place};
        if (json.is_object() && json.contains("join")) {
            static constexpr auto keys = std::to_array<std::string_view>({"join"});
            if (!knows_keys(json, place, keys)) return;
            if (!json["join"].is_array() || json["join"].empty())
                return refuse(place + "/join", "is no list of pieces");
            for (std::size_t i = 0; i < json["join"].size(); ++i)
                made.sources.push_back(piece(json["join"][i], fmt::format("{}/join/{}", place, i)));
        } else {
            made.sources.push_back(source(json, place, *column));
        }
        block.columns.push_back(std::move(made));
    }

    /// Of a joined value: a text that always stands there, or a column.
    ImportSource piece(const Json& json, const std::string& place)
    {
        ImportSource made;
        if (json.is_string()) {
            made.constant = text(json, place);
            check_mark(made.constant, place);
            return made;
        }
        static constexpr auto keys = std::to_array<std::string_view>({"from", "date"});
        if (!is_object(json, place) || !knows_keys(json, place, keys)) return made;
        made.from = from_of(json, place);
        if (json.contains("date")) {
            if (!json["date"].is_boolean()) refuse(place + "/date", "is neither true nor false");
            made.is_date = json["date"] == true;
        }
        return made;
    }

    std::string from_of(const Json& json, const std::string& place)
    {
        std::string from = json.contains("from") ? text(json["from"], place + "/from") : std::string();
        if (from.empty()) refuse(place + "/from", "is missing; name a column of the table");
        check_mark(from, place + "/from");
        return from;
    }

    ImportSource source(const Json& json, const std::string& place, const RecordColumn& column)
    {
        ImportSource made;
        if (json.is_string()) {
            made.from = json.get<std::string>();
            if (made.from.empty()) refuse(place, "is empty; name a column of the table, or write {\"constant\": …}");
            check_mark(made.from, place);
            return made;
        }
        static constexpr auto keys =
            std::to_array<std::string_view>({"from", "constant", "split", "unit", "words", "list_at"});
        if (!is_object(json, place) || !knows_keys(json, place, keys)) return made;
        if (json.contains("constant")) {
            if (json.size() > 1) refuse(place, "has a constant and more; a constant stands alone");
            made.constant = text(json["constant"], place + "/constant");
            check_mark(made.constant, place);
            if (made.constant.find(number_mark) == std::string::npos)
                check_value(made.constant, place + "/constant", column);
            return made;
        }
        made.from = from_of(json, place);
        if (json.contains("split")) read_split(json["split"], place + "/split", made);
        if (json.contains("unit")) read_unit(json["unit"], place + "/unit", column, made);
        if (json.contains("list_at")) {
            made.list_at = text(json["list_at"], place + "/list_at");
            if (made.list_at.empty() || column.type != RecordColumn::Type::words)
                refuse(place + "/list_at", "is for columns of several words, and not empty");
        }
        if (json.contains("words")) read_words(json["words"], place + "/words", column, made);
        return made;
    }

    void check_value(const std::string& value, const std::string& place, const RecordColumn& column)
    {
        if (value.empty()) return refuse(place, "is empty; leave the column out");
        if (const std::string fault = column.fault(value); !fault.empty()) refuse(place, fault);
    }

    void read_split(const Json& json, const std::string& place, ImportSource& made)
    {
        static constexpr auto keys = std::to_array<std::string_view>({"at", "part", "of"});
        constexpr int most_parts = 20;
        if (!is_object(json, place) || !knows_keys(json, place, keys)) return;
        if (!json.contains("at") || !json.contains("part"))
            return refuse(place, "needs \"at\" (what separates the parts) and \"part\" (which one is taken, from 1)");
        made.split_at =
            json["at"].is_string() ? std::vector{text(json["at"], place + "/at")} : texts(json["at"], place + "/at");
        if (made.split_at.empty() || std::ranges::count(made.split_at, std::string()) > 0)
            refuse(place + "/at", "is empty");
        if (json.contains("of")) made.of = whole(json["of"], place + "/of", 2, most_parts);
        made.part = whole(json["part"], place + "/part", 1, most_parts);
        if (made.part > made.of) refuse(place + "/part", fmt::format("is more than the {} parts of \"of\"", made.of));
    }

    void read_unit(const Json& json, const std::string& place, const RecordColumn& column, ImportSource& made)
    {
        made.unit = text(json, place);
        if (column.type != RecordColumn::Type::number || column.unit.empty())
            return refuse(place, "is for columns with a unit");
        if (power_of_unit(made.unit, column.unit) < 0)
            refuse(place, fmt::format("{} cannot be converted to {} exactly", interop::quoted(made.unit), column.unit));
    }

    void read_words(const Json& json, const std::string& place, const RecordColumn& column, ImportSource& made)
    {
        if (!is_object(json, place)) return;
        for (const auto& [said, meant] : json.items()) {
            const std::string at = fmt::format("{}/{}", place, said);
            if (meant.is_null()) {
                refuse(at, fmt::format("is not decided yet; write {}, or \"\" for not known",
                                       column.words.empty() ? std::string("what it means")
                                                            : fmt::format("one of {}", fmt::join(column.words, ", "))));
                continue;
            }
            const std::string word = text(meant, at);
            if (!word.empty()) check_value(word, at, column);
            made.words.emplace(said, word);
        }
    }

    ImportMap map_;
    bool repeats_ = false;  ///< the block that is being read
};

}  // namespace

Result<ImportMap> read_import_map(std::string_view text, std::string_view source)
{
    constexpr int deepest = 12;
    if (valid_utf8_prefix(text) != text.size()) {
        TableProblems problems(source);
        problems.add(0, "/", "is not UTF-8; save the map as UTF-8");
        return tl::unexpected<Error>(problems.error());
    }
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const auto json = parsed_strictly<Json>(text, std::string(source), deepest);
    if (!json) {
        TableProblems problems(source);
        problems.add(0, "/", column_name(json.error().message));
        return tl::unexpected<Error>(problems.error());
    }
    return MapLoader(source).load(*json);
}

}  // namespace nodtrack::interop
