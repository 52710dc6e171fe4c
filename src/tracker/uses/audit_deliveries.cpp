#include <fmt/format.h>

#include "nodtrack/tracker/registry.hpp"
#include "nodtrack/tracker/uses/call.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

using store::DeliveryEntry;

Shape<DeliveryEntry> shape()
{
    return {member<&DeliveryEntry::delivery_no>("delivery_no"), member<&DeliveryEntry::recorded_at>("recorded_at"),
            member<&DeliveryEntry::actor>("actor"), member<&DeliveryEntry::door>("door"),
            member<&DeliveryEntry::reason>("reason")};
}

/// The newest first; the cursor is the last number that was shown.
Result<void> run(Call& call)
{
    const auto before = number_behind(call);
    if (!before) return tl::unexpected(before.error());
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    const auto all = store::deliveries(**registry);
    if (!all) return tl::unexpected(all.error());
    List list(call, "deliveries");
    for (auto entry = all->rbegin(); entry != all->rend(); ++entry) {
        if (*before != 0 && entry->delivery_no >= *before) continue;
        if (!list.has_room()) {
            list.end(false);
            return {};
        }
        if (call.format == Format::text) {
            call.put(fmt::format("{:>6}  {}  {}, {}{}\n", entry->delivery_no, entry->recorded_at, entry->actor,
                                 entry->door, entry->reason.empty() ? "" : ": " + entry->reason));
            continue;
        }
        list.add(json_of(shape(), *entry), std::to_string(entry->delivery_no));
    }
    list.end();
    return {};
}

}  // namespace

UseCase audit_deliveries()
{
    std::vector<Parameter> parameters = with_pages({});
    parameters.push_back(json_switch("JSON Lines, one object a delivery; without it a line each"));
    return {.name = "audit deliveries",
            .summary = "lists what was recorded, the newest first: who, when, through which door, why",
            .parameters = std::move(parameters),
            .examples = {{"nodtrack audit deliveries | head", "the newest, with the numbers that retract takes"}},
            .routes = {{.path = "/api/v1/audit/deliveries",
                        .roles = admin,
                        .summary = "All that was recorded, the newest first: who, when, through which door, why",
                        .response = "Deliveries"}},
            .schemas = {{"Deliveries", page_schema("deliveries", schema_of(shape()))}},
            .listed_after = "audit users",
            .run = run};
}
}  // namespace nodtrack::uses
