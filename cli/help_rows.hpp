#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "command.hpp"

namespace nodtrack::cli {

// What `--help`, the pages of docs/commands and the man pages say of a command, piece by piece.

/// A name, and what it means.
using Rows = std::vector<std::pair<std::string, std::string>>;

/// The parts of a text that empty lines separate.
std::vector<std::string_view> paragraphs(std::string_view text);

/// `--amend REASON`
std::string option_as_typed(const Option& option);

/// `nodtrack ingest DIR [--amend REASON] …`
std::string usage_line(const Command& command);

Rows argument_rows(const Command& command);
/// With `--help`, and `--db` where the command uses a registry.
Rows option_rows(const Command& command);
/// By number, each once.
Rows exit_rows(const Command& command);

/// The commands that begin with this word, all where it is empty, with their summaries; hidden ones are left out.
Rows summary_rows(std::string_view first_word);

}  // namespace nodtrack::cli
