#include "nodtrack/report/policy_text.hpp"

#include <fmt/format.h>

#include "../judged_patient.hpp"
#include "nodtrack/store/policies.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

/// `judges since 2026-11-20 …` or that it was released with the program.
Result<std::string> judges_since(Call& call, const policy::Policy& policy)
{
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    const auto adoptions = store::adoptions_of(**registry, call.values.date("known_on"));
    if (!adoptions) return tl::unexpected(adoptions.error());
    const store::Adoption* newest = nullptr;
    for (const store::Adoption& adoption : *adoptions) {
        const bool concerns = adoption.patient_id.empty() || adoption.patient_id == call.values.text("patient_id");
        if (concerns && adoption.sha256 == policy.sha256) newest = &adoption;
    }
    if (newest == nullptr) return std::string("Released with this program; no other was adopted.");
    return fmt::format("Judges {} since {}, adopted by {}: {}",
                       newest->patient_id.empty() ? "the registry" : "patient " + newest->patient_id,
                       newest->delivery.recorded_at, newest->delivery.actor, newest->delivery.reason);
}

std::string as_json(const policy::Policy& policy, const std::string& since)
{
    std::string out = "{\"id\":";
    append_json(out, policy.id);
    out += ",\"version\":";
    append_json(out, policy.version);
    out += ",\"sha256\":";
    append_json(out, policy.sha256);
    out += ",\"title\":";
    append_json(out, policy.title);
    out += ",\"judges\":";
    append_json(out, since);
    std::vector<std::string> profiles;
    for (const policy::ScheduleProfile& profile : policy.profiles)
        profiles.push_back(profile.name);
    out += ",\"profiles\":" + json_of(profiles) + ",\"text\":";
    append_json(out, report::policy_text(policy));
    return out + "}\n";
}

Result<void> run(Call& call)
{
    const auto judges = call.judges();
    if (!judges) return tl::unexpected(judges.error());
    const policy::Policy& policy = (*judges)->of(call.values.text("patient_id")).policy();
    const auto since = judges_since(call, policy);
    if (!since) return tl::unexpected(since.error());
    call.put(call.values.has("html") ? report::policy_html(policy, *since) : as_json(policy, *since));
    return {};
}

}  // namespace

UseCase policy_text()
{
    const Route text{
        .path = "/api/v1/policy",
        .roles = everybody,
        .summary = "The policy that judges: its id, version and hash, since when, its profiles, and its text",
        .response = "PolicyText",
        .takes = {"patient_id", "known_on"}};
    Route page = text;
    page.path = "/api/v1/policy.html";
    page.summary = "The same as a page; each rule, definition and parameter has its id as anchor (#N8d)";
    page.response = {};
    page.media = html_media;
    page.sets = {{"html", "-"}};
    return {.summary = "the policy that judges, as text and as a page",
            .parameters = {sent(uses::text("patient_id", "the policy that judges this patient")),
                           date("known_on", "the policy that held on that day"), sent(flag("html", "as a page"))},
            .routes = {text, page},
            .schemas = {{"PolicyText", object_schema({{"id", schema_of(std::string())},
                                                      {"version", schema_of(std::string())},
                                                      {"sha256", schema_of(std::string())},
                                                      {"title", schema_of(std::string())},
                                                      {"judges", schema_of(std::string())},
                                                      {"profiles", array_schema(schema_of(std::string()))},
                                                      {"text", schema_of(std::string())}})}},
            .run = run};
}

}  // namespace nodtrack::uses
