#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "nodtrack/store/occasion.hpp"

namespace nodtrack::service {

/// Tells listeners that something was recorded: by this process at once, by others within half a second.
class Events {
  public:
    /// `newest` looks the registry's newest delivery up; 0 where it cannot.
    Events(std::function<store::DeliveryNumber()> newest, std::size_t most_listeners);
    Events(const Events&) = delete;
    Events& operator=(const Events&) = delete;
    ~Events();

    void recorded(store::DeliveryNumber delivery);
    store::DeliveryNumber newest() const { return newest_.load(); }
    /// Waits until something newer than `seen` is recorded, at most that long, or the end; returns the newest.
    store::DeliveryNumber wait_for_newer(store::DeliveryNumber seen, std::chrono::milliseconds at_most);
    bool ended() const { return ended_.load(); }
    /// Lets all listeners go.
    void end();

    /// A place among the listeners; absent where all are taken.
    class Place {
      public:
        explicit Place(Events& events) : events_(&events) {}
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        ~Place() { --events_->listeners_; }

      private:
        Events* events_;
    };
    std::shared_ptr<Place> take_place();

  private:
    void watch();

    std::function<store::DeliveryNumber()> look_up_;
    std::size_t most_listeners_;
    std::atomic<std::size_t> listeners_ = 0;
    std::atomic<store::DeliveryNumber> newest_ = 0;
    std::atomic<bool> ended_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::thread thread_;
};

}  // namespace nodtrack::service
