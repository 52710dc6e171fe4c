#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "nodtrack/store/provenance.hpp"

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
    bool ended() const { return ended_.load(); }
    /// Lets all listeners go.
    void end();

    /// A place among the listeners; it is given back when this goes.
    class Listener {
      public:
        explicit Listener(Events& events) : events_(events) {}
        Listener(const Listener&) = delete;
        Listener& operator=(const Listener&) = delete;
        ~Listener();
        /// `told` is called, from other threads, whenever there is news or the end. It must return at once.
        void on_news(std::function<void()> told);

      private:
        friend class Events;
        Events& events_;
        std::function<void()> told_;
    };
    /// Absent where all places are taken.
    std::shared_ptr<Listener> listen();

  private:
    void watch();
    void tell();

    std::function<store::DeliveryNumber()> look_up_;
    std::size_t most_listeners_;
    std::atomic<store::DeliveryNumber> newest_ = 0;
    std::atomic<bool> ended_ = false;
    std::mutex mutex_;
    std::condition_variable ending_;
    std::set<Listener*> listeners_;
    std::thread thread_;
};

}  // namespace nodtrack::service
