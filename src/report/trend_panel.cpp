#include "trend_panel.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace nodtrack::report {
namespace {

/// Line styles that differ in colour, dash and mark, so that each does without the others. Colours: Okabe and Ito,
/// those that are dark enough on white.
struct LineStyle {
    std::string_view colour;
    std::string_view dash;
    enum class Mark : unsigned char { disc, square, triangle, diamond } mark = Mark::disc;
};
constexpr std::array<LineStyle, 4> line_styles = {{{"#0072b2", "", LineStyle::Mark::disc},
                                                   {"#c24e00", "7 3", LineStyle::Mark::square},
                                                   {"#222222", "2 3", LineStyle::Mark::triangle},
                                                   {"#767676", "9 3 2 3", LineStyle::Mark::diamond}}};

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

Box box_around(Point at, double r)
{
    return {at.x - r, at.y - r, at.x + r, at.y + r};
}

class Panel {
  public:
    Panel(SvgWriter& svg, const PanelLayout& layout, const TimeAxis& time, Plotted plotted,
          const std::vector<PanelNodule>& nodules, const Trend& trend, const PatientRecord& record)
        : svg_(svg),
          layout_(layout),
          plot_(layout.plot),
          time_(time),
          plotted_(plotted),
          nodules_(nodules),
          trend_(trend),
          record_(record),
          scale_(scale_of()),
          placer_(bounds_of(layout))
    {}

    void draw()
    {
        frame();
        therapies();
        events();
        value_axis();
        time_ticks();
        for (const PanelNodule& nodule : nodules_)
            keep_labels_off(nodule);
        for (const PanelNodule& nodule : nodules_)
            band(nodule);
        for (const PanelNodule& nodule : nodules_)
            curve(nodule);
        end_labels();
        for (const PanelNodule& nodule : nodules_)
            value_labels(nodule);
        // Below all words stand those of the smallest weight.
        draw_texts();
    }

  private:
    /// A text put by until everything that it must stand over is drawn.
    struct Written {
        Point at;
        std::string text;
        Lettering lettering;
    };

    static Box bounds_of(const PanelLayout& layout)
    {
        const bool with_labels = layout.labels.width() > 0.0;
        return {layout.plot.left, layout.plot.top, with_labels ? layout.labels.right : layout.plot.right,
                layout.plot.bottom};
    }

    std::optional<double> value_of(const TrendPoint& point) const
    {
        if (plotted_ == Plotted::volume) {
            return point.volume ? std::optional(point.volume->in_units()) : std::nullopt;
        }
        return point.long_axis ? std::optional(point.long_axis->in_units()) : std::nullopt;
    }
    const std::optional<ReadingInterval>& interval_of(const TrendPoint& point) const
    {
        return plotted_ == Plotted::volume ? point.volume_mm3 : point.long_axis_mm;
    }
    std::string value_text(const TrendPoint& point) const
    {
        return plotted_ == Plotted::volume ? fmt::format("{:.0f}", point.volume->in_units())
                                           : shown_size(*point.long_axis);
    }
    Point place_of(const TrendPoint& point) const
    {
        return {time_.place_of(point.date), scale_.place_of(*value_of(point))};
    }

    ValueScale scale_of() const
    {
        double most = 0.0;
        double least = 1e9;
        for (const PanelNodule& nodule : nodules_) {
            for (const TrendPoint& point : nodule.trend->points) {
                if (const auto& interval = interval_of(point)) {
                    most = std::max(most, interval->high);
                    least = std::min(least, interval->low);
                }
            }
        }
        if (plotted_ == Plotted::volume) {
            return ValueScale::logarithmic(std::max(0.1, least), std::max(1.0, most), plot_.top, plot_.bottom);
        }
        const double highest_cut_off = trend_.cut_offs.empty() ? 10.0 : trend_.cut_offs.back().in_units();
        return ValueScale::linear(std::max(most, 1.1 * highest_cut_off), plot_.top, plot_.bottom);
    }

