#include "patient_records.hpp"

#include <map>
#include <stdexcept>
#include <string_view>

namespace nodtrack::cases {
namespace {

struct Places {
    std::map<std::string_view, std::uint32_t> patients;
    std::map<std::pair<std::uint32_t, std::string_view>, std::uint32_t> scans;
    std::map<std::pair<std::uint32_t, std::string_view>, std::uint32_t> nodules;
};

std::uint32_t nodule_place(std::uint32_t patient, std::string_view id, PatientRecord& record, Places& places)
{
    const auto next = static_cast<std::uint32_t>(record.nodule_ids.size());
    const auto [entry, is_new] = places.nodules.try_emplace({patient, id}, next);
    if (is_new) record.nodule_ids.emplace_back(id);
    return entry->second;
}

}  // namespace

std::vector<PatientRecord> patient_records_of(const Delivery& delivery)
{
    std::vector<PatientRecord> records;
    Places places;
    for (const PatientRow& row : delivery.patients) {
        places.patients[row.patient.patient_id] = static_cast<std::uint32_t>(records.size());
        records.emplace_back().patient = row.patient;
    }
    for (const ScanRow& row : delivery.scans) {
        const std::uint32_t patient = places.patients.at(row.patient_id);
        auto& scans = records[patient].scans;
        places.scans[{patient, row.scan.scan_id}] = static_cast<std::uint32_t>(scans.size());
        scans.push_back(row.scan);
    }
    for (const MeasurementRow& row : delivery.measurements) {
        const std::uint32_t patient = places.patients.at(row.patient_id);
        const std::uint32_t scan = places.scans.at({patient, row.scan_id});
        const std::uint32_t nodule = nodule_place(patient, row.nodule_id, records[patient], places);
        records[patient].measurements.push_back({scan, nodule, row.findings});
    }
    for (const TherapyRow& row : delivery.therapies) {
        records[places.patients.at(row.patient_id)].therapies.push_back(row.therapy);
    }
    for (const EventRow& row : delivery.events)
        records[places.patients.at(row.patient_id)].events.push_back(row.event);
    for (const VisitRow& row : delivery.visits)
        records[places.patients.at(row.patient_id)].visits.push_back(row.visit);
    for (const DecisionRow& row : delivery.decisions)
        records[places.patients.at(row.patient_id)].decisions.push_back(row.decision);
    return records;
}

}  // namespace nodtrack::cases
