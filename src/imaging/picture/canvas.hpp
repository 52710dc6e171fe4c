#pragma once

#include <nodtrack/imaging/picture.hpp>
#include <string_view>

namespace nodtrack::imaging {

using Colour = std::array<std::uint8_t, 3>;

inline constexpr Colour paper{18, 18, 18};
inline constexpr Colour ink{235, 235, 235};

/// Width and height of one letter with its distance to the next, in pixels at scale 1.
inline constexpr int letter_width = 6;
inline constexpr int letter_height = 9;

/// A picture of one colour.
Picture blank(int width, int height, const Colour& colour = paper);

/// Sets a pixel; nothing where it lies outside.
void put(Picture& picture, int x, int y, const Colour& colour);

/// Lays one picture on another at a place.
void lay(Picture& on, const Picture& what, int left, int top);

/// Writes capital letters, digits and signs; small letters become capitals, what the font lacks becomes a box. Cut off
/// after `most_width` pixels, with a tilde.
void write(Picture& on, int left, int top, std::string_view text, int most_width, const Colour& colour = ink);

/// Text in lines of at most `most_width` pixels, broken at spaces.
std::vector<std::string> broken_lines(std::string_view text, int most_width);

}  // namespace nodtrack::imaging
