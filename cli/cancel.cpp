#include "cancel.hpp"

#include <fmt/format.h>

#include <csignal>

#include "output.hpp"

namespace nodtrack::cli {
namespace {

volatile std::sig_atomic_t noted = 0;

extern "C" void note_signal(int signal)
{
    noted = signal;
}

}  // namespace

void note_cancelling()
{
    struct sigaction action {};
    action.sa_handler = note_signal;
    action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second one is not asked about
    for (const int signal : {SIGINT, SIGTERM}) {
        struct sigaction before {};
        // A program that was started to ignore Ctrl-C (nohup, a background job) goes on doing so.
        if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(signal, &action, nullptr);
    }
}

int cancelling_signal()
{
    return noted;
}

void stop_if_cancelled()
{
    if (noted != 0) throw Cancelled();
}

void ImageProgress::say(std::string_view doing, double share)
{
    stop_if_cancelled();
    const auto now = Clock::now();
    if (now < next_) return;
    next_ = now + std::chrono::seconds(1);
    note(fmt::format("{}: {} ({:.0f} %)", command_, doing, 100 * share));
}

}  // namespace nodtrack::cli
