#include "command.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call&)
{
    return failure(ErrorCode::internal, "explain: not built yet");
}

}  // namespace

Command explain_command()
{
    return {
        .name = "explain",
        .summary = "tells why: facts with their rows, thresholds with their papers, rules refused, what is missing",
        .description =
            "Tells what was known (each fact with the rows it came from), what the policy demanded (each threshold "
            "with its "
            "citation), which rules were refused and why, what is missing, and where a size straddles a cut-off.",
        .positionals = {{.name = "PATIENT", .help = "the patient"}},
        .options = {{.name = "--nodule", .value = "ID", .help = "one nodule alone"},
                    {.name = "--as-of", .value = "DATE", .help = "the day of the judgement; else today"},
                    {.name = "--known-on", .value = "DATE", .help = "what was recorded on or before that day alone"}},
        .examples = {{"nodtrack explain SARC-002"}, {"nodtrack explain SARC-002 --nodule N1 --as-of 2026-11-20"}},
        .failures = {{ExitStatus::not_found, "there is no such patient or nodule"}},
        .run = run};
}

}  // namespace nodtrack::cli
