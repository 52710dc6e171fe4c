#include "transport.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "http_connection.hpp"
#include "plain_address.hpp"
#include "tls.hpp"
#include "transport_state.hpp"

namespace nodtrack::service {
namespace {

constexpr int io_threads = 2;
constexpr std::chrono::seconds longest_stop(60);

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
