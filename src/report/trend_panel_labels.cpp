#include "trend_panel_labels.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "trend_marks.hpp"

namespace nodtrack::report {
namespace {

Box box_around(Point at, double r)
{
    return {at.x - r, at.y - r, at.x + r, at.y + r};
}

}  // namespace

Box PanelLabels::bounds_of(const PanelLayout& layout)
{
    const bool with_labels = layout.labels.width() > 0.0;
    return {layout.plot.left, layout.plot.top, with_labels ? layout.labels.right : layout.plot.right,
            layout.plot.bottom};
}

void PanelLabels::write(Point at, std::string text, const Lettering& lettering)
{
    texts_.push_back({at, std::move(text), lettering});
}

void PanelLabels::draw() const
{
    for (const Written& written : texts_)
        svg_.text(written.at, written.text, written.lettering);
}

void PanelLabels::keep_off(const PanelNodule& nodule)
{
    values_.for_each_run(nodule, [&](const std::vector<const TrendPoint*>& run) {
        for (std::size_t i = 0; i < run.size(); ++i) {
            placer_.keep_free(box_around(values_.place_of(*run[i]), run[i]->newly_seen ? 8.0 : 4.5));
            placer_.keep_free(
                {time_.place_of(run[i]->date), values_.scale().place_of(values_.interval_of(*run[i])->high)},
                {time_.place_of(run[i]->date), values_.scale().place_of(values_.interval_of(*run[i])->low)}, 1.0);
            if (i > 0) placer_.keep_free(values_.place_of(*run[i - 1]), values_.place_of(*run[i]), 1.0);
        }
    });
    for (const TrendPoint& point : nodule.trend->points) {
        if (!values_.value_of(point) && values_.plotted() == Plotted::long_axis) {
            placer_.keep_free(box_around(values_.status_place(nodule, point), 6.0));
        }
    }
}

void PanelLabels::end_labels()
{
    if (layout_.labels.width() <= 0.0) return;
    struct End {
        const PanelNodule* nodule;
        Point at;
    };
    std::vector<End> ends;
    for (const PanelNodule& nodule : nodules_) {
        if (const auto at = values_.end_place(nodule)) ends.push_back({&nodule, *at});
    }
    std::stable_sort(ends.begin(), ends.end(), [](const End& a, const End& b) { return a.at.y < b.at.y; });
    // A line that ended long ago has its label where it ended, if that is free.
    const double far = 0.25 * plot_.width();
    std::erase_if(ends, [&](const End& end) {
        const std::string text = values_.end_text(*end.nodule);
        const double y = end.at.y + 0.35 * layout_.font;
        const std::array candidates = {Point{end.at.x + 12.0, y}, Point{end.at.x + 7.0, y - layout_.font},
                                       Point{end.at.x + 7.0, y + layout_.font}};
        if (plot_.right - end.at.x < far) return false;
        if (end.at.x + text_width(text, 1.1 * layout_.font) + 12.0 > plot_.right) return false;
        const auto place = placer_.place(text, 1.1 * layout_.font, Anchor::start, candidates);
        if (place) write(*place, text, {.size = layout_.font, .bold = true, .halo = true});
        return place.has_value();
    });
    std::vector<double> wanted;
    for (const End& end : ends)
        wanted.push_back(end.at.y);
    const double row = layout_.font * 1.45;
    const std::vector<double> middles = spread(std::move(wanted), row, plot_.top, plot_.bottom);
    for (std::size_t i = 0; i < ends.size(); ++i) {
        const double x = layout_.labels.left + 12.0;
        const std::string text = values_.end_text(*ends[i].nodule);
        const Point at = {x, middles[i] + 0.35 * layout_.font};
        svg_.line({ends[i].at.x + 6.0, ends[i].at.y}, {x - 3.0, middles[i]},
                  {.stroke = line_styles[ends[i].nodule->style].colour, .width = 0.7, .dash = "1 2"});
        write(at, text, {.size = layout_.font, .bold = true});
        placer_.keep_free(text_box(at, text, layout_.font, Anchor::start));
        placer_.keep_free({ends[i].at.x + 6.0, ends[i].at.y}, {x - 3.0, middles[i]}, 1.0);
    }
}

void PanelLabels::value_labels(const PanelNodule& nodule)
{
    const auto& points = nodule.trend->points;
    std::vector<const TrendPoint*> order;
    for (const TrendPoint& point : points) {
        if (values_.value_of(point) || values_.plotted() == Plotted::long_axis) order.push_back(&point);
    }
    if (order.size() > 2) std::swap(order[1], order.back());
    if (order.size() > 1) std::swap(order[0], order[1]);
    const bool end_is_labelled = layout_.labels.width() > 0.0;
    for (const TrendPoint* point : order) {
        const bool has_value = values_.value_of(*point).has_value();
        if (end_is_labelled && point == &points.back()) continue;
        const Point at = has_value ? values_.place_of(*point) : values_.status_place(nodule, *point);
        std::string text = has_value ? values_.value_text(*point)
                                     : (point->status == Status::resolved ? "resolved" : in_words(word(point->status)));
        if (!has_value && point->status != Status::resolved) text = "not measured";
        if (point->newly_seen && has_value && values_.plotted() == Plotted::long_axis) text = "new " + text;
        const double away = point->newly_seen ? 11.0 : 7.0;
        const double font = layout_.font;
        const double half = text_width(text, font) / 2.0;
        const double aside = half + (point->newly_seen ? away : 3.0);
        const double above = at.y - (point->newly_seen ? 2.0 : 5.0);
        const double below = at.y + 5.0 + 0.75 * font;
        const std::array candidates = {Point{at.x - aside, above},
                                       Point{at.x + aside, above},
                                       Point{at.x + aside, below},
                                       Point{at.x - aside, below},
                                       Point{at.x + half + away, at.y + 0.35 * font},
                                       Point{at.x - half - away, at.y + 0.35 * font},
                                       Point{at.x, at.y - away},
                                       Point{at.x, at.y + away + 0.75 * font},
                                       Point{at.x - aside, above - 0.9 * font},
                                       Point{at.x + aside, above - 0.9 * font},
                                       Point{at.x - aside, below + 0.9 * font},
                                       Point{at.x + aside, below + 0.9 * font}};
        if (const auto place = placer_.place(text, font, Anchor::middle, candidates)) {
            write(*place, text, {.size = font, .anchor = Anchor::middle, .halo = true});
        }
    }
}

}  // namespace nodtrack::report
