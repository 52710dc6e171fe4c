#include "command.hpp"
#include "judging.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call& call)
{
    tracker::AssessRequest request;
    request.patient_ids = {call.arguments.text("PATIENT")};
    request.detail = assess::Detail::all;
    const auto moment = asked_moment(call);
    if (!moment) return tl::unexpected(moment.error());
    request.as_of = moment->as_of;
    request.known_on = moment->known_on;

    const auto registry = store::Registry::open(call.registry_file);
    if (!registry) return tl::unexpected(registry.error());
    const assess::Judge judge = assess::Judge::released();
    const auto nodule = call.arguments.find("--nodule");
    const auto done = tracker::assess_patients(
        *registry, judge, request,
        [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
            const auto text = report::explanation_text(assessment, record, judge, nodule);
            if (!text) return tl::unexpected(text.error());
            print(*text);
            return {};
        });
    if (!done) return tl::unexpected(done.error());
    print(report::standing_notice());
    return ExitStatus::done;
}

}  // namespace

Command explain_command()
{
    return {.name = "explain",
            .summary = "tells why: facts with their rows, thresholds with their papers, rules refused, what is missing",
            .description =
                "Tells what was known (each fact with the rows it came from), what the policy demanded (each threshold "
                "with its "
                "citation), which rules were refused and why, what is missing, and where a size straddles a cut-off.",
            .positionals = {{.name = "PATIENT", .help = "the patient"}},
            .options = with_moment_options({{.name = "--nodule", .value = "ID", .help = "one nodule alone"}}),
            .examples = {{"nodtrack explain SARC-002"}, {"nodtrack explain SARC-002 --nodule N1 --as-of 2026-11-20"}},
            .failures = {{ExitStatus::not_found, "there is no such patient or nodule"}},
            .run = run};
}

}  // namespace nodtrack::cli
