#include "nodtrack/tracker/export.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "export_files.hpp"
#include "export_release.hpp"
#include "export_tables.hpp"
#include "judging.hpp"
#include "nodtrack/assess/ledger.hpp"
#include "nodtrack/store/history.hpp"
#include "nodtrack/store/registry_identity.hpp"
#include "nodtrack/tracker/deidentify.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/judged_history.hpp"
#include "nodtrack/tracker/report_export.hpp"
#include "recommendation_table.hpp"

namespace nodtrack::tracker {
namespace {

namespace fs = std::filesystem;
using interop::StudyFile;

constexpr auto detail = assess::Detail::fired;

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

/// links.csv of a de-identified export: the confirmed links that hold, under the record's new ids. The nodules are
/// those that the links made, so each observation is told under its nodule.
void add_standing_links(interop::StudyTable& table, std::span<const std::vector<store::IdentityLink>> views,
                        const PatientRecord& record, const PatientRecord& told, const Pseudonym& pseudonym)
{
    const auto scan_id = [&](const std::string& id) {
        const auto found = std::ranges::find(record.scans, id, &Scan::scan_id);
        return found == record.scans.end() ? std::string()
                                           : told.scans[static_cast<std::size_t>(found - record.scans.begin())].scan_id;
    };
    const auto nodule_id = [&](const std::string& id) {
        const auto found = std::ranges::find(record.nodule_ids, id);
        return found == record.nodule_ids.end()
                   ? std::string()
                   : told.nodule_ids[static_cast<std::size_t>(found - record.nodule_ids.begin())];
    };
    std::map<std::pair<std::string, std::string>, store::IdentityLink> links;
    for (const std::vector<store::IdentityLink>& of_one : views) {
        const store::IdentityLink* const standing = store::standing_link(of_one);
        if (standing == nullptr) continue;
        store::IdentityLink link = *standing;
        const bool names_other = !link.other_nodule_id.empty();
        link.other_nodule_id = nodule_id(link.other_nodule_id);
        link.nodule_id = nodule_id(link.nodule_id);
        link.observation = {told.patient.patient_id, scan_id(link.observation.scan_id), link.nodule_id};
        if (link.nodule_id.empty() || link.observation.scan_id.empty()) continue;
        if (names_other && link.other_nodule_id.empty()) continue;
        link.link_no = 1;
        link.answers.reset();
        link.made_by = interop::withheld;
        if (link.state_date) link.state_date = add_days(*link.state_date, -pseudonym.days_back);
        links[{link.observation.scan_id, link.nodule_id}] = std::move(link);
    }
    std::vector<std::vector<store::IdentityLink>> told_views;
    for (auto& [place, link] : links)
        told_views.push_back({std::move(link)});
    add_links(table, told_views, {});
}

/// Writes one patient after another under their research ids.
class DeidentifiedExport {
  public:
    DeidentifiedExport(ExportFiles& files, const Judges& judges, Date as_of)
        : files_(files), judges_(judges), as_of_(as_of)
    {
        files_.ages() << "patient_id,age_at_first_scan_years\n";
    }

    Result<void> add(const PatientRecord& record, const store::PatientReader& reader, const Pseudonym& pseudonym)
    {
        const PatientRecord told = deidentified(record, pseudonym);
        files_.ages() << pseudonym.research_id << ',' << age_at_first_scan(record) << '\n';
        if (const std::optional<Date> day = newest_ct_day(record)) {
            const assess::Judge& judge = judges_.of(record.patient.patient_id);
            files_.add(deidentified(judged(judge, record, *day, detail), record, pseudonym), told, judge);
        }
        add_answers(record, told, pseudonym);
        add_standing_links(files_.table(StudyFile::links), reader.links(), record, told, pseudonym);
        // No day is left out that the record itself has: all of them lie before the release.
        add_follow_up(files_.table(StudyFile::follow_up), told, add_days(as_of_, -pseudonym.days_back), std::nullopt);
        return files_.add(
            told, deidentified_rows(judged_history_of(record, judges_.of(record.patient.patient_id)), record, told));
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

    /// Judged on the true dates, told on the moved ones.
    void add_answers(const PatientRecord& record, const PatientRecord& told, const Pseudonym& pseudonym)
    {
        const assess::Judge& judge = judges_.of(record.patient.patient_id);
        for (const CtAnswer& answer : ct_answers(judge, record)) {
            const auto assessment =
                deidentified(judge.assess(record, answer.scan_date, assess::Detail::none), record, pseudonym);
            CtAnswer moved{.scan_id = {},
                           .scan_date = add_days(answer.scan_date, -pseudonym.days_back),
                           .now = proposal_of(assessment, told, judge.policy())};
            moved.scan_id = moved.now.index_scan_id;
            // Counted in months of the true calendar: those of many CTs together would tell by how much dates were
            // moved.
            moved.now.due_date.reset();
            moved.now.safety_net_ct_date.reset();
            RecommendationTable::add_present(files_.table(StudyFile::recommendations), told.patient.patient_id, moved);
        }
    }

    ExportFiles& files_;
    const Judges& judges_;
    Date as_of_;
};

/// What the tables beside record and history need of one patient.
class StudyTables {
  public:
    static Result<StudyTables> of(const store::Registry& registry, const Judges& judges, const ExportRequest& request,
                                  ExportFiles& files)
    {
        Result<store::HistoryReader> history = store::HistoryReader::open(registry);
        if (!history) return tl::unexpected<Error>(history.error());
        return StudyTables(registry, judges, request, files, std::move(*history));
    }

