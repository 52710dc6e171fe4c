#include "service_context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "nodtrack/domain/sha256.hpp"
#include "nodtrack/store/maintenance.hpp"

namespace nodtrack::service {
namespace {

std::string lower(std::string text)
{
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

/// `[::1]:8080` -> `[::1]`
std::string name_without_port(const std::string& host)
{
    if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
    return host.substr(0, host.find(':'));
}

/// The value of a cookie; empty where there is none, or two of that name: then nobody can say whose they are.
std::string cookie_of(std::string_view header, std::string_view name)
{
    std::string value;
    while (!header.empty()) {
        const std::size_t end = std::min(header.find(';'), header.size());
        std::string_view pair = header.substr(0, end);
        header.remove_prefix(std::min(end + 1, header.size()));
        while (pair.starts_with(' '))
            pair.remove_prefix(1);
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
        if (!value.empty()) return {};
        value = pair.substr(equals + 1);
    }
    return value;
}

std::string etag_of(const std::string& text)
{
    return '"' + sha256_of(text).substr(0, 32) + '"';
}

bool names_etag(std::string_view header, std::string_view etag)
{
    return header == "*" || header.find(etag) != std::string_view::npos;
}

constexpr std::size_t longest_key = 200;

constexpr std::size_t most_sign_in_bytes = 4 * 1024;
constexpr std::size_t most_json_bytes = 64 * 1024;

/// Whether the read log has an entry of each request: it shows patients, or what is known of them.
bool is_logged(std::string_view path)
{
    for (const char* start : {"patients", "worklist", "board", "records", "preview", "amendments", "export"}) {
        if (path.starts_with(std::string("/api/v1/") + start)) return true;
    }
    return false;
}

bool is_logged(const Route& route)
{
    return is_logged(route.path);
}

// What a caller sent may be as long as the head of a request; the read log is kept for good.
constexpr std::size_t longest_logged = 256;

std::string shortened(std::string text)
{
    if (text.size() > longest_logged) text = text.substr(0, longest_logged) + "...";
    return text;
}

std::string names_of(const Route& route)
{
    return std::string(method_words[static_cast<std::size_t>(route.method)]) + " " + std::string(route.path);
}

/// An expected failure as an answer. Where the registry stands is nobody's business but the log's.
Reply refusal_without_path(Error error, const ServeOptions& options)
{
    for (const std::string& path :
         {std::filesystem::absolute(options.registry_file).string(), options.registry_file.string()}) {
        for (std::size_t at = error.message.find(path); !path.empty() && at != std::string::npos;
             at = error.message.find(path)) {
            error.message.erase(at, path.size() + (error.message.substr(at + path.size()).starts_with(": ") ? 2 : 0));
        }
    }
    return refusal(error);
}

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
      read_sessions_(writer_, judge_)
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
    if (const auto made = worklists_.list(**reader, judge_, today); !made) complain(made.error().message);
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

/// A page of another site that gave its own name our address (DNS rebinding) says its own name.
std::optional<Reply> ServiceContext::refuse_host(const HttpRequest& request) const
{
    const std::string name = lower(name_without_port(request.header("Host")));
    const auto is = [&](const std::string& known) { return lower(known) == name; };
    if (name == "localhost" || name == "127.0.0.1" || name == "[::1]" || is(options_.host) ||
        std::ranges::any_of(options_.names, is)) {
        return std::nullopt;
    }
    return refusal(421, "the service is not known by the name in the Host header; start it with --name to allow one");
}

std::optional<Reply> ServiceContext::refuse_body(const Route& route, const HttpRequest& request) const
{
    const std::size_t most = route.path.starts_with("/api/v1/session") ? most_sign_in_bytes
                             : route.request == "Record"               ? options_.most_body_bytes
                                                                       : most_json_bytes;
    if (request.announced > most) {
        return refusal(413, fmt::format("the body has {} bytes; at most {} are taken here{}", request.announced, most,
                                        route.request == "Record" ? ": import in parts" : ""));
    }
    if (request.announced == 0) return std::nullopt;
    const std::string encoding = request.header("Content-Encoding");
    if (!encoding.empty() && encoding != "identity") {
        return refusal(415, "the body must not be compressed; leave Content-Encoding out");
    }
    const std::string media = lower(request.header("Content-Type"));
    const bool is_json = media.starts_with(json_media);
    const bool is_form = media.starts_with("multipart/form-data") && route.request == "Record";
    if (route.request.empty() || is_json || is_form) return std::nullopt;
    return refusal(415, route.request == "Record"
                            ? "the body must be application/json, or multipart/form-data with the record's CSV files"
                            : "the body must be application/json");
}

Result<std::optional<Caller>> ServiceContext::caller_of(const HttpRequest& request)
{
    const std::string authorization = request.header("Authorization");
    constexpr std::string_view bearer = "Bearer ";
    const bool by_token = !authorization.empty();
    if (by_token && !authorization.starts_with(bearer)) return std::optional<Caller>();
    const std::string secret =
        by_token ? authorization.substr(bearer.size()) : cookie_of(request.header("Cookie"), session_cookie);
    if (secret.empty()) return std::optional<Caller>();
    // Given back at once: no view of the registry is held while a body is waited for.
    const auto reader = read_sessions_.borrow();
    if (!reader) return tl::unexpected(reader.error());
    return by_token ? authenticator_->bearer_of_token(secret, (*reader)->access)
                    : authenticator_->bearer_of_session(secret, (*reader)->access);
}

bool ServiceContext::may_still(const Admitted& admitted)
{
    if (!admitted.caller) return admitted.route->roles == nobody_needed;
    const auto reader = read_sessions_.borrow();
    if (!reader) return false;
    const auto caller = authenticator_->again(*admitted.caller, (*reader)->access);
    return caller && *caller && may(admitted.route->roles, (*caller)->account.role);
}

std::optional<Reply> ServiceContext::refuse_caller(const Route& route, const std::optional<Caller>& caller,
                                                   const HttpRequest& request) const
{
    if (route.method != Method::get) {
        const std::string origin = request.header("Origin");
        if (!origin.empty() && origin != "http://" + request.header("Host") &&
            origin != "https://" + request.header("Host")) {
            return refusal(403, "the request comes from a page of another site");
        }
    }
    if (route.roles == nobody_needed) return std::nullopt;
    if (!caller) {
        return refusal(401, "sign in first, or send a token as 'Authorization: Bearer …'")
            .with("WWW-Authenticate", "Bearer");
    }
    if (route.method != Method::get && !caller->scope &&
        !tracker::same_secret(request.header("X-CSRF-Token"), caller->csrf_token)) {
        return refusal(403,
                       "the header X-CSRF-Token is missing or not that of this session; GET /api/v1/session tells it");
    }
    if (!may(route.roles, caller->account.role)) {
        return refusal(403, "the role '" + std::string(store::word(caller->account.role)) + "' may not do this");
    }
    if (!caller->scope) return std::nullopt;
    if (!route.scope) return refusal(403, "this takes a person who is signed in, not a token");
    // A token for writing reads too: who writes has to look first.
    const bool fits = *caller->scope == *route.scope ||
                      (*caller->scope == tracker::TokenScope::write && *route.scope == tracker::TokenScope::read);
    if (fits) return std::nullopt;
    return refusal(403, "the token was made for '" + std::string(store::word(*caller->scope)) +
                            "', this takes one for '" + std::string(store::word(*route.scope)) + "'");
}

ServiceContext::Admitted ServiceContext::admit(const HttpRequest& request)
{
    Admitted admitted;
    admitted.refused = refuse_host(request);
    if (!admitted.refused) admitted.refused = refuse_head(request, admitted);
    if (admitted.refused) {
        admitted.refused->closes = request.announced > 0;
        log_refusal(admitted, request, admitted.refused->status);
    }
    return admitted;
}

std::optional<Reply> ServiceContext::refuse_head(const HttpRequest& request, Admitted& admitted)
{
    auto target = target_of(request.target);
    if (!target) return refusal(400, "the address has an escape that is none; write % and two hexadecimal digits");
    Match found = match(request.method, *target);
    for (const std::string& segment : target->path)
        admitted.path += "/" + segment;
    admitted.route = found.route;
    admitted.values = std::move(found.values);
    admitted.query = std::move(target->query);
    if (found.route != nullptr && found.route->path == "/healthz") return std::nullopt;
    // An address that is none is answered without the registry, but for those where the log has to say who asked.
    if (found.route != nullptr || is_logged(admitted.path)) {
        auto caller = caller_of(request);
        if (!caller) return refusal_without_path(caller.error(), options_);
        admitted.caller = std::move(*caller);
    }
    if (found.route == nullptr) {
        if (found.allowed.empty()) return refusal(404, "there is nothing at this address");
        return refusal(405, "this address takes " + found.allowed).with("Allow", found.allowed);
    }
    if (auto refused = refuse_caller(*found.route, admitted.caller, request)) return refused;
    if (auto refused = refuse_body(*found.route, request)) return refused;
    return refuse_query(*found.route, admitted.query);
}

std::optional<Reply> ServiceContext::refuse_query(const Route& route,
                                                  const std::vector<std::pair<std::string, std::string>>& query)
{
    std::set<std::string_view> given;
    for (const auto& [name, value] : query) {
        const auto known = std::ranges::find(route.query, std::string_view(name), &uses::Parameter::name);
        if (known == route.query.end()) return refusal(400, "there is no parameter '" + name + "' here");
        if (!given.insert(name).second && !known->repeated) {
            return refusal(400, "the parameter '" + name + "' is given twice; give it once");
        }
    }
    return std::nullopt;
}

void ServiceContext::log_refusal(const Admitted& admitted, const HttpRequest& request, int status)
{
    if (!admitted.caller || !is_logged(admitted.path)) return;
    std::string route = admitted.route != nullptr ? names_of(*admitted.route)
                                                  : shortened(request.method.substr(0, 10) + " " + admitted.path);
    constexpr std::string_view patients = "/api/v1/patients/";
    std::string patient = "-";
    if (admitted.path.size() > patients.size() && admitted.path.starts_with(patients)) {
        // Of an address that is none it is not known where the id ends.
        patient =
            !admitted.values.empty()
                ? admitted.values.front()
                : admitted.path.substr(patients.size(), admitted.path.find('/', patients.size()) - patients.size());
    }
    if (patient.empty()) patient = "-";
    read_log_->log({{instant(), admitted.caller->account.name, shortened(std::move(patient)), std::move(route), 0,
                     fmt::format("status {}", status)}});
}

Reply ServiceContext::answer(const Admitted& admitted, const HttpRequest& request)
{
    if (admitted.route->path == "/healthz") return Reply::of("{\"status\":\"alive\"}\n");
    const auto reader = read_sessions_.borrow();
    if (!reader) return refusal_without_path(reader.error(), options_);
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

tracker::PatientRead RequestContext::entry(std::string_view account, std::string_view patient, std::string detail) const
{
    return {service.instant(), std::string(account), std::string(patient), names_of(route), 0, std::move(detail)};
}

Reply ServiceContext::made(RequestContext& context)
{
    auto answered = context.route.answer(context);
    if (!answered && answered.error().code == ErrorCode::registry_unusable) complain(answered.error().message);
    Reply reply = answered ? std::move(*answered) : refusal_without_path(answered.error(), options_);
    if (answered && context.route.status != 200 && reply.status == 200) reply.status = context.route.status;
    if (!context.who || !is_logged(context.route)) return reply;
    // The answer is made; a view that is held while the log is written keeps the write-ahead log from being begun anew.
    if (const auto released = context.reader.patients.release(); !released) complain(released.error().message);
    // In the log, and durable, before anybody is shown anything; also what was asked for in vain.
    std::string detail = context.log_detail;
    if (reply.status >= 400) detail = fmt::format("status {}", reply.status);
    std::string patient = context.concerns_patient;
    if (patient.empty() && context.route.path.starts_with("/api/v1/patients/{patient_id}")) {
        patient = context.patient_id();
    }
    patient = shortened(std::move(patient));
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
            const bool of_patient = context.route.path.starts_with("/api/v1/patients/{patient_id}");
            read_log_->log({context.entry(context.caller().account.name, of_patient ? context.patient_id() : "-",
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
    const auto newest = reader.patients.renew();
    if (!newest) return tl::unexpected(newest.error());
    reader.newest = *newest;
    return stored;
}

std::optional<std::string> RequestContext::parameter(std::string_view name) const
{
    for (const auto& [known, value] : query) {
        if (known == name) return value;
    }
    return std::nullopt;
}

std::vector<std::string> RequestContext::parameters(std::string_view name) const
{
    std::vector<std::string> found;
    for (const auto& [known, value] : query) {
        if (known == name) found.push_back(value);
    }
    return found;
}

Result<std::optional<Date>> RequestContext::day_or_none(std::string_view name) const
{
    const auto text = parameter(name);
    if (!text) return std::optional<Date>();
    const auto day = Date::parse(*text);
    if (!day) {
        return failure(ErrorCode::usage, std::string(name) + ": '" + *text +
                                             "' is not a valid date; expected YYYY-MM-DD, e.g. 2026-12-31");
    }
    return std::optional<Date>(*day);
}

Result<Date> RequestContext::day(std::string_view name) const
{
    const auto given = day_or_none(name);
    if (!given) return tl::unexpected(given.error());
    return given->value_or(now.today);
}

Result<std::size_t> RequestContext::count(std::string_view name, std::size_t otherwise, std::size_t most) const
{
    const auto text = parameter(name);
    if (!text) return otherwise;
    std::size_t value = 0;
    const auto [stop, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc() || stop != text->data() + text->size() || value < 1 || value > most) {
        return failure(ErrorCode::usage,
                       std::string(name) + ": '" + *text + "' is not a whole number from 1 to " + std::to_string(most));
    }
    return value;
}

store::Provenance RequestContext::provenance(std::string reason) const
{
    store::Provenance provenance;
    provenance.recorded_at = now.utc;
    provenance.today = now.today;
    provenance.actor = caller().account.name;
    provenance.door = "service";
    provenance.reason = std::move(reason);
    provenance.request = request_key;
    return provenance;
}

}  // namespace nodtrack::service
