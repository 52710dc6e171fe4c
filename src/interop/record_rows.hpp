#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "column_traits.hpp"
#include "nodtrack/domain/record.hpp"
#include "value_text.hpp"

namespace nodtrack::interop {

/// The rows of one patient in the order in which they are written: scans by date and id, measurements by scan and
/// nodule id, therapies by start, events, visits and decisions by date. Precondition: the record outlives it and does
/// not change.
class RecordRows {
  public:
    explicit RecordRows(const PatientRecord& record);

    /// Calls `visit.template operator()<kind>(keys, owner)` for each row: its ids, and the object that
    /// the kind's field table points into.
    template <class Visitor>
    void for_each(Visitor&& visit) const
    {
        const std::string_view patient = record_->patient.patient_id;
        visit.template operator()<RowKind::patient>(std::array{patient}, record_->patient);
        for (const Scan* scan : scans_) {
            visit.template operator()<RowKind::scan>(std::array{patient, std::string_view(scan->scan_id)}, *scan);
        }
        for (const Measurement* row : measurements_) {
            visit.template operator()<RowKind::measurement>(
                std::array{patient, std::string_view(record_->scans[row->scan].scan_id),
                           std::string_view(record_->nodule_ids[row->nodule])},
                row->findings);
        }
        for (const Therapy* therapy : therapies_) {
            visit.template operator()<RowKind::therapy>(std::array{patient}, *therapy);
        }
        for (const NoduleEvent* event : events_) {
            visit.template operator()<RowKind::event>(std::array{patient}, *event);
        }
        for (const Visit* seen : visits_) {
            visit.template operator()<RowKind::visit>(std::array{patient, std::string_view(seen->visit_id)}, *seen);
        }
        for (const Decision* decision : decisions_) {
            visit.template operator()<RowKind::decision>(std::array{patient}, *decision);
        }
    }

  private:
    const PatientRecord* record_;
    std::vector<const Scan*> scans_;
    std::vector<const Measurement*> measurements_;
    std::vector<const Therapy*> therapies_;
    std::vector<const NoduleEvent*> events_;
    std::vector<const Visit*> visits_;
    std::vector<const Decision*> decisions_;
};

/// Appends the header of a kind's CSV file.
template <RowKind kind>
void append_csv_header(std::string& out)
{
    const std::size_t start = out.size();
    for_each_column<kind>([&](const auto& field) {
        if (out.size() != start) out += ',';
        out += field.column;
    });
    out += '\n';
}

/// Appends one CSV row.
template <RowKind kind, std::size_t N, class Owner>
void append_csv_row(std::string& out, const std::array<std::string_view, N>& keys, const Owner& owner)
{
    for (const std::string_view key : keys) {
        append_csv_text(out, key);
        out += ',';
    }
    for_each_field(RowSchema<kind>::fields, [&](const auto& field) {
        append_csv(out, owner.*field.member);
        out += ',';
    });
    out.back() = '\n';
}

/// Appends one row as a JSON object; what is absent is left out.
template <RowKind kind, std::size_t N, class Owner>
void append_json_row(std::string& out, const std::array<std::string_view, N>& keys, const Owner& owner)
{
    std::size_t key = 0;
    out += '{';
    for_each_field(RowSchema<kind>::ids, [&](const auto& field) {
        append_json_text(out, field.column);
        out += ':';
        append_json_text(out, keys[key++]);
        out += ',';
    });
    for_each_field(RowSchema<kind>::fields, [&](const auto& field) {
        if (is_absent(owner.*field.member)) return;
        append_json_text(out, field.column);
        out += ':';
        append_json(out, owner.*field.member);
        out += ',';
    });
    out.back() = '}';
}

}  // namespace nodtrack::interop
