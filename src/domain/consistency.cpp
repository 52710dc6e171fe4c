#include "nodtrack/domain/consistency.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "nodtrack/domain/record_schema.hpp"

namespace nodtrack {
namespace {

/// No nodule is longer than a lung is high. A longer one is a value in another unit (5400 for 5.4).
constexpr Length longest_length = Length::whole(500);

/// Twice the sphere of diameter `long_axis`, in thousandths of a cubic millimetre. The bound is irrational, so that no
/// exact volume lies on it and rounding cannot decide a comparison.
double largest_volume_thousandths(Length long_axis)
{
    const double diameter_mm = long_axis.in_units();
    const double sphere_mm3 = std::numbers::pi / 6 * diameter_mm * diameter_mm * diameter_mm;
    return 2 * sphere_mm3 * Volume::thousandths_per_unit;
}

/// A twentieth of the ellipsoid of both axes, the short one taken twice, in thousandths of a cubic millimetre.
double smallest_volume_thousandths(Length long_axis, Length short_axis)
{
    const double short_mm = short_axis.in_units();
    const double ellipsoid_mm3 = std::numbers::pi / 6 * long_axis.in_units() * short_mm * short_mm;
    return ellipsoid_mm3 / 20 * Volume::thousandths_per_unit;
}

template <class Unit>
std::string text_of(Quantity<Unit> quantity)
{
    return decimal_text(quantity.thousandths());
}

void add_length_problem(std::string_view column, const std::optional<Length>& length, std::vector<RowProblem>& problems)
{
    if (!length) return;
    if (*length <= Length()) {
        problems.push_back(
            {column, text_of(*length) + " is no size; give a size above 0, or leave it empty if unknown"});
    } else if (*length > longest_length) {
        problems.push_back({column, text_of(*length) + " mm is longer than a lung (limit " + text_of(longest_length) +
                                        "); give the size in millimetres"});
    }
}

void add_volume_problem(const Findings& findings, std::vector<RowProblem>& problems)
{
    if (!findings.volume) return;
    if (*findings.volume <= Volume()) {
        problems.push_back({"volume_mm3", text_of(*findings.volume) +
                                              " is no volume; give a volume above 0, or leave it empty if unknown"});
        return;
    }
    if (!findings.long_axis || *findings.long_axis <= Length()) return;
    const auto volume = static_cast<double>(findings.volume->thousandths());
    if (findings.short_axis && *findings.short_axis > Length()) {
        const double smallest = smallest_volume_thousandths(*findings.long_axis, *findings.short_axis);
        if (volume < smallest) {
            problems.push_back(
                {"volume_mm3",
                 text_of(*findings.volume) + " is less than a twentieth of the ellipsoid of the axes of " +
                     text_of(*findings.long_axis) + " and " + text_of(*findings.short_axis) + " mm (at least " +
                     text_of(Volume::from_thousandths(static_cast<std::int64_t>(std::ceil(smallest)))) +
                     "); correct the volume (cubic millimetres) or the axes (millimetres)"});
        }
    }
    const double largest = largest_volume_thousandths(*findings.long_axis);
    if (volume <= largest) return;
    problems.push_back({"volume_mm3", text_of(*findings.volume) +
                                          " is more than twice the sphere of the long axis of " +
                                          text_of(*findings.long_axis) + " mm (at most " +
                                          text_of(Volume::from_thousandths(static_cast<std::int64_t>(largest))) +
                                          "); correct the volume (cubic millimetres) or the long axis (millimetres)"});
}

void add_side_problem(const Findings& findings, std::vector<RowProblem>& problems)
{
    if (!findings.side || !findings.lobe || side_of(*findings.lobe) == *findings.side) return;
    problems.push_back({"lobe", std::string(word(*findings.lobe)) + " lies in the " +
                                    std::string(word(side_of(*findings.lobe))) + " lung, and the side says " +
                                    std::string(word(*findings.side)) + "; correct one of the two"});
}

/// What is resolved has no size.
void add_resolved_problem(const Findings& findings, std::vector<RowProblem>& problems)
{
    if (findings.status != Status::resolved) return;
    const auto add = [&](std::string_view column, const auto& size) {
        if (!size) return;
        problems.push_back({column, text_of(*size) + " is a size, and the status says resolved; write the status "
                                                     "present, or leave the size empty"});
    };
    add("long_axis_mm", findings.long_axis);
    add("short_axis_mm", findings.short_axis);
    add("volume_mm3", findings.volume);
    add("solid_component_mm", findings.solid_component);
}

}  // namespace

std::vector<RowProblem> problems_of(const Findings& findings)
{
    std::vector<RowProblem> problems;
    add_side_problem(findings, problems);
    add_resolved_problem(findings, problems);
    add_length_problem("long_axis_mm", findings.long_axis, problems);
    add_length_problem("short_axis_mm", findings.short_axis, problems);
    if (findings.long_axis && findings.short_axis && *findings.short_axis > *findings.long_axis) {
        problems.push_back({"short_axis_mm", text_of(*findings.short_axis) + " is longer than the long axis of " +
                                                 text_of(*findings.long_axis) +
                                                 "; give the longer diameter as long_axis_mm"});
    }
    add_volume_problem(findings, problems);
    add_length_problem("solid_component_mm", findings.solid_component, problems);
    if (findings.long_axis && findings.solid_component && *findings.solid_component > *findings.long_axis) {
        problems.push_back({"solid_component_mm", text_of(*findings.solid_component) +
                                                      " is longer than the long axis of " +
                                                      text_of(*findings.long_axis) + "; correct one of the two"});
    }
    if (findings.suv_max && *findings.suv_max < Suv()) {
        problems.push_back({"suv_max", text_of(*findings.suv_max) +
                                           " is below 0; give an SUV of 0 or more, or leave it empty if unknown"});
    }
    return problems;
}

std::vector<RowProblem> problems_of(const Scan& scan)
{
    std::vector<RowProblem> problems;
    if (scan.slice_thickness && *scan.slice_thickness <= Length()) {
        problems.push_back(
            {"slice_thickness_mm", text_of(*scan.slice_thickness) +
                                       " is no thickness; give a thickness above 0, or leave it empty if unknown"});
    }
    if (scan.dlp && *scan.dlp < DoseLengthProduct()) {
        problems.push_back(
            {"dlp_mgy_cm", text_of(*scan.dlp) + " is below 0; give 0 or more, or leave it empty if unknown"});
    }
    if (scan.tube_voltage && *scan.tube_voltage <= TubeVoltage()) {
        problems.push_back({"tube_voltage_kv", text_of(*scan.tube_voltage) +
                                                   " is no voltage; give one above 0, or leave it empty if unknown"});
    }
    return problems;
}

namespace {

/// Checks one patient's rows against his birth, the day of ingest and each other.
class RecordCheck {
  public:
    RecordCheck(const PatientRecord& record, Date day_of_ingest) : record_(record), today_(day_of_ingest) {}

