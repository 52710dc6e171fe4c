#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace nodtrack::cli {

/// Says on stderr how far a long run is: nothing in the first two seconds, then once a second, on one line when
/// stderr is a terminal.
class Progress {
  public:
    /// `what` and `of` make the message: "judged 12,000 patients".
    Progress(std::string_view what, std::string_view of) : what_(what), of_(of) {}
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void step()
    {
        constexpr std::uint64_t look_at_clock_every = 512;
        if (++count_ % look_at_clock_every == 0) say_if_due();
    }

  private:
    using Clock = std::chrono::steady_clock;
    void say_if_due();

    std::string_view what_;
    std::string_view of_;
    std::uint64_t count_ = 0;
    bool said_ = false;
    Clock::time_point next_ = Clock::now() + std::chrono::seconds(2);
};

}  // namespace nodtrack::cli
