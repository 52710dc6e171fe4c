#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "build_timeline.hpp"
#include "what_if_axes.hpp"

namespace nodtrack::assess {
namespace {

constexpr std::string_view long_axis_column = "long_axis_mm";
constexpr std::int64_t cubic_millimetre = 1000;  // thousandths
/// No nodule is tried beyond this; the record's own limit lies there too.
constexpr double longest_mm = 500.0;

/// A nodule of the record as judged now, and where its facts stand.
struct Subject {
    const PatientRecord& record;
    const Timeline& timeline;
    const NoduleTimeline& nodule;
    std::string id;
    std::string index_scan_id;  ///< the scan of its row of the index examination; without one, the index scan
    const Findings* index_row;  ///< null: not reported at the index scan

    const Scan& scan_of(const PriorComparison& prior) const
    {
        return scan_at(record, timeline, nodule.rows[prior.row].rank);
    }
    const Findings& findings_of(const PriorComparison& prior) const
    {
        return record.measurements[nodule.rows[prior.row].measurement].findings;
    }
    Date index_date() const { return scan_at(record, timeline, *timeline.index_rank).scan_date; }
    Setting target(std::string_view column) const
    {
        return {.subject = id, .at = index_scan_id, .column = std::string(column)};
    }
};

std::int64_t thousandths_of(double units)
{
    return std::llround(units * Length::thousandths_per_unit);
}

/// Where a long axis going up may matter: every step up to the policy's largest length and to growth against each
/// prior, then the sizes at which a doubling time reaches a threshold.
std::vector<int> places_of_long_axis(const Subject& subject, std::int64_t current, const CriticalNumbers& critical)
{
    Length plain = critical.largest_length;
    std::vector<int> places;
    for (const PriorComparison& prior : subject.nodule.comparisons) {
        const Length before = *subject.findings_of(prior).long_axis;
        plain = std::max(plain, before + prior.comparison.caliper_threshold);
        const double days = days_between(subject.scan_of(prior).scan_date, subject.index_date());
        for (const double doubling_days : critical.doubling_days) {
            const double size_mm = before.in_units() * std::exp2(days / (3.0 * doubling_days));
            if (size_mm >= longest_mm || size_mm * 10.0 <= static_cast<double>(current / tenth)) continue;
            places.push_back(static_cast<int>(thousandths_of(size_mm) / tenth - current / tenth));
        }
    }
    places = places_around(std::move(places), static_cast<int>(thousandths_of(longest_mm) / tenth));
    for (const int place : every_place_to(static_cast<int>((plain.thousandths() - current) / tenth) + 2)) {
        places.push_back(place);
    }
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    return places;
}

void add_long_axis(std::vector<SearchAxis>& axes, const Subject& subject, const CriticalNumbers& critical)
{
    const Setting target = subject.target(long_axis_column);
    const auto known = subject.index_row != nullptr ? subject.index_row->long_axis : std::nullopt;
    if (!known) {
        const auto most = static_cast<int>(critical.largest_length.thousandths() / tenth + 1);
        axes.push_back(decimal_axis(subject.id, target.column, "mm", target, std::nullopt, Direction::filled_in, tenth,
                                    every_place_to(most)));
        axes.back().names_every_change = true;
        return;
    }
    const std::int64_t current = known->thousandths();
    axes.push_back(decimal_axis(subject.id, target.column, "mm", target, current, Direction::up, tenth,
                                places_of_long_axis(subject, current, critical)));
    axes.push_back(decimal_axis(subject.id, target.column, "mm", target, current, Direction::down, tenth,
                                every_place_to(static_cast<int>((current - 1) / tenth))));
}

/// The short axis counts in the mean diameter, against priors that have one.
void add_short_axis(std::vector<SearchAxis>& axes, const Subject& subject)
{
    if (subject.nodule.comparisons.empty() || !subject.index_row->long_axis) return;
    const Setting target = subject.target("short_axis_mm");
    const std::int64_t most = subject.index_row->long_axis->thousandths() / tenth;
    const auto& known = subject.index_row->short_axis;
    const auto axis = [&](std::optional<std::int64_t> current, Direction direction, std::int64_t last) {
        axes.push_back(decimal_axis(subject.id, target.column, "mm", target, current, direction, tenth,
                                    every_place_to(static_cast<int>(last))));
    };
    if (!known) {
        axis(std::nullopt, Direction::filled_in, most);
        axes.back().names_every_change = true;
        return;
    }
    axis(known->thousandths(), Direction::up, most - known->thousandths() / tenth);
    axis(known->thousandths(), Direction::down, (known->thousandths() - 1) / tenth);
}

/// The volume counts against priors with a comparable one; it matters at the limits of change and of doubling time.
void add_volume(std::vector<SearchAxis>& axes, const Subject& subject, const Judge& judge,
                const CriticalNumbers& critical)
{
    if (!subject.index_row->volume) return;
    const std::int64_t current = subject.index_row->volume->thousandths();
    const growth::Limits& limits = judge.limits();
    std::vector<int> up;
    std::vector<int> down;
    for (const PriorComparison& prior : subject.nodule.comparisons) {
        if (!prior.comparison.volume_change) continue;
        const double before = subject.findings_of(prior).volume->in_units();
        const growth::Percentage limit = *prior.comparison.volume_threshold;
        constexpr double percent = 100;
        std::vector<double> volumes = {
            before, before * (1 + growth::possible_volume_growth(limit, limits).in_units() / percent),
            before * (1 + limit.in_units() / percent),
            before * (1 - growth::volume_decrease(limit, limits).in_units() / percent)};
        const double days = days_between(subject.scan_of(prior).scan_date, subject.index_date());
        for (const double doubling_days : critical.doubling_days) {
            volumes.push_back(before * std::exp2(days / doubling_days));
        }
        for (const double volume_mm3 : volumes) {
            constexpr double largest_mm3 = longest_mm * longest_mm * longest_mm;
            if (volume_mm3 >= largest_mm3) continue;
            const auto place =
                static_cast<int>(thousandths_of(volume_mm3) / cubic_millimetre - current / cubic_millimetre);
            up.push_back(place);
            down.push_back(-place);
        }
    }
    if (up.empty()) return;
    const Setting target = subject.target("volume_mm3");
    constexpr int any = 1'000'000'000;
    axes.push_back(decimal_axis(subject.id, target.column, "mm3", target, current, Direction::up, cubic_millimetre,
                                places_around(up, any)));
    axes.push_back(decimal_axis(subject.id, target.column, "mm3", target, current, Direction::down, cubic_millimetre,
                                places_around(down, static_cast<int>((current - 1) / cubic_millimetre))));
}

/// Growth against a prior, told by another long axis of the prior: the size now stays what it is.
void add_growth(std::vector<SearchAxis>& axes, const Subject& subject, const CriticalNumbers& critical)
{
    if (!subject.index_row->long_axis) return;
    const Length size = *subject.index_row->long_axis;
    const auto& comparisons = subject.nodule.comparisons;
    for (auto prior = comparisons.rbegin(); prior != comparisons.rend(); ++prior) {  // of equals, the newest
        const Scan& scan = subject.scan_of(*prior);
        const std::int64_t before = subject.findings_of(*prior).long_axis->thousandths();
        const Length most = std::max(size + prior->comparison.caliper_threshold, critical.largest_length);
        Setting target = subject.target(long_axis_column);
        target.at = scan.scan_id;
        for (const Direction direction : {Direction::up, Direction::down}) {
            // A smaller prior is more growth.
            const bool smaller_prior = direction == Direction::up;
            const std::int64_t last = smaller_prior ? (before - 1) / tenth : (most.thousandths() - before) / tenth + 2;
            SearchAxis axis = decimal_axis(subject.id, "growth since " + scan.scan_date.iso(), "mm", target, before,
                                           smaller_prior ? Direction::down : Direction::up, tenth,
                                           every_place_to(static_cast<int>(last)));
            axis.from = decimal_text((size.thousandths() - before));
            axis.direction = direction;
            axis.one_of_several = true;
            axis.value_at = [size, prior_at = axis.value_at](int place) {
                Candidate tried = prior_at(place);
                tried.value = decimal_text(size.thousandths() - parse_thousandths(tried.value).value_or(0));
                return tried;
            };
            axes.push_back(std::move(axis));
        }
    }
}

void add_suv(std::vector<SearchAxis>& axes, const Subject& subject, const CriticalNumbers& critical)
{
    Setting target = subject.target("suv_max");
    const auto most = static_cast<int>(critical.largest_suv.thousandths() / tenth + 1);
    const auto& row = subject.nodule.suv_row;
    if (!row) {
        axes.push_back(decimal_axis(subject.id, target.column, "", target, std::nullopt, Direction::filled_in, tenth,
                                    every_place_to(most)));
        axes.back().names_every_change = true;
        return;
    }
    target.at = scan_at(subject.record, subject.timeline, row->rank).scan_id;
    const std::int64_t current = subject.record.measurements[row->measurement].findings.suv_max->thousandths();
    axes.push_back(decimal_axis(subject.id, target.column, "", target, current, Direction::up, tenth,
                                every_place_to(std::max(most - static_cast<int>(current / tenth), 1))));
    axes.push_back(decimal_axis(subject.id, target.column, "", target, current, Direction::down, tenth,
                                every_place_to(static_cast<int>((current + tenth - 1) / tenth))));
}

/// An id that the record does not have, and that stays free with a number behind it.
std::string free_id(const PatientRecord& record)
{
    std::string id = "other";
    const auto taken = [&](const std::string& other) { return other.starts_with(id); };
    while (std::any_of(record.nodule_ids.begin(), record.nodule_ids.end(), taken))
        id += '_';
    return id;
}

/// One, two, … nodules more of the same size and look.
void add_nodules_like_it(std::vector<SearchAxis>& axes, const Subject& subject, const CriticalNumbers& critical)
{
    if (subject.index_row == nullptr || !is_measurement(*subject.index_row)) return;
    for (const bool same_side : {false, true}) {
        Findings like;
        like.long_axis = subject.index_row->long_axis;
        like.side = subject.index_row->side;
        like.location = subject.index_row->location;
        like.attenuation = subject.index_row->attenuation;
        like.shape = subject.index_row->shape;
        like.margin = subject.index_row->margin;
        like.calcification = subject.index_row->calcification;
        if (!same_side && !like.side) continue;
        if (!same_side) like.side = *like.side == Side::left ? Side::right : Side::left;
        std::vector<Setting> of_one;
        for_each_field(findings_fields, [&](const auto& field) {
            const std::string text = text_of_value(like.*field.member);
            if (text.empty()) return;
            of_one.push_back(
                {.at = subject.index_scan_id, .adds_nodule = true, .column = std::string(field.column), .value = text});
        });
        const std::string side = like.side ? fmt::format(" on the {}", word(*like.side)) : "";
        axes.push_back({.subject = subject.id,
                        .what = "further nodules of the same size and look" + side,
                        .from = "0",
                        .direction = Direction::added,
                        .places = every_place_to(critical.most_nodules),
                        .value_at = [of_one, base = free_id(subject.record)](int count) {
                            Candidate tried{std::to_string(count), {}};
                            for (int i = 1; i <= count; ++i) {
                                for (Setting setting : of_one) {
                                    setting.subject = base + std::to_string(i);
                                    tried.settings.push_back(std::move(setting));
                                }
                            }
                            return tried;
                        }});
    }
}

/// A nodule that is not in the record, of rising size; of its look nothing is known.
SearchAxis unseen_nodule(const PatientRecord& record, const std::string& scan_id, const CriticalNumbers& critical)
{
    const std::string id = free_id(record) + "1";
    const Setting target{.subject = id, .at = scan_id, .adds_nodule = true, .column = std::string(long_axis_column)};
    SearchAxis axis = decimal_axis("patient", "a further nodule", "mm", target, std::nullopt, Direction::added, tenth,
                                   every_place_to(static_cast<int>(critical.largest_length.thousandths() / tenth) + 1));
    axis.names_every_change = true;
    axis.worse_only = true;
    return axis;
}

}  // namespace

void add_nodule_axes(std::vector<SearchAxis>& axes, const PatientRecord& record, const Assessment& now,
                     const Judge& judge, const CriticalNumbers& critical)
{
    const Timeline& timeline = now.timeline;
    if (!timeline.index_rank) return;
    const std::string& scan_id = scan_at(record, timeline, *timeline.index_rank).scan_id;
    for (const NoduleTimeline& nodule : timeline.nodules) {
        const Findings* row =
            nodule.index_measurement ? &record.measurements[*nodule.index_measurement].findings : nullptr;
        const std::string& row_scan_id = nodule.index_measurement
                                             ? record.scans[record.measurements[*nodule.index_measurement].scan].scan_id
                                             : scan_id;
        const Subject subject{record, timeline, nodule, record.nodule_ids[nodule.nodule], row_scan_id, row};
        add_long_axis(axes, subject, critical);
        if (row != nullptr) {
            add_short_axis(axes, subject);
            add_volume(axes, subject, judge, critical);
            add_growth(axes, subject, critical);
            add_word_axes(axes, findings_fields, *row, subject.id, subject.target(""), {});
        }
        add_suv(axes, subject, critical);
        add_nodules_like_it(axes, subject, critical);
    }
    axes.push_back(unseen_nodule(record, scan_id, critical));
}

std::vector<SearchAxis> axes_at_next_scan(const PatientRecord& record, const Assessment& unchanged, const Judge& judge)
{
    const CriticalNumbers critical = critical_numbers_of(judge.policy());
    const Timeline& timeline = unchanged.timeline;
    const std::string& scan_id = scan_at(record, timeline, *timeline.index_rank).scan_id;
    std::vector<SearchAxis> axes;
    for (const NoduleTimeline& nodule : timeline.nodules) {
        if (!nodule.index_measurement) continue;
        const Findings& row = record.measurements[*nodule.index_measurement].findings;
        if (!is_measurement(row)) continue;
        const Subject subject{record, timeline, nodule, record.nodule_ids[nodule.nodule], scan_id, &row};
        const std::int64_t current = row.long_axis->thousandths();
        axes.push_back(decimal_axis(subject.id, std::string(long_axis_column), "mm", subject.target(long_axis_column),
                                    current, Direction::up, tenth, places_of_long_axis(subject, current, critical)));
        axes.back().names_every_change = true;
        axes.back().worse_only = true;
    }
    axes.push_back(unseen_nodule(record, scan_id, critical));
    return axes;
}

}  // namespace nodtrack::assess
