#include "events.hpp"

#include <chrono>
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

void Events::tell()
{
    for (const Listener* listener : listeners_) {
        if (listener->told_) listener->told_();
    }
}

void Events::recorded(store::DeliveryNumber delivery)
{
    const std::lock_guard lock(mutex_);
    if (newest_.exchange(delivery) != delivery) tell();
}

void Events::end()
{
    const std::lock_guard lock(mutex_);
    if (ended_.exchange(true)) return;
    ending_.notify_all();
    tell();
}

std::shared_ptr<Events::Listener> Events::listen()
{
    const std::lock_guard lock(mutex_);
    if (listeners_.size() >= most_listeners_) return nullptr;
    auto listener = std::make_shared<Listener>(*this);
    listeners_.insert(listener.get());
    return listener;
}

Events::Listener::~Listener()
{
    const std::lock_guard lock(events_.mutex_);
    events_.listeners_.erase(this);
}

void Events::Listener::on_news(std::function<void()> told)
{
    const std::lock_guard lock(events_.mutex_);
    told_ = std::move(told);
}

void Events::watch()
{
    store::DeliveryNumber lower = -1;
    while (!ended_.load()) {
        {
            std::unique_lock lock(mutex_);
            ending_.wait_for(lock, between_looks, [&] { return ended_.load(); });
        }
        if (ended_.load()) return;
        const store::DeliveryNumber seen = look_up_();
        // A number that is lower once was looked up before the last write was told of; twice, and the registry was
        // turned back (a backup was restored).
        const bool turned_back = seen < newest_.load();
        if (!turned_back || seen == lower) recorded(seen);
        lower = turned_back ? seen : -1;
    }
}

}  // namespace nodtrack::service
