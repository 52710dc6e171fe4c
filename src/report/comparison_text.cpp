#include "comparison_text.hpp"

#include <fmt/format.h>

#include "nodtrack/growth/measurement_error.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

std::string signed_decimal(std::int64_t thousandths)
{
    return (thousandths < 0 ? "" : "+") + decimal_text(thousandths);
}

growth::SizeReading reading_of(const PatientRecord& record, std::uint32_t measurement)
{
    const Measurement& row = record.measurements[measurement];
    const Scan& scan = record.scans[row.scan];
    return {scan.scan_date,      *row.findings.long_axis,    row.findings.short_axis,
            row.findings.volume, row.findings.volume_method, scan.slice_thickness};
}

}  // namespace

std::string comparison_line(const assess::PriorComparison& prior, const assess::NoduleTimeline& nodule,
                            const assess::Timeline& timeline, const PatientRecord& record, const growth::Limits& limits)
{
    const assess::NoduleRow& row = nodule.rows[prior.row];
    const Scan& scan = record.scans[timeline.scans[row.rank]];
    const growth::SizeReading before = reading_of(record, row.measurement);
    const growth::SizeReading now = reading_of(record, *nodule.index_measurement);
    const growth::Comparison& change = prior.comparison;
    std::string line =
        fmt::format("    {} {}: {} -> {} mm, {} mm", scan.scan_date.iso(), scan.scan_id,
                    decimal_text(before.long_axis.thousandths()), decimal_text(now.long_axis.thousandths()),
                    signed_decimal(change.long_axis_change.thousandths()));
    if (change.mean_diameter_change_half_micrometres) {
        line += fmt::format(" (mean diameter {:+.2f} mm)",
                            static_cast<double>(*change.mean_diameter_change_half_micrometres) / 2000.0);
    }
    line += fmt::format("; limit {} mm; 95 % of reading error {} mm: {}",
                        decimal_text(change.caliper_threshold.thousandths()),
                        decimal_text(limits.caliper_change_limit95.thousandths()),
                        change.long_axis_change > limits.caliper_change_limit95 ? "beaten" : "not beaten");
    if (change.volume_change_percent) {
        line += fmt::format("; volume {:+.0f} %, 95 % limit {} %: {}", *change.volume_change_percent,
                            decimal_text(change.volume_threshold->thousandths()),
                            change.volume_change == growth::Change::unequivocal_growth ? "beaten" : "not beaten");
    }
    line += fmt::format("\n      says {}{}{}\n", change_words(change.change),
                        change.methods_disagree ? " (methods disagree, re-measure)" : "",
                        prior.comparable ? "" : " (younger measurement: counts for unequivocal growth only)");
    return line;
}

std::string doubling_time_line(const assess::NoduleTimeline& nodule, const assess::Timeline& timeline,
                               const PatientRecord& record, const growth::Limits& limits)
{
    if (!nodule.doubling_time_comparison) return {};
    const assess::PriorComparison& prior = nodule.comparisons[*nodule.doubling_time_comparison];
    const assess::NoduleRow& row = nodule.rows[prior.row];
    const auto interval = growth::doubling_time_interval(
        reading_of(record, row.measurement), reading_of(record, *nodule.index_measurement), prior.comparison, limits);
    if (!interval) return {};
    const auto side = [](const std::optional<double>& days, std::string_view unbounded) {
        return days ? fmt::format("{:.0f}", *days) : std::string(unbounded);
    };
    return fmt::format("    doubling time {:.1f} days since {} (95 % interval: shortest {}, longest {}){}\n",
                       *nodule.doubling_time_days, record.scans[timeline.scans[row.rank]].scan_date.iso(),
                       side(interval->shortest_days, "not excluded"), side(interval->longest_days, "not excluded"),
                       nodule.state == nodule.history_state ? "" : ", since treatment");
}

std::vector<const policy::Parameter*> limits_used(const assess::NoduleTimeline& nodule, const policy::Policy& policy)
{
    std::vector<std::string_view> names = {"caliper_growth_mm", "possible_growth_above_mm", "caliper_change_limit95_mm",
                                           "comparable_prior_min_days"};
    bool widened = false;
    bool by_volume = false;
    bool younger = false;
    for (const assess::PriorComparison& prior : nodule.comparisons) {
        widened = widened ||
                  prior.comparison.caliper_threshold >
                      Length::from_thousandths(static_cast<std::int64_t>(policy.parameter(names[0])->numbers.front()));
        by_volume = by_volume || prior.comparison.volume_change.has_value();
        younger = younger || !prior.comparable;
    }
    if (widened) names.insert(names.end(), {"thick_slice_above_mm", "thick_slice_cap_mm"});
    if (by_volume) {
        names.insert(names.end(),
                     {"volume_slice_at_most_mm", "possible_volume_growth_percent", "volume_limits_percent"});
    }
    if (younger) names.push_back("younger_prior_min_days");
    if (nodule.outlying_prior) names.push_back("outlier_min_priors");
    std::vector<const policy::Parameter*> used;
    for (const std::string_view name : names)
        used.push_back(policy.parameter(name));
    return used;
}

}  // namespace nodtrack::report
