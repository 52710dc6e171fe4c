#include "file_names.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "nearest.hpp"
#include "nodtrack/interop/record_reader.hpp"

namespace nodtrack::interop {
namespace {

/// Endings of tables.
constexpr auto table_endings = std::to_array<std::string_view>({"csv", "tsv", "txt", "xlsx", "xls", "ods"});
/// Endings that are put behind another one.
constexpr auto further_endings =
    std::to_array<std::string_view>({"bak", "old", "orig", "tmp", "part", "gz", "zip", "txt"});
/// What people and programs add to the name of a copy.
constexpr auto additions = std::to_array<std::string_view>(
    {"copy",  "kopie",   "copie", "copia",  "of",  "von",    "de",        "old",   "new",     "alt", "neu",
     "final", "version", "v",     "backup", "bak", "export", "corrected", "fixed", "updated", "all", "part"});

template <class Words>
bool is_among(std::string_view text, const Words& words)
{
    return std::ranges::find(words, text) != words.end();
}

std::string lower_case(std::string_view text)
{
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

/// The runs of letters in a text.
std::vector<std::string> words_in(std::string_view text)
{
    std::vector<std::string> words;
    bool goes_on = false;
    for (const char c : text) {
        const bool is_letter = (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
        if (is_letter && !goes_on) words.emplace_back();
        if (is_letter) words.back() += c;
        goes_on = is_letter;
    }
    return words;
}

/// Takes the ending off a name; empty where there is none.
std::string take_ending(std::string& name)
{
    const std::size_t point = name.rfind('.');
    if (point == std::string::npos || point == 0) return {};
    std::string ending = name.substr(point + 1);
    name.resize(point);
    return ending;
}

/// The kind of row that a word means: a letter or two of a long name may be wrong, one of a short one.
std::string_view kind_near(std::string_view word)
{
    if (word == "therapy") return "therapies";  // the one singular further away
    for (const std::string_view name : row_kind_names) {
        const std::size_t allowed = std::max<std::size_t>(1, name.size() / 4);
        if (edit_distance(word, name) <= allowed) return name;
    }
    return {};
}

/// The kind of row that the name before the ending tells: said outright, or nearly and with nothing else than what is
/// added to copies.
std::string_view kind_told(std::string_view stem)
{
    std::vector<std::string> words = words_in(stem);
    for (const std::string& word : words) {
        if (is_among(word, row_kind_names)) return *std::ranges::find(row_kind_names, std::string_view(word));
    }
    std::erase_if(words, [](const std::string& word) { return is_among(word, additions); });
    return words.size() == 1 ? kind_near(words.front()) : std::string_view();
}

bool tells_record(std::string_view stem)
{
    std::vector<std::string> words = words_in(stem);
    std::erase_if(words, [](const std::string& word) { return is_among(word, additions); });
    return words.size() == 1 && words.front() == "record";
}

}  // namespace

std::string csv_name(RowKind kind)
{
    return std::string(kind_name(kind)) + ".csv";
}

bool is_hidden_file(std::string_view file_name)
{
    return file_name.starts_with('.') || file_name.starts_with("~$");
}

LookAlike look_alike(std::string_view file_name)
{
    std::string stem = lower_case(file_name);
    LookAlike found;
    if (stem.ends_with('~')) {
        stem.pop_back();
        found.may_stand_beside = true;
    }
    std::string ending = take_ending(stem);
    while (is_among(ending, further_endings) && stem.find('.') != std::string::npos) {
        ending = take_ending(stem);
        found.may_stand_beside = true;
    }
    if (ending == "json") {
        if (tells_record(stem)) found.right_name = json_name;
        return found;
    }
    if (!is_among(ending, table_endings)) return found;
    if (ending != "csv") found.may_stand_beside = true;
    const std::string_view kind = kind_told(stem);
    if (!kind.empty()) found.right_name = std::string(kind) + ".csv";
    return found;
}

}  // namespace nodtrack::interop
