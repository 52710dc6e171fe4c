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
#include <vector>

#include "body_cache.hpp"
#include "clerk.hpp"
#include "desks.hpp"
#include "events.hpp"
#include "nodtrack/assess/judge.hpp"
#include "nodtrack/service/serve.hpp"
#include "people.hpp"
#include "reply.hpp"
#include "route.hpp"
#include "worklists.hpp"
#include "write_queue.hpp"

namespace nodtrack::service {

/// A file of a multipart upload.
struct Upload {
    std::string name;
    std::string text;
};

/// A request as the library hands it over.
struct Incoming {
    std::string_view method;
    std::string_view target;  ///< as sent, escapes and all
    std::string_view body;
    std::vector<Upload> uploads;
    std::string address;        ///< of the caller
    std::size_t announced = 0;  ///< bytes of the body, as its header says
    /// The value of a header; empty where there is none.
    std::function<std::string(const char*)> header;
};

/// Everything the routes work with.
class Office {
  public:
    static Result<std::unique_ptr<Office>> open(ServeOptions options);
    Office(const Office&) = delete;
    Office& operator=(const Office&) = delete;
    ~Office();

    /// What could be found out before the body is read: either the answer, or who asks for what.
    struct Admitted {
        std::optional<Reply> refused;
        const Route* route = nullptr;
        std::vector<std::string> values;
        std::vector<std::pair<std::string, std::string>> query;
        std::optional<Caller> caller;
        std::optional<Desks::Lease> desk;
    };
    Admitted admit(const Incoming& request);
    /// Answers a request that was admitted, with its body.
    Reply answer(Admitted& admitted, const Incoming& request);

    /// Lets listeners go, writes the read log out and closes the registry.
    void close();

    const ServeOptions& options() const { return options_; }
    Moment now() const { return options_.clock(); }
    tracker::Instant instant() const { return options_.timer(); }
    const assess::Judge& judge() const { return judge_; }
    Desks& desks() { return desks_; }
    BodyCache& cache() { return cache_; }
    Clerk& clerk() { return *clerk_; }
    People& people() { return *people_; }
    Events& events() { return *events_; }
    Worklists& worklists() { return worklists_; }
    bool closing() const { return closing_.load(); }
    void begin_closing() { closing_.store(true); }
    bool is_secure() const { return !options_.certificate.empty(); }
    void complain(const std::string& message);

    /// Runs `work` with the one connection that writes; others wait.
    template <class Work>
    auto with_writer(Work&& work)
    {
        const std::lock_guard lock(writer_mutex_);
        return work(writer_);
    }
    /// The same for what changes the record of these patients alone (none named: of any): `work` returns the delivery,
    /// 0 where nothing was stored. Afterwards `desk` sees what was stored. Answers are made then, out of others' way.
    using Storing = WriteQueue::Storing;
    Result<store::DeliveryNumber> store(Desk& desk, const std::vector<std::string>& patients, const Storing& work);

  private:
    Office(ServeOptions options, store::Registry writer);

    class OneAtATime;

    std::optional<Reply> refuse_host(const Incoming& request) const;
    std::optional<Reply> refuse_body(const Route& route, const Incoming& request) const;
    /// The request's desk; borrowed when it is first needed, as most requests for what is kept need none.
    Result<Desk*> desk_of(std::optional<Desks::Lease>& lease);
    void saw(store::DeliveryNumber newest);
    /// The registry's newest delivery, where somebody looked a moment ago.
    std::optional<store::DeliveryNumber> newest_lately() const;
    Result<std::optional<Caller>> caller_of(const Incoming& request, std::optional<Desks::Lease>& lease);
    std::optional<Reply> refuse_caller(const Route& route, const std::optional<Caller>& caller,
                                       const Incoming& request) const;
    static Reply with_etag(Reply reply, const std::string& etag, const Incoming& request);
    std::optional<Reply> kept(const Admitted& admitted, const Incoming& request, store::DeliveryNumber newest);
    Reply kept_or_made(Call& call, const Admitted& admitted);
    Reply written_once(Call& call);
    void store_group(WriteQueue::Group group);
    Reply made(Call& call);

    ServeOptions options_;
    assess::Judge judge_ = assess::Judge::released();
    std::mutex writer_mutex_;
    store::Registry writer_;
    WriteQueue writes_;
    Desks desks_;
    BodyCache cache_;
    Worklists worklists_;
    std::mutex keys_mutex_;
    std::condition_variable key_free_;
    std::set<std::pair<std::string, std::string>> keys_in_use_;
    std::atomic<bool> closing_ = false;
    std::atomic<store::DeliveryNumber> newest_ = 0;
    std::atomic<std::chrono::steady_clock::rep> looked_at_ = 0;
    std::mutex log_mutex_;
    std::unique_ptr<Clerk> clerk_;
    std::unique_ptr<People> people_;
    std::unique_ptr<Events> events_;
};

/// One request on its way through its route.
struct Call {
    Office& office;
    const Route& route;
    Desk& desk;
    const std::vector<std::string>& values;
    const std::vector<std::pair<std::string, std::string>>& query;
    const std::optional<Caller>& who;
    const Incoming& request;
    Moment now;
    std::optional<store::RequestKey> request_key{};

    const Caller& caller() const { return *who; }
    const std::string& patient_id() const { return values.front(); }
    const assess::Judge& judge() const { return office.judge(); }
    /// Absent where the query has no such parameter.
    std::optional<std::string> parameter(std::string_view name) const;
    std::vector<std::string> parameters(std::string_view name) const;
    /// Fail with `usage` where the value is none.
    Result<Date> day(std::string_view name) const;  ///< today where it is not given
    Result<std::optional<Date>> day_or_none(std::string_view name) const;
    Result<std::size_t> count(std::string_view name, std::size_t otherwise, std::size_t most) const;

    /// The occasion of what this request records.
    store::Occasion occasion(std::string reason = {}) const;
};

}  // namespace nodtrack::service
