#include <nlohmann/json.hpp>

#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/interop/data_dictionary.hpp"
#include "nodtrack/interop/record_reader.hpp"

namespace nodtrack::interop {
namespace {

using json = nlohmann::ordered_json;

json reference_to(std::string_view definition)
{
    return {{"$ref", "#/$defs/" + std::string(definition)}};
}

/// What the columns of one type have in common.
json common_definitions()
{
    return {
        {"identifier",
         {{"description", "Printable characters, no white space at either end. Never a name."},
          {"type", "string"},
          {"minLength", 1},
          {"maxLength", longest_id},
          {"pattern", R"(^\S(.*\S)?$)"}}},
        {"date", {{"type", "string"}, {"format", "date"}, {"pattern", "^(19|[2-9][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}$"}}},
        {"decimal",
         {{"description", "A plain decimal of at most three decimals, taken exactly and never rounded; no exponent."},
          {"type", "number"}}},
        {"rounded_decimal",
         {{"description", "A plain decimal, rounded half away from zero to 0.001; no exponent."}, {"type", "number"}}},
        {"axis_ends",
         {{"description", "Six decimals in mm with one space between them: x y z of one end, then of the other."},
          {"type", "string"},
          {"pattern", R"(^-?[0-9]+(\.[0-9]+)?( -?[0-9]+(\.[0-9]+)?){5}$)"}}},
        {"text",
         {{"description", "Free text without identifiers; line breaks and tabs, no other control characters."},
          {"type", "string"}}}};
}

template <class Word>
json definition_of_words()
{
    std::string words;
    for (const std::string_view word : Vocabulary<Word>::words) {
        if (!words.empty()) words += '|';
        words += word;
    }
    return {
        {"description", "Words joined by ;"}, {"type", "string"}, {"pattern", "^(" + words + ")(;(" + words + "))*$"}};
}

template <class Enumeration>
json enumeration_of_words()
{
    json words = json::array();
    for (const std::string_view word : Vocabulary<Enumeration>::words) {
        if constexpr (std::is_same_v<Enumeration, DosePhantom>) {
            words.push_back(std::stoi(std::string(word)));
        } else {
            words.push_back(word);
        }
    }
    if (Vocabulary<Enumeration>::accepts_unknown) words.push_back("unknown");
    return {{"enum", std::move(words)}};
}

/// What a column takes; sets of words are added to `definitions`.
template <class Owner, class Member>
json schema_of(const Field<Owner, Member>& field, json& definitions)
{
    using Value = BareOf<Member>;
    if constexpr (is_quantity<Value>) {
        return reference_to(field.has(Is::rounded) ? "rounded_decimal" : "decimal");
    } else if constexpr (std::is_same_v<Value, Date>) {
        return reference_to("date");
    } else if constexpr (std::is_same_v<Value, AxisEnds>) {
        return reference_to("axis_ends");
    } else if constexpr (is_word_set<Value>) {
        using Word = typename Value::value_type;
        definitions[std::string(Vocabulary<Word>::name)] = definition_of_words<Word>();
        return reference_to(Vocabulary<Word>::name);
    } else if constexpr (std::is_enum_v<Value>) {
        return enumeration_of_words<Value>();
    } else if constexpr (std::is_same_v<Value, ProfileWord>) {
        return {{"type", "string"}, {"pattern", "^[a-z][a-z0-9_]{0,63}$"}};
    } else {
        return reference_to(is_identifier(field.column) ? "identifier" : "text");
    }
}

/// An object that has these members and, beside them, any whose name begins with x_.
json object_of(json members)
{
    json object = {{"type", "object"}, {"additionalProperties", false}, {"patternProperties", {{"^x_", true}}}};
    object.update(members);
    return object;
}

template <RowKind kind>
json schema_of_rows(json& definitions)
{
    json required = json::array();
    json columns;
    for_each_column<kind>([&](const auto& field) {
        if (field.has(Is::required)) required.push_back(field.column);
        json& column = columns[std::string(field.column)] = schema_of(field, definitions);
        column["description"] = field.meaning;
    });
    return {{"type", "array"},
            {"items", object_of({{"required", std::move(required)}, {"properties", std::move(columns)}})}};
}

/// `patient_id; patient_id + scan_id; …`
std::string keys_in_words()
{
    std::string text;
    for_each_kind([&]<RowKind kind>() {
        std::string_view separator = text.empty() ? "" : "; ";
        for (const std::string_view column : key_names<kind>) {
            text += separator;
            text += column;
            separator = " + ";
        }
    });
    return text;
}

}  // namespace

std::string record_schema_json()
{
    json definitions = common_definitions();
    json arrays;
    for_each_kind([&]<RowKind kind>() { arrays[std::string(kind_name(kind))] = schema_of_rows<kind>(definitions); });
    json schema = {
        {"$schema", "https://json-schema.org/draft/2020-12/schema"},
        {"$id", "https://nodtrack.invalid/schema/record.schema.json"},
        {"title", "nodtrack record"},
        {"description",
         "The record of some patients as one JSON document: the CSV files as arrays of rows. A value that "
         "is not known is left out. Rows of one array have different keys: " +
             keys_in_words() +
             ". The reader also takes null for a value that is not known, and a decimal written as a text."}};
    schema.update(object_of({{"properties", std::move(arrays)}, {"$defs", std::move(definitions)}}));
    return schema.dump(2) + "\n";
}

}  // namespace nodtrack::interop
