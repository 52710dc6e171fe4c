#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "fhir/bundle_check.hpp"
#include "report_codes.hpp"

namespace nodtrack::exchange::fhir {

/// The first coding of a CodeableConcept that `wanted` takes, as a code of DICOM; empty where there is none.
Code code_in(const Json& coded, bool (*wanted)(const Code&));
/// The first coding, whatever it is, with the words of the concept where it has no display.
Code first_code(const Json& coded);

/// What a code says that a number measures: those of structured reports, and of LOINC the dimensions of a tumour.
codes::Concept measured_by(const Json& coded);
/// Whether the concept is the size of a tumour as a whole, of which the dimensions are components.
bool is_tumour_size(const Json& coded);

/// Thousandths of mm, mm3 or HU, as the concept asks for. A unit of another dimension, and a value that is none, are
/// faults. Absent, with the reason, where the quantity is right in R4 and says no amount: a comparator, no UCUM code.
struct Amount {
    std::optional<std::int64_t> thousandths;
    std::string why_not;
};
Amount amount_of(const Json& holder, codes::Concept of, const std::string& path, Faults& faults);

/// The value of the first identifier of this system; empty where there is none.
std::string identified_by(const Json& resource, std::string_view system);

}  // namespace nodtrack::exchange::fhir
