#include "fhir/nodules.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "nodtrack/exchange/fhir_bundle.hpp"

namespace nodtrack::exchange::fhir {

std::pair<std::optional<Lobe>, std::optional<Side>> place_of(const PatientRecord& record, std::uint32_t nodule)
{
    std::vector<const Measurement*> rows;
    for (const Measurement& row : record.measurements) {
        if (row.nodule == nodule) rows.push_back(&row);
    }
    std::ranges::sort(rows, std::greater<>(), [&](const Measurement* row) {
        return std::pair(record.scans[row->scan].scan_date, record.scans[row->scan].scan_id);
    });
    std::optional<Lobe> lobe;
    std::optional<Side> side;
    for (const Measurement* row : rows) {
        if (!lobe) lobe = row->findings.lobe;
        if (!side) side = row->findings.side;
    }
    return {lobe, side};
}

std::string tracking_uid(const PatientRecord& record, std::uint32_t nodule)
{
    const Measurement* earliest = nullptr;
    const auto day_of = [&](const Measurement& row) {
        return std::pair(record.scans[row.scan].scan_date, std::string_view(record.scans[row.scan].scan_id));
    };
    for (const Measurement& row : record.measurements) {
        if (row.nodule != nodule || row.findings.tracking_uid.empty()) continue;
        if (earliest == nullptr || day_of(row) < day_of(*earliest)) earliest = &row;
    }
    return earliest == nullptr ? std::string() : earliest->findings.tracking_uid;
}

std::vector<std::string> all_nodules(const PatientRecord& record)
{
    std::set<std::string> ids(record.nodule_ids.begin(), record.nodule_ids.end());
    for (const Therapy& therapy : record.therapies)
        ids.insert(therapy.nodule_id);
    for (const NoduleEvent& event : record.events)
        ids.insert(event.nodule_id);
    ids.erase("");
    return {ids.begin(), ids.end()};
}

}  // namespace nodtrack::exchange::fhir

namespace nodtrack::exchange {

bool is_proven_malignant(const PatientRecord& record, std::string_view nodule_id)
{
    const NoduleEvent* newest = nullptr;
    for (const NoduleEvent& event : record.events) {
        if (event.nodule_id != nodule_id || event.kind == EventKind::board_baseline) continue;
        // Of one day, what is the quieter word proves nothing.
        if (newest == nullptr || std::pair(newest->date, newest->kind == EventKind::pathology_malignant) <
                                     std::pair(event.date, event.kind == EventKind::pathology_malignant))
            newest = &event;
    }
    if (newest != nullptr) return newest->kind == EventKind::pathology_malignant;
    const auto& diagnosed_on = record.patient.lung_metastases_diagnosed_on;
    if (record.patient.known_lung_metastases != KnownLungMetastases::present || !diagnosed_on) return false;
    return std::ranges::any_of(record.measurements, [&](const Measurement& row) {
        return record.nodule_ids[row.nodule] == nodule_id && row.findings.is_there() &&
               record.scans[row.scan].is_diagnostic_ct() && record.scans[row.scan].scan_date <= *diagnosed_on;
    });
}

}  // namespace nodtrack::exchange
