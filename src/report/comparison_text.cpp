#include "comparison_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nodtrack/growth/measurement_error.hpp"
#include "nodtrack/report/trend.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

/// `size`: what serves for the long axis.
growth::SizeReading reading_of(const PatientRecord& record, std::uint32_t measurement,
                               const std::optional<Length>& size)
{
    const Measurement& row = record.measurements[measurement];
    const Scan& scan = record.scans[row.scan];
    return {scan.scan_date,      size.value_or(Length()),    row.findings.short_axis,
            row.findings.volume, row.findings.volume_method, scan.slice_thickness};
}

growth::SizeReading reading_before(const PatientRecord& record, const assess::NoduleRow& row)
{
    return reading_of(record, row.measurement, record.measurements[row.measurement].findings.long_axis);
}

/// At the index scan: its long axis, or the lower bound that serves for it.
growth::SizeReading reading_now(const PatientRecord& record, const assess::NoduleTimeline& nodule)
{
    return reading_of(record, *nodule.index_measurement, nodule.size);
}

const Scan& scan_of(const assess::NoduleRow& row, const assess::Timeline& timeline, const PatientRecord& record)
{
    return record.scans[timeline.scans[row.rank]];
}

/// Whether a change of size is beyond what two readings may differ, and in which direction.
std::string_view beyond_error(Length change, Length limit95)
{
    if (change > limit95) return "beaten";
    return -change > limit95 ? "beaten, it decreased" : "not beaten";
}

std::string_view beyond_error(growth::Change volume_change)
{
    if (volume_change == growth::Change::unequivocal_growth) return "beaten";
    return volume_change == growth::Change::decreased ? "beaten, it decreased" : "not beaten";
}

std::string mean_diameter_change(const growth::Comparison& change, const growth::Limits& limits)
{
    constexpr std::int64_t half_micrometres = 2;
    return shown_change(Length::from_thousandths(*change.mean_diameter_change_half_micrometres / half_micrometres),
                        change.caliper_threshold, limits.possible_growth_above);
}

/// `solid component +2.5 mm`, `part solid, now solid`, `calcified now`
std::string density_words(const Findings& before, const Findings& now, const growth::Limits& limits)
{
    if (before.solid_component && now.solid_component && *now.solid_component > *before.solid_component) {
        const Length limit = limits.solid_component_growth;
        return "solid component " + shown_change(*now.solid_component - *before.solid_component, limit, limit) + " mm";
    }
    const bool attenuation = before.attenuation && now.attenuation && *before.attenuation != *now.attenuation;
    if (attenuation) return in_words(word(*before.attenuation)) + ", now " + in_words(word(*now.attenuation));
    return "calcification " + (now.calcification ? in_words(word(*now.calcification)) : std::string("reported")) +
           ", before none";
}

/// `is_believed`: unequivocal growth is told as such.
std::string growth_words(const growth::Comparison& change, const std::string& since, const growth::Limits& limits,
                         bool is_believed)
{
    const bool unequivocal = change.change == growth::Change::unequivocal_growth;
    const std::string_view grew = unequivocal && is_believed ? "grew" : "may have grown";
    const std::string volume =
        change.volume_change_percent ? fmt::format("{:.0f} % in volume", *change.volume_change_percent) : "";
    const bool by_calipers = change.caliper_change == growth::Change::unequivocal_growth ||
                             (!unequivocal && change.caliper_change == growth::Change::possible_growth);
    if (!by_calipers && change.volume_change_percent && change.volume_threshold) {
        return fmt::format("{} {} since {}, limit {:.0f} %", grew, volume, since, change.volume_threshold->in_units());
    }
    if (!by_calipers && change.unstated_volume_rose)
        return "may have grown: its volume rose since " + since + ", with a thickness or method not stated";
    const Length long_axis_limit = unequivocal ? change.caliper_threshold : limits.possible_growth_above;
    const bool by_long_axis =
        unequivocal ? change.long_axis_change >= long_axis_limit : change.long_axis_change > long_axis_limit;
    const std::string by = by_long_axis || !change.mean_diameter_change_half_micrometres
                               ? long_axis_change(change, limits).substr(1) + " mm"
                               : mean_diameter_change(change, limits).substr(1) + " mm in mean diameter";
    std::string text = fmt::format("{} {} since {}, ", grew, by, since);
    text += unequivocal ? "limit " + shown_size(long_axis_limit) : "above " + shown_size(long_axis_limit);
    if (!unequivocal && change.methods_disagree) text += "; methods disagree, re-measure";
    return text;
}

}  // namespace

const assess::PriorComparison* deciding_comparison(const assess::NoduleTimeline& nodule,
                                                   const assess::Timeline& timeline, const PatientRecord& record)
{
    const auto& all = nodule.comparisons;
    if (all.empty()) return nullptr;
    const auto says = [&](growth::Change change) {
        const assess::PriorComparison* most = nullptr;
        for (const assess::PriorComparison& prior : all) {
            if (prior.comparison.change != change) continue;
            if (most == nullptr || prior.comparison.long_axis_change > most->comparison.long_axis_change) most = &prior;
        }
        return most;
    };
    const assess::GrowthState state = nodule.history_state;
    if (nodule.doubling_time_comparison) return &all[*nodule.doubling_time_comparison];
    if (state == assess::GrowthState::unequivocal_growth) return says(growth::Change::unequivocal_growth);
    if (state == assess::GrowthState::possible_growth) {
        const assess::PriorComparison* most = says(growth::Change::possible_growth);
        return most != nullptr ? most : says(growth::Change::unequivocal_growth);
    }
    if (state == assess::GrowthState::stable) {
        for (const assess::PriorComparison& prior : all) {
            const bool starts_the_run =
                nodule.stable_since && prior.comparable &&
                scan_of(nodule.rows[prior.row], timeline, record).scan_date >= *nodule.stable_since;
            if (starts_the_run) return &prior;
        }
    }
    const auto newest = std::find_if(all.rbegin(), all.rend(), [](const auto& prior) { return prior.comparable; });
    return newest == all.rend() ? nullptr : &*newest;
}

