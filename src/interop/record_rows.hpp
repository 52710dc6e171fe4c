#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "nodtrack/domain/record_schema.hpp"
#include "value_text.hpp"

namespace nodtrack::interop {

/// Pointers to the rows, in the order that `is_before` gives them.
template <class Row, class Before>
std::vector<const Row*> in_order(const std::vector<Row>& rows, Before&& is_before)
{
    std::vector<const Row*> ordered;
    ordered.reserve(rows.size());
    for (const Row& row : rows)
        ordered.push_back(&row);
    std::ranges::sort(ordered, [&](const Row* a, const Row* b) { return is_before(*a, *b); });
    return ordered;
}

/// Calls `visit.template operator()<kind>(ids, values)` for each row of one patient, in the order in which rows are
/// written: `is_written_before`, measurements by scan and nodule id.
template <class Visitor>
void for_each_row(const PatientRecord& record, Visitor&& visit)
{
    const std::string_view patient = record.patient.patient_id;
    for_each_kind([&]<RowKind kind>() {
        if constexpr (kind == RowKind::patient) {
            visit.template operator()<kind>(std::array{patient}, record.patient);
        } else if constexpr (kind == RowKind::measurement) {
            const auto ids = [&](const Measurement& row) {
                return std::array{patient, std::string_view(record.scans[row.scan].scan_id),
                                  std::string_view(record.nodule_ids[row.nodule])};
            };
            const auto is_before = [&](const Measurement& a, const Measurement& b) {
                return std::tuple(record.scans[a.scan].scan_date, ids(a)) <
                       std::tuple(record.scans[b.scan].scan_date, ids(b));
            };
            for (const Measurement* row : in_order(record.measurements, is_before))
                visit.template operator()<kind>(ids(*row), row->findings);
        } else {
            for (const ValuesOf<kind>* row : in_order(RowSchema<kind>::list(record), is_written_before<kind>)) {
                if constexpr (id_count<kind> == 1) {
                    visit.template operator()<kind>(std::array{patient}, *row);
                } else {
                    const std::string& id = row->*std::get<1>(RowSchema<kind>::ids).member;
                    visit.template operator()<kind>(std::array{patient, std::string_view(id)}, *row);
                }
            }
        }
    });
}

/// Appends the header of a kind's CSV file.
template <RowKind kind>
void append_csv_header(std::string& out)
{
    for_each_column<kind>([&](const auto& field) {
        out += field.column;
        out += ',';
    });
    out.back() = '\n';
}

/// Appends one CSV row.
template <RowKind kind>
void append_csv_row(std::string& out, const std::array<std::string_view, id_count<kind>>& ids,
                    const ValuesOf<kind>& values)
{
    for (const std::string_view id : ids) {
        append_csv_text(out, id);
        out += ',';
    }
    for_each_field(RowSchema<kind>::fields, [&](const auto& field) {
        append_csv(out, values.*field.member);
        out += ',';
    });
    out.back() = '\n';
}

/// Appends one row as a JSON object; what is absent is left out.
template <RowKind kind>
void append_json_row(std::string& out, const std::array<std::string_view, id_count<kind>>& ids,
                     const ValuesOf<kind>& values)
{
    const auto append = [&](std::string_view column, const auto& value) {
        append_json_text(out, column);
        out += ':';
        append_json(out, value);
        out += ',';
    };
    out += '{';
    for (std::size_t i = 0; i < ids.size(); ++i)
        append(column_names<kind>[i], ids[i]);
    for_each_field(RowSchema<kind>::fields, [&](const auto& field) {
        if (is_known(values.*field.member)) append(field.column, values.*field.member);
    });
    out.back() = '}';
}

}  // namespace nodtrack::interop
