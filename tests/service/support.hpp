#pragma once

#include "http_client.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "../tracker/support.hpp"
#include "nodtrack/service/serve.hpp"

namespace nodtrack::test {

using nlohmann::json;

inline constexpr const char* password = "correct horse battery";

/// Someone who asks: a person with a session, a program with a token, or nobody.
struct Asker {
    std::string cookie{};
    std::string csrf{};
    std::string token{};

    http::Headers headers(bool writes = false) const;
};

/// A service on a registry of its own with the sample patients and an account of each role: `radiologist`, `board`,
/// `researcher`, `admin`, and `radiologist2`.
class RunningService {
  public:
    explicit RunningService(const std::function<void(service::ServeOptions&)>& change = {});
    ~RunningService();

    /// Stops, and starts again on the same registry.
    void restart();
    void stop() { service_.reset(); }

    http::Client client() const;
    /// Signed in; the session is asked for once.
    Asker person(const std::string& name);
    Asker program(const std::string& account, tracker::TokenScope scope);

    http::Result get(const std::string& path, const Asker& asker, http::Headers more = {}) const;
    http::Result post(const std::string& path, const json& body, const Asker& asker, http::Headers more = {}) const;
    json json_of(const std::string& path, const Asker& asker) const;

    /// Of the last start; also after a stop.
    int port() const { return port_; }
    std::filesystem::path registry_file() const { return folder_ / "r.db"; }
    std::vector<std::string> log_lines() const;
    std::atomic<std::int64_t> seconds_on = 0;  ///< the sessions' clock goes this much ahead

  private:
    service::ServeOptions options();

    TemporaryFolder folder_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    std::function<void(service::ServeOptions&)> change_;
    std::atomic<int> port_ = 0;
    std::map<std::string, Asker> people_;
    mutable std::mutex log_mutex_;
    std::vector<std::string> log_;
    std::unique_ptr<service::Service> service_;  ///< goes first: it still writes its log while it stops
};

/// The service that tests share which change nothing that others look at.
RunningService& shared_service();

/// A measurement of P1's newest CT, as the pages send it.
json typed_measurement(const std::string& nodule_id = "N9", const std::string& long_axis_mm = "6.1");

}  // namespace nodtrack::test
