#include "nodtrack/report/protocol.hpp"

#include "command.hpp"
#include "judging.hpp"
#include "nodtrack/report/dose.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call& call)
{
    const bool as_json = call.arguments.has("--json");
    const assess::Judge judge = assess::Judge::released();
    const auto told = judge_asked_patient(
        call, judge, assess::Detail::fired,
        [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
            const auto doses = dose::dose_history(record, assessment.timeline.as_of, report::released_dose_factors());
            const auto protocol = report::next_ct_protocol(assessment, record, judge, doses);
            print(as_json ? report::protocol_json(protocol, assessment, record)
                          : report::protocol_text(protocol, assessment, record));
            return {};
        });
    if (!told) return tl::unexpected(told.error());
    return ExitStatus::done;
}

}  // namespace

Command protocol_command()
{
    return {.name = "protocol",
            .summary = "tells what to ask for at a patient's next CT, and why",
            .description =
                "Writes the request for the next chest CT from the recommendation and the earlier CTs: no IV contrast, "
                "low dose, thin slices, the same slices, scanner and kernel as before, a complete reading. Each line "
                "has its reason with the source. What the record does not say is named.\n\n"
                "Keys of --json: patient_id, as_of, is_asked_for, due_date (null: none), occasion, items [{topic, ask, "
                "why, history, cite [{item, source, at, verified}]}], lacking.",
            .positionals = {{.name = "PATIENT", .help = "the patient"}},
            .options = with_moment_options({{.name = "--json", .help = "one JSON object"}}),
            .examples = {{"nodtrack protocol SARC-027", "earlier CTs had thick slices"},
                         {"nodtrack protocol SARC-007 --as-of 2026-11-20 --json"}},
            .failures = {{ExitStatus::not_found, "there is no such patient"}},
            .run = run};
}

}  // namespace nodtrack::cli
