#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/date.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/tracker/access.hpp"

namespace nodtrack::service {

/// The moment of a request, by the clock of the record: what is recorded bears it, and its day is judged.
struct Moment {
    std::string utc;  ///< `YYYY-MM-DDTHH:MM:SSZ`
    Date today;       ///< the local day
};

/// How long the service waits for a caller.
struct TimeLimits {
    std::chrono::milliseconds idle = std::chrono::seconds(20);   ///< between two requests of a connection
    std::chrono::milliseconds head = std::chrono::seconds(10);   ///< for the whole head of a request
    std::chrono::milliseconds body = std::chrono::seconds(60);   ///< for the whole body
    std::chrono::milliseconds write = std::chrono::seconds(30);  ///< for any progress in sending an answer
};

struct ServeOptions {
    std::filesystem::path registry_file;
    std::string host = "127.0.0.1";
    int port = 8080;  ///< 0: any that is free
    /// PEM files; both or none. Needed where `host` is not a loopback address.
    std::filesystem::path certificate{};
    std::filesystem::path private_key{};
    /// Names under which callers may reach the service, beside `host` and the names of the loopback.
    std::vector<std::string> names{};
    /// Proxies on the way to the callers: what they say of a caller's address and TLS is believed.
    std::vector<std::string> proxies{};
    bool create = false;       ///< makes the registry where there is none
    std::size_t threads = 16;  ///< answers made at once; connections that wait take none
    std::size_t most_connections = 1000;
    std::size_t most_connections_of_one = 500;  ///< address; of a proxy as many as there are
    std::size_t most_listeners = 200;
    std::size_t most_body_bytes = std::size_t{10} << 20;  ///< of an import; of other requests 64 KB, of a sign-in 4 KB
    TimeLimits limits{};
    tracker::SessionLimits sessions{};
    std::string version{};
    std::function<Moment()> clock{};  ///< of the record
    /// Of sessions, tokens, the read log and idempotency keys; it must not be far from `clock`. Empty: the system's.
    std::function<tracker::Instant()> timer{};
    /// Is given each line of the access log, without a line end; from several threads, one at a time. May be empty.
    std::function<void(std::string_view)> log{};
    /// Is told in words what went wrong; the same words at most once a minute. May be empty.
    std::function<void(std::string_view)> complain{};
};

/// The second door to the tracker: a JSON API under /api/v1 and the pages, on one registry. It holds no rule and no
/// SQL.
class Service {
  public:
    /// Opens the registry and listens. Fails with `usage` where `host` is not a loopback
    /// address and there is no certificate; with `bad_input` where certificate or key cannot be used, or the address
    /// cannot be listened on; with `registry_unusable`.
    static Result<Service> start(ServeOptions options);

    Service(Service&&) noexcept;
    Service& operator=(Service&&) noexcept;
    /// As `stop`.
    ~Service();

    int port() const;
    /// `http://127.0.0.1:8080`
    std::string address() const;

    /// Takes no more requests, lets those in flight finish, writes what is left of the read log and closes the
    /// registry.
    void stop();

  private:
    struct State;
    explicit Service(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// The OpenAPI 3.1 document of the API, made from the table of routes.
std::string openapi_document(std::string_view version);

}  // namespace nodtrack::service
