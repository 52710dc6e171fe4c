#include "nodtrack/tracker/deidentify.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <type_traits>
#include <vector>

#include "nodtrack/domain/fields.hpp"
#include "sodium.hpp"

namespace nodtrack::tracker {
namespace {

constexpr int most_days_back = 365;
constexpr int oldest_age_told = 89;
constexpr std::size_t research_id_bytes = 10;

/// `S007`; more digits where there are more than 999.
std::string numbered(char letter, std::size_t number)
{
    return fmt::format("{}{:03}", letter, number);
}

using Names = std::map<std::string, std::string, std::less<>>;

Names scan_names(const PatientRecord& record)
{
    std::vector<const Scan*> scans;
    for (const Scan& scan : record.scans)
        scans.push_back(&scan);
    std::ranges::sort(scans, {}, [](const Scan* scan) { return std::tie(scan->scan_date, scan->scan_id); });
    Names names;
    for (const Scan* scan : scans)
        names.emplace(scan->scan_id, numbered('S', names.size() + 1));
    return names;
}

Names visit_names(const PatientRecord& record)
{
    std::vector<const Visit*> visits;
    for (const Visit& visit : record.visits)
        visits.push_back(&visit);
    std::ranges::sort(visits, {}, [](const Visit* visit) { return std::tie(visit->visit_date, visit->visit_id); });
    Names names;
    for (const Visit* visit : visits)
        names.emplace(visit->visit_id, numbered('V', names.size() + 1));
    return names;
}

/// Who decided, so that two decisions of one day stay apart; numbered by their first decision.
Names person_names(const PatientRecord& record)
{
    std::vector<const Decision*> decisions;
    for (const Decision& decision : record.decisions) {
        if (!decision.decided_by.empty()) decisions.push_back(&decision);
    }
    std::ranges::sort(decisions, {}, [](const Decision* decision) {
        return std::tie(decision->decided_on, decision->kind, decision->decided_by);
    });
    Names names;
    for (const Decision* decision : decisions)
        names.emplace(decision->decided_by, numbered('D', names.size() + 1));
    return names;
}

/// In the order of the ids, so that what is sorted by nodule stays sorted. A therapy or event may name a nodule that
/// has no row.
Names nodule_names(const PatientRecord& record)
{
    std::set<std::string> ids(record.nodule_ids.begin(), record.nodule_ids.end());
    for (const Therapy& therapy : record.therapies)
        ids.insert(therapy.nodule_id);
    for (const NoduleEvent& event : record.events)
        ids.insert(event.nodule_id);
    ids.erase("");
    Names names;
    for (const std::string& id : ids)
        names.emplace(id, numbered('N', names.size() + 1));
    return names;
}

void move_back(Date& date, int days)
{
    date = add_days(date, -days);
}
void move_back(std::optional<Date>& date, int days)
{
    if (date) move_back(*date, days);
}

/// Moves every date of a row and takes away every text, whichever columns there are; ids are put in by the caller.
template <class Fields, class Row>
void strip(const Fields& fields, Row& row, int days)
{
    for_each_field(fields, [&](const auto& field) {
        auto& value = row.*(field.member);
        using Value = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, Date> || std::is_same_v<Value, std::optional<Date>>) move_back(value, days);
        if constexpr (std::is_same_v<Value, std::string>) value.clear();
    });
}

std::string name_of(const Names& names, const std::string& id)
{
    const auto found = names.find(id);
    return found == names.end() ? std::string() : found->second;
}

}  // namespace

Pseudonym pseudonym_of(std::string_view secret, std::string_view patient_id)
{
    const std::string id_hash = keyed_hash(secret, fmt::format("research id {}", patient_id));
    const std::string days_hash = keyed_hash(secret, fmt::format("days {}", patient_id));
    Pseudonym pseudonym;
    pseudonym.research_id = "R";
    for (const char byte : id_hash.substr(0, research_id_bytes)) {
        pseudonym.research_id += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    }
    std::uint64_t number = 0;
    for (const char byte : days_hash.substr(0, sizeof number))
        number = number << 8U | static_cast<unsigned char>(byte);
    pseudonym.days_back = 1 + static_cast<int>(number % most_days_back);
    return pseudonym;
}

