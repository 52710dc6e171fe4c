#include "nodtrack/report/preview_json.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "comparison_json.hpp"
#include "json_text.hpp"
#include "nodtrack/report/assessment_json.hpp"
#include "nodtrack/report/change_text.hpp"

namespace nodtrack::report {
namespace {

void append_lines(std::string& out, std::string_view key, std::span<const std::string> lines)
{
    append_json_key(out, key);
    out += '[';
    for (const std::string& line : lines) {
        if (out.back() != '[') out += ',';
        append_json_string(out, line);
    }
    out += ']';
}

void append_truth(std::string& out, std::string_view key, bool truth)
{
    append_json_key(out, key);
    out += truth ? "true" : "false";
}

void append_nodule(std::string& out, const assess::NoduleAssessment* nodule, const policy::Policy& policy)
{
    if (nodule == nullptr) {
        out += R"(,"growth_state":null,"class":null,"rules":[],"vdt_days":null,"stable_months":null)";
        return;
    }
    append_json_member(out, "growth_state", assess::word_of(nodule->growth_state));
    append_json_member(out, "class", policy::nodule_class_words[static_cast<std::size_t>(nodule->nodule_class)]);
    append_json_key(out, "rules");
    out += '[';
    append_json_string(out, policy.nodule_rules[nodule->rule].id);
    if (nodule->adjustment) {
        out += ',';
        append_json_string(out, policy.adjustments[*nodule->adjustment].id);
    }
    out += ']';
    append_json_key(out, "vdt_days");
    out += nodule->vdt_days ? fmt::format("{:.1f}", *nodule->vdt_days) : "null";
    append_json_key(out, "stable_months");
    out += std::to_string(nodule->stable_months);
}

void append_comparisons(std::string& out, const assess::NoduleTimeline* nodule, const assess::Timeline& timeline,
                        const PatientRecord& record, const growth::Limits& limits)
{
    append_json_key(out, "comparisons");
    out += '[';
    if (nodule != nullptr) {
        for (const assess::PriorComparison& prior : nodule->comparisons) {
            const assess::NoduleRow& row = nodule->rows[prior.row];
            std::optional<Length> long_axis = record.measurements[row.measurement].findings.long_axis;
            if (nodule->size && !nodule->added_sizes.empty())
                long_axis = *nodule->size - prior.comparison.long_axis_change;
            if (out.back() != '[') out += ',';
            out += '{';
            append_json_member(out, "prior_date", record.scans[timeline.scans[row.rank]].scan_date.iso());
            append_json_key(out, "prior_long_axis_mm");
            out += long_axis ? decimal_text(long_axis->thousandths()) : "null";
            append_comparison(out, prior, *nodule, timeline, record, limits);
            out += '}';
        }
    }
    out += ']';
}

}  // namespace

std::string preview_json(const Tried& tried, const assess::Assessment& assessment, const PatientRecord& record,
                         const assess::Judge& judge, assess::Detail detail)
{
    const assess::Timeline& timeline = assessment.timeline;
    const auto named = [&](const auto& nodule) { return record.nodule_ids[nodule.nodule] == tried.nodule_id; };
    const auto nodule = std::ranges::find_if(assessment.nodules, named);
    const auto times = std::ranges::find_if(timeline.nodules, named);
    std::string out = "{";
    append_json_member(out, "patient_id", record.patient.patient_id);
    append_json_member(out, "scan_id", tried.scan_id);
    append_json_member(out, "nodule_id", tried.nodule_id);
    append_lines(out, "problems", tried.problems);
    append_lines(out, "questions", tried.questions);
    append_lines(out, "warnings", tried.warnings);
    append_truth(out, "would_store", tried.would_store);
    append_truth(out, "on_index_scan", tried.on_index_scan);
    append_nodule(out, nodule == assessment.nodules.end() ? nullptr : &*nodule, judge.policy());
    append_comparisons(out, times == timeline.nodules.end() ? nullptr : &*times, timeline, record, judge.limits());
    append_json_member(out, "change_text", change_text(assessment, record, judge, tried.scan_id, tried.nodule_id));
    append_json_key(out, "assessment");
    std::string whole;
    AssessmentJson(judge).append(whole, assessment, record, detail);
    whole.pop_back();  // its line end
    return out + whole + "}\n";
}

}  // namespace nodtrack::report
