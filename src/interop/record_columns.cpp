#include "record_columns.hpp"

#include <algorithm>
#include <array>

namespace nodtrack::interop {
namespace {

template <class Member>
constexpr RecordColumn::Type type_of(std::string_view column)
{
    using Value = BareOf<Member>;
    using Type = RecordColumn::Type;
    if constexpr (is_quantity<Value>) return Type::number;
    if constexpr (std::is_same_v<Value, Date>) return Type::date;
    if constexpr (is_word_set<Value>) return Type::words;
    if constexpr (std::is_enum_v<Value>) return Type::word;
    return is_identifier(column) ? Type::identifier : Type::text;
}

template <class Value>
std::span<const std::string_view> words_of_type()
{
    if constexpr (is_word_set<Value>) {
        return Vocabulary<typename Value::value_type>::words;
    } else if constexpr (std::is_enum_v<Value>) {
        return Vocabulary<Value>::words;
    } else {
        return {};
    }
}

template <RowKind kind, std::size_t I>
RecordColumn column_at()
{
    constexpr const auto& field = field_of<kind, I>();
    using Member = std::remove_cvref_t<decltype(value_of<kind>(std::declval<RowOf<kind>&>(), field))>;
    RecordColumn column;
    column.name = field.column;
    column.meaning = field.meaning;
    column.type = type_of<Member>(field.column);
    column.unit = unit_of<Member>();
    column.words = words_of_type<BareOf<Member>>();
    column.required = field.has(Is::required);
    column.is_key = field.has(Is::key);
    column.fault = [](std::string_view text) {
        constexpr const auto& read_field = field_of<kind, I>();
        RowOf<kind> row{};
        return read_cell(read_field, text, value_of<kind>(row, read_field)) ? std::string()
                                                                            : explain_cell(read_field, text);
    };
    return column;
}

template <RowKind kind>
std::vector<RecordColumn> columns_of()
{
    return []<std::size_t... I>(std::index_sequence<I...>)
    {
        return std::vector<RecordColumn>{column_at<kind, I>()...};
    }
    (std::make_index_sequence<column_count<kind>>());
}

}  // namespace

const std::vector<RecordColumn>& record_columns(RowKind kind)
{
    static const auto all = array_by_kind([]<RowKind known>() { return columns_of<known>(); });
    return all[index_of(kind)];
}

const RecordColumn* record_column(RowKind kind, std::string_view name)
{
    const auto& columns = record_columns(kind);
    const auto found = std::ranges::find(columns, name, &RecordColumn::name);
    return found == columns.end() ? nullptr : &*found;
}

}  // namespace nodtrack::interop