    void write(Point at, std::string text, const Lettering& lettering)
    {
        texts_.push_back({at, std::move(text), lettering});
    }
    void draw_texts()
    {
        for (const Written& written : texts_)
            svg_.text(written.at, written.text, written.lettering);
    }

    void frame()
    {
        if (!layout_.title.empty()) {
            write({plot_.left, plot_.top - 6.0}, layout_.title, {.size = layout_.font + 1.0, .bold = true});
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
            placer_.keep_free({x, plot_.top}, {x, plot_.bottom}, 1.0);
        }
    }

    void value_axis()
    {
        std::vector<double> cut_offs;
        if (plotted_ == Plotted::long_axis) {
            for (const Length cut_off : trend_.cut_offs)
                cut_offs.push_back(cut_off.in_units());
        }
        const double spacing = layout_.font * (ascent + descent);
        const std::vector<double> ticks = scale_.ticks(spacing, cut_offs);
        for (const double tick : ticks) {
            const double y = scale_.place_of(tick);
            const bool is_cut_off = std::find(cut_offs.begin(), cut_offs.end(), tick) != cut_offs.end();
            if (!is_cut_off && y < plot_.bottom - 0.5) {
                svg_.line({plot_.left, y}, {plot_.right, y}, {.stroke = grid_ink, .width = 0.8});
            }
            write({plot_.left - 6.0, y + 0.35 * layout_.font}, tick_text(tick, ticks, cut_offs),
                  {.size = layout_.font, .anchor = Anchor::end, .bold = is_cut_off});
        }
        for (const double cut_off : cut_offs) {
            const double y = scale_.place_of(cut_off);
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
            write(at, tick.label, {.size = layout_.font, .anchor = Anchor::middle, .colour = soft_ink});
        }
    }

    /// Calls `visit(points)` for each unbroken run of the line. Volumes of another method are another line.
    template <class Visitor>
    void for_each_run(const PanelNodule& nodule, Visitor&& visit) const
    {
        std::vector<const TrendPoint*> run;
        const TrendPoint* before = nullptr;
        for (const TrendPoint& point : nodule.trend->points) {
            if (!value_of(point)) continue;
            const bool other_method = before != nullptr && plotted_ == Plotted::volume &&
                                      record_.measurements[before->measurement].findings.volume_method !=
                                          record_.measurements[point.measurement].findings.volume_method;
            if ((point.starts_line || other_method) && !run.empty()) {
                visit(run);
                run.clear();
            }
            run.push_back(&point);
            before = &point;
        }
        if (!run.empty()) visit(run);
    }

    void band(const PanelNodule& nodule)
    {
        const LineStyle& style = line_styles[nodule.style];
        for_each_run(nodule, [&](const std::vector<const TrendPoint*>& run) {
            std::vector<Point> edge;
            for (const TrendPoint* point : run)
                edge.push_back({time_.place_of(point->date), scale_.place_of(interval_of(*point)->high)});
            for (auto point = run.rbegin(); point != run.rend(); ++point)
                edge.push_back({time_.place_of((*point)->date), scale_.place_of(interval_of(**point)->low)});
            if (run.size() > 1) svg_.polygon(edge, {.fill = style.colour, .opacity = 0.12});
        });
        for (const TrendPoint& point : nodule.trend->points) {
            if (!value_of(point)) continue;
            const double x = time_.place_of(point.date);
            const double high = scale_.place_of(interval_of(point)->high);
            const double low = scale_.place_of(interval_of(point)->low);
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
            text += value_of(point) ? value_text(point) : spoken(word(point.status));
            if (point.newly_seen) text += " (new)";
        }
        return text;
    }