    std::vector<RecordProblem> problems()
    {
        check_patient();
        for_each_row(record_.scans, [&](const Scan& scan, std::uint32_t i) {
            check_not_before_birth(RowKind::scan, i, scan_fields, scan);
            check_not_ahead(RowKind::scan, i, "scan_date", scan.scan_date);
        });
        for_each_row(record_.therapies, [&](const Therapy& therapy, std::uint32_t i) { check_therapy(therapy, i); });
        for_each_row(record_.events, [&](const NoduleEvent& event, std::uint32_t i) {
            check_nodule(RowKind::event, i, event.nodule_id);
            check_not_before_birth(RowKind::event, i, event_fields, event);
            check_not_ahead(RowKind::event, i, "date", event.date);
        });
        for_each_row(record_.visits, [&](const Visit& visit, std::uint32_t i) {
            check_not_before_birth(RowKind::visit, i, visit_fields, visit);
            check_not_ahead(RowKind::visit, i, "visit_date", visit.visit_date);
        });
        for_each_row(record_.decisions, [&](const Decision& decision, std::uint32_t i) {
            check_not_before_birth(RowKind::decision, i, decision_fields, decision);
            check_not_ahead(RowKind::decision, i, "decided_on", decision.decided_on);
        });
        return std::move(problems_);
    }

