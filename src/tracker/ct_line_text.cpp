#include <fmt/format.h>

#include <algorithm>

#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/tracker/ct_line.hpp"

namespace nodtrack::tracker {
namespace {

std::string size_of(const Findings& findings)
{
    if (!findings.long_axis)
        return findings.volume ? decimal_text(findings.volume->thousandths()) + " mm3" : "not measured";
    std::string text = decimal_text(findings.long_axis->thousandths());
    if (findings.short_axis) text += " x " + decimal_text(findings.short_axis->thousandths());
    if (findings.solid_component) text += ", solid " + decimal_text(findings.solid_component->thousandths());
    return text + " mm";
}

std::string state_of(const CtLineNodule& nodule)
{
    if (nodule.absent) return *nodule.absent == store::NoduleState::not_seen ? "not seen" : "outside the field";
    switch (nodule.findings.status) {
        case Status::resolved:
            return "resolved";
        case Status::not_assessed:
            return "not assessed";
        case Status::newly_seen:
            return size_of(nodule.findings) + ", new";
        case Status::present:
            break;
    }
    return size_of(nodule.findings);
}

/// What the row says of place and look, and what of it was carried over.
std::string look_of(const CtLineNodule& nodule)
{
    const Findings& findings = nodule.findings;
    std::string text;
    const auto add = [&](std::string_view column, const auto& value) {
        if (!value) return;
        text += (text.empty() ? "" : ", ") + std::string(word(*value));
        if (std::ranges::count(nodule.carried, column) > 0) text += " (carried over)";
    };
    add("side", findings.side);
    add("lobe", findings.lobe);
    add("location", findings.location);
    add("attenuation", findings.attenuation);
    return text;
}

std::string line_of(const CtLineNodule& nodule)
{
    std::string text = fmt::format("  {:<6} {:<22}", nodule.nodule_id, state_of(nodule));
    if (nodule.before) {
        text += fmt::format(" was {} on {}", size_of(*nodule.before), nodule.before_on->iso());
        if (nodule.before->long_axis && nodule.findings.long_axis) {
            const Length change = *nodule.findings.long_axis - *nodule.before->long_axis;
            text += fmt::format(" ({}{})", change < Length() ? "" : "+", decimal_text(change.thousandths()));
        }
    }
    if (const std::string look = look_of(nodule); !look.empty()) text += "; " + look;
    if (nodule.to_be_said) {
        text += fmt::format("; was {}, not carried over: say it again where it still is", word(*nodule.to_be_said));
    }
    return text + "\n";
}

}  // namespace

std::string ct_line_text(const CtLineReport& report, const assess::Judge& judge)
{
    const Scan& scan = report.scan;
    std::string text = fmt::format("{} of {}: reading {}\n", scan.scan_id, scan.scan_date.iso(),
                                   scan.reading ? word(*scan.reading) : "open; close it with --done");
    for (const CtLineNodule& nodule : report.nodules)
        text += line_of(nodule);
    if (!report.assessment) return text + "dry run: nothing was stored\n";
    text += report.delivery_no ? fmt::format("stored as delivery {}\n", *report.delivery_no)
                               : "nothing new: this is recorded already\n";
    return text + report::summary_text(*report.assessment, report.record, judge, assess::Detail::fired) +
           report::standing_notice();
}

}  // namespace nodtrack::tracker
