#include "progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace nodtrack::cli {

Progress::~Progress()
{
    if (said_ && isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\n");
}

void Progress::say_if_due()
{
    const auto now = Clock::now();
    if (now < next_) return;
    next_ = now + std::chrono::seconds(1);
    said_ = true;
    const bool terminal = isatty(STDERR_FILENO) != 0;
    fmt::print(stderr, "{}{} {} {}{}", terminal ? "\r" : "", what_, count_, of_, terminal ? "" : "\n");
}

}  // namespace nodtrack::cli
