#include <fmt/format.h>

#include <algorithm>

#include "command.hpp"
#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/tracker/ingest.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

std::string tally_table(const tracker::IngestReport& report)
{
    std::string table =
        fmt::format("{:<14}{:>10}{:>12}{:>12}{:>12}\n", "rows", "added", "filled in", "superseded", "unchanged");
    for (std::size_t kind = 0; kind < row_kind_names.size(); ++kind) {
        const auto& tally = report.tally[kind];
        table += fmt::format("{:<14}{:>10}{:>12}{:>12}{:>12}\n", row_kind_names[kind], tally.added, tally.filled_in,
                             tally.superseded, tally.unchanged);
    }
    return table;
}

/// What was stored and what stands now, row by row.
std::string superseded_lines(const tracker::IngestReport& report)
{
    std::string text;
    for (const auto& [row, value] : report.superseded) {
        text += fmt::format("superseded: {} {}: {}: {} -> {}\n", row_noun(row.kind), fmt::join(row.values, " "),
                            value.column, value.before, value.after);
    }
    return text;
}

std::string outcome_line(const tracker::IngestReport& report, bool dry_run)
{
    if (dry_run) return "dry run: nothing was stored\n";
    if (!report.delivery_no) return "nothing new: the registry is unchanged\n";
    return fmt::format("stored as delivery {}\n", *report.delivery_no);
}

Result<ExitStatus> run(const Call& call)
{
    const auto& arguments = call.arguments;
    // An empty reason is none: `--amend ""` must not let contradictions pass.
    if (arguments.has("--amend") && arguments.text("--amend").empty()) {
        return failure(ErrorCode::usage, "--amend: the reason is empty; say why stored values change, in words");
    }
    const auto delivery = interop::read_folder_with_problems(arguments.text("DIR"));
    if (!delivery) return tl::unexpected(delivery.error());
    auto registry = open_registry(call, store::Opening::make_if_missing);
    if (!registry) return tl::unexpected(registry.error());

    const tracker::IngestOptions options{.amend_reason = arguments.text("--amend"),
                                         .dry_run = arguments.has("--dry-run"),
                                         .confirm = arguments.has("--confirm"),
                                         .is_list = true};
    const auto report =
        tracker::ingest(*registry, *delivery, provenance_of(call.now, "ingest", options.amend_reason), options);
    if (!report) return tl::unexpected(report.error());
    constexpr std::size_t warnings_told = 20;
    for (std::size_t i = 0; i < std::min(report->warnings.size(), warnings_told); ++i)
        note("warning: " + report->warnings[i]);
    if (report->warnings.size() > warnings_told) {
        note(fmt::format("warning: and {} more of these", report->warnings.size() - warnings_told));
    }
    print(superseded_lines(*report));
    print(tally_table(*report));
    print(outcome_line(*report, options.dry_run));
    return ExitStatus::done;
}

}  // namespace

Command ingest_command()
{
    return {
        .name = "ingest",
        .summary = "takes in the files of a folder as one delivery, all or nothing",
        .description =
            "The folder holds patients.csv, scans.csv, measurements.csv, therapies.csv, events.csv, visits.csv and "
            "decisions.csv (any of them), or one record.json of the same shape. Hidden files are passed over, and so "
            "are "
            "others, but for names that look like one of these: then nothing is stored. All problems of all files are "
            "told at once, as file:row:column: what is "
            "wrong, "
            "what was expected; then nothing is stored.\n\n"
            "The same rows again change nothing, so next month's full export of the same cohort may be taken in as it "
            "is. A "
            "value where there was none fills in. A row that contradicts a stored value is refused unless --amend says "
            "why: "
            "then it supersedes, and the earlier value stays in the history; old and new value of each row are listed. "
            "Rows missing from a later delivery "
            "stay.\n\n"
            "A list that repeats a value which was corrected since, or a row that was entered in error (`nodtrack "
            "retract`), changes nothing of it, also with --amend: each is told as a warning.\n\n"
            "Implausible values (0.62 typed for 6.2, another side than before, an id that looks like a known one) are "
            "asked about like problems, and stored with --confirm alone; they stay flagged.",
        .positionals = {{.name = "DIR", .help = "the folder with the record's files"}},
        .options = {{.name = "--amend", .value = "REASON", .help = "rows that contradict stored values supersede them"},
                    confirm_option(),
                    {.name = "--dry-run", .help = "checks and counts everything, stores nothing"}},
        .examples = {{"nodtrack ingest sample_data/cohort", "takes in the sample cohort"},
                     {"nodtrack ingest /data/june --dry-run", "tells what a delivery would change"},
                     {"nodtrack ingest /data/june --amend 'second reading of 3 June'",
                      "lets the delivery correct stored values; the reason is kept with each"}},
        .failures = {{ExitStatus::bad_input,
                      "a file, row or value is wrong, contradicts a stored one, or is implausible and not confirmed; "
                      "nothing was stored"},
                     {ExitStatus::not_found, "there is no such folder"}},
        .run = run};
}

}  // namespace nodtrack::cli
