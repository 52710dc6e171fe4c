#pragma once

#include <string>
#include <utility>
#include <vector>

#include "arguments.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/registry.hpp"
#include "provenance.hpp"

namespace nodtrack::uses {
struct UseCase;
}

namespace nodtrack::cli {

/// What a caller may rely on; the only place that gives these numbers their meaning.
enum class ExitStatus : int {
    done = 0,
    internal_fault = 1,
    usage = 2,
    bad_input = 3,
    not_found = 4,
    registry_unusable = 5
};

ExitStatus exit_status_of(ErrorCode code);

/// Opens the registry of the call, and says on stderr what that did to one of an older schema, and whether the clock is
/// behind what was recorded. With `--create` one is made where there is none, whatever `opening` says.
Result<store::Registry> open_registry(const Call& call, store::Opening opening = store::Opening::existing);

struct Positional {
    std::string name;  ///< `PATIENT`
    std::string help{};
    bool required = true;
    bool repeated = false;
};

struct Option {
    std::string name;     ///< `--amend`
    std::string value{};  ///< `REASON`; empty for a switch
    std::string help{};
    std::vector<std::string> words{};  ///< the only values taken; empty: any
    bool required = false;
    bool repeated = false;
};

/// `--confirm`, of every command that stores what was measured.
inline Option confirm_option()
{
    return {.name = "--confirm", .help = "implausible values are stored as they are, and flagged"};
}

struct Example {
    std::string line;
    std::string says{};
};

/// Everything there is to say of one command. The parser, `--help`, the pages of docs/commands and their tests are
/// made of it.
struct Command {
    std::string name;  ///< as typed, e.g. `ingest` or `policy show`
    std::string summary{};
    std::string description{};  ///< paragraphs separated by an empty line; one that is indented is shown as it stands
    std::vector<Positional> positionals{};
    std::vector<Option> options{};
    std::vector<Example> examples{};
    std::vector<std::pair<ExitStatus, std::string>> failures{};  ///< beside 0, 1 and 2, which every command has
    bool uses_registry = true;
    bool hidden = false;
    /// Prints the answer. The status is `done` but where the answer itself is bad news (`audit verify`).
    Result<ExitStatus> (*run)(const Call&) = nullptr;
    const uses::UseCase* use = nullptr;  ///< which it is, in place of `run`
};

/// All commands, in the order in which `nodtrack --help` tells of them.
const std::vector<Command>& commands();

// Those that are no use case of the service's too. One file each: cli/<name>.cpp.
Command appropriateness_command();
Command backup_command();
Command board_command();
Command check_command();
Command docs_command();
Command export_command();
Command filmstrip_command();
Command follow_command();
Command import_command();
Command ingest_command();
Command log_command();
Command match_command();
Command measure_command();
Command policy_check_command();
Command policy_diff_command();
Command policy_show_command();
Command restore_command();
Command serve_command();
Command templates_command();

}  // namespace nodtrack::cli
