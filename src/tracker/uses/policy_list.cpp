#include <fmt/format.h>

#include <map>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/store/policies.hpp"
#include "nodtrack/tracker/uses/call.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

/// One line of the list.
struct Held {
    std::string patient_id;
    std::string policy_id;
    std::string policy_version;
    std::string policy_sha256;
    std::string since;
    bool holds = false;
    std::int64_t delivery_no = 0;
    std::string actor;
    std::string reason;
};

Shape<Held> shape()
{
    return {known<&Held::patient_id>("patient_id"),
            known<&Held::policy_id>("policy_id"),
            known<&Held::policy_version>("policy_version"),
            known<&Held::policy_sha256>("policy_sha256"),
            member<&Held::since>("since"),
            member<&Held::holds>("holds"),
            member<&Held::delivery_no>("delivery_no"),
            member<&Held::actor>("actor"),
            member<&Held::reason>("reason")};
}

std::vector<Held> listed(const std::vector<store::Adoption>& adoptions)
{
    std::vector<Held> list;
    std::map<std::string, std::size_t> newest;
    for (const store::Adoption& adoption : adoptions) {
        const store::DeliveryEntry& delivery = adoption.delivery;
        newest[adoption.patient_id] = list.size();
        list.push_back({adoption.patient_id, adoption.id, adoption.version, adoption.sha256, delivery.recorded_at,
                        false, delivery.delivery_no, delivery.actor, delivery.reason});
    }
    for (const auto& [patient_id, place] : newest)
        list[place].holds = true;
    return list;
}

std::string line_of(const Held& held)
{
    const std::string what = held.policy_sha256.empty() ? std::string("as the registry again")
                                                        : fmt::format("{} {}", held.policy_id, held.policy_version);
    return fmt::format("{} {}  {:<16} {}  {}  delivery {}, {}: {}\n", held.holds ? "*" : " ", held.since,
                       held.patient_id.empty() ? "registry" : held.patient_id, what, held.policy_sha256.substr(0, 12),
                       held.delivery_no, held.actor, held.reason);
}

Result<void> run(Call& call)
{
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    const auto adoptions = store::adoptions_of(**registry);
    if (!adoptions) return tl::unexpected(adoptions.error());
    const std::string patient_id = call.values.text("patient_id");
    std::optional<List> list;
    if (call.format == Format::json) list.emplace(call, "adoptions");
    bool is_of_registry = false;
    for (const Held& held : listed(*adoptions)) {
        if (!patient_id.empty() && !held.patient_id.empty() && held.patient_id != patient_id) continue;
        is_of_registry = is_of_registry || held.patient_id.empty();
        if (!held.patient_id.empty()) call.shows(held.patient_id);
        list ? list->add(json_of(shape(), held)) : call.put(line_of(held));
    }
    if (list) {
        list->end();
        return {};
    }
    if (is_of_registry) return {};
    const assess::Judge released = assess::Judge::released();
    call.put(
        fmt::format("* always                registry         {} {}  {}  released with this program; none was "
                    "adopted\n",
                    released.policy().id, released.policy().version, released.policy().sha256.substr(0, 12)));
    return {};
}

}  // namespace

UseCase policy_list()
{
    return {
        .name = "policy list",
        .summary = "tells which policy judged the registry, or a patient, since when, by whom and why",
        .description =
            "The oldest first; `*` marks what holds now. Without an adopted policy the one released with the "
            "program judges.",
        .parameters = {text("patient_id", "that patient's policies and the registry's alone", "--patient", "ID"),
                       json_switch("JSON Lines, one object an adoption: patient_id (null: the registry), policy_id, "
                                   "policy_version, policy_sha256 (null: as the registry again), since, holds, "
                                   "delivery_no, actor, reason")},
        .examples = {{"nodtrack policy list"}},
        .routes = {{.path = "/api/v1/policy/adoptions",
                    .roles = clinic,
                    .summary = "Which policies judged since when, the oldest first",
                    .response = "PolicyAdoptions"}},
        .schemas = {{"PolicyAdoptions", object_schema({{"adoptions", array_schema(schema_of(shape()))}})}},
        .listed_after = "policy adopt",
        .run = run};
}

}  // namespace nodtrack::uses
