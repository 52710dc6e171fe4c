#include "what_if_axes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "build_timeline.hpp"

namespace nodtrack::assess {
namespace {

constexpr std::string_view patient_subject = "patient";
constexpr int longest_search_months = 12 * 60;  // of a date with no sense in it

SearchAxis one_try(const std::string& subject, std::string_view what, std::string from, std::string to,
                   std::vector<Setting> settings)
{
    return {.subject = subject,
            .what = std::string(what),
            .from = std::move(from),
            .direction = Direction::other,
            .places = {1},
            .value_at = [to = std::move(to), settings = std::move(settings)](int) {
                return Candidate{to, settings};
            }};
}

/// Scans of the index scan's day or later, oldest first; all seen ones where there is no index scan.
std::vector<const Scan*> scans_since_index(const PatientRecord& record, const Timeline& timeline)
{
    std::vector<const Scan*> scans;
    for (std::uint32_t rank = 0; rank < timeline.scans.size(); ++rank) {
        const Scan& scan = scan_at(record, timeline, rank);
        const bool since =
            !timeline.index_rank || scan.scan_date >= scan_at(record, timeline, *timeline.index_rank).scan_date;
        if (since) scans.push_back(&scan);
    }
    return scans;
}

/// What was recorded since the index scan, taken back on all its scans together.
void add_taking_back(std::vector<SearchAxis>& axes, const std::vector<const Scan*>& since)
{
    Symptoms symptoms;
    std::vector<Setting> no_symptoms;
    for (const Scan* scan : since) {
        if (scan->symptoms.empty()) continue;
        symptoms = symptoms.united_with(scan->symptoms);
        no_symptoms.push_back({.at = scan->scan_id, .column = "symptoms"});
    }
    if (!symptoms.empty()) {
        axes.push_back(one_try(since.back()->scan_id, "symptoms", text_of_value(symptoms), "none", no_symptoms));
    }
    for_each_field(scan_fields, [&](const auto& field) {
        using Member = std::remove_cvref_t<decltype(std::declval<Scan>().*field.member)>;
        if constexpr (std::is_same_v<Member, std::optional<Answer>>) {
            std::vector<Setting> denied;
            for (const Scan* scan : since) {
                if (scan->*field.member != Answer::yes) continue;
                denied.push_back({.at = scan->scan_id, .column = std::string(field.column), .value = "no"});
            }
            if (denied.empty()) return;
            axes.push_back(one_try(since.back()->scan_id, field.column, "yes", "no", std::move(denied)));
        }
    });
}

void add_findings_of_scan(std::vector<SearchAxis>& axes, const Scan& scan)
{
    for (const std::string_view symptom : Vocabulary<Symptom>::words) {
        Symptoms with = scan.symptoms;
        with.insert(*value_of_word<Symptom>(symptom));
        if (with == scan.symptoms) continue;
        axes.push_back(one_try(scan.scan_id, "symptoms", text_of_value(scan.symptoms), text_of_value(with),
                               {{.at = scan.scan_id, .column = "symptoms", .value = text_of_value(with)}}));
    }
    for_each_field(scan_fields, [&](const auto& field) {
        using Member = std::remove_cvref_t<decltype(scan.*field.member)>;
        if constexpr (std::is_same_v<Member, std::optional<Answer>>) {
            if (scan.*field.member == Answer::yes) return;
            axes.push_back(one_try(scan.scan_id, field.column, text_of_value(scan.*field.member), "yes",
                                   {{.at = scan.scan_id, .column = std::string(field.column), .value = "yes"}}));
        }
    });
}

/// Days or months before or after a date.
SearchAxis date_axis(const std::string& subject, std::string_view what, const Setting& target, Date from,
                     Direction direction, bool by_months, std::vector<int> places)
{
    const int sign = direction == Direction::down ? -1 : 1;
    return {.subject = subject,
            .what = std::string(what),
            .from = from.iso(),
            .direction = direction,
            .places = std::move(places),
            .value_at = [=](int place) {
                Setting setting = target;
                setting.value = (by_months ? add_months(from, sign * place) : add_days(from, sign * place)).iso();
                return Candidate{setting.value, {setting}};
            }};
}

void add_resection_axes(std::vector<SearchAxis>& axes, const PatientRecord& record, const Timeline& timeline,
                        const CriticalNumbers& critical)
{
    const Setting target{.column = "resection_date"};
    int last_band = 0;
    for (const int months : critical.months)
        last_band = std::max(last_band, months);
    const auto& resection = record.patient.resection_date;
    if (resection) {
        const int until_unseen = std::min(whole_months_between(*resection, timeline.as_of) + 2, longest_search_months);
        axes.push_back(date_axis(std::string(patient_subject), target.column, target, *resection, Direction::up, true,
                                 every_place_to(until_unseen)));
        axes.push_back(date_axis(std::string(patient_subject), target.column, target, *resection, Direction::down, true,
                                 every_place_to(last_band + 1)));
    } else if (timeline.index_rank) {
        const Date index_date = scan_at(record, timeline, *timeline.index_rank).scan_date;
        SearchAxis axis = date_axis(std::string(patient_subject), target.column, target, index_date, Direction::down,
                                    true, every_place_to(last_band + 1));
        axis.from.clear();
        axis.direction = Direction::filled_in;
        axes.push_back(std::move(axis));
    }
}

/// A day that gates look at: the nearest that lies on the other side of the as-of day.
void add_gate_day_axis(std::vector<SearchAxis>& axes, std::string_view column, const std::optional<Date>& day,
                       Date as_of)
{
    if (!day) return;
    const int ahead = days_between(as_of, *day);
    const Direction direction = ahead > 0 ? Direction::down : Direction::up;
    const int nearest_other_side = ahead > 0 ? ahead : 1 - ahead;
    axes.push_back(date_axis(std::string(patient_subject), column, {.column = std::string(column)}, *day, direction,
                             false, {nearest_other_side}));
}

/// Days on which the end of a systemic therapy may matter: those of scans, and whole months before the index scan.
std::vector<Date> critical_ends(const PatientRecord& record, Date index_date, const CriticalNumbers& critical)
{
    std::vector<Date> days = {index_date};
    for (const Scan& scan : record.scans)
        days.push_back(scan.scan_date);
    for (const int months : critical.months)
        days.push_back(add_months(index_date, -months));
    return days;
}

void add_therapy_axes(std::vector<SearchAxis>& axes, const PatientRecord& record, const Timeline& timeline,
                      const CriticalNumbers& critical)
{
    if (!timeline.index_rank) return;
    const Date index_date = scan_at(record, timeline, *timeline.index_rank).scan_date;
    for (const Therapy& therapy : record.therapies) {
        if (therapy.kind != TherapyKind::systemic || !is_seen(therapy, timeline.as_of)) continue;
        const Setting target{
            .subject = std::string(word(therapy.kind)), .at = therapy.start_date.iso(), .column = "end_date"};
        const std::string what = fmt::format("end of systemic therapy of {}", therapy.start_date.iso());
        // An end after the index scan is the same as none at all.
        const Date from = therapy.end_date.value_or(add_days(std::max(index_date, therapy.start_date), 1));
        std::vector<int> earlier;
        std::vector<int> later;
        for (const Date day : critical_ends(record, index_date, critical)) {
            earlier.push_back(days_between(day, from));
            later.push_back(days_between(from, day));
        }
        const int first = days_between(therapy.start_date, from);
        const int last = days_between(from, add_days(index_date, 1));
        SearchAxis down = date_axis(std::string(patient_subject), what, target, from, Direction::down, false,
                                    places_around(earlier, first));
        if (!therapy.end_date) down.from = "running";
        axes.push_back(std::move(down));
        if (therapy.end_date) {
            axes.push_back(date_axis(std::string(patient_subject), what, target, from, Direction::up, false,
                                     places_around(later, last)));
        }
    }
}

/// The days on which something of the record comes into sight.
void add_as_of_axes(std::vector<SearchAxis>& axes, const PatientRecord& record, Date as_of)
{
    std::vector<Date> days;
    for (const Scan& scan : record.scans)
        days.push_back(scan.scan_date);
    for (const Therapy& therapy : record.therapies)
        days.push_back(therapy.start_date);
    for (const NoduleEvent& event : record.events)
        days.push_back(event.date);
    const Patient& patient = record.patient;
    for (const auto& day :
         {patient.resection_date, patient.curative_treatment_completed_on, patient.lung_metastases_diagnosed_on}) {
        if (day) days.push_back(*day);
    }
    std::vector<int> later;
    std::vector<int> earlier;
    for (const Date day : days) {
        later.push_back(days_between(as_of, day));
        earlier.push_back(days_between(day, as_of) + 1);
    }
    constexpr int any = 1'000'000;
    for (const Direction direction : {Direction::up, Direction::down}) {
        SearchAxis axis = date_axis(std::string(patient_subject), "as_of", {.column = "as_of"}, as_of, direction, false,
                                    places_around(direction == Direction::up ? later : earlier, any));
        axis.moves_dates_anyway = true;
        axes.push_back(std::move(axis));
    }
}

}  // namespace

std::vector<int> every_place_to(int last)
{
    std::vector<int> places;
    for (int place = 1; place <= last; ++place)
        places.push_back(place);
    return places;
}

std::vector<int> places_around(std::vector<int> places, int last)
{
    std::vector<int> around;
    for (const int place : places) {
        for (const int near : {place - 1, place, place + 1}) {
            if (near >= 1 && near <= last) around.push_back(near);
        }
    }
    std::sort(around.begin(), around.end());
    around.erase(std::unique(around.begin(), around.end()), around.end());
    return around;
}

SearchAxis decimal_axis(std::string subject, std::string what, std::string unit, const Setting& target,
                        std::optional<std::int64_t> current, Direction direction, std::int64_t step,
                        std::vector<int> places)
{
    const std::int64_t from = current.value_or(0);
    const bool down = direction == Direction::down;
    const std::int64_t start = down ? (from + step - 1) / step : from / step;
    return {.subject = std::move(subject),
            .what = std::move(what),
            .unit = std::move(unit),
            .from = current ? decimal_text(*current) : std::string(),
            .direction = direction,
            .places = std::move(places),
            .value_at = [=](int place) {
                Setting setting = target;
                setting.value = decimal_text((down ? start - place : start + place) * step);
                return Candidate{setting.value, {setting}};
            }};
}

CriticalNumbers critical_numbers_of(const policy::Policy& policy)
{
    CriticalNumbers critical;
    using Kind = policy::Condition::Kind;
    for (const policy::Condition& condition : policy.conditions) {
        if (condition.kind == Kind::count) {
            critical.most_nodules = std::max(critical.most_nodules, static_cast<int>(condition.at_least_count));
        }
        if (condition.kind != Kind::compare) continue;
        const policy::FactDeclaration& fact = policy.catalogue.of(condition.scope)[condition.fact];
        if (fact.type != policy::FactType::number) continue;
        const auto thousandths = static_cast<std::int64_t>(condition.operand);
        if (fact.unit == "mm") {
            critical.largest_length = std::max(critical.largest_length, Length::from_thousandths(thousandths));
        } else if (fact.unit == "months") {
            critical.months.push_back(static_cast<int>(thousandths / Length::thousandths_per_unit));
        } else if (fact.unit == "days") {
            critical.doubling_days.push_back(condition.operand / Length::thousandths_per_unit);
        } else {
            critical.largest_suv = std::max(critical.largest_suv, Suv::from_thousandths(thousandths));
        }
    }
    for (const policy::Parameter& parameter : policy.parameters) {
        if (parameter.unit != "mm") continue;
        for (const double number : parameter.numbers) {
            const auto length = Length::from_thousandths(static_cast<std::int64_t>(number));
            critical.largest_length = std::max(critical.largest_length, length);
        }
    }
    for (const policy::ScheduleProfile& profile : policy.profiles) {
        for (const auto* bands : {&profile.high_or_unknown_grade, &profile.low_grade}) {
            for (const policy::IntervalBand& band : *bands) {
                if (band.below_months) critical.months.push_back(*band.below_months);
            }
        }
    }
    return critical;
}

void add_scan_axes(std::vector<SearchAxis>& axes, const PatientRecord& record, const Assessment& now,
                   const Judge& judge, const CriticalNumbers& critical)
{
    const Timeline& timeline = now.timeline;
    add_taking_back(axes, scans_since_index(record, timeline));
    if (!timeline.index_rank) return;
    const Scan& scan = scan_at(record, timeline, *timeline.index_rank);
    add_findings_of_scan(axes, scan);
    add_word_axes(axes, scan_fields, scan, scan.scan_id, {.at = scan.scan_id},
                  {"modality", "purpose", "suspected_local_recurrence", "new_pneumothorax", "new_pleural_effusion",
                   "dose_phantom_cm"});
    const Setting target{.at = scan.scan_id, .column = "slice_thickness_mm"};
    const auto axis = [&](std::optional<std::int64_t> current, Direction direction, std::int64_t last) {
        axes.push_back(decimal_axis(scan.scan_id, target.column, "mm", target, current, direction, tenth,
                                    every_place_to(static_cast<int>(last))));
    };
    // Thicker than any limit for slices is thick, and no such limit is above the largest length of the policy.
    const std::int64_t most =
        std::max(critical.largest_length, judge.limits().thick_slice_cap).thousandths() / tenth + 1;
    if (!scan.slice_thickness) {
        axis(std::nullopt, Direction::filled_in, most);
        axes.back().names_every_change = true;
        return;
    }
    const std::int64_t now_thick = scan.slice_thickness->thousandths();
    axis(now_thick, Direction::up, std::max<std::int64_t>(most - now_thick / tenth, 1));
    axis(now_thick, Direction::down, (now_thick - 1) / tenth);
}

void add_patient_axes(std::vector<SearchAxis>& axes, const PatientRecord& record, const Assessment& now,
                      const CriticalNumbers& critical)
{
    const Timeline& timeline = now.timeline;
    add_word_axes(axes, patient_fields, record.patient, std::string(patient_subject), {}, {"sex"});
    add_resection_axes(axes, record, timeline, critical);
    add_gate_day_axis(axes, "curative_treatment_completed_on", record.patient.curative_treatment_completed_on,
                      timeline.as_of);
    add_gate_day_axis(axes, "lung_metastases_diagnosed_on", record.patient.lung_metastases_diagnosed_on,
                      timeline.as_of);
    add_therapy_axes(axes, record, timeline, critical);
    add_as_of_axes(axes, record, timeline.as_of);
}

std::vector<SearchAxis> axes_of(const PatientRecord& record, const Assessment& now, const Judge& judge)
{
    const CriticalNumbers critical = critical_numbers_of(judge.policy());
    std::vector<SearchAxis> axes;
    add_nodule_axes(axes, record, now, judge, critical);
    add_scan_axes(axes, record, now, judge, critical);
    add_patient_axes(axes, record, now, critical);
    return axes;
}

}  // namespace nodtrack::assess
