#include "events.hpp"

#include <utility>

namespace nodtrack::service {
namespace {

constexpr std::chrono::milliseconds between_looks(500);

}  // namespace

Events::Events(std::function<store::DeliveryNumber()> newest, std::size_t most_listeners)
    : look_up_(std::move(newest)), most_listeners_(most_listeners), newest_(look_up_()), thread_([this] { watch(); })
{}

Events::~Events()
{
    end();
    thread_.join();
}

void Events::recorded(store::DeliveryNumber delivery)
{
    {
        const std::lock_guard lock(mutex_);
        if (delivery <= newest_.load()) return;
        newest_.store(delivery);
    }
    changed_.notify_all();
}

store::DeliveryNumber Events::wait_for_newer(store::DeliveryNumber seen, std::chrono::milliseconds at_most)
{
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, at_most, [&] { return ended_.load() || newest_.load() > seen; });
    return newest_.load();
}

void Events::end()
{
    {
        const std::lock_guard lock(mutex_);
        ended_.store(true);
    }
    changed_.notify_all();
}

std::shared_ptr<Events::Place> Events::take_place()
{
    if (listeners_.fetch_add(1) >= most_listeners_) {
        --listeners_;
        return nullptr;
    }
    return std::make_shared<Place>(*this);
}

void Events::watch()
{
    while (!ended_.load()) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, between_looks, [&] { return ended_.load(); });
        }
        if (ended_.load()) return;
        recorded(look_up_());
    }
}

}  // namespace nodtrack::service
