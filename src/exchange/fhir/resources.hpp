#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fhir/terms.hpp"
#include "nodtrack/exchange/report_document.hpp"

// Parts of resources as they are written.

namespace nodtrack::exchange::fhir {

inline const Code volume_code{"118565006", "SCT", "Volume"};
inline const Code ct_number_code{"112031", "DCM", "Attenuation Coefficient"};
inline const Code ct_method{"77477000", "SCT", "Computed tomography"};

OrderedJson coding_of(const Code& code);
OrderedJson concept_of(const Code& code);
OrderedJson loinc_concept(std::string_view code, std::string_view display);
/// A word of nodtrack's own, such as the kind of a therapy.
OrderedJson kind_concept(std::string_view word);
OrderedJson diagnostic_service(std::string_view code, std::string_view display);
OrderedJson participant_type(std::string_view code, std::string_view display);
/// Why an Observation has no size: not looked at, not there any more, or not told.
OrderedJson absent_reason(Status status);
OrderedJson quantity(std::int64_t thousandths, std::string_view ucum_code);
OrderedJson modalities_of(Modality modality);

/// An identifier without its value: who issues it is its system where that is a URI or an OID, else a name.
OrderedJson issued_identifier(const std::string& issuer);
/// The other way: the issuer of an identifier.
std::string issuer_of(const Json& identifier);
OrderedJson dicom_identifier(const std::string& uid, std::string_view resource_type);
OrderedJson accession_identifier(const std::string& number);

}  // namespace nodtrack::exchange::fhir
