#include "nodtrack/interop/import_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>

#include "file_names.hpp"
#include "json_reader.hpp"
#include "nearest.hpp"
#include "record_rows.hpp"
#include "row_reader.hpp"
#include "table_binding.hpp"

namespace nodtrack::interop {
namespace {

/// One value of a row that is being made, and where it stood.
struct MadeCell {
    std::string text;
    std::string fault;
    std::uint32_t row = 0;
    std::string_view name;  ///< of the table's column; empty for a constant
};

struct MadeRow {
    std::map<std::size_t, MadeCell> cells;  ///< by place among the kind's columns
    std::uint32_t row = 0;                  ///< of the table, the first that it was made of
};

/// What is wrong with a cell of which no row is made, or one of another row.
struct StrayProblem {
    RowKind kind = RowKind::patient;
    std::uint32_t row = 0;
    std::string_view name;
    std::string message;
};

/// Gathers the rows of each kind, those of one key as one.
class RowMaker {
  public:
    explicit RowMaker(const Table& table) : table_(table) {}

    void make(const BoundRows& rows, const TableRow& from)
    {
        if (!rows.where_filled.empty() && std::ranges::all_of(rows.where_filled, [&](std::size_t column) {
                return from.cells[column].text.empty();
            })) {
            return report_lost(rows, from);
        }
        MadeRow made;
        made.row = from.number;
        for (const BoundColumn& column : rows.columns)
            made.cells.emplace(column.target, cell_of(column, from));
        add(rows.kind, std::move(made));
    }

    const std::vector<MadeRow>& rows_of(RowKind kind) const { return rows_[index_of(kind)]; }
    const std::vector<StrayProblem>& strays() const { return strays_; }

  private:
    /// No row is made, but cells that only this row would have are filled.
    void report_lost(const BoundRows& rows, const TableRow& from)
    {
        for (const std::size_t column : rows.own) {
            if (from.cells[column].text.empty()) continue;
            strays_.push_back(
                {rows.kind, from.number, table_.columns[column],
                 fmt::format("has a value, but no {} is made of it, because {} is empty; fill that in, or "
                             "empty this cell",
                             row_noun(rows.kind), interop::quoted(table_.columns[rows.where_filled.front()]))});
        }
    }

    MadeCell cell_of(const BoundColumn& column, const TableRow& from) const
    {
        MadeCell made;
        made.row = from.number;
        bool has_blank_piece = false;
        for (const BoundSource& source : column.sources) {
            if (!source.column) {
                made.text += source.constant;
                continue;
            }
            Reading reading = source.value->read(from.cells[*source.column]);
            if (made.name.empty() || !reading.fault.empty()) made.name = table_.columns[*source.column];
            if (!reading.fault.empty()) {
                made.fault = std::move(reading.fault);
                return made;
            }
            has_blank_piece = has_blank_piece || reading.text.empty();
            made.text += reading.text;
        }
        if (has_blank_piece) made.text.clear();
        return made;
    }

    void add(RowKind kind, MadeRow made)
    {
        auto& rows = rows_[index_of(kind)];
        const std::optional<std::string> key = key_of(kind, made);
        if (key) {
            const auto [found, is_new] = by_key_[index_of(kind)].emplace(*key, rows.size());
            if (!is_new) return join(rows[found->second], std::move(made), kind);
        }
        rows.push_back(std::move(made));
    }

    /// Absent where a part of the key is missing or cannot be read: such a row is a problem by itself.
    static std::optional<std::string> key_of(RowKind kind, const MadeRow& made)
    {
        std::string key;
        const auto& columns = record_columns(kind);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (!columns[i].is_key) continue;
            const auto cell = made.cells.find(i);
            const bool is_blank = cell == made.cells.end() || cell->second.text.empty();
            if (is_blank && columns[i].required) return std::nullopt;
            if (cell != made.cells.end() && !cell->second.fault.empty()) return std::nullopt;
            key += (cell == made.cells.end() ? std::string() : cell->second.text) + '\0';
        }
        return key;
    }

    /// Puts a row into an earlier one of the same key: a value where there was none fills in, another one is a problem.
    void join(MadeRow& first, MadeRow made, RowKind kind)
    {
        for (auto& [target, cell] : made.cells) {
            if (!cell.fault.empty()) {
                strays_.push_back({kind, cell.row, cell.name, std::move(cell.fault)});
                continue;
            }
            if (cell.text.empty()) continue;
            MadeCell& held = first.cells[target];
            if (held.text.empty() && held.fault.empty()) {
                held = std::move(cell);
            } else if (held.fault.empty() && held.text != cell.text) {
                strays_.push_back({kind, cell.row, cell.name,
                                   fmt::format("says otherwise than row {} for the same {}; the two have to agree",
                                               held.row, row_noun(kind))});
            }
        }
    }

