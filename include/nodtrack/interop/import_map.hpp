#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/interop/table.hpp"

namespace nodtrack::interop {

// How a table of a hospital becomes rows of the record: which column means what, in which words, numbers and dates. A
// map is a JSON file (schema/import-map.schema.json) that people read, correct and keep.

/// In which order a written date has its parts, and what stands between them.
struct DateForm {
    enum class Order : std::uint8_t { day_first, month_first, year_first, excel_1900, excel_1904 };
    Order order = Order::day_first;
    char separator = '.';  ///< '\0': none (YYYYMMDD)
    bool two_digit_year = false;
    bool operator==(const DateForm&) const = default;
};

/// How numbers and dates of the whole table are written.
struct WrittenForm {
    std::optional<char> decimal;              ///< , or .; absent: only what can be read one way alone is taken
    std::optional<char> thousands;            ///< absent: none
    std::vector<DateForm> dates;              ///< beside YYYY-MM-DD, and what can be read one way alone
    std::optional<int> two_digit_years_from;  ///< 1930: 30 is 1930, 29 is 2029
    std::vector<std::string> not_known;       ///< texts that mean an empty cell
};

/// A piece of a value: of a column, or what stands there always.
struct ImportSource {
    std::string from;      ///< a column of the table, `{n}` in it replaced by the number of the repetition
    std::string constant;  ///< where `from` is empty
    std::vector<std::string> split_at{};  ///< not empty: one of these separates parts, and `part` (from 1) is taken
    int part = 1;
    int of = 2;             ///< more parts than these are a problem
    std::string unit{};     ///< in which the column is; empty: the record's own. The cell may say it too.
    std::string list_at{};  ///< not empty: what separates several words
    bool is_date = false;   ///< within a joined value: write it as YYYY-MM-DD
    std::map<std::string, std::string> words{};  ///< the table's word -> the record's; to an empty text: not known
};

/// A column of the record, and what it is made of: several sources are joined.
struct ImportColumn {
    std::string column;
    std::vector<ImportSource> sources;
    std::string place;  ///< in the map, for messages
};

/// Rows of one kind that each row of the table makes.
struct ImportRows {
    RowKind kind = RowKind::patient;
    int first = 0;  ///< with `last`: once for each number; both 0: once
    int last = 0;
    /// Columns: a row is made where one of them has a value; none named: always.
    std::vector<std::string> where_filled;
    std::vector<ImportColumn> columns;
};

struct ImportMap {
    TableForm table;
    WrittenForm written;
    std::vector<std::string> fill_down;  ///< columns whose blank cells take the value above
    std::vector<std::string> ignore;     ///< columns that are not taken, on purpose
    std::vector<ImportRows> rows;
};

/// Reads a map strictly: an unknown key, a column or word that the record does not have, or a form that contradicts
/// another is a problem. Fails with `bad_input`, every problem as `source:0:/rows/0/columns/lobe: what is wrong` in the
/// context.
Result<ImportMap> read_import_map(std::string_view text, std::string_view source);

}  // namespace nodtrack::interop
