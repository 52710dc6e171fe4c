#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../store/support.hpp"
#include "nodtrack/tracker/ingest.hpp"
#include "nodtrack/tracker/registry.hpp"

namespace nodtrack::test {

inline constexpr std::string_view patients_header = "patient_id,birth_date,sex,grade,resection_date\n";
inline constexpr std::string_view scans_header =
    "patient_id,scan_id,scan_date,modality,purpose,slice_thickness_mm,symptoms\n";
inline constexpr std::string_view measurements_header =
    "patient_id,scan_id,nodule_id,status,side,long_axis_mm,short_axis_mm,volume_mm3,shape,reader\n";
inline constexpr std::string_view therapies_header = "patient_id,kind,start_date,end_date,nodule_id\n";
inline constexpr std::string_view events_header = "patient_id,nodule_id,kind,date,note\n";
inline constexpr std::string_view visits_header = "patient_id,visit_id,visit_date,kind,symptoms,note\n";
inline constexpr std::string_view decisions_header =
    "patient_id,decided_on,kind,action,due_date,next_step,board,decided_by,present,reason\n";

/// Rows of each file without their headers; an empty one is not delivered.
struct Rows {
    std::string patients = {};
    std::string scans = {};
    std::string measurements = {};
    std::string therapies = {};
    std::string events = {};
    std::string visits = {};
    std::string decisions = {};
};

inline Delivery delivery_of_rows(const Rows& rows)
{
    std::vector<interop::CsvText> files;
    const auto add = [&](RowKind kind, std::string_view header, const std::string& text) {
        if (!text.empty()) files.push_back({kind, std::string(header) + text});
    };
    add(RowKind::patient, patients_header, rows.patients);
    add(RowKind::scan, scans_header, rows.scans);
    add(RowKind::measurement, measurements_header, rows.measurements);
    add(RowKind::therapy, therapies_header, rows.therapies);
    add(RowKind::event, events_header, rows.events);
    add(RowKind::visit, visits_header, rows.visits);
    add(RowKind::decision, decisions_header, rows.decisions);
    return delivery_of(std::move(files));
}

/// The first delivery of most tests: two patients, seen twice and once.
inline Rows first_rows()
{
    return {"P1,1980-02-29,female,,2024-01-10\nP2,,,low,\n",
            "P1,A,2024-06-01,ct,diagnostic,1.25,\nP1,B,2024-09-01,ct,diagnostic,,cough\n"
            "P2,A,2025-01-01,pet_ct,attenuation_correction,,\n",
            "P1,A,N1,present,left,5.4,,,round,r1\nP1,A,N2,new,,3.0,,,,\nP1,B,N1,present,left,5.9,4.5,,,\n"
            "P2,A,N1,not_assessed,,,,,,\n",
            "P1,systemic,2024-07-01,,\n",
            "P1,N2,not_a_nodule,2024-09-02,\n",
            "P1,V1,2024-09-05,phone,cough,\n",
            "P1,2024-09-10,accept,SHORT_INTERVAL_CT,,,yes,Dr A,,\nP1,2024-09-10,close,,,,,,,\n"};
}

class RegistryTest : public ::testing::Test {
  protected:
    Result<tracker::IngestReport> ingest(const Rows& rows, std::string_view on = "2025-02-01",
                                         const tracker::IngestOptions& options = {})
    {
        return tracker::ingest(registry_, delivery_of_rows(rows), provenance_on(on), options);
    }
    /// The context lines of the refusal; empty where it was taken in.
    std::vector<std::string> refusal(const Rows& rows, std::string_view on = "2025-02-01")
    {
        const Result<tracker::IngestReport> report = ingest(rows, on);
        return report ? std::vector<std::string>() : report.error().context;
    }
    PatientRecord patient(std::string_view id, std::optional<Date> known_on = std::nullopt)
    {
        return value_of(tracker::read_patient(registry_, id, known_on));
    }
    std::int64_t deliveries() { return value_of(registry_.row_counts()).deliveries; }

    TemporaryFolder folder_;
    store::Registry registry_ = value_of(store::Registry::open(folder_ / "r.db"));
};

}  // namespace nodtrack::test
