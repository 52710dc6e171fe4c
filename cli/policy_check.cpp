#include <filesystem>
#include <fstream>
#include <iterator>

#include "command.hpp"
#include "nodtrack/assess/check_policy.hpp"
#include "nodtrack/report/policy_text.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

Result<std::string> content_of(const std::filesystem::path& file)
{
    std::error_code problem;
    if (!std::filesystem::exists(file, problem)) {
        return failure(ErrorCode::not_found, "there is no file '" + file.string() + "'");
    }
    std::ifstream in(file, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(in), {}};
    if (!in || std::filesystem::is_directory(file, problem)) {
        return failure(ErrorCode::bad_input, "'" + file.string() + "' cannot be read");
    }
    return content;
}

Result<ExitStatus> run(const Call& call)
{
    const auto content = content_of(call.arguments.text("FILE"));
    if (!content) return tl::unexpected(content.error());
    const auto check = assess::check_policy(*content, policy::released_sources_json());
    print(call.arguments.has("--json") ? report::policy_check_json(check) : report::policy_check_text(check));
    return check.clean() ? ExitStatus::done : ExitStatus::bad_input;
}

}  // namespace

Command policy_check_command()
{
    return {.name = "policy check",
            .summary = "finds what is wrong with a policy file: gaps, overlaps, unreachable rules",
            .description =
                "Loads the file strictly, then looks among combinations of facts for some that no rule takes (gaps), "
                "for rules that are never first (unreachable), for rules that overlap, so that only their order "
                "decides, and for numbers that could be others without any effect. Facts take the values at which the "
                "policy can change: just below, at and just above every number, every word, yes, no and unknown.\n\n"
                "Gaps, unreachable rules and a file that does not load are problems; all else is for information. The "
                "answer says of each question whether it was searched systematically or in a sample.",
            .positionals = {{.name = "FILE", .help = "the policy file"}},
            .options = {{.name = "--json", .help = "the findings as one JSON object, with an example for each"}},
            .examples = {{"nodtrack policy check schema/policies/sarcoma-lung-surveillance-1.0.0.json"}},
            .failures = {{ExitStatus::bad_input, "the file is no policy, or has problems"},
                         {ExitStatus::not_found, "there is no such file"}},
            .uses_registry = false,
            .run = run};
}

}  // namespace nodtrack::cli
