#pragma once

#include <nodtrack/domain/vocabulary.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "nodtrack/exchange/report_document.hpp"

// The codes that reports are written with and read by (PS3.16). SRT is the older SNOMED of OHIF and others.

namespace nodtrack::exchange::codes {

/// What makes OHIF take a group for a caliper that can be edited; the nodule's id follows.
inline const std::string ohif_caliper = "Cornerstone3DTools@^0.1.0:Bidirectional:";

// Meanings as DCMTK spells them: OHIF goes by the words.
inline const Code nodule_code{"27925004", "SCT", "Nodule"};
inline const Code ct_of_chest{"169069000", "SCT", "CT of chest"};
inline const Code recommendation{"121075", "DCM", "Recommendation"};
inline const Code source_of_measurement{"121112", "DCM", "Source of Measurement"};
inline const Code attenuation_name{"112032", "DCM", "Attenuation Characteristic"};

/// The site that is written: the lobe, else the lung, else the lungs.
Code site_of(std::optional<Lobe> lobe, std::optional<Side> side);
/// The word that is written; absent where no standard code is known.
std::optional<Code> code_of(AttenuationClass attenuation);
std::optional<AttenuationClass> attenuation_of(const Code& code);
/// `F`, `M`, `O`, or empty.
std::string dicom_sex(std::optional<Sex> sex);

/// Where a finding lies.
struct Site {
    bool is_lung = false;
    std::optional<Side> side;
    std::optional<Lobe> lobe;
};
/// Of a site's code and the code of its laterality, which may be empty. Codes decide; where a code is of no list, or of
/// the upper or lower lobe of either lung, the side is that of the laterality, else that of the words.
Site site_of(const Code& site, const Code& laterality);

/// What a finding's code says.
enum class FindingKind : unsigned char { nodule, unspecified, other };
FindingKind kind_of(const Code& finding);

/// What a number measures.
enum class Concept : unsigned char { long_axis, short_axis, one_diameter, volume, ct_number, other };
Concept concept_of(const Code& name);

/// What a unit is of, and how many powers of ten stand between it and mm, mm3 or HU.
enum class Dimension : unsigned char { length, area, volume, ct_number, pixels, other };
struct Unit {
    Dimension dimension = Dimension::other;
    int power_of_ten = 0;
};
Unit unit_of(const Code& unit);

/// A label that somebody typed in a viewer of the Cornerstone family, where a code is due.
bool is_free_text(const Code& code);
bool is_site(const Code& name);
bool is_laterality(const Code& name);
bool is_finding(const Code& name);
bool is_derivation(const Code& name);
bool is_mean(const Code& value);

}  // namespace nodtrack::exchange::codes
