#include "service_context.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "log_entry.hpp"
#include "nodtrack/domain/sha256.hpp"
#include "nodtrack/store/maintenance.hpp"

namespace nodtrack::service {
namespace {

std::string etag_of(const std::string& text)
{
    return '"' + sha256_of(text).substr(0, 32) + '"';
}

bool names_etag(std::string_view header, std::string_view etag)
{
    return header == "*" || header.find(etag) != std::string_view::npos;
}

constexpr std::size_t longest_key = 200;

constexpr const char* many_patients = "*";  ///< in the read log: the detail has their ids

}  // namespace

void FairMutex::lock()
{
    std::unique_lock lock(mutex_);
    const std::uint64_t mine = next_++;
    turn_.wait(lock, [&] { return serving_ == mine; });
}

void FairMutex::unlock()
{
    {
        const std::lock_guard lock(mutex_);
        ++serving_;
    }
    turn_.notify_all();
}

ServiceContext::ServiceContext(ServeOptions options, store::Registry writer)
    : options_(std::move(options)),
      writer_(std::move(writer)),
      writes_([this](WriteQueue::Group group) { store_group(group); }),
      read_sessions_(writer_)
{
    std::filesystem::path journal = options_.registry_file;
    journal += "-reads";
    read_log_ = std::make_unique<ReadLogWriter>([this](const ReadLogWriter::Work& work) { with_writer(work); },
                                                options_.timer, options_.sessions,
                                                [this](const std::string& message) { complain(message); }, journal);
    authenticator_ = std::make_unique<Authenticator>(options_.timer, options_.sessions, *read_log_);
    prepare_worklist();
    events_ = std::make_unique<Events>(
        [this]() -> store::DeliveryNumber {
            const auto reader = read_sessions_.borrow();
            return reader ? (*reader)->newest : 0;
        },
        options_.most_listeners);
}

Result<std::unique_ptr<ServiceContext>> ServiceContext::open(ServeOptions options)
{
    auto writer = store::Registry::open(options.registry_file,
                                        options.create ? store::Opening::make_if_missing : store::Opening::existing);
    if (!writer) return tl::unexpected(writer.error());
    if (const auto small = store::use_for_small_changes(*writer); !small) return tl::unexpected(small.error());
    return std::unique_ptr<ServiceContext>(new ServiceContext(std::move(options), std::move(*writer)));
}

/// The day's list is made before anybody asks for it, so that the first look is as quick as the next.
void ServiceContext::prepare_worklist()
{
    const auto reader = read_sessions_.borrow();
    if (!reader) return;
    tracker::WorklistRequest today;
    today.as_of = now().today;
    if (const auto made = worklists_.list(**reader, today); !made) complain(made.error().message);
}

ServiceContext::~ServiceContext()
{
    close();
}

void ServiceContext::close()
{
    begin_closing();
    events_->end();
    read_log_->stop();
    read_sessions_.close();
}

void ServiceContext::complain(const std::string& message)
{
    const std::lock_guard lock(log_mutex_);
    constexpr std::chrono::minutes before_said_again(1);
    const auto now = std::chrono::steady_clock::now();
    if (options_.complain && (message != last_complaint_ || now - complained_at_ > before_said_again)) {
        last_complaint_ = message;
        complained_at_ = now;
        options_.complain(message);
    }
    if (!options_.log) return;
    std::string line = R"({"at":")" + options_.clock().utc + R"(","problem":)";
    append_json(line, message);
    line += '}';
    options_.log(line);
}

void ServiceContext::log_access(const AccessLine& line)
{
    if (!options_.log) return;
    std::string text = fmt::format(R"({{"at":"{}","method":)", now().utc);
    append_json(text, line.method.substr(0, 10));
    const auto append_or_null = [&](std::string_view value) {
        value.empty() ? void(text += "null") : append_json(text, value);
    };
    text += ",\"route\":";
    append_or_null(line.route);
    text += fmt::format(R"(,"status":{},"ms":{:.2f},"bytes":{},"account":)", line.status, line.ms, line.bytes);
    append_or_null(line.account);
    text += '}';
    const std::lock_guard lock(log_mutex_);
    options_.log(text);
}

Reply ServiceContext::answer(const Admitted& admitted, const HttpRequest& request)
{
    if (admitted.route->path == "/healthz") return Reply::of("{\"status\":\"alive\"}\n");
    const auto reader = read_sessions_.borrow();
    if (!reader) return refusal_without_path(reader.error(), options_.registry_file);
    RequestContext context{*this,          *admitted.route, **reader, admitted.values,
                           admitted.query, admitted.caller, request,  now()};
    if (context.route.method != Method::get && context.route.roles != nobody_needed) return written_once(context);
    Reply reply = made(context);
    if (context.route.rests_on == RestsOn::nothing_kept || reply.status != 200) return reply;
    const std::string etag = etag_of(*reply.body);
    if (names_etag(request.header("If-None-Match"), etag)) {
        reply.status = 304;
        reply.body = std::make_shared<const std::string>();
    }
    reply.headers.emplace_back("ETag", etag);
    // Not in the browser's files: the workstation is everybody's. Who keeps an answer in memory asks with its ETag.
    reply.headers.emplace_back("Cache-Control", "no-store");
    return reply;
}

Reply ServiceContext::made(RequestContext& context)
{
    auto answered = context.route.answer(context);
    if (!answered && answered.error().code == ErrorCode::registry_unusable) complain(answered.error().message);
    Reply reply = answered ? std::move(*answered) : refusal_without_path(answered.error(), options_.registry_file);
    if (answered && context.route.status != 200 && reply.status == 200) reply.status = context.route.status;
    if (!context.who || !is_logged(context.route)) return reply;
    // The answer is made; a view that is held while the log is written keeps the write-ahead log from being begun anew.
    if (const auto released = context.reader.patients.release(); !released) complain(released.error().message);
    // In the log, and durable, before anybody is shown anything; also what was asked for in vain.
    std::string detail = context.log_detail;
    if (reply.status >= 400) detail = fmt::format("status {}", reply.status);
    std::string patient =
        shortened(context.concerns_patient.empty() ? context.patient_in_path() : context.concerns_patient);
    if (context.shown_patients) {
        if (patient.empty()) patient = many_patients;
        detail += detail.empty() ? "patients: " : "; patients: ";
        char parts = '[';
        for (const std::string& id : *context.shown_patients) {
            detail += std::exchange(parts, ',');
            append_json(detail, id);
        }
        detail += parts == '[' ? "[]" : "]";
    }
    if (patient.empty()) patient = "-";
    read_log_->log({context.entry(context.caller().account.name, patient, std::move(detail))});
    return reply;
}

/// Requests with one key take turns: the second finds the first one's answer.
class ServiceContext::OneAtATime {
  public:
    OneAtATime(ServiceContext& service, std::pair<std::string, std::string> key)
        : service_(service), key_(std::move(key))
    {
        std::unique_lock lock(service_.keys_mutex_);
        service_.key_free_.wait(lock, [&] { return service_.keys_in_use_.insert(key_).second; });
    }
    OneAtATime(const OneAtATime&) = delete;
    OneAtATime& operator=(const OneAtATime&) = delete;
    ~OneAtATime()
    {
        {
            const std::lock_guard lock(service_.keys_mutex_);
            service_.keys_in_use_.erase(key_);
        }
        service_.key_free_.notify_all();
    }

