#include "command.hpp"
#include "ingest_report.hpp"
#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/interop/statements.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call& call)
{
    const auto options = ingest_options(call.arguments);
    if (!options) return tl::unexpected(options.error());
    auto delivery = interop::read_folder_with_problems(call.arguments.text("DIR"));
    if (!delivery) return tl::unexpected(delivery.error());
    const auto statements = interop::read_statements(call.arguments.text("DIR"));
    if (!statements) return tl::unexpected(statements.error());
    return take_in(call, *delivery, *statements, *options, "ingest");
}

}  // namespace

Command ingest_command()
{
    return {
        .name = "ingest",
        .summary = "takes in the files of a folder as one delivery, all or nothing",
        .description =
            "The folder holds patients.csv, scans.csv, measurements.csv, therapies.csv, events.csv, visits.csv and "
            "decisions.csv (any of them), or one record.json of the same shape; and, from an export, links.csv and "
            "retractions.csv: which nodule each row is, and what was entered in error. Hidden files are passed over, "
            "and so "
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
        .options = ingest_option_list(),
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
