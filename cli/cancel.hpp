#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "nodtrack/imaging/measure_mask.hpp"

namespace nodtrack::cli {

/// Thrown where the user has asked to stop. `main` catches it and ends as a program does that the signal stopped.
struct Cancelled {};

/// From now on the first Ctrl-C (or SIGTERM) is only noted, and work stops at its next step; a second one ends the
/// program at once.
void note_cancelling();

/// The signal that was noted; 0 where there was none.
int cancelling_signal();

/// Throws `Cancelled` where a signal was noted.
void stop_if_cancelled();

/// Says on stderr how far work on images is: nothing in the first two seconds, then a line a second; and stops it where
/// the user has asked to.
class ImageProgress {
  public:
    /// `command` begins each line.
    explicit ImageProgress(std::string_view command) : command_(command) {}
    imaging::Progress teller()
    {
        return [this](std::string_view doing, double share) { say(doing, share); };
    }

  private:
    using Clock = std::chrono::steady_clock;
    void say(std::string_view doing, double share);

    std::string command_;
    Clock::time_point next_ = Clock::now() + std::chrono::seconds(2);
};

}  // namespace nodtrack::cli
