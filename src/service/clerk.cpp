#include "clerk.hpp"

#include <chrono>
#include <iterator>
#include <utility>

namespace nodtrack::service {
namespace {

constexpr std::chrono::milliseconds pause(200);
constexpr std::chrono::seconds pause_after_failure(5);
constexpr std::size_t enough_for_a_group = 4'000;
constexpr std::size_t most_kept = 200'000;
constexpr std::chrono::minutes between_tidyings(10);

}  // namespace

Clerk::Clerk(std::function<void(const Work&)> with_writer, std::function<tracker::Instant()> timer,
             tracker::SessionLimits limits, std::function<void(const std::string&)> complain)
    : with_writer_(std::move(with_writer)),
      timer_(std::move(timer)),
      limits_(limits),
      complain_(std::move(complain)),
      thread_([this] { run(); })
{}

Clerk::~Clerk()
{
    stop();
}

void Clerk::note(tracker::PatientRead read)
{
    const std::lock_guard lock(mutex_);
    if (notes_.reads.size() >= most_kept) {
        ++lost_;
        return;
    }
    notes_.reads.push_back(std::move(read));
    if (notes_.reads.size() == enough_for_a_group) wake_.notify_one();
}

void Clerk::note(tracker::SessionTouch touch)
{
    const std::lock_guard lock(mutex_);
    if (notes_.touches.size() < most_kept) notes_.touches.push_back(std::move(touch));
}

void Clerk::note(tracker::KeptAnswer answer)
{
    const std::lock_guard lock(mutex_);
    if (notes_.answers.size() >= most_kept) return;  // the key itself is kept with the delivery
    auto name = std::pair(answer.request.account, answer.request.key);
    notes_.answers.insert_or_assign(std::move(name), std::move(answer));
}

std::optional<tracker::KeptAnswer> Clerk::answer_of(const std::string& account, const std::string& key)
{
    const std::lock_guard lock(mutex_);
    const auto name = std::pair(account, key);
    for (const auto* answers : {&notes_.answers, &answers_being_written_}) {
        if (const auto found = answers->find(name); found != answers->end()) return found->second;
    }
    return std::nullopt;
}

void Clerk::flush()
{
    write();
}

void Clerk::stop()
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

void Clerk::run()
{
    std::unique_lock lock(mutex_);
    while (!ending_) {
        const bool failing = failing_;
        wake_.wait_for(lock, failing ? std::chrono::milliseconds(pause_after_failure) : pause,
                       [&] { return ending_ || (!failing && notes_.reads.size() >= enough_for_a_group); });
        if (ending_) return;
        const bool idle = notes_.empty() && timer_() - tidied_ < between_tidyings;
        lock.unlock();
        if (!idle) write();
        lock.lock();
    }
}

void Clerk::write()
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
        if (!reads_written) {
            notes_.reads.insert(notes_.reads.begin(), std::make_move_iterator(notes.reads.begin()),
                                std::make_move_iterator(notes.reads.end()));
        }
        if (!answers_written) notes_.answers.merge(notes.answers);
        newly_failing = !problem.empty() && !failing_;
        failing_ = !problem.empty();
        if (tidy) tidied_ = now;
    }
    if (newly_failing) complain_("the read log cannot be written, it is kept until it can: " + problem);
    if (lost > 0)
        complain_(std::to_string(lost) + " entries of the read log were lost: it could not be written for too long");
}

}  // namespace nodtrack::service
