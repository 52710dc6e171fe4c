#include "report_codes.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace nodtrack::exchange::codes {
namespace {

/// A code of a list.
struct Known {
    std::string_view scheme;
    std::string_view value;
};

bool is_one_of(const Code& code, std::span<const Known> list)
{
    return std::any_of(list.begin(), list.end(), [&](const Known& one) { return code.is(one.scheme, one.value); });
}

std::string lower_case(std::string text)
{
    for (char& letter : text) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    return text;
}

struct KnownLobe {
    Known code;
    Lobe lobe;
};
constexpr auto lobes = std::to_array<KnownLobe>({
    {{"SCT", "42400003"}, Lobe::rul},
    {{"RADLEX", "RID1303"}, Lobe::rul},
    {{"SCT", "72481006"}, Lobe::rml},
    {{"SRT", "T-28300"}, Lobe::rml},
    {{"RADLEX", "RID1310"}, Lobe::rml},
    {{"SCT", "266005"}, Lobe::rll},
    {{"RADLEX", "RID1315"}, Lobe::rll},
    {{"SCT", "44714003"}, Lobe::lul},
    {{"RADLEX", "RID1327"}, Lobe::lul},
    {{"SCT", "50837003"}, Lobe::lingula},
    {{"SCT", "41224006"}, Lobe::lll},
    {{"RADLEX", "RID1338"}, Lobe::lll},
});

// Of either lung (CID 6170): the laterality tells which.
constexpr auto upper_lobe = std::to_array<Known>({{"SCT", "45653009"}, {"SRT", "T-28820"}});
constexpr auto lower_lobe = std::to_array<Known>({{"SCT", "90572001"}, {"SRT", "T-28830"}});
constexpr auto right_lung = std::to_array<Known>({{"SCT", "3341006"}, {"SRT", "T-28100"}, {"RADLEX", "RID1302"}});
constexpr auto left_lung = std::to_array<Known>({{"SCT", "44029006"}, {"SRT", "T-28500"}, {"RADLEX", "RID1326"}});
constexpr auto any_lung = std::to_array<Known>(
    {{"SCT", "39607008"}, {"SRT", "T-28000"}, {"RADLEX", "RID1301"}, {"SCT", "31094006"}, {"SRT", "T-28770"}});
constexpr auto right_side = std::to_array<Known>({{"SCT", "24028007"}, {"SRT", "G-A100"}});
constexpr auto left_side = std::to_array<Known>({{"SCT", "7771000"}, {"SRT", "G-A101"}});

std::optional<Side> side_in(const std::string& words)
{
    const bool right = words.find("right") != std::string::npos;
    const bool left = words.find("left") != std::string::npos;
    if (right == left) return std::nullopt;
    return right ? Side::right : Side::left;
}

std::optional<Side> side_of_code(const Code& laterality, const std::string& words)
{
    if (is_one_of(laterality, right_side)) return Side::right;
    if (is_one_of(laterality, left_side)) return Side::left;
    return side_in(words);
}

std::optional<Lobe> lobe_on(std::optional<Side> side, bool is_upper)
{
    if (!side) return std::nullopt;
    if (is_upper) return *side == Side::right ? Lobe::rul : Lobe::lul;
    return *side == Side::right ? Lobe::rll : Lobe::lll;
}

constexpr auto nodules = std::to_array<Known>({{"SCT", "27925004"},  // nodule
                                               {"SRT", "M-03010"},
                                               {"SCT", "427359005"},  // solitary nodule of lung
                                               {"SCT", "786838002"},  // nodule of lung
                                               {"SCT", "445249002"},  // solitary pulmonary nodule
                                               {"RADLEX", "RID3875"},
                                               {"RADLEX", "RID50149"},  // pulmonary nodule
                                               {"SCT", "79654002"}});
// They may be a nodule where the site is a lung.
constexpr auto lesions = std::to_array<Known>({{"SCT", "52988006"},  // lesion
                                               {"SRT", "M-01000"},
                                               {"SCT", "4147007"},  // mass
                                               {"SRT", "M-03000"},
                                               {"RADLEX", "RID38780"},
                                               {"RADLEX", "RID3874"},
                                               {"SCT", "108369006"},  // neoplasm
                                               {"SCT", "86049000"},   // primary neoplasm
                                               {"SRT", "M-80003"},
                                               {"SCT", "14799000"},  // secondary neoplasm
                                               {"SRT", "M-80006"},
                                               {"SCT", "126952004"},
                                               {"DCM", "112033"}});

}  // namespace

Code site_of(std::optional<Lobe> lobe, std::optional<Side> side)
{
    if (lobe) {
        switch (*lobe) {
            case Lobe::rul:
                return {"42400003", "SCT", "Upper lobe of right lung"};
            case Lobe::rml:
                return {"72481006", "SCT", "Middle lobe of right lung"};
            case Lobe::rll:
                return {"266005", "SCT", "Lower lobe of right lung"};
            case Lobe::lul:
                return {"44714003", "SCT", "Upper lobe of left lung"};
            case Lobe::lingula:
                return {"50837003", "SCT", "Lingula of lung"};
            case Lobe::lll:
                return {"41224006", "SCT", "Lower lobe of left lung"};
        }
    }
    if (!side) return {"39607008", "SCT", "Lung"};
    return *side == Side::right ? Code{"3341006", "SCT", "Right lung"} : Code{"44029006", "SCT", "Left lung"};
}

