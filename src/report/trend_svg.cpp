#include "nodtrack/report/trend_svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "markup.hpp"
#include "nodtrack/domain/natural_order.hpp"
#include "nodtrack/report/answer_text.hpp"
#include "trend_key.hpp"
#include "trend_lanes.hpp"
#include "trend_marks.hpp"
#include "trend_panel.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

constexpr double tick_room = 42.0;  // left of a panel for its values
constexpr double heading_line = 16.0;
constexpr std::size_t longest_name = 14;

std::string millimetre_list(const std::vector<Length>& lengths)
{
    std::string text;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        if (i > 0) text += i + 1 == lengths.size() ? " and " : ", ";
        text += decimal_text(lengths[i].thousandths());
    }
    return text + " mm";
}

class TrendDrawing {
  public:
    TrendDrawing(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge,
                 const TrendPicture& picture)
        : assessment_(assessment),
          record_(record),
          judge_(judge),
          picture_(picture),
          trend_(trend_of(assessment, record, judge)),
          lanes_(trend_, record)
    {
        choose_nodules();
        collect_answer();
        choose_layout();
    }

    std::string draw()
    {
        SvgWriter svg(picture_.width, height_, "Trend of " + trend_.patient_id, description(),
                      picture_.id_prefix.empty() ? std::string_view("trend") : picture_.id_prefix);
        if (picture_.heading) draw_heading(svg);
        double y = heading_height_;
        y = shared_ ? draw_shared(svg, y) : draw_cells(svg, y, Plotted::long_axis, shown_);
        if (!shared_ && !by_volume_.empty()) y = draw_cells(svg, y, Plotted::volume, by_volume_);
        if (has_lanes()) lanes_.draw(svg, y, lanes_right(), lanes_have_axis());
        key_.draw(svg, height_ - key_height_, picture_.width);
        return std::move(svg).finish();
    }

  private:
    std::string state_of(const TrendNodule& nodule) const
    {
        if (!nodule.judged) return "not judged any more";
        std::string state(class_word(assessment_.nodules[*nodule.judged].nodule_class));
        std::replace(state.begin(), state.end(), '_', ' ');
        return state;
    }

    /// Judged nodules before others, worst class first, then the larger; drawn in the order of their ids.
    void choose_nodules()
    {
        std::vector<const TrendNodule*> order;
        for (const TrendNodule& nodule : trend_.nodules)
            order.push_back(&nodule);
        const auto weight = [&](const TrendNodule* nodule) {
            const int concern =
                nodule->judged ? 1 + static_cast<int>(assessment_.nodules[*nodule->judged].nodule_class) : 0;
            const TrendPoint* newest = nodule->newest_size();
            return std::pair(concern, newest != nullptr ? *newest->long_axis : Length());
        };
        std::stable_sort(order.begin(), order.end(),
                         [&](const TrendNodule* a, const TrendNodule* b) { return weight(a) > weight(b); });
        if (picture_.most_panels > 0 && order.size() > picture_.most_panels) {
            left_out_ = order.size() - picture_.most_panels;
            order.resize(picture_.most_panels);
        }
        std::sort(order.begin(), order.end(), [&](const TrendNodule* a, const TrendNodule* b) {
            return in_natural_order(record_.nodule_ids[a->nodule], record_.nodule_ids[b->nodule]);
        });
        constexpr unsigned grey = 3;
        unsigned style = 0;
        shared_ = fits_one_panel(order);
        for (const TrendNodule* nodule : order) {
            const unsigned own = shared_ ? style++ : 0;
            shown_.push_back({nodule, shortened(record_.nodule_ids[nodule->nodule], longest_name), state_of(*nodule),
                              nodule->judged ? own : grey});
        }
        for (const PanelNodule& nodule : shown_) {
            if (picture_.volumes && nodule.trend->volumes_compare) by_volume_.push_back(nodule);
        }
    }

