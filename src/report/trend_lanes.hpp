#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "nodtrack/report/trend.hpp"
#include "svg_writer.hpp"
#include "time_axis.hpp"

namespace nodtrack::report {

inline constexpr double lane_room = 84.0;  ///< left of the lanes for their names
inline constexpr double lane_height = 16.0;

/// The rows below the panels of a trend: scans of each kind, therapies, and events.
class TrendLanes {
  public:
    /// `trend` must outlive this.
    TrendLanes(const Trend& trend, const PatientRecord& record);

    /// Rows of events such that no text runs into another; what does not fit keeps its mark without a text.
    void lay_out(const TimeAxis& time, double picture_width, std::size_t most_rows);
    /// A picture without room for lanes has none.
    void leave_out();

    /// Of scans, therapies and events.
    std::size_t rows() const { return lanes_.size() + event_rows_; }
    std::size_t events_without_text() const { return events_without_text_; }

    /// `with_axis`: with dates above them.
    void draw(SvgWriter& svg, double top, double right, bool with_axis) const;

  private:
    /// A row below the panels: scans of a kind, a therapy, or events.
    struct Lane {
        std::string name;
        std::vector<Date> ticks;
        std::vector<TherapySpan> spans;
        std::vector<TrendEvent> events;
        enum class Shape : unsigned char { tick, diamond, square, bar, arrow } shape = Shape::tick;
    };

    struct PlacedEvent {
        double x = 0.0;
        std::size_t row = 0;
        std::string text;  ///< empty: no room
        bool leftwards = false;
    };

    void add_scan_lane(const PatientRecord& record, std::string name, Lane::Shape shape, auto&& belongs);
    void add_therapy_lane(std::string name, TherapyKind kind);
    static void draw_scan(SvgWriter& svg, Point at, Lane::Shape shape);
    void draw_span(SvgWriter& svg, const TherapySpan& span, double middle, double left, double right) const;
    void draw_events(SvgWriter& svg, double top) const;

    const Trend& trend_;
    std::vector<Lane> lanes_;
    std::vector<PlacedEvent> placed_events_;
    std::size_t event_rows_ = 0;
    std::size_t events_without_text_ = 0;
    TimeAxis time_{Date(), Date(), 0.0, 1.0};
    double picture_width_ = 0.0;
};

}  // namespace nodtrack::report
