#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/history.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/row_key.hpp"

namespace nodtrack::tracker {

/// What one value was from some delivery on.
struct PastValue {
    std::string column;
    std::string text;  ///< as in the CSV file; empty = not known
    store::Version version = 0;
    store::DeliveryEntry delivery;                   ///< who said so, when, through which door and why
    std::optional<store::DeliveryEntry> in_error{};  ///< it was entered in error: the same of that
};

/// How the values of one row came to be what they are, by column in the record's order and then oldest first; each
/// entry differs from the one before, in its value or in whether it was entered in error. With `column`, of that one
/// only. Values never known are left out. Fails with `not_found` where there is no such row, with `usage` where the
/// kind of row has no such column.
Result<std::vector<PastValue>> history(const store::Registry& registry, const RowKey& row,
                                       std::string_view column = {});

/// The same as JSON Lines, one object a value: row (`patients` … `events`), the row's key, column, value (null: not
/// known), version, delivery_no, recorded_at, actor, door, reason; where it was entered in error, entered_in_error
/// {delivery_no, recorded_at, actor, door, reason} of who says so.
std::string history_json(const RowKey& row, std::span<const PastValue> values);

}  // namespace nodtrack::tracker
