#include "ct_line_items.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "nodtrack/domain/vocabulary.hpp"

namespace nodtrack::tracker {
namespace {

using store::NoduleState;

/// Words that people write where nothing changed. What did not change has a size all the same.
constexpr std::string_view words_for_no_change[] = {"unchanged", "stable",   "same",        "idem",
                                                    "ditto",     "constant", "unverändert", "unveraendert",
                                                    "konstant",  "stabil",   "gleich"};

tl::unexpected<Error> wrong(const std::string& nodule_id, const std::string& what)
{
    return failure(ErrorCode::bad_input, nodule_id + ": " + what);
}

tl::unexpected<Error> no_size(const std::string& nodule_id, const std::string& word)
{
    return wrong(nodule_id,
                 fmt::format("'{0}' is no size: type the size that this CT shows, e.g. {1}=6.2x5.5; where it "
                             "was not measured, {1}:not-assessed",
                             word, nodule_id));
}

bool says_no_change(const std::string& text)
{
    std::string lower = text;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::ranges::count(words_for_no_change, lower) > 0;
}

/// Digits, and a point between them.
bool is_number(std::string_view text)
{
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool all = std::ranges::all_of(text, [&](char c) { return digit(c) || c == '.'; });
    return all && !text.empty() && std::ranges::count(text, '.') <= 1 && digit(text.front()) && digit(text.back());
}

std::vector<std::string> split(const std::string& text, char at)
{
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (std::size_t end = text.find(at); end != std::string::npos; end = text.find(at, from)) {
        parts.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    parts.push_back(text.substr(from));
    return parts;
}

/// `6.2x5.5/4.0`
Result<void> read_size(CtLineItem& item, std::string text)
{
    const std::string typed = text;
    if (says_no_change(text)) return no_size(item.nodule_id, text);
    for (const std::string_view times : {"×", "X", "*"}) {
        for (std::size_t at = text.find(times); at != std::string::npos; at = text.find(times))
            text.replace(at, times.size(), "x");
    }
    const std::vector<std::string> with_solid = split(text, '/');
    const std::vector<std::string> axes = split(with_solid.front(), 'x');
    const bool is_one = with_solid.size() <= 2 && axes.size() <= 2 && std::ranges::all_of(axes, is_number) &&
                        (with_solid.size() == 1 || is_number(with_solid.back()));
    if (!is_one) {
        return wrong(
            item.nodule_id,
            fmt::format("'{0}' is no size; type the axes in mm with a decimal point, {1}=6.2x5.5 or {1}=6.2, and "
                        "the solid component of a part-solid one behind a slash, {1}=12.0x10.1/4.5",
                        typed, item.nodule_id));
    }
    item.cells.push_back({"long_axis_mm", axes.front()});
    if (axes.size() == 2) item.cells.push_back({"short_axis_mm", axes.back()});
    if (with_solid.size() == 2) item.cells.push_back({"solid_component_mm", with_solid.back()});
    return {};
}

/// The column that has the word; empty where none has.
std::string column_of(const std::string& word)
{
    if (value_of_word<Status>(word)) return "status";
    if (value_of_word<Side>(word)) return "side";
    if (value_of_word<Lobe>(word)) return "lobe";
    if (value_of_word<AttenuationClass>(word)) return "attenuation";
    if (value_of_word<Location>(word)) return "location";
    return {};
}

Result<void> read_word(CtLineItem& item, const std::string& text)
{
    if (const std::size_t equals = text.find('='); equals != std::string::npos) {
        item.cells.push_back({text.substr(0, equals), text.substr(equals + 1)});
        return {};
    }
    if (says_no_change(text)) return no_size(item.nodule_id, text);
    std::string word = text;
    std::ranges::replace(word, '-', '_');
    if (word == "not_seen" || word == "outside_field") {
        item.absent = word == "not_seen" ? NoduleState::not_seen : NoduleState::outside_field;
        return {};
    }
    const std::string column = column_of(word);
    if (column.empty()) {
        return wrong(
            item.nodule_id,
            fmt::format("'{}' is not understood; behind a colon goes what became of it (resolved, not-assessed, "
                        "not-seen, outside-field), a side ({}), lobe ({}), attenuation ({}), location ({}), or "
                        "COLUMN=VALUE",
                        text, word_list<Side>(), word_list<Lobe>(), word_list<AttenuationClass>(),
                        word_list<Location>()));
    }
    item.cells.push_back({column, word});
    return {};
}

/// One column said twice.
Result<void> check_once(const CtLineItem& item)
{
    for (std::size_t i = 0; i < item.cells.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (item.cells[i].column != item.cells[j].column) continue;
            return wrong(item.nodule_id, fmt::format("says {} twice, '{}' and '{}'; leave one of them",
                                                     item.cells[i].column, item.cells[j].text, item.cells[i].text));
        }
    }
    if (item.absent && !item.cells.empty()) {
        return wrong(item.nodule_id, fmt::format("is {}, and {} is said of it; say one of them",
                                                 store::word(*item.absent), item.cells.front().column));
    }
    return {};
}

}  // namespace

Result<CtLineItem> read_ct_line_item(const std::string& text)
{
    CtLineItem item;
    item.is_added = text.starts_with('+');
    const std::string rest = text.substr(item.is_added ? 1 : 0);
    const std::size_t end = std::min(rest.find_first_of("=:"), rest.size());
    item.nodule_id = rest.substr(0, end);
    if (item.nodule_id.empty() || end == rest.size()) {
        return failure(
            ErrorCode::bad_input,
            fmt::format("'{}' says nothing of a nodule; write NODULE=SIZE or NODULE:WORD, e.g. N1=6.2x5.5 or "
                        "N3:resolved",
                        text));
    }
    std::vector<std::string> parts = split(rest.substr(end + 1), ':');
    if (rest[end] == '=') {
        if (auto size = read_size(item, parts.front()); !size) return tl::unexpected<Error>(size.error());
        parts.erase(parts.begin());
    }
    for (const std::string& part : parts) {
        if (auto word = read_word(item, part); !word) return tl::unexpected<Error>(word.error());
    }
    if (auto once = check_once(item); !once) return tl::unexpected<Error>(once.error());
    return item;
}

}  // namespace nodtrack::tracker
