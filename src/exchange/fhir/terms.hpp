#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/exchange/report_document.hpp"

// Names that Bundles are written with and read by.

namespace nodtrack::exchange::fhir {

using Json = nlohmann::json;
/// Written elements keep their order.
using OrderedJson = nlohmann::ordered_json;

inline constexpr std::string_view loinc = "http://loinc.org";
inline constexpr std::string_view snomed = "http://snomed.info/sct";
inline constexpr std::string_view dicom = "http://dicom.nema.org/resources/ontology/DCM";
inline constexpr std::string_view radlex = "http://www.radlex.org";
inline constexpr std::string_view ucum = "http://unitsofmeasure.org";
inline constexpr std::string_view dicom_uids = "urn:dicom:uid";
inline constexpr std::string_view oid = "urn:oid:";

inline constexpr std::string_view tumour_size = "21889-1";
inline constexpr std::string_view longest_dimension = "33728-7";
inline constexpr std::string_view other_dimension = "33729-5";

inline constexpr std::string_view mcode_tumour = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-tumor";
inline constexpr std::string_view mcode_tumour_size =
    "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-tumor-size";

// nodtrack's own. They are names, and nothing is there to be fetched.
inline constexpr std::string_view record_profile = "https://nodtrack.invalid/fhir/StructureDefinition/record-bundle";
inline constexpr std::string_view row_extension = "https://nodtrack.invalid/fhir/StructureDefinition/row";
inline constexpr std::string_view scan_ids = "https://nodtrack.invalid/fhir/identifier/scan";
inline constexpr std::string_view nodule_ids = "https://nodtrack.invalid/fhir/identifier/nodule";
inline constexpr std::string_view kinds = "https://nodtrack.invalid/fhir/CodeSystem/row-kind";
inline constexpr std::string_view actions = "https://nodtrack.invalid/fhir/CodeSystem/action";
inline constexpr std::string_view policies = "https://nodtrack.invalid/fhir/identifier/policy-sha256";

/// The columns of each kind of row that stand in elements of R4; all others stand in the extension.
constexpr bool is_element(RowKind kind, std::string_view column)
{
    using namespace std::string_view_literals;
    switch (kind) {
        case RowKind::patient:
            return column == "birth_date"sv || column == "sex"sv || column == "patient_id_issuer"sv;
        case RowKind::scan:
            return column == "scan_date"sv || column == "study_uid"sv || column == "series_uid"sv ||
                   column == "accession_number"sv;
        case RowKind::measurement:
            return column == "long_axis_mm"sv || column == "short_axis_mm"sv || column == "volume_mm3"sv ||
                   column == "mean_hu"sv;
        default:
            return false;
    }
}

/// The resource that a row of the kind becomes.
constexpr std::string_view resource_of(RowKind kind)
{
    switch (kind) {
        case RowKind::patient:
            return "Patient";
        case RowKind::scan:
            return "ImagingStudy";
        case RowKind::measurement:
            return "Observation";
        case RowKind::therapy:
            return "Procedure";
        case RowKind::visit:
            return "Encounter";
        default:
            return "Basic";
    }
}

/// The scheme that DICOM calls a system by; the system itself where it has no such name. Systems are compared without
/// a slash at their end, which some programs write.
std::string scheme_of(std::string_view system);
std::string system_of(std::string_view scheme);

/// What stands in an object under a key; null where there is no object or no such key.
const Json& part(const Json& holder, std::string_view key);
/// The same of lists.
const Json& part(const Json& holder, std::size_t place);
/// The text of a value; empty of others.
std::string text_of(const Json& value);

}  // namespace nodtrack::exchange::fhir
