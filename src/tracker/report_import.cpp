#include "nodtrack/tracker/report_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "nodtrack/exchange/dicom_uid.hpp"
#include "nodtrack/exchange/reported_nodules.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/store/registry_identity.hpp"
#include "nodtrack/tracker/ct_claim.hpp"
#include "nodtrack/tracker/fhir_import.hpp"
#include "nodtrack/tracker/report_export.hpp"
#include "report_files.hpp"
#include "report_images.hpp"
#include "report_rows.hpp"

namespace nodtrack::tracker {
namespace {

namespace fs = std::filesystem;
using exchange::ReportDocument;
using exchange::ReportedNodule;
using exchange::ReportedNodules;

std::string decimal(Length length)
{
    return decimal_text(length.thousandths());
}

std::string sizes_of(const ReportedNodule& nodule)
{
    std::string text = nodule.long_axis ? decimal(*nodule.long_axis) : std::string("?");
    if (nodule.short_axis) text += " x " + decimal(*nodule.short_axis);
    text += " mm";
    if (nodule.volume) text += ", " + decimal_text(nodule.volume->thousandths()) + " mm3";
    if (nodule.mean_attenuation) text += ", " + decimal_text(nodule.mean_attenuation->thousandths()) + " HU";
    return text;
}

/// One report laid beside the record of its patient.
class ReportMatch {
  public:
    ReportMatch(const ReadFile& file, const PatientRecord& record, const std::string& registry,
                const ReportImages& images, const ReportImportRequest& request)
        : file_(file), record_(record), images_(images), request_(request), told_(file.told)
    {
        for (std::uint32_t nodule = 0; nodule < record.nodule_ids.size(); ++nodule)
            own_uids_.push_back(tracking_uid_of(record, nodule, registry));
    }

    /// Adds what is to be recorded to `delivery`.
    Result<ReportReading> run(Delivery& delivery)
    {
        fill_head();
        if (told_.nodules.empty()) return std::move(reading_);
        if (Result<void> found = find_scan(); !found) return tl::unexpected<Error>(found.error());
        for (const ReportedNodule& nodule : told_.nodules) {
            ReportedLine line = line_of(nodule);
            if (Result<void> told = identify(nodule, line); !told) return tl::unexpected<Error>(told.error());
            if (!line.nodule_id.empty()) {
                if (Result<void> settled = settle(nodule, line, delivery); !settled)
                    return tl::unexpected<Error>(settled.error());
            }
            reading_.lines.push_back(std::move(line));
        }
        return std::move(reading_);
    }

  private:
    void fill_head()
    {
        const ReportDocument& document = file_.document;
        reading_.file = file_.path;
        reading_.patient_id = record_.patient.patient_id;
        reading_.writer = plain(document.manufacturer + (document.model.empty() ? "" : " " + document.model));
        const bool is_complete = document.completion == "COMPLETE";
        const bool is_verified = document.verification == "VERIFIED";
        const bool is_program = told_.observer == exchange::Observer::program;
        const bool is_sure = is_sure_of_patient(document, record_.patient);
        reading_.standing = fmt::format("{}, {}{}", is_complete ? "complete" : "partial",
                                        is_verified ? "verified" : "unverified", is_program ? ", by a program" : "");
        if (!is_sure)
            reading_.notes.emplace_back(
                "neither date of birth nor sex could be compared: the id alone tells the patient");
        reading_.needs_person = !is_complete || !is_verified || is_program || !is_sure;
        reading_.notes.insert(reading_.notes.end(), document.notes.begin(), document.notes.end());
        for (const exchange::LeftOut& left : told_.left_out)
            reading_.left_out.push_back(left.what + ": " + left.why);
        verification_ = is_program    ? SourceVerification::algorithm
                        : is_verified ? SourceVerification::verified
                                      : SourceVerification::unverified;
        completion_ = is_complete ? SourceCompletion::complete : SourceCompletion::partial;
    }

    /// What a row may hold: no control characters, not without end.
    static std::string plain(const std::string& text)
    {
        constexpr std::size_t longest = 64;
        std::string told;
        for (const char letter : text) {
            if (letter >= ' ' && letter <= '~' && told.size() < longest) told += letter;
        }
        return told;
    }

