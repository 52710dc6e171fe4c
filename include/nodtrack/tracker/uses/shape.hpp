#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/date.hpp"
#include "nodtrack/tracker/access.hpp"

namespace nodtrack::uses {

// An answer's object is described once: its JSON and its JSON Schema both come of the same members.

void append_json(std::string& out, std::string_view text);
void append_json(std::string& out, const char* text) = delete;  // it would be taken for a truth value
void append_json(std::string& out, bool value);
void append_json(std::string& out, std::int64_t value);
void append_json(std::string& out, Date date);
void append_json(std::string& out, store::Instant moment);
void append_json(std::string& out, store::Role role);
void append_json(std::string& out, store::TokenScope scope);

std::string schema_of(std::string_view);
std::string schema_of(const char*) = delete;
std::string schema_of(bool);
std::string schema_of(std::int64_t);
std::string schema_of(Date);
std::string schema_of(store::Instant);
std::string schema_of(store::Role);
std::string schema_of(store::TokenScope);

template <class T>
struct Member {
    std::string name;
    std::string schema;
    void (*append)(std::string&, const T&);
};

template <class T>
using Shape = std::vector<Member<T>>;

template <class T>
T class_of(auto T::*);

/// A member as it stands in the struct, or in one that is derived from it.
template <auto of, class T = decltype(class_of(of))>
Member<T> member(std::string name)
{
    return {std::move(name), schema_of(std::decay_t<decltype(T{}.*of)>{}),
            [](std::string& out, const T& value) { append_json(out, value.*of); }};
}

/// A text, or null where it is empty.
template <auto of, class T = decltype(class_of(of))>
Member<T> known(std::string name)
{
    return {std::move(name), R"({"type":["string","null"]})", [](std::string& out, const T& value) {
                if ((value.*of).empty()) {
                    out += "null";
                } else {
                    append_json(out, value.*of);
                }
            }};
}

template <class T>
std::string json_of(const Shape<T>& shape, const T& value)
{
    std::string out = "{";
    for (const Member<T>& member : shape) {
        if (out.size() > 1) out += ',';
        append_json(out, member.name);
        out += ':';
        member.append(out, value);
    }
    return out + "}";
}

/// `[{…},{…}]`
template <class T>
std::string json_of(const Shape<T>& shape, const std::vector<T>& values)
{
    std::string out = "[";
    for (const T& value : values)
        out += (out.size() > 1 ? "," : "") + json_of(shape, value);
    return out + "]";
}

std::string json_of(const std::vector<std::string>& texts);

/// `{"type": "object", …}` of these names and schemas, all of which are always there.
std::string object_schema(const std::vector<std::pair<std::string, std::string>>& members);

template <class T>
std::string schema_of(const Shape<T>& shape)
{
    std::vector<std::pair<std::string, std::string>> members;
    for (const Member<T>& member : shape)
        members.emplace_back(member.name, member.schema);
    return object_schema(members);
}

std::string array_schema(std::string_view items);
/// Of the member `next` of a `List`.
std::string cursor_schema();
/// Of a `List`: `{"NAME": [items], "next": cursor or null}`.
std::string page_schema(std::string_view name, std::string_view items);

}  // namespace nodtrack::uses
