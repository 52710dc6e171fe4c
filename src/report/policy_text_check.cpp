#include <fmt/format.h>

#include <algorithm>

#include "json_text.hpp"
#include "nodtrack/report/policy_text.hpp"
#include "policy_text_table.hpp"

namespace nodtrack::report {
namespace {

using assess::FindingKind;
using assess::PolicyCheck;
using assess::PolicyFinding;
using assess::Severity;

std::string example_words(const PolicyFinding& finding)
{
    std::string text;
    for (const assess::ExampleFact& fact : finding.example) {
        text += (text.empty() ? "" : ", ") + fact.fact + " " + fact.value;
    }
    return text;
}

std::string indented(std::string_view text, std::size_t indent)
{
    constexpr std::size_t page_width = 120;
    std::string lines;
    for (const std::string& line : lines_of(text, page_width - indent))
        lines += std::string(indent, ' ') + line + "\n";
    return lines;
}

std::string in_full(const PolicyCheck& check, Severity severity)
{
    std::string text;
    for (const PolicyFinding& finding : check.findings) {
        const bool is_pair = finding.kind == FindingKind::overlap || finding.kind == FindingKind::special_case;
        if (assess::severity_of(finding.kind) != severity || is_pair) continue;
        const auto kind = static_cast<std::size_t>(finding.kind);
        text += indented(std::string(assess::finding_kind_words[kind]) + ": " + finding.text, 2);
        if (!finding.example.empty()) text += indented("for example " + example_words(finding), 6);
    }
    return text;
}

/// Pairs of rules told by the earlier one, with the example of the first pair.
std::string pairs(const PolicyCheck& check, FindingKind kind)
{
    std::string text;
    for (auto finding = check.findings.begin(); finding != check.findings.end(); ++finding) {
        const auto same_rule = [&](const PolicyFinding& other) {
            return other.kind == kind && other.rule == finding->rule;
        };
        if (finding->kind != kind || std::any_of(check.findings.begin(), finding, same_rule)) continue;
        std::string later;
        for (const PolicyFinding& other : check.findings) {
            if (same_rule(other)) later += (later.empty() ? "" : ", ") + other.other_rule;
        }
        text += indented(finding->rule + " before " + later, 2);
        if (kind == FindingKind::overlap) {
            text += indented("e.g. " + finding->other_rule + ": " + example_words(*finding), 6);
        }
    }
    return text;
}

std::string searches_text(const PolicyCheck& check)
{
    std::string text = "\nHow it was looked for\n";
    for (const assess::PolicySearch& search : check.searches) {
        text += fmt::format("  {}, {}: {}\n", search.list, search.question,
                            search.systematic
                                ? fmt::format("systematically, {} combinations decided", search.looked_at)
                                : fmt::format("in a sample of {}, seed {}; not a proof", search.looked_at, check.seed));
    }
    return text;
}

void append_finding(std::string& out, const PolicyFinding& finding)
{
    if (out.back() != '[') out += ',';
    out += '{';
    append_json_member(out, "kind", assess::finding_kind_words[static_cast<std::size_t>(finding.kind)]);
    const auto severity = static_cast<std::size_t>(assess::severity_of(finding.kind));
    append_json_member(out, "severity", assess::severity_words[severity]);
    append_json_member(out, "rule", finding.rule);
    append_json_member(out, "other_rule", finding.other_rule);
    append_json_member(out, "text", finding.text);
    append_json_key(out, "example");
    out += '[';
    for (const assess::ExampleFact& fact : finding.example) {
        if (out.back() != '[') out += ',';
        out += '{';
        append_json_member(out, "fact", fact.fact);
        append_json_member(out, "value", fact.value);
        out += '}';
    }
    out += "]}";
}

}  // namespace

std::string policy_check_text(const PolicyCheck& check)
{
    const std::string problems = in_full(check, Severity::problem);
    const std::string warnings = in_full(check, Severity::warning);
    if (check.id.empty()) return problems + "the file was not loaded; nothing else was checked\n";
    std::string text = fmt::format("{} {}\nsha256 {}\n\n", check.id, check.version, check.sha256);
    text += fmt::format("Problems: {}\n", check.count(Severity::problem)) + problems;
    text += fmt::format("\nWarnings: {}\n", check.count(Severity::warning)) + warnings;
    text += fmt::format("\nFor information: {}\n", check.count(Severity::information));
    text += in_full(check, Severity::information);
    text += "\nRules of which both can hold with different answers; only the order decides\n";
    text += pairs(check, FindingKind::overlap);
    text += "\nRules that are special cases of a later one, as far as the earlier ones leave them\n";
    text += pairs(check, FindingKind::special_case);
    const assess::CitationCount& citations = check.citations;
    text += fmt::format(
        "\nCitations: {} statements read in their source, {} from an excerpt, {} not verified against the source; {} "
        "entries are local policy\n",
        citations.read, citations.found, citations.unverified, citations.local_policy);
    text += searches_text(check);
    text += check.clean() ? "\nclean: no gaps, no unreachable rules\n" : "\nNOT CLEAN\n";
    return text;
}

std::string policy_check_json(const PolicyCheck& check)
{
    std::string out = "{";
    append_json_member(out, "id", check.id);
    append_json_member(out, "version", check.version);
    append_json_member(out, "sha256", check.sha256);
    out += fmt::format(",\"clean\":{},\"seed\":{},\"problems\":{},\"warnings\":{},\"information\":{}",
                       check.clean() ? "true" : "false", check.seed, check.count(Severity::problem),
                       check.count(Severity::warning), check.count(Severity::information));
    out += fmt::format(",\"citations\":{{\"read\":{},\"found\":{},\"unverified\":{},\"local_policy\":{}}}",
                       check.citations.read, check.citations.found, check.citations.unverified,
                       check.citations.local_policy);
    out += ",\"searches\":[";
    for (const assess::PolicySearch& search : check.searches) {
        if (out.back() != '[') out += ',';
        out += '{';
        append_json_member(out, "list", search.list);
        append_json_member(out, "question", search.question);
        out += fmt::format(",\"systematic\":{},\"looked_at\":{}}}", search.systematic ? "true" : "false",
                           search.looked_at);
    }
    out += "],\"findings\":[";
    for (const PolicyFinding& finding : check.findings)
        append_finding(out, finding);
    return out + "]}\n";
}

}  // namespace nodtrack::report
