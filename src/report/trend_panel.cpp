#include "trend_panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "trend_marks.hpp"
#include "trend_panel_labels.hpp"
#include "trend_panel_values.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

class Panel {
  public:
    Panel(SvgWriter& svg, const PanelLayout& layout, const TimeAxis& time, Plotted plotted,
          const std::vector<PanelNodule>& nodules, const Trend& trend, const PatientRecord& record)
        : svg_(svg),
          layout_(layout),
          plot_(layout.plot),
          time_(time),
          nodules_(nodules),
          trend_(trend),
          values_(layout.plot, time, plotted, nodules, trend, record),
          labels_(svg, layout, time, values_, nodules)
    {}

    void draw()
    {
        frame();
        therapies();
        events();
        value_axis();
        time_ticks();
        for (const PanelNodule& nodule : nodules_)
            labels_.keep_off(nodule);
        for (const PanelNodule& nodule : nodules_)
            band(nodule);
        for (const PanelNodule& nodule : nodules_)
            curve(nodule);
        labels_.end_labels();
        for (const PanelNodule& nodule : nodules_)
            labels_.value_labels(nodule);
        // Below all words stand those of the smallest weight.
        labels_.draw();
    }

  private:
    void frame()
    {
        if (!layout_.title.empty()) {
            labels_.write({plot_.left, plot_.top - 6.0}, layout_.title, {.size = layout_.font + 1.0, .bold = true});
        }
        svg_.rectangle(plot_, {.fill = "#ffffff", .stroke = "#b8b8b8", .width = 0.8});
    }

    void therapies()
    {
        for (const TherapySpan& therapy : trend_.therapies) {
            const double from = std::max(plot_.left, time_.place_of(therapy.first));
            const double to = std::min(plot_.right, std::max(from + 1.5, time_.place_of(therapy.last)));
            const Box box = {from, plot_.top, to, plot_.bottom};
            svg_.rectangle(box, {.fill = therapy_fill});
            if (therapy.kind == TherapyKind::thoracic_radiotherapy) svg_.hatched(box);
        }
    }

    /// Events of the panel's nodules, and those that name none.
    void events()
    {
        for (const TrendEvent& event : trend_.events) {
            const bool here =
                !event.nodule || std::any_of(nodules_.begin(), nodules_.end(), [&](const PanelNodule& nodule) {
                    return nodule.trend->nodule == *event.nodule;
                });
            if (!here) continue;
            const double x = time_.place_of(event.date);
            svg_.line({x, plot_.top}, {x, plot_.bottom}, {.stroke = ink, .width = 1.0, .dash = "1 2"});
            const std::array arrow = {Point{x - 3.5, plot_.bottom}, Point{x + 3.5, plot_.bottom},
                                      Point{x, plot_.bottom - 6.0}};
            svg_.polygon(arrow, {.fill = ink});
            labels_.keep_off({x, plot_.top}, {x, plot_.bottom});
        }
    }

    void value_axis()
    {
        std::vector<double> cut_offs;
        if (values_.plotted() == Plotted::long_axis) {
            for (const Length cut_off : trend_.cut_offs)
                cut_offs.push_back(cut_off.in_units());
        }
        const double spacing = layout_.font * (ascent + descent);
        const std::vector<double> ticks = values_.scale().ticks(spacing, cut_offs);
        for (const double tick : ticks) {
            const double y = values_.scale().place_of(tick);
            const bool is_cut_off = std::find(cut_offs.begin(), cut_offs.end(), tick) != cut_offs.end();
            if (!is_cut_off && y < plot_.bottom - 0.5) {
                svg_.line({plot_.left, y}, {plot_.right, y}, {.stroke = grid_ink, .width = 0.8});
            }
            labels_.write({plot_.left - 6.0, y + 0.35 * layout_.font}, tick_text(tick, ticks, cut_offs),
                          {.size = layout_.font, .anchor = Anchor::end, .bold = is_cut_off});
        }
        for (const double cut_off : cut_offs) {
            const double y = values_.scale().place_of(cut_off);
            svg_.line({plot_.left, y}, {plot_.right, y}, {.stroke = cut_off_ink, .width = 1.0, .dash = "6 4"});
        }
    }

    /// A tick's value, and those of cut-offs too near to have a label of their own: `5, 6`.
    std::string tick_text(double tick, const std::vector<double>& ticks, const std::vector<double>& cut_offs) const
    {
        std::string text = fmt::format("{:g}", tick);
        for (const double cut_off : cut_offs) {
            const auto nearest = std::min_element(ticks.begin(), ticks.end(), [&](double a, double b) {
                return std::abs(a - cut_off) < std::abs(b - cut_off);
            });
            if (*nearest == tick && cut_off != tick) text += fmt::format(", {:g}", cut_off);
        }
        return text;
    }

