#include "patient_fact.hpp"

#include "nodtrack/report/trend.hpp"
#include "nodule_fact.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

using assess::PatientFact;

std::string_view door_of(const Visit& visit)
{
    if (visit.kind == VisitKind::phone) return "told by phone on";
    return visit.kind == VisitKind::clinic ? "told in clinic on" : "told on";
}

}  // namespace

std::string PatientFactWords::of(PatientFact fact) const
{
    const Patient& patient = record_.patient;
    switch (fact) {
        case PatientFact::follow_up_status:
            return "follow-up status is " + in_words(word(*patient.follow_up_status));
        case PatientFact::primary_site:
            return "primary site " + in_words(word(*patient.primary_site)) + " is outside these criteria";
        case PatientFact::histology:
            return "diagnosis " + in_words(word(*patient.histology)) + " is outside these criteria";
        case PatientFact::curative_treatment:
            return "curative treatment of the primary is not completed";
        case PatientFact::curative_treatment_completed_after_as_of:
            return "curative treatment of the primary is completed on " +
                   patient.curative_treatment_completed_on->iso() + " only";
        case PatientFact::known_lung_metastases:
            return "lung metastases are known and present" +
                   (patient.lung_metastases_diagnosed_on
                        ? " (diagnosed " + patient.lung_metastases_diagnosed_on->iso() + ")"
                        : std::string());
        case PatientFact::has_index_scan:
            // That there is a CT decides nothing by itself: what it lacks is told by the parts that follow.
            return assessment_.timeline.index_rank ? std::string() : nothing_found();
        case PatientFact::reading:
            return "the CT of " + index_day(assessment_, record_) +
                   (record_.scans[assessment_.timeline.scans[*assessment_.timeline.index_rank]].reading
                        ? " was read in part"
                        : " is not known to be read completely");
        case PatientFact::urgent_symptom_since_index:
        case PatientFact::pleural_event_since_index:
        case PatientFact::board_finding_since_index:
        case PatientFact::open_local_sign:
        case PatientFact::local_recurrence_sign_since_index:
            return oldest_sign(fact);
        default:
            return {};
    }
}

std::string PatientFactWords::nothing_found() const
{
    if (!assessment_.timeline.index_rank) return "no diagnostic chest CT is recorded";
    std::vector<std::string> left;
    for (std::size_t nodule = 0; nodule < record_.nodule_ids.size(); ++nodule) {
        const std::string why = why_not_judged(record_.nodule_ids[nodule]);
        if (!why.empty()) left.push_back(record_.nodule_ids[nodule] + " " + why);
    }
    return "no nodule to judge on the CT of " + index_day(assessment_, record_) +
           (left.empty() ? "" : ": " + listed_names(left));
}

std::string PatientFactWords::why_not_judged(std::string_view nodule_id) const
{
    const NoduleEvent* event = newest_event(assessment_, record_, nodule_id, EventKind::not_a_nodule);
    if (event != nullptr) return "was said on " + event->date.iso() + " to be no nodule";
    const Therapy* resected = nullptr;
    for (const Therapy& therapy : record_.therapies) {
        const bool counts = therapy.kind == TherapyKind::metastasectomy && therapy.nodule_id == nodule_id &&
                            therapy.start_date <= assessment_.timeline.as_of;
        if (counts && (resected == nullptr || therapy.start_date > resected->start_date)) resected = &therapy;
    }
    return resected == nullptr ? std::string() : "was resected on " + resected->start_date.iso();
}

template <class Word>
std::vector<std::string> PatientFactWords::told_words(WordSet<Word> told, std::string_view parameter) const
{
    std::vector<std::string> words;
    const policy::Parameter* asked = policy_.parameter(parameter);
    if (asked == nullptr) return words;
    for (const std::string& text : asked->words) {
        const auto value = value_of_word<Word>(text);
        if (value && told.contains(*value)) words.push_back(in_words(text));
    }
    return words;
}

template <class ScanOrVisit>
std::vector<std::string> PatientFactWords::signs_of(PatientFact fact, const ScanOrVisit& told) const
{
    if (fact == PatientFact::urgent_symptom_since_index) return told_words(told.symptoms, "urgent_symptoms");
    std::vector<std::string> signs = told_words(told.symptoms, "local_recurrence_symptoms");
    if (told.suspected_local_recurrence == Answer::yes) signs.emplace_back("suspected local recurrence");
    return signs;
}

std::vector<std::string> PatientFactWords::signs_of_scan(PatientFact fact, const Scan& scan) const
{
    if (fact == PatientFact::board_finding_since_index) return told_words(scan.other_findings, "board_findings");
    if (fact != PatientFact::pleural_event_since_index) return signs_of(fact, scan);
    std::vector<std::string> signs;
    if (scan.new_pneumothorax == Answer::yes) signs.emplace_back("new pneumothorax");
    if (scan.new_pleural_effusion == Answer::yes) signs.emplace_back("new pleural effusion");
    return signs;
}

std::string PatientFactWords::oldest_sign(PatientFact fact) const
{
    std::optional<Date> oldest;
    std::string text;
    const auto add = [&](Date date, const std::vector<std::string>& signs, const std::string& where) {
        if (signs.empty() || (oldest && *oldest <= date)) return;
        oldest = date;
        text = listed_names(signs) + " " + where + " " + date.iso();
    };
    for (const assess::RowReference& row : judge_.rows_of(fact, assessment_, record_)) {
        if (row.kind == RowKind::scan) {
            const Scan& scan = record_.scans[row.index];
            const bool is_seen_on_it =
                fact == PatientFact::pleural_event_since_index || fact == PatientFact::board_finding_since_index;
            add(scan.scan_date, signs_of_scan(fact, scan), is_seen_on_it ? "on the scan of" : "told with the scan of");
        } else if (row.kind == RowKind::visit) {
            const Visit& visit = record_.visits[row.index];
            add(visit.visit_date, signs_of(fact, visit), std::string(door_of(visit)));
        }
    }
    if (fact == PatientFact::open_local_sign && !text.empty()) text += ", no decision since";
    return text;
}

}  // namespace nodtrack::report
