#include "nodtrack/service/serve.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <fstream>
#include <set>
#include <thread>

#include "connection.hpp"
#include "office.hpp"
#include "pages.hpp"

namespace nodtrack::service {
namespace {

using httplib::Request;
using httplib::Response;

constexpr int backlog = 512;
constexpr std::size_t requests_a_connection = 100'000;

bool is_loopback(const std::string& host)
{
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

tl::unexpected<Error> tls_failure(const char* option, const std::filesystem::path& file)
{
    const unsigned long code = ERR_get_error();
    const char* reason = code == 0 ? "unreadable" : ERR_reason_error_string(code);
    ERR_clear_error();
    return failure(ErrorCode::bad_input, fmt::format("{} {}: {}; a PEM file with a certificate chain, and one with its "
                                                     "private key, are right",
                                                     option, file.string(), reason == nullptr ? "unusable" : reason));
}

Result<TlsContext> tls_context(const ServeOptions& options)
{
    TlsContext context(SSL_CTX_new(TLS_server_method()));
    if (!context) return failure(ErrorCode::internal, "TLS cannot be begun");
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(),
                        SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (SSL_CTX_use_certificate_chain_file(context.get(), options.certificate.c_str()) != 1) {
        return tls_failure("--tls-cert", options.certificate);
    }
    if (SSL_CTX_use_PrivateKey_file(context.get(), options.private_key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context.get()) != 1) {
        return tls_failure("--tls-key", options.private_key);
    }
    return context;
}

/// What is going on with the request that this thread is at.
struct AtWork {
    Connection* connection = nullptr;
    std::chrono::steady_clock::time_point began;
    std::optional<Office::Admitted> admitted;
    std::string account;
    std::string_view route;
    std::size_t bytes = 0;  ///< of the answer's body, where it is known beforehand
};
thread_local AtWork at_work;

/// The library's server with our connections: deadlines, TLS, and a stop that waits for requests but not for idle
/// connections.
class Server : public httplib::Server {
  public:
    Server(const Patience& patience, TlsContext tls) : patience_(patience), tls_(std::move(tls)) {}

    /// The library listens with room for five callers in wait.
    void widen_backlog() { ::listen(svr_sock_, backlog); }

    void stop_gently()
    {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
            for (const int socket : idle_)
                ::shutdown(socket, SHUT_RD);
        }
        stop();
    }

  private:
    bool process_and_close_socket(socket_t socket) override
    {
        Connection connection(socket, patience_, tls_.get());
        at_work.connection = &connection;
        if (connection.greet()) serve(connection);
        at_work.connection = nullptr;
        return true;
    }

    void serve(Connection& connection)
    {
        for (std::size_t left = requests_a_connection; left > 0; --left) {
            if (!enter_idle(connection.socket())) return;
            const bool comes = connection.wait_for_request();
            leave_idle(connection.socket());
            if (!comes) return;
            connection.expect_head();
            bool closed = false;
            const bool good = process_request(connection, left == 1 || stopping(), closed, [](Request&) {
                at_work.began = std::chrono::steady_clock::now();
                at_work.account.clear();
                at_work.route = {};
                at_work.bytes = 0;
            });
            at_work.admitted.reset();
            if (connection.closes()) {
                connection.linger();
                return;
            }
            if (!connection.flush() || !good || closed) return;
        }
    }

    bool stopping()
    {
        const std::lock_guard lock(mutex_);
        return stopping_;
    }
    bool enter_idle(int socket)
    {
        const std::lock_guard lock(mutex_);
        return !stopping_ && idle_.insert(socket).second;
    }
    void leave_idle(int socket)
    {
        const std::lock_guard lock(mutex_);
        idle_.erase(socket);
    }

    const Patience& patience_;
    TlsContext tls_;
    std::mutex mutex_;
    bool stopping_ = false;
    std::set<int> idle_;
};

Incoming incoming(const Request& request)
{
    Incoming taken{.method = request.method,
                   .target = request.target,
                   .body = request.body,
                   .uploads = {},
                   .address = request.remote_addr,
                   .announced = 0,
                   .header = [&request](const char* name) { return request.get_header_value(name); }};
    for (const auto& [name, file] : request.files)
        taken.uploads.push_back({file.filename.empty() ? name : file.filename, file.content});
    const std::string length = request.get_header_value("Content-Length");
    taken.announced = std::strtoull(length.c_str(), nullptr, 10);
    return taken;
}

/// One event stream: a line whenever something was recorded, and a sign of life now and then.
class EventStream {
  public:
    EventStream(Office& office, std::string session_id, std::shared_ptr<void> place)
        : office_(office), session_id_(std::move(session_id)), place_(std::move(place))
    {}

