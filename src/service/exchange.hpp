#pragma once

#include <boost/beast/http.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "http_request.hpp"
#include "reply.hpp"
#include "service_context.hpp"

namespace nodtrack::service {

inline constexpr std::uint32_t most_head_bytes = 64 * 1024;

/// One request and what has become of it.
struct Exchange {
    HttpRequest request;
    unsigned version = 11;
    bool is_head = false;
    bool keep_alive = false;
    std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
    std::optional<ServiceContext::Admitted> admitted{};
    std::string_view route{};
    Reply reply{};

    /// Of what comes along with a request that takes none the body is not read.
    bool has_body_to_read() const
    {
        return request.announced > 0 && admitted && admitted->route != nullptr &&
               admitted->route->method != Method::get;
    }
};

using RequestParser = boost::beast::http::request_parser<boost::beast::http::string_body>;

/// Takes over what the head of a request says; of `peer`, which is a trusted proxy where the options name it.
void take_head(Exchange& exchange, const RequestParser& parser, const std::string& peer, bool is_tls,
               const ServeOptions& options);

/// Why a head is refused before anybody looks what it asks for; absent where it is not.
std::optional<Reply> refusal_of_head(const HttpRequest& request);

// The following two run on threads that make answers. What is thrown becomes a 500 and a complaint.

/// Looks at the head alone. `reply` is there afterwards, or has the status 0: the body is to be read, or the answer is
/// made on other threads.
void admit(ServiceContext& service, Exchange& exchange);

/// Makes the answer to a request that was admitted, with its body.
void answer(ServiceContext& service, Exchange& exchange);

/// Status and fields of an answer's head, but for its length.
void response_head(boost::beast::http::response_header<>& head, const Exchange& exchange);

/// For the access log.
AccessLine access_line(const Exchange& exchange, std::size_t bytes);

}  // namespace nodtrack::service
