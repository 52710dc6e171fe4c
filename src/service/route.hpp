#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/tracker/uses/use_case.hpp"
#include "reply.hpp"

namespace nodtrack::service {

struct RequestContext;

using uses::Method;
inline constexpr std::string_view method_words[] = {"GET", "POST", "DELETE"};

using uses::admin;
using uses::board;
using uses::clinic;
using uses::everybody;
using uses::may;
using uses::nobody_needed;
using uses::radiologist;
using uses::researcher;
using uses::Roles;

using uses::RestsOn;

/// Everything there is to say of one route. Dispatch, authorisation, the OpenAPI document and the tests are made of it.
struct Route {
    Method method = Method::get;
    std::string_view path;  ///< `/api/v1/patients/{patient_id}/assessment`
    Roles roles = nobody_needed;
    /// What a token must be made for. Absent: no token is taken, a person must be signed in.
    std::optional<tracker::TokenScope> scope;
    std::string_view summary;
    std::vector<uses::Parameter> query;
    std::string_view request;   ///< name of the body's schema in the API's document; empty: no body
    std::string_view response;  ///< of the answer; empty: not JSON
    RestsOn rests_on = RestsOn::nothing_kept;
    std::string_view media = json_media;
    int status = 200;  ///< of a good answer
    Result<Reply> (*answer)(RequestContext&) = nullptr;
    /// Where it is a use case: which, and by which of its routes.
    const uses::UseCase* use = nullptr;
    const uses::Route* of_use = nullptr;
};

/// On which threads an answer is made.
enum class Work : std::uint8_t {
    quick,
    lengthy,  ///< of many patients, or of files: it holds no look-up up
    password  ///< checks or hashes a password: few at once, as each takes much memory
};
Work work_of(const Route& route);

/// Whether its body holds a password: then neither the request nor a hash of it is kept.
bool holds_password(const Route& route);

/// The table: the use cases' routes, and those of the service itself.
const std::vector<Route>& routes();

/// A target such as `/api/v1/patients/P%2F1?as_of=2026-11-20`, taken apart.
struct Target {
    std::vector<std::string> path;  ///< segments, decoded
    std::vector<std::pair<std::string, std::string>> query;
};
/// Absent where an escape is broken or decodes to a NUL.
std::optional<Target> target_of(std::string_view text);

/// A route and the values of the braces in its path.
struct Match {
    const Route* route = nullptr;
    std::vector<std::string> values;
    std::string allowed;  ///< where the path is known but not the method: those that are
};
Match match(std::string_view method, const Target& target);

}  // namespace nodtrack::service
