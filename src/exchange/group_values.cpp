#include "group_values.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "decimal.hpp"

namespace nodtrack::exchange {
namespace {

using codes::Concept;
using codes::Dimension;

std::string_view name_of(Dimension dimension)
{
    switch (dimension) {
        case Dimension::length:
            return "a length";
        case Dimension::area:
            return "an area";
        case Dimension::volume:
            return "a volume";
        case Dimension::ct_number:
            return "a CT number";
        case Dimension::pixels:
            return "a number of pixels";
        default:
            return "no unit that is known";
    }
}

Dimension dimension_of(Concept of)
{
    if (of == Concept::volume) return Dimension::volume;
    return of == Concept::ct_number ? Dimension::ct_number : Dimension::length;
}

/// Whether the number is a mean, as far as is said: a CT number may be the least, the greatest or a deviation.
bool is_mean(const ContentItem& item)
{
    return std::all_of(item.children.begin(), item.children.end(), [](const ContentItem& below) {
        return !codes::is_derivation(below.name) || codes::is_mean(below.code);
    });
}

/// The line that the number was measured along: a SCOORD below it, on the image below that.
std::optional<Drawn> drawn_below(const ContentItem& item)
{
    for (const ContentItem& below : item.children) {
        if (below.value_type != "SCOORD" || below.points.size() != 4) continue;
        Drawn drawn;
        for (const ContentItem& image : below.children) {
            if (image.value_type == "IMAGE") drawn.sop_uid = image.sop_uid;
        }
        drawn.points = {{below.points[0], below.points[1]}, {below.points[2], below.points[3]}};
        return drawn;
    }
    return std::nullopt;
}

}  // namespace

std::string printable(const std::string& text)
{
    constexpr std::size_t longest = 80;
    std::string told;
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        told += byte < 0x20 || byte == 0x7F ? '?' : letter;
    }
    if (told.size() > longest) {
        std::size_t end = longest;
        while (end > 0 && (static_cast<unsigned char>(told[end]) & 0xC0U) == 0x80U)
            --end;  // not within a letter of several bytes
        told = told.substr(0, end) + "...";
    }
    return told;
}

std::string in_words(const Code& code)
{
    return fmt::format("'{}' ({} {})", printable(code.meaning), printable(code.scheme), printable(code.value));
}

void GroupValues::leave_out(const ContentItem& item, const std::string& why)
{
    left_out_.push_back({fmt::format("{}, {}", group_, in_words(item.name)), why});
}

template <class Amount>
void GroupValues::put(std::optional<Amount>& place, Amount amount, Concept what, const ContentItem& item)
{
    if (contradicted_.contains(what)) return;
    if (!place) {
        place = amount;
    } else if (*place != amount) {
        leave_out(item, fmt::format("the group has {} and {} under one name; which one holds is not said",
                                    decimal_text(place->thousandths()), decimal_text(amount.thousandths())));
        place.reset();
        contradicted_.insert(what);
    }
}

void GroupValues::take(const ContentItem& item)
{
    const Concept what = codes::concept_of(item.name);
    if (what == Concept::other) {
        left_out_.push_back({fmt::format("{}, {}", group_, in_words(item.name)), "is no size that is recorded"});
        return;
    }
    if (item.number.empty()) return leave_out(item, "has no value");
    const codes::Unit unit = codes::unit_of(item.unit);
    if (unit.dimension == Dimension::pixels)
        return leave_out(item,
                         fmt::format("is in pixels ({}), not in mm; measure it on an image whose pixel spacing is "
                                     "known",
                                     printable(item.number)));
    if (unit.dimension != dimension_of(what))
        return leave_out(item, fmt::format("is {} in {}, and the name stands for {}", name_of(unit.dimension),
                                           in_words(item.unit), name_of(dimension_of(what))));
    const auto thousandths = scaled_thousandths(item.number, unit.power_of_ten);
    if (!thousandths) return leave_out(item, fmt::format("'{}' is no number", printable(item.number)));
    if (what == Concept::ct_number) {
        if (!is_mean(item)) return leave_out(item, "is not the mean (its Derivation says so)");
        return put(nodule_.mean_attenuation, Attenuation_HU::from_thousandths(*thousandths), what, item);
    }
    if (*thousandths <= 0)
        return leave_out(item, fmt::format("{} is no size; a size is above 0", printable(item.number)));
    if (what == Concept::volume) return put(nodule_.volume, Volume::from_thousandths(*thousandths), what, item);
    take_length(item, what, *thousandths);
}

void GroupValues::take_length(const ContentItem& item, Concept what, std::int64_t micrometres)
{
    const Length length = Length::from_thousandths(micrometres);
    if (what == Concept::long_axis) {
        put(nodule_.long_axis, length, what, item);
        if (!nodule_.long_line) nodule_.long_line = drawn_below(item);
    } else if (what == Concept::short_axis) {
        put(nodule_.short_axis, length, what, item);
        if (!nodule_.short_line) nodule_.short_line = drawn_below(item);
    } else {
        is_ambiguous_ = is_ambiguous_ || (one_diameter_ && *one_diameter_ != length);
        one_diameter_ = length;
        one_line_ = drawn_below(item);
    }
}

void GroupValues::finish()
{
    if (!one_diameter_) return;
    if (nodule_.long_axis) {
        left_out_.push_back({group_ + ", a length of " + decimal_text(one_diameter_->thousandths()) + " mm",
                             "the group has a long axis beside it"});
    } else if (is_ambiguous_) {
        left_out_.push_back({group_, "has several lengths and calls none the long axis"});
    } else {
        nodule_.long_axis = one_diameter_;
        nodule_.long_line = one_line_;
        nodule_.has_one_diameter = true;
    }
}

bool GroupValues::any() const
{
    return nodule_.long_axis || nodule_.short_axis || nodule_.volume;
}

}  // namespace nodtrack::exchange
