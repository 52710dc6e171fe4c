#pragma once

#include <memory>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/service/serve.hpp"

namespace nodtrack::service {

class ServiceContext;

/// HTTP and TLS by Boost.Beast and Asio. Connections cost no thread while they wait: for a request, for its body, for
/// an event. What is read is bounded in size and time before anything is looked at; answers are made on threads of
/// their own, so that a long export or a password that is checked holds no look-up up.
class Transport {
  public:
    /// Listens where the options say. Fails with `bad_input` where it cannot, or certificate or key cannot be used.
    static Result<std::unique_ptr<Transport>> listen(ServiceContext& service);
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    ~Transport();

    int port() const;
    /// Takes no more requests, lets those in flight finish, closes what waits.
    void stop();

    struct State;

  private:
    explicit Transport(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Whether that host can be reached from this computer alone.
bool is_loopback(const std::string& host);

}  // namespace nodtrack::service
