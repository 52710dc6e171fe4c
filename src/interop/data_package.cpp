#include "nodtrack/interop/data_package.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "nodtrack/domain/record_schema.hpp"

namespace nodtrack::interop {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view csv_ending = ".csv";

/// The words of a column, one by one.
Json words_of(const std::string& list)
{
    Json words = Json::array();
    std::size_t from = 0;
    while (from < list.size()) {
        const std::size_t comma = std::min(list.find(", ", from), list.size());
        words.push_back(list.substr(from, comma - from));
        from = comma + 2;
    }
    return words;
}

Json field_of_entry(const DictionaryEntry& entry)
{
    Json field = {{"name", entry.column}, {"title", entry.meaning}};
    const bool is_number = entry.type == "decimal";
    field["type"] = is_number ? "number" : entry.type == "count" ? "integer" : entry.type == "date" ? "date" : "string";
    if (entry.type == "date") field["format"] = "%Y-%m-%d";
    if (!entry.unit.empty()) field["unit"] = entry.unit;
    Json constraints = Json::object();
    if (entry.required) constraints["required"] = true;
    if (entry.type == "word") constraints["enum"] = words_of(entry.words);
    if (!constraints.empty()) field["constraints"] = std::move(constraints);
    return field;
}

/// The key of a file whose key is never empty in part; else none.
Json primary_key(std::string_view file)
{
    if (file == "recommendations") return Json::array({"patient_id", "scan_id"});
    if (file == "follow_up" || file == "ages") return Json::array({"patient_id"});
    if (file == "links") return Json::array({"patient_id", "scan_id", "observation_id", "link_no"});
    if (file == "tu" || file == "tr") return Json::array({"USUBJID", file == "tu" ? "TUSEQ" : "TRSEQ"});
    const auto kind = kind_of_name(file);
    if (!kind) return {};
    return with_kind(*kind, [&]<RowKind known>() {
        Json key = Json::array();
        bool is_whole = true;
        for_each_key_column<known>([&](const auto& field) {
            is_whole = is_whole && field.has(Is::required);
            key.push_back(field.column);
        });
        return is_whole ? key : Json();
    });
}

/// What the rows of a file belong to: a patient, and a scan of that patient where they name one.
Json foreign_keys(std::string_view file)
{
    Json keys = Json::array();
    if (file == "patients" || file == "ages") return keys;
    const auto refer = [&](const Json& fields, std::string_view resource) {
        keys.push_back({{"fields", fields}, {"reference", {{"resource", resource}, {"fields", fields}}}});
    };
    if (file == "tu" || file == "tr") return keys;
    // A scan belongs to a patient in its turn, and readers resolve only one key of a column.
    if (file == "measurements" || file == "recommendations" || file == "history") {
        refer(Json::array({"patient_id", "scan_id"}), "scans");
    } else {
        refer(Json::array({"patient_id"}), "patients");
    }
    return keys;
}

Json schema_of(std::string_view file, std::span<const DictionaryEntry> entries)
{
    Json fields = Json::array();
    for (const DictionaryEntry& entry : entries) {
        if (entry.file == file) fields.push_back(field_of_entry(entry));
    }
    if (fields.empty()) return {};
    Json schema = {{"fields", std::move(fields)}, {"missingValues", {""}}};
    if (Json key = primary_key(file); !key.is_null()) schema["primaryKey"] = std::move(key);
    // Rows that were entered in error, and versions of them, may be of patients who are in no other file.
    const bool stands_alone = file == "retractions" || file == "recorded" || file == "corrections";
    if (Json keys = foreign_keys(file); !stands_alone && !keys.empty()) schema["foreignKeys"] = std::move(keys);
    return schema;
}

std::string_view media_type(std::string_view name)
{
    if (name.ends_with(csv_ending)) return "text/csv";
    if (name.ends_with(".json")) return "application/json";
    if (name.ends_with(".jsonl")) return "application/x-ndjson";
    if (name.ends_with(".xpt")) return "application/x-sas-xport";
    return "text/plain";
}

/// A name as the specification wants it: lower case, without the ending of a table.
std::string resource_name(std::string_view file)
{
    if (file.ends_with(csv_ending)) file.remove_suffix(csv_ending.size());
    std::string name(file);
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    return name;
}

std::string_view title_of(const PackageFacts& facts)
{
    return facts.exported == Exported::deidentified ? "Pulmonary nodule surveillance in sarcoma, de-identified"
                                                    : "Pulmonary nodule surveillance in sarcoma";
}

}  // namespace

std::string data_package_json(std::span<const PackagedFile> files, const PackageFacts& facts)
{
    const std::vector<DictionaryEntry> entries = export_dictionary(facts.exported);
    Json resources = Json::array();
    for (const PackagedFile& file : files) {
        const std::string name = resource_name(file.name);
        Json resource = {{"name", name},
                         {"path", file.name},
                         {"mediatype", media_type(file.name)},
                         {"bytes", file.bytes},
                         {"hash", "sha256:" + file.sha256}};
        if (Json schema = file.name.ends_with(csv_ending) ? schema_of(name, entries) : Json(); !schema.is_null()) {
            resource["profile"] = "tabular-data-resource";
            resource["format"] = "csv";
            resource["encoding"] = "utf-8";
            resource["schema"] = std::move(schema);
        }
        resources.push_back(std::move(resource));
    }
    const Json package = {{"profile", "data-package"},
                          {"name", "nodtrack-export"},
                          {"title", title_of(facts)},
                          {"description", methods_text(facts)},
                          {"created", facts.as_of.iso() + "T00:00:00Z"},
                          {"resources", std::move(resources)}};
    return package.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string sha256_sums(std::span<const PackagedFile> files)
{
    std::string text;
    for (const PackagedFile& file : files)
        text += fmt::format("{}  {}\n", file.sha256, file.name);
    return text;
}

std::string methods_text(const PackageFacts& facts)
{
    const bool is_deidentified = facts.exported == Exported::deidentified;
    return fmt::format(
        "Pulmonary nodules were followed with nodtrack {} by the surveillance policy {} {} (SHA-256 {}). The data are "
        "{}{}: "
        "{} patients, {} scans and {} nodules. The growth state and class of each nodule on each diagnostic CT, and "
        "the "
        "recommendation of that CT, were made by this policy from what is recorded{}; they are not what was done: "
        "decisions.csv has what people decided. Sizes are in millimetres to three decimals and were not rounded before "
        "a "
        "comparison; an empty cell is not known.\n",
        facts.program_version, facts.policy_id, facts.policy_version, facts.policy_sha256,
        is_deidentified ? "the de-identified release of " : "as of ", facts.as_of.iso(), facts.patients, facts.scans,
        facts.nodules,
        is_deidentified  ? ", and the dates of each patient were moved by a number of days of their own afterwards"
        : facts.known_on ? fmt::format(" by {}", facts.known_on->iso())
                         : ", and recommendations.csv has beside it what was answered when the CT was recorded");
}

std::string citation_cff(const PackageFacts& facts)
{
    return fmt::format(
        "cff-version: 1.2.0\n"
        "message: \"If you use these data, please cite the program and the policy version that made their classes.\"\n"
        "title: nodtrack\n"
        "type: software\n"
        "version: \"{}\"\n"
        "license: Apache-2.0\n"
        "abstract: \"Follows lung nodules of sarcoma patients from CT to CT. Policy {} {}, SHA-256 {}.\"\n"
        "authors:\n"
        "  - name: \"The nodtrack authors\"\n",
        facts.program_version, facts.policy_id, facts.policy_version, facts.policy_sha256);
}

}  // namespace nodtrack::interop
