#include "support.hpp"

#include "nodtrack/tracker/access.hpp"

namespace nodtrack::test {
namespace {

/// As cheap as the library lets it be: hundreds of sign-ins are tested.
constexpr tracker::PasswordCost cheap{1, 8192};

}  // namespace

http::Headers Asker::headers(bool writes) const
{
    http::Headers headers;
    if (!cookie.empty()) headers.emplace("Cookie", "nodtrack_session=" + cookie);
    if (!token.empty()) headers.emplace("Authorization", "Bearer " + token);
    if (writes && !csrf.empty()) headers.emplace("X-CSRF-Token", csrf);
    return headers;
}

RunningService::RunningService(const std::function<void(service::ServeOptions&)>& change) : change_(change)
{
    {
        store::Registry registry = value_of(store::Registry::open(registry_file()));
        value_of(tracker::ingest(registry, delivery_of(sample_record()), provenance_on("2025-02-01")));
        const std::pair<const char*, tracker::Role> accounts[] = {{"radiologist", tracker::Role::radiologist},
                                                                  {"radiologist2", tracker::Role::radiologist},
                                                                  {"board", tracker::Role::board},
                                                                  {"researcher", tracker::Role::researcher},
                                                                  {"admin", tracker::Role::admin}};
        for (const auto& [name, role] : accounts) {
            value_of(tracker::add_account(registry, {name, role, false, std::string("Dr ") + name}, password,
                                          provenance_on("2025-02-01"), cheap));
        }
    }
    restart();
}

RunningService::~RunningService() = default;

service::ServeOptions RunningService::options()
{
    service::ServeOptions options;
    options.registry_file = registry_file();
    options.port = 0;
    options.threads = 24;
    options.version = "test";
    options.clock = [] { return service::Moment{"2025-03-01T08:00:00Z", day("2025-03-01")}; };
    options.timer = [this] {
        // Runs as time does, from the day that the tests live on.
        const auto passed = std::chrono::floor<std::chrono::seconds>(std::chrono::steady_clock::now() - began_);
        return *store::instant_of("2025-03-01T08:00:00Z") + passed + std::chrono::seconds(seconds_on.load());
    };
    options.log = [this](std::string_view line) {
        const std::lock_guard lock(log_mutex_);
        log_.emplace_back(line);
    };
    if (change_) change_(options);
    return options;
}

void RunningService::restart()
{
    service_.reset();
    service_ = std::make_unique<service::Service>(value_of(service::Service::start(options())));
    port_ = service_->port();
}

http::Client RunningService::client() const
{
    http::Client client("127.0.0.1", port());
    return client;
}

Asker RunningService::person(const std::string& name)
{
    if (const auto known = people_.find(name); known != people_.end()) return known->second;
    const auto answer = post("/api/v1/session", {{"name", name}, {"password", password}}, {});
    if (!answer || answer->status != 200) throw std::runtime_error("nobody could sign in as " + name);
    const std::string cookie = answer->get_header_value("Set-Cookie");
    Asker asker;
    asker.cookie = cookie.substr(cookie.find('=') + 1, cookie.find(';') - cookie.find('=') - 1);
    asker.csrf = json::parse(answer->body).at("csrf_token");
    return people_[name] = asker;
}

Asker RunningService::program(const std::string& account, tracker::TokenScope scope)
{
    store::Registry registry = value_of(store::Registry::open(registry_file()));
    const auto token =
        value_of(tracker::add_token(registry, account, scope, day("2099-01-01"), provenance_on("2025-02-01")));
    return {{}, {}, token.text};
}

http::Result RunningService::get(const std::string& path, const Asker& asker, http::Headers more) const
{
    for (const auto& header : asker.headers())
        more.insert(header);
    return client().Get(path, more);
}

http::Result RunningService::post(const std::string& path, const json& body, const Asker& asker,
                                  http::Headers more) const
{
    for (const auto& header : asker.headers(true))
        more.insert(header);
    return client().Post(path, more, body.dump(), "application/json");
}

json RunningService::json_of(const std::string& path, const Asker& asker) const
{
    const auto answer = get(path, asker);
    if (!answer || answer->status != 200) {
        throw std::runtime_error(path + ": " + (answer ? answer->body : std::string("no answer")));
    }
    return json::parse(answer->body);
}

std::vector<std::string> RunningService::log_lines() const
{
    const std::lock_guard lock(log_mutex_);
    return log_;
}

RunningService& shared_service()
{
    static RunningService service;
    return service;
}

json typed_measurement(const std::string& nodule_id, const std::string& long_axis_mm)
{
    return {{"patient_id", "P1"},
            {"scan_id", "B"},
            {"measurement", {{"nodule_id", nodule_id}, {"status", "present"}, {"long_axis_mm", long_axis_mm}}}};
}

}  // namespace nodtrack::test
