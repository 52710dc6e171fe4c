#include "nodtrack/tracker/patient_history.hpp"

#include <charconv>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "field_values.hpp"
#include "row_access.hpp"

namespace nodtrack::tracker {
namespace {

void append_text(std::string& out, std::string_view text)
{
    const bool plain = std::ranges::all_of(text, [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7F && c != '"' && c != '\\';
    });
    if (!plain) {
        out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        return;
    }
    out += '"';
    out += text;
    out += '"';
}

void append_member(std::string& out, std::string_view name, std::string_view text)
{
    out += ",\"";
    out += name;
    out += "\":";
    append_text(out, text);
}

void append_number(std::string& out, std::int64_t number)
{
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
}

/// `"row":"measurements","patient_id":"P1","scan_id":"A","nodule_id":"N1"`
std::string key_members(const RowKey& row)
{
    std::string text = "\"row\":";
    append_text(text, row_kind_names[static_cast<std::size_t>(row.kind)]);
    append_member(text, "patient_id", row.patient_id);
    if (row.kind == RowKind::scan || row.kind == RowKind::measurement) append_member(text, "scan_id", row.scan_id);
    if (!row.nodule_id.empty() && row.kind != RowKind::scan) append_member(text, "nodule_id", row.nodule_id);
    if (row.kind == RowKind::therapy) append_member(text, "kind", word(row.therapy_kind));
    if (row.kind == RowKind::event) append_member(text, "kind", word(row.event_kind));
    if (row.kind == RowKind::therapy || row.kind == RowKind::event) append_member(text, "date", row.date.iso());
    return text;
}

std::string delivery_members(const store::DeliveryEntry& delivery)
{
    std::string text = ",\"delivery_no\":";
    append_number(text, delivery.delivery_no);
    append_member(text, "recorded_at", delivery.recorded_at);
    append_member(text, "actor", delivery.actor);
    append_member(text, "door", delivery.door);
    append_member(text, "reason", delivery.reason);
    return text + "}";
}

RowKey key_of(std::string_view patient_id, const store::PatientRowVersion<Patient>&)
{
    return patient_key(patient_id);
}
RowKey key_of(std::string_view patient_id, const store::PatientRowVersion<Scan>& row)
{
    return scan_key(patient_id, row.scan_id);
}
RowKey key_of(std::string_view patient_id, const store::PatientRowVersion<Findings>& row)
{
    return measurement_key(patient_id, row.scan_id, row.observation_id);
}
RowKey key_of(std::string_view patient_id, const store::PatientRowVersion<Therapy>& row)
{
    return therapy_key(patient_id, row.values);
}
RowKey key_of(std::string_view patient_id, const store::PatientRowVersion<NoduleEvent>& row)
{
    return event_key(patient_id, row.values);
}

bool same_row(const RowKey& left, const RowKey& right)
{
    return left.scan_id == right.scan_id && left.nodule_id == right.nodule_id &&
           left.therapy_kind == right.therapy_kind && left.event_kind == right.event_kind && left.date == right.date;
}

class Answer {
  public:
    Answer(std::string_view patient_id, const HistoryFilter& filter) : patient_id_(patient_id), filter_(filter)
    {
        constexpr std::size_t most_answers_take = 48 * 1024;
        text_.reserve(most_answers_take);
    }

    template <class Access, class Values>
    void add_all(const std::vector<store::PatientRowVersion<Values>>& versions)
    {
        if (filter_.kind && *filter_.kind != Access::kind) return;
        for (std::size_t from = 0; from < versions.size();) {
            const RowKey key = key_of(patient_id_, versions[from]);
            std::size_t to = from + 1;
            while (to < versions.size() && same_row(key, key_of(patient_id_, versions[to])))
                ++to;
            const bool asked = (!filter_.scan_id || key.scan_id == *filter_.scan_id) &&
                               (!filter_.nodule_id || key.nodule_id == *filter_.nodule_id);
            if (asked) add_row<Access>(key, std::span(versions).subspan(from, to - from));
            from = to;
        }
    }

    std::string text() && { return std::move(text_) + "]"; }

  private:
    template <class Access, class Values>
    void add_row(const RowKey& key, std::span<const store::PatientRowVersion<Values>> versions)
    {
        const std::string head = key_members(key);
        for_each_field(Access::fields, [&](const auto& field) {
            if (is_key_column<Access>(field.column) || (filter_.column && field.column != *filter_.column)) return;
            std::string before;
            for (const auto& version : versions) {
                std::string value = text_of(version.values.*(field.member));
                if (value == before) continue;
                if (text_.size() > 1) text_ += ',';
                text_ += '{';
                text_ += head;
                append_member(text_, "column", field.column);
                if (value.empty()) {
                    text_ += ",\"value\":null";
                } else {
                    append_member(text_, "value", value);
                }
                text_ += ",\"version\":";
                append_number(text_, version.version);
                if (version.delivery != delivery_) {
                    delivery_ = version.delivery;
                    tail_ = delivery_members(*delivery_);
                }
                text_ += tail_;
                before = std::move(value);
            }
        });
    }

    std::string_view patient_id_;
    const HistoryFilter& filter_;
    std::string text_ = "[";
    const store::DeliveryEntry* delivery_ = nullptr;
    std::string tail_;  ///< of `delivery_`
};

}  // namespace

Result<std::string> patient_history_json(HistoryReader& reader, std::string_view patient_id,
                                         const HistoryFilter& filter)
{
    const auto versions = reader.versions_of(patient_id);
    if (!versions) return tl::unexpected<Error>(versions.error());
    const store::PatientVersions& all = **versions;
    if (all.patient.empty()) {
        return failure(ErrorCode::not_found, "no patient '" + std::string(patient_id) + "' is recorded");
    }
    Answer answer(patient_id, filter);
    answer.add_all<PatientAccess>(all.patient);
    answer.add_all<ScanAccess>(all.scans);
    answer.add_all<MeasurementAccess>(all.measurements);
    answer.add_all<TherapyAccess>(all.therapies);
    answer.add_all<EventAccess>(all.events);
    return std::move(answer).text();
}

}  // namespace nodtrack::tracker