std::string comparison_words(const assess::PriorComparison& prior, const assess::NoduleTimeline& nodule,
                             const assess::Timeline& timeline, const PatientRecord& record,
                             const growth::Limits& limits)
{
    const assess::NoduleRow& row = nodule.rows[prior.row];
    const std::string since = scan_of(row, timeline, record).scan_date.iso();
    const growth::Comparison& change = prior.comparison;
    if (change.denser) {
        return "became denser since " + since + ": " +
               density_words(record.measurements[row.measurement].findings,
                             record.measurements[*nodule.index_measurement].findings, limits);
    }
    // Which the board's criterion must not be taken for: one prior alone says so, and is not believed.
    if (nodule.outlying_prior && change.change == growth::Change::unequivocal_growth) {
        return growth_words(change, since, limits, false) + ", by one prior alone: measure again";
    }
    if (change.is_growth()) return growth_words(change, since, limits, true);
    if (change.change == growth::Change::decreased) {
        if (change.long_axis_change.thousandths() < 0)
            return fmt::format("shrank {} mm since {}", long_axis_change(change, limits).substr(1), since);
        return "shrank since " + since;
    }
    return fmt::format("changed by {} mm since {}", long_axis_change(change, limits), since);
}

std::string long_axis_change(const growth::Comparison& change, const growth::Limits& limits)
{
    return shown_change(change.long_axis_change, change.caliper_threshold, limits.possible_growth_above);
}

const Therapy* newest_local_therapy(const assess::NoduleTimeline& nodule, const assess::Timeline& timeline,
                                    const PatientRecord& record)
{
    const Therapy* newest = nullptr;
    if (!timeline.index_rank) return newest;
    const Date index_date = record.scans[timeline.scans[*timeline.index_rank]].scan_date;
    for (const Therapy& therapy : record.therapies) {
        const bool counts = (therapy.kind == TherapyKind::sbrt || therapy.kind == TherapyKind::ablation) &&
                            therapy.nodule_id == record.nodule_ids[nodule.nodule] && therapy.start_date <= index_date;
        if (counts && (newest == nullptr || therapy.start_date > newest->start_date)) newest = &therapy;
    }
    return newest;
}

std::string comparison_line(const assess::PriorComparison& prior, const assess::NoduleTimeline& nodule,
                            const assess::Timeline& timeline, const PatientRecord& record, const growth::Limits& limits)
{
    const assess::NoduleRow& row = nodule.rows[prior.row];
    const Scan& scan = record.scans[timeline.scans[row.rank]];
    growth::SizeReading before = reading_before(record, row);
    const growth::SizeReading now = reading_now(record, nodule);
    const growth::Comparison& change = prior.comparison;
    // What split or merged counts with others' sizes.
    if (!nodule.added_sizes.empty()) before.long_axis = now.long_axis - change.long_axis_change;
    std::string line =
        fmt::format("    {} {}: {} -> {} mm, {} mm", scan.scan_date.iso(), scan.scan_id, shown_size(before.long_axis),
                    shown_size(now.long_axis), long_axis_change(change, limits));
    if (change.mean_diameter_change_half_micrometres)
        line += fmt::format(" (mean diameter {} mm)", mean_diameter_change(change, limits));
    line += fmt::format("; limit {} mm; 95 % of reading error {} mm: {}",
                        decimal_text(change.caliper_threshold.thousandths()),
                        decimal_text(limits.caliper_change_limit95.thousandths()),
                        beyond_error(change.long_axis_change, limits.caliper_change_limit95));
    if (change.volume_change_percent) {
        line += fmt::format("; volume {:+.0f} %, 95 % limit {} %: {}", *change.volume_change_percent,
                            decimal_text(change.volume_threshold->thousandths()), beyond_error(*change.volume_change));
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
    if (!nodule.added_sizes.empty()) {
        return fmt::format("    doubling time {:.1f} days since {}, by the sums\n", *nodule.doubling_time_days,
                           record.scans[timeline.scans[row.rank]].scan_date.iso());
    }
    const auto interval = growth::doubling_time_interval(reading_before(record, row), reading_now(record, nodule),
                                                         prior.comparison, limits);
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
    bool denser = false;
    bool younger = false;
    for (const assess::PriorComparison& prior : nodule.comparisons) {
        widened = widened ||
                  prior.comparison.caliper_threshold >
                      Length::from_thousandths(static_cast<std::int64_t>(policy.parameter(names[0])->numbers.front()));
        by_volume = by_volume || prior.comparison.volume_change.has_value();
        denser = denser || prior.comparison.denser;
        younger = younger || !prior.comparable;
    }
    if (widened) names.insert(names.end(), {"thick_slice_above_mm", "thick_slice_cap_mm"});
    if (by_volume) {
        names.insert(names.end(), {"volume_slice_at_most_mm", "possible_volume_growth_share",
                                   "possible_volume_growth_percent", "volume_limits_percent"});
    }
    if (denser) names.push_back("solid_component_growth_mm");
    if (younger) names.push_back("younger_prior_min_days");
    if (nodule.outlying_prior) names.push_back("outlier_min_priors");
    std::vector<const policy::Parameter*> used;
    for (const std::string_view name : names) {
        // Not every policy has all of them.
        if (const policy::Parameter* parameter = policy.parameter(name)) used.push_back(parameter);
    }
    return used;
}

}  // namespace nodtrack::report
