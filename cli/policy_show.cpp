#include "command.hpp"
#include "nodtrack/assess/judge.hpp"
#include "nodtrack/report/policy_text.hpp"
#include "nodtrack/store/policies.hpp"
#include "nodtrack/tracker/judges.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

/// The policy file that judges the registry or the patient; empty where none was adopted.
Result<std::string> adopted_content(const Call& call)
{
    const auto registry = open_registry(call, store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());
    const auto judges = tracker::Judges::of(*registry);
    if (!judges) return tl::unexpected(judges.error());
    const policy::Policy& policy = judges->of(call.arguments.text("--patient")).policy();
    const auto file = store::policy_file_named(*registry, policy.id, policy.version);
    if (!file) return tl::unexpected(file.error());
    return *file ? (*file)->content : std::string();
}

Result<ExitStatus> run(const Call& call)
{
    std::string content(policy::released_policy_json());
    if (call.arguments.has("--adopted") || call.arguments.has("--patient")) {
        auto adopted = adopted_content(call);
        if (!adopted) return tl::unexpected(adopted.error());
        if (!adopted->empty()) content = std::move(*adopted);
    }
    if (call.arguments.has("--json")) {
        print(content);
        return ExitStatus::done;
    }
    const auto loaded = policy::load(content, policy::released_sources_json(), assess::catalogue());
    if (!loaded) return tl::unexpected(loaded.error());
    const policy::Policy& policy = *loaded;
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
    return {
        .name = "policy show",
        .summary = "prints the criteria as tables a clinician can read, each with its source",
        .description =
            "Prints the parameters, rules and recommendations of the policy that was released with this program, or, "
            "with "
            "--adopted, of the one that judges the registry. What rests on "
            "no document is shown as local policy, and a statement that was not verified against its source is "
            "marked so.",
        .options = {{.name = "--adopted",
                     .help = "the policy that was adopted for the registry ('nodtrack policy adopt'), where one was"},
                    {.name = "--patient", .value = "ID", .help = "the one that judges this patient"},
                    {.name = "--rule",
                     .value = "ID",
                     .help = "one rule, definition or parameter whole, with the statements behind it"},
                    {.name = "--markdown", .help = "as Markdown; docs/criteria.md is made so"},
                    {.name = "--json", .help = "the policy file itself"}},
        .examples = {{"nodtrack policy show"},
                     {"nodtrack policy show --rule N8d"},
                     {"nodtrack policy show --adopted --json", "the file, as it was adopted"}},
        .failures = {{ExitStatus::not_found, "the policy has nothing of that id"}},
        .run = run};
}

}  // namespace nodtrack::cli