    bool operator()(httplib::DataSink& sink)
    {
        Events& events = office_.events();
        if (!told_) {
            told_ = true;
            seen_ = events.newest();
            return tell(sink);
        }
        const auto newest = events.wait_for_newer(seen_, std::chrono::seconds(10));
        if (events.ended() || !is_signed_in()) {
            sink.done();
            return true;
        }
        if (newest > seen_) {
            seen_ = newest;
            return tell(sink);
        }
        constexpr std::string_view sign_of_life = ": here\n\n";
        return sink.write(sign_of_life.data(), sign_of_life.size());
    }

  private:
    bool tell(httplib::DataSink& sink) const
    {
        const std::string text = fmt::format("event: registry\nid: {0}\ndata: {{\"delivery_no\":{0}}}\n\n", seen_);
        return sink.write(text.data(), text.size());
    }
    /// Listening is no use of the session: it ends while somebody only listens.
    bool is_signed_in() const
    {
        if (session_id_.empty()) return true;
        const auto desk = office_.desks().borrow();
        if (!desk) return true;
        const auto session = (*desk)->access.session_of(session_id_, office_.instant(), office_.people().limits());
        return !session || session->has_value();
    }

    Office& office_;
    std::string session_id_;
    std::shared_ptr<void> place_;
    store::DeliveryNumber seen_ = 0;
    bool told_ = false;
};

void send(Office& office, const Reply& reply, const Request& request, Response& response)
{
    response.status = reply.status;
    for (const auto& [name, value] : reply.headers)
        response.set_header(name, value);
    if (!response.has_header("Cache-Control")) response.set_header("Cache-Control", "no-store");
    if (!response.has_header("Content-Security-Policy")) {
        response.set_header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    }
    response.set_header("X-Content-Type-Options", "nosniff");
    response.set_header("Referrer-Policy", "no-referrer");
    response.set_header("X-Frame-Options", "DENY");
    response.set_header("Cross-Origin-Resource-Policy", "same-origin");
    if (office.is_secure()) response.set_header("Strict-Transport-Security", "max-age=31536000");
    if (reply.closes) {
        at_work.connection->close_after_answer();
        const_cast<Request&>(request).headers.erase("Connection");
        const_cast<Request&>(request).set_header("Connection", "close");
    }
    if (reply.listener) {
        at_work.connection->write_at_once();
        auto stream = std::make_shared<EventStream>(
            office, at_work.admitted->caller ? at_work.admitted->caller->session_id : std::string(), reply.listener);
        response.set_chunked_content_provider(
            reply.media, [stream](std::size_t, httplib::DataSink& sink) { return (*stream)(sink); });
        return;
    }
    if (reply.file) {
        std::error_code problem;
        const auto size = std::filesystem::file_size(*reply.file, problem);
        at_work.bytes = size;
        auto in = std::make_shared<std::ifstream>(*reply.file, std::ios::binary);
        response.set_content_provider(
            size, reply.media,
            [in, file = reply.file](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
                std::string part(std::min<std::size_t>(length, 256 * 1024), '\0');
                in->seekg(static_cast<std::streamoff>(offset));
                in->read(part.data(), static_cast<std::streamsize>(part.size()));
                return in->gcount() > 0 && sink.write(part.data(), static_cast<std::size_t>(in->gcount()));
            });
        return;
    }
    if (reply.status == 204 || reply.status == 304) return;
    at_work.bytes = reply.body->size();
    if (reply.status >= 300 || reply.body->empty()) {
        response.set_content(*reply.body, reply.media);
        return;
    }
    // Many share one kept body: it is sent from where it is.
    response.set_content_provider(reply.body->size(), reply.media,
                                  [body = reply.body](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
                                      return sink.write(body->data() + offset, length);
                                  });
}

std::string access_line(Office& office, const Request& request, const Response& response)
{
    using namespace std::chrono;
    const double ms = duration<double, std::milli>(steady_clock::now() - at_work.began).count();
    std::string line = fmt::format(R"({{"at":"{}","method":)", office.now().utc);
    append_json(line, request.method.substr(0, 10));
    line += ",\"route\":";
    at_work.route.empty() ? line += "null" : (append_json(line, at_work.route), line);
    line += fmt::format(R"(,"status":{},"ms":{:.2f},"bytes":{},"account":)", response.status, ms, at_work.bytes);
    if (at_work.account.empty()) {
        line += "null";
    } else {
        append_json(line, at_work.account);
    }
    line += '}';
    return line;
}

}  // namespace

struct Service::State {
    std::unique_ptr<Office> office;
    std::unique_ptr<Server> server;
    std::thread thread;
    std::mutex log_mutex;
    int port = 0;
    bool stopped = false;

