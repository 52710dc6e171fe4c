#include "nodtrack/interop/data_dictionary.hpp"

#include <fmt/format.h>

#include "cell.hpp"
#include "history_columns.hpp"
#include "nodtrack/interop/study_files.hpp"
#include "value_text.hpp"

namespace nodtrack::interop {
namespace {

template <class Member>
constexpr std::string_view type_of(std::string_view column)
{
    using Value = BareOf<Member>;
    if constexpr (is_quantity<Value> || std::is_same_v<Value, double>) return "decimal";
    if constexpr (std::is_same_v<Value, Date>) return "date";
    if constexpr (std::is_same_v<Value, AxisEnds>) return "decimals";
    if constexpr (is_word_set<Value>) return "words";
    if constexpr (std::is_enum_v<Value> || std::is_same_v<Value, bool> || std::is_same_v<Value, ProfileWord>) {
        return "word";
    }
    if constexpr (std::is_same_v<Value, std::int32_t>) return "count";
    return is_identifier(column) ? "identifier" : "text";
}

template <class Member>
std::string words_of()
{
    using Value = BareOf<Member>;
    if constexpr (is_word_set<Value>) return word_list<typename Value::value_type>();
    if constexpr (std::is_same_v<Value, bool>) return word_list<Answer>();
    if constexpr (std::is_enum_v<Value>) return word_list<Value>();
    if constexpr (std::is_same_v<Value, ProfileWord>) return profile_words();
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
        RowOf<kind> row;
        for_each_column<kind>([&](const auto& field) {
            using Member = std::remove_reference_t<decltype(value_of<kind>(row, field))>;
            entries.push_back(entry_of<Member>(kind_name(kind), field.column, field.meaning, field.has(Is::required)));
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
        const bool always_there = !is_optional<Value> && !is_text<Value> && !is_word_set<Value>;
        entries.push_back(entry_of<Value>("history", column, meaning, always_there || is_identifier(column)));
    });
}

void append_study_files(std::vector<DictionaryEntry>& entries, Exported exported)
{
    for (std::size_t i = 0; i < study_file_count; ++i) {
        const auto file = static_cast<StudyFile>(i);
        if (exported == Exported::deidentified && !is_in_deidentified(file)) continue;
        for (const StudyColumn& column : columns_of(file)) {
            entries.push_back({name_of(file), column.name, column.type, column.unit, std::string(column.words),
                               column.meaning, column.required});
        }
    }
}

/// What a file is, where its name does not say it.
std::string_view remark_on(std::string_view file)
{
    if (file == "history") return ": the export of one row a nodule a scan";
    if (file == "links") return ": what was said of the identity of nodules; taken in again with the record";
    if (file == "retractions") return ": rows that were entered in error; taken in again with the record";
    if (file == "recommendations") return ": each CT's answer, as it was known then and as it is judged now";
    if (file == "follow_up") return ": the days that a patient's follow-up is counted by";
    if (file == "recorded") return ": when each version of a row was recorded";
    if (file == "tu") return ": CDISC SDTM, the nodules; tu.xpt is the same as SAS XPORT";
    if (file == "tr") return ": CDISC SDTM, what was measured of them; tr.xpt is the same as SAS XPORT";
    if (file == "corrections") return ": each value that was filled in or corrected";
    return {};
}

constexpr std::string_view research_id_meaning =
    "research id: a keyed hash of the patient's id, the same in each export of one registry";

/// Whether it is a text that says nothing of the patient, which a de-identified export keeps.
bool is_kept(std::string_view column)
{
    bool kept = false;
    for_each_kind([&]<RowKind kind>() {
        for_each_field(RowSchema<kind>::fields,
                       [&](const auto& field) { kept |= field.column == column && field.has(Is::kept); });
    });
    return kept;
}

/// What is to be known of a column in a de-identified export; empty where it is as in any export.
std::string deidentified_meaning(const DictionaryEntry& entry)
{
    if (entry.column == "patient_id") return std::string(research_id_meaning);
    if (entry.column == "observation_id" || entry.column == "other_nodule_id") return "as nodule_id";
    if (entry.column == "scan_id") return "scan of that patient, numbered by date in this export";
    if (entry.column == "nodule_id") return "nodule of that patient, numbered in this export";
    if (entry.column == "visit_id") return "visit of that patient, numbered by date in this export";
    if (entry.column == "decided_by") return "one of those who decided for that patient, numbered in this export";
    if (entry.column == "birth_date" || entry.column == "age_years") {
        return "always empty: ages.csv has the age at the first scan";
    }
    if (entry.file == "tu" || entry.file == "tr") {
        if (entry.column == "USUBJID") return std::string(research_id_meaning);
        if (entry.type != "date") return {};
    }
    if (entry.file == "recommendations") {
        if (entry.column == "known_on" || entry.column.starts_with("then_"))
            return "always empty: what is known now alone";
        if (entry.column == "now_due_date" || entry.column == "now_safety_net_ct_date") {
            return "always empty: months of the true calendar would tell by how much the dates were moved";
        }
        if (entry.type == "text") return {};
    }
    if (entry.column == "made_by") return fmt::format("always \"{}\"", withheld);
    if (entry.column == "follow_up_status_recorded_on") return "always empty: days of recording are true ones";
    if (entry.type == "text" && !is_kept(entry.column) && (entry.file != "history" || entry.column == "reader")) {
        return "always empty: no free text and no names";
    }
    if (entry.type != "date") return {};
    return fmt::format(
        "{}; moved: all dates of one patient are earlier by the same 1 to 365 days, so that intervals "
        "are exact",
        entry.meaning);
}

/// Of ages.csv, which only a de-identified export has.
std::vector<DictionaryEntry> entries_of_ages()
{
    return {{"ages", "patient_id", "identifier", {}, {}, research_id_meaning, true},
            {"ages",
             "age_at_first_scan_years",
             "text",
             "years",
             {},
             "completed years of age at the first scan, 0 to 89, or 90+; empty = not known",
             false}};
}

void append_csv_row(std::string& text, const DictionaryEntry& entry, std::string_view meaning)
{
    const std::string_view required = entry.required ? "yes" : "no";
    for (const std::string_view cell :
         {entry.file, entry.column, entry.type, entry.unit, std::string_view(entry.words), required, meaning}) {
        append_csv_text(text, cell);
        text += ',';
    }
    text.back() = '\n';
}

constexpr std::string_view csv_header = "file,column,type,unit,words,required,meaning\n";

}  // namespace

std::vector<DictionaryEntry> data_dictionary()
{
    std::vector<DictionaryEntry> entries;
    append_record(entries);
    append_history(entries);
    return entries;
}

std::vector<DictionaryEntry> export_dictionary(Exported exported)
{
    std::vector<DictionaryEntry> entries = data_dictionary();
    append_study_files(entries, exported);
    if (exported == Exported::deidentified) {
        const std::vector<DictionaryEntry> ages = entries_of_ages();
        entries.insert(entries.end(), ages.begin(), ages.end());
    }
    return entries;
}

std::string data_dictionary_csv()
{
    std::string text(csv_header);
    for (const DictionaryEntry& entry : export_dictionary(Exported::as_recorded))
        append_csv_row(text, entry, entry.meaning);
    return text;
}

std::string deidentified_dictionary_csv()
{
    std::string text(csv_header);
    for (const DictionaryEntry& entry : export_dictionary(Exported::deidentified)) {
        const std::string meaning = entry.file == "ages" ? std::string() : deidentified_meaning(entry);
        append_csv_row(text, entry, meaning.empty() ? entry.meaning : meaning);
    }
    return text;
}

std::string data_dictionary_markdown()
{
    std::string text =
        "# Data dictionary\n\n"
        "Made from the tables of `include/nodtrack/domain/record_schema.hpp` by `nodtrack::interop::data_dictionary`; "
        "a "
        "test\n"
        "fails when it has drifted. Empty cells mean *unknown*. Decimals have a point and up to three decimals, taken\n"
        "exactly; positions, mean_hu and dlp_mgy_cm may have more and are rounded half away from zero to 0.001. "
        "Columns\n"
        "whose name begins with `x_` are ignored. Text is written as it is: a spreadsheet may take a note that begins "
        "with `=`,\n"
        "`+`, `-` or `@` for a formula, so import such files as text.\n";
    std::string_view file;
    for (const DictionaryEntry& entry : export_dictionary(Exported::as_recorded)) {
        if (entry.file != file) {
            file = entry.file;
            text += fmt::format(
                "\n## {}{}\n\n| column | type | unit | required | meaning | words |\n|---|---|---|---|---|---|\n", file,
                remark_on(file));
        }
        text += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", entry.column, entry.type, entry.unit,
                            entry.required ? "yes" : "", entry.meaning, entry.words);
    }
    text +=
        "\n## De-identified export\n\n"
        "`nodtrack export --deidentified` writes the same columns, but for the files retractions, recorded and "
        "corrections,\nwhich it does not have. Its data_dictionary.csv says what was done to them:\n\n"
        "| file | column | meaning |\n|---|---|---|\n";
    const auto append = [&](const DictionaryEntry& entry, std::string_view meaning) {
        if (!meaning.empty()) text += fmt::format("| {} | `{}` | {} |\n", entry.file, entry.column, meaning);
    };
    for (const DictionaryEntry& entry : export_dictionary(Exported::deidentified))
        append(entry, entry.file == "ages" ? std::string(entry.meaning) : deidentified_meaning(entry));
    return text;
}

}  // namespace nodtrack::interop
