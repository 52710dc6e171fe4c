#pragma once

#include <fmt/format.h>

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "exchange.hpp"
#include "transport_state.hpp"

namespace nodtrack::service {

namespace beast = boost::beast;
namespace http = beast::http;

inline constexpr std::size_t first_read_bytes = 4 * 1024;
inline constexpr std::size_t file_part_bytes = 256 * 1024;
inline constexpr std::chrono::seconds sign_of_life(10);

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
        stream_.async_read_some(buffer_.prepare(first_read_bytes),
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
        take_head(*exchange_, *parser_, peer(), is_tls, service_.options());
        if (auto refused = refusal_of_head(exchange_->request)) return refuse(std::move(*refused));
        on(
            transport_.quick, [this, exchange = exchange_] { admit(service_, *exchange); }, [this] { admitted(); });
    }

    void admitted()
    {
        // A body that is not read ends the connection with the answer.
        if (exchange_->request.announced > 0 && !exchange_->has_body_to_read()) exchange_->keep_alive = false;
        if (exchange_->reply.status != 0) return send();
        if (!exchange_->has_body_to_read()) return make_answer();
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
        make_answer();
    }

    void make_answer()
    {
        on(
            transport_.pool_of(*exchange_->admitted->route),
            [this, exchange = exchange_] { answer(service_, *exchange); }, [this] { send(); });
    }

    void refuse(int status, const std::string& detail) { refuse(refusal(status, detail)); }
    void refuse(Reply reply)
    {
        exchange_->reply = std::move(reply);
        exchange_->reply.closes = true;
        send();
    }

    template <class Body>
    void set_head(http::response<Body>& response)
    {
        response_head(response, *exchange_);
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
            set_head(*response);
            if (has_body && !reply.listener) response->content_length(text.size());
            return write(std::move(response));
        }
        auto response = std::make_shared<http::response<http::span_body<const char>>>();
        set_head(*response);
        response->body() = beast::span<const char>(text.data(), text.size());
        response->content_length(text.size());
        write(std::move(response));
    }

    void send_file()
    {
        auto response = std::make_shared<http::response<http::file_body>>();
        set_head(*response);
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
        serializer->limit(file_part_bytes);
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
        stream_.async_read_some(buffer_.prepare(first_read_bytes),
                                [self = this->shared_from_this()](error_code problem, std::size_t) {
                                    if (problem) return self->close();
                                    self->drain();
                                });
    }

    void log(std::size_t bytes) { service_.log_access(access_line(*exchange_, bytes)); }

    // Events: a line whenever something was recorded, and a sign of life now and then.

    void begin_events()
    {
        constexpr unsigned first_with_chunks = 11;  // HTTP/1.1
        if (exchange_->version < first_with_chunks) return refuse(505, "an event stream needs HTTP/1.1");
        log(0);
        listener_ = exchange_->reply.listener;
        exchange_->reply.listener.reset();
        auto response = std::make_shared<http::response<http::empty_body>>();
        set_head(*response);
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
        stream_.async_read_some(buffer_.prepare(first_read_bytes),
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

}  // namespace nodtrack::service
