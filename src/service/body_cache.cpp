#include "body_cache.hpp"

#include <algorithm>

namespace nodtrack::service {
namespace {

constexpr std::size_t most_patients_told_apart = 10'000;

}  // namespace

/// Another process has recorded what we know nothing of.
void BodyCache::notice(Delivery newest)
{
    if (newest <= known_) return;
    known_ = newest;
    floor_ = newest;
    forget_patients();
}

void BodyCache::forget_patients()
{
    written_.clear();
    deliveries_.clear();
}

bool BodyCache::holds(const Entry& entry) const
{
    if (entry.newest < floor_) return false;
    if (entry.patient.empty()) return entry.newest >= known_;
    const auto written = written_.find(entry.patient);
    return written == written_.end() || entry.newest >= written->second;
}

void BodyCache::drop(Entries::iterator entry)
{
    bytes_ -= entry->size();
    by_key_.erase(entry->key);
    entries_.erase(entry);
}

std::optional<Body> BodyCache::find(std::string_view key, std::string_view /*patient*/, Delivery newest)
{
    const std::lock_guard lock(mutex_);
    if (newest > known_) {
        // It may be this process's own, stored a moment ago: then only who wrote it can say what it was about.
        if (writing_ > 0) return std::nullopt;
        notice(newest);
    }
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return std::nullopt;
    if (!holds(*found->second)) {
        drop(found->second);
        return std::nullopt;
    }
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->body;
}

void BodyCache::keep(std::string_view key, std::string_view patient, Delivery newest, const Body& body)
{
    const std::lock_guard lock(mutex_);
    if (newest > known_ && writing_ == 0) notice(newest);
    if (const auto held = by_key_.find(key); held != by_key_.end()) {
        if (held->second->newest > newest) return;
        drop(held->second);
    }
    Entry entry{std::string(key), std::string(patient), newest, body};
    if (entry.size() > most_bytes_ / 4) return;
    bytes_ += entry.size();
    entries_.push_front(std::move(entry));
    by_key_.emplace(entries_.front().key, entries_.begin());
    while (bytes_ > most_bytes_)
        drop(std::prev(entries_.end()));
}

std::size_t BodyCache::bytes() const
{
    const std::lock_guard lock(mutex_);
    return bytes_;
}

std::optional<std::vector<std::string>> BodyCache::patients_written(Delivery from, Delivery to)
{
    const std::lock_guard lock(mutex_);
    if (from < floor_ || to > known_) return std::nullopt;
    std::vector<std::string> patients;
    for (const auto& [delivery, patient] : deliveries_) {
        if (delivery > from && delivery <= to) patients.push_back(patient);
    }
    std::ranges::sort(patients);
    patients.erase(std::unique(patients.begin(), patients.end()), patients.end());
    return patients;
}

BodyCache::Writing::Writing(BodyCache& cache) : cache_(cache)
{
    const std::lock_guard lock(cache_.mutex_);
    ++cache_.writing_;
}

BodyCache::Writing::~Writing()
{
    const std::lock_guard lock(cache_.mutex_);
    --cache_.writing_;
}

void BodyCache::Writing::stored(Delivery delivery, const std::vector<std::string>& patients)
{
    const std::lock_guard lock(cache_.mutex_);
    const bool ours_alone = delivery == cache_.known_ + 1 && !patients.empty() &&
                            cache_.deliveries_.size() + patients.size() <= most_patients_told_apart;
    if (!ours_alone) {
        cache_.notice(delivery);
        return;
    }
    cache_.known_ = delivery;
    for (const std::string& patient : patients) {
        cache_.written_[patient] = delivery;
        cache_.deliveries_.emplace_back(delivery, patient);
    }
}

}  // namespace nodtrack::service
