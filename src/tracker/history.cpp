#include "nodtrack/tracker/history.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "row_access.hpp"

namespace nodtrack::tracker {
namespace {

/// The columns of a kind of row that have a history: those outside its key.
template <RowKind kind>
std::vector<std::string_view> columns_of()
{
    std::vector<std::string_view> columns;
    for_each_column_outside_key<kind>([&](const auto& field) { columns.push_back(field.column); });
    return columns;
}

template <RowKind kind>
Result<std::vector<PastValue>> history_of(const store::Registry& registry, const RowKey& row, std::string_view column)
{
    const std::vector<std::string_view> columns = columns_of<kind>();
    if (!column.empty() && std::ranges::count(columns, column) == 0) {
        return failure(ErrorCode::usage, fmt::format("{} have no column {} with a history; there are {}",
                                                     kind_name(kind), column, fmt::join(columns, ", ")));
    }
    const auto versions = versions_at<kind>(registry, row);
    if (!versions) return tl::unexpected<Error>(versions.error());
    if (versions->empty()) return no_such_row(row);

    std::vector<PastValue> values;
    for_each_column_outside_key<kind>([&](const auto& field) {
        if (!column.empty() && field.column != column) return;
        std::string before;
        bool before_in_error = false;
        for (const auto& version : *versions) {
            std::string text = text_of_value(version.values.*(field.member));
            const bool in_error = version.in_error.has_value();
            // What was entered anew holds, also where it says the same.
            if (text == before && (text.empty() || in_error == before_in_error)) continue;
            before = text;
            before_in_error = in_error;
            values.push_back(
                {std::string(field.column), std::move(text), version.version, version.delivery, version.in_error});
        }
    });
    return values;
}

}  // namespace

/// `patient_id P1, scan_id S1, nodule_id N1`
static std::string named_key(const RowKey& key)
{
    std::string named;
    for (const auto& [column, value] : key_cells(key))
        named += fmt::format("{}{} {}", named.empty() ? "" : ", ", column, value);
    return named;
}

std::string row_name_of(const RowKey& key)
{
    return fmt::format("{}: the row of {}", kind_name(key.kind), named_key(key));
}

tl::unexpected<Error> no_such_row(const RowKey& key)
{
    return failure(ErrorCode::not_found,
                   fmt::format("{}: there is no row of {}; `nodtrack history` with the patient alone lists the rows",
                               kind_name(key.kind), named_key(key)));
}

tl::unexpected<Error> row_in_error(const RowKey& key, const store::DeliveryEntry& said)
{
    return failure(
        ErrorCode::not_found,
        fmt::format("{} was entered in error (delivery {}, by {} at {}: {}); enter it anew, or take that back "
                    "with `nodtrack retract --undo {}`",
                    row_name_of(key), said.delivery_no, said.actor, said.recorded_at, said.reason, said.delivery_no));
}

Result<std::vector<PastValue>> history(const store::Registry& registry, const RowKey& row, std::string_view column)
{
    return with_kind(row.kind, [&]<RowKind kind>() { return history_of<kind>(registry, row, column); });
}

}  // namespace nodtrack::tracker
