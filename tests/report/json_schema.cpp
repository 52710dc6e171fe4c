#include "json_schema.hpp"

#include <algorithm>
#include <map>
#include <regex>
#include <set>

namespace nodtrack::tests {
namespace {

using Json = nlohmann::ordered_json;

class Validator {
  public:
    explicit Validator(const Json& root) : root_(root) {}

    std::vector<std::string> problems(const Json& schema, const Json& instance, const std::string& where) const
    {
        std::vector<std::string> found;
        const auto say = [&](const std::string& what) { found.push_back(where + ": " + what); };
        const auto take = [&](const std::vector<std::string>& inner) {
            found.insert(found.end(), inner.begin(), inner.end());
        };
        for (const auto& [keyword, value] : schema.items()) {
            if (is_comment(keyword)) continue;
            if (keyword == "$ref") {
                take(problems(root_.at(Json::json_pointer(value.get<std::string>().substr(1))), instance, where));
            } else if (keyword == "type") {
                if (!has_type(instance, value)) say("is not of type " + value.dump());
            } else if (keyword == "enum") {
                if (std::find(value.begin(), value.end(), instance) == value.end())
                    say(instance.dump() + " is not allowed");
            } else if (keyword == "const") {
                if (instance != value) say("is not " + value.dump());
            } else if (keyword == "oneOf" || keyword == "anyOf") {
                const auto fitting = std::count_if(value.begin(), value.end(), [&](const Json& alternative) {
                    return problems(alternative, instance, where).empty();
                });
                if (fitting == 0 || (keyword == "oneOf" && fitting != 1)) {
                    say("fits " + std::to_string(fitting) + " of the alternatives of " + keyword);
                }
            } else if (instance.is_object() && is_of_objects(keyword)) {
                take(object_problems(keyword, value, schema, instance, where));
            } else if (instance.is_array() && is_of_arrays(keyword)) {
                take(array_problems(keyword, value, instance, where));
            } else if (keyword == "minLength") {
                if (instance.is_string() && instance.get<std::string>().size() < value) say("is too short");
            } else if (keyword == "pattern") {
                const bool fits = !instance.is_string() ||
                                  std::regex_search(instance.get<std::string>(), expression(value.get<std::string>()));
                if (!fits) say(instance.dump() + " does not match " + value.dump());
            } else if (keyword == "minimum") {
                if (instance.is_number() && instance < value) say("is below " + value.dump());
            } else if (keyword == "maximum") {
                if (instance.is_number() && instance > value) say("is above " + value.dump());
            } else if (!is_of_objects(keyword) && !is_of_arrays(keyword)) {
                say("the schema uses \"" + keyword + "\", which this check does not know");
            }
        }
        return found;
    }

  private:
    /// Compiled once: an assessment with all its reasons has thousands of texts to match.
    static const std::regex& expression(const std::string& pattern)
    {
        static std::map<std::string, std::regex> compiled;
        const auto known = compiled.find(pattern);
        return known != compiled.end() ? known->second : compiled.emplace(pattern, std::regex(pattern)).first->second;
    }

    static bool is_comment(const std::string& keyword)
    {
        return keyword == "$schema" || keyword == "$id" || keyword == "$defs" || keyword == "title" ||
               keyword == "description";
    }
    static bool is_of_objects(const std::string& keyword)
    {
        return keyword == "properties" || keyword == "required" || keyword == "additionalProperties";
    }
    static bool is_of_arrays(const std::string& keyword)
    {
        return keyword == "items" || keyword == "minItems" || keyword == "maxItems" || keyword == "uniqueItems";
    }

    static bool has_type(const Json& instance, const Json& type)
    {
        if (type.is_array()) {
            return std::any_of(type.begin(), type.end(), [&](const Json& one) { return has_type(instance, one); });
        }
        if (type == "object") return instance.is_object();
        if (type == "array") return instance.is_array();
        if (type == "string") return instance.is_string();
        if (type == "boolean") return instance.is_boolean();
        if (type == "null") return instance.is_null();
        if (type == "integer") return instance.is_number_integer();
        return type == "number" && instance.is_number();
    }

    std::vector<std::string> object_problems(const std::string& keyword, const Json& value, const Json& schema,
                                             const Json& instance, const std::string& where) const
    {
        std::vector<std::string> found;
        const auto take = [&](const std::vector<std::string>& inner) {
            found.insert(found.end(), inner.begin(), inner.end());
        };
        if (keyword == "required") {
            for (const Json& key : value) {
                if (!instance.contains(key.get<std::string>())) found.push_back(where + ": lacks " + key.dump());
            }
            return found;
        }
        const Json& properties = schema.contains("properties") ? schema["properties"] : empty_;
        for (const auto& [key, member] : instance.items()) {
            const bool named = properties.contains(key);
            const std::string there = where + "/" + key;
            if (keyword == "properties" && named) take(problems(properties[key], member, there));
            if (keyword != "additionalProperties" || named) continue;
            if (value.is_object()) take(problems(value, member, there));
            if (value == false) found.push_back(there + ": unknown key");
        }
        return found;
    }

    std::vector<std::string> array_problems(const std::string& keyword, const Json& value, const Json& instance,
                                            const std::string& where) const
    {
        std::vector<std::string> found;
        if (keyword == "minItems" && instance.size() < value) found.push_back(where + ": too few entries");
        if (keyword == "maxItems" && instance.size() > value) found.push_back(where + ": too many entries");
        if (keyword == "uniqueItems") {
            std::set<std::string> seen;
            for (const Json& entry : instance) {
                if (!seen.insert(entry.dump()).second) found.push_back(where + ": " + entry.dump() + " stands twice");
            }
        }
        for (std::size_t i = 0; keyword == "items" && i < instance.size(); ++i) {
            const auto inner = problems(value, instance[i], where + "/" + std::to_string(i));
            found.insert(found.end(), inner.begin(), inner.end());
        }
        return found;
    }

    const Json& root_;
    const Json empty_ = Json::object();
};

}  // namespace

std::vector<std::string> schema_problems(const Json& schema, const Json& instance)
{
    return Validator(schema).problems(schema, instance, "");
}

}  // namespace nodtrack::tests
