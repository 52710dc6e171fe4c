#include <nlohmann/json.hpp>

#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {

using nlohmann::json;

void append_json(std::string& out, std::string_view text)
{
    out += json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}
void append_json(std::string& out, bool value)
{
    out += value ? "true" : "false";
}
void append_json(std::string& out, std::int64_t value)
{
    out += std::to_string(value);
}
void append_json(std::string& out, Date date)
{
    append_json(out, std::string_view(date.iso()));
}
void append_json(std::string& out, store::Instant moment)
{
    append_json(out, std::string_view(store::utc_text(moment)));
}
void append_json(std::string& out, store::Role role)
{
    append_json(out, store::word(role));
}
void append_json(std::string& out, store::TokenScope scope)
{
    append_json(out, store::word(scope));
}

std::string json_of(const std::vector<std::string>& texts)
{
    return json(texts).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string schema_of(std::string_view)
{
    return R"({"type":"string"})";
}
std::string schema_of(bool)
{
    return R"({"type":"boolean"})";
}
std::string schema_of(std::int64_t)
{
    return R"({"type":"integer"})";
}
std::string schema_of(Date)
{
    return R"({"type":"string","format":"date"})";
}
std::string schema_of(store::Instant)
{
    return R"({"type":"string","format":"date-time"})";
}
std::string schema_of(store::Role)
{
    return json{{"type", "string"}, {"enum", store::role_words()}}.dump();
}
std::string schema_of(store::TokenScope)
{
    return json{{"type", "string"}, {"enum", store::token_scope_words()}}.dump();
}

std::string object_schema(const std::vector<std::pair<std::string, std::string>>& members)
{
    std::string properties = "{";
    json names = json::array();
    for (const auto& [name, schema] : members) {
        properties += (properties.size() > 1 ? "," : "") + json(name).dump() + ":" + schema;
        names.push_back(name);
    }
    return R"({"type":"object","properties":)" + properties + R"(},"required":)" + names.dump() + "}";
}

std::string array_schema(std::string_view items)
{
    return R"({"type":"array","items":)" + std::string(items) + "}";
}

std::string cursor_schema()
{
    return R"({"type":["string","null"],"description":"give it as `cursor` to go on; null: this is the end"})";
}

std::string page_schema(std::string_view name, std::string_view items)
{
    return object_schema({{std::string(name), array_schema(items)}, {"next", cursor_schema()}});
}

}  // namespace nodtrack::uses
