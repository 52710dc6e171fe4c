#include "command.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call&)
{
    return failure(ErrorCode::internal, "policy show: not built yet");
}

}  // namespace

Command policy_show_command()
{
    return {.name = "policy show",
            .summary = "prints the criteria as tables a clinician can read, each with its source",
            .description =
                "Prints the parameters, rules and recommendations of the policy this program judges by. What rests on "
                "no document is shown as local policy, and a statement that was not verified against its source is "
                "marked so.",
            .examples = {{"nodtrack policy show"}},
            .uses_registry = false,
            .run = run};
}

}  // namespace nodtrack::cli
