#include "export_release.hpp"

#include <algorithm>

#include "judging.hpp"
#include "sodium.hpp"

namespace nodtrack::tracker {
namespace {

constexpr std::size_t secret_bytes = 32;

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

/// The patients asked for, each once and in the registry's order.
Result<std::vector<std::string>> ids_to_export(store::PatientReader& reader, const ExportRequest& request)
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

Result<ReleaseReading> open_release(store::Registry& registry, const ExportRequest& request,
                                    const store::Provenance& provenance)
{
    const Result<store::ExportRelease> release = release_for(registry, request.new_release, provenance);
    if (!release) return tl::unexpected<Error>(release.error());
    Result<store::PatientReader> reader = store::PatientReader::open_upto(registry, release->delivery_no);
    if (!reader) return tl::unexpected<Error>(reader.error());
    const Result<std::vector<std::string>> ids = ids_to_export(*reader, request);
    if (!ids) return tl::unexpected<Error>(ids.error());
    const Result<std::string> secret =
        store::secret(registry, "deidentified export", random_bytes(secret_bytes), provenance);
    if (!secret) return tl::unexpected<Error>(secret.error());
    ReleaseReading reading{*release, std::move(*reader), {}};
    // The order of the registry's ids may tell who came when.
    for (const std::string& id : *ids)
        reading.patients.emplace_back(pseudonym_of(*secret, id), id);
    std::ranges::sort(reading.patients, {}, [](const auto& patient) { return patient.first.research_id; });
    return reading;
}

}  // namespace nodtrack::tracker
