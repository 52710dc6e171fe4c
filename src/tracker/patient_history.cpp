#include "nodtrack/tracker/patient_history.hpp"

#include <charconv>
#include <nlohmann/json.hpp>
#include <type_traits>

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
    append_text(text, kind_name(row.kind));
    append_member(text, "patient_id", row.value("patient_id"));
    for_each_named_part(row, [&](std::string_view name, std::string_view value) { append_member(text, name, value); });
    return text;
}

std::string delivery_members(const store::DeliveryEntry& delivery)
{
    std::string text = "\"delivery_no\":";
    append_number(text, delivery.delivery_no);
    append_member(text, "recorded_at", delivery.recorded_at);
    append_member(text, "actor", delivery.actor);
    append_member(text, "door", delivery.door);
    append_member(text, "reason", delivery.reason);
    return text;
}

template <RowKind kind>
RowKey key_of_version(std::string_view patient_id, const store::PatientRowVersion<ValuesOf<kind>>& row)
{
    if constexpr (kind == RowKind::measurement) {
        return measurement_key(patient_id, row.scan_id, row.observation_id);
    } else {
        return key_of<kind>(patient_id, row.values);
    }
}

template <RowKind kind>
bool is_same_row(const store::PatientRowVersion<ValuesOf<kind>>& left,
                 const store::PatientRowVersion<ValuesOf<kind>>& right)
{
    if constexpr (kind == RowKind::measurement) {
        return left.scan_id == right.scan_id && left.observation_id == right.observation_id;
    } else {
        return same_key_within<kind>(left.values, right.values);
    }
}

class Answer {
  public:
    Answer(std::string_view patient_id, const HistoryFilter& filter) : patient_id_(patient_id), filter_(filter)
    {
        constexpr std::size_t most_answers_take = 48 * 1024;
        text_.reserve(most_answers_take);
    }

    template <RowKind kind>
    void add_all(const store::PatientVersions& all)
    {
        const auto& versions = RowSchema<kind>::list(all);
        if (filter_.kind && *filter_.kind != kind) return;
        for (std::size_t from = 0; from < versions.size();) {
            const RowKey key = key_of_version<kind>(patient_id_, versions[from]);
            std::size_t to = from + 1;
            while (to < versions.size() && is_same_row<kind>(versions[from], versions[to]))
                ++to;
            const bool asked = (!filter_.scan_id || key.value("scan_id") == *filter_.scan_id) &&
                               (!filter_.nodule_id || key.value("nodule_id") == *filter_.nodule_id);
            if (asked) add_row<kind>(key, std::span(versions).subspan(from, to - from));
            from = to;
        }
    }

    std::string text() && { return std::move(text_) + "]"; }

  private:
    template <RowKind kind>
    void add_row(const RowKey& key, std::span<const store::PatientRowVersion<ValuesOf<kind>>> versions)
    {
        const std::string head = key_members(key);
        for_each_column_outside_key<kind>([&](const auto& field) {
            if (filter_.column && field.column != *filter_.column) return;
            std::string before;
            bool before_in_error = false;
            for (const auto& version : versions) {
                std::string value = text_of_value(version.values.*(field.member));
                const bool in_error = version.in_error != nullptr;
                if (value == before && (value.empty() || in_error == before_in_error)) continue;
                before_in_error = in_error;
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
                    tail_ = ',' + delivery_members(*delivery_);
                }
                text_ += tail_;
                if (in_error) text_ += ",\"entered_in_error\":{" + delivery_members(*version.in_error) + '}';
                text_ += '}';
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

std::vector<RowKey> row_keys_of(std::string_view patient_id, const store::PatientVersions& versions)
{
    std::vector<RowKey> keys;
    for_each_kind([&]<RowKind kind>() {
        for (const auto& version : RowSchema<kind>::list(versions)) {
            RowKey key = key_of_version<kind>(patient_id, version);
            if (keys.empty() || keys.back() != key) keys.push_back(std::move(key));
        }
    });
    return keys;
}

Result<std::string> patient_history_json(HistoryReader& reader, std::string_view patient_id,
                                         const HistoryFilter& filter)
{
    const auto versions = reader.versions_of(patient_id);
    if (!versions) return tl::unexpected<Error>(versions.error());
    const store::PatientVersions& all = **versions;
    if (all.patients.empty()) {
        return failure(ErrorCode::not_found, "no patient '" + std::string(patient_id) + "' is recorded");
    }
    Answer answer(patient_id, filter);
    for_each_kind([&]<RowKind kind>() { answer.add_all<kind>(all); });
    return std::move(answer).text();
}

}  // namespace nodtrack::tracker
