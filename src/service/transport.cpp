#include "transport.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <variant>
#include <vector>

#include "pages.hpp"
#include "service_context.hpp"

namespace nodtrack::service {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace net = boost::asio;
using tcp = net::ip::tcp;
using boost::system::error_code;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::uint32_t most_head_bytes = 64 * 1024;
constexpr std::size_t most_fields = 100;
constexpr std::size_t first_read = 4 * 1024;
constexpr std::size_t file_part = 256 * 1024;
constexpr int io_threads = 2;
constexpr int lengthy_threads = 3;
constexpr int password_threads = 2;  // each check takes 64 MiB for its time
constexpr std::chrono::seconds sign_of_life(10);
constexpr std::chrono::seconds lingering(3);
constexpr std::chrono::seconds longest_stop(60);

std::string text_of(beast::string_view text)
{
    return {text.data(), text.size()};
}

tl::unexpected<Error> tls_failure(const char* option, const std::filesystem::path& file)
{
    const unsigned long code = ERR_get_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    ERR_clear_error();
    return failure(ErrorCode::bad_input,
                   fmt::format("{} {}: {}; expected a PEM file with a certificate chain, and one with its private key",
                               option, file.string(), reason == nullptr ? "unreadable" : reason));
}

/// TLS 1.2 with forward secrecy, or 1.3, which has no other.
Result<std::unique_ptr<net::ssl::context>> tls_context(const ServeOptions& options)
{
    std::error_code problem;
    const auto rights = std::filesystem::status(options.private_key, problem).permissions();
    if (!problem && (rights & std::filesystem::perms::others_read) != std::filesystem::perms::none) {
        return failure(ErrorCode::bad_input, fmt::format("--tls-key {}: every user of this computer can read it; take "
                                                         "that right away with: chmod o-rwx",
                                                         options.private_key.string()));
    }
    auto context = std::make_unique<net::ssl::context>(net::ssl::context::tls_server);
    SSL_CTX* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(
        native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    if (SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1) {
        return failure(ErrorCode::internal, "TLS without a cipher of forward secrecy: OpenSSL was built without them");
    }
    if (SSL_CTX_use_certificate_chain_file(native, options.certificate.c_str()) != 1) {
        return tls_failure("--tls-cert", options.certificate);
    }
    if (SSL_CTX_use_PrivateKey_file(native, options.private_key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(native) != 1) {
        return tls_failure("--tls-key", options.private_key);
    }
    return context;
}

/// `::ffff:127.0.0.1` is 127.0.0.1.
std::string plain_address(net::ip::address address)
{
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        address = net::ip::make_address_v4(net::ip::v4_mapped, address.to_v6());
    }
    return address.to_string();
}

/// A connection as the list of them sees it. All but `waits` is called from any thread.
class Connection {
  public:
    explicit Connection(std::string peer) : peer_(std::move(peer)) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    virtual ~Connection() = default;

    const std::string& peer() const { return peer_; }
    /// Since when it waits for a request; the clock's end while it is at one.
    SteadyTime waits_since() const { return SteadyTime(std::chrono::steady_clock::duration(waits_since_.load())); }
    /// Closes it where it waits for a request or for events.
    virtual void close_if_waiting() = 0;
    virtual void close_now() = 0;

  protected:
    void waits() { waits_since_.store(std::chrono::steady_clock::now().time_since_epoch().count()); }
    void works() { waits_since_.store(SteadyTime::max().time_since_epoch().count()); }

  private:
    std::string peer_;
    std::atomic<SteadyTime::rep> waits_since_ = std::chrono::steady_clock::now().time_since_epoch().count();
};

/// One request and what has become of it.
struct Exchange {
    HttpRequest request;
    unsigned version = 11;
    bool is_head = false;
    bool keep_alive = false;
    SteadyTime began = std::chrono::steady_clock::now();
    std::optional<ServiceContext::Admitted> admitted{};
    std::string_view route{};
    Reply reply{};
};

}  // namespace

struct Transport::State {
    explicit State(ServiceContext& served) : service(served), quick(std::max<std::size_t>(served.options().threads, 2))
    {}

