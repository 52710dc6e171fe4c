#pragma once

#include <optional>
#include <string>
#include <vector>

#include "trend_panel.hpp"
#include "value_scale.hpp"

namespace nodtrack::report {

/// The values that a panel plots, their words, and where they stand in it.
class PanelValues {
  public:
    PanelValues(const Box& plot, const TimeAxis& time, Plotted plotted, const std::vector<PanelNodule>& nodules,
                const Trend& trend, const PatientRecord& record);

    Plotted plotted() const { return plotted_; }
    const ValueScale& scale() const { return scale_; }

    std::optional<double> value_of(const TrendPoint& point) const;
    const std::optional<ReadingInterval>& interval_of(const TrendPoint& point) const;
    std::string value_text(const TrendPoint& point) const;
    Point place_of(const TrendPoint& point) const;

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

    /// A row without a size: on the zero line, each beside the other where several fall on one day.
    Point status_place(const PanelNodule& nodule, const TrendPoint& point) const;

    /// The last thing to be said of a nodule: its newest size, or that it is resolved.
    std::string end_text(const PanelNodule& nodule) const;
    std::optional<Point> end_place(const PanelNodule& nodule) const;

  private:
    ValueScale scale_of() const;

    const Box& plot_;
    const TimeAxis& time_;
    Plotted plotted_;
    const std::vector<PanelNodule>& nodules_;
    const Trend& trend_;
    const PatientRecord& record_;
    ValueScale scale_;
};

}  // namespace nodtrack::report
