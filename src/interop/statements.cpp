#include "nodtrack/interop/statements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <system_error>

#include "cell.hpp"
#include "csv_table.hpp"
#include "nearest.hpp"
#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/interop/study_files.hpp"
#include "record_rows.hpp"

namespace nodtrack::interop {
namespace {

namespace fs = std::filesystem;

constexpr int one_permille_of = 1000;

/// What is wrong with the text of a cell; empty where nothing is.
std::string fault_of(const StudyColumn& column, std::string_view text)
{
    if (text.empty()) return column.required ? "is empty; every row needs a value here" : "";
    if (column.type == "identifier") return is_valid_identifier(text) ? "" : explain_identifier(text);
    if (column.type == "date") return Date::parse(text) ? "" : explain_date(text);
    if (column.type == "text") return is_valid_text(text) ? "" : explain_text();
    if (column.type == "word") {
        const auto words = fmt::format(", {}, ", column.words);
        return words.find(fmt::format(", {}, ", text)) != std::string::npos
                   ? ""
                   : fmt::format("is {}; expected one of {}", quoted(text), column.words);
    }
    if (column.type == "decimal") {
        const auto permille = parse_thousandths(text);
        return permille && *permille >= 0 && *permille <= one_permille_of
                   ? ""
                   : fmt::format("is {}; expected 0 to 1 with at most three decimals", quoted(text));
    }
    int number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = problem == std::errc() && end == text.data() + text.size() && number >= 1;
    return is_number ? "" : fmt::format("is {}; expected a whole number from 1", quoted(text));
}

/// One of the two files, row by row.
class StatementTable {
  public:
    using Cells = std::map<std::string_view, std::string>;

    StatementTable(StudyFile file, std::string_view source)
        : columns_(columns_of(file)), table_(source, names_of(file), required_count(file))
    {}

    /// Calls `take(cells, line)` with each row that is sound by itself.
    template <class Take>
    void read(std::string text, Take&& take)
    {
        if (valid_utf8_prefix(text) != text.size()) {
            table_.problem(1, "file", "is not UTF-8; save it in UTF-8");
            return;
        }
        table_.read(std::move(text), [&](const CsvRecord& record) {
            if (!table_.header_is_sound()) return;
            Cells cells;
            bool is_sound = true;
            for (const StudyColumn& column : columns_) {
                const std::string_view text_of_cell = cell_of(record, column.name);
                const std::string fault = fault_of(column, text_of_cell);
                if (!fault.empty()) problem(record.line, column.name, fault);
                is_sound = is_sound && fault.empty();
                cells.emplace(column.name, text_of_cell);
            }
            if (is_sound) take(cells, record.line);
        });
    }

    void problem(std::uint32_t line, std::string_view column, std::string_view what)
    {
        table_.problem(line, column, what);
    }
    std::vector<std::string> take_problems() { return table_.take_problems(); }

  private:
    /// Those that must be there first, as `CsvTable` wants them.
    static std::vector<std::string_view> names_of(StudyFile file)
    {
        std::vector<std::string_view> names;
        for (const bool required : {true, false}) {
            for (const StudyColumn& column : columns_of(file)) {
                if (column.required == required) names.push_back(column.name);
            }
        }
        return names;
    }
    static std::size_t required_count(StudyFile file)
    {
        return static_cast<std::size_t>(std::ranges::count(columns_of(file), true, &StudyColumn::required));
    }

    std::string_view cell_of(const CsvRecord& record, std::string_view name) const
    {
        const auto& header = table_.columns();
        const auto place = static_cast<std::size_t>(std::ranges::find(header, name) - header.begin());
        if (place >= record.cells.size()) return {};
        std::string_view cell = record.cells[place];
        if (cell.starts_with('\'') && would_be_formula(cell)) cell.remove_prefix(1);
        return cell;
    }

