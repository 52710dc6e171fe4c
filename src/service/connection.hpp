#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <memory>
#include <string>

#include <httplib.h>

#include "nodtrack/service/serve.hpp"

namespace nodtrack::service {

struct SslFree {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Tls = std::unique_ptr<SSL, SslFree>;
using TlsContext = std::unique_ptr<SSL_CTX, SslFree>;

/// One connection of a caller as the library's stream: reading has a deadline for the whole head and the whole body,
/// not for each byte alone, so that who sends a byte now and then (slow-loris) holds no thread for long; writing is
/// gathered, so that an answer is one packet where it fits.
class Connection : public httplib::Stream {
  public:
    using Clock = std::chrono::steady_clock;

    Connection(int socket, const Patience& patience, SSL_CTX* tls);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// The TLS handshake; nothing where there is none. False where it fails.
    bool greet();
    /// Waits for the first byte of a request; false where none comes in time, or the caller has gone.
    bool wait_for_request();
    void expect_head() { deadline_ = Clock::now() + patience_.header; }
    void expect_body() { deadline_ = Clock::now() + patience_.body; }
    /// From now on what is written goes out at once (events).
    void write_at_once() { at_once_ = true; }
    void close_after_answer() { closes_ = true; }
    bool closes() const { return closes_; }
    bool flush();
    /// Sends off, and reads what the caller still sends for a moment: else he might never see the answer.
    void linger();
    /// Whether the caller is still there.
    bool is_alive() const;

    bool is_readable() const override;
    bool is_writable() const override;
    ssize_t read(char* bytes, size_t size) override;
    ssize_t write(const char* bytes, size_t size) override;
    void get_remote_ip_and_port(std::string& ip, int& port) const override;
    void get_local_ip_and_port(std::string& ip, int& port) const override;
    socket_t socket() const override { return socket_; }

  private:
    bool wait(short events, Clock::time_point until) const;
    ssize_t receive(char* bytes, std::size_t size);
    bool send_all(const char* bytes, std::size_t size);

    int socket_;
    const Patience& patience_;
    Tls tls_;
    std::pair<std::string, int> remote_;
    std::pair<std::string, int> local_;
    Clock::time_point deadline_;
    std::string in_;
    std::size_t in_from_ = 0;
    std::size_t in_size_ = 0;
    std::string out_;
    bool at_once_ = false;
    bool closes_ = false;
    bool failed_ = false;
};

}  // namespace nodtrack::service
