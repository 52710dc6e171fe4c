#include "sdtm_tables.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "nodtrack/domain/field_values.hpp"

namespace nodtrack::tracker {
namespace {

constexpr std::string_view study = "NODTRACK";

std::string method_of(const Scan& scan)
{
    switch (scan.modality) {
        case Modality::ct:
            return "CT SCAN";
        case Modality::pet_ct:
            return "PET/CT SCAN";
        case Modality::radiograph:
            break;
    }
    return "X-RAY";
}

/// The lobe is told where it is known; the lingula is a part of the left upper lobe.
std::string place_of(const Findings& findings)
{
    if (!findings.lobe) return "LUNG";
    switch (*findings.lobe) {
        case Lobe::rul:
            return "LUNG, RIGHT UPPER LOBE";
        case Lobe::rml:
            return "LUNG, RIGHT MIDDLE LOBE";
        case Lobe::rll:
            return "LUNG, RIGHT LOWER LOBE";
        case Lobe::lul:
        case Lobe::lingula:
            return "LUNG, LEFT UPPER LOBE";
        case Lobe::lll:
            break;
    }
    return "LUNG, LEFT LOWER LOBE";
}

std::string side_of(const Findings& findings)
{
    if (!findings.side) return {};
    return *findings.side == Side::left ? "LEFT" : "RIGHT";
}

/// The rows of one patient, by nodule, day and scan.
std::vector<const Measurement*> ordered_rows(const PatientRecord& record)
{
    std::vector<const Measurement*> rows;
    for (const Measurement& row : record.measurements)
        rows.push_back(&row);
    std::ranges::sort(rows, {}, [&](const Measurement* row) {
        const Scan& scan = record.scans[row->scan];
        return std::tuple(std::string_view(record.nodule_ids[row->nodule]), scan.scan_date,
                          std::string_view(scan.scan_id));
    });
    return rows;
}

class PatientSdtm {
  public:
    PatientSdtm(interop::StudyTable& tu, interop::StudyTable& tr, const PatientRecord& record)
        : tu_(tu), tr_(tr), record_(record), first_(std::ranges::min(record.scans, {}, &Scan::scan_date).scan_date)
    {}

    void add()
    {
        const std::vector<const Measurement*> rows = ordered_rows(record_);
        for (auto row = rows.begin(); row != rows.end();) {
            const auto end = std::find_if(row, rows.end(),
                                          [&](const Measurement* other) { return other->nodule != (*row)->nodule; });
            const auto seen = std::find_if(row, end, [](const Measurement* one) { return one->findings.is_there(); });
            identify(seen == end ? **row : **seen);
            for (; row != end; ++row)
                measure(**row);
        }
    }

  private:
    const Scan& scan_of(const Measurement& row) const { return record_.scans[row.scan]; }
    /// Days are counted from 1, and there is no day 0.
    std::string study_day(const Measurement& row) const
    {
        return std::to_string(days_between(first_, scan_of(row).scan_date) + 1);
    }

    void identify(const Measurement& row)
    {
        const Scan& scan = scan_of(row);
        tu_.add(std::vector<std::string>{
            std::string(study), "TU", record_.patient.patient_id, std::to_string(++identified_), scan.scan_id,
            record_.nodule_ids[row.nodule], "TUMIDENT", "Tumor Identification", "PULMONARY NODULE", "PULMONARY NODULE",
            place_of(row.findings), side_of(row.findings), method_of(scan), scan.scan_date.iso(), study_day(row)});
    }

    void measure(const Measurement& row)
    {
        const Findings& findings = row.findings;
        const bool is_done = findings.status != Status::not_assessed;
        const std::string state = !is_done ? "" : findings.is_there() ? "PRESENT" : "ABSENT";
        add_result(row, "TUMSTATE", "Tumor State", state, {}, false);
        if (findings.long_axis)
            add_result(row, "LDIAM", "Longest Diameter", text_of_value(findings.long_axis), "mm", true);
        if (findings.short_axis) {
            add_result(row, "LPERP", "Longest Perpendicular", text_of_value(findings.short_axis), "mm", true);
        }
        if (findings.volume) add_result(row, "VOLUME", "Volume", text_of_value(findings.volume), "mm3", true);
    }

    void add_result(const Measurement& row, const std::string& code, const std::string& test, const std::string& result,
                    const std::string& unit, bool is_number)
    {
        const Scan& scan = scan_of(row);
        tr_.add(std::vector<std::string>{std::string(study), "TR", record_.patient.patient_id,
                                         std::to_string(++measured_), scan.scan_id, record_.nodule_ids[row.nodule],
                                         code, test, result, unit, result, is_number ? result : std::string(), unit,
                                         result.empty() ? "NOT DONE" : "", result.empty() ? "NOT ASSESSED" : "",
                                         method_of(scan), scan.scan_date.iso(), study_day(row)});
    }

    interop::StudyTable& tu_;
    interop::StudyTable& tr_;
    const PatientRecord& record_;
    Date first_;
    int identified_ = 0;
    int measured_ = 0;
};

}  // namespace

void add_sdtm(interop::StudyTable& tu, interop::StudyTable& tr, const PatientRecord& record)
{
    if (!record.measurements.empty()) PatientSdtm(tu, tr, record).add();
}

}  // namespace nodtrack::tracker
