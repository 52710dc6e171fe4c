#pragma once

#include <string>
#include <string_view>

#include "command.hpp"

namespace nodtrack::cli {

/// `nodtrack --help`: the commands with their summaries.
std::string program_help();

/// `nodtrack policy --help`: the commands that begin with this word.
std::string group_help(std::string_view first_word);

/// `nodtrack COMMAND --help`.
std::string command_help(const Command& command);

/// docs/commands/<page_name>: the same as Markdown.
std::string command_page(const Command& command);
std::string page_name(const Command& command);

/// docs/commands/README.md: all commands with links to their pages.
std::string commands_index();

}  // namespace nodtrack::cli
