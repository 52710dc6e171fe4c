#pragma once

#include <algorithm>
#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "service_context.hpp"
#include "transport.hpp"

namespace nodtrack::service {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using boost::system::error_code;
using SteadyTime = std::chrono::steady_clock::time_point;

inline constexpr int lengthy_threads = 3;
inline constexpr int password_threads = 2;  // each check takes 64 MiB for its time
inline constexpr std::chrono::seconds lingering(3);

/// A connection as the list of them sees it. All but `waits` is called from any thread.
class Connection {
  public:
    explicit Connection(std::string peer) : peer_(std::move(peer)) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    virtual ~Connection() = default;

    const std::string& peer() const { return peer_; }
    /// Since when it waits for a request; the clock's end while it is at one.
    SteadyTime waits_since() const { return SteadyTime(std::chrono::steady_clock::duration(waits_since_.load())); }
    /// Closes it where it waits for a request or for events.
    virtual void close_if_waiting() = 0;
    virtual void close_now() = 0;

  protected:
    void waits() { waits_since_.store(std::chrono::steady_clock::now().time_since_epoch().count()); }
    void works() { waits_since_.store(SteadyTime::max().time_since_epoch().count()); }

  private:
    std::string peer_;
    std::atomic<SteadyTime::rep> waits_since_ = std::chrono::steady_clock::now().time_since_epoch().count();
};

struct Transport::State {
    explicit State(ServiceContext& served) : service(served), quick(std::max<std::size_t>(served.options().threads, 2))
    {}

    ServiceContext& service;
    // Before the executor: connections that go with it still leave the list.
    std::mutex mutex{};
    std::condition_variable one_less{};
    std::map<Connection*, std::weak_ptr<Connection>> connections{};
    std::unique_ptr<net::ssl::context> tls{};
    net::io_context io{};
    net::executor_work_guard<net::io_context::executor_type> guard = net::make_work_guard(io);
    std::optional<tcp::acceptor> acceptor{};
    std::optional<net::steady_timer> pause{};
    std::vector<std::thread> threads{};
    net::thread_pool quick;
    net::thread_pool lengthy{lengthy_threads};
    net::thread_pool password{password_threads};
    int port = 0;
    std::atomic<bool> stopping = false;

    net::thread_pool& pool_of(const Route& route)
    {
        switch (work_of(route)) {
            case Work::lengthy:
                return lengthy;
            case Work::password:
                return password;
            case Work::quick:
                break;
        }
        return quick;
    }

    void accept();
    void take(tcp::socket socket);
    bool make_room(const std::string& peer);
    void forget(Connection* connection);
    std::vector<std::shared_ptr<Connection>> all();
    void stop();
};

}  // namespace nodtrack::service
