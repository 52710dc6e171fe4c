#include "terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace nodtrack::cli {
namespace {

constexpr std::size_t usual_width = 100;

bool is_set(const char* variable)
{
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

}  // namespace

std::size_t line_width()
{
    constexpr std::size_t narrowest = 40;
    constexpr std::size_t widest = 120;  // longer lines of prose are hard to read
    winsize size{};
    if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return usual_width;
    }
    return std::clamp<std::size_t>(size.ws_col, narrowest, widest);
}

bool stderr_takes_colour()
{
    const char* terminal = std::getenv("TERM");
    const bool is_dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
    return isatty(STDERR_FILENO) != 0 && !is_dumb && !is_set("NO_COLOR");
}

}  // namespace nodtrack::cli
