#include "read_log_writer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

namespace nodtrack::service {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds pause(200);
constexpr std::chrono::seconds pause_after_failure(2);
/// How long a request waits for the registry before its entry goes to the file beside it.
constexpr std::chrono::milliseconds patience(60);
constexpr std::size_t most_kept = 200'000;
constexpr std::chrono::minutes between_tidyings(10);

std::string line_of(const tracker::PatientRead& read)
{
    const json line = {{"at", store::utc_text(read.read_at)},
                       {"account", read.account},
                       {"patient", read.patient_id},
                       {"route", read.route},
                       {"detail", read.detail}};
    return line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

/// Absent for a line that was cut short: then its request was not answered.
std::optional<tracker::PatientRead> read_of(const std::string& text)
{
    const json line = json::parse(text, nullptr, false);
    if (!line.is_object()) return std::nullopt;
    const auto member = [&](const char* name) { return line.value(name, std::string()); };
    const auto at = store::instant_of(member("at"));
    if (!at || member("account").empty() || member("patient").empty() || member("route").empty()) return std::nullopt;
    return tracker::PatientRead{*at, member("account"), member("patient"), member("route"), 0, member("detail")};
}

/// A file of this user alone, that is added to.
class Appending {
  public:
    explicit Appending(const std::filesystem::path& file)
        : descriptor_(::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600))
    {}
    Appending(const Appending&) = delete;
    Appending& operator=(const Appending&) = delete;
    ~Appending()
    {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    bool add(std::string_view text) const
    {
        while (descriptor_ >= 0 && !text.empty()) {
            const ssize_t written = ::write(descriptor_, text.data(), text.size());
            if (written <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(written));
        }
        return descriptor_ >= 0 && ::fdatasync(descriptor_) == 0;
    }

  private:
    int descriptor_;
};

}  // namespace

ReadLogWriter::ReadLogWriter(std::function<void(const Work&)> with_writer, std::function<tracker::Instant()> timer,
                             tracker::SessionLimits limits, std::function<void(const std::string&)> complain,
                             std::filesystem::path journal)
    : with_writer_(std::move(with_writer)),
      timer_(std::move(timer)),
      limits_(limits),
      complain_(std::move(complain)),
      journal_(std::move(journal))
{
    take_journal_in();
    thread_ = std::thread([this] { run(); });
}

ReadLogWriter::~ReadLogWriter()
{
    stop();
}

void ReadLogWriter::take_journal_in()
{
    std::ifstream in(journal_, std::ios::binary);
    for (std::string line; std::getline(in, line);) {
        if (auto read = read_of(line)) notes_.reads.push_back(std::move(*read));
    }
    taken_ = notes_.reads.size();
    journaled_ = taken_;
}

void ReadLogWriter::write_journal(const std::vector<tracker::PatientRead>& reads, std::uint64_t upto)
{
    std::string text;
    for (const tracker::PatientRead& read : reads)
        text += line_of(read);
    const std::lock_guard lock(journal_mutex_);
    const bool good = Appending(journal_).add(text);
    if (!good && !journal_fails_) {
        complain_("the read log can be written neither into the registry nor into " + journal_.string() +
                  "; it is kept in memory until it can: make room on the disk");
    }
    journal_fails_ = !good;
    if (good) journaled_ = std::max(journaled_, upto);
}

void ReadLogWriter::empty_journal()
{
    const std::lock_guard lock(journal_mutex_);
    if (journaled_ == 0) return;
    {
        const std::lock_guard counts(mutex_);
        if (written_ < journaled_) return;
    }
    std::error_code ignored;
    std::filesystem::remove(journal_, ignored);
    journaled_ = 0;
}

void ReadLogWriter::log(std::vector<tracker::PatientRead> reads)
{
    if (reads.empty()) return;
    std::unique_lock lock(mutex_);
    if (notes_.reads.size() >= most_kept) {
        lost_ += reads.size();
        return;
    }
    notes_.reads.insert(notes_.reads.end(), reads.begin(), reads.end());
    taken_ += reads.size();
    const std::uint64_t upto = taken_;
    wake_.notify_one();
    const auto is_written = [&] { return written_ >= upto; };
    if (!failing_) written_changed_.wait_for(lock, patience, [&] { return is_written() || failing_; });
    if (is_written()) return;
    lock.unlock();
    write_journal(reads, upto);
}

void ReadLogWriter::note(tracker::SessionTouch touch)
{
    const std::lock_guard lock(mutex_);
    if (notes_.touches.size() < most_kept) notes_.touches.push_back(std::move(touch));
}

void ReadLogWriter::note(tracker::KeptAnswer answer)
{
    const std::lock_guard lock(mutex_);
    if (notes_.answers.size() >= most_kept) return;  // the key itself is kept with the delivery
    auto name = std::pair(answer.request.account, answer.request.key);
    notes_.answers.insert_or_assign(std::move(name), std::move(answer));
}

std::optional<tracker::KeptAnswer> ReadLogWriter::answer_of(const std::string& account, const std::string& key)
{
    const std::lock_guard lock(mutex_);
    const auto name = std::pair(account, key);
    for (const auto* answers : {&notes_.answers, &answers_being_written_}) {
        if (const auto found = answers->find(name); found != answers->end()) return found->second;
    }
    return std::nullopt;
}

void ReadLogWriter::flush()
{
    write();
}

void ReadLogWriter::stop()
{
    {
        const std::lock_guard lock(mutex_);
        if (ending_) return;
        ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
    write();
}

void ReadLogWriter::run()
{
    std::unique_lock lock(mutex_);
    while (!ending_) {
        const bool failing = failing_;
        wake_.wait_for(lock, failing ? std::chrono::milliseconds(pause_after_failure) : pause,
                       [&] { return ending_ || (!failing && !notes_.reads.empty()); });
        if (ending_) return;
        const bool idle = notes_.empty() && timer_() - tidied_ < between_tidyings;
        lock.unlock();
        if (!idle) write();
        lock.lock();
    }
}

void ReadLogWriter::write()
{
    const std::lock_guard one_at_a_time(writing_);
    Notes notes;
    std::size_t lost = 0;
    {
        const std::lock_guard lock(mutex_);
        std::swap(notes, notes_);
        answers_being_written_ = notes.answers;
        std::swap(lost, lost_);
    }
    const auto now = timer_();
    const bool tidy = now - tidied_ >= between_tidyings;
    std::string problem;
    const auto done = [&](const Result<void>& result) {
        if (!result) problem = result.error().message;
        return result.has_value();
    };
    bool reads_written = notes.reads.empty();
    bool answers_written = notes.answers.empty();
    const std::uint64_t count = notes.reads.size();
    with_writer_([&](store::Registry& registry) {
        if (!reads_written) reads_written = done(tracker::log_reads(registry, notes.reads));
        if (!notes.touches.empty()) done(tracker::touch_sessions(registry, notes.touches));
        if (!answers_written) {
            std::vector<tracker::KeptAnswer> answers;
            for (auto& [name, answer] : notes.answers)
                answers.push_back(answer);
            answers_written = done(tracker::keep_answers(registry, answers, now));
        }
        if (tidy && problem.empty()) done(tracker::forget_what_is_over(registry, now, limits_));
    });
    bool newly_failing = false;
    {
        const std::lock_guard lock(mutex_);
        answers_being_written_.clear();
        if (reads_written) {
            written_ += count;
        } else {
            notes_.reads.insert(notes_.reads.begin(), std::make_move_iterator(notes.reads.begin()),
                                std::make_move_iterator(notes.reads.end()));
        }
        if (!answers_written) notes_.answers.merge(notes.answers);
        newly_failing = !problem.empty() && !failing_;
        failing_ = !problem.empty();
        if (tidy) tidied_ = now;
    }
    written_changed_.notify_all();
    if (reads_written) empty_journal();
    if (newly_failing) complain_("the read log cannot be written into the registry for now: " + problem);
    if (lost > 0)
        complain_(std::to_string(lost) + " entries of the read log were lost: it could not be written for too long");
}

}  // namespace nodtrack::service
