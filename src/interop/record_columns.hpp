#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cell.hpp"
#include "nodtrack/domain/record_schema.hpp"

namespace nodtrack::interop {

/// What a column of the record takes, for what is known at run time alone.
struct RecordColumn {
    enum class Type : std::uint8_t { text, identifier, date, number, word, words };
    std::string_view name;
    std::string_view meaning;
    Type type = Type::text;
    std::string_view unit{};
    std::span<const std::string_view> words{};
    bool required = false;
    bool is_key = false;
    /// What is wrong with a text for this column; empty where nothing is.
    std::string (*fault)(std::string_view text) = nullptr;
};

/// The columns of a kind, in the record's order.
const std::vector<RecordColumn>& record_columns(RowKind kind);

/// Absent (null) where the kind has no such column.
const RecordColumn* record_column(RowKind kind, std::string_view name);

}  // namespace nodtrack::interop
