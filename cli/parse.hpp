#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "command.hpp"

namespace nodtrack::cli {

/// Options that every command takes, before or after its name.
const std::vector<Option>& global_options();

/// What a command line asks for.
struct Request {
    enum class Kind { run, help, version } kind = Kind::help;
    const Command* command = nullptr;  ///< absent: of the program as a whole
    std::string group{};               ///< `policy`, where help for its commands is asked
    Arguments arguments{};
};

/// Failure: `usage`; the message names the word at fault and what was expected.
Result<Request> parse(std::vector<std::string> words);

/// The name nearest to `typed`, for "did you mean"; empty when none is near.
std::string nearest(std::string_view typed, const std::vector<std::string>& names);

}  // namespace nodtrack::cli
