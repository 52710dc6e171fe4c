#include "office.hpp"

#include <fmt/format.h>
#include <xxhash.h>

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
    // Tells two versions of an answer apart; nobody gains by making two alike. A tenth of the time of a SHA-256.
    const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
    return fmt::format("\"{:016x}{:016x}\"", hash.high64, hash.low64);
}

bool names_etag(std::string_view header, std::string_view etag)
{
    return header == "*" || header.find(etag) != std::string_view::npos;
}

std::string cache_key(const Office::Admitted& admitted, Date today)
{
    std::string key(admitted.route->path);
    const auto part = [&key](std::string_view text) {
        key += '\n';
        key += text;
    };
    for (const std::string& value : admitted.values)
        part(value);
    for (const Parameter& parameter : admitted.route->query) {
        for (const auto& [name, value] : admitted.query) {
            if (name != parameter.name) continue;
            part(name);
            part(value);
        }
    }
    part(today.iso());
    return key;
}

/// How long it is taken for granted that no other process has recorded anything.
constexpr std::chrono::milliseconds newest_holds_for(2);

constexpr std::size_t longest_key = 200;

}  // namespace

Office::Office(ServeOptions options, store::Registry writer)
    : options_(std::move(options)),
      writer_(std::move(writer)),
      writes_([this](WriteQueue::Group group) { store_group(group); }),
      desks_(options_.registry_file, judge_),
      cache_(options_.cache_bytes)
{
    clerk_ = std::make_unique<Clerk>([this](const Clerk::Work& work) { with_writer(work); }, options_.timer,
                                     options_.sessions, [this](const std::string& message) { complain(message); });
    people_ = std::make_unique<People>(options_.timer, options_.sessions, *clerk_);
    events_ = std::make_unique<Events>(
        [this]() -> store::DeliveryNumber {
            const auto desk = desks_.borrow();
            return desk ? (*desk)->newest : 0;
        },
        options_.most_listeners);
}

Result<std::unique_ptr<Office>> Office::open(ServeOptions options)
{
    auto writer = store::Registry::open(options.registry_file);
    if (!writer) return tl::unexpected(writer.error());
    if (const auto small = store::use_for_small_changes(*writer); !small) return tl::unexpected(small.error());
    return std::unique_ptr<Office>(new Office(std::move(options), std::move(*writer)));
}

Office::~Office()
{
    close();
}

void Office::close()
{
    begin_closing();
    events_->end();
    clerk_->stop();
    desks_.close();
}

void Office::complain(const std::string& message)
{
    if (!options_.log) return;
    std::string line = R"({"at":")" + options_.clock().utc + R"(","problem":)";
    append_json(line, message);
    line += '}';
    const std::lock_guard lock(log_mutex_);
    options_.log(line);
}

/// A page of another site that gave its own name our address (DNS rebinding) says its own name.
std::optional<Reply> Office::refuse_host(const Incoming& request) const
{
    const std::string name = lower(name_without_port(request.header("Host")));
    const auto is = [&](const std::string& known) { return lower(known) == name; };
    if (name == "localhost" || name == "127.0.0.1" || name == "[::1]" || is(options_.host) ||
        std::ranges::any_of(options_.names, is)) {
        return std::nullopt;
    }
    return refusal(421, "the service is not known by the name in the Host header; start it with --name to allow one");
}

