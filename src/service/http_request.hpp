#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nodtrack/domain/result.hpp"

namespace nodtrack::service {

/// A file of a multipart upload.
struct Upload {
    std::string name;
    std::string text;
};

/// A request as the transport hands it over; the body comes after the head was admitted.
struct HttpRequest {
    std::string method;
    std::string target;  ///< as sent, escapes and all
    std::vector<std::pair<std::string, std::string>> fields;
    std::string body;
    std::vector<Upload> uploads{};
    std::string address;          ///< of the caller; behind a trusted proxy, as that says it
    std::uint64_t announced = 0;  ///< bytes of the body, as Content-Length says
    bool is_secure = false;       ///< came by TLS, here or at a trusted proxy

    /// The value of the first header field of that name, in any case; empty where there is none.
    std::string header(std::string_view name) const;
    /// How many fields bear that name.
    std::size_t count(std::string_view name) const;
};

bool same_name(std::string_view left, std::string_view right);  ///< in any case

bool is_multipart(std::string_view content_type);

/// The parts of a multipart/form-data body. Fails with `usage` where it is none, or has more than `most_uploads`.
Result<std::vector<Upload>> uploads_of(std::string_view content_type, std::string_view body);
inline constexpr std::size_t most_uploads = 20;

}  // namespace nodtrack::service
