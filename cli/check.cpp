#include <fmt/format.h>

#include "command.hpp"
#include "nodtrack/tracker/registry.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call& call)
{
    const auto registry = open_registry(call, store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());
    const auto report = tracker::check(*registry);
    if (!report) return tl::unexpected(report.error());
    const auto& counts = report->counts;
    print(
        fmt::format("schema {}\npatients {}\nscans {}\nmeasurements {}\ntherapies {}\nevents {}\nlinks {}\n"
                    "assessments {}\ndecisions {}\ndeliveries {}\n",
                    registry->schema_version(), counts.patients, counts.scans, counts.measurements, counts.therapies,
                    counts.events, counts.links, counts.assessments, counts.decisions, counts.deliveries));
    for (const auto& problem : report->problems)
        print("problem: " + problem + "\n");
    print(report->sound() ? "sound\n" : "NOT SOUND: restore the newest backup that is\n");
    return report->sound() ? ExitStatus::done : ExitStatus::registry_unusable;
}

}  // namespace

Command check_command()
{
    return {.name = "check",
            .summary = "checks that the registry is whole: the file, the rows and what they refer to",
            .description =
                "Counts what the registry holds and lists what is wrong with it. Changes nothing. Whether anyone "
                "modified values outside nodtrack is another question: nodtrack audit verify.",
            .examples = {{"nodtrack check"}, {"nodtrack check --db /backup/nodtrack-2026-12-31.db"}},
            .failures = {{ExitStatus::registry_unusable, "the registry is not sound"}},
            .run = run};
}

}  // namespace nodtrack::cli
