#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "nodtrack/tracker/access.hpp"

namespace nodtrack::service {

/// Writes down in groups, behind the requests, what need not stand before the answer goes out: who read which patient,
/// which sessions were in use, how writes with a key were answered. One transaction a group, so that a look-up does not
/// cost a write. What cannot be written (a full disk) is kept and tried again.
class Clerk {
  public:
    /// `with_writer` runs its argument while nobody else writes.
    using Work = std::function<void(store::Registry&)>;
    Clerk(std::function<void(const Work&)> with_writer, std::function<tracker::Instant()> timer,
          tracker::SessionLimits limits, std::function<void(const std::string&)> complain);
    Clerk(const Clerk&) = delete;
    Clerk& operator=(const Clerk&) = delete;
    /// Writes what is left.
    ~Clerk();

    void note(tracker::PatientRead read);
    void note(tracker::SessionTouch touch);
    void note(tracker::KeptAnswer answer);
    /// An answer noted and not yet written.
    std::optional<tracker::KeptAnswer> answer_of(const std::string& account, const std::string& key);

    /// Writes all that was noted by now; returns when it is written, or cannot be.
    void flush();
    /// As `flush`, and takes nothing more.
    void stop();

  private:
    struct Notes {
        std::vector<tracker::PatientRead> reads;
        std::vector<tracker::SessionTouch> touches;
        std::map<std::pair<std::string, std::string>, tracker::KeptAnswer> answers;
        bool empty() const { return reads.empty() && touches.empty() && answers.empty(); }
    };

    void run();
    void write();

    std::function<void(const Work&)> with_writer_;
    std::function<tracker::Instant()> timer_;
    tracker::SessionLimits limits_;
    std::function<void(const std::string&)> complain_;
    std::mutex mutex_;
    std::mutex writing_;
    std::condition_variable wake_;
    Notes notes_;
    std::map<std::pair<std::string, std::string>, tracker::KeptAnswer> answers_being_written_;
    std::size_t lost_ = 0;
    bool failing_ = false;
    bool ending_ = false;
    tracker::Instant tidied_{};
    std::thread thread_;
};

}  // namespace nodtrack::service
