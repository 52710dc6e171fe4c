#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "authenticator.hpp"
#include "events.hpp"
#include "http_request.hpp"
#include "nodtrack/service/serve.hpp"
#include "read_log_writer.hpp"
#include "read_sessions.hpp"
#include "reply.hpp"
#include "route.hpp"
#include "worklists.hpp"
#include "write_queue.hpp"

namespace nodtrack::service {

/// Lets one after the other in, in the order in which they came.
class FairMutex {
  public:
    void lock();
    void unlock();

  private:
    std::mutex mutex_;
    std::condition_variable turn_;
    std::uint64_t next_ = 0;
    std::uint64_t serving_ = 0;
};

/// One line of the access log.
struct AccessLine {
    std::string_view method;
    std::string_view route;  ///< as in the API's document, without ids; empty: none
    int status = 0;
    double ms = 0;
    std::size_t bytes = 0;
    std::string_view account;
};

/// Everything the routes work with.
class ServiceContext {
  public:
    static Result<std::unique_ptr<ServiceContext>> open(ServeOptions options);
    ServiceContext(const ServiceContext&) = delete;
    ServiceContext& operator=(const ServiceContext&) = delete;
    ~ServiceContext();

    /// What could be found out before the body is read: either the answer, or who asks for what.
    struct Admitted {
        std::optional<Reply> refused;
        const Route* route = nullptr;
        std::string path;  ///< decoded
        std::vector<std::string> values;
        std::vector<std::pair<std::string, std::string>> query;
        std::optional<Caller> caller;
    };
    Admitted admit(const HttpRequest& request);
    /// What was asked for in vain stands in the read log too, where somebody is signed in and it concerns patients.
    void log_refusal(const Admitted& admitted, const HttpRequest& request, int status);
    /// Answers a request that was admitted, with its body.
    Reply answer(const Admitted& admitted, const HttpRequest& request);
    /// Whether who was admitted would be by now: his session or token holds, and his role may.
    bool may_still(const Admitted& admitted);
    std::optional<Reply> refuse_host(const HttpRequest& request) const;

    /// Lets listeners go, writes the read log out and closes the registry.
    void close();

    const ServeOptions& options() const { return options_; }
    Moment now() const { return options_.clock(); }
    tracker::Instant instant() const { return options_.timer(); }
    ReadSessionPool& read_sessions() { return read_sessions_; }
    ReadLogWriter& read_log() { return *read_log_; }
    Authenticator& authenticator() { return *authenticator_; }
    Events& events() { return *events_; }
    Worklists& worklists() { return worklists_; }
    bool closing() const { return closing_.load(); }
    void begin_closing() { closing_.store(true); }
    bool has_certificate() const { return !options_.certificate.empty(); }
    void complain(const std::string& message);
    void log_access(const AccessLine& line);

    /// Runs `work` with the one connection that writes; others wait.
    template <class Work>
    auto with_writer(Work&& work)
    {
        const std::lock_guard lock(writer_mutex_);
        using Answer = std::invoke_result_t<Work, store::Registry&>;
        if constexpr (!std::is_void_v<Answer>) {
            if (writer_.was_replaced()) return Answer(registry_was_replaced());
        }
        shorten_write_log();
        return work(writer_);
    }
    /// The same for what changes the record of these patients alone (none named: of any): `work` returns the delivery,
    /// 0 where nothing was stored. Afterwards `reader` sees what was stored. Answers are made then, out of others' way.
    using Storing = WriteQueue::Storing;
    Result<store::DeliveryNumber> store(ReadSession& reader, const std::vector<std::string>& patients,
                                        const Storing& work);

  private:
    ServiceContext(ServeOptions options, store::Registry writer);

    class OneAtATime;

    /// What the head of a request says; puts what it finds out into `admitted`.
    std::optional<Reply> refuse_head(const HttpRequest& request, Admitted& admitted);
    static std::optional<Reply> refuse_query(const Route& route,
                                             const std::vector<std::pair<std::string, std::string>>& query);
    std::optional<Reply> refuse_body(const Route& route, const HttpRequest& request) const;
    Result<std::optional<Caller>> caller_of(const HttpRequest& request);
    std::optional<Reply> refuse_caller(const Route& route, const std::optional<Caller>& caller,
                                       const HttpRequest& request) const;
    Reply written_once(RequestContext& context);
    void store_group(WriteQueue::Group group);
    /// Precondition: nobody else writes.
    void shorten_write_log();
    Reply made(RequestContext& context);
    void prepare_worklist();

    ServeOptions options_;
    FairMutex writer_mutex_;
    store::Registry writer_;
    std::chrono::steady_clock::time_point log_looked_at_{};  ///< of the write-ahead log; for who writes
    WriteQueue writes_;
    ReadSessionPool read_sessions_;
    Worklists worklists_;
    std::mutex keys_mutex_;
    std::condition_variable key_free_;
    std::set<std::pair<std::string, std::string>> keys_in_use_;
    std::atomic<bool> closing_ = false;
    std::mutex log_mutex_;
    std::string last_complaint_;
    std::chrono::steady_clock::time_point complained_at_{};
    std::unique_ptr<ReadLogWriter> read_log_;
    std::unique_ptr<Authenticator> authenticator_;
    std::unique_ptr<Events> events_;
};

/// One request on its way through its route.
struct RequestContext {
    ServiceContext& service;
    const Route& route;
    ReadSession& reader;
    const std::vector<std::string>& values;
    const std::vector<std::pair<std::string, std::string>>& query;
    const std::optional<Caller>& who;
    const HttpRequest& request;
    Moment now;
    std::optional<store::RequestKey> request_key{};
    /// Whom the read log names, where it is not the patient in the path; filled by the route.
    std::string concerns_patient{};
    std::optional<std::vector<std::string>> shown_patients{};
    std::string log_detail{};

    const Caller& caller() const { return *who; }
    const std::string& patient_id() const { return values.front(); }
    /// Empty where the address names none.
    std::string patient_in_path() const;
    /// Which policy judges whom now.
    const tracker::Judges& judges() const { return reader.judges; }
    /// Absent where the query has no such parameter.
    std::optional<std::string> parameter(std::string_view name) const;
    std::vector<std::string> parameters(std::string_view name) const;
    /// Fail with `usage` where the value is none.
    Result<Date> day(std::string_view name) const;  ///< today where it is not given
    Result<std::optional<Date>> day_or_none(std::string_view name) const;
    Result<std::size_t> count(std::string_view name, std::size_t otherwise, std::size_t most) const;

    /// The provenance of what this request records.
    store::Provenance provenance(std::string reason = {}) const;
    /// An entry of the read log about this request.
    tracker::PatientRead entry(std::string_view account, std::string_view patient, std::string detail) const;
};

}  // namespace nodtrack::service
