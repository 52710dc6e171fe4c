#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace nodtrack {

/// What kind of expected failure happened. Doors map each kind once to an exit status and once to an HTTP status.
enum class ErrorCode {
    usage,              ///< invalid arguments (exit 2)
    bad_input,          ///< a file, row or value is wrong (exit 3)
    not_found,          ///< a patient, nodule, scan or file named does not exist (exit 4)
    conflict,           ///< the row was changed, or the request was answered, by someone else meanwhile (exit 3)
    not_allowed,        ///< it takes another person (exit 3)
    registry_unusable,  ///< the registry cannot be opened, read or written (exit 5)
    internal            ///< an internal error (exit 1)
};

/// An expected failure: what is wrong (with the value and the limit), and what was expected.
/// `context` adds one line per further problem, each complete by itself (`file:row:column: …`).
/// Never holds a patient's name.
struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string message;
    std::vector<std::string> context;
    /// Where nothing but a person's word is missing: one line for each implausible value, `file:row:column: …`. The
    /// same again, confirmed, is stored.
    std::vector<std::string> questions{};
};

template <class T>
using Result = tl::expected<T, Error>;

/// An `Error` in the shape that converts to any failed `Result<T>`.
inline tl::unexpected<Error> failure(ErrorCode code, std::string message, std::vector<std::string> context = {})
{
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(context)});
}

}  // namespace nodtrack
