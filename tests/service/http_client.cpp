#include "http_client.hpp"

#include <atomic>
#include <utility>  // boost/asio/awaitable.hpp of Boost 1.74 does without

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <limits>

namespace nodtrack::test::http {

namespace beast = boost::beast;
namespace net = boost::asio;
namespace protocol = boost::beast::http;
using boost::system::error_code;

std::string Response::get_header_value(std::string_view name) const
{
    for (const auto& [known, value] : headers) {
        if (beast::iequals({known.data(), known.size()}, {name.data(), name.size()})) return value;
    }
    return {};
}

struct Client::Connection {
    net::io_context io;
    net::ssl::context context{net::ssl::context::tls_client};
    net::ip::tcp::socket socket{io};
    std::optional<net::ssl::stream<net::ip::tcp::socket&>> tls;
    beast::flat_buffer buffer;
    bool is_new = true;

    bool open(const std::string& host, int port, bool over_tls)
    {
        error_code problem;
        socket.connect({net::ip::make_address(host), static_cast<unsigned short>(port)}, problem);
        if (problem) return false;
        socket.set_option(net::ip::tcp::no_delay(true), problem);
        if (!over_tls) return true;
        tls.emplace(socket, context);
        tls->handshake(net::ssl::stream_base::client, problem);
        return !problem;
    }
    template <class Use>
    auto with(Use&& use)
    {
        return tls ? use(*tls) : use(socket);
    }
};

Client::Client(std::string host, int port, bool tls) : host_(std::move(host)), port_(port), tls_(tls) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result Client::ask(const std::string& method, const std::string& path, const Headers& headers, const std::string& body,
                   const std::string& media, const HeadTaker& head, const BodyTaker& take)
{
    protocol::request<protocol::string_body> request;
    request.version(11);
    request.method_string(method);
    request.target(path);
    request.set(protocol::field::host, host_ + ":" + std::to_string(port_));
    for (const auto& [name, value] : headers) {
        if (protocol::string_to_field(name) == protocol::field::host) {
            request.set(protocol::field::host, value);
        } else {
            request.insert(name, value);
        }
    }
    if (!media.empty()) request.set(protocol::field::content_type, media);
    request.keep_alive(keep_);
    request.body() = body;
    if (!media.empty() || method == "POST" || method == "PUT") request.content_length(body.size());

    for (int tries = 0; tries < 2; ++tries) {
        const bool was_open = connection_ != nullptr;
        if (!was_open) {
            connection_ = std::make_unique<Connection>();
            if (!connection_->open(host_, port_, tls_)) {
                connection_.reset();
                return std::nullopt;
            }
        }
        error_code problem;
        connection_->with([&](auto& stream) { protocol::write(stream, request, problem); });
        protocol::response_parser<protocol::buffer_body> parser;
        parser.body_limit(std::numeric_limits<std::uint64_t>::max());
        if (method == "HEAD") parser.skip(true);
        // An answer may be there although not all of the request was taken.
        connection_->with([&](auto& stream) { protocol::read_header(stream, connection_->buffer, parser, problem); });
        if (problem) {
            connection_.reset();
            if (was_open) continue;  // it was closed meanwhile
            return std::nullopt;
        }
        Response response;
        response.status = static_cast<int>(parser.get().result_int());
        for (const auto& field : parser.get()) {
            response.headers.emplace(std::string(field.name_string().data(), field.name_string().size()),
                                     std::string(field.value().data(), field.value().size()));
        }
        bool goes_on = !head || head(response);
        char bytes[16 * 1024];
        while (goes_on && !parser.is_done()) {
            parser.get().body().data = bytes;
            parser.get().body().size = sizeof bytes;
            connection_->with([&](auto& stream) { protocol::read_some(stream, connection_->buffer, parser, problem); });
            if (problem == protocol::error::need_buffer) problem = {};
            const std::size_t got = sizeof bytes - parser.get().body().size;
            goes_on = take ? got == 0 || take(bytes, got) : (response.body.append(bytes, got), true);
            if (problem) break;
        }
        const bool whole = parser.is_done();
        if (!whole || !keep_ || !parser.keep_alive()) connection_.reset();
        if (!whole) return std::nullopt;
        return response;
    }
    return std::nullopt;
}

Result Client::Get(const std::string& path, const Headers& headers)
{
    return ask("GET", path, headers, {}, {}, {}, {});
}

Result Client::Get(const std::string& path, const Headers& headers, const BodyTaker& take)
{
    return ask("GET", path, headers, {}, {}, {}, take);
}

Result Client::Get(const std::string& path, const Headers& headers, const HeadTaker& head, const BodyTaker& take)
{
    return ask("GET", path, headers, {}, {}, head, take);
}

Result Client::Post(const std::string& path, const std::string& body, const std::string& media)
{
    return ask("POST", path, {}, body, media, {}, {});
}

Result Client::Post(const std::string& path, const Headers& headers, const std::string& body, const std::string& media)
{
    return ask("POST", path, headers, body, media, {}, {});
}

Result Client::Post(const std::string& path, const Headers& headers, const MultipartFormDataItems& items)
{
    static std::atomic<int> requests = 0;
    const std::string boundary = "boundary-" + std::to_string(++requests);  // a browser makes a new one each time
    std::string body;
    for (const MultipartItem& item : items) {
        body += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + item.name + "\"; filename=\"" +
                item.filename + "\"\r\nContent-Type: " + item.content_type + "\r\n\r\n" + item.content + "\r\n";
    }
    body += "--" + boundary + "--\r\n";
    return ask("POST", path, headers, body, "multipart/form-data; boundary=" + boundary, {}, {});
}

Result Client::Put(const std::string& path, const Headers& headers, const std::string& body, const std::string& media)
{
    return ask("PUT", path, headers, body, media, {}, {});
}

Result Client::Delete(const std::string& path, const Headers& headers)
{
    return ask("DELETE", path, headers, {}, {}, {}, {});
}

Result Client::Head(const std::string& path, const Headers& headers)
{
    return ask("HEAD", path, headers, {}, {}, {}, {});
}

std::string encode_query_param(std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
            encoded += c;
        } else {
            encoded += '%';
            encoded += digits[byte >> 4U];
            encoded += digits[byte & 15U];
        }
    }
    return encoded;
}

}  // namespace nodtrack::test::http
