#include "nodtrack/report/appropriateness.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bibliography.hpp"
#include "json_text.hpp"
#include "nodtrack/assess/primary_tissue.hpp"
#include "nodtrack/report/dose.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

std::string level_cell(const dose::VariantRow& row, dose::AgeGroup group)
{
    const dose::RadiationLevel& level = row.level(group);
    if (level.word == dose::LevelWord::not_given) {
        return row.ionising ? "not given in the document" : "not given (no ionising radiation)";
    }
    if (level.word == dose::LevelWord::varies) return "varies";
    std::string text = radiation_level_text(level);
    text = text.substr(std::string_view("level ").size());
    return text.substr(0, text.rfind(" ("));
}

/// The items of rating and level, each once.
std::string cited_cell(const dose::VariantRow& row, dose::AgeGroup group)
{
    std::vector<dose::Citation> citations = row.citations;
    for (const dose::Citation& citation : row.level(group).citations) {
        const bool known = std::any_of(citations.begin(), citations.end(),
                                       [&](const dose::Citation& other) { return other.item == citation.item; });
        if (!known) citations.push_back(citation);
    }
    return citations_text(citations);
}

std::string statement_with_number(std::string_view item)
{
    return fmt::format("{} [{}]", statement_of(item)->statement, item);
}

bool has_spine_symptom_since_index(const assess::Assessment& assessment, const PatientRecord& record,
                                   const policy::Policy& policy)
{
    const policy::Parameter* parameter = policy.parameter("spine_symptoms");
    if (parameter == nullptr) return false;
    Symptoms wanted;
    for (const std::string& text : parameter->words) {
        if (const auto symptom = value_of_word<Symptom>(text)) wanted.insert(*symptom);
    }
    const assess::Timeline& timeline = assessment.timeline;
    std::optional<Date> since;
    if (timeline.index_rank) since = record.scans[timeline.scans[*timeline.index_rank]].scan_date;
    // An answer that stands has its signs at the examination that it came from.
    if (assessment.standing) since = assessment.standing->since;
    const bool told = std::any_of(record.visits.begin(), record.visits.end(), [&](const Visit& visit) {
        return visit.visit_date <= timeline.as_of && (!since || visit.visit_date >= *since) &&
               visit.symptoms.shares_any_with(wanted);
    });
    if (told) return true;
    return std::any_of(timeline.scans.begin(), timeline.scans.end(), [&](std::uint32_t position) {
        const Scan& scan = record.scans[position];
        return (!since || scan.scan_date >= *since) && scan.symptoms.shares_any_with(wanted);
    });
}

}  // namespace

const dose::Appropriateness& released_appropriateness()
{
    static const dose::Appropriateness tables =
        dose::load_appropriateness(dose::released_appropriateness_json(), released_dose_factors(),
                                   policy::released_sources_json())
            .value();
    return tables;
}

std::string variant_text(const dose::Variant& variant, dose::AgeGroup group, const dose::Appropriateness& tables)
{
    using Cells = std::array<std::string, 4>;
    std::vector<Cells> lines = {
        {"examination", "rating", "radiation level, " + std::string(dose::word_of(group)), "source"}};
    for (const dose::VariantRow& row : variant.rows) {
        lines.push_back({row.name, tables.name_of(row.rating), level_cell(row, group), cited_cell(row, group)});
    }
    std::array<std::size_t, 3> widths{};
    for (const Cells& cells : lines) {
        for (std::size_t i = 0; i < widths.size(); ++i)
            widths[i] = std::max(widths[i], shown_width(cells[i]));
    }
    std::string text = fmt::format("Variant {}  {}\n", variant.number, variant.question);
    for (const Cells& cells : lines) {
        text += "  ";
        for (std::size_t i = 0; i < widths.size(); ++i) {
            text += cells[i] + std::string(widths[i] - shown_width(cells[i]) + 2, ' ');
        }
        text += cells.back() + "\n";
    }
    return text;
}

std::string appropriateness_notes(dose::AgeGroup group, const dose::Appropriateness& tables)
{
    std::string text = "  " + tables.source + " [" + citations_text(tables.rating_citations) +
                       "]. Ratings are of an expert panel and for a question, not for a patient; the choice stays with "
                       "the referring physician and the radiologist (S1-122). Radiation levels are bands of effective "
                       "dose. ";
    text += statement_with_number(group == dose::AgeGroup::child ? "S1-119" : "S1-118") + " " +
            statement_with_number("S1-120");
    if (group == dose::AgeGroup::child) {
        text +=
            " A child's level is given for the chest CT without IV contrast alone (S0-021, S0-037); an adult's is "
            "never read in the child's column (X-04).";
    }
    return wrapped(text, 2) + "\n";
}

