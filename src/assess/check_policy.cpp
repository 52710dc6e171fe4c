#include "nodtrack/assess/check_policy.hpp"

#include <algorithm>

#include "check_policy_parts.hpp"
#include "parameters.hpp"

namespace nodtrack::assess {
namespace {

constexpr std::uint32_t sample_seed = 20260101;

void add_refusal(PolicyCheck& report, const Error& error)
{
    if (error.context.empty()) report.findings.push_back({FindingKind::not_loadable, "", "", error.message, {}});
    for (const std::string& line : error.context) {
        report.findings.push_back({FindingKind::not_loadable, "", "", line, {}});
    }
}

}  // namespace

Severity severity_of(FindingKind kind)
{
    switch (kind) {
        case FindingKind::not_loadable:
        case FindingKind::gap:
        case FindingKind::unreachable:
            return Severity::problem;
        case FindingKind::number_without_effect:
        case FindingKind::unused_definition:
            return Severity::warning;
        default:
            return Severity::information;
    }
}

std::size_t PolicyCheck::count(Severity severity) const
{
    return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(), [&](const PolicyFinding& finding) {
        return severity_of(finding.kind) == severity;
    }));
}

void CheckWork::add(FindingKind kind, std::string rule, std::string text, std::vector<ExampleFact> example,
                    std::string other_rule)
{
    report.findings.push_back({kind, std::move(rule), std::move(other_rule), std::move(text), std::move(example)});
}

PolicyCheck check_policy(std::string_view policy_json, std::string_view sources_json)
{
    PolicyCheck report;
    report.seed = sample_seed;
    const auto loaded = policy::load(policy_json, sources_json, catalogue());
    if (!loaded) {
        add_refusal(report, loaded.error());
        return report;
    }
    const policy::Policy& policy = *loaded;
    report.id = policy.id;
    report.version = policy.version;
    report.sha256 = policy.sha256;
    if (const auto parameters = parameters_of(policy); !parameters) add_refusal(report, parameters.error());
    const CriticalValues values(policy);
    CheckWork work{policy, values, report};
    check_patient_rules(work, check_nodule_rules(work));
    check_text(work);
    std::stable_sort(report.findings.begin(), report.findings.end(),
                     [](const auto& a, const auto& b) { return a.kind != b.kind ? a.kind < b.kind : false; });
    return report;
}

}  // namespace nodtrack::assess