std::string age_at_first_scan(const PatientRecord& record)
{
    if (!record.patient.birth_date || record.scans.empty()) return {};
    const Date first = std::ranges::min(record.scans, {}, &Scan::scan_date).scan_date;
    if (first < *record.patient.birth_date) return {};
    constexpr int months_per_year = 12;
    const int years = whole_months_between(*record.patient.birth_date, first) / months_per_year;
    return years > oldest_age_told ? fmt::format("{}+", oldest_age_told + 1) : std::to_string(years);
}

PatientRecord deidentified(const PatientRecord& record, const Pseudonym& pseudonym)
{
    const Names scans = scan_names(record);
    const Names nodules = nodule_names(record);
    const int days = pseudonym.days_back;
    PatientRecord told = record;
    strip(patient_fields, told.patient, days);
    told.patient.patient_id = pseudonym.research_id;
    told.patient.birth_date.reset();
    for (Scan& scan : told.scans) {
        const std::string name = name_of(scans, scan.scan_id);
        strip(scan_fields, scan, days);
        scan.scan_id = name;
    }
    for (std::string& nodule_id : told.nodule_ids)
        nodule_id = name_of(nodules, nodule_id);
    for (Measurement& measurement : told.measurements)
        strip(findings_fields, measurement.findings, days);
    for (Therapy& therapy : told.therapies) {
        const std::string name = name_of(nodules, therapy.nodule_id);
        strip(therapy_fields, therapy, days);
        therapy.nodule_id = name;
    }
    for (NoduleEvent& event : told.events) {
        const std::string name = name_of(nodules, event.nodule_id);
        strip(event_fields, event, days);
        event.nodule_id = name;
    }
    const Names visits = visit_names(record);
    for (Visit& visit : told.visits) {
        const std::string name = name_of(visits, visit.visit_id);
        strip(visit_fields, visit, days);
        visit.visit_id = name;
    }
    const Names people = person_names(record);
    for (Decision& decision : told.decisions) {
        const std::string name = name_of(people, decision.decided_by);
        strip(decision_fields, decision, days);
        decision.decided_by = name;
    }
    return told;
}

namespace {

void move_dates(assess::Recommendation& recommendation, int days)
{
    move_back(recommendation.due_date, days);
    move_back(recommendation.safety_net_ct_date, days);
}

/// An answer that stands from an earlier examination, with the judgement of that one.
void move_standing(assess::StandingAnswer& standing, const PatientRecord& record, const Pseudonym& pseudonym)
{
    move_back(standing.since, pseudonym.days_back);
    standing.index_scan_id = name_of(scan_names(record), standing.index_scan_id);
    move_dates(standing.own.recommendation, pseudonym.days_back);
    if (!standing.came_from) return;
    standing.came_from =
        std::make_shared<const assess::Assessment>(deidentified(*standing.came_from, record, pseudonym));
}

}  // namespace

assess::Assessment deidentified(const assess::Assessment& assessment, const PatientRecord& record,
                                const Pseudonym& pseudonym)
{
    const int days = pseudonym.days_back;
    assess::Assessment told = assessment;
    move_back(told.timeline.as_of, days);
    for (assess::Examination& examination : told.timeline.examinations)
        move_back(examination.date, days);
    for (assess::NoduleTimeline& nodule : told.timeline.nodules) {
        move_back(nodule.stable_since, days);
        move_back(nodule.pathology_malignant_on, days);
    }
    move_dates(told.recommendation, days);
    for (assess::AlsoAsked& asked : told.also)
        move_back(asked.due_date, days);
    if (told.standing) move_standing(*told.standing, record, pseudonym);
    for (assess::UnansweredAlarm& alarm : told.unanswered) {
        move_back(alarm.since, days);
        move_back(alarm.said_on, days);
        move_back(alarm.due_date, days);
    }
    move_back(told.schedule.surveillance_start, days);
    for (assess::Flag& flag : told.flags) {
        flag.text = assess::flag_code_words[static_cast<std::size_t>(flag.code)];
        std::ranges::replace(flag.text, '_', ' ');
    }
    return told;
}

}  // namespace nodtrack::tracker
