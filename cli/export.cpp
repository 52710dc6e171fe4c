#include "nodtrack/tracker/export.hpp"

#include <fmt/format.h>

#include "command.hpp"
#include "judging.hpp"
#include "nodtrack/tracker/fhir_export.hpp"
#include "nodtrack/tracker/report_export.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

/// The record, with the UIDs that objects name its scans and nodules by, and a structured report for each CT.
Result<ExitStatus> put_reports(const Call& call, const store::Registry& registry, const tracker::Judges& judges,
                               tracker::ExportRequest request, const std::filesystem::path& folder)
{
    const auto& arguments = call.arguments;
    request.with_uids = true;
    tracker::ReportExportRequest reports{.patient_ids = request.patient_ids,
                                         .plain_tracking_ids = arguments.text("--tracking-id") == "plain"};
    if (arguments.has("--known-on"))
        return failure(ErrorCode::usage,
                       "--known-on does not go with --format dicom: a report is of the record as it is");
    if (const auto ct = arguments.find("--ct")) reports.ct_folder = *ct;
    const auto record = tracker::write_export(registry, judges, request, folder);
    if (!record) return tl::unexpected(record.error());
    const auto done = tracker::write_reports(registry, judges, reports, folder);
    if (!done) return tl::unexpected(done.error());
    for (const std::string& said : done->notes)
        note("export: " + said);
    std::string text = fmt::format("{}: {} patients, {} reports", folder.string(), record->patients, done->reports);
    if (reports.ct_folder) text += fmt::format(", {} with images", done->with_images);
    print(text + "\n");
    return ExitStatus::done;
}

/// A FHIR Bundle for each patient.
Result<ExitStatus> put_bundles(const Call& call, store::Registry& registry, const tracker::Judges& judges,
                               const tracker::ExportRequest& request, bool deidentified)
{
    const std::filesystem::path folder = call.arguments.text("DIR");
    const bool with_mcode = call.arguments.text("--profile") == "mcode";
    const auto done = deidentified ? tracker::write_deidentified_bundles(registry, judges, request, with_mcode, folder,
                                                                         provenance_of(call.now, "export"))
                                   : tracker::write_bundles(registry, judges, request, with_mcode, folder);
    if (!done) return tl::unexpected(done.error());
    for (const std::string& said : done->notes)
        note("export: " + said);
    std::string text = fmt::format("{}: {} patients, a FHIR Bundle each", folder.string(), done->patients);
    if (with_mcode) text += fmt::format(", {} nodules proven malignant as mCODE tumours", done->proven_nodules);
    if (done->released_on) text += fmt::format(", de-identified, release of {}", done->released_on->iso());
    print(text + "\n");
    return ExitStatus::done;
}

Result<ExitStatus> run(const Call& call)
{
    const auto& arguments = call.arguments;
    const auto moment = asked_moment(call);
    if (!moment) return tl::unexpected(moment.error());
    const bool deidentified = arguments.has("--deidentified");
    for (const char* option : {"--as-of", "--known-on"}) {
        if (deidentified && arguments.has(option)) {
            return failure(ErrorCode::usage, std::string(option) +
                                                 " does not go with --deidentified: with days of one's choice the true "
                                                 "dates could be found out. It is of the newest release of the record");
        }
    }
    if (!deidentified && arguments.has("--new-release")) {
        return failure(ErrorCode::usage, "--new-release goes with --deidentified");
    }
    auto registry = open_registry(call, deidentified ? store::Opening::existing : store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());

    const std::filesystem::path folder = arguments.text("DIR");
    const auto judges = tracker::Judges::of(*registry, moment->known_on);
    if (!judges) return tl::unexpected(judges.error());
    tracker::ExportRequest request;
    request.patient_ids = arguments.all("PATIENT");
    request.as_of = moment->as_of;
    request.known_on = moment->known_on;
    if (arguments.text("--format") == "json") request.format = tracker::ExportFormat::json;
    request.new_release = arguments.has("--new-release");
    if (arguments.text("--format") == "dicom") {
        if (deidentified)
            return failure(ErrorCode::usage,
                           "--deidentified: DICOM reports name the patient; export csv, json or fhir");
        return put_reports(call, *registry, *judges, request, folder);
    }
    for (const char* option : {"--ct", "--tracking-id"}) {
        if (arguments.has(option)) return failure(ErrorCode::usage, std::string(option) + " goes with --format dicom");
    }
    if (arguments.text("--format") == "fhir") return put_bundles(call, *registry, *judges, request, deidentified);
    if (arguments.has("--profile")) return failure(ErrorCode::usage, "--profile goes with --format fhir");
    const auto report = deidentified ? tracker::write_deidentified_export(*registry, *judges, request, folder,
                                                                          provenance_of(call.now, "export"))
                                     : tracker::write_export(*registry, *judges, request, folder);
    if (!report) return tl::unexpected(report.error());
    print(folder.string() + ": " + std::to_string(report->patients) + " patients" +
          (deidentified ? ", de-identified, release of " + report->released_on->iso() : "") + "\n");
    return ExitStatus::done;
}

}  // namespace

