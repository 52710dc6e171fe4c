#include <nlohmann/json.hpp>

#include "nodtrack/service/serve.hpp"
#include "pages.hpp"
#include "route.hpp"
#include "use_route.hpp"

namespace nodtrack::service {
namespace {

using nlohmann::ordered_json;

ordered_json schema_file(std::string_view name)
{
    for (const PageFile& file : schema_files()) {
        if (file.path == name) return ordered_json::parse(file.bytes);
    }
    return {};
}

/// A schema that stands by itself, as a component: what it defines for itself is referred to from the document's root.
void move_references(ordered_json& schema, const std::string& component)
{
    if (schema.is_object()) {
        for (auto& [name, value] : schema.items()) {
            if (name == "$ref" && value.is_string()) {
                const std::string target = value.get<std::string>();
                constexpr std::string_view own = "#/$defs/";
                if (component.empty() && target.starts_with(own)) {
                    value = "#/components/schemas/" + target.substr(own.size());
                } else if (target.starts_with("#/") && !target.starts_with("#/components/")) {
                    value = "#/components/schemas/" + component + target.substr(1);
                }
            } else {
                move_references(value, component);
            }
        }
    } else if (schema.is_array()) {
        for (ordered_json& item : schema)
            move_references(item, component);
    }
}

ordered_json component_of_file(std::string_view file, const std::string& component)
{
    ordered_json schema = schema_file(file);
    schema.erase("$id");
    schema.erase("$schema");
    move_references(schema, component);
    return schema;
}

ordered_json schema_of(const uses::Parameter& parameter)
{
    ordered_json schema = {{"type", "string"}};
    switch (parameter.type) {
        case uses::Type::text:
            break;
        case uses::Type::date:
            schema["format"] = "date";
            break;
        case uses::Type::count:
            schema = {{"type", "integer"}, {"minimum", parameter.least}};
            if (parameter.most) schema["maximum"] = *parameter.most;
            break;
        case uses::Type::yes:
        case uses::Type::truth:
            schema["type"] = "boolean";
            break;
        case uses::Type::share:
            schema = {{"type", "number"}, {"minimum", 0}, {"maximum", 1}};
            break;
        case uses::Type::names:
            schema = {{"type", "array"}, {"items", {{"type", "string"}}}};
            break;
        case uses::Type::cells:
            schema = {{"type", "object"},
                      {"additionalProperties",
                       {{"type", {"string", "number", "boolean", "array", "null"}}, {"items", {{"type", "string"}}}}}};
            break;
        case uses::Type::object:
            schema["type"] = "object";
            break;
        case uses::Type::secret:
            schema["minLength"] = tracker::least_password_characters;
            break;
    }
    if (!parameter.words.empty()) schema["enum"] = parameter.words;
    return schema;
}

/// The body of a use case's route.
ordered_json body_schema(const Route& route)
{
    ordered_json properties = ordered_json::object();
    ordered_json required = ordered_json::array();
    for (const uses::Parameter& parameter : parameters_of(*route.use, *route.of_use)) {
        ordered_json schema = schema_of(parameter);
        schema["description"] = parameter.help;
        properties[parameter.name] = schema;
        if (uses::is_given(parameter.required, uses::Door::service)) required.push_back(parameter.name);
    }
    ordered_json schema = {{"type", "object"}, {"properties", properties}};
    if (!required.empty()) schema["required"] = required;
    schema["additionalProperties"] = false;
    return schema;
}

ordered_json parameters_of(const Route& route)
{
    ordered_json parameters = ordered_json::array();
    std::string_view path = route.path;
    for (std::size_t at = path.find('{'); at != std::string_view::npos; at = path.find('{', at + 1)) {
        parameters.push_back({{"name", path.substr(at + 1, path.find('}', at) - at - 1)},
                              {"in", "path"},
                              {"required", true},
                              {"schema", {{"type", "string"}}}});
    }
    for (const uses::Parameter& parameter : route.query) {
        ordered_json schema = schema_of(parameter);
        if (parameter.repeated) schema = {{"type", "array"}, {"items", schema}};
        parameters.push_back(
            {{"name", parameter.name}, {"in", "query"}, {"description", parameter.help}, {"schema", schema}});
    }
    const bool writes = route.method != Method::get && route.roles != nobody_needed;
    if (writes && route.path != "/api/v1/session" && !holds_password(route)) {
        parameters.push_back({{"name", "Idempotency-Key"},
                              {"in", "header"},
                              {"description", "the same request with the same key is done once; for 24 hours"},
                              {"schema", {{"type", "string"}, {"maxLength", 200}}}});
    }
    if (writes) {
        parameters.push_back({{"name", "X-CSRF-Token"},
                              {"in", "header"},
                              {"description", "csrf_token of the session; needed with the cookie, not with a token"},
                              {"schema", {{"type", "string"}}}});
    }
    if (route.rests_on != RestsOn::nothing_kept) {
        parameters.push_back({{"name", "If-None-Match"},
                              {"in", "header"},
                              {"description", "the ETag of an earlier answer"},
                              {"schema", {{"type", "string"}}}});
    }
    return parameters;
}

ordered_json reference(std::string_view schema)
{
    return {{"$ref", "#/components/schemas/" + std::string(schema)}};
}

ordered_json content(std::string_view media, std::string_view schema)
{
    ordered_json body = ordered_json::object();
    if (!schema.empty()) {
        body["schema"] = reference(schema);
    } else if (media.starts_with("text/") || media.starts_with("image/svg")) {
        body["schema"] = {{"type", "string"}};
    }
    return {{media.substr(0, media.find(';')), body}};
}

std::string roles_text(const Route& route)
{
    if (route.roles == nobody_needed) return "Nobody needs to be signed in.";
    std::string text = "For the roles";
    for (const tracker::Role role :
         {tracker::Role::radiologist, tracker::Role::board, tracker::Role::researcher, tracker::Role::admin}) {
        if (may(route.roles, role)) text += " " + std::string(store::word(role)) + ",";
    }
    text.back() = '.';
    return text + (route.scope ? " A token needs the scope " + std::string(store::word(*route.scope)) + "."
                               : " Not with a token.");
}

ordered_json operation_of(const Route& route)
{
    ordered_json operation = {{"operationId",
                               [&] {
                                   std::string id(method_words[static_cast<std::size_t>(route.method)]);
                                   for (const char c : route.path)
                                       id += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
                                   return id;
                               }()},
                              {"summary", route.summary},
                              {"description", roles_text(route)}};
    const ordered_json parameters = parameters_of(route);
    if (!parameters.empty()) operation["parameters"] = parameters;
    if (!route.request.empty()) {
        ordered_json body = content(json_media, route.request);
        if (route.request == "Record") {
            body["multipart/form-data"] = {{"schema", {{"type", "object"}, {"description", "the record's CSV files"}}}};
        }
        if (route.request == "Import") {
            body["multipart/form-data"] = {
                {"schema", {{"type", "object"}, {"description", "the table (CSV or .xlsx) and its map (.json)"}}}};
        }
        operation["requestBody"] = {{"required", route.request != "Export" && route.request != "Disabling"},
                                    {"content", body}};
    }
    ordered_json responses;
    responses[std::to_string(route.status)] = {{"description", "done"},
                                               {"content", content(route.media, route.response)}};
    if (route.rests_on != RestsOn::nothing_kept) responses["304"] = {{"description", "as before"}};
    responses["default"] = {{"description", "why not"}, {"content", content("application/problem+json", "Problem")}};
    operation["responses"] = responses;
    if (route.roles == nobody_needed) {
        operation["security"] = ordered_json::array();
    } else if (!route.scope) {
        operation["security"] = {{{"session", ordered_json::array()}}};
    }
    return operation;
}

}  // namespace

std::string openapi_document(std::string_view version)
{
    ordered_json paths = ordered_json::object();
    for (const Route& route : routes()) {
        std::string method(method_words[static_cast<std::size_t>(route.method)]);
        for (char& c : method)
            c = static_cast<char>(c - 'A' + 'a');
        paths[std::string(route.path)][method] = operation_of(route);
    }
    ordered_json schemas = schema_file("/service.schema.json").at("$defs");
    move_references(schemas, "");
    for (const uses::UseCase& use : uses::all()) {
        for (const uses::Schema& schema : use.schemas)
            schemas[schema.name] = ordered_json::parse(schema.text);
    }
    for (const Route& route : routes()) {
        if (route.use != nullptr && !route.request.empty()) schemas[std::string(route.request)] = body_schema(route);
    }
    schemas["Record"] = component_of_file("/record.schema.json", "Record");
    schemas["Assessment"] = component_of_file("/assessment.schema.json", "Assessment");
    const ordered_json document = {
        {"openapi", "3.1.0"},
        {"info",
         {{"title", "nodtrack"},
          {"version", version},
          {"description",
           "Follows lung nodules of sarcoma patients from CT to CT. Decision support, for review by "
           "radiologist and oncologist."},
          {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
        {"servers", {{{"url", "/"}}}},
        {"security", {{{"session", ordered_json::array()}}, {{"token", ordered_json::array()}}}},
        {"paths", paths},
        {"components",
         {{"securitySchemes",
           {{"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "nodtrack_session"}}},
            {"token", {{"type", "http"}, {"scheme", "bearer"}}}}},
          {"schemas", schemas}}}};
    return document.dump(1) + "\n";
}

}  // namespace nodtrack::service
