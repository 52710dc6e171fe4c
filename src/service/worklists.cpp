#include "worklists.hpp"

#include <algorithm>

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

Result<std::shared_ptr<const tracker::Worklist>> Worklists::list(Desk& desk, const assess::Judge& judge,
                                                                 const tracker::WorklistRequest& asked,
                                                                 BodyCache& cache)
{
    tracker::WorklistRequest request = asked;
    request.groups.clear();
    if (request.known_on) {
        auto made = tracker::worklist(desk.registry, judge, request);
        if (!made) return tl::unexpected(made.error());
        return std::make_shared<const tracker::Worklist>(std::move(*made));
    }
    const auto held = kept(key_of(request));
    const std::lock_guard lock(held->mutex);
    if (held->list && held->newest >= desk.newest) return held->list;
    if (held->list) {
        const auto written = cache.patients_written(held->newest, desk.newest);
        if (written && written->size() <= most_looked_at_again) {
            auto list = std::make_shared<tracker::Worklist>(*held->list);
            const auto done = tracker::look_again(*list, desk.patients, judge, request, *written);
            if (!done) return tl::unexpected(done.error());
            held->list = std::move(list);
            held->newest = desk.newest;
            return held->list;
        }
    }
    auto made = tracker::worklist(desk.patients, judge, request);
    if (!made) return tl::unexpected(made.error());
    held->list = std::make_shared<const tracker::Worklist>(std::move(*made));
    held->newest = desk.newest;
    return held->list;
}

}  // namespace nodtrack::service
