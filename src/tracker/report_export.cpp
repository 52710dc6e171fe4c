#include "nodtrack/tracker/report_export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "judging.hpp"
#include "nodtrack/exchange/dicom_uid.hpp"
#include "nodtrack/exchange/written_report.hpp"
#include "nodtrack/report/report_sentence.hpp"
#include "nodtrack/store/audit.hpp"
#include "nodtrack/store/change.hpp"
#include "nodtrack/store/registry_identity.hpp"
#include "nodtrack/tracker/ct_claim.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "object_file_name.hpp"

namespace nodtrack::tracker {
namespace {

namespace fs = std::filesystem;
using exchange::CtSeries;
using exchange::ReportToWrite;

bool is_sized(const Findings& findings)
{
    return findings.is_there() && (findings.long_axis || findings.short_axis || findings.volume);
}

/// The series that was measured on a scan; null where there is none among them.
const CtSeries* series_of(const std::vector<CtSeries>& all, const PatientRecord& record, const Scan& scan)
{
    for (const CtSeries& series : all) {
        if (!scan.series_uid.empty() && series.series_uid == scan.series_uid) return &series;
    }
    const CtSeries* best = nullptr;
    for (const CtSeries& series : all) {
        const bool is_study = !scan.study_uid.empty() && series.study_uid == scan.study_uid;
        const bool is_day = scan.study_uid.empty() && series.patient_code == record.patient.patient_id &&
                            dicom_date(series.scan_date) == scan.scan_date;
        if ((is_study || is_day) && (best == nullptr || series.slices.size() > best->slices.size())) best = &series;
    }
    return best;
}

/// Makes the reports of one record.
class Reports {
  public:
    Reports(const Judges& judges, const ReportExportRequest& request, std::string registry,
            std::vector<CtSeries> series)
        : judges_(judges), request_(request), registry_(std::move(registry)), series_(std::move(series))
    {}

    const std::vector<CtSeries>& series() const { return series_; }

    ReportToWrite of(const PatientRecord& record, const Scan& scan) const
    {
        ReportToWrite report;
        report.patient = record.patient;
        report.scan = scan;
        report.ct = series_of(series_, record, scan);
        report.study_uid = report.ct != nullptr ? report.ct->study_uid : study_uid_of(record, scan, registry_);
        report.form = request_.plain_tracking_ids ? exchange::TrackingIdForm::plain : exchange::TrackingIdForm::ohif;
        report.software_version = NODTRACK_VERSION;
        add_nodules(record, scan, report);
        report.recommendation = recommendation(record, scan);
        // What is filled in for others is no part of what the report says.
        report.scan.study_uid = report.study_uid;
        for (exchange::NoduleToWrite& nodule : report.nodules)
            nodule.findings.tracking_uid = nodule.tracking_uid;
        exchange::name_report(report);
        return report;
    }

  private:
    void add_nodules(const PatientRecord& record, const Scan& scan, ReportToWrite& report) const
    {
        std::set<std::string> readers;
        for (const Measurement& row : record.measurements) {
            if (&record.scans[row.scan] != &scan || !is_sized(row.findings)) continue;
            report.nodules.push_back(
                {record.nodule_ids[row.nodule], tracking_uid_of(record, row.nodule, registry_), row.findings});
            const std::string& reader = row.findings.reader;
            if (!reader.empty() && !reader.starts_with("nodtrack")) readers.insert(reader);
        }
        std::ranges::sort(report.nodules, {}, &exchange::NoduleToWrite::nodule_id);
        report.readers.assign(readers.begin(), readers.end());
    }

    /// As of the day of the CT, by the record as it is now.
    std::string recommendation(const PatientRecord& record, const Scan& scan) const
    {
        const assess::Judge& judge = judges_.of(record.patient.patient_id);
        const assess::Assessment assessment = judged(judge, record, scan.scan_date, assess::Detail::fired);
        const auto& policy = judge.policy();
        return fmt::format("{} (As of {}; policy {} {}, SHA-256 {}.)",
                           report::patient_sentence(assessment, record, judge), scan.scan_date.iso(), policy.id,
                           policy.version, policy.sha256);
    }

