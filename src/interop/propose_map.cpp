#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "hospital_words.hpp"
#include "nearest.hpp"
#include "nodtrack/interop/import_table.hpp"
#include "record_columns.hpp"
#include "table_families.hpp"
#include "written_value.hpp"

namespace nodtrack::interop {
namespace {

using Json = nlohmann::ordered_json;

constexpr auto split_signs = std::to_array<std::string_view>({"x", "\xC3\x97", "*"});

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

class Proposer {
  public:
    Proposer(const Table& table, const TableForm& form) : table_(table), form_(form), families_(families_of(table))
    {
        std::set<std::pair<RowKind, std::string_view>> taken;
        for (Family& family : families_) {
            const auto meant = meant_column(name_without_nodule(family));
            const bool may_repeat = family.last == 0 || (meant && meant->kind == RowKind::measurement);
            if (!meant || !may_repeat || !taken.emplace(meant->kind, meant->column).second) continue;
            family.meant = *meant;
            family.is_meant = true;
        }
    }

    std::string map()
    {
        Json rows = Json::array();
        if (const Family* patient = find(RowKind::patient, "patient_id"); patient != nullptr) {
            rows.push_back({{"kind", "patients"}, {"columns", columns_of(RowKind::patient, Json::object())}});
        } else {
            note("no column was found to be the patient's number; name it in each \"patient_id\"");
        }
        add_scans(rows);
        add_measurements(rows);
        Json map;
        map["nodtrack_import_map"] = 1;
        Json ignore = ignored();
        Json table = table_form();
        Json numbers = numbers_form();
        Json dates = date_forms();
        map["notes"] = notes_;
        if (!table.empty()) map["table"] = table;
        if (!numbers.empty()) map["numbers"] = numbers;
        if (!dates.empty()) map["dates"] = dates;
        if (!ignore.empty()) map["ignore"] = ignore;
        map["rows"] = rows;
        return map.dump(2) + "\n";
    }

  private:
    void note(std::string text) { notes_.push_back(std::move(text)); }

    const Family* find(RowKind kind, std::string_view column) const
    {
        const auto found = std::ranges::find_if(families_, [&](const Family& family) {
            return family.is_meant && family.meant.kind == kind && family.meant.column == column;
        });
        return found == families_.end() ? nullptr : &*found;
    }

    /// The different values of a family, at most so many; blank ones left out.
    std::vector<std::string> values_of(const Family& family, std::size_t most) const
    {
        std::set<std::string> values;
        for (const TableRow& row : table_.rows) {
            for (const std::size_t column : family.columns) {
                if (!row.cells[column].text.empty() && values.size() < most) values.insert(row.cells[column].text);
            }
        }
        return {values.begin(), values.end()};
    }

    bool is_any(const Family& family, auto&& holds) const
    {
        return std::ranges::any_of(table_.rows, [&](const TableRow& row) {
            return std::ranges::any_of(family.columns, [&](std::size_t column) {
                return !row.cells[column].text.empty() && holds(row.cells[column]);
            });
        });
    }

    Json patient_id_source()
    {
        const Family* patient = find(RowKind::patient, "patient_id");
        return patient == nullptr ? Json("?") : Json(patient->name);
    }

    /// What the table has of a kind; `made` may hold columns already.
    Json columns_of(RowKind kind, Json made)
    {
        for (const RecordColumn& column : record_columns(kind)) {
            const Family* family = find(kind, column.name);
            if (family == nullptr || made.contains(column.name)) continue;
            made[std::string(column.name)] = source_of(*family, column);
            if (column.name == "long_axis_mm" && is_split(*family) && find(kind, "short_axis_mm") == nullptr) {
                Json second = source_of(*family, column);
                second["split"]["part"] = 2;
                made["short_axis_mm"] = second;
                note(fmt::format("{}: the first part is taken as the long axis, the second as the short one",
                                 interop::quoted(family->name)));
            }
        }
        return made;
    }

    bool is_split(const Family& family) const
    {
        return is_any(family, [](const TableCell& cell) {
            return std::ranges::any_of(split_signs, [&](std::string_view sign) {
                const std::size_t at = cell.text.find(sign);
                return at != std::string::npos && at > 0 && at + sign.size() < cell.text.size();
            });
        });
    }

    Json source_of(const Family& family, const RecordColumn& column)
    {
        using Type = RecordColumn::Type;
        Json source = Json::object();
        source["from"] = family.name;
        if (column.name == "long_axis_mm" && is_split(family)) source["split"] = {{"at", split_signs}, {"part", 1}};
        if (column.type == Type::number) add_unit(family, column, source);
        if (column.type == Type::word || column.type == Type::words) add_words(family, column, source);
        if (column.name == "reader")
            note(fmt::format("{} becomes the reader: a code, no name; see that it is one",
                             interop::quoted(family.name)));
        return source.size() == 1 ? Json(family.name) : source;
    }