std::optional<Code> code_of(AttenuationClass attenuation)
{
    switch (attenuation) {
        case AttenuationClass::solid:
            return Code{"RID5741", "RADLEX", "Solid"};
        case AttenuationClass::part_solid:
            return Code{"RID46011", "RADLEX", "Partially solid"};
        case AttenuationClass::ground_glass:
            return Code{"RID46016", "RADLEX", "Non-solid"};
        default:
            return std::nullopt;
    }
}

std::optional<AttenuationClass> attenuation_of(const Code& code)
{
    if (code.is("RADLEX", "RID5741") || code.is("SCT", "35702001")) return AttenuationClass::solid;
    if (code.is("RADLEX", "RID46011")) return AttenuationClass::part_solid;
    if (code.is("RADLEX", "RID46016") || code.is("DCM", "112120") || code.is("SCT", "1217294009"))
        return AttenuationClass::ground_glass;
    return std::nullopt;
}

std::string dicom_sex(std::optional<Sex> sex)
{
    if (!sex) return {};
    return *sex == Sex::female ? "F" : *sex == Sex::male ? "M" : "O";
}

Site site_of(const Code& site, const Code& laterality)
{
    const std::string words = lower_case(site.meaning);
    const auto lobe = std::find_if(lobes.begin(), lobes.end(),
                                   [&](const KnownLobe& one) { return site.is(one.code.scheme, one.code.value); });
    if (lobe != lobes.end()) return {true, side_of(lobe->lobe), lobe->lobe};
    if (is_one_of(site, right_lung)) return {true, Side::right, std::nullopt};
    if (is_one_of(site, left_lung)) return {true, Side::left, std::nullopt};
    const std::optional<Side> side = side_of_code(laterality, words);
    if (is_one_of(site, upper_lobe)) return {true, side, lobe_on(side, true)};
    if (is_one_of(site, lower_lobe)) return {true, side, lobe_on(side, false)};
    if (is_one_of(site, any_lung)) return {true, side, std::nullopt};
    // A segment, say. No lung is left out because its code is of no list of ours: a person sees the words.
    const bool says_lung = words.find("lung") != std::string::npos || words.find("pulmon") != std::string::npos;
    return {says_lung, says_lung ? side : std::nullopt, std::nullopt};
}

FindingKind kind_of(const Code& finding)
{
    if (finding.empty() || is_one_of(finding, lesions)) return FindingKind::unspecified;
    if (is_one_of(finding, nodules)) return FindingKind::nodule;
    // Free text of OHIF has a code that says nothing.
    const std::string words = lower_case(finding.meaning);
    const bool names_nodule = words.find("nodule") != std::string::npos && words.find("lymph") == std::string::npos &&
                              words.find("thyroid") == std::string::npos;
    return names_nodule ? FindingKind::nodule : FindingKind::other;
}

Concept concept_of(const Code& name)
{
    if (name.is("SCT", "103339001") || name.is("SRT", "G-A185")) return Concept::long_axis;
    if (name.is("SCT", "103340004") || name.is("SRT", "G-A186")) return Concept::short_axis;
    static constexpr auto lengths = std::to_array<Known>({{"SCT", "410668003"},  // length
                                                          {"SRT", "G-D7FE"},
                                                          {"SCT", "81827009"},  // diameter
                                                          {"SRT", "M-02550"}});
    if (is_one_of(name, lengths)) return Concept::one_diameter;
    if (name.is("SCT", "118565006") || name.is("SRT", "G-D705")) return Concept::volume;
    if (name.is("DCM", "112031")) return Concept::ct_number;
    return Concept::other;
}

Unit unit_of(const Code& unit)
{
    struct KnownUnit {
        std::string_view symbol;
        Unit is;
    };
    static constexpr auto known = std::to_array<KnownUnit>({
        {"mm", {Dimension::length, 0}}, {"cm", {Dimension::length, 1}},          {"um", {Dimension::length, -3}},
        {"m", {Dimension::length, 3}},  {"mm2", {Dimension::area, 0}},           {"cm2", {Dimension::area, 2}},
        {"um2", {Dimension::area, -6}}, {"mm3", {Dimension::volume, 0}},         {"cm3", {Dimension::volume, 3}},
        {"ml", {Dimension::volume, 3}}, {"mL", {Dimension::volume, 3}},          {"ul", {Dimension::volume, 0}},
        {"uL", {Dimension::volume, 0}}, {"dm3", {Dimension::volume, 6}},         {"l", {Dimension::volume, 6}},
        {"L", {Dimension::volume, 6}},  {"[hnsf'U]", {Dimension::ct_number, 0}}, {"1", {Dimension::pixels, 0}},
        {"px", {Dimension::pixels, 0}}, {"{pixel}", {Dimension::pixels, 0}},     {"{pixels}", {Dimension::pixels, 0}},
    });
    // UCUM is the one system of units of DICOM (PS3.16 section 7.2.2).
    if (unit.scheme != "UCUM") return {};
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const KnownUnit& one) { return one.symbol == unit.value; });
    return found == known.end() ? Unit() : found->is;
}

bool is_free_text(const Code& code)
{
    return code.value == "CORNERSTONEFREETEXT";
}

bool is_site(const Code& name)
{
    return name.is("SCT", "363698007") || name.is("SRT", "G-C0E3");
}

bool is_laterality(const Code& name)
{
    return name.is("SCT", "272741003") || name.is("SRT", "G-C171");
}

bool is_finding(const Code& name)
{
    return name.is("DCM", "121071");
}

bool is_derivation(const Code& name)
{
    return name.is("DCM", "121401");
}

bool is_mean(const Code& value)
{
    return value.is("SCT", "373098007") || value.is("SRT", "R-00317");
}

}  // namespace nodtrack::exchange::codes