    /// A few nodules of like size are best seen together.
    static bool fits_one_panel(const std::vector<const TrendNodule*>& nodules)
    {
        constexpr std::size_t most = 3;
        constexpr double large_mm = 25.0;
        constexpr double ratio = 3.0;
        if (nodules.size() > most) return false;
        double least = 1e9;
        double largest = 0.0;
        for (const TrendNodule* nodule : nodules) {
            double size = 0.0;
            for (const TrendPoint& point : nodule->points)
                size = std::max(size, point.long_axis ? point.long_axis->in_units() : 0.0);
            if (size <= 0.0) continue;
            least = std::min(least, size);
            largest = std::max(largest, size);
        }
        return largest < large_mm || largest < ratio * least;
    }

    // Layout

    /// A short picture of many panels has no room for lanes: therapies and events stand in the panels alone.
    bool has_lanes() const { return shared_ || picture_.height <= 0.0; }
    bool lanes_have_axis() const { return !shared_; }

    double labels_width() const
    {
        double widest = 0.0;
        for (const PanelNodule& nodule : shown_) {
            // Bold letters are a tenth wider.
            widest = std::max(widest, 1.1 * text_width(end_label(nodule), picture_font));
        }
        return shown_.empty() ? 16.0 : widest + 18.0;
    }

    double lanes_right() const { return shared_ ? picture_.width - labels_width() : picture_.width - 16.0; }

    void choose_layout()
    {
        heading_height_ = picture_.heading ? 62.0 + heading_line * static_cast<double>(answer_.size()) : 6.0;
        if (shared_) {
            time_ = TimeAxis(trend_.first, trend_.as_of, lane_room, picture_.width - labels_width());
        } else {
            time_ = TimeAxis(trend_.first, trend_.as_of, lane_room, picture_.width - 16.0);
        }
        lanes_.lay_out(time_, picture_.width, picture_.height > 0.0 ? 2 : 5);
        if (!has_lanes()) lanes_.leave_out();
        lanes_height_ =
            static_cast<double>(lanes_.rows()) * lane_height + (has_lanes() && lanes_have_axis() ? 26.0 : 4.0);
        key_ = key();
        key_height_ = key_.rows(picture_.width) * 18.0 + 4.0;
        const double fixed = heading_height_ + lanes_height_ + key_height_;
        if (shared_) {
            const bool both = !by_volume_.empty();
            const double room = picture_.height > 0.0 ? picture_.height - fixed : (both ? 470.0 : 340.0);
            const double below = 26.0;  // dates
            const double above = 20.0;  // title
            if (both) {
                size_height_ = std::max(60.0, 0.62 * room - below - above);
                volume_height_ = std::max(40.0, 0.38 * room - below - above);
            } else {
                size_height_ = std::max(60.0, room - below - above);
            }
            height_ = fixed + size_height_ + below + above + (both ? volume_height_ + below + above : 0.0);
            return;
        }
        columns_ = columns_for(shown_.size());
        const double rows = std::ceil(static_cast<double>(shown_.size()) / static_cast<double>(columns_)) +
                            std::ceil(static_cast<double>(by_volume_.size()) / static_cast<double>(columns_));
        cell_height_ = picture_.height > 0.0 ? std::max(64.0, (picture_.height - fixed) / rows) : 170.0;
        height_ = fixed + rows * cell_height_;
    }

    std::size_t columns_for(std::size_t nodules) const
    {
        // A short picture needs its room across.
        const bool is_short = picture_.height > 0.0 && picture_.height < 0.5 * picture_.width;
        if (is_short && nodules <= 5) return std::max<std::size_t>(1, nodules);
        if (nodules <= 4) return 2;
        if (nodules <= 9 && !is_short) return 3;
        return 4;
    }

    // Drawing

    /// What the patient's answer is, and what of it stands from an earlier CT.
    void collect_answer()
    {
        if (!picture_.heading) return;
        answer_.push_back(answer_line(assessment_, record_, judge_));
        for (std::string& line : standing_lines(assessment_, record_, judge_))
            answer_.push_back(std::move(line));
        if (auto decided = newest_decision_text(record_, trend_.as_of)) answer_.push_back(std::move(*decided));
    }

    /// As much of a text as fits; bold letters are a tenth wider.
    static std::string fitted(const std::string& text, double room, double size)
    {
        constexpr double bold = 1.1;
        std::string shown = shortened(text, text.size());
        for (std::size_t most = text.size(); most > 1 && bold * text_width(shown, size) > room; --most)
            shown = shortened(text, most);
        return shown;
    }

