#include "worklists.hpp"

#include <algorithm>

#include "nodtrack/store/audit.hpp"
#include "nodtrack/store/change.hpp"

namespace nodtrack::service {
namespace {

constexpr std::size_t most_lists = 6;
constexpr std::size_t most_looked_at_again = 2'000;

std::string key_of(const tracker::WorklistRequest& request)
{
    return request.as_of.iso() + (request.known_on ? request.known_on->iso() : std::string()) + " " +
           std::to_string(request.terms.within_days) + " " + std::to_string(request.terms.lost_after_days);
}

}  // namespace

std::shared_ptr<Worklists::Kept> Worklists::kept(const std::string& key)
{
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find_if(lists_, [&](const auto& list) { return list->key == key; });
    if (found != lists_.end()) {
        lists_.splice(lists_.begin(), lists_, found);
        return lists_.front();
    }
    if (lists_.size() >= most_lists) lists_.pop_back();
    lists_.push_front(std::make_shared<Kept>());
    lists_.front()->key = key;
    return lists_.front();
}

Result<std::optional<std::vector<std::string>>> Worklists::written_since(const Kept& held, const ReadSession& reader)
{
    using Found = std::optional<std::vector<std::string>>;
    if (!held.list || held.newest > reader.newest || held.newest_adoption != reader.newest_adoption) return Found();
    const auto sha256 = store::entry_sha256(reader.registry, held.newest);
    if (!sha256) return tl::unexpected(sha256.error());
    if (*sha256 != held.entry_sha256) return Found();
    if (held.newest == reader.newest) return Found(std::vector<std::string>());
    return store::patients_written(reader.registry, held.newest, reader.newest);
}

Result<std::shared_ptr<const tracker::Worklist>> Worklists::list(ReadSession& reader,
                                                                 const tracker::WorklistRequest& asked)
{
    tracker::WorklistRequest request = asked;
    request.groups.clear();
    if (request.known_on) {
        const auto judges = tracker::Judges::of(reader.registry, request.known_on);
        if (!judges) return tl::unexpected(judges.error());
        auto made = tracker::worklist(reader.registry, *judges, request);
        if (!made) return tl::unexpected(made.error());
        return std::make_shared<const tracker::Worklist>(std::move(*made));
    }
    const auto held = kept(key_of(request));
    const std::lock_guard lock(held->mutex);
    const auto written = written_since(*held, reader);
    if (!written) return tl::unexpected(written.error());
    if (*written && (*written)->empty()) return held->list;
    const bool again = *written && (*written)->size() <= most_looked_at_again;
    auto made = again ? tracker::look_again(*held->list, reader.patients, reader.judges, request, **written)
                      : tracker::worklist(reader.patients, reader.judges, request);
    if (!made) return tl::unexpected(made.error());
    if (again) {
        const auto patients = reader.registry.patient_count();
        if (!patients) return tl::unexpected(patients.error());
        made->patients = *patients;
    }
    auto sha256 = store::entry_sha256(reader.registry, reader.newest);
    if (!sha256) return tl::unexpected(sha256.error());
    held->list = std::make_shared<const tracker::Worklist>(std::move(*made));
    held->newest = reader.newest;
    held->newest_adoption = reader.newest_adoption;
    held->entry_sha256 = std::move(*sha256);
    return held->list;
}

}  // namespace nodtrack::service
