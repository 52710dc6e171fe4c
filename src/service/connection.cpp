#include "connection.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace nodtrack::service {
namespace {

constexpr std::size_t buffer_size = 16 * 1024;
constexpr std::size_t gathered_at_most = 64 * 1024;

template <class Ask>
std::pair<std::string, int> name_of(int socket, Ask&& ask)
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (ask(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
    char text[INET6_ADDRSTRLEN] = {};
    if (address.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
        return {text, ntohs(v4.sin_port)};
    }
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    return {text, ntohs(v6.sin6_port)};
}

}  // namespace

Connection::Connection(int socket, const Patience& patience, SSL_CTX* tls)
    : socket_(socket), patience_(patience), deadline_(Clock::now() + patience.header), in_(buffer_size, '\0')
{
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(socket_, F_SETFL, fcntl(socket_, F_GETFL) | O_NONBLOCK);
    remote_ = name_of(socket_, ::getpeername);
    local_ = name_of(socket_, ::getsockname);
    if (tls == nullptr) return;
    tls_.reset(SSL_new(tls));
    if (tls_) SSL_set_fd(tls_.get(), socket_);
    failed_ = !tls_;
}

Connection::~Connection()
{
    if (tls_ && !failed_) SSL_shutdown(tls_.get());
    ::shutdown(socket_, SHUT_RDWR);
    ::close(socket_);
}

bool Connection::wait(short events, Clock::time_point until) const
{
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
        pollfd polled{socket_, events, 0};
        const int ready = ::poll(&polled, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
        if (ready > 0) return true;
        if (ready == 0 || errno != EINTR) return false;
    }
}

bool Connection::greet()
{
    if (!tls_) return !failed_;
    while (true) {
        const int outcome = SSL_accept(tls_.get());
        if (outcome == 1) return true;
        const int wanted = SSL_get_error(tls_.get(), outcome);
        ERR_clear_error();
        const bool more = (wanted == SSL_ERROR_WANT_READ && wait(POLLIN, deadline_)) ||
                          (wanted == SSL_ERROR_WANT_WRITE && wait(POLLOUT, deadline_));
        if (!more) {
            failed_ = true;
            return false;
        }
    }
}

ssize_t Connection::receive(char* bytes, std::size_t size)
{
    while (true) {
        if (!tls_) {
            const ssize_t got = ::recv(socket_, bytes, size, MSG_DONTWAIT);
            if (got >= 0) return got;
            if (errno == EINTR) continue;
            if ((errno != EAGAIN && errno != EWOULDBLOCK) || !wait(POLLIN, deadline_)) return -1;
            continue;
        }
        const int got = SSL_read(tls_.get(), bytes, static_cast<int>(std::min<std::size_t>(size, 1U << 30U)));
        if (got > 0) return got;
        const int wanted = SSL_get_error(tls_.get(), got);
        ERR_clear_error();
        if (wanted == SSL_ERROR_ZERO_RETURN) return 0;
        const bool more = (wanted == SSL_ERROR_WANT_READ && wait(POLLIN, deadline_)) ||
                          (wanted == SSL_ERROR_WANT_WRITE && wait(POLLOUT, deadline_));
        if (!more) {
            failed_ = true;
            return -1;
        }
    }
}

bool Connection::wait_for_request()
{
    if (in_from_ < in_size_) return true;
    deadline_ = Clock::now() + patience_.idle;
    const ssize_t got = receive(in_.data(), in_.size());
    if (got <= 0) return false;
    in_from_ = 0;
    in_size_ = static_cast<std::size_t>(got);
    return true;
}

bool Connection::is_alive() const
{
    char byte = 0;
    const ssize_t got = ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR));
}

bool Connection::is_readable() const
{
    return in_from_ < in_size_ || wait(POLLIN, deadline_);
}

bool Connection::is_writable() const
{
    return !failed_ && is_alive();
}

ssize_t Connection::read(char* bytes, size_t size)
{
    if (in_from_ == in_size_) {
        if (Clock::now() >= deadline_) return -1;
        if (size >= in_.size()) return receive(bytes, size);
        const ssize_t got = receive(in_.data(), in_.size());
        if (got <= 0) return got;
        in_from_ = 0;
        in_size_ = static_cast<std::size_t>(got);
    }
    const std::size_t taken = std::min(size, in_size_ - in_from_);
    std::memcpy(bytes, in_.data() + in_from_, taken);
    in_from_ += taken;
    return static_cast<ssize_t>(taken);
}

bool Connection::send_all(const char* bytes, std::size_t size)
{
    while (size > 0 && !failed_) {
        const auto until = Clock::now() + patience_.write;
        ssize_t sent = 0;
        bool again = false;
        if (tls_) {
            const int outcome = SSL_write(tls_.get(), bytes, static_cast<int>(std::min<std::size_t>(size, 1U << 30U)));
            const int wanted = outcome > 0 ? SSL_ERROR_NONE : SSL_get_error(tls_.get(), outcome);
            ERR_clear_error();
            sent = outcome;
            again = (wanted == SSL_ERROR_WANT_WRITE && wait(POLLOUT, until)) ||
                    (wanted == SSL_ERROR_WANT_READ && wait(POLLIN, until));
        } else {
            sent = ::send(socket_, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
            again = sent < 0 && (errno == EINTR || ((errno == EAGAIN || errno == EWOULDBLOCK) && wait(POLLOUT, until)));
        }
        if (sent <= 0) {
            if (again) continue;
            failed_ = true;
            break;
        }
        bytes += sent;
        size -= static_cast<std::size_t>(sent);
    }
    return !failed_;
}

bool Connection::flush()
{
    const bool sent = out_.empty() ? !failed_ : send_all(out_.data(), out_.size());
    out_.clear();
    return sent;
}

ssize_t Connection::write(const char* bytes, size_t size)
{
    if (failed_) return -1;
    if (out_.size() + size > gathered_at_most && !out_.empty() && !flush()) return -1;
    if (size >= gathered_at_most) return send_all(bytes, size) ? static_cast<ssize_t>(size) : -1;
    out_.append(bytes, size);
    if (at_once_ && !flush()) return -1;
    return static_cast<ssize_t>(size);
}

void Connection::linger()
{
    if (!flush()) return;
    if (tls_) {
        SSL_shutdown(tls_.get());
        failed_ = true;  // nothing more goes out
    }
    ::shutdown(socket_, SHUT_WR);
    const auto until = Clock::now() + std::chrono::seconds(3);
    char bytes[4096];
    while (Clock::now() < until) {
        if (!wait(POLLIN, until)) return;
        const ssize_t got = ::recv(socket_, bytes, sizeof bytes, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) return;
    }
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const
{
    std::tie(ip, port) = remote_;
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const
{
    std::tie(ip, port) = local_;
}

}  // namespace nodtrack::service
