#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/record.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::store {

/// One delivery or edit, as recorded.
struct DeliveryEntry {
    DeliveryNumber delivery_no = 0;
    std::string recorded_at;  ///< UTC
    Date recorded_on;
    std::string actor;
    std::string door;
    std::string reason;
};

/// One version of a row's values, and the delivery that brought it.
template <class Values>
struct RecordedVersion {
    Version version = 0;
    Values values;
    DeliveryEntry delivery;
};

/// All versions of one row, oldest first; empty when there is no such row.
Result<std::vector<RecordedVersion<Patient>>> patient_versions(const Registry& registry, std::string_view patient_id);
Result<std::vector<RecordedVersion<Scan>>> scan_versions(const Registry& registry, std::string_view patient_id,
                                                         std::string_view scan_id);
Result<std::vector<RecordedVersion<Findings>>> findings_versions(const Registry& registry, std::string_view patient_id,
                                                                 std::string_view scan_id,
                                                                 std::string_view observation_id);
Result<std::vector<RecordedVersion<Therapy>>> therapy_versions(const Registry& registry, std::string_view patient_id,
                                                               TherapyKind kind, Date start_date,
                                                               std::string_view nodule_id);
Result<std::vector<RecordedVersion<NoduleEvent>>> event_versions(const Registry& registry, std::string_view patient_id,
                                                                 std::string_view nodule_id, EventKind kind, Date date);

/// All deliveries and edits, oldest first.
Result<std::vector<DeliveryEntry>> deliveries(const Registry& registry);

}  // namespace nodtrack::store
