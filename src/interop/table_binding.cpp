#include "table_binding.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nearest.hpp"

namespace nodtrack::interop {
namespace {

constexpr std::string_view number_mark = "{n}";
constexpr std::size_t most_compared = 500;  ///< names of columns, for "is it …?"

/// A text of the map with the number of the repetition in its place.
std::string numbered(std::string_view text, int number)
{
    std::string out(text);
    for (std::size_t at = out.find(number_mark); at != std::string::npos; at = out.find(number_mark, at))
        out.replace(at, number_mark.size(), std::to_string(number));
    return out;
}

template <class Visit>
void for_each_column_of(const BoundRows& rows, Visit&& visit)
{
    for (const BoundColumn& column : rows.columns) {
        for (const BoundSource& source : column.sources) {
            if (source.column) visit(*source.column);
        }
    }
}

}  // namespace

Binding::Binding(const Table& table, const ImportMap& map) : table_(table), map_(map), problems_(table.source)
{
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        places_.emplace(folded(table.columns[i]), i);
    uses_.resize(table.columns.size());
}

Result<std::vector<BoundRows>> Binding::bind()
{
    for (const ImportRows& rows : map_.rows) {
        for (int number = rows.first; number <= rows.last; ++number)
            bind_rows(rows, number);
    }
    for (const std::string& column : map_.fill_down) {
        if (const auto place = place_of(column, "fill_down")) filled_down_.push_back(*place);
    }
    for (const std::string& column : map_.ignore)
        if (const auto place = place_of(column, "ignore")) ++uses_[*place];
    for (std::size_t i = 0; i < uses_.size(); ++i) {
        if (uses_[i] > 0) continue;
        problems_.add(table_.header_row, table_.columns[i],
                      "the map does not say what this column is; take it, or name it under \"ignore\"");
    }
    if (!problems_.empty()) return tl::unexpected<Error>(problems_.error());
    find_own_columns();
    return std::move(bound_);
}

std::optional<std::size_t> Binding::place_of(const std::string& name, std::string_view where)
{
    const auto found = places_.find(folded(name));
    if (found != places_.end()) return found->second;
    if (!missing_.insert(name).second) return std::nullopt;
    std::vector<std::string_view> names(table_.columns.begin(), table_.columns.end());
    const std::string_view near = names.size() > most_compared ? std::string_view() : nearest(name, names);
    problems_.add(table_.header_row, column_name(name),
                  fmt::format("the table has no such column, and the map names it ({}){}", where,
                              near.empty() ? std::string() : fmt::format("; is it {}?", interop::quoted(near))));
    return std::nullopt;
}

void Binding::bind_rows(const ImportRows& rows, int number)
{
    BoundRows& bound = bound_.emplace_back();
    bound.kind = rows.kind;
    for (const std::string& column : rows.where_filled) {
        const auto place = place_of(numbered(column, number), "where_filled");
        if (!place) continue;
        bound.where_filled.push_back(*place);
        ++uses_[*place];
    }
    const auto& columns = record_columns(rows.kind);
    for (const ImportColumn& column : rows.columns) {
        const RecordColumn* target = record_column(rows.kind, column.column);
        BoundColumn& made = bound.columns.emplace_back();
        made.target = static_cast<std::size_t>(target - columns.data());
        for (const ImportSource& source : column.sources) {
            BoundSource& piece = made.sources.emplace_back();
            if (source.from.empty()) {
                piece.constant = numbered(source.constant, number);
                continue;
            }
            piece.column = place_of(numbered(source.from, number), column.column);
            if (piece.column) ++uses_[*piece.column];
            piece.value = std::make_unique<TableValue>(source, *target, map_.written);
        }
    }
}

/// A column that the block with a condition takes, and no block without one.
void Binding::find_own_columns()
{
    std::set<std::size_t> always_taken;
    for (const BoundRows& rows : bound_) {
        if (!rows.where_filled.empty()) continue;
        for_each_column_of(rows, [&](std::size_t column) { always_taken.insert(column); });
    }
    std::map<std::size_t, std::set<const BoundRows*>> takers;
    for (const BoundRows& rows : bound_)
        for_each_column_of(rows, [&](std::size_t column) { takers[column].insert(&rows); });
    for (BoundRows& rows : bound_) {
        if (rows.where_filled.empty()) continue;
        for_each_column_of(rows, [&](std::size_t column) {
            const bool is_condition = std::ranges::find(rows.where_filled, column) != rows.where_filled.end();
            if (!is_condition && !always_taken.contains(column) && takers[column].size() == 1)
                rows.own.push_back(column);
        });
    }
}

}  // namespace nodtrack::interop
