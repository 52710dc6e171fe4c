#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "log_entry.hpp"
#include "service_context.hpp"

// What is decided by the head of a request alone: who asks, whether they may, and what they may send.

namespace nodtrack::service {
namespace {

std::string lower(std::string text)
{
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

/// `[::1]:8080` -> `[::1]`
std::string name_without_port(const std::string& host)
{
    if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
    return host.substr(0, host.find(':'));
}

/// The value of a cookie; empty where there is none, or two of that name: then nobody can say whose they are.
std::string cookie_of(std::string_view header, std::string_view name)
{
    std::string value;
    while (!header.empty()) {
        const std::size_t end = std::min(header.find(';'), header.size());
        std::string_view pair = header.substr(0, end);
        header.remove_prefix(std::min(end + 1, header.size()));
        while (pair.starts_with(' '))
            pair.remove_prefix(1);
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
        if (!value.empty()) return {};
        value = pair.substr(equals + 1);
    }
    return value;
}

constexpr std::size_t most_sign_in_bytes = 4 * 1024;
constexpr std::size_t most_json_bytes = 64 * 1024;
constexpr std::size_t most_policy_bytes = 1024 * 1024;  // a policy file within a text

}  // namespace

/// A page of another site that gave its own name our address (DNS rebinding) says its own name.
std::optional<Reply> ServiceContext::refuse_host(const HttpRequest& request) const
{
    const std::string name = lower(name_without_port(request.header("Host")));
    const auto is = [&](const std::string& known) { return lower(known) == name; };
    if (name == "localhost" || name == "127.0.0.1" || name == "[::1]" || is(options_.host) ||
        std::ranges::any_of(options_.names, is)) {
        return std::nullopt;
    }
    return refusal(421, "the service is not known by the name in the Host header; start it with --name to allow one");
}

/// Whose body may be files, and large.
static bool takes_files(const Route& route)
{
    return route.request == "Record" || route.request == "Import";
}

std::optional<Reply> ServiceContext::refuse_body(const Route& route, const HttpRequest& request) const
{
    const std::size_t most = route.path.starts_with("/api/v1/session") ? most_sign_in_bytes
                             : takes_files(route)                      ? options_.most_body_bytes
                             : route.request == "PolicyAdoption"       ? most_policy_bytes
                                                                       : most_json_bytes;
    if (request.announced > most) {
        return refusal(413, fmt::format("the body has {} bytes; at most {} are taken here{}", request.announced, most,
                                        takes_files(route) ? ": import in parts" : ""));
    }
    if (request.announced == 0) return std::nullopt;
    const std::string encoding = request.header("Content-Encoding");
    if (!encoding.empty() && encoding != "identity") {
        return refusal(415, "the body must not be compressed; leave Content-Encoding out");
    }
    const std::string media = lower(request.header("Content-Type"));
    const bool is_json = media.starts_with(json_media);
    const bool is_form = media.starts_with("multipart/form-data") && takes_files(route);
    if (route.request.empty() || is_json || is_form) return std::nullopt;
    return refusal(415, takes_files(route) ? "the body must be application/json, or multipart/form-data with the files"
                                           : "the body must be application/json");
}

Result<std::optional<Caller>> ServiceContext::caller_of(const HttpRequest& request)
{
    const std::string authorization = request.header("Authorization");
    constexpr std::string_view bearer = "Bearer ";
    const bool by_token = !authorization.empty();
    if (by_token && !authorization.starts_with(bearer)) return std::optional<Caller>();
    const std::string secret =
        by_token ? authorization.substr(bearer.size()) : cookie_of(request.header("Cookie"), session_cookie);
    if (secret.empty()) return std::optional<Caller>();
    // Given back at once: no view of the registry is held while a body is waited for.
    const auto reader = read_sessions_.borrow();
    if (!reader) return tl::unexpected(reader.error());
    return by_token ? authenticator_->bearer_of_token(secret, (*reader)->access)
                    : authenticator_->bearer_of_session(secret, (*reader)->access);
}

bool ServiceContext::may_still(const Admitted& admitted)
{
    if (!admitted.caller) return admitted.route->roles == nobody_needed;
    const auto reader = read_sessions_.borrow();
    if (!reader) return false;
    const auto caller = authenticator_->again(*admitted.caller, (*reader)->access);
    return caller && *caller && may(admitted.route->roles, (*caller)->account.role);
}

std::optional<Reply> ServiceContext::refuse_caller(const Route& route, const std::optional<Caller>& caller,
                                                   const HttpRequest& request) const
{
    if (route.method != Method::get) {
        const std::string origin = request.header("Origin");
        if (!origin.empty() && origin != "http://" + request.header("Host") &&
            origin != "https://" + request.header("Host")) {
            return refusal(403, "the request comes from a page of another site");
        }
    }
    if (route.roles == nobody_needed) return std::nullopt;
    if (!caller) {
        return refusal(401, "sign in first, or send a token as 'Authorization: Bearer …'")
            .with("WWW-Authenticate", "Bearer");
    }
    if (route.method != Method::get && !caller->scope &&
        !tracker::same_secret(request.header("X-CSRF-Token"), caller->csrf_token)) {
        return refusal(403,
                       "the header X-CSRF-Token is missing or not that of this session; GET /api/v1/session tells it");
    }
    if (!may(route.roles, caller->account.role)) {
        return refusal(403, "the role '" + std::string(store::word(caller->account.role)) + "' may not do this");
    }
    if (!caller->scope) return std::nullopt;
    if (!route.scope) return refusal(403, "this takes a person who is signed in, not a token");
    // A token for writing reads too: who writes has to look first.
    const bool fits = *caller->scope == *route.scope ||
                      (*caller->scope == tracker::TokenScope::write && *route.scope == tracker::TokenScope::read);
    if (fits) return std::nullopt;
    return refusal(403, "the token was made for '" + std::string(store::word(*caller->scope)) +
                            "', this takes one for '" + std::string(store::word(*route.scope)) + "'");
}

ServiceContext::Admitted ServiceContext::admit(const HttpRequest& request)
{
    Admitted admitted;
    admitted.refused = refuse_host(request);
    if (!admitted.refused) admitted.refused = refuse_head(request, admitted);
    if (admitted.refused) {
        admitted.refused->closes = request.announced > 0;
        log_refusal(admitted, request, admitted.refused->status);
    }
    return admitted;
}

std::optional<Reply> ServiceContext::refuse_head(const HttpRequest& request, Admitted& admitted)
{
    auto target = target_of(request.target);
    if (!target) return refusal(400, "the address has an escape that is none; write % and two hexadecimal digits");
    Match found = match(request.method, *target);
    for (const std::string& segment : target->path)
        admitted.path += "/" + segment;
    admitted.route = found.route;
    admitted.values = std::move(found.values);
    admitted.query = std::move(target->query);
    if (found.route != nullptr && found.route->path == "/healthz") return std::nullopt;
    // An address that is none is answered without the registry, but for those where the log has to say who asked.
    if (found.route != nullptr || is_logged(admitted.path)) {
        auto caller = caller_of(request);
        if (!caller) return refusal_without_path(caller.error(), options_.registry_file);
        admitted.caller = std::move(*caller);
    }
    if (found.route == nullptr) {
        if (found.allowed.empty()) return refusal(404, "there is nothing at this address");
        return refusal(405, "this address takes " + found.allowed).with("Allow", found.allowed);
    }
    if (auto refused = refuse_caller(*found.route, admitted.caller, request)) return refused;
    if (auto refused = refuse_body(*found.route, request)) return refused;
    return refuse_query(*found.route, admitted.query);
}

std::optional<Reply> ServiceContext::refuse_query(const Route& route,
                                                  const std::vector<std::pair<std::string, std::string>>& query)
{
    std::set<std::string_view> given;
    for (const auto& [name, value] : query) {
        const auto known = std::ranges::find(route.query, std::string_view(name), &uses::Parameter::name);
        if (known == route.query.end()) return refusal(400, "there is no parameter '" + name + "' here");
        if (!given.insert(name).second && !known->repeated) {
            return refusal(400, "the parameter '" + name + "' is given twice; give it once");
        }
    }
    return std::nullopt;
}

void ServiceContext::log_refusal(const Admitted& admitted, const HttpRequest& request, int status)
{
    if (!admitted.caller || !is_logged(admitted.path)) return;
    std::string route = admitted.route != nullptr ? names_of(*admitted.route)
                                                  : shortened(request.method.substr(0, 10) + " " + admitted.path);
    constexpr std::string_view patients = "/api/v1/patients/";
    std::string patient = "-";
    if (admitted.path.size() > patients.size() && admitted.path.starts_with(patients)) {
        // Of an address that is none it is not known where the id ends.
        patient =
            !admitted.values.empty()
                ? admitted.values.front()
                : admitted.path.substr(patients.size(), admitted.path.find('/', patients.size()) - patients.size());
    }
    if (patient.empty()) patient = "-";
    read_log_->log({{instant(), admitted.caller->account.name, shortened(std::move(patient)), std::move(route), 0,
                     fmt::format("status {}", status)}});
}

}  // namespace nodtrack::service