  private:
    ServiceContext& service_;
    std::pair<std::string, std::string> key_;
};

Reply ServiceContext::written_once(RequestContext& context)
{
    const std::string key = context.request.header("Idempotency-Key");
    // A session that ends or begins is another one each time.
    const bool is_of_session = context.route.path.starts_with("/api/v1/session");
    if (key.empty() || holds_password(context.route) || is_of_session) return made(context);
    if (key.size() > longest_key) return refusal(400, "the Idempotency-Key is longer than 200 bytes");
    std::string asked(context.request.method);
    asked += '\n';
    asked += context.request.target;
    asked += '\n';
    asked += context.request.body;
    for (const Upload& upload : context.request.uploads)
        asked += '\n' + upload.name + '\n' + upload.text;
    context.request_key = store::RequestKey{context.caller().account.name, key, sha256_of(asked)};

    const OneAtATime turn(*this, {context.request_key->account, key});
    const auto answered = [&]() -> std::optional<Reply> {
        auto kept = read_log_->answer_of(context.request_key->account, key);
        if (!kept) {
            auto found = context.reader.access.answer_of(context.request_key->account, key, instant());
            if (!found) return refusal(found.error());
            kept = std::move(*found);
        }
        if (!kept) return std::nullopt;
        if (kept->request.request_sha256 != context.request_key->request_sha256) {
            return refusal(422, "this Idempotency-Key was used for another request; a new request needs a new key");
        }
        if (!kept->status) {
            // It was done, and the program ended before its answer was kept.
            return Reply::of("{\"delivery_no\":" + std::to_string(kept->delivery_no.value_or(0)) + "}\n")
                .with("Idempotency-Replayed", "true");
        }
        return Reply::of(kept->body, json_media, *kept->status).with("Idempotency-Replayed", "true");
    };
    if (auto reply = answered()) {
        if (is_logged(context.route)) {
            const std::string patient = context.patient_in_path();
            read_log_->log({context.entry(context.caller().account.name, patient.empty() ? "-" : patient,
                                          "the answer of before once more")});
        }
        return std::move(*reply);
    }
    Reply reply = made(context);
    if (reply.status == 409) {
        // Perhaps the same request, at the same time, by another process.
        if (auto other = answered()) return std::move(*other);
    }
    if (reply.status < 300 && reply.media == json_media) {
        read_log_->note(tracker::KeptAnswer{*context.request_key, std::nullopt, reply.status, *reply.body});
    }
    return reply;
}

void ServiceContext::store_group(WriteQueue::Group group)
{
    with_writer([&](store::Registry& registry) {
        store_together(registry, group);
        for (const WriteQueue::Write* write : group) {
            if (write->fault || !write->outcome || *write->outcome == 0) continue;
            events_->recorded(*write->outcome);
        }
    });
}

void ServiceContext::shorten_write_log()
{
    using namespace std::chrono_literals;
    constexpr std::uintmax_t long_bytes = std::uintmax_t{16} << 20U;      // twice what SQLite takes in by itself
    constexpr std::uintmax_t too_long_bytes = std::uintmax_t{64} << 20U;  // then those who write wait for slow answers
    const auto now = std::chrono::steady_clock::now();
    if (now - log_looked_at_ < 2s) return;
    log_looked_at_ = now;
    auto done = store::shorten_write_log(writer_, long_bytes, 50ms);
    if (done) done = store::shorten_write_log(writer_, too_long_bytes, 1s);
    if (!done) complain(done.error().message);
}

Result<store::DeliveryNumber> ServiceContext::store(ReadSession& reader, const std::vector<std::string>& patients,
                                                    const Storing& work)
{
    // A view that is held meanwhile would keep the write-ahead log from being emptied.
    if (const auto released = reader.patients.release(); !released) return tl::unexpected(released.error());
    const auto stored = writes_.store(patients, work);
    if (!stored) return stored;
    if (const auto renewed = reader.renew(); !renewed) return tl::unexpected(renewed.error());
    return stored;
}

}  // namespace nodtrack::service
