#include "strict_json_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nearest.hpp"

namespace nodtrack::interop {
namespace {

std::string_view name_of_type(const Json& value)
{
    return value.type_name();
}

}  // namespace

void StrictJson::refuse(std::string_view place, std::string_view what)
{
    problems_.add(0, place.empty() ? "/" : column_name(place), what);
}

bool StrictJson::is_object(const Json& value, std::string_view place)
{
    if (value.is_object()) return true;
    refuse(place, fmt::format("is of type {}; write an object {{…}}", name_of_type(value)));
    return false;
}

bool StrictJson::knows_keys(const Json& object, std::string_view place, std::span<const std::string_view> keys)
{
    bool all_known = true;
    for (const auto& [key, value] : object.items()) {
        if (std::ranges::find(keys, key) != keys.end()) continue;
        all_known = false;
        const std::string_view near = nearest(key, keys);
        refuse(fmt::format("{}/{}", place, key), near.empty()
                                                     ? fmt::format("no such key; there are {}", fmt::join(keys, ", "))
                                                     : fmt::format("no such key; write {}", near));
    }
    return all_known;
}

std::string StrictJson::text(const Json& value, std::string_view place)
{
    if (value.is_string()) return value.get<std::string>();
    refuse(place, fmt::format("is of type {}; write a text in quotes", name_of_type(value)));
    return {};
}

std::vector<std::string> StrictJson::texts(const Json& value, std::string_view place)
{
    std::vector<std::string> list;
    if (!value.is_array()) {
        refuse(place, fmt::format("is of type {}; write a list of texts [\"…\"]", name_of_type(value)));
        return list;
    }
    for (std::size_t i = 0; i < value.size(); ++i)
        list.push_back(text(value[i], fmt::format("{}/{}", place, i)));
    return list;
}

int StrictJson::whole(const Json& value, std::string_view place, int least, int most)
{
    if (value.is_number_integer() || value.is_number_unsigned()) {
        const auto number = value.get<std::int64_t>();
        if (number >= least && number <= most) return static_cast<int>(number);
    }
    refuse(place, fmt::format("is no whole number from {} to {}", least, most));
    return least;
}

std::size_t StrictJson::word(const Json& value, std::string_view place, std::span<const std::string_view> words)
{
    const std::string said = text(value, place);
    const auto found = std::ranges::find(words, said);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    refuse(place, fmt::format("{} is none of {}", interop::quoted(said), fmt::join(words, ", ")));
    return 0;
}

std::optional<char> StrictJson::sign(const Json& value, std::string_view place, std::string_view allowed)
{
    const std::string said = text(value, place);
    if (said.size() == 1 && allowed.find(said) != std::string_view::npos) return said.front();
    std::string list;
    for (const char c : allowed)
        list += (list.empty() ? "" : " ") + interop::quoted(std::string_view(&c, 1));
    refuse(place, fmt::format("{} is none of {}", interop::quoted(said), list));
    return std::nullopt;
}

}  // namespace nodtrack::interop
