#pragma once

#include <string>
#include <vector>

#include "nodtrack/report/trend.hpp"
#include "svg_writer.hpp"
#include "time_axis.hpp"

namespace nodtrack::report {

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

}  // namespace nodtrack::report
