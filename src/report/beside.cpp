#include "nodtrack/report/beside.hpp"

#include "json_text.hpp"
#include "nodtrack/report/assessment_json.hpp"
#include "nodtrack/report/dose.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

constexpr std::string_view surveillance_ct = "ct_chest_without_iv_contrast";

/// The object that a line of JSON holds.
std::string without_line_end(std::string line)
{
    if (!line.empty() && line.back() == '\n') line.pop_back();
    return line;
}

/// Each line of `text`, indented.
std::string indented(const std::string& text)
{
    std::string result;
    bool at_start = true;
    for (const char c : text) {
        if (at_start && c != '\n') result += "  ";
        at_start = c == '\n';
        result += c;
    }
    return result;
}

std::string tables_text(const Beside& beside)
{
    const dose::Appropriateness& tables = released_appropriateness();
    if (beside.shown.variants.empty() && beside.shown.pathways.empty()) {
        return "  No appropriateness table stands beside this recommendation.\n";
    }
    std::string text = indented(pathways_text(beside.shown.pathways));
    for (const dose::Variant* variant : beside.shown.variants) {
        if (!text.empty()) text += "\n";
        text += indented(variant_text(*variant, beside.group, tables));
    }
    if (beside.shown.variants.empty()) return text;
    if (beside.doses.youth == dose::Youth::age_unknown) {
        text += "  ! birth date not known: the levels are those of an adult\n";
    }
    return text + appropriateness_notes(beside.group, tables);
}

}  // namespace

Beside beside(const assess::Assessment& assessment, const PatientRecord& record, const policy::Policy& policy)
{
    Beside result;
    result.context = context_of(assessment, record, policy);
    result.shown = shown_beside(assessment, record, policy, released_appropriateness());
    result.doses = dose::dose_history(record, assessment.timeline.as_of, released_dose_factors());
    result.group = result.doses.youth == dose::Youth::child ? dose::AgeGroup::child : dose::AgeGroup::adult;
    return result;
}

std::string shown_text(const Beside& beside)
{
    const std::string context = context_text(beside.context);
    return tables_text(beside) + (context.empty() ? "" : "\nCONTEXT (shown, never part of the answer)\n" + context);
}

std::string beside_text(const Beside& beside, const PatientRecord& record)
{
    const dose::DoseFactors& factors = released_dose_factors();
    std::string text = "BESIDE THE RECOMMENDATION\n" + shown_text(beside) +
                       "\nRADIATION DOSE (shown, never a reason against an examination)\n";
    text += wrapped("  " + dose_line(beside.doses), 4) + "\n";
    const std::string low_dose = low_dose_text(beside.doses, factors);
    if (!low_dose.empty()) text += wrapped("  ! " + low_dose, 4) + "\n";
    const dose::Procedure* ct = factors.procedure(surveillance_ct);
    if (ct != nullptr) {
        const dose::RadiationLevel& level = ct->level(beside.group);
        text += wrapped("  one chest CT without IV contrast: " + radiation_level_text(level) + " [" +
                            citations_text(level.citations) + "]",
                        4) +
                "\n";
    }
    return text + "  each scan: nodtrack dose " + record.patient.patient_id + "\n\n";
}

std::string shown_json(const Beside& beside, const assess::Assessment& assessment, const PatientRecord& record)
{
    const dose::Appropriateness& tables = released_appropriateness();
    std::string out = "{";
    append_json_member(out, "patient_id", record.patient.patient_id);
    append_json_member(out, "as_of", assessment.timeline.as_of.iso());
    append_json_member(out, "age_group", dose::word_of(beside.group));
    append_json_key(out, "variants");
    out += '[';
    for (const dose::Variant* variant : beside.shown.variants) {
        if (out.back() != '[') out += ',';
        out += without_line_end(variant_json(*variant, tables));
    }
    out += ']';
    append_json_key(out, "pathways");
    out += '[';
    for (const dose::Pathway* pathway : beside.shown.pathways) {
        if (out.back() != '[') out += ',';
        out += without_line_end(pathway_json(*pathway));
    }
    out += ']';
    append_json_key(out, "context");
    out += '[';
    for (const dose::ContextTopic* topic : beside.context) {
        if (out.back() != '[') out += ',';
        out += without_line_end(context_json(*topic));
    }
    return out + "]}\n";
}

std::string explanation_json(const assess::Assessment& assessment, const PatientRecord& record,
                             const assess::Judge& judge, const Beside& beside)
{
    std::string out = "{";
    append_json_key(out, "assessment");
    AssessmentJson(judge).append(out, assessment, record, assess::Detail::all);
    out = without_line_end(std::move(out));
    append_json_key(out, "beside");
    out += without_line_end(shown_json(beside, assessment, record));
    append_json_key(out, "dose");
    out += without_line_end(dose_json(beside.doses, record, released_dose_factors()));
    return out + "}\n";
}

}  // namespace nodtrack::report
