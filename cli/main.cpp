#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "cancel.hpp"
#include "command.hpp"
#include "help.hpp"
#include "output.hpp"
#include "parse.hpp"
#include "use_command.hpp"
#include "version.hpp"

namespace nodtrack::cli {

ExitStatus exit_status_of(ErrorCode code)
{
    switch (code) {
        case ErrorCode::usage:
            return ExitStatus::usage;
        case ErrorCode::bad_input:
        case ErrorCode::conflict:
        case ErrorCode::not_allowed:
            return ExitStatus::bad_input;
        case ErrorCode::not_found:
            return ExitStatus::not_found;
        case ErrorCode::registry_unusable:
            return ExitStatus::registry_unusable;
        case ErrorCode::internal:
            break;
    }
    return ExitStatus::internal_fault;
}

namespace {

std::filesystem::path registry_file(const Arguments& arguments)
{
    if (const auto typed = arguments.find("--db")) return *typed;  // an empty one is refused, not passed over
    if (const char* set = std::getenv("NODTRACK_DB"); set != nullptr && *set != '\0') return set;
    return "nodtrack.db";
}

Result<ExitStatus> help(const Request& request)
{
    if (request.command != nullptr) {
        print(command_help(*request.command));
    } else {
        print(request.group.empty() ? program_help() : group_help(request.group));
    }
    return ExitStatus::done;
}

Result<ExitStatus> answer(const std::vector<std::string>& words)
{
    const auto request = parse(words);
    if (!request) return tl::unexpected(request.error());
    if (request->kind == Request::Kind::help) return help(*request);
    if (request->kind == Request::Kind::version) {
        print(version_text());
        return ExitStatus::done;
    }
    const auto now = this_moment();
    if (!now) return tl::unexpected(now.error());
    const Call call{.arguments = request->arguments, .registry_file = registry_file(request->arguments), .now = *now};
    const Command& command = *request->command;
    return command.use != nullptr ? run_use(*command.use, call) : command.run(call);
}

int run(const std::vector<std::string>& words)
{
    auto outcome = answer(words);
    if (const auto sent = flush_output(); !sent && outcome) outcome = tl::unexpected(sent.error());
    if (outcome) return static_cast<int>(*outcome);
    report(outcome.error());
    return static_cast<int>(exit_status_of(outcome.error().code));
}

/// What was answered before the user stopped the work is an answer; then the program ends by the signal itself, so that
/// a shell sees why (exit status 130).
[[noreturn]] void end_cancelled()
{
    (void)flush_output();
    note("nodtrack: stopped as asked; what was not finished is not stored");
    std::fflush(nullptr);
    const int signal = cancelling_signal();
    std::signal(signal, SIG_DFL);
    std::raise(signal);
    std::_Exit(128 + signal);
}

}  // namespace
}  // namespace nodtrack::cli

int main(int count, char** words)
{
    // What this program writes holds patients: it is for this user alone.
    umask(S_IRWXG | S_IRWXO);
    // A large buffer: `assess --all` writes lines by the hundred thousand.
    static char buffer[1U << 18U];
    std::setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    // The one catch: an expected failure is a value, so what arrives here is a fault of the program or of the machine.
    try {
        return nodtrack::cli::run({words + (count > 0 ? 1 : 0), words + count});
    } catch (const nodtrack::cli::Cancelled&) {
        nodtrack::cli::end_cancelled();
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "nodtrack: an internal error: %s\nPlease report it with the command that caused it.\n",
                     fault.what());
    } catch (...) {
        std::fputs("nodtrack: an internal error of unknown kind\n", stderr);
    }
    return static_cast<int>(nodtrack::cli::ExitStatus::internal_fault);
}
