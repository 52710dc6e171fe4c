#include "nodtrack/domain/axis_ends.hpp"

#include <cmath>

namespace nodtrack {

AxisEnds AxisEnds::of(const std::array<double, 3>& first_mm, const std::array<double, 3>& second_mm)
{
    AxisEnds ends;
    for (std::size_t i = 0; i < 3; ++i) {
        ends.at[i] = Length::from_thousandths(std::llround(first_mm[i] * Length::thousandths_per_unit));
        ends.at[3 + i] = Length::from_thousandths(std::llround(second_mm[i] * Length::thousandths_per_unit));
    }
    return ends;
}

std::optional<AxisEnds> AxisEnds::parse(std::string_view text)
{
    AxisEnds ends;
    for (std::size_t i = 0; i < ends.at.size(); ++i) {
        const std::size_t space = text.find(' ');
        const bool is_last = i + 1 == ends.at.size();
        if ((space == std::string_view::npos) != is_last) return std::nullopt;
        const auto thousandths = parse_thousandths(text.substr(0, space));
        if (!thousandths) return std::nullopt;
        ends.at[i] = Length::from_thousandths(*thousandths);
        if (!is_last) text.remove_prefix(space + 1);
    }
    return ends;
}

std::string AxisEnds::text() const
{
    std::string text;
    for (const Length coordinate : at)
        text += (text.empty() ? "" : " ") + decimal_text(coordinate.thousandths());
    return text;
}

}  // namespace nodtrack
