#include "nodtrack/tracker/deidentify.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <type_traits>
#include <vector>

#include "nodtrack/domain/record_schema.hpp"
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

/// The ids of rows, numbered in the order in which rows are written.
template <RowKind kind>
Names numbered_names(const std::vector<ValuesOf<kind>>& rows, std::string ValuesOf<kind>::*id, char letter)
{
    std::vector<const ValuesOf<kind>*> ordered;
    for (const ValuesOf<kind>& row : rows) {
        if (!(row.*id).empty()) ordered.push_back(&row);
    }
    std::ranges::sort(ordered,
                      [](const auto* left, const auto* right) { return is_written_before<kind>(*left, *right); });
    Names names;
    for (const ValuesOf<kind>* row : ordered)
        names.emplace(row->*id, numbered(letter, names.size() + 1));
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

/// What stands in the place of a patient's ids and of the people who decided, by column.
using NamesByColumn = std::map<std::string_view, Names>;

NamesByColumn names_of(const PatientRecord& record, const Pseudonym& pseudonym)
{
    return {{"patient_id", {{record.patient.patient_id, pseudonym.research_id}}},
            {"scan_id", numbered_names<RowKind::scan>(record.scans, &Scan::scan_id, 'S')},
            {"nodule_id", nodule_names(record)},
            {"visit_id", numbered_names<RowKind::visit>(record.visits, &Visit::visit_id, 'V')},
            // So that two decisions of one day stay apart.
            {"decided_by", numbered_names<RowKind::decision>(record.decisions, &Decision::decided_by, 'D')}};
}

void move_back(Date& date, int days)
{
    date = add_days(date, -days);
}
void move_back(std::optional<Date>& date, int days)
{
    if (date) move_back(*date, days);
}

std::string name_of(const Names& names, const std::string& id)
{
    const auto found = names.find(id);
    return found == names.end() ? std::string() : found->second;
}

/// Moves every date of a row, renames its ids and takes away every other text, whichever columns there are.
template <RowKind kind>
void strip(ValuesOf<kind>& values, const NamesByColumn& names, int days)
{
    for_each_column<kind>([&]<class Owner, class Member>(const Field<Owner, Member>& field) {
        if constexpr (std::is_same_v<Owner, ValuesOf<kind>>) {
            Member& value = values.*field.member;
            if constexpr (std::is_same_v<BareOf<Member>, Date>) move_back(value, days);
            if constexpr (std::is_same_v<Member, std::string>) {
                if (field.has(Is::kept)) return;
                const auto renamed = names.find(field.column);
                value = renamed == names.end() ? std::string() : name_of(renamed->second, value);
            }
        }
    });
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
    const NamesByColumn names = names_of(record, pseudonym);
    const int days = pseudonym.days_back;
    PatientRecord told = record;
    for_each_kind([&]<RowKind kind>() {
        if constexpr (kind == RowKind::patient) {
            strip<kind>(told.patient, names, days);
        } else if constexpr (kind == RowKind::measurement) {
            for (Measurement& row : told.measurements)
                strip<kind>(row.findings, names, days);
        } else {
            for (ValuesOf<kind>& row : RowSchema<kind>::list(told))
                strip<kind>(row, names, days);
        }
    });
    told.patient.birth_date.reset();
    for (std::string& nodule_id : told.nodule_ids)
        nodule_id = name_of(names.at("nodule_id"), nodule_id);
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
    standing.index_scan_id = name_of(names_of(record, pseudonym).at("scan_id"), standing.index_scan_id);
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
