#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace nodtrack::report {
namespace {

/// Rounded half away from zero.
std::int64_t to_tenths(std::int64_t thousandths)
{
    constexpr std::int64_t tenth = 100;
    const std::int64_t half = thousandths < 0 ? -tenth / 2 : tenth / 2;
    return (thousandths + half) / tenth * tenth;
}

}  // namespace

std::string_view change_words(growth::Change change)
{
    switch (change) {
        case growth::Change::stable:
            return "STABLE";
        case growth::Change::decreased:
            return "DECREASED";
        case growth::Change::possible_growth:
            return "POSSIBLE GROWTH";
        case growth::Change::unequivocal_growth:
            break;
    }
    return "UNEQUIVOCAL GROWTH";
}

std::string shown_size(Length length)
{
    constexpr std::int64_t whole = 1000;
    const std::int64_t rounded = to_tenths(length.thousandths());
    return decimal_text(rounded % whole == 0 ? length.thousandths() : rounded);
}

std::string shown_change(Length change, Length at_least, Length above)
{
    const std::int64_t exact = change.thousandths();
    const std::int64_t rounded = to_tenths(exact);
    const auto meets = [&](std::int64_t value) { return std::abs(value) >= at_least.thousandths(); };
    const bool misleads =
        meets(exact) != meets(rounded) || (exact > above.thousandths()) != (rounded > above.thousandths());
    return (exact < 0 ? "" : "+") + decimal_text(misleads ? exact : rounded);
}

std::string rule_name(std::string_view id)
{
    return "rule " + std::string(id);
}

std::string advice_text(const assess::Recommendation& recommendation, const policy::Policy& policy)
{
    std::string text = policy.recommendations[recommendation.rule].advises;
    while (!text.empty() && text.back() == '.')
        text.pop_back();
    // A policy may name a day by its words; the others stand in brackets behind what they belong to.
    const auto put_in = [&](std::string_view words, const std::optional<Date>& day) {
        const std::size_t place = text.find(words);
        if (!day || place == std::string::npos) return false;
        text.replace(place, words.size(), day->iso());
        return true;
    };
    std::string days;
    if (recommendation.due_date && !put_in("the due date", recommendation.due_date)) {
        days = "due " + recommendation.due_date->iso();
    }
    const auto& safety_net = recommendation.safety_net_ct_date;
    if (safety_net && !put_in("the safety-net date", safety_net)) {
        if (!days.empty()) days += "; ";
        days += "in any case chest CT without IV contrast on " + safety_net->iso();
    }
    if (days.empty()) return text;
    const std::size_t first_sentence = std::min(text.find(". "), text.find(", and in any case"));
    return text.insert(std::min(first_sentence, text.size()), " (" + days + ")");
}

std::string listed_names(const std::vector<std::string>& names, std::size_t most)
{
    std::string text;
    const std::size_t shown = names.size() > most ? most : names.size();
    for (std::size_t i = 0; i < shown; ++i)
        text += (i == 0 ? "" : (i + 1 == names.size() ? " and " : ", ")) + names[i];
    if (names.size() > shown) text += fmt::format(" and {} more", names.size() - shown);
    return text;
}

std::size_t shown_width(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width)
{
    std::string out;
    std::size_t line_length = 0;
    std::size_t start = 0;
    while (start < text.size()) {
        std::size_t end = start;
        while (end < text.size() && text[end] == ' ')
            ++end;  // leading blanks belong to the word
        while (end < text.size() && text[end] != ' ')
            ++end;
        std::string_view piece = text.substr(start, end - start);
        if (line_length + shown_width(piece) > width && line_length > indent) {
            out += '\n';
            out.append(indent, ' ');
            line_length = indent;
            while (!piece.empty() && piece.front() == ' ')
                piece.remove_prefix(1);
        }
        out += piece;
        line_length += shown_width(piece);
        start = end;
    }
    return out;
}

}  // namespace nodtrack::report
