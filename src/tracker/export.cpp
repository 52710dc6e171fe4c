#include "nodtrack/tracker/export.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

#include "judging.hpp"
#include "nodtrack/interop/data_dictionary.hpp"
#include "nodtrack/interop/history_export.hpp"
#include "nodtrack/interop/record_writer.hpp"
#include "nodtrack/report/assessment_json.hpp"
#include "nodtrack/store/access.hpp"
#include "nodtrack/store/registry_identity.hpp"
#include "nodtrack/tracker/deidentify.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/judged_history.hpp"
#include "nodtrack/tracker/report_export.hpp"
#include "sodium.hpp"

namespace nodtrack::tracker {
namespace {

namespace fs = std::filesystem;

constexpr auto detail = assess::Detail::fired;
constexpr std::size_t secret_bytes = 32;

tl::unexpected<Error> not_written(const fs::path& file)
{
    return failure(ErrorCode::bad_input,
                   "'" + file.string() + "' could not be written: is the disk full, or the folder read-only?");
}

/// A file of the export, written as it comes.
class OutFile {
  public:
    explicit OutFile(fs::path path) : path_(std::move(path)), out_(path_, std::ios::binary) {}

    std::ostream& stream() { return out_; }
    std::string name() const { return path_.filename().string(); }

    Result<void> finish()
    {
        out_.flush();
        if (!out_) return not_written(path_);
        return {};
    }

  private:
    fs::path path_;
    std::ofstream out_;
};

/// Everything one export writes, patient by patient.
class ExportFiles {
  public:
    static Result<ExportFiles> into(const fs::path& folder, const ExportRequest& request, const assess::Judge& judge,
                                    std::string_view dictionary)
    {
        std::error_code problem;  // a folder that cannot be made is told by the writer, which finds none
        fs::create_directories(folder, problem);
        const bool json = request.format == ExportFormat::json;
        auto record = json ? interop::RecordWriter::into_json_file(folder / "record.json")
                           : interop::RecordWriter::into_csv_folder(folder);
        if (!record) return tl::unexpected<Error>(record.error());
        return ExportFiles(folder, json, std::move(*record), judge, dictionary);
    }

    Result<void> add(const PatientRecord& record, const std::vector<interop::HistoryRow>& history)
    {
        for (const interop::HistoryRow& row : history)
            history_.add(row);
        ++report_.patients;
        return record_.add(record);
    }

    void add(const assess::Assessment& assessment, const PatientRecord& record)
    {
        line_.clear();
        assessment_json_.append(line_, assessment, record, detail);
        assessments_file_->stream() << line_;
    }

    Result<ExportReport> finish()
    {
        history_.finish();
        for (OutFile* file : {history_file_.get(), assessments_file_.get(), dictionary_file_.get()}) {
            if (const auto done = file->finish(); !done) return tl::unexpected<Error>(done.error());
            report_.files.push_back(file->name());
        }
        if (const auto done = record_.finish(); !done) return tl::unexpected<Error>(done.error());
        return std::move(report_);
    }

  private:
    ExportFiles(const fs::path& folder, bool json, interop::RecordWriter record, const assess::Judge& judge,
                std::string_view dictionary)
        : record_(std::move(record)),
          history_file_(std::make_unique<OutFile>(folder / (json ? "history.json" : "history.csv"))),
          history_(history_file_->stream(), json ? interop::HistoryFormat::json : interop::HistoryFormat::csv),
          assessments_file_(std::make_unique<OutFile>(folder / "assessments.jsonl")),
          dictionary_file_(std::make_unique<OutFile>(folder / "data_dictionary.csv")),
          assessment_json_(judge)
    {
        dictionary_file_->stream() << dictionary;
        if (json) {
            report_.files = {"record.json"};
        } else {
            for (const std::string_view name : row_kind_names)
                report_.files.push_back(std::string(name) + ".csv");
        }
    }

    interop::RecordWriter record_;
    std::unique_ptr<OutFile> history_file_;  // the history's writer keeps the stream's address
    interop::HistoryWriter history_;
    std::unique_ptr<OutFile> assessments_file_;
    std::unique_ptr<OutFile> dictionary_file_;
    report::AssessmentJson assessment_json_;
    std::string line_;
    ExportReport report_;
};

/// The patients asked for, each once and in the registry's order.
Result<std::vector<std::string>> ids_of(store::PatientReader& reader, const ExportRequest& request)
{
    Result<std::vector<std::string>> ids = std::vector<std::string>();
    if (!request.patient_ids.empty()) {
        ids = recorded_ids(reader, request.patient_ids);
    } else {
        PatientRecord record;
        while (!request.at_most || ids->size() < *request.at_most) {
            const Result<bool> more = reader.next(record);
            if (!more) return tl::unexpected<Error>(more.error());
            if (!*more) break;
            ids->push_back(record.patient.patient_id);
        }
    }
    if (ids && request.at_most && ids->size() > *request.at_most) ids->resize(*request.at_most);
    return ids;
}

/// The rows of the de-identified record, with the judgement's values of the rows of the record itself.
std::vector<interop::HistoryRow> deidentified_rows(const std::vector<interop::HistoryRow>& rows,
                                                   const PatientRecord& record, const PatientRecord& told)
{
    std::vector<interop::HistoryRow> told_rows = rows;
    for (interop::HistoryRow& row : told_rows) {
        const auto measurement = std::ranges::find_if(
            record.measurements, [&](const Measurement& candidate) { return &candidate.findings == row.findings; });
        const Measurement& same =
            told.measurements[static_cast<std::size_t>(measurement - record.measurements.begin())];
        row.patient = &told.patient;
        row.scan = &told.scans[same.scan];
        row.findings = &same.findings;
        row.nodule_id = told.nodule_ids[same.nodule];
        row.age_years.reset();
    }
    return told_rows;
}

/// Writes one patient after another under their research ids.
class DeidentifiedExport {
  public:
    DeidentifiedExport(ExportFiles& files, const assess::Judge& judge, Date as_of, std::ostream& ages)
        : files_(files), judge_(judge), as_of_(as_of), ages_(ages)
    {
        ages_ << "patient_id,age_at_first_scan_years\n";
    }