    const Judges& judges_;
    const ReportExportRequest& request_;
    std::string registry_;
    std::vector<CtSeries> series_;
};

/// Patient and scan.
using ScanKey = std::pair<std::string, std::string>;

/// The reports that a scan had, oldest first; each once in a row.
using Chains = std::map<ScanKey, std::vector<std::string>>;

/// What each delivery made of the reports, for patients that more than one delivery wrote to.
Result<Chains> chains_of(const store::Registry& registry, const std::vector<std::string>& ids, const Reports& reports)
{
    const auto head = store::audit_head(registry);
    if (!head) return tl::unexpected<Error>(head.error());
    const std::set<std::string> asked(ids.begin(), ids.end());
    std::map<std::string, std::vector<store::DeliveryNumber>> written_by;
    for (store::DeliveryNumber number = 1; number <= head->delivery_no; ++number) {
        const auto patients = store::patients_written(registry, number - 1, number);
        if (!patients) return tl::unexpected<Error>(patients.error());
        if (!*patients) continue;  // of an older program: nobody knows, and no predecessor is named
        for (const std::string& id : **patients) {
            if (asked.contains(id)) written_by[id].push_back(number);
        }
    }
    std::map<store::DeliveryNumber, std::vector<std::string>> patients_of;
    for (const auto& [id, numbers] : written_by) {
        if (numbers.size() < 2) continue;
        for (const store::DeliveryNumber number : numbers)
            patients_of[number].push_back(id);
    }
    Chains chains;
    PatientRecord record;
    for (const auto& [number, patients] : patients_of) {
        auto reader = store::PatientReader::open_upto(registry, number);
        if (!reader) return tl::unexpected<Error>(reader.error());
        for (const std::string& id : patients) {
            const Result<bool> found = find_to_judge(*reader, id, record);
            if (!found) return tl::unexpected<Error>(found.error());
            if (!*found) continue;
            for (const Scan& scan : record.scans) {
                if (!scan.is_diagnostic_ct()) continue;
                const std::string uid = reports.of(record, scan).sop_uid;
                auto& chain = chains[{id, scan.scan_id}];
                if (chain.empty() || chain.back() != uid) chain.push_back(uid);
            }
        }
    }
    return chains;
}

/// The report before this one; empty where there was none.
std::string predecessor_of(const Chains& chains, const ScanKey& scan, const std::string& uid)
{
    const auto chain = chains.find(scan);
    if (chain == chains.end()) return {};
    for (auto before = chain->second.rbegin(); before != chain->second.rend(); ++before) {
        if (*before != uid) return *before;
    }
    return {};
}

Result<void> put(const ReportToWrite& report, const fs::path& file)
{
    std::error_code error;
    if (fs::exists(file, error))
        return failure(ErrorCode::bad_input, "'" + file.string() +
                                                 "' is there already, and is not overwritten; give another folder, or "
                                                 "take the file away");
    return exchange::write_report(report, file);
}

void note_unused(const Reports& reports, const std::set<const CtSeries*>& used, ReportExport& done)
{
    for (const CtSeries& series : reports.series()) {
        if (used.contains(&series)) continue;
        done.notes.push_back(
            fmt::format("series {} of {} slices belongs to no scan that was exported: none has its "
                        "series or study UID, or its patient id and day",
                        series.series_uid, series.slices.size()));
    }
}

}  // namespace

std::string tracking_uid_of(const PatientRecord& record, std::uint32_t nodule, std::string_view registry)
{
    const Measurement* earliest = nullptr;
    for (const Measurement& row : record.measurements) {
        if (row.nodule != nodule || row.findings.tracking_uid.empty()) continue;
        const auto key = [&](const Measurement& one) {
            return std::pair(record.scans[one.scan].scan_date, std::string_view(record.scans[one.scan].scan_id));
        };
        if (earliest == nullptr || key(row) < key(*earliest)) earliest = &row;
    }
    if (earliest != nullptr) return earliest->findings.tracking_uid;
    return exchange::uid_of_name(
        fmt::format("nodule\n{}\n{}\n{}", registry, record.patient.patient_id, record.nodule_ids[nodule]));
}

Result<std::vector<std::string>> tracking_uids_of(const store::Registry& registry, const std::string& patient_id,
                                                  const std::vector<std::string>& nodule_ids)
{
    const auto identity = store::registry_identity(registry);
    if (!identity) return tl::unexpected<Error>(identity.error());
    auto record = store::read_patient(registry, patient_id);
    if (!record) return tl::unexpected<Error>(record.error());
    std::vector<std::string> uids;
    for (const std::string& nodule_id : nodule_ids) {
        const auto found = std::ranges::find(record->nodule_ids, nodule_id);
        const auto nodule = static_cast<std::uint32_t>(found - record->nodule_ids.begin());
        if (found == record->nodule_ids.end()) record->nodule_ids.push_back(nodule_id);
        uids.push_back(tracking_uid_of(*record, nodule, *identity));
    }
    return uids;
}

std::string study_uid_of(const PatientRecord& record, const Scan& scan, std::string_view registry)
{
    if (!scan.study_uid.empty()) return scan.study_uid;
    return exchange::uid_of_name(fmt::format("study\n{}\n{}\n{}", registry, record.patient.patient_id, scan.scan_id));
}

void fill_uids(PatientRecord& record, std::string_view registry)
{
    std::vector<std::string> uids;
    for (std::uint32_t nodule = 0; nodule < record.nodule_ids.size(); ++nodule)
        uids.push_back(tracking_uid_of(record, nodule, registry));
    for (Measurement& row : record.measurements) {
        if (row.findings.tracking_uid.empty()) row.findings.tracking_uid = uids[row.nodule];
    }
    for (Scan& scan : record.scans) {
        if (scan.is_diagnostic_ct()) scan.study_uid = study_uid_of(record, scan, registry);
    }
}

Result<ReportExport> write_reports(const store::Registry& registry, const Judges& judges,
                                   const ReportExportRequest& request, const fs::path& folder)
{
    auto identity = store::registry_identity(registry);
    if (!identity) return tl::unexpected<Error>(identity.error());
    std::vector<CtSeries> series;
    if (request.ct_folder) {
        auto found = exchange::ct_series_in(*request.ct_folder);
        if (!found) return tl::unexpected<Error>(found.error());
        series = std::move(*found);
    }
    const Reports reports(judges, request, std::move(*identity), std::move(series));
    auto reader = store::PatientReader::open(registry);
    if (!reader) return tl::unexpected<Error>(reader.error());
    const auto ids = request.patient_ids.empty() ? reader->patient_ids() : recorded_ids(*reader, request.patient_ids);
    if (!ids) return tl::unexpected<Error>(ids.error());
    const auto chains = chains_of(registry, *ids, reports);
    if (!chains) return tl::unexpected<Error>(chains.error());

    std::error_code problem;  // a folder that cannot be made is told by the writer
    fs::create_directories(folder, problem);
    ReportExport done;
    std::set<const CtSeries*> used;
    PatientRecord record;
    for (const std::string& id : *ids) {
        const Result<bool> found = find_to_judge(*reader, id, record);
        if (!found) return tl::unexpected<Error>(found.error());
        for (const Scan& scan : record.scans) {
            if (!scan.is_diagnostic_ct()) continue;
            if (!request.scan_id.empty() && scan.scan_id != request.scan_id) continue;
            ReportToWrite report = reports.of(record, scan);
            report.predecessor_uid = predecessor_of(*chains, {id, scan.scan_id}, report.sop_uid);
            if (const auto put_there =
                    put(report, folder / object_file_name("sr-", {record.patient.patient_id, scan.scan_id}, ".dcm"));
                !put_there)
                return tl::unexpected<Error>(put_there.error());
            ++done.reports;
            if (report.ct != nullptr) ++done.with_images;
            if (report.ct != nullptr) used.insert(report.ct);
        }
    }
    note_unused(reports, used, done);
    return done;
}

}  // namespace nodtrack::tracker
