#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "nodtrack/tracker/access.hpp"

namespace nodtrack::service {

/// Writes the read log, many requests by one commit, and returns when it is durable: who is shown something is in the
/// log before it is shown. Where the registry cannot be written at once (another program takes a large import in, the
/// disk is full), the entries go to a file beside it, `<registry>-reads`, and into the registry as soon as that can be
/// written, at the next start at the latest; an entry may then stand there twice, never not at all. What need not be
/// durable before the answer (which sessions were in use, how writes with a key were answered) goes along.
class ReadLogWriter {
  public:
    /// `with_writer` runs its argument while nobody else of this process writes.
    using Work = std::function<void(store::Registry&)>;
    ReadLogWriter(std::function<void(const Work&)> with_writer, std::function<tracker::Instant()> timer,
                  tracker::SessionLimits limits, std::function<void(const std::string&)> complain,
                  std::filesystem::path journal);
    ReadLogWriter(const ReadLogWriter&) = delete;
    ReadLogWriter& operator=(const ReadLogWriter&) = delete;
    /// Writes what is left.
    ~ReadLogWriter();

    /// Durable when it returns, unless neither the registry nor the file beside it can be written: then the entries are
    /// kept in memory and the service's log says so. Reading goes on: a doctor needs the record now.
    void log(std::vector<tracker::PatientRead> reads);
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
    void take_journal_in();
    /// Appends to the file beside the registry; `upto` counts the entries taken until then.
    void write_journal(const std::vector<tracker::PatientRead>& reads, std::uint64_t upto);
    void empty_journal();

    std::function<void(const Work&)> with_writer_;
    std::function<tracker::Instant()> timer_;
    tracker::SessionLimits limits_;
    std::function<void(const std::string&)> complain_;
    std::mutex mutex_;
    std::mutex writing_;
    std::condition_variable wake_;
    std::condition_variable written_changed_;
    Notes notes_;
    std::uint64_t taken_ = 0;    ///< reads ever taken
    std::uint64_t written_ = 0;  ///< of these, those in the registry
    std::map<std::pair<std::string, std::string>, tracker::KeptAnswer> answers_being_written_;
    std::size_t lost_ = 0;
    bool failing_ = false;
    bool ending_ = false;
    tracker::Instant tidied_{};
    std::mutex journal_mutex_;
    std::filesystem::path journal_;
    std::uint64_t journaled_ = 0;  ///< reads up to this may stand in the journal; 0: it is empty
    bool journal_fails_ = false;
    std::thread thread_;
};

}  // namespace nodtrack::service