    Result<void> add(const PatientRecord& record, const Pseudonym& pseudonym)
    {
        const PatientRecord told = deidentified(record, pseudonym);
        ages_ << pseudonym.research_id << ',' << age_at_first_scan(record) << '\n';
        if (const std::optional<Date> day = newest_ct_day(record)) {
            files_.add(deidentified(judged(judge_, record, *day, detail), record, pseudonym), told);
        }
        return files_.add(told, deidentified_rows(judged_history_of(record, judge_), record, told));
    }

  private:
    std::optional<Date> newest_ct_day(const PatientRecord& record) const
    {
        std::optional<Date> newest;
        for (const Scan& scan : record.scans) {
            if (scan.is_diagnostic_ct() && scan.scan_date <= as_of_ && (!newest || *newest < scan.scan_date)) {
                newest = scan.scan_date;
            }
        }
        return newest;
    }

    ExportFiles& files_;
    const assess::Judge& judge_;
    Date as_of_;
    std::ostream& ages_;
};

}  // namespace

Result<ExportReport> write_export(const store::Registry& registry, const assess::Judge& judge,
                                  const ExportRequest& request, const fs::path& folder)
{
    Result<store::PatientReader> reader = store::PatientReader::open(registry, request.known_on);
    if (!reader) return tl::unexpected<Error>(reader.error());
    const Result<std::vector<std::string>> ids = ids_of(*reader, request);
    if (!ids) return tl::unexpected<Error>(ids.error());
    Result<ExportFiles> files = ExportFiles::into(folder, request, judge, interop::data_dictionary_csv());
    if (!files) return tl::unexpected<Error>(files.error());
    const Result<std::string> identity = store::registry_identity(registry);
    if (!identity) return tl::unexpected<Error>(identity.error());
    PatientRecord record;
    for (const std::string& id : *ids) {
        const Result<bool> found = find_to_judge(*reader, id, record);
        if (!found) return tl::unexpected<Error>(found.error());
        if (request.with_uids) fill_uids(record, *identity);
        files->add(judged(judge, record, request.as_of, detail), record);
        if (const auto done = files->add(record, judged_history_of(record, judge)); !done) {
            return tl::unexpected<Error>(done.error());
        }
    }
    return files->finish();
}

namespace {

/// The release that exports of today are made of. A new one comes when the last is old enough, or where it is asked
/// for.
Result<store::ExportRelease> release_for(store::Registry& registry, bool is_new, const store::Provenance& provenance)
{
    if (!is_new) {
        const auto newest = store::newest_release(registry);
        if (!newest) return tl::unexpected<Error>(newest.error());
        if (*newest && days_between((*newest)->released_on, provenance.today) < days_of_a_release) return **newest;
    }
    return store::add_release(registry, provenance);
}

}  // namespace

Result<ExportReport> write_deidentified_export(store::Registry& registry, const assess::Judge& judge,
                                               const ExportRequest& request, const fs::path& folder,
                                               const store::Provenance& provenance)
{
    const Result<store::ExportRelease> release = release_for(registry, request.new_release, provenance);
    if (!release) return tl::unexpected<Error>(release.error());
    Result<store::PatientReader> reader = store::PatientReader::open_upto(registry, release->delivery_no);
    if (!reader) return tl::unexpected<Error>(reader.error());
    const Result<std::vector<std::string>> ids = ids_of(*reader, request);
    if (!ids) return tl::unexpected<Error>(ids.error());
    const Result<std::string> secret =
        store::secret(registry, "deidentified export", random_bytes(secret_bytes), provenance);
    if (!secret) return tl::unexpected<Error>(secret.error());

    // The order of the registry's ids may tell who came when.
    std::vector<std::pair<Pseudonym, std::string>> patients;
    for (const std::string& id : *ids)
        patients.emplace_back(pseudonym_of(*secret, id), id);
    std::ranges::sort(patients, {}, [](const auto& patient) { return patient.first.research_id; });

    Result<ExportFiles> files = ExportFiles::into(folder, request, judge, interop::deidentified_dictionary_csv());
    if (!files) return tl::unexpected<Error>(files.error());
    OutFile ages(folder / "ages.csv");
    DeidentifiedExport out(*files, judge, release->released_on, ages.stream());
    PatientRecord record;
    for (const auto& [pseudonym, id] : patients) {
        const Result<bool> found = find_to_judge(*reader, id, record);
        if (!found) return tl::unexpected<Error>(found.error());
        if (const auto done = out.add(record, pseudonym); !done) return tl::unexpected<Error>(done.error());
    }
    if (const auto done = ages.finish(); !done) return tl::unexpected<Error>(done.error());
    Result<ExportReport> report = files->finish();
    if (!report) return report;
    report->files.push_back(ages.name());
    const Result<std::size_t> of_release = registry.patient_count(release->delivery_no);
    if (!of_release) return tl::unexpected<Error>(of_release.error());
    report->patients_of_release = *of_release;
    report->released_on = release->released_on;
    return report;
}

}  // namespace nodtrack::tracker
