#include "log_from_ct.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "cancel.hpp"
#include "ct_table.hpp"
#include "nodtrack/assess/judge.hpp"
#include "nodtrack/interop/corrections.hpp"
#include "nodtrack/report/assessment_json.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "nodtrack/tracker/ct_log.hpp"
#include "output.hpp"
#include "seed_list.hpp"

namespace nodtrack::cli {
namespace {

using interop::CorrectionRow;
using tracker::CtChoices;

/// `N2.long_axis_mm=5.4`; ids may hold dots, columns do not.
Result<void> add_set(const std::string& text, CtChoices& choices)
{
    const auto equals = text.find('=');
    const auto dot = equals == std::string::npos ? std::string::npos : text.rfind('.', equals);
    if (dot == std::string::npos || dot == 0 || dot + 1 == equals) {
        return failure(ErrorCode::usage, "--set: '" + text +
                                             "' is not NODULE.COLUMN=VALUE, such as N2.long_axis_mm=5.4 or "
                                             "N2.status=resolved");
    }
    auto& cells = choices.typed[text.substr(0, dot)];
    const std::string column = text.substr(dot + 1, equals - dot - 1);
    if (std::ranges::count(cells, column, &tracker::Correction::column) > 0)
        return failure(ErrorCode::usage, "--set " + text + ": this value is set twice; set it once");
    cells.push_back({column, text.substr(equals + 1)});
    return {};
}

Result<void> add_file(const std::string& file, CtChoices& choices)
{
    std::error_code problem;
    std::ifstream in(file, std::ios::binary);
    if (!in || std::filesystem::is_directory(file, problem))
        return failure(ErrorCode::not_found, "the corrections '" + file + "' cannot be read; is the name right?");
    const auto rows = interop::read_corrections({std::istreambuf_iterator<char>(in), {}}, file);
    if (!rows) return tl::unexpected(rows.error());
    for (const CorrectionRow& row : *rows) {
        if (row.decision == CorrectionRow::Decision::accept) choices.accepted.insert(row.nodule_id);
        if (row.decision == CorrectionRow::Decision::leave) choices.left_out.insert(row.nodule_id);
        for (const auto& [column, text] : row.cells) {
            auto& cells = choices.typed[row.nodule_id];
            // What is typed in the call goes before what a file says.
            if (std::ranges::count(cells, column, &tracker::Correction::column) == 0) cells.push_back({column, text});
        }
    }
    return {};
}

Result<CtChoices> choices_of(const Arguments& arguments)
{
    CtChoices choices;
    choices.accept_all = arguments.has("--accept-all");
    choices.reason = arguments.text("--amend");
    choices.propose = arguments.has("--propose");
    const auto& accepted = arguments.all("--accept");
    const auto& left_out = arguments.all("--except");
    choices.accepted = {accepted.begin(), accepted.end()};
    choices.left_out = {left_out.begin(), left_out.end()};
    for (const std::string& text : arguments.all("--set")) {
        if (const auto added = add_set(text, choices); !added) return tl::unexpected(added.error());
    }
    if (const auto file = arguments.find("--corrections")) {
        if (const auto added = add_file(*file, choices); !added) return tl::unexpected(added.error());
    }
    return choices;
}

Result<tracker::CtLogRequest> request_of(const Arguments& arguments, std::vector<tracker::Correction> scan,
                                         const imaging::Progress& progress)
{
    tracker::CtLogRequest request;
    request.patient_id = arguments.text("PATIENT");
    const auto& image = arguments.all("--from-ct");
    request.ct = {.image = {image.begin(), image.end()},
                  .series = arguments.text("--series"),
                  .progress = progress,
                  .acquisition = arguments.text("--acquisition")};
    request.reason = arguments.text("--amend");
    request.scan_id = arguments.text("--scan");
    request.scan = std::move(scan);
    if (const auto file = arguments.find("--seeds")) {
        auto clicks = seeds_in(*file);
        if (!clicks) return tl::unexpected(clicks.error());
        request.clicks = std::move(*clicks);
    }
    const auto& prior = arguments.all("--prior");
    request.prior = {prior.begin(), prior.end()};
    for (const char* const option : {"--prior-series", "--prior-acquisition", "--prior-scan"}) {
        if (arguments.has(option) && prior.empty())
            return failure(ErrorCode::usage, std::string("log: ") + option + " goes with --prior");
    }
    request.prior_series = arguments.text("--prior-series");
    request.prior_acquisition = arguments.text("--prior-acquisition");
    request.prior_scan_id = arguments.text("--prior-scan");
    return request;
}

store::Provenance provenance_typed(const Call& call)
{
    store::Provenance provenance = provenance_of(call.now, "log --from-ct", call.arguments.text("--amend"));
    if (const auto by = call.arguments.find("--by")) provenance.actor = *by;
    return provenance;
}

/// The patient's new assessment, as text and as JSON.
struct Judged {
    std::string text;
    std::string json;
};

Result<Judged> judged(const Call& call, const store::Registry& registry, const assess::Judge& judge)
{
    tracker::AssessRequest request;
    request.patient_ids = {call.arguments.text("PATIENT")};
    request.as_of = call.now.today;
    Judged answer;
    report::AssessmentJson writer(judge);
    const auto done = tracker::assess_patients(
        registry, judge, request,
        [&](const assess::Assessment& assessment, const PatientRecord& patient) -> Result<void> {
            answer.text = report::summary_text(assessment, patient, judge, assess::Detail::fired);
            writer.append(answer.json, assessment, patient, assess::Detail::fired);
            return {};
        });
    if (!done) return tl::unexpected(done.error());
    return answer;
}

std::string said_of(const tracker::IngestReport& report, bool dry_run)
{
    if (dry_run) return "dry run: nothing was stored";
    return report.delivery_no ? fmt::format("stored as delivery {}", *report.delivery_no)
                              : std::string("nothing new: this is recorded already");
}

}  // namespace

Result<ExitStatus> log_from_ct(const Call& call, std::vector<tracker::Correction> scan)
{
    const auto& arguments = call.arguments;
    note_cancelling();
    const auto choices = choices_of(arguments);
    if (!choices) return tl::unexpected(choices.error());
    ImageProgress told("log");
    const auto request = request_of(arguments, std::move(scan), told.teller());
    if (!request) return tl::unexpected(request.error());
    auto registry = open_registry(call);
    if (!registry) return tl::unexpected(registry.error());
    const auto judges = tracker::Judges::of(*registry);
    if (!judges) return tl::unexpected(judges.error());
    const assess::Judge& judge = judges->of(arguments.text("PATIENT"));
    const auto follow_up = tracker::follow_up_on_ct(*registry, judge.limits(), *request);
    if (!follow_up) return tl::unexpected(follow_up.error());
    for (const std::string& sentence : follow_up->notes)
        note("log: " + sentence);
    const auto outcomes = tracker::planned(*follow_up, *choices);
    const bool json = arguments.has("--json");
    if (!outcomes) {
        // What speaks against the choices is seen best beside the table.
        if (!json) {
            const auto table = tracker::planned(*follow_up, {});
            if (table) print(ct_table_text(*follow_up, *table));
        }
        return tl::unexpected(outcomes.error());
    }
    if (!json) print(ct_table_text(*follow_up, *outcomes));

    const bool dry_run = arguments.has("--dry-run");
    std::optional<store::DeliveryNumber> delivery;
    std::string assessment;
    if (choices->empty()) {
        note("nothing was stored; accept with --accept-all or --accept ID, correct with --set ID.COLUMN=VALUE");
    } else {
        stop_if_cancelled();
        const auto report = tracker::log_ct(
            *registry, *follow_up, *outcomes, std::filesystem::current_path(), provenance_typed(call),
            {.amend_reason = arguments.text("--amend"), .dry_run = dry_run, .confirm = arguments.has("--confirm")});
        if (!report) return tl::unexpected(report.error());
        for (const auto& warning : report->warnings)
            note("warning: " + warning);
        json ? note(said_of(*report, dry_run)) : print(said_of(*report, dry_run) + "\n");
        delivery = report->delivery_no;
        if (!dry_run) {
            const auto answer = judged(call, *registry, judge);
            if (!answer) return tl::unexpected(answer.error());
            assessment = answer->json;
            if (!json) print(answer->text + report::standing_notice());
        }
    }
    if (json) print(ct_table_json(*follow_up, *outcomes, delivery, assessment));
    return ExitStatus::done;
}

std::vector<Option> from_ct_options()
{
    return {{.name = "--from-ct",
             .value = "IMAGE",
             .help = "a new CT: its folder, or its files; each known nodule is followed to it",
             .repeated = true},
            {.name = "--series", .value = "UID", .help = "which series of that folder: its UID, or the end of it"},
            {.name = "--acquisition",
             .value = "NAME",
             .help = "which acquisition of a series that holds several of the same place"},
            {.name = "--prior",
             .value = "IMAGE",
             .help = "the CT to follow from, where the registry does not know its images",
             .repeated = true},
            {.name = "--prior-series", .value = "UID", .help = "which series of that folder"},
            {.name = "--prior-acquisition", .value = "NAME", .help = "which acquisition of that series"},
            {.name = "--prior-scan", .value = "ID", .help = "which recorded scan it is; else the one of its day"},
            {.name = "--seeds",
             .value = "FILE",
             .help = "clicks on the new CT, CSV with nodule_id, x_mm, y_mm, z_mm: new nodules, or known ones that were "
                     "not found"},
            {.name = "--accept-all", .help = "stores all that was surely found, or clicked, and measured"},
            {.name = "--accept", .value = "ID", .help = "stores this one, even if uncertain", .repeated = true},
            {.name = "--except", .value = "ID", .help = "leaves this one out", .repeated = true},
            {.name = "--set",
             .value = "ID.COLUMN=VALUE",
             .help = "a value of measurements.csv in place of the measured one; accepts the nodule",
             .repeated = true},
            {.name = "--corrections",
             .value = "FILE",
             .help = "the same as CSV: nodule_id, decision {accept, leave}, and columns of measurements.csv"},
            {.name = "--propose", .help = "leaves the links open for another person to confirm"},
            {.name = "--by", .value = "NAME", .help = "who accepts; else the user"},
            {.name = "--dry-run", .help = "shows what would be stored, and stores nothing"},
            {.name = "--json", .help = "one JSON object: scan, nodules, what was stored, the new assessment"}};
}

}  // namespace nodtrack::cli
