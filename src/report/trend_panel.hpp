#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nodtrack/report/trend.hpp"
#include "svg_writer.hpp"
#include "time_axis.hpp"

namespace nodtrack::report {

/// Sizes or volumes to heights, from zero or by logarithm.
class ValueScale {
  public:
    /// From 0 to at least `most`.
    static ValueScale linear(double most, double top, double bottom);
    /// From at most `least` to at least `most`, both above 0; equal ratios are equally far apart.
    static ValueScale logarithmic(double least, double most, double top, double bottom);

    double place_of(double value) const;
    /// Round values, those of `always` first; none closer than `spacing` to another.
    std::vector<double> ticks(double spacing, const std::vector<double>& always) const;

  private:
    ValueScale(bool logarithmic, double low, double high, double top, double bottom);

    bool logarithmic_ = false;
    double low_ = 0.0;
    double high_ = 1.0;
    double top_ = 0.0;
    double bottom_ = 1.0;
};

/// What a panel plots.
enum class Plotted : unsigned char { long_axis, volume };

/// A nodule in a panel: its line, what its label says, and how it is drawn.
struct PanelNodule {
    const TrendNodule* trend = nullptr;
    std::string name;   ///< the nodule's id, shortened
    std::string state;  ///< class in words, or `not judged`
    unsigned style = 0;
};

struct PanelLayout {
    Box plot;            ///< the axes' rectangle; tick labels stand left of and below it
    Box labels;          ///< where labels at the lines' ends may stand; empty: the title names the nodule
    std::string title;   ///< above the plot; empty: none
    double font = 11.0;  ///< of tick labels and values
};

/// Draws one panel: axes, cut-offs, therapies, events, lines with bands, marks and labels.
void draw_panel(SvgWriter& svg, const PanelLayout& layout, const TimeAxis& time, Plotted plotted,
                const std::vector<PanelNodule>& nodules, const Trend& trend, const PatientRecord& record);

/// What stands at the end of a nodule's line: `N1: 6.2 mm, SUSPICIOUS`.
std::string end_label(const PanelNodule& nodule);

/// Colours shared by the parts of the picture.
inline constexpr std::string_view ink = "#1a1a1a";
inline constexpr std::string_view soft_ink = "#4d4d4d";
inline constexpr std::string_view grid_ink = "#e2e2e2";
inline constexpr std::string_view cut_off_ink = "#6b6b6b";
inline constexpr std::string_view therapy_fill = "#ececec";

/// Shapes of the marks, for the picture's key as well.
void draw_new_ring(SvgWriter& svg, Point at);
void draw_resolved_cross(SvgWriter& svg, Point at);
void draw_unmeasured_mark(SvgWriter& svg, Point at);

}  // namespace nodtrack::report