std::string variant_json(const dose::Variant& variant, const dose::Appropriateness& tables)
{
    std::string out = "{";
    append_json_member(out, "variant", variant.id);
    append_json_key(out, "number");
    out += std::to_string(variant.number);
    append_json_member(out, "question", variant.question);
    append_json_member(out, "primary", variant.primary);
    append_json_member(out, "source", tables.source);
    append_json_key(out, "rows");
    out += '[';
    for (const dose::VariantRow& row : variant.rows) {
        if (out.back() != '[') out += ',';
        out += '{';
        append_json_member(out, "procedure", row.procedure);
        append_json_member(out, "name", row.name);
        append_json_member(out, "rating", dose::word_of(row.rating));
        append_json_cited(out, row.citations);
        append_json_yes_no_member(out, "ionising", row.ionising);
        for (const dose::RadiationLevel& level : row.levels) {
            append_json_key(out, dose::word_of(level.group));
            append_radiation_level(out, level);
        }
        out += '}';
    }
    return out + "]}\n";
}

ShownBeside shown_beside(const assess::Assessment& assessment, const PatientRecord& record,
                         const policy::Policy& policy, const dose::Appropriateness& tables)
{
    const policy::RecommendationRule& rule = policy.recommendations[assessment.recommendation.rule];
    const bool criteria_met = assessment.patient_class == policy::PatientClass::metastasis_criteria_met;
    const assess::PrimaryTissue tissue = assess::primary_tissue_of(assessment, record.patient, policy);
    ShownBeside shown;
    const auto fits = [&](const std::string& id) {
        if (id == "variant-2" && rule.action == policy::Action::tumour_board) return criteria_met;
        return tissue.fits(id);
    };
    for (const std::string& id : rule.shows) {
        const dose::Variant* variant = tables.variant(id);
        if (variant != nullptr && fits(id)) shown.variants.push_back(variant);
    }
    const auto shows = [&](std::string_view id) {
        return std::any_of(shown.variants.begin(), shown.variants.end(),
                           [&](const dose::Variant* variant) { return variant->id == id; });
    };
    const auto add_pathway = [&](std::string_view id, bool holds) {
        const dose::Pathway* pathway = tables.pathway(id);
        if (holds && pathway != nullptr) shown.pathways.push_back(pathway);
    };
    add_pathway("lumbar-spine-mri", has_spine_symptom_since_index(assessment, record, policy));
    add_pathway("initial-staging", shows("variant-1"));
    add_pathway("restaging", criteria_met);
    add_pathway("local-recurrence-bone", shows("variant-4"));
    add_pathway("local-recurrence-soft-tissue", shows("variant-5"));
    add_pathway("lung-surveillance", shows("variant-3"));
    for (const dose::Pathway* pathway : shown.pathways) {
        for (const std::string& id : pathway->shows) {
            if (!shows(id)) shown.variants.push_back(tables.variant(id));
        }
    }
    return shown;
}

std::string pathway_json(const dose::Pathway& pathway)
{
    std::string out = "{";
    append_json_member(out, "pathway", pathway.id);
    append_json_member(out, "title", pathway.title);
    append_json_member(out, "text", pathway.text);
    append_json_key(out, "shows");
    out += '[';
    for (const std::string& variant : pathway.shows) {
        if (out.back() != '[') out += ',';
        append_json_string(out, variant);
    }
    out += ']';
    append_json_cited(out, pathway.citations);
    return out + "}\n";
}

std::string pathways_text(const std::vector<const dose::Pathway*>& pathways)
{
    std::string text;
    for (const dose::Pathway* pathway : pathways) {
        text +=
            wrapped(pathway->title + ": " + pathway->text + " [" + citations_text(pathway->citations) + "]", 2) + "\n";
        std::string note;
        for (const dose::Citation& citation : pathway->citations) {
            if (!citation.note.empty()) note = citation.title + ": " + citation.note;
        }
        if (!note.empty()) text += wrapped("  ! " + note, 4) + "\n";
    }
    return text;
}

}  // namespace nodtrack::report
