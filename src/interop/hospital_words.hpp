#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/delivery.hpp"

namespace nodtrack::interop {

// How hospitals call columns and values, in German and English. For drafts of a map alone: a person looks at them.

struct MeantColumn {
    RowKind kind = RowKind::patient;
    std::string_view column;
};

/// A name of a column for comparison: folded, without what is in brackets, letters and digits alone.
std::string plain_name(std::string_view name);

/// The record's column that a name surely means; absent where it means none, or maybe several.
std::optional<MeantColumn> meant_column(std::string_view plain_name);

/// The record's word that a value of the column surely means; empty where it means none, or maybe several. `all` are
/// the values of the whole column: RUL is the right upper lobe in English and the right lower lobe (Unterlappen) in
/// German.
std::string_view meant_word(std::string_view column, std::span<const std::string_view> words, std::string_view value,
                            const std::vector<std::string>& all);

}  // namespace nodtrack::interop
