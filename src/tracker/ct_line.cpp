#include "nodtrack/tracker/ct_line.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ct_line_plan.hpp"
#include "judging.hpp"
#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "typed_rows.hpp"

namespace nodtrack::tracker {
namespace {

constexpr std::string_view source = "line";

/// `line:3:long_axis_mm: …` as `N3: long_axis_mm: …`, 3 being the place of the nodule's item.
std::string by_nodule(const std::string& problem, const std::vector<PlannedRow>& rows)
{
    const std::string start = std::string(source) + ":";
    if (!problem.starts_with(start)) return problem;
    const std::size_t colon = problem.find(':', start.size());
    if (colon == std::string::npos) return problem;
    std::size_t row = 0;
    for (std::size_t i = start.size(); i < colon; ++i)
        row = row * 10 + static_cast<std::size_t>(problem[i] - '0');
    if (row == 0 || row > rows.size()) return problem;
    return rows[row - 1].nodule.nodule_id + ": " + problem.substr(colon + 1);
}

/// The scan as it will stand: what is recorded, and what the line says. Failure: as `rows_of`.
Result<TypedRows> scan_rows(const CtLine& line, const PatientRecord& record)
{
    TypedMeasurement typed{.patient_id = line.patient_id, .scan_id = line.scan_id, .nodule_id = {}};
    typed.scan = line.scan;
    if (line.done) {
        std::erase_if(typed.scan, [](const Cell& cell) { return cell.column == "reading"; });
        typed.scan.push_back({"reading", std::string(word(Reading::complete))});
    }
    return rows_of(typed, record);
}

/// What is recorded of the scan, and over it what the line says.
Scan as_it_will_stand(const Scan* recorded, const Delivery& said)
{
    if (recorded == nullptr) return said.scans.front().scan;
    Scan scan = *recorded;
    if (said.scans.empty()) return scan;
    for_each_field(scan_fields, [&](const auto& field) {
        const auto& value = said.scans.front().scan.*(field.member);
        if (is_known(value)) scan.*(field.member) = value;
    });
    return scan;
}

/// The measurements, read by the rules of the record. `texts` keeps what the rows point into.
void read_rows(const CtLine& line, CtLinePlan& plan, Delivery& delivery, std::vector<Delivery>& texts)
{
    texts.reserve(plan.rows.size());
    for (std::size_t i = 0; i < plan.rows.size(); ++i) {
        PlannedRow& row = plan.rows[i];
        if (row.nodule.absent) continue;
        std::vector<interop::TypedCell> cells = {
            {"patient_id", line.patient_id}, {"scan_id", line.scan_id}, {"nodule_id", row.nodule.nodule_id}};
        for (const Cell& cell : row.cells)
            cells.push_back({cell.column, cell.text});
        Result<Delivery> read = interop::read_typed_row(RowKind::measurement, cells);
        if (!read) {
            for (const std::string& problem : read.error().context) {
                constexpr std::string_view entry = "entry:1:";
                plan.problems.push_back(row.nodule.nodule_id + ": " +
                                        problem.substr(problem.starts_with(entry) ? entry.size() : 0));
            }
            continue;
        }
        texts.push_back(std::move(*read));
        MeasurementRow measured = texts.back().measurements.front();
        measured.line = static_cast<std::uint32_t>(i + 1);
        row.nodule.findings = measured.findings;
        delivery.measurements.push_back(std::move(measured));
    }
}

IdentityStatement absence_of(const CtLineNodule& nodule, const CtLine& line)
{
    IdentityStatement statement;
    statement.confirmed = true;
    statement.what.observation = {line.patient_id, line.scan_id, nodule.nodule_id};
    statement.what.nodule_id = nodule.nodule_id;
    statement.what.nodule_state = nodule.absent;
    return statement;
}

Error named(Error error, const std::vector<PlannedRow>& rows)
{
    for (std::string& problem : error.context)
        problem = by_nodule(problem, rows);
    for (std::string& question : error.questions)
        question = by_nodule(question, rows);
    return error;
}

/// Whoever is judged by the record with confirmed states.
PatientRecord record_to_judge(const PatientReading& reading)
{
    PatientRecord record = reading.record;
    add_confirmed_states(reading.reader, record);
    return record;
}

Result<void> judge_again(CtLineReport& report, const store::Registry& registry, const assess::Judge& judge,
                         const std::string& patient_id, Date today)
{
    Result<store::PatientReader> reader = store::PatientReader::open(registry);
    if (!reader) return tl::unexpected<Error>(reader.error());
    return assess_patient(*reader, judge, patient_id, today, assess::Detail::fired,
                          [&](const assess::Assessment& assessment, const PatientRecord& record) {
                              report.assessment = assessment;
                              report.record = record;
                              return Result<void>();
                          });
}

}  // namespace

Result<CtLineReport> log_ct_line(store::Registry& registry, const assess::Judge& judge, const CtLine& line,
                                 const store::Provenance& provenance)
{
    const Result<PatientReading> reading = patient_reading(registry, line.patient_id);
    if (!reading) return tl::unexpected<Error>(reading.error());
    const PatientRecord record = record_to_judge(*reading);
    Result<TypedRows> scan = scan_rows(line, record);
    if (!scan) return tl::unexpected<Error>(scan.error());
    CtLineReport report;
    const Scan* const recorded = scan_of(record, line.scan_id);
    report.scan = as_it_will_stand(recorded, scan->delivery);
    CtLinePlan plan =
        planned(line, report.scan, record, judge.assess(record, report.scan.scan_date, assess::Detail::none));
    std::vector<Delivery> texts;
    read_rows(line, plan, scan->delivery, texts);
    if (!plan.problems.empty()) return failure(ErrorCode::bad_input, "nothing was stored", std::move(plan.problems));

    scan->delivery.source[index_of(RowKind::measurement)] = source;
    IngestOptions options{.amend_reason = line.amend_reason,
                          .dry_run = line.dry_run,
                          .confirm = line.confirm,
                          .own_rows_alone = line.own_rows_alone};
    for (const PlannedRow& row : plan.rows) {
        if (row.nodule.absent) options.identities.push_back(absence_of(row.nodule, line));
        report.nodules.push_back(row.nodule);
    }
    const Result<IngestReport> stored = ingest(registry, scan->delivery, provenance, options);
    if (!stored) return tl::unexpected<Error>(named(stored.error(), plan.rows));
    report.delivery_no = stored->delivery_no;
    for (const std::string& warning : stored->warnings)
        report.warnings.push_back(by_nodule(warning, plan.rows));
    if (line.dry_run) return report;
    const Result<void> judged = judge_again(report, registry, judge, line.patient_id, provenance.today);
    if (!judged) return tl::unexpected<Error>(judged.error());
    return report;
}

}  // namespace nodtrack::tracker
