#include "nodtrack/service/serve.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <memory>

#include "command.hpp"
#include "output.hpp"
#include "version.hpp"

namespace nodtrack::cli {
namespace {

/// The clock of the record: the system's, or, where NODTRACK_NOW is set, one that begins at that moment and goes on.
class RunningClock {
  public:
    explicit RunningClock(const Moment& start)
    {
        const auto set = store::instant_of(start.utc);
        const auto ahead = set ? *set - system_now() : std::chrono::seconds(0);
        if (std::chrono::abs(ahead) > std::chrono::seconds(5)) ahead_ = ahead;
    }

    store::Instant now() const { return system_now() + ahead_; }

    service::Moment moment() const
    {
        const store::Instant instant = now();
        thread_local std::pair<store::Instant, service::Moment> last;  // asked for with each request
        if (last.first == instant) return last.second;
        const std::time_t seconds = instant.time_since_epoch().count();
        std::tm parts{};
        localtime_r(&seconds, &parts);
        const auto day = Date::from_calendar(parts.tm_year + 1900, static_cast<unsigned>(parts.tm_mon + 1),
                                             static_cast<unsigned>(parts.tm_mday));
        last = {instant, {store::utc_text(instant), day.value_or(Date())}};
        return last.second;
    }

  private:
    static store::Instant system_now()
    {
        return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    }

    std::chrono::seconds ahead_{0};
};

/// `127.0.0.1:8080`, `[::1]:8080`
Result<std::pair<std::string, int>> address_of(const std::string& text)
{
    const std::size_t colon = text.rfind(':');
    const auto wrong = failure(ErrorCode::usage, "--listen: '" + text +
                                                     "' is no address with a port; write 127.0.0.1:8080, or "
                                                     "127.0.0.1:0 for any free port");
    if (colon == std::string::npos || colon == 0) return wrong;
    std::string host = text.substr(0, colon);
    if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    int port = -1;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, port);
    if (error != std::errc() || stop != end || port < 0 || port > 65'535) return wrong;
    return std::pair(host, port);
}

/// Where the access log goes: a file that is added to, or nowhere.
Result<std::function<void(std::string_view)>> log_to(const Arguments& arguments)
{
    const auto name = arguments.find("--access-log");
    if (!name) return std::function<void(std::string_view)>();
    const bool is_stderr = *name == "-";
    std::shared_ptr<std::FILE> file(is_stderr ? stderr : std::fopen(name->c_str(), "ae"), [is_stderr](std::FILE* open) {
        if (open != nullptr && !is_stderr) std::fclose(open);
    });
    if (!file) return failure(ErrorCode::bad_input, "--access-log: '" + *name + "' cannot be written");
    return std::function<void(std::string_view)>([file](std::string_view line) {
        std::fwrite(line.data(), 1, line.size(), file.get());
        std::fputc('\n', file.get());
        std::fflush(file.get());
    });
}

Result<service::ServeOptions> options_of(const Call& call)
{
    const Arguments& arguments = call.arguments;
    service::ServeOptions options;
    options.registry_file = call.registry_file;
    const auto address = address_of(arguments.find("--listen").value_or("127.0.0.1:8080"));
    if (!address) return tl::unexpected(address.error());
    std::tie(options.host, options.port) = *address;
    options.certificate = arguments.text("--tls-cert");
    options.private_key = arguments.text("--tls-key");
    options.names = arguments.all("--name");
    const auto idle = arguments.whole_number("--idle-minutes", 1);
    if (!idle) return tl::unexpected(idle.error());
    if (*idle) options.sessions.idle = std::chrono::minutes(std::min(**idle, 12 * 60));
    const auto body = arguments.whole_number("--most-body-mb", 1);
    if (!body) return tl::unexpected(body.error());
    if (*body) options.most_body_bytes = static_cast<std::size_t>(std::min(**body, 1024)) << 20U;
    options.proxies = arguments.all("--proxy");
    options.create = arguments.has("--create");
    auto log = log_to(arguments);
    if (!log) return tl::unexpected(log.error());
    options.log = std::move(*log);
    options.complain = [](std::string_view message) { note("nodtrack: " + std::string(message)); };
    const RunningClock clock(call.now);
    options.clock = [clock] { return clock.moment(); };
    options.timer = [clock] { return clock.now(); };
    options.version = program_version();
    return options;
}

/// Each connection and each reader of the registry is an open file.
void raise_file_limit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 8192);
    setrlimit(RLIMIT_NOFILE, &limit);
}

