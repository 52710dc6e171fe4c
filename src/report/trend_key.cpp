#include "trend_key.hpp"

#include <array>

#include "trend_lanes.hpp"
#include "trend_marks.hpp"

namespace nodtrack::report {

double TrendKey::width_of(const Entry& entry)
{
    return text_width(entry.text, picture_font) + (entry.mark == Mark::none ? 18.0 : 40.0);
}

double TrendKey::rows(double width) const
{
    double x = lane_room;
    double needed = 0.0;
    for (const Entry& entry : entries_) {
        if (needed == 0.0) needed = 1.0;
        if (x + width_of(entry) > width && x > lane_room) {
            needed += 1.0;
            x = lane_room;
        }
        x += width_of(entry);
    }
    return needed;
}

void TrendKey::draw(SvgWriter& svg, double top, double width) const
{
    double x = lane_room;
    double y = top + 10.0;
    for (const Entry& entry : entries_) {
        if (x + width_of(entry) > width && x > lane_room) {
            x = lane_room;
            y += 18.0;
        }
        const Point at = {x + 9.0, y};
        if (entry.mark == Mark::newly_seen) draw_new_ring(svg, at);
        if (entry.mark == Mark::resolved) draw_resolved_cross(svg, at);
        if (entry.mark == Mark::unmeasured) draw_unmeasured_mark(svg, at);
        if (entry.mark == Mark::gap) {
            svg.line({x, y}, {x + 18.0, y}, {.stroke = ink, .width = 1.0, .dash = "1 4"});
        }
        if (entry.mark == Mark::therapy) svg.rectangle({x, y - 5.0, x + 18.0, y + 5.0}, {.fill = therapy_fill});
        if (entry.mark == Mark::event) {
            const std::array arrow = {Point{x + 5.5, y + 3.0}, Point{x + 12.5, y + 3.0}, Point{x + 9.0, y - 4.0}};
            svg.polygon(arrow, {.fill = ink});
        }
        const double text_at = entry.mark == Mark::none ? x : x + 23.0;
        svg.text({text_at, y + 0.35 * picture_font}, entry.text, {.size = picture_font, .colour = soft_ink});
        x += width_of(entry);
    }
}

}  // namespace nodtrack::report
