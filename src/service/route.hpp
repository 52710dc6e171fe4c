#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/tracker/access.hpp"
#include "reply.hpp"

namespace nodtrack::service {

struct RequestContext;

enum class Method : std::uint8_t { get, post, remove };
inline constexpr std::string_view method_words[] = {"GET", "POST", "DELETE"};

/// Who may: a set of roles.
using Roles = unsigned;
inline constexpr Roles radiologist = 1U << static_cast<unsigned>(tracker::Role::radiologist);
inline constexpr Roles board = 1U << static_cast<unsigned>(tracker::Role::board);
inline constexpr Roles researcher = 1U << static_cast<unsigned>(tracker::Role::researcher);
inline constexpr Roles admin = 1U << static_cast<unsigned>(tracker::Role::admin);
inline constexpr Roles clinic = radiologist | board | admin;
inline constexpr Roles everybody = clinic | researcher;  ///< who is signed in
inline constexpr Roles nobody_needed = 0;

inline bool may(Roles roles, tracker::Role role)
{
    return (roles & (1U << static_cast<unsigned>(role))) != 0;
}

/// What an answer to a GET rests on, so that it may be kept and asked for again by its ETag.
enum class RestsOn : std::uint8_t {
    nothing_kept,  ///< made each time
    patient,       ///< the record of the patient in the path, and the query
    registry       ///< all records, and the query
};

struct Parameter {
    std::string_view name;
    std::string_view schema;  ///< `date`, `text`, `count`, or allowed words parted by |
    std::string_view meaning;
    bool repeated = false;
};

/// Everything there is to say of one route. Dispatch, authorisation, the OpenAPI document and the tests are made of it.
struct Route {
    Method method = Method::get;
    std::string_view path;  ///< `/api/v1/patients/{patient_id}/assessment`
    Roles roles = nobody_needed;
    /// What a token must be made for. Absent: no token is taken, a person must be signed in.
    std::optional<tracker::TokenScope> scope;
    std::string_view summary;
    std::vector<Parameter> query;
    std::string_view request;   ///< name of the body's schema in schema/service.schema.json; empty: no body
    std::string_view response;  ///< of the answer; empty: not JSON
    RestsOn rests_on = RestsOn::nothing_kept;
    std::string_view media = json_media;
    int status = 200;  ///< of a good answer
    Result<Reply> (*answer)(RequestContext&) = nullptr;
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

/// The table.
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