    ServiceContext& service;
    // Before the executor: connections that go with it still leave the list.
    std::mutex mutex{};
    std::condition_variable one_less{};
    std::map<Connection*, std::weak_ptr<Connection>> connections{};
    std::unique_ptr<net::ssl::context> tls{};
    net::io_context io{};
    net::executor_work_guard<net::io_context::executor_type> guard = net::make_work_guard(io);
    std::optional<tcp::acceptor> acceptor{};
    std::optional<net::steady_timer> pause{};
    std::vector<std::thread> threads{};
    net::thread_pool quick;
    net::thread_pool lengthy{lengthy_threads};
    net::thread_pool password{password_threads};
    int port = 0;
    std::atomic<bool> stopping = false;

    net::thread_pool& pool_of(const Route& route)
    {
        switch (work_of(route)) {
            case Work::lengthy:
                return lengthy;
            case Work::password:
                return password;
            case Work::quick:
                break;
        }
        return quick;
    }

    void accept();
    void take(tcp::socket socket);
    bool make_room(const std::string& peer);
    void forget(Connection* connection);
    std::vector<std::shared_ptr<Connection>> all();
    void stop();
};

namespace {

/// One connection, plain or by TLS. Everything but the making of answers runs on its strand.
template <class Stream>
class HttpConnection final : public Connection, public std::enable_shared_from_this<HttpConnection<Stream>> {
  public:
    template <class... Arguments>
    HttpConnection(Transport::State& transport, std::string peer, Arguments&&... arguments)
        : Connection(std::move(peer)),
          transport_(transport),
          service_(transport.service),
          stream_(std::forward<Arguments>(arguments)...),
          tick_(stream_.get_executor())
    {}
    ~HttpConnection() override { transport_.forget(this); }

    void start()
    {
        net::dispatch(stream_.get_executor(), [self = this->shared_from_this()] { self->greet(); });
    }
    void close_if_waiting() override
    {
        net::post(stream_.get_executor(), [self = this->shared_from_this()] {
            if (!self->at_work_) self->close();
        });
    }
    void close_now() override
    {
        net::post(stream_.get_executor(), [self = this->shared_from_this()] { self->close(); });
    }

  private:
    static constexpr bool is_tls = !std::is_same_v<Stream, beast::tcp_stream>;

    const TimeLimits& limits() const { return service_.options().limits; }
    auto& socket() { return beast::get_lowest_layer(stream_); }

    /// A member as the handler of an operation; the connection lives until it was called.
    template <class Member>
    auto then(Member member)
    {
        return [self = this->shared_from_this(), member](error_code problem, std::size_t = 0) {
            (self.get()->*member)(problem);
        };
    }
    /// Runs `work` on other threads, then `after` here.
    template <class Work, class After>
    void on(net::thread_pool& pool, Work&& work, After&& after)
    {
        net::post(pool, [self = this->shared_from_this(), work = std::forward<Work>(work),
                         after = std::forward<After>(after)]() mutable {
            work();
            net::post(self->stream_.get_executor(), [self, after = std::move(after)]() mutable { after(); });
        });
    }

    void close()
    {
        error_code ignored;
        tick_.cancel();
        listener_.reset();
        socket().socket().shutdown(tcp::socket::shutdown_both, ignored);
        socket().socket().close(ignored);
    }

    void greet()
    {
        if constexpr (is_tls) {
            socket().expires_after(limits().head);
            stream_.async_handshake(net::ssl::stream_base::server,
                                    [self = this->shared_from_this()](error_code problem) {
                                        if (problem) return self->close();
                                        self->wait();
                                    });
        } else {
            wait();
        }
    }

    void wait()
    {
        if (transport_.stopping) return close();
        exchange_.reset();
        parser_.emplace();
        parser_->header_limit(most_head_bytes);
        parser_->body_limit(std::numeric_limits<std::uint64_t>::max());  // the route's limit is looked at beforehand
        at_work_ = false;
        waits();
        if (buffer_.size() > 0) return read_head();
        socket().expires_after(limits().idle);
        stream_.async_read_some(buffer_.prepare(first_read),
                                [self = this->shared_from_this()](error_code problem, std::size_t bytes) {
                                    if (problem) return self->close();
                                    self->buffer_.commit(bytes);
                                    self->read_head();
                                });
    }