    const Table& table_;
    std::array<std::vector<MadeRow>, row_kind_count> rows_;
    std::array<std::unordered_map<std::string, std::size_t>, row_kind_count> by_key_;
    std::vector<StrayProblem> strays_;
};

/// The table's names of columns, kept with the delivery.
class NameKeeper {
  public:
    explicit NameKeeper(Delivery& delivery) : keeper_(delivery) {}
    std::string_view kept(std::string_view name)
    {
        const auto [found, is_new] = names_.emplace(name, std::string_view());
        if (is_new) found->second = keeper_.kept(name);
        return found->second;
    }
    std::string_view kept_text(std::string_view text) { return keeper_.kept(text); }

  private:
    TextKeeper keeper_;
    std::map<std::string, std::string_view, std::less<>> names_;
};

template <RowKind kind>
void read_made_rows(const std::vector<MadeRow>& made, Delivery& delivery, ProblemList& problems, NameKeeper& names)
{
    RowReader<kind> rows(delivery, problems);
    auto& origins = delivery.origins[index_of(kind)];
    for (const MadeRow& row : made) {
        std::vector<CellOrigin>& places = origins.emplace_back();
        for (const auto& [target, cell] : row.cells) {
            if (!cell.name.empty()) places.push_back({column_names<kind>[target], cell.row, names.kept(cell.name)});
        }
        if (places.empty()) places.push_back({{}, row.row, "row"});
    }
    std::uint32_t number = 0;
    for (const MadeRow& row : made) {
        rows.begin_row(++number);
        for (const auto& [target, cell] : row.cells) {
            if (!cell.fault.empty()) {
                rows.refuse(target, cell.fault);
            } else if (!cell.text.empty()) {
                rows.read(target, names.kept_text(cell.text));
            }
        }
        rows.end_row();
    }
    rows.end_file();
}

/// Beside the rows: each has a place of its own among their origins.
void add_strays(const std::vector<StrayProblem>& strays, Delivery& delivery, NameKeeper& names)
{
    for (const StrayProblem& stray : strays) {
        auto& origins = delivery.origins[index_of(stray.kind)];
        const std::string_view name = stray.name.empty() ? "row" : names.kept(stray.name);
        origins.push_back(std::vector<CellOrigin>{CellOrigin{{}, stray.row, name}});
        delivery.problems.push_back({stray.kind, static_cast<std::uint32_t>(origins.size()), {}, stray.message});
        delivery.rows_lost[index_of(stray.kind)] = true;
    }
}

void fill_down(std::vector<TableRow>& rows, const std::vector<std::size_t>& columns)
{
    for (const std::size_t column : columns) {
        const TableCell* above = nullptr;
        for (TableRow& row : rows) {
            if (row.cells[column].text.empty() && above != nullptr) row.cells[column] = *above;
            above = &row.cells[column];
        }
    }
}

}  // namespace

Result<Delivery> imported(const Table& table, const ImportMap& map)
{
    Binding binding(table, map);
    const Result<std::vector<BoundRows>> bound = binding.bind();
    if (!bound) return tl::unexpected<Error>(bound.error());
    std::vector<TableRow> rows = table.rows;
    fill_down(rows, binding.filled_down());
    RowMaker maker(table);
    for (const TableRow& row : rows) {
        for (const BoundRows& made : *bound)
            maker.make(made, row);
    }
    Delivery delivery;
    delivery.source.fill(table.source);
    ProblemList problems;
    NameKeeper names(delivery);
    for_each_kind([&]<RowKind kind>() { read_made_rows<kind>(maker.rows_of(kind), delivery, problems, names); });
    problems.move_into(delivery);
    add_strays(maker.strays(), delivery, names);
    return delivery;
}

std::vector<std::pair<std::string, std::string>> record_files(const Delivery& delivery)
{
    std::vector<std::pair<std::string, std::string>> files;
    for_each_kind([&]<RowKind kind>() {
        const auto& rows = RowSchema<kind>::list(delivery);
        if (rows.empty()) return;
        std::string text;
        append_csv_header<kind>(text);
        for (const auto& row : rows) {
            const auto ids = std::apply(
                [&](const auto&... field) { return std::array{std::string_view(value_of<kind>(row, field))...}; },
                RowSchema<kind>::ids);
            append_csv_row<kind>(text, ids, RowSchema<kind>::values(row));
        }
        files.emplace_back(csv_name(kind), std::move(text));
    });
    return files;
}

std::vector<std::pair<std::string, std::string>> empty_record_files()
{
    std::vector<std::pair<std::string, std::string>> files;
    for_each_kind([&]<RowKind kind>() {
        std::string text;
        append_csv_header<kind>(text);
        files.emplace_back(csv_name(kind), std::move(text));
    });
    return files;
}

}  // namespace nodtrack::interop
