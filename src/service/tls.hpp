#pragma once

#include <boost/asio/ssl.hpp>
#include <memory>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/service/serve.hpp"

namespace nodtrack::service {

/// TLS 1.2 with forward secrecy, or 1.3, which has no other. Fails with `bad_input` where certificate or key cannot be
/// used, or others can read the key.
Result<std::unique_ptr<boost::asio::ssl::context>> tls_context(const ServeOptions& options);

}  // namespace nodtrack::service
