#include "record_rows.hpp"

#include <algorithm>
#include <tuple>

namespace nodtrack::interop {

RecordRows::RecordRows(const PatientRecord& record) : record_(&record)
{
    const auto collect = [](const auto& rows, auto& pointers) {
        pointers.reserve(rows.size());
        for (const auto& row : rows) {
            pointers.push_back(&row);
        }
    };
    collect(record.scans, scans_);
    collect(record.measurements, measurements_);
    collect(record.therapies, therapies_);
    collect(record.events, events_);
    collect(record.visits, visits_);
    collect(record.decisions, decisions_);
    std::sort(scans_.begin(), scans_.end(), [](const Scan* a, const Scan* b) {
        return std::tie(a->scan_date, a->scan_id) < std::tie(b->scan_date, b->scan_id);
    });
    std::sort(measurements_.begin(), measurements_.end(), [&](const Measurement* a, const Measurement* b) {
        const Scan& scan_a = record.scans[a->scan];
        const Scan& scan_b = record.scans[b->scan];
        return std::tie(scan_a.scan_date, scan_a.scan_id, record.nodule_ids[a->nodule]) <
               std::tie(scan_b.scan_date, scan_b.scan_id, record.nodule_ids[b->nodule]);
    });
    std::sort(therapies_.begin(), therapies_.end(), [](const Therapy* a, const Therapy* b) {
        return std::tie(a->start_date, a->kind, a->nodule_id) < std::tie(b->start_date, b->kind, b->nodule_id);
    });
    std::sort(events_.begin(), events_.end(), [](const NoduleEvent* a, const NoduleEvent* b) {
        return std::tie(a->date, a->nodule_id, a->kind) < std::tie(b->date, b->nodule_id, b->kind);
    });
    std::sort(visits_.begin(), visits_.end(), [](const Visit* a, const Visit* b) {
        return std::tie(a->visit_date, a->visit_id) < std::tie(b->visit_date, b->visit_id);
    });
    std::sort(decisions_.begin(), decisions_.end(), [](const Decision* a, const Decision* b) {
        return std::tie(a->decided_on, a->kind, a->decided_by) < std::tie(b->decided_on, b->kind, b->decided_by);
    });
}

}  // namespace nodtrack::interop