    void curve(const PanelNodule& nodule)
    {
        const LineStyle& style = line_styles[nodule.style];
        svg_.open_group(spoken_line(nodule));
        for_each_run(nodule, [&](const std::vector<const TrendPoint*>& run) {
            std::vector<Point> piece;
            for (const TrendPoint* point : run) {
                const Point at = place_of(*point);
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
            if (!value_of(point)) {
                status_mark(nodule, point);
                continue;
            }
            if (point.newly_seen && plotted_ == Plotted::long_axis) draw_new_ring(svg_, place_of(point));
            draw_mark(svg_, place_of(point), style);
        }
        svg_.close_group();
    }

    /// A row without a size: on the zero line, each beside the other where several fall on one day.
    Point status_place(const PanelNodule& nodule, const TrendPoint& point) const
    {
        int earlier = 0;
        for (const PanelNodule& other : nodules_) {
            if (other.trend == nodule.trend) break;
            earlier += static_cast<int>(
                std::count_if(other.trend->points.begin(), other.trend->points.end(),
                              [&](const TrendPoint& there) { return !there.long_axis && there.date == point.date; }));
        }
        return {time_.place_of(point.date), plot_.bottom - 8.0 - 13.0 * earlier};
    }

    void status_mark(const PanelNodule& nodule, const TrendPoint& point)
    {
        if (plotted_ != Plotted::long_axis) return;
        const Point at = status_place(nodule, point);
        point.status == Status::resolved ? draw_resolved_cross(svg_, at) : draw_unmeasured_mark(svg_, at);
    }

    void keep_labels_off(const PanelNodule& nodule)
    {
        for_each_run(nodule, [&](const std::vector<const TrendPoint*>& run) {
            for (std::size_t i = 0; i < run.size(); ++i) {
                placer_.keep_free(box_around(place_of(*run[i]), run[i]->newly_seen ? 8.0 : 4.5));
                placer_.keep_free({time_.place_of(run[i]->date), scale_.place_of(interval_of(*run[i])->high)},
                                  {time_.place_of(run[i]->date), scale_.place_of(interval_of(*run[i])->low)}, 1.0);
                if (i > 0) placer_.keep_free(place_of(*run[i - 1]), place_of(*run[i]), 1.0);
            }
        });
        for (const TrendPoint& point : nodule.trend->points) {
            if (!value_of(point) && plotted_ == Plotted::long_axis) {
                placer_.keep_free(box_around(status_place(nodule, point), 6.0));
            }
        }
    }

    /// The last thing to be said of a nodule: its newest size, or that it is resolved.
    std::string end_text(const PanelNodule& nodule) const
    {
        if (plotted_ == Plotted::long_axis) return end_label(nodule);
        for (auto point = nodule.trend->points.rbegin(); point != nodule.trend->points.rend(); ++point) {
            if (value_of(*point)) return nodule.name + ": " + value_text(*point) + " mm³";
        }
        return nodule.name;
    }

    std::optional<Point> end_place(const PanelNodule& nodule) const
    {
        const auto& points = nodule.trend->points;
        if (plotted_ == Plotted::long_axis && !value_of(points.back())) return status_place(nodule, points.back());
        for (auto point = points.rbegin(); point != points.rend(); ++point) {
            if (value_of(*point)) return place_of(*point);
        }
        return std::nullopt;
    }

    /// Labels beside the lines' ends where there is room, else in the margin with a thread to the end.
    void end_labels()
    {
        if (layout_.labels.width() <= 0.0) return;
        struct End {
            const PanelNodule* nodule;
            Point at;
        };
        std::vector<End> ends;
        for (const PanelNodule& nodule : nodules_) {
            if (const auto at = end_place(nodule)) ends.push_back({&nodule, *at});
        }
        std::stable_sort(ends.begin(), ends.end(), [](const End& a, const End& b) { return a.at.y < b.at.y; });
        // A line that ended long ago has its label where it ended, if that is free.
        const double far = 0.25 * plot_.width();
        std::erase_if(ends, [&](const End& end) {
            const std::string text = end_text(*end.nodule);
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
            const std::string text = end_text(*ends[i].nodule);
            const Point at = {x, middles[i] + 0.35 * layout_.font};
            svg_.line({ends[i].at.x + 6.0, ends[i].at.y}, {x - 3.0, middles[i]},
                      {.stroke = line_styles[ends[i].nodule->style].colour, .width = 0.7, .dash = "1 2"});
            write(at, text, {.size = layout_.font, .bold = true});
            placer_.keep_free(text_box(at, text, layout_.font, Anchor::start));
            placer_.keep_free({ends[i].at.x + 6.0, ends[i].at.y}, {x - 3.0, middles[i]}, 1.0);
        }
    }

    /// Sizes beside the points, where there is room: newest and oldest first. The table has them all.
    void value_labels(const PanelNodule& nodule)
    {
        const auto& points = nodule.trend->points;
        std::vector<const TrendPoint*> order;
        for (const TrendPoint& point : points) {
            if (value_of(point) || plotted_ == Plotted::long_axis) order.push_back(&point);
        }
        if (order.size() > 2) std::swap(order[1], order.back());
        if (order.size() > 1) std::swap(order[0], order[1]);
        const bool end_is_labelled = layout_.labels.width() > 0.0;
        for (const TrendPoint* point : order) {
            const bool has_value = value_of(*point).has_value();
            if (end_is_labelled && point == &points.back()) continue;
            const Point at = has_value ? place_of(*point) : status_place(nodule, *point);
            std::string text = has_value
                                   ? value_text(*point)
                                   : (point->status == Status::resolved ? "resolved" : spoken(word(point->status)));
            if (!has_value && point->status != Status::resolved) text = "not measured";
            if (point->newly_seen && has_value && plotted_ == Plotted::long_axis) text = "new " + text;
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

    SvgWriter& svg_;
    const PanelLayout& layout_;
    const Box& plot_;
    const TimeAxis& time_;
    Plotted plotted_;
    const std::vector<PanelNodule>& nodules_;
    const Trend& trend_;
    const PatientRecord& record_;
    ValueScale scale_;
    LabelPlacer placer_;
    std::vector<Written> texts_;
};

/// 1, 2 or 5 times a power of ten, the least that is at least `least`.
double round_step(double least)
{
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    for (const double digit : {1.0, 2.0, 5.0}) {
        if (digit * power >= least) return digit * power;
    }
    return 10.0 * power;
}

}  // namespace

ValueScale::ValueScale(bool logarithmic, double low, double high, double top, double bottom)
    : logarithmic_(logarithmic), low_(low), high_(high), top_(top), bottom_(bottom)
{}

ValueScale ValueScale::linear(double most, double top, double bottom)
{
    return {false, 0.0, 1.04 * most, top, bottom};
}

ValueScale ValueScale::logarithmic(double least, double most, double top, double bottom)
{
    return {true, std::log10(0.9 * least), std::log10(1.15 * most), top, bottom};
}

double ValueScale::place_of(double value) const
{
    const double amount = logarithmic_ ? std::log10(std::max(value, 1e-6)) : value;
    return bottom_ - (bottom_ - top_) * (amount - low_) / (high_ - low_);
}

std::vector<double> ValueScale::ticks(double spacing, const std::vector<double>& always) const
{
    std::vector<double> wanted;
    if (logarithmic_) {
        for (int power = static_cast<int>(std::floor(low_)); power <= static_cast<int>(high_); ++power) {
            for (const double digit : {1.0, 2.0, 5.0})
                wanted.push_back(digit * std::pow(10.0, power));
        }
    } else {
        const double step = round_step(1.6 * spacing * (high_ - low_) / (bottom_ - top_));
        for (double tick = 0.0; tick <= high_; tick += step)
            wanted.push_back(tick);
    }
    std::vector<double> ticks;
    const auto add = [&](double value) {
        const double y = place_of(value);
        const bool free = std::none_of(ticks.begin(), ticks.end(),
                                       [&](double tick) { return std::abs(place_of(tick) - y) < spacing; });
        if (free && y >= top_ - 0.01 && y <= bottom_ + 0.01) ticks.push_back(value);
    };
    for (const double value : always)
        add(value);
    for (const double value : wanted)
        add(value);
    return ticks;
}

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
