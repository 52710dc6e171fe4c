#pragma once

#include <string>

#include "command.hpp"

namespace nodtrack::cli {

// Man pages (man(7) of groff), made of the table of commands as `--help` and docs/commands are.

/// nodtrack.1: the program, its commands, its environment.
std::string program_man_page(const std::string& version);

/// nodtrack-policy-show.1: one command.
std::string command_man_page(const Command& command, const std::string& version);

/// `nodtrack-policy-show.1`
std::string man_page_name(const Command& command);

}  // namespace nodtrack::cli
