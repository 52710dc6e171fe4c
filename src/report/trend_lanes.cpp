#include "trend_lanes.hpp"

#include <algorithm>
#include <array>

#include "markup.hpp"
#include "trend_marks.hpp"

namespace nodtrack::report {
namespace {

constexpr std::size_t longest_event = 30;

}  // namespace

void TrendLanes::add_scan_lane(const PatientRecord& record, std::string name, Lane::Shape shape, auto&& belongs)
{
    Lane lane;
    lane.name = std::move(name);
    lane.shape = shape;
    for (const std::uint32_t position : trend_.scans) {
        if (belongs(record.scans[position])) lane.ticks.push_back(record.scans[position].scan_date);
    }
    if (!lane.ticks.empty()) lanes_.push_back(std::move(lane));
}

void TrendLanes::add_therapy_lane(std::string name, TherapyKind kind)
{
    Lane lane;
    lane.name = std::move(name);
    lane.shape = Lane::Shape::bar;
    for (const TherapySpan& therapy : trend_.therapies) {
        if (therapy.kind == kind) lane.spans.push_back(therapy);
    }
    if (!lane.spans.empty()) lanes_.push_back(std::move(lane));
}

TrendLanes::TrendLanes(const Trend& trend, const PatientRecord& record) : trend_(trend)
{
    add_scan_lane(record, "chest CT", Lane::Shape::tick, [](const Scan& scan) { return scan.is_diagnostic_ct(); });
    add_scan_lane(record, "PET/CT", Lane::Shape::diamond,
                  [](const Scan& scan) { return !scan.is_diagnostic_ct() && scan.modality != Modality::radiograph; });
    add_scan_lane(record, "radiograph", Lane::Shape::square,
                  [](const Scan& scan) { return scan.modality == Modality::radiograph; });
    add_therapy_lane("systemic", TherapyKind::systemic);
    add_therapy_lane("chest RT", TherapyKind::thoracic_radiotherapy);
}

void TrendLanes::lay_out(const TimeAxis& time, double picture_width, std::size_t most_rows)
{
    time_ = time;
    picture_width_ = picture_width;
    std::vector<double> free_from;
    for (const TrendEvent& event : trend_.events) {
        const double x = time_.place_of(event.date);
        const std::string text = shortened(event.text, longest_event);
        const double width = text_width(text, picture_font) + 9.0;
        const double right_end = picture_width_ - 4.0;
        const bool leftwards = x + width > right_end;
        const double left = leftwards ? x - width : x - 5.0;
        const double right = leftwards ? x + 5.0 : x + width;
        std::size_t row = 0;
        while (row < free_from.size() && free_from[row] > left)
            ++row;
        if (row == free_from.size() && row < most_rows) free_from.push_back(lane_room - 4.0);
        const bool fits = row < free_from.size() && free_from[row] <= left;
        placed_events_.push_back({x, fits ? row : most_rows, fits ? text : std::string(), leftwards});
        if (fits) {
            free_from[row] = right + 4.0;
        } else {
            ++events_without_text_;
        }
    }
    event_rows_ = free_from.size() + (events_without_text_ > 0 ? 1 : 0);
    for (PlacedEvent& event : placed_events_) {
        if (event.text.empty()) event.row = free_from.size();  // marks without texts have a row of their own
    }
}

void TrendLanes::leave_out()
{
    lanes_.clear();
    placed_events_.clear();
    event_rows_ = 0;
    events_without_text_ = 0;
}

void TrendLanes::draw(SvgWriter& svg, double top, double right, bool with_axis) const
{
    double y = top + 4.0;
    const double left = lane_room;
    if (with_axis) {
        // The cells have their own axes; the lanes need one as well.
        for (const TimeAxis::Tick& tick : time_.ticks(text_width("2026-03", 10.0) * 1.25)) {
            const double x = time_.place_of(tick.date);
            const Box box = text_box({x, y + 10.0}, tick.label, 10.0, Anchor::middle);
            svg.line({x, y + 14.0}, {x, y + 18.0}, {.stroke = soft_ink, .width = 0.8});
            if (box.right > picture_width_ || box.left < left - 30.0) continue;
            svg.text({x, y + 10.0}, tick.label, {.size = 10.0, .anchor = Anchor::middle, .colour = soft_ink});
        }
        svg.line({left, y + 18.0}, {right, y + 18.0}, {.stroke = "#b8b8b8", .width = 0.8});
        y += 22.0;
    }
    for (const Lane& lane : lanes_) {
        const double middle = y + lane_height / 2.0;
        svg.text({left - 8.0, middle + 0.35 * picture_font}, lane.name,
                 {.size = picture_font, .anchor = Anchor::end, .colour = soft_ink});
        svg.line({left, middle}, {right, middle}, {.stroke = grid_ink, .width = 0.8});
        for (const Date date : lane.ticks)
            draw_scan(svg, {time_.place_of(date), middle}, lane.shape);
        for (const TherapySpan& span : lane.spans)
            draw_span(svg, span, middle, left, right);
        y += lane_height;
    }
    draw_events(svg, y);
}

void TrendLanes::draw_scan(SvgWriter& svg, Point at, Lane::Shape shape)
{
    constexpr double r = 4.0;
    if (shape == Lane::Shape::tick) {
        svg.line({at.x, at.y - 5.0}, {at.x, at.y + 5.0}, {.stroke = ink, .width = 1.6});
    } else if (shape == Lane::Shape::square) {
        svg.rectangle({at.x - r, at.y - r, at.x + r, at.y + r}, {.fill = "#ffffff", .stroke = ink, .width = 1.2});
    } else {
        const std::array corners = {Point{at.x, at.y - 1.2 * r}, Point{at.x + 1.2 * r, at.y},
                                    Point{at.x, at.y + 1.2 * r}, Point{at.x - 1.2 * r, at.y}};
        svg.polygon(corners, {.fill = ink});
    }
}

void TrendLanes::draw_span(SvgWriter& svg, const TherapySpan& span, double middle, double left, double right) const
{
    const double from = std::max(left, time_.place_of(span.first));
    const double to = std::min(right, std::max(from + 2.0, time_.place_of(span.last)));
    const Box box = {from, middle - 4.5, to, middle + 4.5};
    svg.rectangle(box, {.fill = therapy_fill, .stroke = soft_ink, .width = 0.8});
    svg.hatched(box);
    if (!span.running) return;
    const std::array arrow = {Point{to, middle - 5.5}, Point{to + 7.0, middle}, Point{to, middle + 5.5}};
    svg.polygon(arrow, {.fill = soft_ink});
}

void TrendLanes::draw_events(SvgWriter& svg, double top) const
{
    if (event_rows_ == 0) return;
    svg.text({lane_room - 8.0, top + lane_height / 2.0 + 0.35 * picture_font}, "events",
             {.size = picture_font, .anchor = Anchor::end, .colour = soft_ink});
    for (const PlacedEvent& event : placed_events_) {
        const double y = top + static_cast<double>(event.row) * lane_height + lane_height / 2.0;
        const std::array arrow = {Point{event.x - 3.5, y + 3.0}, Point{event.x + 3.5, y + 3.0},
                                  Point{event.x, y - 4.0}};
        svg.polygon(arrow, {.fill = ink});
        if (event.text.empty()) continue;
        svg.text({event.leftwards ? event.x - 7.0 : event.x + 7.0, y + 0.35 * picture_font}, event.text,
                 {.size = picture_font, .anchor = event.leftwards ? Anchor::end : Anchor::start});
    }
}

}  // namespace nodtrack::report
