#include "reason_json.hpp"

#include <fmt/format.h>

#include <cmath>

#include "comparison_json.hpp"
#include "comparison_text.hpp"
#include "json_text.hpp"

namespace nodtrack::report {
namespace {

using policy::FactDeclaration;
using policy::FactType;
using policy::FactValue;

void append_number(std::string& out, double thousandths)
{
    const bool exact = thousandths == std::floor(thousandths);
    if (exact) {
        out += decimal_text(static_cast<std::int64_t>(thousandths));
    } else {
        fmt::format_to(std::back_inserter(out), "{:.1f}", thousandths / 1000.0);
    }
}

std::string_view verification_word(policy::Verification verification)
{
    switch (verification) {
        case policy::Verification::read:
            return "read";
        case policy::Verification::found:
            return "found";
        case policy::Verification::unverified:
            break;
    }
    return "not verified against the source";
}

}  // namespace

void append_fact_value(std::string& out, const FactDeclaration& fact, FactValue value, const policy::Policy& policy)
{
    if (!value.known) {
        out += "null";
        return;
    }
    switch (fact.type) {
        case FactType::yes_no:
            out += value.is_yes() ? "true" : "false";
            break;
        case FactType::number:
            append_number(out, value.value);
            break;
        case FactType::rule:
            append_json_string(out, policy.nodule_rules[value.index()].id);
            break;
        case FactType::word:
        case FactType::ordered_word:
            append_json_string(out, fact.words[value.index()]);
            break;
    }
}

void append_citations(std::string& out, const policy::Basis& basis, const policy::Policy& policy)
{
    append_json_key(out, "citations");
    out += '[';
    for (const std::uint32_t position : basis.citations) {
        const policy::Citation& citation = policy.citations[position];
        if (out.back() != '[') out += ',';
        out += '{';
        append_json_member(out, "item", citation.item);
        append_json_member(out, "source", citation.source);
        append_json_member(out, "at", citation.at);
        append_json_member(out, "verified", verification_word(citation.verification));
        out += '}';
    }
    out += ']';
    append_json_key(out, "local_policy");
    out += basis.local_policy ? "true" : "false";
}

void append_growth_limits(std::string& out, const assess::NoduleTimeline& nodule, const policy::Policy& policy)
{
    if (nodule.comparisons.empty()) return;
    append_json_key(out, "growth_limits");
    out += '[';
    for (const policy::Parameter* parameter : limits_used(nodule, policy)) {
        if (out.back() != '[') out += ',';
        out += '{';
        append_json_member(out, "parameter", parameter->name);
        append_json_key(out, "values");
        out += '[';
        for (const double number : parameter->numbers) {
            if (out.back() != '[') out += ',';
            out += decimal_text(static_cast<std::int64_t>(number));
        }
        out += ']';
        append_json_member(out, "unit", parameter->unit);
        append_citations(out, parameter->basis, policy);
        out += '}';
    }
    out += ']';
}

void append_comparisons(std::string& out, const assess::NoduleTimeline& nodule, const assess::Timeline& timeline,
                        const PatientRecord& record, const growth::Limits& limits)
{
    if (nodule.comparisons.empty()) return;
    append_json_key(out, "comparisons");
    out += '[';
    for (const assess::PriorComparison& prior : nodule.comparisons) {
        if (out.back() != '[') out += ',';
        out += '{';
        append_comparison(out, prior, nodule, timeline, record, limits);
        out += '}';
    }
    out += ']';
}

}  // namespace nodtrack::report