    void draw_heading(SvgWriter& svg) const
    {
        svg.text({12.0, 24.0}, shortened(trend_.patient_id, 30) + "  as seen on " + trend_.as_of.iso(),
                 {.size = 16.0, .bold = true});
        double y = 24.0;
        for (std::size_t i = 0; i < answer_.size(); ++i) {
            y += heading_line;
            svg.text({12.0, y}, fitted(answer_[i], picture_.width - 24.0, picture_font),
                     {.size = picture_font, .bold = i == 0});
        }
        svg.text({12.0, y + 18.0},
                 fmt::format("Long axis on diagnostic CT, mm. Bars and band: 95 % of one caliper reading (±{:.1f} mm). "
                             "Dashed: cut-offs {} of the policy.",
                             1.96 * judge_.limits().caliper_sd.in_units(), millimetre_list(trend_.cut_offs)),
                 {.size = 10.5, .colour = soft_ink});
    }

    double draw_shared(SvgWriter& svg, double top)
    {
        const double right = picture_.width - labels_width();
        PanelLayout layout;
        layout.title = "long axis, mm";
        layout.plot = {lane_room, top + 20.0, right, top + 20.0 + size_height_};
        layout.labels = {right, layout.plot.top, picture_.width - 4.0, layout.plot.bottom};
        draw_panel(svg, layout, time_, Plotted::long_axis, shown_, trend_, record_);
        if (!trend_.any_size()) empty_word(svg, layout.plot);
        double y = layout.plot.bottom + 26.0;
        if (by_volume_.empty()) return y;
        layout.title = volume_title();
        layout.plot = {lane_room, y + 20.0, right, y + 20.0 + volume_height_};
        layout.labels = {right, layout.plot.top, picture_.width - 4.0, layout.plot.bottom};
        for (PanelNodule& nodule : by_volume_)
            nodule.state.clear();
        draw_panel(svg, layout, time_, Plotted::volume, by_volume_, trend_, record_);
        return layout.plot.bottom + 26.0;
    }

    static std::string volume_title()
    {
        return "volume, mm³ (equal steps are equal ratios; same method, thin slices only)";
    }

    double draw_cells(SvgWriter& svg, double top, Plotted plotted, const std::vector<PanelNodule>& nodules)
    {
        const double width = picture_.width / static_cast<double>(columns_);
        double y = top;
        for (std::size_t i = 0; i < nodules.size(); ++i) {
            const double left = width * static_cast<double>(i % columns_);
            if (i > 0 && i % columns_ == 0) y += cell_height_;
            PanelLayout layout;
            layout.font = picture_.height > 0.0 ? 9.5 : 10.5;
            layout.plot = {left + tick_room, y + 18.0, left + width - 14.0, y + cell_height_ - 20.0};
            layout.title = cell_title(nodules[i], plotted, layout.plot.width(), layout.font + 1.0);
            const TimeAxis time(trend_.first, trend_.as_of, layout.plot.left, layout.plot.right);
            draw_panel(svg, layout, time, plotted, {nodules[i]}, trend_, record_);
        }
        return nodules.empty() ? y : y + cell_height_;
    }

    /// As much of name, newest size and class as fits the panel.
    std::string cell_title(const PanelNodule& nodule, Plotted plotted, double room, double size) const
    {
        std::string title = nodule.name;
        const auto add = [&](const std::string& text) {
            constexpr double bold = 1.1;
            if (bold * text_width(title + text, size) <= room) title += text;
        };
        if (plotted == Plotted::volume) {
            add(": volume, mm³ (log)");
            return title;
        }
        const TrendPoint& last = nodule.trend->points.back();
        if (last.long_axis) {
            add(": " + shown_size(*last.long_axis) + " mm");
        } else {
            add(last.status == Status::resolved ? ": resolved" : ": not measured");
        }
        add(", " + nodule.state);
        return title;
    }

    void empty_word(SvgWriter& svg, const Box& plot) const
    {
        svg.text({(plot.left + plot.right) / 2.0, plot.top + 0.3 * plot.height()},
                 trend_.scans.empty() ? "no scan recorded"
                                      : (trend_.nodules.empty() ? "no nodule recorded" : "no nodule measured"),
                 {.size = 13.0, .anchor = Anchor::middle, .colour = soft_ink, .halo = true});
    }

