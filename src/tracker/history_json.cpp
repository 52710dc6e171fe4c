#include <nlohmann/json.hpp>

#include "nodtrack/tracker/history.hpp"

namespace nodtrack::tracker {

std::string history_json(const RowKey& row, std::span<const PastValue> values)
{
    std::string lines;
    for (const auto& value : values) {
        nlohmann::ordered_json line = {{"row", kind_name(row.kind)}, {"patient_id", row.value("patient_id")}};
        for_each_named_part(row, [&](std::string_view name, std::string_view text) { line[std::string(name)] = text; });
        line["column"] = value.column;
        line["value"] = value.text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(value.text);
        line["version"] = value.version;
        line["delivery_no"] = value.delivery.delivery_no;
        line["recorded_at"] = value.delivery.recorded_at;
        line["actor"] = value.delivery.actor;
        line["door"] = value.delivery.door;
        line["reason"] = value.delivery.reason;
        if (value.in_error) {
            const store::DeliveryEntry& said = *value.in_error;
            line["entered_in_error"] = {{"delivery_no", said.delivery_no},
                                        {"recorded_at", said.recorded_at},
                                        {"actor", said.actor},
                                        {"door", said.door},
                                        {"reason", said.reason}};
        }
        lines += line.dump() + "\n";
    }
    return lines;
}

}  // namespace nodtrack::tracker