    ~State() { stop(); }
    void set_up();
    httplib::Server::HandlerResponse before_body(const Request& request, Response& response);
    void with_body(const Request& request, Response& response);
    void stop();
};

httplib::Server::HandlerResponse Service::State::before_body(const Request& request, Response& response)
{
    using Outcome = httplib::Server::HandlerResponse;
    // Answers are not compressed (the caller is on this machine or in this house) and never given in parts.
    auto& head = const_cast<Request&>(request);
    head.headers.erase("Accept-Encoding");
    head.ranges.clear();
    at_work.connection->expect_body();
    const Incoming asked = incoming(request);
    if (!request.target.starts_with("/api/") && request.target != "/healthz" && request.target != "/readyz") {
        Reply reply = page(asked);
        reply.closes = asked.announced > 0 || request.has_header("Transfer-Encoding");
        at_work.route = "page";
        send(*office, reply, request, response);
        return Outcome::Handled;
    }
    at_work.admitted.emplace(office->admit(asked));
    if (at_work.admitted->route != nullptr) at_work.route = at_work.admitted->route->path;
    if (at_work.admitted->caller) at_work.account = at_work.admitted->caller->account.name;
    if (at_work.admitted->refused) {
        send(*office, *at_work.admitted->refused, request, response);
        return Outcome::Handled;
    }
    const bool is_get = at_work.admitted->route->method == Method::get;
    if (asked.announced > 0 && !is_get) return Outcome::Unhandled;
    Reply reply = office->answer(*at_work.admitted, asked);
    if (asked.announced > 0) reply.closes = true;  // what a GET brings along is not read
    send(*office, reply, request, response);
    at_work.admitted->desk.reset();
    return Outcome::Handled;
}

void Service::State::with_body(const Request& request, Response& response)
{
    if (!at_work.admitted) {
        response.status = 500;
        return;
    }
    const Reply reply = office->answer(*at_work.admitted, incoming(request));
    send(*office, reply, request, response);
    at_work.admitted->desk.reset();
}

void Service::State::set_up()
{
    const ServeOptions& options = office->options();
    server->new_task_queue = [threads = options.threads] { return new httplib::ThreadPool(threads); };
    server->set_tcp_nodelay(true);
    server->set_keep_alive_timeout(std::chrono::duration_cast<std::chrono::seconds>(options.patience.idle).count());
    server->set_keep_alive_max_count(requests_a_connection);
    server->set_payload_max_length(options.most_body_bytes);
    server->set_pre_routing_handler(
        [this](const Request& request, Response& response) { return before_body(request, response); });
    const auto late = [this](const Request& request, Response& response) { with_body(request, response); };
    server->Get(".*", late);
    server->Post(".*", late);
    server->Put(".*", late);
    server->Patch(".*", late);
    server->Delete(".*", late);
    // What the library itself refuses: a head it cannot read, a body that is not as announced.
    const httplib::Server::HandlerWithResponse refused = [this](const Request& request, Response& response) {
        if (!response.body.empty() || response.status == 304 || response.status < 400) {
            return httplib::Server::HandlerResponse::Unhandled;
        }
        Reply reply =
            refusal(response.status, response.status == 413 ? "the body is longer than is taken: deliver in parts"
                                                            : "the request cannot be read");
        reply.closes = true;
        send(*office, reply, request, response);
        return httplib::Server::HandlerResponse::Handled;
    };
    server->set_error_handler(refused);
    server->set_exception_handler([this](const Request& request, Response& response, std::exception_ptr fault) {
        try {
            std::rethrow_exception(fault);
        } catch (const std::exception& exception) {
            office->complain(std::string("a fault of this program: ") + exception.what());
        } catch (...) {
            office->complain("a fault of this program of unknown kind");
        }
        at_work.admitted.reset();
        send(*office, refusal(500, "a fault of this program; its log says more"), request, response);
    });
    if (options.log) {
        server->set_logger([this](const Request& request, const Response& response) {
            const std::string line = access_line(*office, request, response);
            const std::lock_guard lock(log_mutex);
            office->options().log(line);
        });
    }
}

void Service::State::stop()
{
    if (stopped || !office) return;
    stopped = true;
    office->begin_closing();
    office->events().end();
    if (server) server->stop_gently();
    if (thread.joinable()) thread.join();
    office->close();
    office.reset();
}

Result<Service> Service::start(ServeOptions options)
{
    if (options.certificate.empty() != options.private_key.empty()) {
        return failure(ErrorCode::usage, "--tls-cert FILE and --tls-key FILE go together");
    }
    if (!is_loopback(options.host) && options.certificate.empty()) {
        return failure(ErrorCode::usage,
                       fmt::format("'{}' can be reached from other computers: records would cross the network in clear "
                                   "text. Give --tls-cert FILE and --tls-key FILE, or listen on 127.0.0.1",
                                   options.host));
    }
    if (!options.timer) {
        options.timer = [] { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); };
    }
    std::signal(SIGPIPE, SIG_IGN);  // a caller may hang up at any time
    auto state = std::make_unique<State>();
    TlsContext tls;
    if (!options.certificate.empty()) {
        auto context = tls_context(options);
        if (!context) return tl::unexpected(context.error());
        tls = std::move(*context);
    }
    auto office = Office::open(std::move(options));
    if (!office) return tl::unexpected(office.error());
    state->office = std::move(*office);
    const ServeOptions& held = state->office->options();
    state->server = std::make_unique<Server>(held.patience, std::move(tls));
    state->set_up();
    if (held.port == 0) {
        state->port = state->server->bind_to_any_port(held.host);
    } else if (state->server->bind_to_port(held.host, held.port)) {
        state->port = held.port;
    }
    if (state->port <= 0) {
        return failure(ErrorCode::bad_input,
                       fmt::format("{}:{} cannot be listened on: is another program there already? Name another with "
                                   "--listen",
                                   held.host, held.port));
    }
    state->server->widen_backlog();
    state->thread = std::thread([server = state->server.get()] { server->listen_after_bind(); });
    while (!state->server->is_running())  // before that it cannot be stopped
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return Service(std::move(state));
}

Service::Service(std::unique_ptr<State> state) : state_(std::move(state)) {}
Service::Service(Service&&) noexcept = default;
Service& Service::operator=(Service&&) noexcept = default;
Service::~Service() = default;

int Service::port() const
{
    return state_->port;
}

std::string Service::address() const
{
    const ServeOptions& options = state_->office->options();
    const std::string host = options.host.find(':') == std::string::npos ? options.host : "[" + options.host + "]";
    return fmt::format("{}://{}:{}", state_->office->is_secure() ? "https" : "http", host, state_->port);
}

void Service::stop()
{
    state_->stop();
}

}  // namespace nodtrack::service