    /// A patient of the record, read by `reader` last.
    Result<void> add(const PatientRecord& record, const store::PatientReader& reader)
    {
        const std::string& id = record.patient.patient_id;
        // Looked up for those alone who have links: it reads the whole table.
        Result<std::vector<store::IdentityLink>> links = std::vector<store::IdentityLink>();
        if (!reader.links().empty()) links = store::links_of(registry_, id);
        if (!links) return tl::unexpected<Error>(links.error());
        const Result<std::vector<store::RecordedRetraction>> retractions = store::retractions_of(registry_, id);
        if (!retractions) return tl::unexpected<Error>(retractions.error());
        const Result<const store::PatientVersions*> versions = history_.versions_of(id);
        if (!versions) return tl::unexpected<Error>(versions.error());
        add_links(files_.table(StudyFile::links), reader.links(), *links);
        add_follow_up(files_.table(StudyFile::follow_up), record, request_.as_of,
                      status_recorded_on(record, **versions));
        return recommendations_.add(record, **versions, *links, *retractions);
    }

    /// Any patient of whom something was recorded, also where it was in error.
    Result<void> add_history(const std::string& id)
    {
        const Result<std::vector<store::RecordedRetraction>> retractions = store::retractions_of(registry_, id);
        if (!retractions) return tl::unexpected<Error>(retractions.error());
        const Result<const store::PatientVersions*> versions = history_.versions_of(id);
        if (!versions) return tl::unexpected<Error>(versions.error());
        add_retractions(files_.table(StudyFile::retractions), id, **versions, *retractions, request_.known_on);
        add_recorded(files_.table(StudyFile::recorded), id, **versions, request_.known_on);
        add_corrections(files_.table(StudyFile::corrections), id, **versions, request_.known_on);
        return {};
    }

    Result<void> finish() { return recommendations_.write(files_.table(StudyFile::recommendations)); }

  private:
    StudyTables(const store::Registry& registry, const Judges& judges, const ExportRequest& request, ExportFiles& files,
                store::HistoryReader history)
        : registry_(registry),
          request_(request),
          files_(files),
          history_(std::move(history)),
          recommendations_(registry, judges, request.known_on)
    {}

    const store::Registry& registry_;
    const ExportRequest& request_;
    ExportFiles& files_;
    store::HistoryReader history_;
    RecommendationTable recommendations_;
};

}  // namespace

Result<ExportReport> write_export(const store::Registry& registry, const Judges& judges, const ExportRequest& request,
                                  const fs::path& folder)
{
    Result<store::PatientReader> reader = store::PatientReader::open(registry, request.known_on);
    if (!reader) return tl::unexpected<Error>(reader.error());
    const Result<std::vector<std::string>> ids = ids_to_export(*reader, request);
    if (!ids) return tl::unexpected<Error>(ids.error());
    Result<ExportFiles> files = ExportFiles::into(folder, request, judges, interop::Exported::as_recorded);
    if (!files) return tl::unexpected<Error>(files.error());
    const Result<std::string> identity = store::registry_identity(registry);
    if (!identity) return tl::unexpected<Error>(identity.error());
    Result<StudyTables> tables = StudyTables::of(registry, judges, request, *files);
    if (!tables) return tl::unexpected<Error>(tables.error());
    PatientRecord record;
    for (const std::string& id : *ids) {
        const Result<bool> found = find_to_judge(*reader, id, record);
        if (!found) return tl::unexpected<Error>(found.error());
        if (request.with_uids) fill_uids(record, *identity);
        if (const auto done = tables->add(record, *reader); !done) return tl::unexpected<Error>(done.error());
        files->add(judged(judges.of(id), record, request.as_of, detail), record, judges.of(id));
        if (const auto done = files->add(record, judged_history_of(record, judges.of(id))); !done) {
            return tl::unexpected<Error>(done.error());
        }
    }
    // Without names asked for, also those of whom all was entered in error: their rows are among the retractions.
    const Result<std::vector<std::string>> recorded = request.patient_ids.empty() ? reader->patient_ids() : ids;
    if (!recorded) return tl::unexpected<Error>(recorded.error());
    for (const std::string& id : *recorded) {
        if (const auto done = tables->add_history(id); !done) return tl::unexpected<Error>(done.error());
    }
    if (const auto done = tables->finish(); !done) return tl::unexpected<Error>(done.error());
    return files->finish(request.as_of, request.known_on);
}

Result<ExportReport> write_deidentified_export(store::Registry& registry, const Judges& judges,
                                               const ExportRequest& request, const fs::path& folder,
                                               const store::Provenance& provenance)
{
    auto release = open_release(registry, request, provenance);
    if (!release) return tl::unexpected<Error>(release.error());
    Result<ExportFiles> files = ExportFiles::into(folder, request, judges, interop::Exported::deidentified);
    if (!files) return tl::unexpected<Error>(files.error());
    const Date released_on = release->release.released_on;
    DeidentifiedExport out(*files, judges, released_on);
    PatientRecord record;
    for (const auto& [pseudonym, id] : release->patients) {
        const Result<bool> found = find_to_judge(release->reader, id, record);
        if (!found) return tl::unexpected<Error>(found.error());
        if (const auto done = out.add(record, release->reader, pseudonym); !done)
            return tl::unexpected<Error>(done.error());
    }
    Result<ExportReport> report = files->finish(released_on, std::nullopt);
    if (!report) return report;
    const Result<std::size_t> of_release = registry.patient_count(release->release.delivery_no);
    if (!of_release) return tl::unexpected<Error>(of_release.error());
    report->patients_of_release = *of_release;
    report->released_on = released_on;
    return report;
}

}  // namespace nodtrack::tracker