    std::span<const StudyColumn> columns_;
    CsvTable table_;
};

/// The whole of a file; empty where there is none.
Result<std::string> text_of(const fs::path& file)
{
    std::error_code error;
    if (!fs::exists(file, error)) return std::string();
    std::ifstream in(file, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!in.is_open() || in.bad() || fs::is_directory(file, error)) {
        return failure(ErrorCode::bad_input, fmt::format("{}: cannot be read; check that it is a file and its "
                                                         "permissions",
                                                         file.filename().string()));
    }
    return text;
}

LinkRow link_row(const StatementTable::Cells& cells, std::uint32_t line)
{
    LinkRow row{.patient_id = cells.at("patient_id"),
                .scan_id = cells.at("scan_id"),
                .observation_id = cells.at("observation_id"),
                .link_no = std::stoi(cells.at("link_no")),
                .nodule_id = cells.at("nodule_id"),
                .how = cells.at("how"),
                .state = cells.at("state"),
                .made_by = cells.at("made_by"),
                .nodule_state = cells.at("nodule_state"),
                .other_nodule_id = cells.at("other_nodule_id"),
                .reason = cells.at("reason"),
                .line = line};
    if (!cells.at("answers").empty()) row.answers = std::stoi(cells.at("answers"));
    if (const auto permille = parse_thousandths(cells.at("confidence"))) {
        row.confidence_permille = static_cast<int>(*permille);
    }
    row.state_date = Date::parse(cells.at("state_date"));
    return row;
}

std::vector<std::string> read_links(std::string text, Statements& statements)
{
    StatementTable table(StudyFile::links, links_name);
    table.read(std::move(text), [&](const StatementTable::Cells& cells, std::uint32_t line) {
        statements.links.push_back(link_row(cells, line));
    });
    return table.take_problems();
}

/// Where a retracted row stands in the document that all of them are read from.
std::string array_place(RowKind kind, std::uint32_t row)
{
    return fmt::format("{}/{}:{}:", retractions_name, kind_name(kind), row);
}

/// The rows that retractions.csv tells of are read as one JSON document; its problems are told by the file's lines.
Result<Delivery> rows_of(const nlohmann::ordered_json& document, const std::vector<RetractedRow>& retracted)
{
    auto rows = read_json_text(document.dump(), retractions_name);
    if (rows) return rows;
    Error error = rows.error();
    for (std::string& problem : error.context) {
        for (const RetractedRow& row : retracted) {
            const std::string place = array_place(row.kind, row.row);
            if (!problem.starts_with(place)) continue;
            problem = fmt::format("{}:{}:row: {}", retractions_name, row.line, problem.substr(place.size()));
            break;
        }
    }
    return tl::unexpected<Error>(std::move(error));
}

std::vector<std::string> read_retractions(std::string text, Statements& statements)
{
    using Json = nlohmann::ordered_json;
    StatementTable table(StudyFile::retractions, retractions_name);
    Json document = Json::object();
    table.read(std::move(text), [&](const StatementTable::Cells& cells, std::uint32_t line) {
        Json row = Json::parse(cells.at("row"), nullptr, false);
        if (!row.is_object()) return table.problem(line, "row", "is no JSON object; write the columns of the row");
        if (row.value("patient_id", Json()) != Json(cells.at("patient_id"))) {
            return table.problem(line, "row", "is of another patient than the line; write the same patient_id");
        }
        const RowKind kind = *kind_of_name(cells.at("row_kind"));
        Json& rows = document[std::string(kind_name(kind))];
        rows.push_back(std::move(row));
        statements.retracted.push_back({.kind = kind,
                                        .row = static_cast<std::uint32_t>(rows.size()),
                                        .moved_to = cells.at("moved_to_patient_id"),
                                        .reason = cells.at("reason"),
                                        .line = line});
    });
    std::vector<std::string> problems = table.take_problems();
    if (statements.retracted.empty() || !problems.empty()) return problems;
    Result<Delivery> rows = rows_of(document, statements.retracted);
    if (!rows) return rows.error().context;
    statements.rows = std::move(*rows);
    return problems;
}

}  // namespace

Result<Statements> read_statements(const fs::path& folder)
{
    Statements statements;
    std::vector<std::string> problems;
    for (const auto& [name, read] :
         {std::pair(links_name, &read_links), std::pair(retractions_name, &read_retractions)}) {
        Result<std::string> text = text_of(folder / name);
        if (!text) return tl::unexpected<Error>(text.error());
        std::ranges::copy(read(std::move(*text), statements), std::back_inserter(problems));
    }
    if (problems.empty()) return statements;
    // Before the problems are moved away.
    std::string message = fmt::format("{} problem{} in {} and {}; nothing was stored", problems.size(),
                                      problems.size() == 1 ? "" : "s", links_name, retractions_name);
    return failure(ErrorCode::bad_input, std::move(message), std::move(problems));
}

template <RowKind kind>
std::string json_of_row(const RowOf<kind>& row)
{
    std::array<std::string_view, id_count<kind>> ids;
    std::size_t place = 0;
    for_each_field(RowSchema<kind>::ids, [&](const auto& field) { ids[place++] = value_of<kind>(row, field); });
    std::string text;
    append_json_row<kind>(text, ids, RowSchema<kind>::values(row));
    return text;
}

template std::string json_of_row<RowKind::patient>(const PatientRow&);
template std::string json_of_row<RowKind::scan>(const ScanRow&);
template std::string json_of_row<RowKind::measurement>(const MeasurementRow&);
template std::string json_of_row<RowKind::therapy>(const TherapyRow&);
template std::string json_of_row<RowKind::event>(const EventRow&);
template std::string json_of_row<RowKind::visit>(const VisitRow&);
template std::string json_of_row<RowKind::decision>(const DecisionRow&);

}  // namespace nodtrack::interop