Result<ExitStatus> run(const Call& call)
{
    auto options = options_of(call);
    if (!options) return tl::unexpected(options.error());
    // Blocked before any thread is made, so that only this one hears them.
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);
    // With a heap for every few threads, what one frees is not used again by another, and memory grows for days.
    mallopt(M_ARENA_MAX, 4);
    // What a long answer took goes back to the system at once. Left to itself the library raises both limits to the
    // longest block that it has seen, and keeps what lies below.
    mallopt(M_MMAP_THRESHOLD, 128 << 10);
    mallopt(M_TRIM_THRESHOLD, 256 << 10);
    raise_file_limit();
    // Migrated here where need be, so that it is said; the service opens it for itself.
    if (const auto registry = open_registry(call); !registry) return tl::unexpected(registry.error());
    auto service = service::Service::start(std::move(*options));
    if (!service) return tl::unexpected(service.error());
    print(fmt::format("{}\n", service->address()));
    if (const auto sent = flush_output(); !sent) return tl::unexpected(sent.error());
    note("nodtrack serves " + call.registry_file.string() + "; stop it with Ctrl-C");
    int signal = 0;
    sigwait(&ending, &signal);
    note("stopping: requests in flight are finished first");
    service->stop();
    return ExitStatus::done;
}

}  // namespace

Command serve_command()
{
    return {
        .name = "serve",
        .summary = "serves the registry to browsers and programs: pages and a JSON API",
        .description =
            "One process on this computer, reached at the address it prints. People sign in with an account made by "
            "'nodtrack user add'; programs bring a token made by 'nodtrack user token'. What the API offers is told at "
            "/api/v1/openapi.json; docs/service.md shows it in use."
            "\n\n"
            "It listens on the loopback alone, unless it has a certificate: records do not cross a network in clear "
            "text. Other programs may use the registry at the same time; what they record shows at once. SIGTERM or "
            "Ctrl-C ends it when the requests in flight are answered."
            "\n\n"
            "The access log has one JSON object a line: at, method, route (as in the API's document, without ids), "
            "status, ms, bytes, account.",
        .options = {{.name = "--listen",
                     .value = "HOST:PORT",
                     .help = "where to listen; else 127.0.0.1:8080. Port 0: any free one"},
                    {.name = "--tls-cert", .value = "FILE", .help = "certificate chain, PEM"},
                    {.name = "--tls-key", .value = "FILE", .help = "its private key, PEM"},
                    {.name = "--name",
                     .value = "HOST",
                     .help = "a further name under which the service is reached; may be repeated",
                     .repeated = true},
                    {.name = "--proxy",
                     .value = "ADDRESS",
                     .help = "a proxy whose X-Forwarded-For and X-Forwarded-Proto are believed; may be repeated",
                     .repeated = true},
                    {.name = "--idle-minutes", .value = "N", .help = "signs out who does nothing for so long; else 15"},
                    {.name = "--access-log", .value = "FILE", .help = "adds a line a request; - is stderr"},
                    {.name = "--most-body-mb", .value = "N", .help = "the largest import; else 10"}},
        .examples = {{"nodtrack serve", "at http://127.0.0.1:8080"},
                     {"nodtrack serve --listen 127.0.0.1:0 --access-log access.jsonl"},
                     {"nodtrack serve --listen 0.0.0.0:8443 --name nodtrack.example.org --tls-cert chain.pem --tls-key "
                      "key.pem",
                      "for the house"}},
        .failures = {{ExitStatus::bad_input, "the address is taken, or certificate or key cannot be used"}},
        .run = run};
}

}  // namespace nodtrack::cli