    void read_head()
    {
        socket().expires_after(limits().head);
        http::async_read_header(stream_, buffer_, *parser_, then(&HttpConnection::on_head));
    }

    void on_head(error_code problem)
    {
        if (problem == http::error::end_of_stream || problem == http::error::partial_message ||
            (problem && problem.category() != make_error_code(http::error::bad_method).category())) {
            return close();
        }
        at_work_ = true;
        works();
        exchange_ = std::make_shared<Exchange>();
        const auto& head = parser_->get();
        exchange_->version = head.version() == 10 ? 10 : 11;
        exchange_->is_head = head.method() == http::verb::head;
        if (problem == http::error::header_limit) {
            return refuse(431, fmt::format("the head is longer than {} KB", most_head_bytes / 1024));
        }
        if (problem) return refuse(400, "the head of the request cannot be read: " + problem.message());
        take_head();
        if (exchange_->request.fields.size() > most_fields) {
            return refuse(431, fmt::format("the head has {} fields; at most {} are taken",
                                           exchange_->request.fields.size(), most_fields));
        }
        if (exchange_->request.count("Transfer-Encoding") > 0) {
            return refuse(400, "Transfer-Encoding is not taken; say how long the body is in Content-Length");
        }
        for (const char* name : {"Host", "Content-Length", "Authorization", "Content-Type", "Origin"}) {
            if (exchange_->request.count(name) > 1) return refuse(400, std::string(name) + " is there twice");
        }
        on(
            transport_.quick, [this, exchange = exchange_] { admit(*exchange); }, [this] { admitted(); });
    }

    void take_head()
    {
        const auto& head = parser_->get();
        HttpRequest& request = exchange_->request;
        request.method = text_of(head.method_string());
        request.target = text_of(head.target());
        for (const auto& field : head)
            request.fields.emplace_back(text_of(field.name_string()), text_of(field.value()));
        request.announced = parser_->content_length().value_or(0);
        request.is_secure = is_tls;
        request.address = peer();
        exchange_->keep_alive = parser_->keep_alive();
        const auto& proxies = service_.options().proxies;
        if (std::ranges::find(proxies, peer()) == proxies.end()) return;
        // A trusted proxy adds the caller's address at the end; what stands before it anybody may have written.
        std::string forwarded;
        for (const auto& [name, value] : request.fields) {
            if (same_name(name, "X-Forwarded-For")) forwarded = value;
        }
        forwarded.erase(0, forwarded.rfind(',') + 1);
        forwarded.erase(0, forwarded.find_first_not_of(' '));
        error_code no_address;
        const auto address = net::ip::make_address(forwarded, no_address);
        if (!no_address) request.address = plain_address(address);
        if (request.header("X-Forwarded-Proto") == "https") request.is_secure = true;
    }

    /// Runs on another thread; true where the answer is there.
    void admit(Exchange& exchange)
    {
        HttpRequest& request = exchange.request;
        exchange.reply = answered([&]() -> Reply {
            if (!request.target.starts_with("/api/") && request.target != "/healthz" && request.target != "/readyz") {
                exchange.route = "page";
                if (auto refused = service_.refuse_host(request)) return std::move(*refused);
                return page(request);
            }
            exchange.admitted = service_.admit(request);
            if (exchange.admitted->route != nullptr) exchange.route = exchange.admitted->route->path;
            if (exchange.admitted->refused) return std::move(*exchange.admitted->refused);
            const bool at_once = &transport_.pool_of(*exchange.admitted->route) == &transport_.quick;
            const bool has_body = request.announced > 0 && exchange.admitted->route->method != Method::get;
            if (!at_once || has_body) return unfinished();
            return service_.answer(*exchange.admitted, request);
        });
        if (exchange.reply.status != 0 && request.announced > 0) exchange.reply.closes = true;
    }

    static Reply unfinished()
    {
        Reply reply;
        reply.status = 0;
        return reply;
    }

