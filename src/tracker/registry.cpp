#include "nodtrack/tracker/registry.hpp"

#include <fmt/core.h>

#include <set>
#include <vector>

namespace nodtrack::tracker {
namespace {

/// Fails with `not_found`, naming every patient that is not recorded.
Result<void> require_patients(const store::Registry& registry, const std::set<std::string>& patient_ids)
{
    Result<PatientReader> reader = PatientReader::open(registry);
    if (!reader) return tl::unexpected<Error>(reader.error());
    std::vector<std::string> missing;
    PatientRecord record;
    for (const std::string& patient_id : patient_ids) {
        const Result<bool> found = reader->find(patient_id, record);
        if (!found) return tl::unexpected<Error>(found.error());
        if (!*found) missing.push_back(fmt::format("patient {}: not recorded", patient_id));
    }
    if (missing.empty()) return {};
    return failure(ErrorCode::not_found, "nothing was stored: patients are not recorded", std::move(missing));
}

}  // namespace

Result<store::DeliveryNumber> save_assessments(Registry& registry, std::span<const SavedAssessment> assessments,
                                               const Provenance& provenance)
{
    if (assessments.empty()) return 0;
    std::set<std::string> patient_ids;
    for (const SavedAssessment& assessment : assessments)
        patient_ids.insert(assessment.patient_id);

    Result<store::Change> change = store::Change::begin(registry, provenance);
    if (!change) return tl::unexpected<Error>(change.error());
    if (Result<void> known = require_patients(registry, patient_ids); !known) {
        return tl::unexpected<Error>(known.error());
    }
    if (Result<void> stored = change->store_assessments(assessments); !stored) {
        return tl::unexpected<Error>(stored.error());
    }
    return change->commit();
}

}  // namespace nodtrack::tracker
