#include "nodtrack/report/context_text.hpp"

#include <algorithm>
#include <tuple>

#include "bibliography.hpp"
#include "json_text.hpp"
#include "nodtrack/assess/primary_tissue.hpp"
#include "nodtrack/report/trend.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

using assess::GrowthState;
using dose::ContextFinding;

dose::ContextFindings findings_of(const assess::Assessment& assessment, const PatientRecord& record,
                                  const policy::Policy& policy)
{
    const assess::Timeline& timeline = assessment.timeline;
    const Patient& patient = record.patient;
    dose::ContextFindings findings;
    const auto note = [&](ContextFinding finding, bool holds) {
        findings.set(static_cast<std::size_t>(finding), holds);
    };
    const auto any = [&](auto&& holds) { return std::any_of(timeline.nodules.begin(), timeline.nodules.end(), holds); };
    const bool metastasectomy =
        std::any_of(record.therapies.begin(), record.therapies.end(), [&](const Therapy& therapy) {
            return therapy.kind == TherapyKind::metastasectomy && therapy.start_date <= timeline.as_of;
        });
    const bool known = patient.known_lung_metastases && *patient.known_lung_metastases != KnownLungMetastases::none;
    note(ContextFinding::metastases, metastasectomy || known ||
                                         assessment.ungated_class == policy::PatientClass::metastasis_criteria_met ||
                                         assessment.patient_class == policy::PatientClass::metastasis_criteria_met);
    const auto& options = assessment.recommendation.options;
    note(ContextFinding::pet_in_question,
         assessment.recommendation.action == policy::Action::pet_ct ||
             std::find(options.begin(), options.end(), policy::Action::pet_ct) != options.end() ||
             any([](const assess::NoduleTimeline& nodule) { return nodule.suv_row.has_value(); }));
    note(ContextFinding::growth, any([](const assess::NoduleTimeline& nodule) {
             return nodule.history_state == GrowthState::possible_growth ||
                    nodule.history_state == GrowthState::unequivocal_growth;
         }));
    note(ContextFinding::perifissural_nodule, any([&](const assess::NoduleTimeline& nodule) {
             return nodule.index_measurement &&
                    record.measurements[*nodule.index_measurement].findings.location == Location::perifissural;
         }));
    note(ContextFinding::treated_nodule,
         any([](const assess::NoduleTimeline& nodule) { return nodule.state == GrowthState::treated; }));
    note(ContextFinding::local_sign,
         assessment.patient_facts[static_cast<std::size_t>(assess::PatientFact::open_local_sign)].is_yes());
    constexpr int five_years = 60;
    note(ContextFinding::five_years_on,
         assessment.schedule.surveillance_start && assessment.schedule.months_since_start >= five_years);
    const assess::PrimaryTissue tissue = assess::primary_tissue_of(assessment, patient, policy);
    note(ContextFinding::soft_tissue_primary, tissue.may_be_soft && !tissue.may_be_bone);
    note(ContextFinding::iv_contrast_given,
         timeline.index_rank && record.scans[timeline.scans[*timeline.index_rank]].iv_contrast == IvContrast::given);
    constexpr int months_of_childhood = 18 * 12;
    note(ContextFinding::child, patient.birth_date && *patient.birth_date <= timeline.as_of &&
                                    whole_months_between(*patient.birth_date, timeline.as_of) < months_of_childhood);
    return findings;
}

std::string statement_text(const dose::Citation& citation)
{
    const policy::Citation* statement = statement_of(citation.item);
    return statement->statement + " [" + citation.item +
           (statement->verification == policy::Verification::read
                ? ""
                : (statement->verification == policy::Verification::found ? ", excerpt read"
                                                                          : ", not verified against the source")) +
           "]";
}

template <class Word>
void add_words(std::string& text, const std::vector<Word>& words, std::string_view name)
{
    std::string list;
    for (const Word value : words)
        list += (list.empty() ? "" : " or ") + in_words(word(value));
    if (!list.empty()) text += (text.empty() ? "" : "; ") + std::string(name) + " " + list;
}

/// Whom a topic is shown for, in words.
std::string shown_for(const dose::ContextTopic& topic)
{
    std::string text;
    add_words(text, topic.actions, "answer");
    add_words(text, topic.histologies, "histology");
    add_words(text, topic.grades, "grade");
    for (std::size_t i = 0; i < topic.findings.size(); ++i) {
        if (topic.findings[i]) text += (text.empty() ? "" : "; ") + in_words(dose::context_finding_words[i]);
    }
    return text;
}

}  // namespace

const dose::Context& released_context()
{
    static const dose::Context context =
        dose::load_context(dose::released_context_json(), policy::released_sources_json()).value();
    return context;
}

std::vector<const dose::ContextTopic*> context_of(const assess::Assessment& assessment, const PatientRecord& record,
                                                  const policy::Policy& policy)
{
    const dose::ContextSubject subject{.action = assessment.recommendation.action,
                                       .histology = record.patient.histology,
                                       .grade = record.patient.grade,
                                       .findings = findings_of(assessment, record, policy)};
    std::vector<const dose::ContextTopic*> topics;
    for (const dose::ContextTopic& topic : released_context().topics) {
        if (topic.is_shown_for(subject)) topics.push_back(&topic);
    }
    // What is said of the histology comes first, as a page may have room for one topic alone; then what is asked of the
    // patient and not of the answer alone; then the file's order.
    std::stable_sort(topics.begin(), topics.end(), [](const dose::ContextTopic* a, const dose::ContextTopic* b) {
        const auto weight = [](const dose::ContextTopic& topic) {
            return std::tuple(!topic.histologies.empty(), topic.conditions() - (topic.actions.empty() ? 0 : 1));
        };
        return weight(*a) > weight(*b);
    });
    return topics;
}

std::string context_line(const dose::ContextTopic& topic)
{
    std::string text = topic.title + ":";
    for (const dose::Citation& citation : topic.citations)
        text += " " + statement_text(citation);
    return text;
}

std::string context_text(const std::vector<const dose::ContextTopic*>& topics)
{
    std::string text;
    for (const dose::ContextTopic* topic : topics)
        text += wrapped("  " + context_line(*topic), 4) + "\n";
    return text;
}

std::string all_context_text()
{
    std::string text;
    for (const dose::ContextTopic& topic : released_context().topics) {
        text += wrapped("  " + context_line(topic), 4) + "\n";
        text += wrapped("    (" + shown_for(topic) + ")", 6) + "\n";
    }
    return text;
}

std::string context_json(const dose::ContextTopic& topic)
{
    std::string out = "{";
    append_json_member(out, "topic", topic.id);
    append_json_member(out, "title", topic.title);
    append_json_key(out, "statements");
    out += '[';
    for (const dose::Citation& citation : topic.citations) {
        if (out.back() != '[') out += ',';
        out += '{';
        append_json_member(out, "item", citation.item);
        append_json_member(out, "source", citation.source);
        append_json_member(out, "at", citation.at);
        append_json_member(out, "verified", citation.verified);
        append_json_member(out, "statement", statement_of(citation.item)->statement);
        out += '}';
    }
    return out + "]}\n";
}

}  // namespace nodtrack::report
