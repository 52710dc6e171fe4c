#include "nodtrack/tracker/fhir_export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "export_release.hpp"
#include "judging.hpp"
#include "nodtrack/exchange/fhir_bundle.hpp"
#include "nodtrack/report/report_sentence.hpp"
#include "nodtrack/store/registry_identity.hpp"
#include "nodtrack/tracker/deidentify.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/report_export.hpp"
#include "object_file_name.hpp"

namespace nodtrack::tracker {
namespace {

namespace fs = std::filesystem;
using exchange::BundleToWrite;
using exchange::RequestToWrite;

Result<void> put(const std::string& text, const fs::path& file)
{
    std::error_code error;
    if (fs::exists(file, error))
        return failure(ErrorCode::bad_input, "'" + file.string() +
                                                 "' is there already, and is not overwritten; give another folder, or "
                                                 "take the file away");
    std::ofstream out(file, std::ios::binary);
    out << text;
    out.flush();
    if (!out)
        return failure(ErrorCode::bad_input,
                       "'" + file.string() + "' cannot be written; check the folder, its rights and the space left");
    return {};
}

bool is_ct(policy::Action action)
{
    return action == policy::Action::continue_surveillance || action == policy::Action::short_interval_ct;
}

RequestToWrite request_of(policy::Action action, std::optional<Date> due_date, const std::string& reason)
{
    return {.action = std::string(policy::action_words[static_cast<std::size_t>(action)]),
            .due_date = due_date,
            .reason = reason,
            .is_ct = is_ct(action)};
}

/// What the judgement asks for: the answer, what is asked for beside it, and the CT that is due whatever happens.
void add_requests(const assess::Assessment& assessment, const std::string& reason, BundleToWrite& bundle)
{
    const assess::Recommendation& answer = assessment.recommendation;
    // Out of scope is no request: nodtrack has nothing to ask for.
    if (answer.action != policy::Action::out_of_scope)
        bundle.requests.push_back(request_of(answer.action, answer.due_date, reason));
    for (const assess::AlsoAsked& also : assessment.also)
        bundle.requests.push_back(request_of(also.action, also.due_date, reason));
    if (answer.safety_net_ct_date) {
        RequestToWrite ct = request_of(policy::Action::short_interval_ct, answer.safety_net_ct_date,
                                       "CT that is due whatever becomes of the recommendation");
        bundle.requests.push_back(std::move(ct));
    }
}

void add_judgement(const assess::Judge& judge, const assess::Assessment& assessment, const PatientRecord& told,
                   BundleToWrite& bundle)
{
    const policy::Policy& policy = judge.policy();
    bundle.policy_id = policy.id;
    bundle.policy_version = policy.version;
    bundle.policy_sha256 = policy.sha256;
    bundle.as_of = assessment.timeline.as_of;
    if (const auto rank = assessment.timeline.index_rank)
        bundle.index_scan_id = told.scans[assessment.timeline.scans[*rank]].scan_id;
}

/// The sentence of each diagnostic CT as of its day.
void add_conclusions(const assess::Judge& judge, const PatientRecord& record, Date as_of, BundleToWrite& bundle)
{
    for (const Scan& scan : record.scans) {
        if (!scan.is_diagnostic_ct() || as_of < scan.scan_date) continue;
        const assess::Assessment assessment = judged(judge, record, scan.scan_date, assess::Detail::fired);
        bundle.conclusions.push_back(
            {scan.scan_id,
             fmt::format("{} (As of {}.)", report::patient_sentence(assessment, record, judge), scan.scan_date.iso())});
    }
}

void count_proven(const PatientRecord& record, bool with_mcode, FhirExport& done)
{
    if (!with_mcode) return;
    done.proven_nodules += static_cast<std::size_t>(std::ranges::count_if(
        record.nodule_ids, [&](const std::string& id) { return exchange::is_proven_malignant(record, id); }));
}

/// That a nodule split from another one, or merged into it, is said by links, and a Bundle has none.
void note_kinships(const PatientRecord& record, FhirExport& done)
{
    if (record.kinships.empty()) return;
    done.notes.push_back(
        fmt::format("{}: that nodules split or merged is not in the Bundle; a CSV export has it "
                    "(links.csv)",
                    record.patient.patient_id));
}

BundleToWrite bundle_of(const PatientRecord& record, bool with_mcode)
{
    BundleToWrite bundle;
    bundle.record = &record;
    bundle.with_mcode = with_mcode;
    bundle.software_version = NODTRACK_VERSION;
    return bundle;
}

std::optional<Date> newest_ct_day(const PatientRecord& record)
{
    std::optional<Date> newest;
    for (const Scan& scan : record.scans) {
        if (scan.is_diagnostic_ct() && (!newest || *newest < scan.scan_date)) newest = scan.scan_date;
    }
    return newest;
}

}  // namespace

Result<FhirExport> write_bundles(const store::Registry& registry, const Judges& judges, const ExportRequest& request,
                                 bool with_mcode, const fs::path& folder)
{
    const auto identity = store::registry_identity(registry);
    if (!identity) return tl::unexpected<Error>(identity.error());
    auto reader = store::PatientReader::open(registry, request.known_on);
    if (!reader) return tl::unexpected<Error>(reader.error());
    const auto ids = ids_to_export(*reader, request);
    if (!ids) return tl::unexpected<Error>(ids.error());
    std::error_code problem;  // a folder that cannot be made is told by the writer
    fs::create_directories(folder, problem);
    FhirExport done;
    PatientRecord record;
    for (const std::string& id : *ids) {
        const Result<bool> found = find_to_judge(*reader, id, record);
        if (!found) return tl::unexpected<Error>(found.error());
        fill_uids(record, *identity);
        const assess::Judge& judge = judges.of(id);
        BundleToWrite bundle = bundle_of(record, with_mcode);
        const assess::Assessment assessment = judged(judge, record, request.as_of, assess::Detail::fired);
        add_judgement(judge, assessment, record, bundle);
        add_requests(assessment, report::patient_sentence(assessment, record, judge), bundle);
        add_conclusions(judge, record, request.as_of, bundle);
        count_proven(record, with_mcode, done);
        note_kinships(record, done);
        const fs::path file = folder / object_file_name("fhir-", {id}, ".json");
        if (const auto written = put(exchange::bundle_json(bundle), file); !written)
            return tl::unexpected<Error>(written.error());
        ++done.patients;
    }
    return done;
}

Result<FhirExport> write_deidentified_bundles(store::Registry& registry, const Judges& judges,
                                              const ExportRequest& request, bool with_mcode, const fs::path& folder,
                                              const store::Provenance& provenance)
{
    auto release = open_release(registry, request, provenance);
    if (!release) return tl::unexpected<Error>(release.error());
    std::error_code problem;
    fs::create_directories(folder, problem);
    FhirExport done{.released_on = release->release.released_on};
    PatientRecord record;
    for (const auto& [pseudonym, id] : release->patients) {
        const Result<bool> found = find_to_judge(release->reader, id, record);
        if (!found) return tl::unexpected<Error>(found.error());
        const PatientRecord told = deidentified(record, pseudonym);
        BundleToWrite bundle = bundle_of(told, with_mcode);
        if (const auto day = newest_ct_day(record)) {
            const assess::Judge& judge = judges.of(id);
            const auto assessment = deidentified(judged(judge, record, *day, assess::Detail::fired), record, pseudonym);
            add_judgement(judge, assessment, told, bundle);
            add_requests(assessment,
                         std::string(policy::patient_class_words[static_cast<std::size_t>(assessment.patient_class)]),
                         bundle);
        }
        count_proven(told, with_mcode, done);
        note_kinships(told, done);
        const fs::path file = folder / object_file_name("fhir-", {pseudonym.research_id}, ".json");
        if (const auto written = put(exchange::bundle_json(bundle), file); !written)
            return tl::unexpected<Error>(written.error());
        ++done.patients;
    }
    return done;
}

}  // namespace nodtrack::tracker
