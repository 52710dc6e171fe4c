#pragma once

#include <string_view>
#include <type_traits>

#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/interop/history_export.hpp"

namespace nodtrack::interop {

/// Calls `visit(column, meaning, value)` for each column of a history row, in order: the one list of them. A patient's
/// own dates are left out, for the ages and days counted from them say what research needs.
template <class Visitor>
void for_each_history_column(const HistoryRow& row, Visitor&& visit)
{
    const auto& [patient_id, scan_id, nodule_id] = RowSchema<RowKind::measurement>::ids;
    visit(patient_id.column, patient_id.meaning, std::string_view(row.patient->patient_id));
    visit(nodule_id.column, nodule_id.meaning, row.nodule_id);
    visit(scan_id.column, scan_id.meaning, std::string_view(row.scan->scan_id));
    for_each_field(scan_fields,
                   [&](const auto& field) { visit(field.column, field.meaning, row.scan->*field.member); });
    visit("days_since_first_scan", "days since the patient's first scan of any modality", row.days_since_first_scan);
    visit("days_since_first_seen", "days since the first row of the nodule", row.days_since_first_seen);
    visit("days_since_last_row", "days since the row before this one of the nodule; empty on its first",
          row.days_since_last_row);
    visit("days_since_resection", "days since the primary was resected, negative before; empty = not known",
          row.days_since_resection);
    visit("age_years", "completed years of age at the scan; empty = not known", row.age_years);
    visit("after_systemic_therapy_start", "a systemic therapy had started by the day of the scan",
          row.after_systemic_therapy_start);
    visit("on_systemic_therapy", "a systemic therapy was running on the day of the scan", row.on_systemic_therapy);
    visit("days_since_systemic_start", "days since the newest start of a systemic therapy; empty = none yet",
          row.days_since_systemic_therapy_start);
    visit("days_since_systemic_end", "days since a systemic therapy ended last before the scan; empty = none has ended",
          row.days_since_systemic_therapy_end);
    visit(
        "days_since_local_therapy",
        "days since the newest start of radiotherapy, SBRT, ablation or metastasectomy that names this nodule or none; "
        "empty = none yet",
        row.days_since_local_therapy);
    for_each_field(patient_fields, [&](const auto& field) {
        using Member = std::remove_cvref_t<decltype(row.patient->*field.member)>;
        if constexpr (!std::is_same_v<BareOf<Member>, Date>)
            visit(field.column, field.meaning, row.patient->*field.member);
    });
    for_each_field(findings_fields,
                   [&](const auto& field) { visit(field.column, field.meaning, row.findings->*field.member); });
    visit("growth_state", "growth state when this was the newest scan; empty = not judged",
          std::string_view(row.growth_state));
    visit("class", "class of the nodule when this was the newest scan; empty = not judged",
          std::string_view(row.nodule_class));
    visit("rules", "rules that gave the class, joined by ;", std::string_view(row.rules));
    visit("vdt_days", "volume doubling time in days, one decimal; empty = none", row.vdt_days);
    visit("stable_months", "whole months stable; empty = not judged", row.stable_months);
}

}  // namespace nodtrack::interop
