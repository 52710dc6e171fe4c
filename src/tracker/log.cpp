#include "nodtrack/tracker/log.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "nodtrack/tracker/registry.hpp"
#include "typed_rows.hpp"

namespace nodtrack::tracker {
namespace {

bool has_column(const std::vector<Cell>& cells, std::string_view column)
{
    return std::ranges::count(cells, column, &Cell::column) > 0;
}

void add_if_missing(std::vector<Cell>& cells, std::string_view column, std::string_view text)
{
    if (!has_column(cells, column)) cells.push_back({std::string(column), std::string(text)});
}

Result<Delivery> read_cells(RowKind kind, const std::vector<Cell>& cells)
{
    std::vector<interop::TypedCell> typed;
    typed.reserve(cells.size());
    for (const Cell& cell : cells)
        typed.push_back({cell.column, cell.text});
    return interop::read_typed_row(kind, typed);
}

/// The scan's row, completed by what is recorded of it; empty where nothing is said of a recorded scan.
Result<std::vector<Cell>> scan_cells(const PatientRecord& record, const TypedMeasurement& typed)
{
    const Scan* const scan = scan_of(record, typed.scan_id);
    const bool recorded = scan != nullptr;
    if (recorded && typed.scan.empty()) return std::vector<Cell>();
    std::vector<Cell> cells = {{"patient_id", typed.patient_id}, {"scan_id", typed.scan_id}};
    cells.insert(cells.end(), typed.scan.begin(), typed.scan.end());
    if (!recorded && !has_column(cells, "scan_date")) {
        return failure(ErrorCode::usage,
                       fmt::format("scan '{}' of patient '{}' is not recorded yet: say when it was "
                                   "made (--scan-date YYYY-MM-DD on the command line, scan_date in the API)",
                                   typed.scan_id, typed.patient_id));
    }
    if (recorded) add_if_missing(cells, "scan_date", scan->scan_date.iso());
    add_if_missing(cells, "modality", word(recorded ? scan->modality : Modality::ct));
    add_if_missing(cells, "purpose", word(recorded ? scan->purpose : ScanPurpose::diagnostic));
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

}  // namespace

const Scan* scan_of(const PatientRecord& record, std::string_view scan_id)
{
    const auto found = std::ranges::find(record.scans, scan_id, &Scan::scan_id);
    return found == record.scans.end() ? nullptr : &*found;
}

const Findings* findings_of(const PatientRecord& record, const std::string& scan_id, const std::string& nodule_id)
{
    const auto found = std::ranges::find_if(record.measurements, [&](const Measurement& measurement) {
        return record.scans[measurement.scan].scan_id == scan_id && record.nodule_ids[measurement.nodule] == nodule_id;
    });
    return found == record.measurements.end() ? nullptr : &found->findings;
}

Result<TypedRows> rows_of(const TypedMeasurement& typed, const PatientRecord& record)
{
    const Result<std::vector<Cell>> of_scan = scan_cells(record, typed);
    if (!of_scan) return tl::unexpected<Error>(of_scan.error());
    TypedRows rows;
    if (!typed.nodule_id.empty()) {
        Result<Delivery> measurement = read_cells(RowKind::measurement, measurement_cells(record, typed));
        if (!measurement) return tl::unexpected<Error>(measurement.error());
        rows.delivery = std::move(*measurement);
    }
    if (of_scan->empty()) return rows;
    Result<Delivery> scan = read_cells(RowKind::scan, *of_scan);
    if (!scan) return tl::unexpected<Error>(scan.error());
    rows.scan_text = std::move(*scan);
    rows.delivery.scans = rows.scan_text.scans;
    constexpr auto kind = static_cast<std::size_t>(RowKind::scan);
    rows.delivery.source[kind] = rows.scan_text.source[kind];
    return rows;
}

Result<AlreadyRecorded> already_recorded(const store::Registry& registry, const std::string& patient_id,
                                         const std::string& scan_id, const std::string& nodule_id)
{
    const Result<PatientRecord> record = read_patient(registry, patient_id);
    if (!record) return tl::unexpected<Error>(record.error());
    AlreadyRecorded recorded;
    recorded.birth_date = record->patient.birth_date;
    if (const Scan* const scan = scan_of(*record, scan_id)) recorded.scan = *scan;
    if (const Findings* const findings = findings_of(*record, scan_id, nodule_id)) recorded.findings = *findings;
    return recorded;
}

Result<IngestReport> store_measurement(store::Registry& registry, const TypedMeasurement& typed,
                                       const store::Provenance& provenance)
{
    const Result<PatientRecord> patient = read_patient(registry, typed.patient_id);
    if (!patient) return tl::unexpected<Error>(patient.error());
    const Result<TypedRows> rows = rows_of(typed, *patient);
    if (!rows) return tl::unexpected<Error>(rows.error());
    return ingest(registry, rows->delivery, provenance,
                  {.amend_reason = typed.amend_reason,
                   .confirm = typed.confirm,
                   .own_rows_alone = typed.own_rows_alone,
                   .images = typed.images});
}

Result<LogReport> log_measurement(store::Registry& registry, const assess::Judge& judge, const TypedMeasurement& typed,
                                  const store::Provenance& provenance)
{
    const Result<IngestReport> taken_in = store_measurement(registry, typed, provenance);
    if (!taken_in) return tl::unexpected<Error>(taken_in.error());
    Result<store::PatientReader> reader = store::PatientReader::open(registry);
    if (!reader) return tl::unexpected<Error>(reader.error());
    LogReport report{taken_in->delivery_no, taken_in->warnings, {}, {}};
    const auto judged = assess_patient(*reader, judge, typed.patient_id, provenance.today, assess::Detail::fired,
                                       [&](const assess::Assessment& assessment, const PatientRecord& record) {
                                           report.assessment = assessment;
                                           report.record = record;
                                           return Result<void>();
                                       });
    if (!judged) return tl::unexpected<Error>(judged.error());
    return report;
}

}  // namespace nodtrack::tracker
