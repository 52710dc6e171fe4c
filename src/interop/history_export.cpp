#include "nodtrack/interop/history_export.hpp"

#include <algorithm>
#include <ostream>
#include <tuple>

#include "history_columns.hpp"
#include "value_text.hpp"

namespace nodtrack::interop {
namespace {

constexpr int months_per_year = 12;

/// What was given by the day of the scan.
void add_therapies(const PatientRecord& record, Date day, HistoryRow& row)
{
    const auto nearest = [&](std::optional<std::int32_t>& days, Date from) {
        const std::int32_t since = days_between(from, day);
        days = days ? std::min(*days, since) : since;
    };
    for (const Therapy& therapy : record.therapies) {
        if (day < therapy.start_date) continue;
        if (therapy.kind != TherapyKind::systemic) {
            const bool concerns = therapy.nodule_id.empty() || therapy.nodule_id == row.nodule_id;
            if (concerns) nearest(row.days_since_local_therapy, therapy.start_date);
            continue;
        }
        row.after_systemic_therapy_start = true;
        nearest(row.days_since_systemic_therapy_start, therapy.start_date);
        if (therapy.end_date && *therapy.end_date < day) {
            nearest(row.days_since_systemic_therapy_end, *therapy.end_date);
        } else {
            row.on_systemic_therapy = true;
        }
    }
}

HistoryRow row_of(const PatientRecord& record, const Measurement& measurement, Date first_scan)
{
    HistoryRow row;
    row.patient = &record.patient;
    row.scan = &record.scans[measurement.scan];
    row.findings = &measurement.findings;
    row.nodule_id = record.nodule_ids[measurement.nodule];
    const Date day = row.scan->scan_date;
    row.days_since_first_scan = days_between(first_scan, day);
    if (record.patient.resection_date) row.days_since_resection = days_between(*record.patient.resection_date, day);
    if (const std::optional<Date>& birth = record.patient.birth_date; birth && *birth <= day) {
        row.age_years = whole_months_between(*birth, day) / months_per_year;
    }
    add_therapies(record, day, row);
    return row;
}

}  // namespace

std::vector<HistoryRow> history_rows_of(const PatientRecord& record)
{
    std::vector<HistoryRow> rows;
    if (record.scans.empty()) return rows;
    Date first_scan = record.scans.front().scan_date;
    for (const Scan& scan : record.scans) {
        first_scan = std::min(first_scan, scan.scan_date);
    }
    rows.reserve(record.measurements.size());
    for (const Measurement& measurement : record.measurements) {
        rows.push_back(row_of(record, measurement, first_scan));
    }
    std::sort(rows.begin(), rows.end(), [](const HistoryRow& a, const HistoryRow& b) {
        return std::tie(a.nodule_id, a.scan->scan_date, a.scan->scan_id) <
               std::tie(b.nodule_id, b.scan->scan_date, b.scan->scan_id);
    });
    Date first_seen;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Date day = rows[i].scan->scan_date;
        const bool begins_nodule = i == 0 || rows[i - 1].nodule_id != rows[i].nodule_id;
        if (begins_nodule) first_seen = day;
        rows[i].days_since_first_seen = days_between(first_seen, day);
        if (!begins_nodule) rows[i].days_since_last_row = days_between(rows[i - 1].scan->scan_date, day);
    }
    return rows;
}

HistoryWriter::HistoryWriter(std::ostream& out, HistoryFormat format) : out_(&out), format_(format)
{
    if (format == HistoryFormat::json) {
        *out_ << '[';
        return;
    }
    const Patient patient;
    const Scan scan;
    const Findings findings;
    HistoryRow row;
    row.patient = &patient;
    row.scan = &scan;
    row.findings = &findings;
    std::string header;
    for_each_history_column(row, [&](std::string_view column, std::string_view, const auto&) {
        if (!header.empty()) header += ',';
        header += column;
    });
    *out_ << header << '\n';
}

void HistoryWriter::add(const HistoryRow& row)
{
    std::string text;
    const bool is_json = format_ == HistoryFormat::json;
    if (is_json) text += first_ ? "\n{" : ",\n{";
    for_each_history_column(row, [&](std::string_view column, std::string_view, const auto& value) {
        if (!is_json) {
            append_csv(text, value);
        } else {
            append_json_text(text, column);
            text += ':';
            if (!is_known(value)) {
                text += "null";
            } else {
                append_json(text, value);
            }
        }
        text += ',';
    });
    text.back() = is_json ? '}' : '\n';
    *out_ << text;
    first_ = false;
}

void HistoryWriter::finish()
{
    if (format_ == HistoryFormat::json) *out_ << (first_ ? "]\n" : "\n]\n");
    out_->flush();
}

}  // namespace nodtrack::interop
