#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "nodtrack/store/reader.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/judges.hpp"

namespace nodtrack::tracker {

/// Which patients to judge, and as seen when.
struct AssessRequest {
    std::vector<std::string> patient_ids;  ///< any order; empty: all
    Date as_of;
    std::optional<Date> known_on;  ///< only what was recorded on or before this day
    assess::Detail detail = assess::Detail::fired;
};

/// Called for each patient, in order of patient_id; what it gets is valid during the call. An error ends the run.
using AssessmentVisitor = std::function<Result<void>(const assess::Assessment&, const PatientRecord&)>;

/// Judges patients of a registry over one unchanging view of it; returns how many. Memory does not grow with the
/// registry. Fails with `not_found`, naming every id that is not recorded, before the first patient is judged.
Result<std::size_t> assess_patients(const store::Registry& registry, const Judges& judges, const AssessRequest& request,
                                    const AssessmentVisitor& visit);

/// Judges one patient by a reader that has a view already. Fails with `not_found` where there is none of that id in it.
Result<void> assess_patient(store::PatientReader& reader, const Judges& judges, const std::string& patient_id,
                            Date as_of, assess::Detail detail, const AssessmentVisitor& visit);

}  // namespace nodtrack::tracker
