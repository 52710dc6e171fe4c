#include "command.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call&)
{
    return failure(ErrorCode::internal, "policy check: not built yet");
}

}  // namespace

Command policy_check_command()
{
    return {.name = "policy check",
            .summary = "finds what is wrong with a policy file: gaps, overlaps, unreachable rules",
            .positionals = {{.name = "FILE", .help = "the policy file"}},
            .examples = {{"nodtrack policy check schema/policies/sarcoma-lung-surveillance-1.0.0.json"}},
            .failures = {{ExitStatus::bad_input, "the file is no policy, or has faults"},
                         {ExitStatus::not_found, "there is no such file"}},
            .uses_registry = false,
            .run = run};
}

}  // namespace nodtrack::cli