    template <class Work>
    Reply answered(Work&& work)
    {
        try {
            return work();
        } catch (const std::exception& exception) {
            service_.complain(std::string("internal error: ") + exception.what());
        } catch (...) {
            service_.complain("internal error of unknown kind");
        }
        return refusal(500, "internal error; the service's log says more");
    }

    void admitted()
    {
        // A body that comes along with what takes none is not read: the connection ends with the answer.
        if (exchange_->admitted && exchange_->admitted->route != nullptr &&
            exchange_->admitted->route->method == Method::get && exchange_->request.announced > 0) {
            exchange_->keep_alive = false;
        }
        if (exchange_->reply.status != 0) return send();
        if (exchange_->request.announced == 0 || exchange_->admitted->route->method == Method::get) return answer();
        socket().expires_after(limits().body);
        if (!same_name(exchange_->request.header("Expect"), "100-continue")) return read_body();
        static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        net::async_write(stream_, net::buffer(go_on.data(), go_on.size()),
                         [self = this->shared_from_this()](error_code problem, std::size_t) {
                             if (problem) return self->close();
                             self->read_body();
                         });
    }

    void read_body() { http::async_read(stream_, buffer_, *parser_, then(&HttpConnection::on_body)); }

    void on_body(error_code problem)
    {
        if (problem) return close();
        exchange_->request.body = std::move(parser_->get().body());
        answer();
    }

    void answer()
    {
        on(
            transport_.pool_of(*exchange_->admitted->route),
            [this, exchange = exchange_] {
                exchange->reply = answered([&]() -> Reply {
                    const std::string media = exchange->request.header("Content-Type");
                    if (is_multipart(media)) {
                        auto uploads = uploads_of(media, exchange->request.body);
                        if (!uploads) return refusal(uploads.error());
                        exchange->request.uploads = std::move(*uploads);
                        // They are the request; the boundary between them is another each time it is sent.
                        exchange->request.body.clear();
                    }
                    return service_.answer(*exchange->admitted, exchange->request);
                });
            },
            [this] { send(); });
    }

    void refuse(int status, const std::string& detail)
    {
        exchange_->reply = refusal(status, detail);
        exchange_->reply.closes = true;
        send();
    }