    Result<void> find_scan()
    {
        if (!told_.study_uid.empty()) {
            const auto known = std::ranges::find(record_.scans, told_.study_uid, &Scan::study_uid);
            if (known != record_.scans.end()) {
                scan_ = *known;
                return settle_scan(true);
            }
        }
        std::optional<Date> day;
        if (const auto* series = images_.series_of_study(told_.study_uid)) day = dicom_date(series->scan_date);
        if (!day) day = dicom_date(told_.ct_date);
        if (!day)
            return refused(file_,
                           "does not say on which day its CT was made (no Study Date of the CT that it refers to); "
                           "give the CT's folder with --ct");
        std::vector<const Scan*> of_day;
        for (const Scan& scan : record_.scans) {
            // A scan that is known to be of another study is not this one.
            const bool may_be = scan.study_uid.empty() || told_.study_uid.empty();
            if (scan.is_diagnostic_ct() && scan.scan_date == *day && may_be) of_day.push_back(&scan);
        }
        if (of_day.size() > 1)
            return refused(file_, fmt::format("is of {}, on which {} CTs are recorded, and none has the study UID {}; "
                                              "record it with `nodtrack amend scan`",
                                              day->iso(), of_day.size(), told_.study_uid));
        if (!of_day.empty()) {
            scan_ = *of_day.front();
            return settle_scan(true);
        }
        scan_.scan_id = "CT-" + day->iso();
        scan_.scan_date = *day;
        return settle_scan(false);
    }

    Result<void> settle_scan(bool is_recorded)
    {
        scan_is_recorded_ = is_recorded;
        reading_.scan_id = scan_.scan_id;
        reading_.scan_date = scan_.scan_date;
        const std::string& accession = file_.document.accession_number;
        if (scan_.study_uid.empty()) scan_.study_uid = told_.study_uid;
        if (scan_.series_uid.empty()) scan_.series_uid = told_.series_uid;
        if (scan_.accession_number.empty() && told_.study_uid == file_.document.study_uid)
            scan_.accession_number = plain(accession);
        return {};
    }

    static ReportedLine line_of(const ReportedNodule& nodule)
    {
        ReportedLine line;
        line.group = nodule.group;
        line.label = shown(nodule.label);
        line.sizes = sizes_of(nodule);
        if (nodule.has_one_diameter) line.remarks = "one diameter, taken as the long axis";
        if (!nodule.certainty_percent.empty())
            line.remarks +=
                (line.remarks.empty() ? "" : "; ") + ("certainty " + plain(nodule.certainty_percent) + " %");
        return line;
    }

    /// The nodule that has the Tracking UID, its own or one that an object brought; empty where none has.
    std::string nodule_of_uid(const std::string& uid) const
    {
        if (uid.empty()) return {};
        const auto own = std::ranges::find(own_uids_, uid);
        if (own != own_uids_.end()) return record_.nodule_ids[static_cast<std::size_t>(own - own_uids_.begin())];
        for (const Measurement& row : record_.measurements) {
            if (row.findings.tracking_uid == uid) return record_.nodule_ids[row.nodule];
        }
        return {};
    }

    Result<void> identify(const ReportedNodule& nodule, ReportedLine& line) const
    {
        const std::string by_uid = nodule_of_uid(nodule.tracking_uid);
        const auto said = request_.nodule_of_group.find(nodule.group);
        if (said != request_.nodule_of_group.end() && !by_uid.empty() && said->second != by_uid)
            return refused(file_, fmt::format("group {} has the Tracking UID of nodule {}, and --nodule says {}; leave "
                                              "--nodule out, or correct the identity afterwards with `nodtrack link`",
                                              nodule.group, by_uid, said->second));
        if (!by_uid.empty()) {
            line.nodule_id = by_uid;
            line.why = "by its Tracking UID";
        } else if (said != request_.nodule_of_group.end()) {
            line.nodule_id = said->second;
            line.why = "as said";
        } else {
            suggest(nodule, line);
        }
        return {};
    }