    /// What the marks mean, only of those that are there.
    TrendKey key() const
    {
        bool newly_seen = false;
        bool resolved = false;
        bool unmeasured = false;
        bool gap = false;
        for (const PanelNodule& nodule : shown_) {
            for (const TrendPoint& point : nodule.trend->points) {
                newly_seen = newly_seen || point.newly_seen;
                resolved = resolved || (!point.long_axis && point.status == Status::resolved);
                unmeasured = unmeasured || (!point.long_axis && point.status != Status::resolved);
                gap = gap || point.after_gap;
            }
        }
        TrendKey entries;
        if (newly_seen) entries.add(TrendKey::Mark::newly_seen, "new");
        if (resolved) entries.add(TrendKey::Mark::resolved, "resolved");
        if (unmeasured) entries.add(TrendKey::Mark::unmeasured, "not measured or not assessed");
        if (gap) entries.add(TrendKey::Mark::gap, "a CT between has no size");
        if (!has_lanes() && !trend_.therapies.empty()) entries.add(TrendKey::Mark::therapy, "therapy");
        if (!has_lanes() && !trend_.events.empty()) entries.add(TrendKey::Mark::event, "event");
        if (!picture_.heading) {
            entries.add(TrendKey::Mark::none, "bars: 95 % of one reading; dashed: cut-offs " +
                                                  millimetre_list(trend_.cut_offs) + " of the policy");
        }
        if (left_out_ > 0) {
            entries.add(TrendKey::Mark::none, fmt::format("{} more nodule{} not drawn: nodtrack trend {}", left_out_,
                                                          left_out_ == 1 ? "" : "s", shortened(trend_.patient_id, 20)));
        }
        if (lanes_.events_without_text() > 0) {
            entries.add(TrendKey::Mark::none,
                        fmt::format("{} event{} marked without a text: see the table", lanes_.events_without_text(),
                                    lanes_.events_without_text() == 1 ? "" : "s"));
        }
        return entries;
    }

    std::string description() const
    {
        std::string text = answer_line(assessment_, record_, judge_) + ". ";
        text += fmt::format("Long axis in mm on {} scan{} up to {}. Cut-offs {}.", trend_.scans.size(),
                            trend_.scans.size() == 1 ? "" : "s", trend_.as_of.iso(), millimetre_list(trend_.cut_offs));
        for (const PanelNodule& nodule : shown_) {
            const TrendPoint* oldest = nodule.trend->oldest_size();
            const TrendPoint* newest = nodule.trend->newest_size();
            text += " " + nodule.name + " (" + nodule.state + ")";
            if (newest == nullptr) {
                text += ": never measured.";
            } else if (newest == oldest) {
                text += fmt::format(": {} mm on {}.", shown_size(*newest->long_axis), newest->date.iso());
            } else {
                text += fmt::format(": {} mm on {}, {} mm on {}.", shown_size(*oldest->long_axis), oldest->date.iso(),
                                    shown_size(*newest->long_axis), newest->date.iso());
            }
        }
        return text;
    }

    const assess::Assessment& assessment_;
    const PatientRecord& record_;
    const assess::Judge& judge_;
    const TrendPicture& picture_;
    Trend trend_;
    std::vector<PanelNodule> shown_;
    std::vector<PanelNodule> by_volume_;
    TrendLanes lanes_;
    TrendKey key_;
    std::vector<std::string> answer_;  ///< lines of the heading
    TimeAxis time_{Date(), Date(), 0.0, 1.0};
    std::size_t left_out_ = 0;
    std::size_t columns_ = 1;
    bool shared_ = true;
    double heading_height_ = 0.0;
    double lanes_height_ = 0.0;
    double key_height_ = 0.0;
    double size_height_ = 0.0;
    double volume_height_ = 0.0;
    double cell_height_ = 0.0;
    double height_ = 0.0;
};

}  // namespace

std::string trend_svg(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge,
                      const TrendPicture& picture)
{
    return TrendDrawing(assessment, record, judge, picture).draw();
}

}  // namespace nodtrack::report
