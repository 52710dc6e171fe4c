#include "build_timeline.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "kin.hpp"

namespace nodtrack::assess {

bool is_preferred(const Scan& left, const Scan& right)
{
    const auto order = [](const Scan& scan) {
        return std::tuple(scan.reading != Reading::complete, !scan.slice_thickness, scan.slice_thickness);
    };
    return order(left) != order(right) ? order(left) < order(right) : left.scan_id > right.scan_id;
}

int place_of(const Findings& findings)
{
    if (is_measurement(findings)) return 0;
    if (findings.status == Status::resolved) return 1;
    return findings.status == Status::not_assessed ? 3 : 2;
}

namespace {

using Rank = std::uint32_t;

bool names(const Therapy& therapy, std::string_view nodule_id)
{
    return therapy.nodule_id == nodule_id;
}

/// The first rank whose scan is dated after `date`.
Rank first_rank_after(const PatientRecord& record, const Timeline& timeline, Date date)
{
    Rank rank = 0;
    while (rank < timeline.scans.size() && scan_at(record, timeline, rank).scan_date <= date)
        ++rank;
    return rank;
}

/// The first rank whose scan is dated on `date` or later.
Rank first_rank_from(const PatientRecord& record, const Timeline& timeline, Date date)
{
    return first_rank_after(record, timeline, add_days(date, -1));
}

/// The newest examination before `date`.
const Examination* newest_examination_before(const Timeline& timeline, Date date)
{
    const Examination* newest = nullptr;
    for (const Examination& examination : timeline.examinations) {
        if (examination.date < date) newest = &examination;
    }
    return newest;
}

struct NoduleWork {
    const PatientRecord& record;
    const Timeline& timeline;
    const Parameters& parameters;
    NoduleTimeline& nodule;
    std::string_view nodule_id;
    Date index_date;

    const Findings& findings(const NoduleRow& row) const { return record.measurements[row.measurement].findings; }
    const Scan& scan(const NoduleRow& row) const { return scan_at(record, timeline, row.rank); }
    Date date(const NoduleRow& row) const { return scan(row).scan_date; }

