#pragma once

#include <string>

namespace nodtrack::cli {

// Completion for shells, made of the table of commands: commands, their options, the words that an option takes, and
// files where a file is meant. Ids of patients are not completed: they would stand on the screen unasked.

std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace nodtrack::cli
