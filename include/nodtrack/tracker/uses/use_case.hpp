#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/tracker/access.hpp"

namespace nodtrack::uses {

class Call;

/// Who may, at the service: a set of roles.
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

// Rules by role that hold wherever it is known who asks.

/// Radiologists correct only rows that they recorded themselves.
inline bool corrects_own_rows_alone(tracker::Role role)
{
    return role == tracker::Role::radiologist;
}

/// The tumour board and admins record decisions, also in files; who may import a record need not.
inline bool may_decide(tracker::Role role)
{
    return role == tracker::Role::board || role == tracker::Role::admin;
}

enum class Type : std::uint8_t {
    text,
    date,
    count,   ///< a whole number
    share,   ///< a number from 0 to 1
    yes,     ///< a switch: given or not
    truth,   ///< true or false
    names,   ///< several texts: a list, or comma-separated
    cells,   ///< an object of column and value, or COLUMN=VALUE several times
    object,  ///< a JSON object
    secret   ///< a new password, which the command line asks for
};

/// At which doors a parameter is given.
enum class Given : std::uint8_t { everywhere, command_line, service, nowhere };

struct Parameter {
    std::string name;  ///< as the API has it: `due_date`
    Type type = Type::text;
    std::string help{};
    std::vector<std::string> words{};  ///< the only values taken; empty: any
    /// As typed, where it is not `--due-date`. Without dashes it is an argument: `PATIENT`.
    std::string option{};
    std::string value{};              ///< what `--help` calls the value: `DATE`
    Given required = Given::nowhere;  ///< where it cannot be left out
    Given at = Given::everywhere;
    bool repeated = false;
    int least = 0;                       ///< of a count
    std::optional<std::int64_t> most{};  ///< of a count
};

/// How a use case is asked for at the service.
enum class Method : std::uint8_t { get, post, remove };

/// What an answer to a GET rests on, so that it may be kept and asked for again by its ETag.
enum class RestsOn : std::uint8_t {
    nothing_kept,  ///< made each time
    patient,       ///< the record of the patient in the path, and the query
    registry       ///< all records, and the query
};

enum class Format : std::uint8_t { text, json, csv };

inline constexpr std::string_view json_media = "application/json";
inline constexpr std::string_view html_media = "text/html; charset=utf-8";
inline constexpr std::string_view svg_media = "image/svg+xml";

struct Route {
    Method method = Method::get;
    std::string_view path;  ///< the braces name parameters: `/api/v1/patients/{patient_id}/decisions`
    Roles roles = clinic;
    /// What a token must be made for. Absent: no token is taken, a person must be signed in.
    std::optional<tracker::TokenScope> scope = tracker::TokenScope::read;
    std::string_view summary{};
    std::string_view request{};   ///< what the API's document calls the body; empty: the parameters are in the query
    std::string_view response{};  ///< name of the answer's schema; empty: not JSON
    RestsOn rests_on = RestsOn::nothing_kept;
    std::string_view media = json_media;
    int status = 200;  ///< of a good answer
    /// Parameters that this route sets, and does not take.
    std::vector<std::pair<std::string, std::string>> sets{};
    /// The only parameters that it takes beside those of its path; empty: all.
    std::vector<std::string> takes{};
};

struct Example {
    std::string line;
    std::string says{};
};

/// JSON Schema of an answer, or of a part of one, as the API's document names it.
struct Schema {
    std::string name;
    std::string text;
};

enum class Opening : std::uint8_t { to_read, to_write, make_if_missing };

/// Everything there is to say of one thing that nodtrack does for its users. The command line, `--help`, docs/commands,
/// the service's routes and rights and its API document are made of it. In texts `{due_date}` is a parameter, and
/// spelt as each door spells it.
struct UseCase {
    std::string name{};  ///< as typed: `decide`, `user add`; empty: not at the command line
    std::string summary{};
    std::string description{};  ///< paragraphs separated by an empty line; one that is indented is shown as it stands
    std::vector<Parameter> parameters{};
    std::vector<Example> examples{};
    std::vector<std::pair<ErrorCode, std::string>> failures{};  ///< those that the caller can do something about
    std::vector<Route> routes{};
    std::vector<Schema> schemas{};  ///< those that are not in schema/service.schema.json
    Opening opening = Opening::to_read;
    std::string listed_after{};  ///< the command above it in `nodtrack --help`
    /// Puts the answer; checks what the parameters by themselves do not say.
    Result<void> (*run)(Call&) = nullptr;
};

/// The table: one file each in src/tracker/uses.
const std::vector<UseCase>& all();

/// At which of the two doors a use case is asked for.
enum class Door : std::uint8_t { command_line, service };

inline bool is_given(Given given, Door door)
{
    return given == Given::everywhere || given == (door == Door::service ? Given::service : Given::command_line);
}

/// `--due` or `due_date`.
std::string spelling(const Parameter& parameter, Door door);

/// `text` with each `{parameter}` as the door spells it; other braces stay.
std::string spelled(std::string_view text, const UseCase& use, Door door);

/// Whether `text` is a value of that type, and one of its words. Fails with `usage`, and says what was expected.
Result<void> check_value(const Parameter& parameter, std::string_view spelt, const std::string& text);

}  // namespace nodtrack::uses