    /// What an unknown UID is not: a new nodule. OHIF makes new ones at every save.
    void suggest(const ReportedNodule& nodule, ReportedLine& line) const
    {
        const auto place = images_.place(nodule);
        const Measurement* nearest = nullptr;
        double nearest_mm = 0;
        for (const Measurement& row : record_.measurements) {
            const Findings& found = row.findings;
            // Places of other scans lie in another frame.
            const bool is_here = scan_is_recorded_ && record_.scans[row.scan].scan_id == scan_.scan_id;
            if (!place || !is_here || !found.position_x || !found.position_y || !found.position_z) continue;
            const double far_mm =
                std::hypot((*place)[0] - found.position_x->in_units(), (*place)[1] - found.position_y->in_units(),
                           (*place)[2] - found.position_z->in_units());
            if (nearest != nullptr && far_mm >= nearest_mm) continue;
            nearest = &row;
            nearest_mm = far_mm;
        }
        const double size_mm = nodule.long_axis ? nodule.long_axis->in_units() : 0;
        constexpr double least_reach_mm = 5;
        if (nearest != nullptr && nearest_mm <= std::max(least_reach_mm, size_mm / 2)) {
            line.may_be = record_.nodule_ids[nearest->nodule];
            line.why = fmt::format("{:.1f} mm from it on this scan", nearest_mm);
        } else if (std::ranges::count(record_.nodule_ids, nodule.label) > 0) {
            line.may_be = nodule.label;
            line.why = "the report calls it so";
        }
    }

    Result<void> settle(const ReportedNodule& nodule, ReportedLine& line, Delivery& delivery)
    {
        const Findings* const held = recorded(line.nodule_id);
        Findings findings = findings_of(nodule, held);
        if (const std::string why = contradiction(findings, held); !why.empty()) {
            line.fate = ReportedFate::contradicted;
            line.why = why;
            return {};
        }
        // What a person says of a row without an identity of its own is news: the next report is known by it.
        const bool brings_identity = !findings.tracking_uid.empty() && held != nullptr && held->tracking_uid.empty() &&
                                     !request_.confirmed_by.empty();
        if (held != nullptr && !brings_identity && says_nothing_new(findings, *held)) {
            line.fate = ReportedFate::held;
            return {};
        }
        if (const Findings* const other =
                said_in(delivery, record_.patient.patient_id, scan_.scan_id, line.nodule_id)) {
            if (!says_nothing_new(findings, *other)) return said_otherwise(line, *other);
            line.fate = ReportedFate::held;
            return {};
        }
        if (reading_.needs_person && request_.confirmed_by.empty()) {
            line.fate = ReportedFate::proposed;
            return {};
        }
        line.fate = ReportedFate::recorded;
        if (reading_.needs_person && (held == nullptr || held->reader.empty())) findings.reader = request_.confirmed_by;
        add_rows(line.nodule_id, std::move(findings), delivery);
        return {};
    }

    /// Two readers, say, or two groups that a person said to be one nodule: one row holds one of them.
    tl::unexpected<Error> said_otherwise(const ReportedLine& line, const Findings& other) const
    {
        const bool is_here = other.source_sop_uid == file_.document.sop_uid;
        return refused(file_,
                       fmt::format("group {} is nodule {} on scan {}, of which another {} says other values; take "
                                   "in one {}",
                                   line.group, line.nodule_id, scan_.scan_id, is_here ? "group" : "of the reports",
                                   is_here ? "of them (--nodule for that group alone)"
                                           : "report, then the other with --amend where it is the later word"));
    }

    const Findings* recorded(const std::string& nodule_id) const
    {
        for (const Measurement& row : record_.measurements) {
            if (record_.nodule_ids[row.nodule] == nodule_id && record_.scans[row.scan].scan_id == scan_.scan_id &&
                scan_is_recorded_)
                return &row.findings;
        }
        return nullptr;
    }

    Findings findings_of(const ReportedNodule& nodule, const Findings* held) const
    {
        Findings findings;
        findings.status = held == nullptr ? Status::present : held->status;
        findings.side = nodule.side;
        findings.lobe = nodule.lobe;
        findings.long_axis = nodule.long_axis;
        findings.short_axis = nodule.short_axis;
        findings.volume = nodule.volume;
        findings.mean_attenuation = nodule.mean_attenuation;
        findings.attenuation = nodule.attenuation;
        findings.long_axis_ends = images_.ends(nodule.long_line);
        findings.short_axis_ends = images_.ends(nodule.short_line);
        if (const auto place = images_.place(nodule); place && (held == nullptr || !held->position_x)) {
            const auto of = [](double mm) {
                return Length::from_thousandths(std::llround(mm * Length::thousandths_per_unit));
            };
            findings.position_x = of((*place)[0]);
            findings.position_y = of((*place)[1]);
            findings.position_z = of((*place)[2]);
        }
        const bool is_own = std::ranges::count(own_uids_, nodule.tracking_uid) > 0;
        if (exchange::is_uid(nodule.tracking_uid) && !is_own) findings.tracking_uid = nodule.tracking_uid;
        if (exchange::is_uid(file_.document.sop_uid)) findings.source_sop_uid = file_.document.sop_uid;
        findings.source_writer = reading_.writer;
        findings.source_verification = verification_;
        findings.source_completion = completion_;
        return findings;
    }