    void time_ticks()
    {
        const double spacing = text_width("2026-03", layout_.font) * 1.25;
        double free_from = plot_.left - 30.0;
        for (const TimeAxis::Tick& tick : time_.ticks(spacing)) {
            const double x = time_.place_of(tick.date);
            svg_.line({x, plot_.bottom}, {x, plot_.bottom + 4.0}, {.stroke = soft_ink, .width = 0.8});
            const Point at = {x, plot_.bottom + 6.0 + layout_.font};
            const Box box = text_box(at, tick.label, layout_.font, Anchor::middle);
            // A label at the edge would run into what stands beside the panel.
            if (box.left < free_from || box.left < plot_.left - 30.0 || box.right > plot_.right + 10.0) continue;
            free_from = box.right + 4.0;
            labels_.write(at, tick.label, {.size = layout_.font, .anchor = Anchor::middle, .colour = soft_ink});
        }
    }

    void band(const PanelNodule& nodule)
    {
        const LineStyle& style = line_styles[nodule.style];
        values_.for_each_run(nodule, [&](const std::vector<const TrendPoint*>& run) {
            std::vector<Point> edge;
            for (const TrendPoint* point : run)
                edge.push_back(
                    {time_.place_of(point->date), values_.scale().place_of(values_.interval_of(*point)->high)});
            for (auto point = run.rbegin(); point != run.rend(); ++point)
                edge.push_back(
                    {time_.place_of((*point)->date), values_.scale().place_of(values_.interval_of(**point)->low)});
            if (run.size() > 1) svg_.polygon(edge, {.fill = style.colour, .opacity = 0.12});
        });
        for (const TrendPoint& point : nodule.trend->points) {
            if (!values_.value_of(point)) continue;
            const double x = time_.place_of(point.date);
            const double high = values_.scale().place_of(values_.interval_of(point)->high);
            const double low = values_.scale().place_of(values_.interval_of(point)->low);
            const Paint thin = {.stroke = style.colour, .width = 0.7};
            svg_.line({x, high}, {x, low}, thin);
            svg_.line({x - 2.5, high}, {x + 2.5, high}, thin);
            svg_.line({x - 2.5, low}, {x + 2.5, low}, thin);
        }
    }

    std::string spoken_line(const PanelNodule& nodule) const
    {
        std::string text = nodule.name + ", " + nodule.state + ":";
        for (const TrendPoint& point : nodule.trend->points) {
            text += " " + point.date.iso() + " ";
            text += values_.value_of(point) ? values_.value_text(point) : in_words(word(point.status));
            if (point.newly_seen) text += " (new)";
        }
        return text;
    }

    void curve(const PanelNodule& nodule)
    {
        const LineStyle& style = line_styles[nodule.style];
        svg_.open_group(spoken_line(nodule));
        values_.for_each_run(nodule, [&](const std::vector<const TrendPoint*>& run) {
            std::vector<Point> piece;
            for (const TrendPoint* point : run) {
                const Point at = values_.place_of(*point);
                if (point->after_gap && !piece.empty()) {
                    svg_.line(piece.back(), at, {.stroke = style.colour, .width = 1.0, .dash = "1 4"});
                    svg_.polyline(piece, {.stroke = style.colour, .width = 2.0, .dash = style.dash});
                    piece.clear();
                }
                piece.push_back(at);
            }
            svg_.polyline(piece, {.stroke = style.colour, .width = 2.0, .dash = style.dash});
        });
        for (const TrendPoint& point : nodule.trend->points) {
            if (!values_.value_of(point)) {
                status_mark(nodule, point);
                continue;
            }
            if (point.newly_seen && values_.plotted() == Plotted::long_axis)
                draw_new_ring(svg_, values_.place_of(point));
            draw_mark(svg_, values_.place_of(point), style);
        }
        svg_.close_group();
    }

    void status_mark(const PanelNodule& nodule, const TrendPoint& point)
    {
        if (values_.plotted() != Plotted::long_axis) return;
        const Point at = values_.status_place(nodule, point);
        point.status == Status::resolved ? draw_resolved_cross(svg_, at) : draw_unmeasured_mark(svg_, at);
    }

    SvgWriter& svg_;
    const PanelLayout& layout_;
    const Box& plot_;
    const TimeAxis& time_;
    const std::vector<PanelNodule>& nodules_;
    const Trend& trend_;
    PanelValues values_;
    PanelLabels labels_;
};

}  // namespace

void draw_panel(SvgWriter& svg, const PanelLayout& layout, const TimeAxis& time, Plotted plotted,
                const std::vector<PanelNodule>& nodules, const Trend& trend, const PatientRecord& record)
{
    Panel(svg, layout, time, plotted, nodules, trend, record).draw();
}

std::string end_label(const PanelNodule& nodule)
{
    const TrendPoint& last = nodule.trend->points.back();
    std::string text = nodule.name + ": ";
    if (last.long_axis) {
        text += shown_size(*last.long_axis) + " mm";
    } else {
        text += last.status == Status::resolved ? "resolved" : "not measured";
    }
    return text + ", " + nodule.state;
}

}  // namespace nodtrack::report
