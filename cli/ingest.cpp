#include <algorithm>
#include <filesystem>
#include <system_error>

#include "command.hpp"
#include "ingest_bundles.hpp"
#include "ingest_report.hpp"
#include "ingest_structured_reports.hpp"
#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/interop/statements.hpp"
#include "nodtrack/tracker/fhir_import.hpp"

namespace nodtrack::cli {
namespace {

/// The reports that `nodtrack export --format dicom` put beside a record.
std::vector<std::filesystem::path> reports_beside(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with("sr-") && name.ends_with(".dcm")) files.push_back(entry->path());
    }
    std::ranges::sort(files);
    return files;
}

Result<ExitStatus> run(const Call& call)
{
    const auto& paths = call.arguments.all("PATH");
    std::vector<std::filesystem::path> reports;
    for (const std::string& path : paths) {
        if (path.ends_with(".dcm") || path.ends_with(".DCM")) reports.emplace_back(path);
    }
    if (reports.size() == paths.size()) return take_in_reports(call, reports);
    std::vector<std::filesystem::path> json_files;
    for (const std::string& path : paths) {
        if (tracker::is_json_file(path)) json_files.emplace_back(path);
    }
    if (json_files.size() == paths.size()) return take_in_json(call, json_files);
    if (paths.size() > 1)
        return failure(ErrorCode::usage,
                       "ingest: give one folder with a record, or DICOM reports (.dcm), or FHIR Bundles (.json), one "
                       "sort of them");
    if (const auto bundles = bundles_of_export(paths.front()); !bundles.empty()) return take_in_json(call, bundles);
    for (const char* option : {"--by", "--nodule", "--ct"}) {
        if (call.arguments.has(option))
            return failure(ErrorCode::usage, std::string(option) + " goes with DICOM reports (.dcm)");
    }
    const auto options = ingest_options(call.arguments);
    if (!options) return tl::unexpected(options.error());
    auto delivery = interop::read_folder_with_problems(paths.front());
    if (!delivery) return tl::unexpected(delivery.error());
    const auto statements = interop::read_statements(paths.front());
    if (!statements) return tl::unexpected(statements.error());
    const auto taken = take_in(call, *delivery, *statements, *options, "ingest");
    reports = reports_beside(paths.front());
    // On a dry run the patients of the reports are not recorded yet.
    if (!taken || reports.empty() || options->dry_run) return taken;
    return take_in_reports(call, reports);
}

}  // namespace

Command ingest_command()
{
    return {
        .name = "ingest",
        .summary = "takes in the files of a folder, DICOM reports or FHIR Bundles, as one delivery, all or nothing",
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
            "asked about like problems, and stored with --confirm alone; they stay flagged.\n\n"
            "DICOM structured reports (.dcm; measurements by TID 1500, chest CAD by TID 4100) are read instead where "
            "files "
            "are given. Taken are sizes of lung nodules whose unit is that of their name; pixels, areas called "
            "lengths, other organs and numbers without a value are left out, each with its reason. The patient is told "
            "by "
            "id, date of birth and sex, the scan by the study of the CT that was measured. What a person has verified "
            "is "
            "recorded; what is unverified, partial or a program's is listed and recorded with --by alone, which names "
            "the "
            "person who answers for it. A nodule is known by its Tracking UID; else --nodule GROUP=ID says which it "
            "is. "
            "Of reports that correct one another the last counts.\n\n"
            "FHIR R4 Bundles (.json) are told by their resourceType. One that 'nodtrack export --format fhir' wrote is "
            "a record, and taken in as one; a folder of them too. Of another program's, sizes of lung nodules are "
            "taken (Observation 21889-1 with its components, volume, mean HU; the nodule by the Tracking UID of its "
            "BodyStructure), never from narrative, and always as proposals, as those of unverified reports; what is "
            "not taken is listed with its reason. An element that is not as R4 has it is told with its path, and "
            "nothing is stored. The mapping: docs/how-to/fhir.md.",
        .positionals =
            {{.name = "PATH",
              .help = "the folder with the record's files, a record (.json), DICOM reports (.dcm), or FHIR Bundles "
                      "(.json)",
              .repeated = true}},
        .options = with_report_options(ingest_option_list()),
        .examples = {{"nodtrack ingest sample_data/cohort", "takes in the sample cohort"},
                     {"nodtrack ingest /data/june --dry-run", "tells what a delivery would change"},
                     {"nodtrack ingest /data/june --amend 'second reading of 3 June'",
                      "lets the delivery correct stored values; the reason is kept with each"},
                     {"nodtrack ingest sr.dcm", "lists what a report says, and records what is verified"},
                     {"nodtrack ingest sr.dcm --by R1 --nodule 2=N3",
                      "R1 confirms the report, and that its second group is nodule N3"},
                     {"nodtrack ingest bundle.json", "lists what a FHIR Bundle says"}},
        .failures = {{ExitStatus::bad_input,
                      "a file, row or value is wrong, contradicts a stored one, or is implausible and not confirmed; "
                      "nothing was stored"},
                     {ExitStatus::not_found, "there is no such folder or file, or a report's patient is not recorded"}},
        .run = run};
}

}  // namespace nodtrack::cli