std::optional<Reply> Office::refuse_body(const Route& route, const Incoming& request) const
{
    if (!request.header("Transfer-Encoding").empty()) {
        return refusal(411, "say how long the body is in Content-Length; Transfer-Encoding is not taken");
    }
    if (request.announced > options_.most_body_bytes) {
        return refusal(413, "the body has " + std::to_string(request.announced) + " bytes; at most " +
                                std::to_string(options_.most_body_bytes) + " are taken: deliver in parts");
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

Result<Desk*> Office::desk_of(std::optional<Desks::Lease>& lease)
{
    if (!lease) {
        auto borrowed = desks_.borrow();
        if (!borrowed) return tl::unexpected(borrowed.error());
        lease.emplace(std::move(*borrowed));
        saw((*lease)->newest);
    }
    return &**lease;
}

void Office::saw(store::DeliveryNumber newest)
{
    store::DeliveryNumber before = newest_.load();
    while (before < newest && !newest_.compare_exchange_weak(before, newest)) {
    }
    looked_at_.store(std::chrono::steady_clock::now().time_since_epoch().count());
}

std::optional<store::DeliveryNumber> Office::newest_lately() const
{
    const std::chrono::steady_clock::duration looked(looked_at_.load());
    const auto ago = std::chrono::steady_clock::now().time_since_epoch() - looked;
    return ago < newest_holds_for ? std::optional(newest_.load()) : std::nullopt;
}

Result<std::optional<Caller>> Office::caller_of(const Incoming& request, std::optional<Desks::Lease>& lease)
{
    const std::string authorization = request.header("Authorization");
    constexpr std::string_view bearer = "Bearer ";
    const bool by_token = !authorization.empty();
    if (by_token && !authorization.starts_with(bearer)) return std::optional<Caller>();
    const std::string secret =
        by_token ? authorization.substr(bearer.size()) : cookie_of(request.header("Cookie"), session_cookie);
    if (secret.empty()) return std::optional<Caller>();
    if (auto known = people_->remembered(by_token, secret)) return std::optional<Caller>(std::move(*known));
    const auto desk = desk_of(lease);
    if (!desk) return tl::unexpected(desk.error());
    return by_token ? people_->bearer_of_token(secret, (*desk)->access)
                    : people_->bearer_of_session(secret, (*desk)->access);
}

std::optional<Reply> Office::refuse_caller(const Route& route, const std::optional<Caller>& caller,
                                           const Incoming& request) const
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

Office::Admitted Office::admit(const Incoming& request)
{
    Admitted admitted;
    const auto refuse = [&](Reply reply) -> Admitted& {
        reply.closes = request.announced > 0 || !request.header("Transfer-Encoding").empty();
        admitted.refused = std::move(reply);
        return admitted;
    };
    if (auto refused = refuse_host(request)) return std::move(refuse(std::move(*refused)));
    auto target = target_of(request.target);
    if (!target) {
        return std::move(
            refuse(refusal(400, "the address has an escape that is none; write % and two hexadecimal digits")));
    }
    Match found = match(request.method, *target);
    if (found.route == nullptr) {
        if (found.allowed.empty()) return std::move(refuse(refusal(404, "there is nothing at this address")));
        return std::move(refuse(refusal(405, "this address takes " + found.allowed).with("Allow", found.allowed)));
    }
    admitted.route = found.route;
    admitted.values = std::move(found.values);
    admitted.query = std::move(target->query);
    if (found.route->path == "/healthz") return admitted;
    auto caller = caller_of(request, admitted.desk);
    if (!caller) return std::move(refuse(refusal(caller.error())));
    admitted.caller = std::move(*caller);
    if (auto refused = refuse_caller(*found.route, admitted.caller, request)) {
        return std::move(refuse(std::move(*refused)));
    }
    if (auto refused = refuse_body(*found.route, request)) return std::move(refuse(std::move(*refused)));
    for (const auto& given : admitted.query) {
        const auto known = [&](const Parameter& parameter) { return parameter.name == given.first; };
        if (std::ranges::none_of(found.route->query, known)) {
            return std::move(refuse(refusal(400, "there is no parameter '" + given.first + "' here")));
        }
    }
    return admitted;
}

Reply Office::answer(Admitted& admitted, const Incoming& request)
{
    if (admitted.route->path == "/healthz") return Reply::of("{\"status\":\"alive\"}\n");
    if (admitted.route->rests_on != RestsOn::nothing_kept && !admitted.desk) {
        // What is kept needs no look at the registry, where somebody has just looked.
        if (const auto newest = newest_lately()) {
            if (auto reply = kept(admitted, request, *newest)) return std::move(*reply);
        }
    }
    const auto desk = desk_of(admitted.desk);
    if (!desk) return refusal(desk.error());
    Call call{*this, *admitted.route, **desk, admitted.values, admitted.query, admitted.caller, request, now()};
    if (call.route.method != Method::get && call.route.roles != nobody_needed) return written_once(call);
    return kept_or_made(call, admitted);
}

Reply Office::made(Call& call)
{
    auto reply = call.route.answer(call);
    if (!reply) return refusal(reply.error());
    if (call.route.status != 200 && reply->status == 200) reply->status = call.route.status;
    const bool of_patient = call.route.path.starts_with("/api/v1/patients/{patient_id}");
    if (of_patient && call.who) {
        clerk_->note(tracker::PatientRead{instant(), call.caller().account.name, call.patient_id(),
                                          std::string(method_words[static_cast<std::size_t>(call.route.method)]) + " " +
                                              std::string(call.route.path)});
    }
    return std::move(*reply);
}

Reply Office::with_etag(Reply reply, const std::string& etag, const Incoming& request)
{
    if (names_etag(request.header("If-None-Match"), etag)) {
        reply.status = 304;
        reply.body = std::make_shared<const std::string>();
    }
    reply.headers.emplace_back("ETag", etag);
    // Not in the browser's files: the workstation is everybody's. Who keeps an answer in memory asks with its ETag.
    reply.headers.emplace_back("Cache-Control", "no-store");
    return reply;
}

std::optional<Reply> Office::kept(const Admitted& admitted, const Incoming& request, store::DeliveryNumber newest)
{
    const Route& route = *admitted.route;
    const std::string patient = route.rests_on == RestsOn::patient ? admitted.values.front() : std::string();
    const auto held = cache_.find(cache_key(admitted, now().today), patient, newest);
    if (!held) return std::nullopt;
    if (!patient.empty()) {
        clerk_->note(
            tracker::PatientRead{instant(), admitted.caller->account.name, patient, "GET " + std::string(route.path)});
    }
    Reply reply;
    reply.media = route.media;
    reply.body = held->text;
    return with_etag(std::move(reply), held->etag, request);
}

Reply Office::kept_or_made(Call& call, const Admitted& admitted)
{
    if (call.route.rests_on == RestsOn::nothing_kept) return made(call);
    if (auto reply = kept(admitted, call.request, call.desk.newest)) return std::move(*reply);
    Reply reply = made(call);
    if (reply.status != 200) return reply;
    const std::string etag = etag_of(*reply.body);
    const std::string patient = call.route.rests_on == RestsOn::patient ? call.patient_id() : std::string();
    cache_.keep(cache_key(admitted, call.now.today), patient, call.desk.newest, {reply.body, etag});
    return with_etag(std::move(reply), etag, call.request);
}

/// Requests with one key take turns: the second finds the first one's answer.
class Office::OneAtATime {
  public:
    OneAtATime(Office& office, std::pair<std::string, std::string> key) : office_(office), key_(std::move(key))
    {
        std::unique_lock lock(office_.keys_mutex_);
        office_.key_free_.wait(lock, [&] { return office_.keys_in_use_.insert(key_).second; });
    }
    OneAtATime(const OneAtATime&) = delete;
    OneAtATime& operator=(const OneAtATime&) = delete;
    ~OneAtATime()
    {
        {
            const std::lock_guard lock(office_.keys_mutex_);
            office_.keys_in_use_.erase(key_);
        }
        office_.key_free_.notify_all();
    }

  private:
    Office& office_;
    std::pair<std::string, std::string> key_;
};

Reply Office::written_once(Call& call)
{
    const std::string key = call.request.header("Idempotency-Key");
    if (key.empty() || call.route.path == "/api/v1/session") return made(call);
    if (key.size() > longest_key) return refusal(400, "the Idempotency-Key is longer than 200 bytes");
    std::string asked(call.request.method);
    asked += '\n';
    asked += call.request.target;
    asked += '\n';
    asked += call.request.body;
    for (const Upload& upload : call.request.uploads)
        asked += '\n' + upload.name + '\n' + upload.text;
    call.request_key = store::RequestKey{call.caller().account.name, key, sha256_of(asked)};

    const OneAtATime turn(*this, {call.request_key->account, key});
    const auto answered = [&]() -> std::optional<Reply> {
        auto kept = clerk_->answer_of(call.request_key->account, key);
        if (!kept) {
            auto found = call.desk.access.answer_of(call.request_key->account, key, instant());
            if (!found) return refusal(found.error());
            kept = std::move(*found);
        }
        if (!kept) return std::nullopt;
        if (kept->request.request_sha256 != call.request_key->request_sha256) {
            return refusal(422, "this Idempotency-Key was used for another request; a new request needs a new key");
        }
        if (!kept->status) {
            // It was done, and the program ended before its answer was kept.
            return Reply::of("{\"delivery_no\":" + std::to_string(kept->delivery_no.value_or(0)) + "}\n")
                .with("Idempotency-Replayed", "true");
        }
        return Reply::of(kept->body, json_media, *kept->status).with("Idempotency-Replayed", "true");
    };
    if (auto reply = answered()) return std::move(*reply);
    Reply reply = made(call);
    if (reply.status == 409) {
        // Perhaps the same request, at the same time, by another process.
        if (auto other = answered()) return std::move(*other);
    }
    if (reply.status < 300 && reply.media == json_media) {
        clerk_->note(tracker::KeptAnswer{*call.request_key, std::nullopt, reply.status, *reply.body});
    }
    return reply;
}

void Office::store_group(WriteQueue::Group group)
{
    with_writer([&](store::Registry& registry) {
        BodyCache::Writing writing(cache_);
        store_together(registry, group);
        for (const WriteQueue::Write* write : group) {
            if (write->fault || !write->outcome || *write->outcome == 0) continue;
            writing.stored(*write->outcome, write->patients);
            saw(*write->outcome);
            events_->recorded(*write->outcome);
        }
    });
}

Result<store::DeliveryNumber> Office::store(Desk& desk, const std::vector<std::string>& patients, const Storing& work)
{
    // A view that is held meanwhile would keep the write-ahead log from being emptied.
    if (const auto released = desk.patients.release(); !released) return tl::unexpected(released.error());
    const auto stored = writes_.store(patients, work);
    if (!stored) return stored;
    const auto newest = desk.patients.renew();
    if (!newest) return tl::unexpected(newest.error());
    desk.newest = *newest;
    return stored;
}

std::optional<std::string> Call::parameter(std::string_view name) const
{
    for (const auto& [known, value] : query) {
        if (known == name) return value;
    }
    return std::nullopt;
}

std::vector<std::string> Call::parameters(std::string_view name) const
{
    std::vector<std::string> found;
    for (const auto& [known, value] : query) {
        if (known == name) found.push_back(value);
    }
    return found;
}

Result<std::optional<Date>> Call::day_or_none(std::string_view name) const
{
    const auto text = parameter(name);
    if (!text) return std::optional<Date>();
    const auto day = Date::parse(*text);
    if (!day) {
        return failure(ErrorCode::usage, std::string(name) + ": '" + *text +
                                             "' is no day of the calendar; write it as YYYY-MM-DD, e.g. 2026-12-31");
    }
    return std::optional<Date>(*day);
}

Result<Date> Call::day(std::string_view name) const
{
    const auto given = day_or_none(name);
    if (!given) return tl::unexpected(given.error());
    return given->value_or(now.today);
}

Result<std::size_t> Call::count(std::string_view name, std::size_t otherwise, std::size_t most) const
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

store::Occasion Call::occasion(std::string reason) const
{
    store::Occasion occasion;
    occasion.recorded_at = now.utc;
    occasion.today = now.today;
    occasion.actor = caller().account.name;
    occasion.door = "service";
    occasion.reason = std::move(reason);
    occasion.request = request_key;
    return occasion;
}

}  // namespace nodtrack::service
