#include "typed_measurement.hpp"

#include <algorithm>

#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/report/change_text.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "nodtrack/tracker/ingest.hpp"
#include "nodtrack/tracker/registry.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

bool has_column(const std::vector<Cell>& cells, std::string_view column)
{
    return std::any_of(cells.begin(), cells.end(), [&](const Cell& cell) { return cell.column == column; });
}

void add_if_missing(std::vector<Cell>& cells, std::string_view column, std::string_view text)
{
    if (!has_column(cells, column)) cells.push_back({std::string(column), std::string(text)});
}

Result<Delivery> read_cells(RowKind kind, const std::vector<Cell>& cells)
{
    std::vector<interop::TypedCell> typed;
    typed.reserve(cells.size());
    for (const auto& cell : cells)
        typed.push_back({cell.column, cell.text});
    return interop::read_typed_row(kind, typed);
}

const Scan* scan_named(const PatientRecord& record, const std::string& scan_id)
{
    const auto found = std::find_if(record.scans.begin(), record.scans.end(),
                                    [&](const Scan& scan) { return scan.scan_id == scan_id; });
    return found == record.scans.end() ? nullptr : &*found;
}

const Findings* findings_of(const PatientRecord& record, const std::string& scan_id, const std::string& nodule_id)
{
    for (const auto& measurement : record.measurements) {
        if (record.scans[measurement.scan].scan_id == scan_id && record.nodule_ids[measurement.nodule] == nodule_id) {
            return &measurement.findings;
        }
    }
    return nullptr;
}

/// The scan's row, completed by what is recorded of it; empty where nothing is said of a recorded scan.
Result<std::vector<Cell>> scan_cells(const PatientRecord& record, const TypedMeasurement& typed)
{
    const Scan* scan = scan_named(record, typed.scan_id);
    if (scan != nullptr && typed.scan.empty()) return std::vector<Cell>();
    std::vector<Cell> cells = {{"patient_id", typed.patient_id}, {"scan_id", typed.scan_id}};
    cells.insert(cells.end(), typed.scan.begin(), typed.scan.end());
    if (scan == nullptr) {
        if (!has_column(cells, "scan_date")) {
            return failure(ErrorCode::usage,
                           "scan '" + typed.scan_id + "' of patient '" + typed.patient_id +
                               "' is not recorded yet: say when it was made with --scan-date YYYY-MM-DD");
        }
        add_if_missing(cells, "modality", "ct");
        add_if_missing(cells, "purpose", "diagnostic");
    } else {
        add_if_missing(cells, "scan_date", scan->scan_date.iso());
        add_if_missing(cells, "modality", word(scan->modality));
        add_if_missing(cells, "purpose", word(scan->purpose));
    }
    return cells;
}

std::vector<Cell> measurement_cells(const PatientRecord& record, const TypedMeasurement& typed)
{
    std::vector<Cell> cells = {
        {"patient_id", typed.patient_id}, {"scan_id", typed.scan_id}, {"nodule_id", typed.nodule_id}};
    cells.insert(cells.end(), typed.findings.begin(), typed.findings.end());
    const Findings* recorded = findings_of(record, typed.scan_id, typed.nodule_id);
    add_if_missing(cells, "status", word(recorded == nullptr ? Status::present : recorded->status));
    return cells;
}

/// What the measurement changes: growth at once, and the new assessment as of today.
Result<std::string> judgement_after(const Call& call, const store::Registry& registry, const TypedMeasurement& typed)
{
    const assess::Judge judge = assess::Judge::released();
    tracker::AssessRequest request;
    request.patient_ids = {typed.patient_id};
    request.as_of = call.now.today;
    std::string text;
    const auto done = tracker::assess_patients(
        registry, judge, request,
        [&](const assess::Assessment& assessment, const PatientRecord& patient) -> Result<void> {
            text = report::change_text(assessment, patient, judge, typed.scan_id, typed.nodule_id);
            return {};
        });
    if (!done) return tl::unexpected(done.error());
    return text + report::standing_notice();
}

}  // namespace

Result<std::optional<Findings>> recorded_findings(const store::Registry& registry, const std::string& patient_id,
                                                  const std::string& scan_id, const std::string& nodule_id)
{
    const auto record = tracker::read_patient(registry, patient_id);
    if (!record) return tl::unexpected(record.error());
    const Findings* recorded = findings_of(*record, scan_id, nodule_id);
    return recorded == nullptr ? std::optional<Findings>() : std::optional(*recorded);
}

Result<std::string> record(const Call& call, store::Registry& registry, const TypedMeasurement& typed,
                           std::string_view command)
{
    const auto patient = tracker::read_patient(registry, typed.patient_id);
    if (!patient) return tl::unexpected(patient.error());
    const auto of_scan = scan_cells(*patient, typed);
    if (!of_scan) return tl::unexpected(of_scan.error());

    auto delivery = read_cells(RowKind::measurement, measurement_cells(*patient, typed));
    if (!delivery) return tl::unexpected(delivery.error());
    // Its rows point into its own text, so it lives until the end.
    Result<Delivery> scan_delivery = of_scan->empty() ? Delivery() : read_cells(RowKind::scan, *of_scan);
    if (!scan_delivery) return tl::unexpected(scan_delivery.error());
    delivery->scans = scan_delivery->scans;
    delivery->source[static_cast<std::size_t>(RowKind::scan)] =
        scan_delivery->source[static_cast<std::size_t>(RowKind::scan)];

    const auto report = tracker::ingest(registry, *delivery, occasion_of(call.now, command, typed.amend_reason),
                                        {.amend_reason = typed.amend_reason, .dry_run = false, .images = typed.images});
    if (!report) return tl::unexpected(report.error());
    for (const auto& warning : report->warnings)
        note("warning: " + warning);
    const std::string stored = report->delivery_no ? "stored as delivery " + std::to_string(*report->delivery_no) + "\n"
                                                   : std::string("nothing new: this is recorded already\n");
    const auto judged = judgement_after(call, registry, typed);
    if (!judged) return tl::unexpected(judged.error());
    return stored + *judged;
}

}  // namespace nodtrack::cli