    template <class Body>
    void set_head(http::response<Body>& response, const Reply& reply)
    {
        response.version(exchange_->version);
        response.result(static_cast<unsigned>(reply.status));
        if (response.result() == http::status::unknown) response.reason(title_of(reply.status).data());
        for (const auto& [name, value] : reply.headers)
            response.insert(name, value);
        if (!reply.media.empty() && reply.status != 204 && reply.status != 304) {
            response.set(http::field::content_type, reply.media);
        }
        const auto set_if_missing = [&](const char* name, const char* value) {
            if (response.find(name) == response.end()) response.set(name, value);
        };
        set_if_missing("Cache-Control", "no-store");
        set_if_missing("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        response.set("X-Content-Type-Options", "nosniff");
        response.set("Referrer-Policy", "no-referrer");
        response.set("X-Frame-Options", "DENY");
        response.set("Cross-Origin-Resource-Policy", "same-origin");
        if (exchange_->request.is_secure) response.set("Strict-Transport-Security", "max-age=31536000");
        response.keep_alive(keeps_on());
    }

    bool keeps_on() const { return exchange_->keep_alive && !exchange_->reply.closes && !transport_.stopping; }

    void send()
    {
        const Reply& reply = exchange_->reply;
        if (reply.listener && !exchange_->is_head) return begin_events();
        if (reply.file) return send_file();
        const bool has_body = reply.status != 204 && reply.status != 304;
        const std::string_view text = has_body ? std::string_view(*reply.body) : std::string_view();
        log(text.size());
        if (exchange_->is_head || !has_body) {
            auto response = std::make_shared<http::response<http::empty_body>>();
            set_head(*response, reply);
            if (has_body && !reply.listener) response->content_length(text.size());
            return write(std::move(response));
        }
        auto response = std::make_shared<http::response<http::span_body<const char>>>();
        set_head(*response, reply);
        response->body() = beast::span<const char>(text.data(), text.size());
        response->content_length(text.size());
        write(std::move(response));
    }

    void send_file()
    {
        auto response = std::make_shared<http::response<http::file_body>>();
        set_head(*response, exchange_->reply);
        error_code problem;
        response->body().open(exchange_->reply.file->c_str(), beast::file_mode::scan, problem);
        if (problem) return refuse(500, "the file of the answer cannot be read");
        response->content_length(response->body().size());
        log(response->body().size());
        write(std::move(response));
    }

    template <class Body>
    void write(std::shared_ptr<http::response<Body>> response)
    {
        auto serializer = std::make_shared<http::response_serializer<Body>>(*response);
        serializer->limit(file_part);
        write_on(std::move(response), std::move(serializer));
    }

    /// Part by part, each with its time: who takes an answer slowly is waited for, who does not take it is not.
    template <class Response, class Serializer>
    void write_on(Response response, Serializer serializer)
    {
        socket().expires_after(limits().write);
        auto& out = *serializer;
        http::async_write_some(stream_, out,
                               [self = this->shared_from_this(), response = std::move(response),
                                serializer = std::move(serializer)](error_code problem, std::size_t) mutable {
                                   if (problem) return self->close();
                                   if (!serializer->is_done()) {
                                       return self->write_on(std::move(response), std::move(serializer));
                                   }
                                   self->written();
                               });
    }

    void written()
    {
        if (!keeps_on()) return linger();
        wait();
    }

    /// Sends off, and reads what the caller still sends for a moment: else he might never see the answer.
    void linger()
    {
        exchange_.reset();
        at_work_ = false;
        socket().expires_after(lingering);
        if constexpr (is_tls) {
            stream_.async_shutdown([self = this->shared_from_this()](error_code) { self->close(); });
        } else {
            error_code ignored;
            socket().socket().shutdown(tcp::socket::shutdown_send, ignored);
            drain();
        }
    }

    void drain()
    {
        buffer_.clear();
        stream_.async_read_some(buffer_.prepare(first_read),
                                [self = this->shared_from_this()](error_code problem, std::size_t) {
                                    if (problem) return self->close();
                                    self->drain();
                                });
    }

    void log(std::size_t bytes)
    {
        using namespace std::chrono;
        const ServiceContext::Admitted* admitted = exchange_->admitted ? &*exchange_->admitted : nullptr;
        service_.log_access(
            {.method = exchange_->request.method,
             .route = exchange_->route,
             .status = exchange_->reply.status,
             .ms = duration<double, std::milli>(steady_clock::now() - exchange_->began).count(),
             .bytes = bytes,
             .account = admitted != nullptr && admitted->caller ? admitted->caller->account.name : std::string_view()});
    }

    // Events: a line whenever something was recorded, and a sign of life now and then.

    void begin_events()
    {
        log(0);
        listener_ = exchange_->reply.listener;
        exchange_->reply.listener.reset();
        auto response = std::make_shared<http::response<http::empty_body>>();
        set_head(*response, exchange_->reply);
        response->chunked(true);
        auto serializer = std::make_shared<http::response_serializer<http::empty_body>>(*response);
        socket().expires_after(limits().write);
        auto& out = *serializer;
        http::async_write_header(
            stream_, out, [self = this->shared_from_this(), response, serializer](error_code problem, std::size_t) {
                if (problem) return self->close();
                self->events_begun();
            });
    }

    void events_begun()
    {
        at_work_ = false;
        listener_->on_news([weak = this->weak_from_this()] {
            if (const auto self = weak.lock()) net::post(self->stream_.get_executor(), [self] { self->look(false); });
        });
        // Nothing is expected from the caller but that he goes.
        socket().expires_never();
        buffer_.clear();
        stream_.async_read_some(buffer_.prepare(first_read),
                                [self = this->shared_from_this()](error_code, std::size_t) { self->close(); });
        look(false);
        wait_for_tick();
    }

    void wait_for_tick()
    {
        tick_.expires_after(sign_of_life);
        tick_.async_wait([self = this->shared_from_this()](error_code problem) {
            if (problem || !self->listener_) return;
            self->look(true);
            self->wait_for_tick();
        });
    }

    /// Tells what is new, where the listener may still hear it.
    void look(bool tick)
    {
        if (!listener_) return;
        if (telling_) {
            again_ = true;
            return;
        }
        if (!tick && heard_ == service_.events().newest() && !service_.events().ended()) return;
        telling_ = true;
        on(
            transport_.quick,
            [this, exchange = exchange_] {
                may_listen_ = !service_.events().ended() && service_.may_still(*exchange->admitted);
            },
            [this] { tell(); });
    }

    void tell()
    {
        if (!listener_) return;
        if (!may_listen_) {
            return tell(http::make_chunk_last(), [](HttpConnection& self) { self.close(); });
        }
        const auto newest = service_.events().newest();
        event_ = newest == heard_ ? std::string(": here\n\n")
                                  : fmt::format("event: registry\nid: {0}\ndata: {{\"delivery_no\":{0}}}\n\n", newest);
        heard_ = newest;
        tell(http::make_chunk(net::buffer(event_)), [](HttpConnection& self) {
            self.telling_ = false;
            if (std::exchange(self.again_, false)) self.look(false);
        });
    }

    template <class Chunk, class Next>
    void tell(const Chunk& chunk, Next next)
    {
        socket().expires_after(limits().write);
        net::async_write(stream_, chunk, [self = this->shared_from_this(), next](error_code problem, std::size_t) {
            if (problem) return self->close();
            next(*self);
        });
    }

    Transport::State& transport_;
    ServiceContext& service_;
    Stream stream_;
    net::steady_timer tick_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    std::shared_ptr<Exchange> exchange_;
    bool at_work_ = false;  ///< a request was read and its answer is not sent
    std::shared_ptr<Events::Listener> listener_;
    std::optional<store::DeliveryNumber> heard_;
    std::string event_;
    bool telling_ = false;
    bool again_ = false;
    bool may_listen_ = true;
};

}  // namespace

void Transport::State::accept()
{
    acceptor->async_accept(net::make_strand(io), [this](error_code problem, tcp::socket socket) {
        if (stopping) return;
        if (!problem) {
            take(std::move(socket));
            return accept();
        }
        // No more files may be open, or the caller has gone: a moment later it may work.
        pause->expires_after(std::chrono::milliseconds(20));
        pause->async_wait([this](error_code) {
            if (!stopping) accept();
        });
    });
}

/// Where there are too many connections the one that waits longest goes: who holds them back by holding them open
/// holds nobody else back.
bool Transport::State::make_room(const std::string& peer)
{
    const ServeOptions& options = service.options();
    const bool is_proxy = std::ranges::find(options.proxies, peer) != options.proxies.end();
    std::shared_ptr<Connection> longest;
    {
        const std::lock_guard lock(mutex);
        std::size_t of_peer = 0;
        Connection* waiting[2] = {nullptr, nullptr};  // of all, of this peer
        for (const auto& [connection, weak] : connections) {
            const bool same = connection->peer() == peer;
            of_peer += same ? 1U : 0U;
            for (const std::size_t whose : {std::size_t{0}, std::size_t{1}}) {
                if (whose == 1 && !same) continue;
                if (connection->waits_since() == SteadyTime::max()) continue;
                if (waiting[whose] == nullptr || connection->waits_since() < waiting[whose]->waits_since()) {
                    waiting[whose] = connection;
                }
            }
        }
        const bool too_many = connections.size() >= options.most_connections;
        const bool too_many_of_peer = !is_proxy && of_peer >= options.most_connections_of_one;
        if (!too_many && !too_many_of_peer) return true;
        Connection* goes = waiting[too_many_of_peer ? 1 : 0];
        if (goes == nullptr) return false;
        longest = connections.at(goes).lock();
        connections.erase(goes);  // it counts no more
    }
    if (longest) longest->close_if_waiting();
    return true;
}

void Transport::State::take(tcp::socket socket)
{
    error_code problem;
    const auto endpoint = socket.remote_endpoint(problem);
    if (problem) return;
    socket.set_option(tcp::no_delay(true), problem);
    std::string peer = plain_address(endpoint.address());
    if (!make_room(peer)) return;
    const auto begin = [this](auto connection) {
        {
            const std::lock_guard lock(mutex);
            connections.emplace(connection.get(), connection);
        }
        connection->start();
    };
    if (tls) {
        using Stream = beast::ssl_stream<beast::tcp_stream>;
        begin(std::make_shared<HttpConnection<Stream>>(*this, std::move(peer), beast::tcp_stream(std::move(socket)),
                                                       *tls));
    } else {
        begin(std::make_shared<HttpConnection<beast::tcp_stream>>(*this, std::move(peer), std::move(socket)));
    }
}

void Transport::State::forget(Connection* connection)
{
    {
        const std::lock_guard lock(mutex);
        connections.erase(connection);
    }
    one_less.notify_all();
}

std::vector<std::shared_ptr<Connection>> Transport::State::all()
{
    std::vector<std::shared_ptr<Connection>> found;
    const std::lock_guard lock(mutex);
    for (const auto& [connection, weak] : connections) {
        if (auto alive = weak.lock()) found.push_back(std::move(alive));
    }
    return found;
}

void Transport::State::stop()
{
    if (stopping.exchange(true)) return;
    net::post(acceptor->get_executor(), [this] {
        error_code ignored;
        acceptor->close(ignored);
        pause->cancel();
    });
    for (const auto& connection : all())
        connection->close_if_waiting();
    const auto none_left = [this](std::chrono::seconds at_most) {
        std::unique_lock lock(mutex);
        return one_less.wait_for(lock, at_most, [this] { return connections.empty(); });
    };
    if (!none_left(longest_stop)) {
        for (const auto& connection : all())
            connection->close_now();
        none_left(lingering);
    }
    quick.join();
    lengthy.join();
    password.join();
    guard.reset();
    io.stop();
    for (std::thread& thread : threads)
        thread.join();
}

Result<std::unique_ptr<Transport>> Transport::listen(ServiceContext& service)
{
    auto state = std::make_unique<State>(service);
    const ServeOptions& options = service.options();
    if (!options.certificate.empty()) {
        auto context = tls_context(options);
        if (!context) return tl::unexpected(context.error());
        state->tls = std::move(*context);
    }
    error_code problem;
    tcp::resolver resolver(state->io);
    const auto found = resolver.resolve(options.host, std::to_string(options.port),
                                        tcp::resolver::passive | tcp::resolver::numeric_service, problem);
    if (!problem && found.empty()) problem = net::error::host_not_found;
    const auto strand = net::make_strand(state->io);
    state->acceptor.emplace(strand);
    state->pause.emplace(strand);
    const auto step = [&](auto&& open) {
        if (!problem) open();
    };
    tcp::acceptor& acceptor = *state->acceptor;
    const tcp::endpoint endpoint = problem ? tcp::endpoint() : found.begin()->endpoint();
    step([&] { acceptor.open(endpoint.protocol(), problem); });
    step([&] { acceptor.set_option(net::socket_base::reuse_address(true), problem); });
    step([&] { acceptor.bind(endpoint, problem); });
    step([&] { acceptor.listen(net::socket_base::max_listen_connections, problem); });
    if (problem) {
        return failure(ErrorCode::bad_input,
                       fmt::format("{}:{} cannot be listened on: {}; is another program there already? Name another "
                                   "with --listen",
                                   options.host, options.port, problem.message()));
    }
    state->port = acceptor.local_endpoint().port();
    state->accept();
    for (int i = 0; i < io_threads; ++i)
        state->threads.emplace_back([io = &state->io] { io->run(); });
    return std::unique_ptr<Transport>(new Transport(std::move(state)));
}

Transport::Transport(std::unique_ptr<State> state) : state_(std::move(state)) {}

Transport::~Transport()
{
    stop();
}

int Transport::port() const
{
    return state_->port;
}

void Transport::stop()
{
    state_->stop();
}

bool is_loopback(const std::string& host)
{
    if (host == "localhost") return true;
    error_code problem;
    const auto address = net::ip::make_address(host, problem);
    return !problem && address.is_loopback();
}

}  // namespace nodtrack::service
