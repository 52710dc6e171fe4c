#pragma once

#include <string>

#include "command.hpp"

namespace nodtrack::cli {

/// `--password-file`, for a command that needs a new password.
Option password_option();

/// The new password: the first line of --password-file; else, at a terminal, typed twice without being shown; else the
/// first line of stdin. Failure: `not_found` or `bad_input`, where there is none or the two differ.
Result<std::string> new_password(const Arguments& arguments);

}  // namespace nodtrack::cli
