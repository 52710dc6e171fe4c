#include "nodtrack/tracker/cohort.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "nodtrack/tracker/identity.hpp"

namespace nodtrack::tracker {
namespace {

using Json = nlohmann::ordered_json;

constexpr double days_a_year = 365.25;
constexpr double thousandth = 1000.0;

void add_boards(const PatientRecord& record, Date as_of, std::vector<Date>& boards)
{
    for (const Decision& decision : record.decisions) {
        if (decision.board == Answer::yes && decision.decided_on <= as_of) boards.push_back(decision.decided_on);
    }
    for (const NoduleEvent& event : record.events) {
        if (event.kind == EventKind::board_baseline && event.date <= as_of) boards.push_back(event.date);
    }
    std::ranges::sort(boards);
    boards.erase(std::unique(boards.begin(), boards.end()), boards.end());
}

double rounded(double value)
{
    return std::round(value * thousandth) / thousandth;
}

double a_year(std::size_t count, const CohortReport& report)
{
    return report.days > 0 ? static_cast<double>(count) / report.patient_years() : 0.0;
}

}  // namespace

FollowUpDays follow_up_days(const PatientRecord& record, Date as_of)
{
    FollowUpDays days;
    const auto earliest = [&](std::optional<Date>& day, Date other) {
        if (other <= as_of) day = day ? std::min(*day, other) : other;
    };
    const auto newest = [&](std::optional<Date>& day, Date other) {
        if (other <= as_of) day = day ? std::max(*day, other) : other;
    };
    for (const Scan& scan : record.scans) {
        earliest(days.first_scan, scan.scan_date);
        newest(days.last_scan, scan.scan_date);
        newest(days.last_contact, scan.scan_date);
        if (!scan.is_diagnostic_ct() || as_of < scan.scan_date) continue;
        newest(days.last_ct, scan.scan_date);
        ++days.cts;
    }
    for (const Measurement& row : record.measurements) {
        if (row.findings.is_there()) earliest(days.first_nodule, record.scans[row.scan].scan_date);
    }
    for (const Visit& visit : record.visits)
        newest(days.last_contact, visit.visit_date);
    for (const Therapy& therapy : record.therapies) {
        newest(days.last_contact, therapy.start_date);
        if (therapy.end_date) newest(days.last_contact, *therapy.end_date);
    }
    // Pathology is of a day on which the patient was there; what a board said of a nodule needs no patient.
    for (const NoduleEvent& event : record.events) {
        if (event.kind == EventKind::pathology_benign || event.kind == EventKind::pathology_malignant) {
            newest(days.last_contact, event.date);
        }
    }
    add_boards(record, as_of, days.boards);
    return days;
}

double CohortReport::patient_years() const
{
    return static_cast<double>(days) / days_a_year;
}

CohortReport cohort_of(const std::vector<FollowUpDays>& patients, Date as_of)
{
    CohortReport report;
    report.as_of = as_of;
    report.patients = patients.size();
    std::vector<assess::ObservedTime> times;
    for (const FollowUpDays& patient : patients) {
        report.cts += patient.cts;
        report.boards += patient.boards.size();
        if (patient.first_scan && patient.last_contact) {
            report.days += days_between(*patient.first_scan, *patient.last_contact);
        }
        if (!patient.first_nodule) continue;
        ++report.with_nodule;
        const auto board = std::ranges::lower_bound(patient.boards, *patient.first_nodule);
        const bool is_reached = board != patient.boards.end();
        if (is_reached) ++report.reached_board;
        const Date until = is_reached ? *board : patient.last_contact.value_or(*patient.first_nodule);
        times.push_back({days_between(*patient.first_nodule, until), is_reached});
    }
    report.to_board = assess::kaplan_meier(times);
    report.median_days = assess::median_days(report.to_board);
    report.censored_at_end = times.size() - report.reached_board;
    for (const assess::SurvivalStep& step : report.to_board)
        report.censored_at_end -= step.censored_since;
    return report;
}

Result<CohortReport> read_cohort(const store::Registry& registry, Date as_of, std::optional<Date> known_on)
{
    Result<store::PatientReader> reader = store::PatientReader::open(registry, known_on);
    if (!reader) return tl::unexpected<Error>(reader.error());
    std::vector<FollowUpDays> patients;
    PatientRecord record;
    for (;;) {
        const Result<bool> more = next_to_judge(*reader, record);
        if (!more) return tl::unexpected<Error>(more.error());
        if (!*more) break;
        patients.push_back(follow_up_days(record, as_of));
    }
    return cohort_of(patients, as_of);
}

std::string cohort_text(const CohortReport& report)
{
    std::string text =
        fmt::format("cohort as of {}: {} patients, {:.1f} patient-years from first scan to last contact\n",
                    report.as_of.iso(), report.patients, report.patient_years());
    text +=
        fmt::format("{:<22}{:>6}{:>8.2f} a patient-year\n", "diagnostic CTs", report.cts, a_year(report.cts, report));
    text += fmt::format("{:<22}{:>6}{:>8.2f} a patient-year\n", "tumour boards", report.boards,
                        a_year(report.boards, report));
    text += fmt::format(
        "from the first nodule to the tumour board: {} patients, {} reached it, {}\n", report.with_nodule,
        report.reached_board,
        report.median_days ? fmt::format("median {} days", *report.median_days) : std::string("fewer than half"));
    if (report.to_board.empty()) return text;
    text += fmt::format("{:>7}{:>9}{:>8}{:>10}{:>9}{:>8}  {}\n", "days", "at risk", "boards", "censored", "not yet",
                        "SE", "95 % interval");
    for (const assess::SurvivalStep& step : report.to_board) {
        text += fmt::format("{:>7}{:>9}{:>8}{:>10}{:>9.3f}{:>8.4f}  {:.3f} to {:.3f}\n", step.days, step.at_risk,
                            step.events, step.censored_since, step.free_of_event, step.standard_error, step.lower_95,
                            step.upper_95);
    }
    return text + fmt::format("{} censored after the last of these\n", report.censored_at_end);
}

std::string cohort_json(const CohortReport& report)
{
    Json steps = Json::array();
    for (const assess::SurvivalStep& step : report.to_board) {
        steps.push_back({{"days", step.days},
                         {"at_risk", step.at_risk},
                         {"boards", step.events},
                         {"censored_since", step.censored_since},
                         {"not_yet", rounded(step.free_of_event)},
                         {"standard_error", rounded(step.standard_error)},
                         {"lower_95", rounded(step.lower_95)},
                         {"upper_95", rounded(step.upper_95)}});
    }
    const Json cohort = {{"as_of", report.as_of.iso()},
                         {"patients", report.patients},
                         {"patient_years", rounded(report.patient_years())},
                         {"diagnostic_cts", report.cts},
                         {"cts_a_patient_year", rounded(a_year(report.cts, report))},
                         {"boards", report.boards},
                         {"boards_a_patient_year", rounded(a_year(report.boards, report))},
                         {"patients_with_nodule", report.with_nodule},
                         {"reached_board", report.reached_board},
                         {"median_days_to_board", report.median_days ? Json(*report.median_days) : Json()},
                         {"to_board", std::move(steps)}};
    return cohort.dump() + "\n";
}

}  // namespace nodtrack::tracker
