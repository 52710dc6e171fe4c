#include "comparison_json.hpp"

#include <fmt/format.h>

#include "json_text.hpp"
#include "words.hpp"

namespace nodtrack::report {

void append_comparison(std::string& out, const assess::PriorComparison& prior, const assess::NoduleTimeline& nodule,
                       const assess::Timeline& timeline, const PatientRecord& record, const growth::Limits& limits)
{
    const growth::Comparison& comparison = prior.comparison;
    const Scan& scan = record.scans[timeline.scans[nodule.rows[prior.row].rank]];
    append_json_member(out, "prior_scan", scan.scan_id);
    const std::string_view says = change_words(comparison.change);
    append_json_member(out, "says", says.substr(0, says.find(' ')));
    append_json_key(out, "comparable_prior");
    out += prior.comparable ? "true" : "false";
    append_json_key(out, "long_axis_change_mm");
    out += decimal_text(comparison.long_axis_change.thousandths());
    append_json_key(out, "threshold_mm");
    out += decimal_text(comparison.caliper_threshold.thousandths());
    append_json_key(out, "limit95_mm");
    out += decimal_text(limits.caliper_change_limit95.thousandths());
    append_json_key(out, "beyond_limit95");
    out += comparison.long_axis_change > limits.caliper_change_limit95 ? "true" : "false";
    if (comparison.volume_change_percent) {
        append_json_key(out, "volume_change_percent");
        fmt::format_to(std::back_inserter(out), "{:.1f}", *comparison.volume_change_percent);
        append_json_key(out, "volume_threshold_percent");
        out += decimal_text(comparison.volume_threshold->thousandths());
    }
    if (comparison.methods_disagree) {
        append_json_key(out, "methods_disagree");
        out += "true";
    }
}

}  // namespace nodtrack::report
