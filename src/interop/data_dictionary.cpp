#include "nodtrack/interop/data_dictionary.hpp"

#include <fmt/format.h>

#include "history_columns.hpp"
#include "value_text.hpp"

namespace nodtrack::interop {
namespace {

template <class Member>
constexpr std::string_view type_of(std::string_view column)
{
    using Value = BareOf<Member>;
    if constexpr (is_quantity<Value> || std::is_same_v<Value, double>) return "decimal";
    if constexpr (std::is_same_v<Value, Date>) return "date";
    if constexpr (std::is_same_v<Value, Symptoms>) return "words";
    if constexpr (std::is_enum_v<Value> || std::is_same_v<Value, bool>) return "word";
    if constexpr (std::is_same_v<Value, std::int32_t>) return "count";
    return is_identifier(column) ? "identifier" : "text";
}

template <class Member>
std::string words_of()
{
    using Value = BareOf<Member>;
    if constexpr (std::is_same_v<Value, Symptoms>) return word_list<Symptom>();
    if constexpr (std::is_same_v<Value, bool>) return word_list<Answer>();
    if constexpr (std::is_enum_v<Value>) return word_list<Value>();
    return {};
}

/// The unit of counts and computed values, which their column's name ends or begins with.
template <class Member>
std::string_view unit_in(std::string_view column)
{
    const std::string_view unit = unit_of<Member>();
    if (!unit.empty()) return unit;
    if (column.ends_with("_days") || column.starts_with("days_")) return "d";
    if (column.ends_with("_months")) return "months";
    if (column.ends_with("_years")) return "years";
    return {};
}

template <class Member>
DictionaryEntry entry_of(std::string_view file, std::string_view column, std::string_view meaning, bool required)
{
    return {file, column, type_of<Member>(column), unit_in<Member>(column), words_of<Member>(), meaning, required};
}

void append_record(std::vector<DictionaryEntry>& entries)
{
    for_each_kind([&]<RowKind kind>() {
        using Row = typename RowTraits<kind>::Row;
        Row row;
        for_each_column<kind>([&](const auto& field) {
            using Member = std::remove_reference_t<decltype(value_of<kind>(row, field))>;
            entries.push_back(entry_of<Member>(row_kind_names[static_cast<std::size_t>(kind)], field.column,
                                               field.meaning, field.required));
        });
    });
}

void append_history(std::vector<DictionaryEntry>& entries)
{
    const Patient patient;
    const Scan scan;
    const Findings findings;
    HistoryRow row;
    row.patient = &patient;
    row.scan = &scan;
    row.findings = &findings;
    for_each_history_column(row, [&](std::string_view column, std::string_view meaning, const auto& value) {
        using Value = std::remove_cvref_t<decltype(value)>;
        const bool always_there = !is_optional<Value> && !is_text<Value> && !std::is_same_v<Value, Symptoms>;
        entries.push_back(entry_of<Value>("history", column, meaning, always_there || is_identifier(column)));
    });
}

std::string_view title_of(std::string_view file)
{
    return file == "history" ? "history: the export of one row a nodule a scan" : file;
}

}  // namespace

std::vector<DictionaryEntry> data_dictionary()
{
    std::vector<DictionaryEntry> entries;
    append_record(entries);
    append_history(entries);
    return entries;
}

std::string data_dictionary_csv()
{
    std::string text = "file,column,type,unit,words,required,meaning\n";
    for (const DictionaryEntry& entry : data_dictionary()) {
        const std::string_view required = entry.required ? "yes" : "no";
        for (const std::string_view cell : {entry.file, entry.column, entry.type, entry.unit,
                                            std::string_view(entry.words), required, entry.meaning}) {
            append_csv_text(text, cell);
            text += ',';
        }
        text.back() = '\n';
    }
    return text;
}

std::string data_dictionary_markdown()
{
    std::string text =
        "# Data dictionary\n\n"
        "Made from the field tables (`include/nodtrack/domain/fields.hpp`) by `nodtrack::interop::data_dictionary`; a "
        "test\n"
        "fails when it has drifted. Empty cells mean *unknown*. Decimals have a point and up to three decimals, taken\n"
        "exactly; positions, mean_hu and dlp_mgy_cm may have more and are rounded half away from zero to 0.001. "
        "Columns\n"
        "whose name begins with `x_` are ignored. Text is written as it is: a spreadsheet may take a note that begins "
        "with `=`,\n"
        "`+`, `-` or `@` for a formula, so import such files as text.\n";
    std::string_view file;
    for (const DictionaryEntry& entry : data_dictionary()) {
        if (entry.file != file) {
            file = entry.file;
            text += fmt::format(
                "\n## {}\n\n| column | type | unit | required | meaning | words |\n|---|---|---|---|---|---|\n",
                title_of(file));
        }
        text += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", entry.column, entry.type, entry.unit,
                            entry.required ? "yes" : "", entry.meaning, entry.words);
    }
    return text;
}

}  // namespace nodtrack::interop
