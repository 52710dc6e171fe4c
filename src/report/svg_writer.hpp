#pragma once

#include <span>
#include <string>
#include <string_view>

#include "label_placing.hpp"

namespace nodtrack::report {

/// How a shape is drawn. Colours are SVG colours; an empty one is `none`.
struct Paint {
    std::string_view fill{};
    std::string_view stroke{};
    double width = 1.0;
    std::string_view dash{};  ///< `4 3`
    double opacity = 1.0;     ///< of the fill
};

struct Lettering {
    double size = 12.0;
    Anchor anchor = Anchor::start;
    std::string_view colour = "#1a1a1a";
    bool bold = false;
    bool halo = false;  ///< a white edge, for text over lines
};

/// Writes one SVG picture: escapes every text, rounds places to a hundredth, closes what was opened. The picture is one
/// `<svg>` element without a prologue, so that it may stand in HTML as well as in a file of its own.
class SvgWriter {
  public:
    /// `title` and `description` are what readers hear who cannot see the picture. `prefix` keeps its ids apart from
    /// those of other pictures in one page.
    SvgWriter(double width, double height, std::string_view title, std::string_view description,
              std::string_view prefix);

    void rectangle(const Box& box, const Paint& paint);
    /// A rectangle filled with slanted lines: an area that stays one in black and white.
    void hatched(const Box& box);
    void line(Point from, Point to, const Paint& paint);
    void polyline(std::span<const Point> points, const Paint& paint);
    void polygon(std::span<const Point> points, const Paint& paint);
    void circle(Point centre, double radius, const Paint& paint);
    void text(Point at, std::string_view text, const Lettering& lettering);

    /// What is drawn until `close_group` belongs together and has a title of its own.
    void open_group(std::string_view title);
    void close_group();

    std::string finish() &&;

  private:
    void shape(std::string_view element, const Paint& paint);

    std::string out_;
    std::string prefix_;
    unsigned open_groups_ = 0;
};

}  // namespace nodtrack::report