    void add_rows(const std::string& nodule_id, Findings findings, Delivery& delivery)
    {
        const auto keep = [&](const std::string& text) -> std::string_view { return delivery.text.emplace_back(text); };
        const std::string_view patient_id = keep(record_.patient.patient_id);
        const bool is_there = std::ranges::any_of(delivery.scans, [&](const ScanRow& row) {
            return row.patient_id == patient_id && row.scan.scan_id == scan_.scan_id;
        });
        if (!is_there)
            delivery.scans.push_back({patient_id, scan_, static_cast<std::uint32_t>(delivery.scans.size() + 1)});
        delivery.measurements.push_back({patient_id, keep(scan_.scan_id), keep(nodule_id), std::move(findings),
                                         static_cast<std::uint32_t>(delivery.measurements.size() + 1)});
    }

    const ReadFile& file_;
    const PatientRecord& record_;
    const ReportImages& images_;
    const ReportImportRequest& request_;
    const ReportedNodules& told_;
    std::vector<std::string> own_uids_;  // by nodule
    ReportReading reading_;
    Scan scan_;
    bool scan_is_recorded_ = false;
    SourceVerification verification_ = SourceVerification::unverified;
    SourceCompletion completion_ = SourceCompletion::partial;
};

/// A Bundle may be of anything and of anybody: what it says is told, whoever its patient is.
ReportReading reading_without_nodules(const ReadFile& file)
{
    ReportReading reading;
    reading.file = file.path;
    reading.writer = file.document.manufacturer;
    reading.standing = "no lung nodule with a size";
    for (const exchange::LeftOut& left : file.told.left_out)
        reading.left_out.push_back(left.what + ": " + left.why);
    return reading;
}

}  // namespace

Result<ReportImport> import_reports(store::Registry& registry, const ReportImportRequest& request,
                                    const store::Provenance& provenance)
{
    ReportImport done;
    const auto files = read_files(request.files, done.passed_over);
    if (!files) return tl::unexpected<Error>(files.error());
    const bool is_one = !files->empty() && files->front().path == files->back().path;
    if (!request.nodule_of_group.empty() && !is_one)
        return failure(ErrorCode::usage, "--nodule names groups of one report; give that report alone");
    const auto images = ReportImages::of(request.ct_folder);
    if (!images) return tl::unexpected<Error>(images.error());
    const auto identity = store::registry_identity(registry);
    if (!identity) return tl::unexpected<Error>(identity.error());
    Delivery delivery;
    delivery.source[index_of(RowKind::scan)] = "scan";
    const std::string only_file = files->size() == 1 ? files->front().path.filename().string() : "report";
    delivery.source[index_of(RowKind::measurement)] = only_file;
    for (const ReadFile& file : *files) {
        if (file.told.nodules.empty() && is_json_file(file.path)) {
            done.reports.push_back(reading_without_nodules(file));
            continue;
        }
        const auto record = patient_of(file, registry);
        if (!record) return tl::unexpected<Error>(record.error());
        auto reading = ReportMatch(file, *record, *identity, *images, request).run(delivery);
        if (!reading) return tl::unexpected<Error>(reading.error());
        done.reports.push_back(std::move(*reading));
    }
    if (delivery.measurements.empty()) return done;
    auto ingested = ingest(
        registry, delivery, provenance,
        {.amend_reason = request.amend_reason, .dry_run = request.dry_run, .confirm = request.confirm_implausible});
    if (!ingested) return tl::unexpected<Error>(ingested.error());
    done.ingested = std::move(*ingested);
    return done;
}

}  // namespace nodtrack::tracker