  private:
    template <class Rows, class Check>
    static void for_each_row(const Rows& rows, Check&& check)
    {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            check(rows[i], static_cast<std::uint32_t>(i));
        }
    }

    void check_patient()
    {
        check_not_before_birth(RowKind::patient, 0, patient_fields, record_.patient);
        const Patient& patient = record_.patient;
        if (patient.birth_date) check_not_ahead(RowKind::patient, 0, "birth_date", *patient.birth_date);
        if (patient.last_contact_on) check_not_ahead(RowKind::patient, 0, "last_contact_on", *patient.last_contact_on);
        if (!patient.follow_up_status_on) return;
        check_not_ahead(RowKind::patient, 0, "follow_up_status_on", *patient.follow_up_status_on);
        if (!patient.follow_up_status) {
            add(RowKind::patient, 0, "follow_up_status_on",
                "is the day of a follow_up_status, and none is recorded; give both");
        }
    }

    void check_therapy(const Therapy& therapy, std::uint32_t index)
    {
        check_not_before_birth(RowKind::therapy, index, therapy_fields, therapy);
        check_not_ahead(RowKind::therapy, index, "start_date", therapy.start_date);
        if (therapy.end_date && *therapy.end_date < therapy.start_date) {
            add(RowKind::therapy, index, "end_date",
                therapy.end_date->iso() + " is before the start of the therapy on " + therapy.start_date.iso() +
                    "; correct one of the two");
        }
        if (!therapy.nodule_id.empty()) check_nodule(RowKind::therapy, index, therapy.nodule_id);
    }

    /// Every date column of a row, by its table.
    template <class Fields, class Row>
    void check_not_before_birth(RowKind kind, std::uint32_t index, const Fields& fields, const Row& row)
    {
        if (!record_.patient.birth_date) return;
        const Date birth = *record_.patient.birth_date;
        for_each_field(fields, [&](const auto& field) {
            using Member = std::remove_cvref_t<decltype(row.*field.member)>;
            if constexpr (std::is_same_v<Member, Date>) {
                if (row.*field.member < birth) add_before_birth(kind, index, field.column, row.*field.member);
            } else if constexpr (std::is_same_v<Member, std::optional<Date>>) {
                const std::optional<Date>& date = row.*field.member;
                if (date && *date < birth) add_before_birth(kind, index, field.column, *date);
            }
        });
    }

    void check_not_ahead(RowKind kind, std::uint32_t index, std::string_view column, Date date)
    {
        if (date <= today_) return;
        add(kind, index, column,
            date.iso() + " lies after the day of ingest, " + today_.iso() + "; give the day on which it happened");
    }

    void check_nodule(RowKind kind, std::uint32_t index, std::string_view nodule_id)
    {
        for (std::size_t nodule = 0; nodule < record_.nodule_ids.size(); ++nodule) {
            if (record_.nodule_ids[nodule] != nodule_id) continue;
            const bool has_row = std::any_of(record_.measurements.begin(), record_.measurements.end(),
                                             [&](const Measurement& row) { return row.nodule == nodule; });
            if (has_row) return;
        }
        add(kind, index, "nodule_id",
            "no row of measurements has this nodule of the patient; write the nodule_id as there, or deliver its rows "
            "too");
    }

    void add_before_birth(RowKind kind, std::uint32_t index, std::string_view column, Date date)
    {
        add(kind, index, column,
            date.iso() + " is before the date of birth, " + record_.patient.birth_date->iso() +
                "; correct this date or birth_date");
    }

    void add(RowKind kind, std::uint32_t index, std::string_view column, std::string message)
    {
        problems_.push_back({kind, index, column, std::move(message)});
    }

    const PatientRecord& record_;
    Date today_;
    std::vector<RecordProblem> problems_;
};

}  // namespace

std::vector<RecordProblem> problems_of(const PatientRecord& record, Date day_of_ingest)
{
    std::vector<RecordProblem> problems = RecordCheck(record, day_of_ingest).problems();
    std::stable_sort(problems.begin(), problems.end(), [](const RecordProblem& a, const RecordProblem& b) {
        return std::tie(a.kind, a.index, a.column) < std::tie(b.kind, b.index, b.column);
    });
    return problems;
}

}  // namespace nodtrack
