#include "exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <exception>

#include "pages.hpp"
#include "plain_address.hpp"

namespace nodtrack::service {
namespace {

constexpr std::size_t most_fields = 100;

std::string text_of(boost::beast::string_view text)
{
    return {text.data(), text.size()};
}

template <class Work>
Reply answered(ServiceContext& service, Work&& work)
{
    try {
        return work();
    } catch (const std::exception& exception) {
        service.complain(std::string("internal error: ") + exception.what());
    } catch (...) {
        service.complain("internal error of unknown kind");
    }
    return refusal(500, "internal error; the service's log says more");
}

Reply unfinished()
{
    Reply reply;
    reply.status = 0;
    return reply;
}

}  // namespace

void take_head(Exchange& exchange, const RequestParser& parser, const std::string& peer, bool is_tls,
               const ServeOptions& options)
{
    const auto& head = parser.get();
    HttpRequest& request = exchange.request;
    request.method = text_of(head.method_string());
    request.target = text_of(head.target());
    for (const auto& field : head)
        request.fields.emplace_back(text_of(field.name_string()), text_of(field.value()));
    request.announced = parser.content_length().value_or(0);
    request.is_secure = is_tls;
    request.address = peer;
    exchange.keep_alive = parser.keep_alive();
    if (std::ranges::find(options.proxies, peer) == options.proxies.end()) return;
    // A trusted proxy adds the caller's address at the end; what stands before it anybody may have written.
    std::string forwarded;
    for (const auto& [name, value] : request.fields) {
        if (same_name(name, "X-Forwarded-For")) forwarded = value;
    }
    forwarded.erase(0, forwarded.rfind(',') + 1);
    forwarded.erase(0, forwarded.find_first_not_of(' '));
    boost::system::error_code no_address;
    const auto address = boost::asio::ip::make_address(forwarded, no_address);
    if (!no_address) request.address = plain_address(address);
    if (request.header("X-Forwarded-Proto") == "https") request.is_secure = true;
}

std::optional<Reply> refusal_of_head(const HttpRequest& request)
{
    if (request.fields.size() > most_fields) {
        return refusal(431,
                       fmt::format("the head has {} fields; at most {} are taken", request.fields.size(), most_fields));
    }
    if (request.count("Transfer-Encoding") > 0) {
        return refusal(400, "Transfer-Encoding is not taken; say how long the body is in Content-Length");
    }
    for (const char* name : {"Host", "Content-Length", "Authorization", "Content-Type", "Origin"}) {
        if (request.count(name) > 1) return refusal(400, std::string(name) + " is there twice");
    }
    return std::nullopt;
}

void admit(ServiceContext& service, Exchange& exchange)
{
    HttpRequest& request = exchange.request;
    exchange.reply = answered(service, [&]() -> Reply {
        if (!request.target.starts_with("/api/") && request.target != "/healthz" && request.target != "/readyz") {
            exchange.route = "page";
            if (auto refused = service.refuse_host(request)) return std::move(*refused);
            return page(request);
        }
        exchange.admitted = service.admit(request);
        if (exchange.admitted->route != nullptr) exchange.route = exchange.admitted->route->path;
        if (exchange.admitted->refused) return std::move(*exchange.admitted->refused);
        const bool at_once = work_of(*exchange.admitted->route) == Work::quick;
        if (!at_once || exchange.has_body_to_read()) return unfinished();
        return service.answer(*exchange.admitted, request);
    });
    if (exchange.reply.status != 0 && request.announced > 0) exchange.reply.closes = true;
}

void answer(ServiceContext& service, Exchange& exchange)
{
    HttpRequest& request = exchange.request;
    exchange.reply = answered(service, [&]() -> Reply {
        const std::string media = request.header("Content-Type");
        if (is_multipart(media)) {
            auto uploads = uploads_of(media, request.body);
            if (!uploads) {
                Reply refused = refusal(uploads.error());
                service.log_refusal(*exchange.admitted, request, refused.status);
                return refused;
            }
            request.uploads = std::move(*uploads);
            // They are the request; the boundary between them is another each time it is sent.
            request.body.clear();
        }
        return service.answer(*exchange.admitted, request);
    });
}

void response_head(boost::beast::http::response_header<>& head, const Exchange& exchange)
{
    namespace http = boost::beast::http;
    const Reply& reply = exchange.reply;
    head.version(exchange.version);
    head.result(static_cast<unsigned>(reply.status));
    if (head.result() == http::status::unknown) head.reason(title_of(reply.status).data());
    for (const auto& [name, value] : reply.headers)
        head.insert(name, value);
    if (!reply.media.empty() && reply.status != 204 && reply.status != 304) {
        head.set(http::field::content_type, reply.media);
    }
    const auto set_if_missing = [&](const char* name, const char* value) {
        if (head.find(name) == head.end()) head.set(name, value);
    };
    set_if_missing("Cache-Control", "no-store");
    set_if_missing("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    head.set("X-Content-Type-Options", "nosniff");
    head.set("Referrer-Policy", "no-referrer");
    head.set("X-Frame-Options", "DENY");
    head.set("Cross-Origin-Resource-Policy", "same-origin");
    if (exchange.request.is_secure) head.set("Strict-Transport-Security", "max-age=31536000");
}

AccessLine access_line(const Exchange& exchange, std::size_t bytes)
{
    using namespace std::chrono;
    const ServiceContext::Admitted* admitted = exchange.admitted ? &*exchange.admitted : nullptr;
    return {.method = exchange.request.method,
            .route = exchange.route,
            .status = exchange.reply.status,
            .ms = duration<double, std::milli>(steady_clock::now() - exchange.began).count(),
            .bytes = bytes,
            .account = admitted != nullptr && admitted->caller ? admitted->caller->account.name : std::string_view()};
}

}  // namespace nodtrack::service
