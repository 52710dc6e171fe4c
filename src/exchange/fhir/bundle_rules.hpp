#pragma once

#include <array>
#include <string_view>

// The elements of R4 (4.0.1) that nodtrack reads, and what they may be.

namespace nodtrack::exchange::fhir {

enum class Sort : unsigned char { words, text, day, truth, codeable, coding, reference, identifier, quantity, period };
enum class Many : unsigned char { no, yes };
enum class Needed : unsigned char { no, yes };

/// An element that nodtrack reads. `words` are those of a bound code, or the types that a reference may name, separated
/// by blanks.
struct Rule {
    std::string_view type;
    std::string_view element;
    Sort sort;
    Many many = Many::no;
    Needed needed = Needed::no;
    std::string_view words{};
};

inline constexpr std::string_view report_states =
    "registered partial preliminary final amended corrected appended cancelled entered-in-error unknown";

// R4 (4.0.1), the tables of each resource.
inline constexpr auto rules = std::to_array<Rule>({
    {"Patient", "identifier", Sort::identifier, Many::yes, Needed::yes},
    {"Patient", "gender", Sort::words, Many::no, Needed::no, "male female other unknown"},
    {"Patient", "birthDate", Sort::day},
    {"Patient", "deceasedBoolean", Sort::truth},
    {"Patient", "deceasedDateTime", Sort::day},
    {"BodyStructure", "identifier", Sort::identifier, Many::yes},
    {"BodyStructure", "morphology", Sort::codeable},
    {"BodyStructure", "location", Sort::codeable},
    {"BodyStructure", "patient", Sort::reference, Many::no, Needed::yes, "Patient"},
    {"ImagingStudy", "identifier", Sort::identifier, Many::yes},
    {"ImagingStudy", "status", Sort::words, Many::no, Needed::yes,
     "registered available cancelled entered-in-error unknown"},
    {"ImagingStudy", "modality", Sort::coding, Many::yes},
    {"ImagingStudy", "subject", Sort::reference, Many::no, Needed::yes, "Patient Device Group"},
    {"ImagingStudy", "started", Sort::day},
    {"Observation", "status", Sort::words, Many::no, Needed::yes,
     "registered preliminary final amended corrected cancelled entered-in-error unknown"},
    {"Observation", "code", Sort::codeable, Many::no, Needed::yes},
    {"Observation", "subject", Sort::reference, Many::no, Needed::yes, "Patient"},
    {"Observation", "focus", Sort::reference, Many::yes},
    {"Observation", "effectiveDateTime", Sort::day},
    {"Observation", "effectivePeriod", Sort::period},
    {"Observation", "valueQuantity", Sort::quantity},
    {"Observation", "dataAbsentReason", Sort::codeable},
    {"Observation", "bodySite", Sort::codeable},
    {"Observation", "method", Sort::codeable},
    {"Observation", "specimen", Sort::reference, Many::no, Needed::no, "Specimen"},
    {"Observation", "hasMember", Sort::reference, Many::yes, Needed::no,
     "Observation QuestionnaireResponse MolecularSequence"},
    {"Observation", "derivedFrom", Sort::reference, Many::yes, Needed::no,
     "DocumentReference ImagingStudy Media QuestionnaireResponse Observation MolecularSequence"},
    {"DiagnosticReport", "status", Sort::words, Many::no, Needed::yes, report_states},
    {"DiagnosticReport", "code", Sort::codeable, Many::no, Needed::yes},
    {"DiagnosticReport", "subject", Sort::reference, Many::no, Needed::yes, "Patient Group Device Location"},
    {"DiagnosticReport", "effectiveDateTime", Sort::day},
    {"DiagnosticReport", "result", Sort::reference, Many::yes, Needed::no, "Observation"},
    {"DiagnosticReport", "imagingStudy", Sort::reference, Many::yes, Needed::no, "ImagingStudy"},
    {"DiagnosticReport", "conclusion", Sort::text},
    {"ServiceRequest", "status", Sort::words, Many::no, Needed::yes,
     "draft active on-hold revoked completed entered-in-error unknown"},
    {"ServiceRequest", "intent", Sort::words, Many::no, Needed::yes,
     "proposal plan directive order original-order reflex-order filler-order instance-order option"},
    {"ServiceRequest", "code", Sort::codeable},
    {"ServiceRequest", "subject", Sort::reference, Many::no, Needed::yes, "Patient Group Location Device"},
    {"ServiceRequest", "occurrenceDateTime", Sort::day},
    {"ServiceRequest", "requester", Sort::reference, Many::no, Needed::no,
     "Practitioner PractitionerRole Organization Patient RelatedPerson Device"},
    {"Procedure", "status", Sort::words, Many::no, Needed::yes,
     "preparation in-progress not-done on-hold stopped completed entered-in-error unknown"},
    {"Procedure", "code", Sort::codeable},
    {"Procedure", "subject", Sort::reference, Many::no, Needed::yes, "Patient Group"},
    {"Procedure", "performedPeriod", Sort::period},
    {"Encounter", "status", Sort::words, Many::no, Needed::yes,
     "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown"},
    {"Encounter", "class", Sort::coding, Many::no, Needed::yes},
    {"Encounter", "subject", Sort::reference, Many::no, Needed::no, "Patient Group"},
    {"Encounter", "period", Sort::period},
    {"Basic", "code", Sort::codeable, Many::no, Needed::yes},
    {"Basic", "subject", Sort::reference},
    {"Basic", "created", Sort::day},
    {"Provenance", "target", Sort::reference, Many::yes, Needed::yes},
    {"Provenance", "recorded", Sort::day, Many::no, Needed::yes},
});

}  // namespace nodtrack::exchange::fhir