Command export_command()
{
    auto options = with_moment_options(
        {{.name = "--format", .value = "FORMAT", .help = "else csv", .words = {"csv", "json", "dicom", "fhir"}}});
    options.push_back({.name = "--deidentified", .help = "without what identifies a patient; of the newest release"});
    options.push_back({.name = "--new-release",
                       .help =
                           "with --deidentified: makes a release of the record as it is now; else one comes when the "
                           "newest is 90 days old"});
    options.push_back(
        {.name = "--ct",
         .value = "FOLDER",
         .help = "with --format dicom: the images that axes are drawn on; series are told by their UIDs"});
    options.push_back({.name = "--tracking-id",
                       .value = "FORM",
                       .help = "with --format dicom: ohif (the default: OHIF can edit the measurements), or plain: the "
                               "nodule's id alone",
                       .words = {"ohif", "plain"}});
    options.push_back({.name = "--profile",
                       .value = "PROFILE",
                       .help = "with --format fhir: names the profiles of mCODE where malignancy is proven",
                       .words = {"mcode"}});
    return {
        .name = "export",
        .summary = "writes histories and assessments for other programs, with a data dictionary",
        .description =
            "Writes into DIR the record (one CSV file a kind of row, or record.json) with links.csv and "
            "retractions.csv: "
            "what 'nodtrack ingest' takes, so that an export taken into an empty registry and exported again gives the "
            "same bytes. The record is the one that is judged: what a confirmed link says became of a nodule "
            "('nodtrack "
            "link') stands in it as a row. Files of a record that are there already are never overwritten.\n\n"
            "Beside it: history.csv (or .json), one row a nodule a scan and what the policy said of it as of that "
            "scan; "
            "recommendations.csv, each CT's answer as it was known then and as it is judged now; follow_up.csv, "
            "recorded.csv and corrections.csv; the assessments as of today or --as-of, with their reasons "
            "(assessments.jsonl); CDISC TU and TR (CSV and SAS XPORT); data_dictionary.csv, labels for R, SPSS and "
            "Stata, a data package (datapackage.json), checksums, and a paragraph for the methods section. What each "
            "is: docs/how-to/paper.md.\n\n"
            "The files hold patient identifiers as recorded. Import them into a spreadsheet as text.\n\n"
            "With --deidentified patients have research ids (a keyed hash; the same in each export of this "
            "registry), the dates of a patient are all earlier by 1 to 365 days (each patient's own number; "
            "intervals are exact), scans, visits, nodules and those who decided are numbered, notes, reasons, readers "
            "and birth dates are left out, and ages.csv has the age at the first scan (90+ above 89). Classes, states "
            "and actions are those of "
            "the registry; the assessments are as of each patient's newest diagnostic CT. Such an export is of a "
            "release, a state of the "
            "record that is named by its day and stays the same until the next. The key is made with the "
            "first such export and kept in the registry: whoever has the file can turn research ids back.\n\n"
            "With --format dicom each diagnostic CT has a DICOM structured report (sr-PATIENT-SCAN.dcm; Enhanced SR, "
            "TID "
            "1500) of its nodules and of what the policy says as of that day, beside the record as CSV with the UIDs "
            "that "
            "the reports use. The same record gives the same objects; where the record of a CT was another before, the "
            "report names the one it corrects. With --ct the axes are drawn on the images where their ends are "
            "recorded "
            "('nodtrack measure', 'nodtrack log --from-ct').\n\n"
            "With --format fhir each patient has a FHIR R4 Bundle (fhir-PATIENT.json) of everything that the record "
            "says, of what the policy says as of the day of each CT, and of what it recommends as of today or --as-of "
            "(ServiceRequest, draft); policy, version and hash stand in a Provenance. 'nodtrack ingest' takes it in "
            "again, and the registry then gives the same Bundle. It says nodule; --profile mcode names mCODE's "
            "profiles where pathology says malignant, or where the nodule was there when the known lung metastases "
            "were diagnosed. The mapping: docs/how-to/fhir.md.",
        .positionals =
            {{.name = "DIR", .help = "the folder to be written; made if missing"},
             {.name = "PATIENT", .help = "these patients alone; else all", .required = false, .repeated = true}},
        .options = std::move(options),
        .examples = {{"nodtrack export out/"},
                     {"nodtrack export two/ SARC-002 SARC-015 --format json", "two patients, as JSON"},
                     {"nodtrack export june/ --known-on 2026-06-30", "what was known at the end of June"},
                     {"nodtrack export study/ --deidentified", "for researchers"},
                     {"nodtrack export fhir/ SARC-002 --format fhir", "a FHIR Bundle"},
                     {"nodtrack export pacs/ SARC-002 --format dicom --ct ct/2026-06", "reports that viewers open"}},
        .failures = {{ExitStatus::bad_input, "a file exists already or cannot be written"},
                     {ExitStatus::not_found, "there is no such patient"}},
        .run = run};
}

}  // namespace nodtrack::cli
