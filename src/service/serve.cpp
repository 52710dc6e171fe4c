#include "nodtrack/service/serve.hpp"

#include <fmt/format.h>

#include <csignal>

#include "service_context.hpp"
#include "transport.hpp"

namespace nodtrack::service {

struct Service::State {
    std::unique_ptr<ServiceContext> service;
    std::unique_ptr<Transport> transport;

    ~State() { stop(); }
    void stop()
    {
        if (!service) return;
        service->begin_closing();
        service->events().end();
        if (transport) transport->stop();
        service->close();
        transport.reset();
        service.reset();
    }
};

Result<Service> Service::start(ServeOptions options)
{
    if (options.certificate.empty() != options.private_key.empty()) {
        return failure(ErrorCode::usage, "--tls-cert FILE and --tls-key FILE go together");
    }
    if (!is_loopback(options.host) && options.certificate.empty()) {
        return failure(ErrorCode::usage,
                       fmt::format("'{}' can be reached from other computers: records would cross the network in clear "
                                   "text. Give --tls-cert FILE and --tls-key FILE, or listen on 127.0.0.1",
                                   options.host));
    }
    if (!options.timer) {
        options.timer = [] { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); };
    }
    std::signal(SIGPIPE, SIG_IGN);  // a caller may hang up at any time
    auto state = std::make_unique<State>();
    auto service = ServiceContext::open(std::move(options));
    if (!service) return tl::unexpected(service.error());
    state->service = std::move(*service);
    auto transport = Transport::listen(*state->service);
    if (!transport) return tl::unexpected(transport.error());
    state->transport = std::move(*transport);
    return Service(std::move(state));
}

Service::Service(std::unique_ptr<State> state) : state_(std::move(state)) {}
Service::Service(Service&&) noexcept = default;
Service& Service::operator=(Service&&) noexcept = default;
Service::~Service() = default;

int Service::port() const
{
    return state_->transport->port();
}

std::string Service::address() const
{
    const ServeOptions& options = state_->service->options();
    const std::string host = options.host.find(':') == std::string::npos ? options.host : "[" + options.host + "]";
    return fmt::format("{}://{}:{}", state_->service->has_certificate() ? "https" : "http", host, port());
}

void Service::stop()
{
    state_->stop();
}

}  // namespace nodtrack::service
