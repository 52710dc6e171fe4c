#pragma once

#include <string>

#include "nodtrack/dose/effective_dose.hpp"
#include "nodtrack/report/appropriateness.hpp"
#include "nodtrack/report/context_text.hpp"

namespace nodtrack::report {

/// What stands beside a recommendation and never changes it: the tables and pathways that the decision table names for
/// it, what the documents say for such a patient, and the dose to date.
struct Beside {
    ShownBeside shown;
    dose::DoseHistory doses;
    std::vector<const dose::ContextTopic*> context;
    dose::AgeGroup group = dose::AgeGroup::adult;  ///< at the as-of day; adult where the birth date is not known
};

/// By the tables and factors released with this program.
Beside beside(const assess::Assessment& assessment, const PatientRecord& record, const policy::Policy& policy);

/// The tables and pathways, then what they rest on, a line that says so where there are none; then the context.
std::string shown_text(const Beside& beside);

/// Three sections of the explanation: appropriateness, context and dose.
std::string beside_text(const Beside& beside, const PatientRecord& record);

/// One JSON object and a line end. Keys: `patient_id`, `as_of`, `age_group`, `variants` (as of `variant_json`),
/// `pathways` (as of `pathway_json`), `context` (as of `context_json`).
std::string shown_json(const Beside& beside, const assess::Assessment& assessment, const PatientRecord& record);

/// The whole explanation as one JSON object and a line end. Keys: `assessment` (as `assess --json --reasons all` gives
/// it), `beside` (as above), `dose` (as of `dose_json`). Needs an assessment with `Detail::all`.
std::string explanation_json(const assess::Assessment& assessment, const PatientRecord& record,
                             const assess::Judge& judge, const Beside& beside);

}  // namespace nodtrack::report
