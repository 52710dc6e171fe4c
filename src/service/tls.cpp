#include "tls.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <filesystem>
#include <system_error>

namespace nodtrack::service {
namespace {

tl::unexpected<Error> tls_failure(const char* option, const std::filesystem::path& file)
{
    const unsigned long code = ERR_get_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    ERR_clear_error();
    return failure(ErrorCode::bad_input,
                   fmt::format("{} {}: {}; expected a PEM file with a certificate chain, and one with its private key",
                               option, file.string(), reason == nullptr ? "unreadable" : reason));
}

}  // namespace

Result<std::unique_ptr<boost::asio::ssl::context>> tls_context(const ServeOptions& options)
{
    std::error_code problem;
    const auto rights = std::filesystem::status(options.private_key, problem).permissions();
    if (!problem && (rights & std::filesystem::perms::others_read) != std::filesystem::perms::none) {
        return failure(ErrorCode::bad_input, fmt::format("--tls-key {}: every user of this computer can read it; take "
                                                         "that right away with: chmod o-rwx",
                                                         options.private_key.string()));
    }
    auto context = std::make_unique<boost::asio::ssl::context>(boost::asio::ssl::context::tls_server);
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

}  // namespace nodtrack::service
