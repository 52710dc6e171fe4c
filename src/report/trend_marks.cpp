#include "trend_marks.hpp"

namespace nodtrack::report {

void draw_mark(SvgWriter& svg, Point at, const LineStyle& style)
{
    constexpr double r = 3.6;
    const Paint paint = {.fill = style.colour, .stroke = "#ffffff", .width = 0.8};
    switch (style.mark) {
        case LineStyle::Mark::disc:
            svg.circle(at, r, paint);
            return;
        case LineStyle::Mark::square:
            svg.rectangle({at.x - r, at.y - r, at.x + r, at.y + r}, paint);
            return;
        case LineStyle::Mark::triangle: {
            const std::array corners = {Point{at.x, at.y - 1.3 * r}, Point{at.x + 1.2 * r, at.y + r},
                                        Point{at.x - 1.2 * r, at.y + r}};
            svg.polygon(corners, paint);
            return;
        }
        case LineStyle::Mark::diamond:
            break;
    }
    const std::array corners = {Point{at.x, at.y - 1.3 * r}, Point{at.x + 1.3 * r, at.y}, Point{at.x, at.y + 1.3 * r},
                                Point{at.x - 1.3 * r, at.y}};
    svg.polygon(corners, paint);
}

void draw_new_ring(SvgWriter& svg, Point at)
{
    svg.circle(at, 7.0, {.stroke = ink, .width = 1.3});
}

void draw_resolved_cross(SvgWriter& svg, Point at)
{
    constexpr double r = 4.5;
    svg.line({at.x - r, at.y - r}, {at.x + r, at.y + r}, {.stroke = ink, .width = 1.8});
    svg.line({at.x - r, at.y + r}, {at.x + r, at.y - r}, {.stroke = ink, .width = 1.8});
}

void draw_unmeasured_mark(SvgWriter& svg, Point at)
{
    constexpr double r = 5.0;
    const std::array corners = {Point{at.x, at.y - r}, Point{at.x + r, at.y}, Point{at.x, at.y + r},
                                Point{at.x - r, at.y}};
    svg.polygon(corners, {.fill = "#ffffff", .stroke = ink, .width = 1.2});
}

}  // namespace nodtrack::report
