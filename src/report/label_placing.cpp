#include "label_placing.hpp"

#include <algorithm>
#include <cmath>

namespace nodtrack::report {
namespace {

/// Advance of an ASCII character in em, that of DejaVu Sans or a little above: other faces are narrower.
double advance(char character)
{
    constexpr std::string_view narrow = "iljI.,:;|'! ";
    constexpr std::string_view slim = "ftr()[]{}/\\-\"`*";
    constexpr std::string_view wide = "mwMW%@";
    if (narrow.find(character) != std::string_view::npos) return 0.40;
    if (slim.find(character) != std::string_view::npos) return 0.50;
    if (wide.find(character) != std::string_view::npos) return 1.0;
    if (character >= 'A' && character <= 'Z') return 0.78;
    if ((character >= 'a' && character <= 'z') || (character >= '0' && character <= '9')) return 0.64;
    return 0.84;
}

}  // namespace

double text_width(std::string_view text, double font_size)
{
    double width = 0.0;
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte < 0x80U) width += advance(character);
        if (byte >= 0xC0U) width += 1.0;  // one code point, whatever its script
    }
    return width * font_size;
}

Box text_box(Point at, std::string_view text, double font_size, Anchor anchor)
{
    const double width = text_width(text, font_size);
    double left = at.x;
    if (anchor == Anchor::middle) left -= width / 2.0;
    if (anchor == Anchor::end) left -= width;
    return {left, at.y - ascent * font_size, left + width, at.y + descent * font_size};
}

void LabelPlacer::keep_free(Point from, Point to, double margin)
{
    const double length = std::hypot(to.x - from.x, to.y - from.y);
    const int steps = std::max(1, static_cast<int>(std::ceil(length / 6.0)));
    for (int i = 0; i < steps; ++i) {
        const auto along = [&](int step) {
            const double part = static_cast<double>(step) / steps;
            return Point{from.x + part * (to.x - from.x), from.y + part * (to.y - from.y)};
        };
        const Point a = along(i);
        const Point b = along(i + 1);
        taken_.push_back({std::min(a.x, b.x) - margin, std::min(a.y, b.y) - margin, std::max(a.x, b.x) + margin,
                          std::max(a.y, b.y) + margin});
    }
}

bool LabelPlacer::is_free(const Box& box) const
{
    return bounds_.holds(box) &&
           std::none_of(taken_.begin(), taken_.end(), [&](const Box& other) { return other.overlaps(box); });
}

std::optional<Point> LabelPlacer::place(std::string_view text, double font_size, Anchor anchor,
                                        std::span<const Point> candidates)
{
    for (const Point candidate : candidates) {
        const Box box = text_box(candidate, text, font_size, anchor);
        if (!is_free(box)) continue;
        taken_.push_back(box);
        return candidate;
    }
    return std::nullopt;
}

std::vector<double> spread(std::vector<double> wanted, double height, double top, double bottom)
{
    double least = top + height / 2.0;
    for (double& middle : wanted) {
        middle = std::max(middle, least);
        least = middle + height;
    }
    double most = bottom - height / 2.0;
    for (auto middle = wanted.rbegin(); middle != wanted.rend(); ++middle) {
        *middle = std::min(*middle, most);
        most = *middle - height;
    }
    // Too many for the room: the first stays in it, the others follow.
    least = top + height / 2.0;
    for (double& middle : wanted) {
        middle = std::max(middle, least);
        least = middle + height;
    }
    return wanted;
}

}  // namespace nodtrack::report
