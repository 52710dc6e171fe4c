#include "trend_panel_values.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "words.hpp"

namespace nodtrack::report {

PanelValues::PanelValues(const Box& plot, const TimeAxis& time, Plotted plotted,
                         const std::vector<PanelNodule>& nodules, const Trend& trend, const PatientRecord& record)
    : plot_(plot), time_(time), plotted_(plotted), nodules_(nodules), trend_(trend), record_(record), scale_(scale_of())
{}

std::optional<double> PanelValues::value_of(const TrendPoint& point) const
{
    if (plotted_ == Plotted::volume) {
        return point.volume ? std::optional(point.volume->in_units()) : std::nullopt;
    }
    return point.long_axis ? std::optional(point.long_axis->in_units()) : std::nullopt;
}

const std::optional<ReadingInterval>& PanelValues::interval_of(const TrendPoint& point) const
{
    return plotted_ == Plotted::volume ? point.volume_mm3 : point.long_axis_mm;
}

std::string PanelValues::value_text(const TrendPoint& point) const
{
    return plotted_ == Plotted::volume ? fmt::format("{:.0f}", point.volume->in_units()) : shown_size(*point.long_axis);
}

Point PanelValues::place_of(const TrendPoint& point) const
{
    return {time_.place_of(point.date), scale_.place_of(*value_of(point))};
}

ValueScale PanelValues::scale_of() const
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

Point PanelValues::status_place(const PanelNodule& nodule, const TrendPoint& point) const
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

std::string PanelValues::end_text(const PanelNodule& nodule) const
{
    if (plotted_ == Plotted::long_axis) return end_label(nodule);
    for (auto point = nodule.trend->points.rbegin(); point != nodule.trend->points.rend(); ++point) {
        if (value_of(*point)) return nodule.name + ": " + value_text(*point) + " mm³";
    }
    return nodule.name;
}

std::optional<Point> PanelValues::end_place(const PanelNodule& nodule) const
{
    const auto& points = nodule.trend->points;
    if (plotted_ == Plotted::long_axis && !value_of(points.back())) return status_place(nodule, points.back());
    for (auto point = points.rbegin(); point != points.rend(); ++point) {
        if (value_of(*point)) return place_of(*point);
    }
    return std::nullopt;
}

}  // namespace nodtrack::report
