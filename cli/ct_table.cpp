#include "ct_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "follow_json.hpp"
#include "measurement_json.hpp"

namespace nodtrack::cli {
namespace {

using nlohmann::ordered_json;
using tracker::CtFate;
using tracker::CtFollowUp;
using tracker::CtNodule;
using tracker::CtNoduleKind;
using tracker::CtOutcome;

std::string_view kind_word(CtNoduleKind kind)
{
    switch (kind) {
        case CtNoduleKind::followed:
            return "followed";
        case CtNoduleKind::clicked:
            return "clicked";
        case CtNoduleKind::added:
            return "added";
        case CtNoduleKind::not_looked_for:
            break;
    }
    return "not_looked_for";
}

std::string_view fate_word(CtFate fate)
{
    switch (fate) {
        case CtFate::recorded:
            return "recorded";
        case CtFate::proposed:
            return "proposed";
        case CtFate::not_seen:
            return "not_seen";
        case CtFate::left:
            break;
    }
    return "left";
}

std::string found_text(const CtNodule& line)
{
    switch (line.kind) {
        case CtNoduleKind::clicked:
            return "clicked";
        case CtNoduleKind::added:
            return "new, clicked";
        case CtNoduleKind::not_looked_for:
            return "-";
        case CtNoduleKind::followed:
            break;
    }
    return fmt::format(
        "{} {:.2f}",
        line.followed->status == imaging::FollowStatus::not_found ? "not found" : word(line.followed->status),
        told_confidence(line.followed->confidence));
}

std::string fate_text(const CtOutcome& outcome)
{
    switch (outcome.fate) {
        case CtFate::recorded:
            return std::string("recorded as ") + std::string(nodtrack::word(outcome.findings.status));
        case CtFate::proposed:
            return std::string("recorded as ") + std::string(nodtrack::word(outcome.findings.status)) +
                   ", link proposed";
        case CtFate::not_seen:
            return "not seen: proposed";
        case CtFate::left:
            break;
    }
    return "not stored: " + outcome.why;
}

/// What a person typed over the measured size.
std::string typed_size(const CtOutcome& outcome)
{
    const Findings& findings = outcome.findings;
    if (!findings.long_axis) return "-";
    std::string text = fmt::format("{:.1f}", findings.long_axis->in_units());
    if (findings.short_axis) text += fmt::format(" x {:.1f}", findings.short_axis->in_units());
    text += " mm";
    if (findings.volume) text += fmt::format(", {:.0f} mm3", findings.volume->in_units());
    return text;
}

bool is_stored(const CtOutcome& outcome)
{
    return outcome.fate == CtFate::recorded || outcome.fate == CtFate::proposed;
}

std::string now_text(const CtNodule& line, const CtOutcome& outcome)
{
    if (is_stored(outcome)) return typed_size(outcome);
    return line.measured ? size_text(*line.measured) : "-";
}

std::string change_text(const CtNodule& line)
{
    const auto& change = line.change;
    if (!change.volume_change_percent) return "-";
    return fmt::format("{:+.0f} % ({:+.0f} to {:+.0f})", *change.volume_change_percent,
                       (*change.change_ci95_percent)[0], (*change.change_ci95_percent)[1]);
}

std::vector<std::string> flags_of(const CtNodule& line)
{
    std::vector<std::string> flags;
    const auto add = [&](const std::vector<std::string>& more) { flags.insert(flags.end(), more.begin(), more.end()); };
    if (line.followed) add(line.followed->flags);
    if (line.measured) add(line.measured->flags);
    add(line.change.flags);
    add(line.flags);
    return flags;
}

std::string head_text(const CtFollowUp& follow_up)
{
    const Scan& scan = follow_up.scan;
    const auto& facts = follow_up.facts;
    std::string text = fmt::format("{} {}: CT of {}{}", follow_up.patient_id, scan.scan_id, scan.scan_date.iso(),
                                   follow_up.scan_is_recorded ? ", recorded already" : "");
    text += scan.slice_thickness ? fmt::format("; slices of {} mm", decimal_text(scan.slice_thickness->thousandths()))
                                 : std::string("; slice thickness not known");
    text += facts.kernel.empty() ? std::string() : "; kernel " + facts.kernel;
    text += fmt::format("; IV contrast {}", scan.iv_contrast ? nodtrack::word(*scan.iv_contrast) : "not known");
    if (facts.ctdi_vol_mgy) text += fmt::format("; CTDIvol {:.2f} mGy", *facts.ctdi_vol_mgy);
    text += "\n  " + follow_up.description + "\n";
    for (const auto& prior : follow_up.priors)
        text += fmt::format("  beside {} of {}\n", prior.scan_id, prior.scan_date.iso());
    return text;
}

}  // namespace

std::string ct_table_text(const CtFollowUp& follow_up, const std::vector<CtOutcome>& outcomes)
{
    using Row = std::array<std::string, 7>;
    std::vector<Row> rows = {{"nodule", "on this CT", "then", "now", "volume (95 %)", "growth", "stored"}};
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const CtNodule& line = follow_up.nodules[i];
        rows.push_back({line.nodule_id, found_text(line), line.followed ? size_text(line.followed->prior) : "-",
                        now_text(line, outcomes[i]), change_text(line),
                        line.change.growth_state ? std::string(assess::word_of(*line.change.growth_state)) : "-",
                        fate_text(outcomes[i])});
    }
    std::array<std::size_t, 7> widths{};
    for (const Row& row : rows) {
        for (std::size_t column = 0; column < row.size(); ++column)
            widths[column] = std::max(widths[column], row[column].size());
    }
    std::string text = head_text(follow_up);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        std::string printed;
        for (std::size_t column = 0; column < rows[r].size(); ++column)
            printed += fmt::format("{:<{}}  ", rows[r][column], widths[column]);
        text += printed.substr(0, printed.find_last_not_of(' ') + 1) + "\n";
        if (r == 0) continue;
        for (const std::string& flag : flags_of(follow_up.nodules[r - 1]))
            text += "  flag: " + flag + "\n";
    }
    if (outcomes.empty()) text += "  no nodule is known, and none was clicked\n";
    for (const auto& prior : follow_up.priors) {
        for (const std::string& flag : prior.comparability.flags)
            text += fmt::format("The CTs (beside {}): {}\n", prior.scan_id, flag);
    }
    for (const std::string& flag : follow_up.flags)
        text += "The scan: " + flag + "\n";
    return text;
}