    template <class Visitor>
    void for_each_therapy(TherapyKind kind, Visitor&& visit) const
    {
        for (const Therapy& therapy : record.therapies) {
            if (therapy.kind == kind && is_seen(therapy, timeline.as_of) && names(therapy, nodule_id)) visit(therapy);
        }
    }
    template <class Visitor>
    void for_each_event(EventKind kind, Visitor&& visit) const
    {
        for (const NoduleEvent& event : record.events) {
            if (event.kind == kind && is_seen(event, timeline.as_of) && event.nodule_id == nodule_id) visit(event);
        }
    }
    std::optional<Date> newest_event(EventKind kind) const
    {
        std::optional<Date> newest;
        for_each_event(kind,
                       [&](const NoduleEvent& event) { newest = std::max(newest.value_or(event.date), event.date); });
        return newest;
    }
    std::optional<Date> newest_resolved() const
    {
        std::optional<Date> newest;
        for (const NoduleRow& row : nodule.rows) {
            if (row.of_examination && findings(row).status == Status::resolved) newest = date(row);
        }
        return newest;
    }
};

/// Marks the nodule's row of each examination. Rows stand by rank, so those of one day stand together.
void choose_rows(NoduleWork& work)
{
    auto& rows = work.nodule.rows;
    NoduleRow* chosen = nullptr;
    for (NoduleRow& row : rows) {
        const Scan& scan = work.scan(row);
        row.before_index = scan.scan_date < work.index_date;
        if (!scan.is_diagnostic_ct()) continue;
        const bool same_day = chosen != nullptr && work.date(*chosen) == scan.scan_date;
        if (same_day) {
            const int place = place_of(work.findings(row));
            const int place_of_chosen = place_of(work.findings(*chosen));
            if (place > place_of_chosen || (place == place_of_chosen && !is_preferred(scan, work.scan(*chosen)))) {
                continue;
            }
            chosen->of_examination = false;
        }
        row.of_examination = true;
        chosen = &row;
    }
    if (chosen != nullptr && work.date(*chosen) == work.index_date) work.nodule.index_measurement = chosen->measurement;
}

/// A `resolved` row or a metastasectomy dated after `date` ends what an event said.
bool ended_after(const NoduleWork& work, Date date)
{
    bool ended = false;
    for (const NoduleRow& row : work.nodule.rows) {
        if (row.of_examination && work.findings(row).status == Status::resolved && work.date(row) > date) ended = true;
    }
    work.for_each_therapy(TherapyKind::metastasectomy,
                          [&](const Therapy& surgery) { ended = ended || surgery.start_date > date; });
    return ended;
}

/// Whether what was said to be no nodule is judged again: a later row is large, has no size, or is larger by growth
/// than a row that was there when it was said.
bool is_reopened(const NoduleWork& work, Date said_on)
{
    const auto says_there = [&](const NoduleRow& row) {
        return work.scan(row).is_diagnostic_ct() && work.findings(row).is_there();
    };
    std::optional<Length> smallest_then;
    for (const NoduleRow& row : work.nodule.rows) {
        const auto& long_axis = work.findings(row).long_axis;
        if (work.date(row) > said_on || !says_there(row) || !long_axis) continue;
        smallest_then = std::min(smallest_then.value_or(*long_axis), *long_axis);
    }
    return std::any_of(work.nodule.rows.begin(), work.nodule.rows.end(), [&](const NoduleRow& row) {
        if (work.date(row) <= said_on || !says_there(row)) return false;
        const auto& long_axis = work.findings(row).long_axis;
        const auto& by_growth = work.parameters.not_a_nodule_ends_by_growth;
        if (!long_axis) return by_growth.has_value();
        return *long_axis >= work.parameters.not_a_nodule_ends_at ||
               (by_growth && smallest_then && *long_axis - *smallest_then >= *by_growth);
    });
}

/// The SUVmax that counts at the index scan: the highest of the window, of equals the earliest. Where the nodule was
/// last reported resolved, the highest above the cut-off since then.
void note_suv(NoduleWork& work)
{
    NoduleTimeline& nodule = work.nodule;
    const Date oldest = add_days(work.index_date, -work.parameters.suv_window_days);
    const Date bars_repeat_from = add_days(work.index_date, -work.parameters.suv_repeat_days);
    const auto highest_from = [&](Date from, std::optional<Suv> above) {
        std::optional<NoduleRow> highest;
        for (const NoduleRow& row : nodule.rows) {
            const auto& suv = work.findings(row).suv_max;
            if (!suv || work.date(row) < from || (above && *suv <= *above)) continue;
            if (!highest || *suv > *work.findings(*highest).suv_max) highest = row;
        }
        return highest;
    };
    nodule.suv_row = highest_from(oldest, std::nullopt);
    nodule.suv_in_last_year = highest_from(bars_repeat_from, std::nullopt).has_value();
    const NoduleRow* newest = nullptr;
    for (const NoduleRow& row : nodule.rows) {
        if (row.of_examination) newest = &row;
    }
    if (newest == nullptr || work.findings(*newest).status != Status::resolved) return;
    const auto since = highest_from(std::max(oldest, work.date(*newest)), work.parameters.suv_cut_off);
    nodule.avid_since_resolved = since.has_value();
    if (since) nodule.suv_row = since;
}

/// Decision table, section 1: "Not judged, and not listed".
bool is_judged(NoduleWork& work)
{
    bool judged = true;
    if (const auto said_on = work.newest_event(EventKind::not_a_nodule)) {
        work.nodule.not_a_nodule_reopened = is_reopened(work, *said_on);
        judged = work.nodule.not_a_nodule_reopened;
    }
    const bool at_index = work.nodule.index_measurement.has_value();
    const NoduleRow* newest_earlier = nullptr;
    for (const NoduleRow& row : work.nodule.rows) {
        if (row.of_examination && row.before_index) newest_earlier = &row;
    }
    if (!at_index && newest_earlier != nullptr && work.findings(*newest_earlier).status == Status::resolved &&
        !work.nodule.avid_since_resolved) {
        judged = false;
    }
    const Date newest_row = work.date(work.nodule.rows.back());
    work.for_each_therapy(TherapyKind::metastasectomy, [&](const Therapy& surgery) {
        if (surgery.start_date >= work.index_date) judged = false;
        if (!at_index && newest_row <= surgery.start_date) judged = false;
    });
    return judged;
}

/// Where the history starts for what was seen before an event: with the newest measurement before it, or, where there
/// is none, with the newest examination before it.
std::optional<Rank> start_by_event(const NoduleWork& work, Date event_date)
{
    std::optional<Date> start;
    for (const NoduleRow& row : work.nodule.rows) {
        if (row.of_examination && is_measurement(work.findings(row)) && work.date(row) < event_date)
            start = work.date(row);
    }
    if (!start) {
        const Examination* const seen = newest_examination_before(work.timeline, event_date);
        if (seen != nullptr) start = seen->date;
    }
    if (!start) return std::nullopt;
    return first_rank_from(work.record, work.timeline, *start);
}

/// Where the history starts: after the newest of what cuts it off.
void cut_history(NoduleWork& work)
{
    Rank from = 0;
    const auto starts_after = [&](Date date) {
        from = std::max(from, first_rank_after(work.record, work.timeline, date));
    };
    for (const NoduleRow& row : work.nodule.rows) {
        if (row.of_examination && row.before_index && work.findings(row).status == Status::resolved)
            starts_after(work.date(row));
    }
    work.for_each_therapy(TherapyKind::metastasectomy, [&](const Therapy& surgery) {
        if (surgery.start_date < work.index_date) starts_after(surgery.start_date);
    });
    for (const TherapyKind kind : {TherapyKind::sbrt, TherapyKind::ablation}) {
        work.for_each_therapy(kind, [&](const Therapy& treatment) {
            if (treatment.start_date > work.index_date) return;
            work.nodule.state = GrowthState::treated;
            starts_after(treatment.start_date);
        });
    }
    for (const EventKind kind : {EventKind::board_baseline, EventKind::pathology_benign}) {
        work.for_each_event(kind, [&](const NoduleEvent& event) {
            if (const auto start = start_by_event(work, event.date)) from = std::max(from, *start);
        });
    }
    work.nodule.history_from_rank = from;
}

void note_events(NoduleWork& work)
{
    work.for_each_event(EventKind::board_baseline, [&](const NoduleEvent& event) {
        const bool was_seen = std::any_of(work.nodule.rows.begin(), work.nodule.rows.end(), [&](const NoduleRow& row) {
            return row.of_examination && work.date(row) < event.date;
        });
        if (was_seen && !ended_after(work, event.date)) work.nodule.accepted = true;
    });
    work.nodule.pathology_malignant_on = work.newest_event(EventKind::pathology_malignant);
    work.nodule.pathology_malignant = work.nodule.pathology_malignant_on.has_value();
    work.for_each_event(EventKind::pathology_benign, [&](const NoduleEvent& event) {
        if (!ended_after(work, event.date)) work.nodule.pathology_benign = true;
    });
}

/// What the index row says, or, where it does not say, the newest row of the history that does.
template <class Value>
std::optional<Value> last_said(const NoduleWork& work, std::optional<Value> Findings::*descriptor)
{
    const NoduleTimeline& nodule = work.nodule;
    if (nodule.index_measurement) {
        const auto& said = work.record.measurements[*nodule.index_measurement].findings.*descriptor;
        if (said) return said;
    }
    for (auto row = nodule.rows.rbegin(); row != nodule.rows.rend(); ++row) {
        if (!row->of_examination || !row->before_index || row->rank < nodule.history_from_rank) continue;
        if (const auto& said = work.findings(*row).*descriptor) return said;
    }
    return std::nullopt;
}

void note_descriptors(NoduleWork& work)
{
    NoduleTimeline& nodule = work.nodule;
    nodule.last_said_attenuation = last_said(work, &Findings::attenuation);
    nodule.last_said_shape = last_said(work, &Findings::shape);
    nodule.last_said_calcification = last_said(work, &Findings::calcification);
    std::optional<Lobe> lobe;
    for (auto row = nodule.rows.rbegin(); row != nodule.rows.rend() && !nodule.side; ++row) {
        if (!row->of_examination) continue;
        nodule.side = work.findings(*row).side;
        if (!lobe) lobe = work.findings(*row).lobe;
    }
    if (!nodule.side && lobe) nodule.side = side_of(*lobe);
    nodule.only_rows_after_index = work.date(nodule.rows.front()) > work.index_date;
}

/// History, events, descriptors, size and states of a nodule whose rows are chosen.
void judge_one(NoduleWork& work)
{
    NoduleTimeline& nodule = work.nodule;
    cut_history(work);
    note_events(work);
    note_descriptors(work);
    if (nodule.index_measurement) {
        nodule.size = work.record.measurements[*nodule.index_measurement].findings.long_axis;
        const std::uint32_t row = index_row_of(nodule);
        if (nodule.size && has_added_sizes(nodule, row)) {
            nodule.size = size_of_row(nodule, row, work.record, work.timeline).long_axis;
        }
    }
    judge_growth(nodule, work.timeline, work.record, work.parameters);
}

/// Whether a nodule is no longer judged under its own number only because it was reported resolved when it split.
bool ended_by_split(const NoduleWork& work, const NoduleTimeline& by_sum)
{
    const auto resolved_on = work.newest_resolved();
    return resolved_on && *resolved_on >= *by_sum.kin_since && !work.newest_event(EventKind::not_a_nodule);
}

void collect_rows(const PatientRecord& record, const Timeline& timeline, std::vector<NoduleTimeline>& by_nodule)
{
    constexpr Rank unseen = ~Rank{0};
    std::vector<Rank> rank_of_scan(record.scans.size(), unseen);
    for (Rank rank = 0; rank < timeline.scans.size(); ++rank)
        rank_of_scan[timeline.scans[rank]] = rank;
    for (std::uint32_t i = 0; i < record.measurements.size(); ++i) {
        const Measurement& measurement = record.measurements[i];
        const Rank rank = rank_of_scan[measurement.scan];
        if (rank != unseen) by_nodule[measurement.nodule].rows.push_back({rank, i});
    }
    for (NoduleTimeline& nodule : by_nodule) {
        std::sort(nodule.rows.begin(), nodule.rows.end(),
                  [](const NoduleRow& a, const NoduleRow& b) { return a.rank < b.rank; });
    }
}

/// Seen scans in order, and the examinations they make.
void order_scans(const PatientRecord& record, Timeline& timeline)
{
    for (std::uint32_t i = 0; i < record.scans.size(); ++i) {
        if (record.scans[i].scan_date <= timeline.as_of) timeline.scans.push_back(i);
    }
    std::sort(timeline.scans.begin(), timeline.scans.end(), [&](std::uint32_t a, std::uint32_t b) {
        const Scan& left = record.scans[a];
        const Scan& right = record.scans[b];
        return left.scan_date != right.scan_date ? left.scan_date < right.scan_date : left.scan_id < right.scan_id;
    });
    for (Rank rank = 0; rank < timeline.scans.size(); ++rank) {
        const Scan& scan = scan_at(record, timeline, rank);
        if (!scan.is_diagnostic_ct()) continue;
        auto& examinations = timeline.examinations;
        if (examinations.empty() || examinations.back().date != scan.scan_date) {
            examinations.push_back({scan.scan_date, rank});
        } else if (is_preferred(scan, scan_at(record, timeline, examinations.back().preferred))) {
            examinations.back().preferred = rank;
        }
    }
    if (!timeline.examinations.empty()) timeline.index_rank = timeline.examinations.back().preferred;
}

}  // namespace

Timeline build_timeline(const PatientRecord& record, Date as_of, const Parameters& parameters, bool calcifying_primary)
{
    Timeline timeline;
    timeline.calcifying_primary = calcifying_primary;
    timeline.as_of = as_of;
    order_scans(record, timeline);
    if (!timeline.index_rank) return timeline;

    std::vector<NoduleTimeline> by_nodule(record.nodule_ids.size());
    collect_rows(record, timeline, by_nodule);
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < by_nodule.size(); ++i) {
        if (!by_nodule[i].rows.empty()) order.push_back(i);
    }
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return record.nodule_ids[a] < record.nodule_ids[b]; });
    const Date index_date = index_date_of(record, timeline);
    const auto work_on = [&](NoduleTimeline& nodule) {
        return NoduleWork{record, timeline, parameters, nodule, record.nodule_ids[nodule.nodule], index_date};
    };
    for (std::uint32_t position = 0; position < by_nodule.size(); ++position) {
        by_nodule[position].nodule = position;
        NoduleWork work = work_on(by_nodule[position]);
        choose_rows(work);
    }
    for (const std::uint32_t position : order) {
        NoduleTimeline nodule = record.kinships.empty() ? std::move(by_nodule[position]) : by_nodule[position];
        if (parameters.merged_against_sum) add_what_merged(nodule, by_nodule, record, timeline);
        NoduleWork work = work_on(nodule);
        note_suv(work);
        auto by_sum = parameters.fragments_by_sum ? rows_with_fragments(nodule, by_nodule, record, timeline)
                                                  : std::optional<NoduleTimeline>();
        const bool judged = is_judged(work) && !has_merged_away(nodule, record, timeline);
        if (by_sum && (judged || ended_by_split(work, *by_sum))) {
            by_sum->sum_is_complete = is_sum_complete(*by_sum, by_nodule, record, timeline);
            by_sum->not_a_nodule_reopened = nodule.not_a_nodule_reopened;
            NoduleWork summed = work_on(*by_sum);
            note_suv(summed);
            judge_one(summed);
            timeline.by_sum.push_back(*by_sum);
            // Where nobody looks at the nodule under its own number any more, its fragments stand for it.
            if (!judged) timeline.nodules.push_back(std::move(*by_sum));
        }
        if (!judged) {
            ++timeline.not_judged;
            continue;
        }
        if (const auto parent = kin_said_of(work.nodule_id, NoduleKinship::Kind::split_from, record, index_date)) {
            nodule.fragment_of = parent->nodule;
            nodule.kin_since = parent->from;
        }
        judge_one(work);
        timeline.nodules.push_back(std::move(nodule));
    }
    return timeline;
}

}  // namespace nodtrack::assess
