#include "command.hpp"
#include "judging.hpp"
#include "nodtrack/report/report_sentence.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call& call)
{
    const bool as_json = call.arguments.has("--json");
    const assess::Judge judge = assess::Judge::released();
    const auto told =
        judge_asked_patient(call, judge, assess::Detail::fired,
                            [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
                                print(as_json ? report::sentences_json(assessment, record, judge)
                                              : report::sentences_text(assessment, record, judge));
                                return {};
                            });
    if (!told) return tl::unexpected(told.error());
    return ExitStatus::done;
}

}  // namespace

Command sentence_command()
{
    return {.name = "sentence",
            .summary = "writes one sentence a patient and one a nodule, for pasting into a report",
            .description =
                "One sentence of the patient, then one of each judged nodule, in the words that radiologists dictate: "
                "place, look, size, the size before, change, what the change means, class. Only what is recorded is "
                "said. \"Confirmed\" stands only beside pathology; a quiet scan is \"no evidence at this scan\".\n\n"
                "Keys of --json: patient_id, as_of, index_scan (null: none), patient, nodules [{nodule_id, sentence}].",
            .positionals = {{.name = "PATIENT", .help = "the patient"}},
            .options = with_moment_options({{.name = "--json", .help = "one JSON object"}}),
            .examples = {{"nodtrack sentence SARC-002"}, {"nodtrack sentence SARC-013 --as-of 2026-11-20 --json"}},
            .failures = {{ExitStatus::not_found, "there is no such patient"}},
            .run = run};
}

}  // namespace nodtrack::cli
