#include "command.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call&)
{
    return failure(ErrorCode::internal, "assess: not built yet");
}

}  // namespace

Command assess_command()
{
    return {
        .name = "assess",
        .summary = "judges patients by the policy: what to do next, and when",
        .description =
            "Judges what was recorded, as of a day. The answer is decision support for review by radiologist and "
            "oncologist. "
            "'nodtrack explain' tells one patient's answer at length.",
        .positionals = {{.name = "PATIENT", .help = "the patients; or --all", .required = false, .repeated = true}},
        .options = {{.name = "--all", .help = "all patients of the registry"},
                    {.name = "--as-of",
                     .value = "DATE",
                     .help = "the day of the judgement; else today. Nothing dated after it is seen"},
                    {.name = "--known-on", .value = "DATE", .help = "what was recorded on or before that day alone"},
                    {.name = "--reasons",
                     .value = "WHICH",
                     .help = "reasons in the answer; else fired",
                     .words = {"none", "fired", "all"}},
                    {.name = "--json", .help = "JSON Lines, one object a patient, sorted by patient_id"},
                    {.name = "--save", .help = "keeps the assessments in the registry"}},
        .examples = {{"nodtrack assess SARC-011"},
                     {"nodtrack assess --all --as-of 2026-11-20 --json --reasons none",
                      "one line a patient, for a program"},
                     {"nodtrack assess SARC-011 --known-on 2026-06-30 --as-of 2026-06-30",
                      "what we would have said at the end of June"}},
        .failures = {{ExitStatus::not_found, "there is no such patient"}},
        .run = run};
}

}  // namespace nodtrack::cli
