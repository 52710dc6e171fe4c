#pragma once

#include <array>
#include <string_view>

#include "svg_writer.hpp"

namespace nodtrack::report {

/// Colours shared by the parts of the picture.
inline constexpr std::string_view ink = "#1a1a1a";
inline constexpr std::string_view soft_ink = "#4d4d4d";
inline constexpr std::string_view grid_ink = "#e2e2e2";
inline constexpr std::string_view cut_off_ink = "#6b6b6b";
inline constexpr std::string_view therapy_fill = "#ececec";

/// Size of the picture's letters, panels apart.
inline constexpr double picture_font = 11.0;

/// Line styles that differ in colour, dash and mark, so that each does without the others. Colours: Okabe and Ito,
/// those that are dark enough on white.
struct LineStyle {
    std::string_view colour;
    std::string_view dash;
    enum class Mark : unsigned char { disc, square, triangle, diamond } mark = Mark::disc;
};
inline constexpr std::array<LineStyle, 4> line_styles = {{{"#0072b2", "", LineStyle::Mark::disc},
                                                          {"#c24e00", "7 3", LineStyle::Mark::square},
                                                          {"#222222", "2 3", LineStyle::Mark::triangle},
                                                          {"#767676", "9 3 2 3", LineStyle::Mark::diamond}}};

/// A point of a line.
void draw_mark(SvgWriter& svg, Point at, const LineStyle& style);

/// Shapes of the marks, for the picture's key as well.
void draw_new_ring(SvgWriter& svg, Point at);
void draw_resolved_cross(SvgWriter& svg, Point at);
void draw_unmeasured_mark(SvgWriter& svg, Point at);

}  // namespace nodtrack::report