    void add_unit(const Family& family, const RecordColumn& column, Json& source)
    {
        const std::string name = family.name;
        for (const std::string_view unit : {"cm3", "ml", "cm"}) {
            const bool is_said = name.find(fmt::format("({})", unit)) != std::string::npos ||
                                 name.find(fmt::format("[{}]", unit)) != std::string::npos ||
                                 name.ends_with(fmt::format(" {}", unit));
            if (!is_said || power_of_unit(unit, column.unit) <= 0) continue;
            source["unit"] = unit;
            return;
        }
        const bool says_unit = name.find(column.unit) != std::string::npos || column.unit.empty();
        if (!says_unit && column.unit == "mm")
            note(fmt::format("{} is taken to be in mm; say \"unit\": \"cm\" if it is in cm", interop::quoted(name)));
    }

    void add_words(const Family& family, const RecordColumn& column, Json& source)
    {
        constexpr std::size_t most_words = 80;
        const std::vector<std::string> values = values_of(family, most_words + 1);
        if (values.size() > most_words) {
            return note(fmt::format(
                "{} has more than {} different values: it may be no column of words, and \"words\" was left out",
                interop::quoted(family.name), most_words));
        }
        Json words = Json::object();
        std::size_t open = 0;
        for (const std::string& value : values) {
            const bool is_record_word = std::ranges::find(column.words, value) != column.words.end();
            const std::string_view word = meant_word(column.name, column.words, value, values);
            if (word.empty()) ++open;
            if (word.empty()) {
                words[value] = nullptr;
            } else if (!is_record_word || word != value) {
                words[value] = word;
            }
        }
        if (open > 0) {
            note(fmt::format("{}: {} of its values have to be decided (null): one of {}, or \"\" for not known",
                             interop::quoted(family.name), open, fmt::join(column.words, ", ")));
        }
        if (!words.empty()) source["words"] = words;
    }

    Json scan_id_source()
    {
        if (const Family* id = find(RowKind::scan, "scan_id")) return id->name;
        const Family* day = find(RowKind::scan, "scan_date");
        return {{"join", Json::array({"CT-", {{"from", day->name}, {"date", true}}})}};
    }

    void add_scans(Json& rows)
    {
        if (find(RowKind::scan, "scan_date") == nullptr) {
            return note("no column was found to be the day of a scan: no scans and no measurements are proposed");
        }
        Json columns;
        columns["patient_id"] = patient_id_source();
        columns["scan_id"] = scan_id_source();
        columns = columns_of(RowKind::scan, columns);
        if (!columns.contains("modality")) columns["modality"] = {{"constant", "ct"}};
        if (!columns.contains("purpose")) columns["purpose"] = {{"constant", "diagnostic"}};
        note("every scan is taken to be a diagnostic CT, where no column says otherwise");
        rows.push_back({{"kind", "scans"}, {"columns", columns}});
    }

    void add_measurements(Json& rows)
    {
        const Family* size = find(RowKind::measurement, "long_axis_mm");
        const Family* nodule = find(RowKind::measurement, "nodule_id");
        if (find(RowKind::scan, "scan_date") == nullptr || (size == nullptr && nodule == nullptr)) return;
        const Family* condition = nodule != nullptr ? nodule : size;
        Json block = {{"kind", "measurements"}};
        if (size != nullptr && size->last > 0) {
            block["repeat"] = {{"from", size->first}, {"to", size->last}};
            condition = size;
        }
        block["where_filled"] = Json::array({condition->name});
        Json columns;
        columns["patient_id"] = patient_id_source();
        columns["scan_id"] = scan_id_source();
        if (size != nullptr && size->last > 0) {
            columns["nodule_id"] = {{"constant", "N{n}"}};
            note("a number is taken to be the same nodule on every scan; see that it is");
        } else if (nodule == nullptr) {
            note("no column was found to name the nodule; without \"nodule_id\" the map is refused");
        }
        columns = columns_of(RowKind::measurement, columns);
        if (!columns.contains("status")) {
            columns["status"] = {{"constant", "present"}};
            note(
                "every nodule with a row is taken to be present; a nodule that is gone or was not looked at needs its "
                "own word");
        }
        block["columns"] = columns;
        rows.push_back(block);
    }

