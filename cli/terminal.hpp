#pragma once

#include <cstddef>

namespace nodtrack::cli {

/// Characters on a line of prose on stdout: the terminal's, from 40 to 120; 100 where it is no terminal.
std::size_t line_width();

/// Whether stderr may be given colour: a terminal that is not dumb, and no NO_COLOR in the environment (no-color.org).
bool stderr_takes_colour();

}  // namespace nodtrack::cli
