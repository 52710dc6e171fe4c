#pragma once

#include <string>
#include <vector>

#include "label_placing.hpp"
#include "trend_panel_values.hpp"

namespace nodtrack::report {

/// The words of a panel: put by until everything that they must stand over is drawn; those that have a choice of place
/// keep off lines, marks and one another.
class PanelLabels {
  public:
    PanelLabels(SvgWriter& svg, const PanelLayout& layout, const TimeAxis& time, const PanelValues& values,
                const std::vector<PanelNodule>& nodules)
        : svg_(svg),
          layout_(layout),
          plot_(layout.plot),
          time_(time),
          values_(values),
          nodules_(nodules),
          placer_(bounds_of(layout))
    {}

    /// A text at a place that is given.
    void write(Point at, std::string text, const Lettering& lettering);
    void keep_off(Point from, Point to) { placer_.keep_free(from, to, 1.0); }
    /// Keeps what is placed later off the nodule's line and marks.
    void keep_off(const PanelNodule& nodule);
    /// Labels beside the lines' ends where there is room, else in the margin with a thread to the end.
    void end_labels();
    /// Sizes beside the points, where there is room: newest and oldest first. The table has them all.
    void value_labels(const PanelNodule& nodule);
    void draw() const;

  private:
    /// A text put by until everything that it must stand over is drawn.
    struct Written {
        Point at;
        std::string text;
        Lettering lettering;
    };

    static Box bounds_of(const PanelLayout& layout);

    SvgWriter& svg_;
    const PanelLayout& layout_;
    const Box& plot_;
    const TimeAxis& time_;
    const PanelValues& values_;
    const std::vector<PanelNodule>& nodules_;
    LabelPlacer placer_;
    std::vector<Written> texts_;
};

}  // namespace nodtrack::report
