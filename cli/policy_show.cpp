#include "command.hpp"
#include "nodtrack/assess/judge.hpp"
#include "nodtrack/report/policy_text.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call& call)
{
    if (call.arguments.has("--json")) {
        print(policy::released_policy_json());
        return ExitStatus::done;
    }
    const auto judge = assess::Judge::released();
    const policy::Policy& policy = judge.policy();
    if (const auto id = call.arguments.find("--rule")) {
        const auto text = report::policy_rule_text(policy, *id);
        if (!text) {
            return failure(ErrorCode::not_found, "--rule: the policy has no rule, definition or parameter '" + *id +
                                                     "'; 'nodtrack policy show' lists them");
        }
        print(*text);
        return ExitStatus::done;
    }
    print(call.arguments.has("--markdown") ? report::policy_markdown(policy) : report::policy_text(policy));
    return ExitStatus::done;
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
            .options = {{.name = "--rule",
                         .value = "ID",
                         .help = "one rule, definition or parameter whole, with the statements behind it"},
                        {.name = "--markdown", .help = "as Markdown; docs/criteria.md is made so"},
                        {.name = "--json", .help = "the policy file itself"}},
            .examples = {{"nodtrack policy show"}, {"nodtrack policy show --rule N8d"}},
            .failures = {{ExitStatus::not_found, "the policy has nothing of that id"}},
            .uses_registry = false,
            .run = run};
}

}  // namespace nodtrack::cli
