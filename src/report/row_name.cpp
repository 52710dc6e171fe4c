#include "nodtrack/report/assessment_json.hpp"

namespace nodtrack::report {

std::string row_name(const assess::RowReference& row, const PatientRecord& record)
{
    std::string name(kind_name(row.kind));
    const auto add = [&](std::string_view part) {
        name += '/';
        name += part;
    };
    switch (row.kind) {
        case RowKind::patient:
            break;
        case RowKind::scan:
            add(record.scans[row.index].scan_id);
            break;
        case RowKind::measurement: {
            const Measurement& measurement = record.measurements[row.index];
            add(record.scans[measurement.scan].scan_id);
            add(record.nodule_ids[measurement.nodule]);
            break;
        }
        case RowKind::therapy: {
            const Therapy& therapy = record.therapies[row.index];
            add(word(therapy.kind));
            add(therapy.start_date.iso());
            if (!therapy.nodule_id.empty()) add(therapy.nodule_id);
            break;
        }
        case RowKind::event: {
            const NoduleEvent& event = record.events[row.index];
            add(event.nodule_id);
            add(word(event.kind));
            add(event.date.iso());
            break;
        }
        case RowKind::visit:
            add(record.visits[row.index].visit_id);
            break;
        case RowKind::decision: {
            const Decision& decision = record.decisions[row.index];
            add(decision.decided_on.iso());
            add(word(decision.kind));
            if (!decision.decided_by.empty()) add(decision.decided_by);
            break;
        }
    }
    return name;
}

}  // namespace nodtrack::report
