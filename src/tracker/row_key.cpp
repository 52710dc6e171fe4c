#include "nodtrack/tracker/row_key.hpp"

namespace nodtrack::tracker {

RowKey patient_key(std::string_view patient_id)
{
    return {.kind = RowKind::patient, .patient_id = std::string(patient_id)};
}

RowKey scan_key(std::string_view patient_id, std::string_view scan_id)
{
    return {.kind = RowKind::scan, .patient_id = std::string(patient_id), .scan_id = std::string(scan_id)};
}

RowKey measurement_key(std::string_view patient_id, std::string_view scan_id, std::string_view nodule_id)
{
    return {.kind = RowKind::measurement,
            .patient_id = std::string(patient_id),
            .scan_id = std::string(scan_id),
            .nodule_id = std::string(nodule_id)};
}

RowKey therapy_key(std::string_view patient_id, const Therapy& therapy)
{
    return {.kind = RowKind::therapy,
            .patient_id = std::string(patient_id),
            .nodule_id = therapy.nodule_id,
            .therapy_kind = therapy.kind,
            .date = therapy.start_date};
}

RowKey event_key(std::string_view patient_id, const NoduleEvent& event)
{
    return {.kind = RowKind::event,
            .patient_id = std::string(patient_id),
            .nodule_id = event.nodule_id,
            .event_kind = event.kind,
            .date = event.date};
}

}  // namespace nodtrack::tracker