std::string ct_table_json(const CtFollowUp& follow_up, const std::vector<CtOutcome>& outcomes,
                          std::optional<store::DeliveryNumber> delivery, const std::string& assessment)
{
    const Scan& scan = follow_up.scan;
    const auto& facts = follow_up.facts;
    const auto text_or_null = [](const std::string& text) {
        return text.empty() ? ordered_json() : ordered_json(text);
    };
    ordered_json scan_json = {{"scan_id", scan.scan_id},
                              {"scan_date", scan.scan_date.iso()},
                              {"modality", nodtrack::word(scan.modality)},
                              {"recorded_before", follow_up.scan_is_recorded}};
    scan_json["slice_thickness_mm"] =
        scan.slice_thickness ? ordered_json(scan.slice_thickness->in_units()) : ordered_json();
    scan_json["iv_contrast"] = scan.iv_contrast ? ordered_json(nodtrack::word(*scan.iv_contrast)) : ordered_json();
    scan_json["kernel"] = text_or_null(facts.kernel);
    scan_json["ctdi_vol_mgy"] = facts.ctdi_vol_mgy ? ordered_json(*facts.ctdi_vol_mgy) : ordered_json();
    scan_json["study_uid"] = text_or_null(facts.study_uid);
    scan_json["series_uid"] = text_or_null(facts.series_uid);
    scan_json["flags"] = follow_up.flags;

    ordered_json object = {{"patient_id", follow_up.patient_id}, {"scan", std::move(scan_json)}};
    object["priors"] = ordered_json::array();
    for (const auto& prior : follow_up.priors)
        object["priors"].push_back(
            {{"scan_id", prior.scan_id}, {"scan_date", prior.scan_date.iso()}, {"flags", prior.comparability.flags}});
    object["nodules"] = ordered_json::array();
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const CtNodule& line = follow_up.nodules[i];
        const CtOutcome& outcome = outcomes[i];
        ordered_json nodule = {{"nodule_id", line.nodule_id}, {"kind", kind_word(line.kind)}};
        nodule["prior_scan_id"] = line.prior ? ordered_json(follow_up.priors[*line.prior].scan_id) : ordered_json();
        nodule["followed"] =
            line.followed ? ordered_json::parse(followed_json(*line.followed, line.change, {})) : ordered_json();
        nodule["measured"] =
            line.measured ? ordered_json::parse(measurement_json(*line.measured, &line.calcification)) : ordered_json();
        nodule["outcome"] = fate_word(outcome.fate);
        nodule["why"] = text_or_null(outcome.why);
        nodule["status"] = is_stored(outcome) ? ordered_json(nodtrack::word(outcome.findings.status)) : ordered_json();
        const auto size = [&](const auto& value) {
            return is_stored(outcome) && value ? ordered_json(value->in_units()) : ordered_json();
        };
        nodule["long_axis_mm"] = size(outcome.findings.long_axis);
        nodule["short_axis_mm"] = size(outcome.findings.short_axis);
        nodule["volume_mm3"] = size(outcome.findings.volume);
        nodule["flags"] = flags_of(line);
        object["nodules"].push_back(std::move(nodule));
    }
    object["delivery"] = delivery ? ordered_json(*delivery) : ordered_json();
    object["assessment"] = assessment.empty() ? ordered_json() : ordered_json::parse(assessment);
    return object.dump() + "\n";
}

}  // namespace nodtrack::cli