    Json ignored()
    {
        Json ignore = Json::array();
        for (const Family& family : families_) {
            if (family.is_meant) continue;
            for (const std::size_t column : family.columns)
                ignore.push_back(table_.columns[column]);
        }
        if (!ignore.empty()) note("columns under \"ignore\" are not taken; names of patients belong there");
        return ignore;
    }

    Json table_form() const
    {
        Json table = Json::object();
        if (form_.encoding == TableForm::Encoding::windows_1252) table["encoding"] = "windows-1252";
        if (form_.encoding == TableForm::Encoding::utf16) table["encoding"] = "utf-16";
        if (form_.separator != '\0') table["separator"] = std::string(1, form_.separator);
        if (form_.header_row != 1) table["header_row"] = form_.header_row;
        if (!form_.sheet.empty()) table["sheet"] = form_.sheet;
        return table;
    }

    /// Columns of one type that are taken.
    template <class Visit>
    void for_each_cell_of(RecordColumn::Type type, Visit&& visit) const
    {
        for (const Family& family : families_) {
            if (!family.is_meant || record_column(family.meant.kind, family.meant.column)->type != type) continue;
            (void)is_any(family, [&](const TableCell& cell) {
                visit(cell);
                return false;
            });
        }
    }

    Json numbers_form()
    {
        bool has_comma = false;
        bool has_point = false;
        for_each_cell_of(RecordColumn::Type::number, [&](const TableCell& cell) {
            if (cell.is_number) return;
            has_comma = has_comma || cell.text.find(',') != std::string::npos;
            has_point = has_point || cell.text.find('.') != std::string::npos;
        });
        if (has_comma && has_point) {
            note(
                "numbers have commas and points: say \"decimal\" (and \"thousands\") under \"numbers\" where one could "
                "be read two ways");
            return Json::object();
        }
        if (!has_comma && !has_point) return Json::object();
        return {{"decimal", has_comma ? "," : "."}};
    }

    Json date_forms()
    {
        std::set<std::string> forms;
        std::map<char, std::set<std::string>> orders;  // by separator, what single dates say
        bool has_two_digits = false;
        for_each_cell_of(RecordColumn::Type::date,
                         [&](const TableCell& cell) { look_at_date(cell, forms, orders, has_two_digits); });
        for (const auto& [separator, said] : orders) {
            if (said.size() == 1) {
                forms.insert(*said.begin());
            } else {
                note(
                    fmt::format("dates with {} can be read two ways: say under \"forms\" of \"dates\" whether they are "
                                "dd{}mm{}yyyy or mm{}dd{}yyyy",
                                separator, separator, separator, separator, separator));
            }
        }
        if (has_two_digits)
            note("years have two digits: say the form (dd.mm.yy) and \"two_digit_years_from\" under \"dates\"");
        if (forms.empty()) return Json::object();
        return {{"forms", forms}};
    }

    static void look_at_date(const TableCell& cell, std::set<std::string>& forms,
                             std::map<char, std::set<std::string>>& orders, bool& has_two_digits)
    {
        const std::string text = cell.text.substr(0, cell.text.find_first_of(" T"));
        const bool is_whole = std::ranges::all_of(text, is_digit);
        constexpr std::size_t serial_digits = 5;
        constexpr std::size_t date_digits = 8;
        if (is_whole && text.size() == serial_digits) forms.insert("excel_1900");
        if (is_whole && text.size() == date_digits) forms.insert("yyyymmdd");
        const std::size_t first = text.find_first_of("./-");
        if (first == std::string::npos || first > 2) return;
        const char separator = text[first];
        const std::size_t second = text.find(separator, first + 1);
        if (second == std::string::npos) return;
        if (text.size() - second - 1 == 2) has_two_digits = true;
        if (separator == '.') {
            if (text.size() - second - 1 == 4) forms.insert("dd.mm.yyyy");
            return;
        }
        WrittenForm none;
        std::set<std::string>& said = orders[separator];
        if (!read_date(text, false, none).fault.empty()) return;
        const bool day_first = std::atoi(text.c_str()) > 12;
        const bool month_first = std::atoi(text.c_str() + first + 1) > 12;
        if (day_first) said.insert(fmt::format("dd{}mm{}yyyy", separator, separator));
        if (month_first) said.insert(fmt::format("mm{}dd{}yyyy", separator, separator));
    }

    const Table& table_;
    const TableForm& form_;
    std::vector<Family> families_;
    std::vector<std::string> notes_;
};

}  // namespace

std::string proposed_map(const Table& table, const TableForm& form)
{
    return Proposer(table, form).map();
}

}  // namespace nodtrack::interop
