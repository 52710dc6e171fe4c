#include "report_sentence_words.hpp"

#include "words.hpp"

namespace nodtrack::report {
namespace {

std::string_view lobe_text(Lobe lobe)
{
    switch (lobe) {
        case Lobe::rul:
            return "right upper lobe";
        case Lobe::rml:
            return "middle lobe";
        case Lobe::rll:
            return "right lower lobe";
        case Lobe::lul:
            return "left upper lobe";
        case Lobe::lingula:
            return "lingula";
        case Lobe::lll:
            break;
    }
    return "left lower lobe";
}

std::string_view attenuation_text(AttenuationClass attenuation)
{
    switch (attenuation) {
        case AttenuationClass::solid:
            return "solid";
        case AttenuationClass::part_solid:
            return "part-solid";
        case AttenuationClass::ground_glass:
            return "ground-glass";
        case AttenuationClass::complex_ground_glass:
            return "complex ground-glass";
        case AttenuationClass::cystic:
            return "cystic";
        case AttenuationClass::cavitary:
            return "cavitary";
        case AttenuationClass::fat_containing:
            break;
    }
    return "fat-containing";
}

std::string_view calcification_text(Calcification calcification)
{
    switch (calcification) {
        case Calcification::none:
            return "non-calcified";
        case Calcification::diffuse:
            return "diffusely calcified";
        case Calcification::central:
            return "centrally calcified";
        case Calcification::laminated:
            return "with laminated calcification";
        case Calcification::popcorn:
            return "with popcorn calcification";
        case Calcification::eccentric:
            return "eccentrically calcified";
        case Calcification::stippled:
            return "with stippled calcification";
        case Calcification::amorphous:
            break;
    }
    return "with amorphous calcification";
}

std::string_view location_text(Location location)
{
    switch (location) {
        case Location::parenchymal:
            return "";  // where a lung nodule is unless something else is said
        case Location::perifissural:
            return "perifissural";
        case Location::subpleural:
            return "subpleural";
        case Location::pleural:
            return "pleural";
        case Location::endobronchial:
            return "endobronchial";
        case Location::staple_line:
            break;
    }
    return "at the staple line";
}

}  // namespace

std::string size_text(const Findings& findings)
{
    std::string text = shown_size(*findings.long_axis);
    if (findings.short_axis) text += " x " + shown_size(*findings.short_axis);
    return text + " mm";
}

std::string look_text(const Findings& findings, bool with_iv_contrast)
{
    std::string text;
    const auto add = [&](std::string_view word) {
        if (word.empty()) return;
        if (!text.empty()) text += ", ";
        text += word;
    };
    if (findings.lobe) {
        add(lobe_text(*findings.lobe));
    } else if (findings.side) {
        add(*findings.side == Side::left ? "left" : "right");
    }
    if (findings.location) add(location_text(*findings.location));
    if (findings.attenuation) add(attenuation_text(*findings.attenuation));
    if (findings.margin) add(*findings.margin == Margin::ill_defined ? "ill-defined" : word(*findings.margin));
    // A lobulated shape with a lobulated margin is said once.
    const bool said = findings.margin == Margin::lobulated && findings.shape == Shape::lobulated;
    if (findings.shape && !said) add(word(*findings.shape));
    std::string after;
    if (findings.calcification && !with_iv_contrast) {
        const std::string_view calcified = calcification_text(*findings.calcification);
        if (calcified.starts_with("with ")) {
            after = " " + std::string(calcified);
        } else {
            add(calcified);
        }
    }
    text += text.empty() ? "nodule" : " nodule";
    return text + after;
}

std::string class_phrase(policy::NoduleClass nodule_class)
{
    switch (nodule_class) {
        case policy::NoduleClass::suspicious:
            return "suspicious by imaging criteria";
        case policy::NoduleClass::indeterminate:
            return "indeterminate by imaging criteria";
        case policy::NoduleClass::low_suspicion:
            return "low suspicion by imaging criteria";
        case policy::NoduleClass::benign_appearing:
            return "benign-appearing";
        case policy::NoduleClass::unclassifiable:
            return "cannot be classified";
        case policy::NoduleClass::resolved:
            break;
    }
    return {};
}

std::string patient_class_phrase(policy::PatientClass patient_class, bool malignant_by_pathology)
{
    using policy::PatientClass;
    switch (patient_class) {
        case PatientClass::metastasis_criteria_met:
            return malignant_by_pathology ? "malignancy confirmed by pathology, handled as metastasis"
                                          : "imaging criteria of metastasis met, not proven by pathology";
        case PatientClass::suspicious:
            return "suspicious by imaging criteria";
        case PatientClass::indeterminate:
            return "indeterminate by imaging criteria";
        case PatientClass::low_suspicion:
            return "low suspicion by imaging criteria at this scan";
        case PatientClass::benign_appearing:
            return "benign-appearing at this scan";
        case PatientClass::no_nodule:
            return "no evidence of metastasis at this scan";
        case PatientClass::unclassifiable:
            return "cannot be classified with what is recorded";
        case PatientClass::not_applicable:
            break;
    }
    return {};
}

}  // namespace nodtrack::report
