#include "build_timeline.hpp"

#include <algorithm>

namespace nodtrack::assess {
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

/// The newest diagnostic CT on or before `date`.
std::optional<Rank> newest_diagnostic_ct(const PatientRecord& record, const Timeline& timeline, Date date)
{
    std::optional<Rank> newest;
    for (Rank rank = 0; rank < timeline.scans.size(); ++rank) {
        const Scan& scan = scan_at(record, timeline, rank);
        if (scan.scan_date <= date && scan.is_diagnostic_ct()) newest = rank;
    }
    return newest;
}

struct NoduleWork {
    const PatientRecord& record;
    const Timeline& timeline;
    const Parameters& parameters;
    NoduleTimeline& nodule;
    std::string_view nodule_id;
    Rank index_rank;
    Date index_date;

    const Findings& findings(const NoduleRow& row) const { return record.measurements[row.measurement].findings; }
    const Scan& scan(const NoduleRow& row) const { return scan_at(record, timeline, row.rank); }

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
};

/// A `resolved` row or a metastasectomy dated after `date` ends what an event said.
bool ended_after(const NoduleWork& work, Date date)
{
    bool ended = false;
    for (const NoduleRow& row : work.nodule.rows) {
        const Scan& scan = work.scan(row);
        if (scan.is_diagnostic_ct() && work.findings(row).status == Status::resolved && scan.scan_date > date)
            ended = true;
    }
    work.for_each_therapy(TherapyKind::metastasectomy,
                          [&](const Therapy& surgery) { ended = ended || surgery.start_date > date; });
    return ended;
}

/// Decision table, section 1: "Not judged, and not listed".
bool is_judged(NoduleWork& work)
{
    bool judged = true;
    std::optional<Date> said_no_nodule;
    work.for_each_event(EventKind::not_a_nodule, [&](const NoduleEvent& event) {
        said_no_nodule = std::max(said_no_nodule.value_or(event.date), event.date);
    });
    const NoduleRow* newest_earlier = nullptr;
    bool reopened = false;
    for (const NoduleRow& row : work.nodule.rows) {
        const Scan& scan = work.scan(row);
        if (!scan.is_diagnostic_ct()) continue;
        if (row.rank < work.index_rank) newest_earlier = &row;
        const auto& long_axis = work.findings(row).long_axis;
        if (said_no_nodule && scan.scan_date > *said_no_nodule && long_axis &&
            *long_axis >= work.parameters.not_a_nodule_ends_at) {
            reopened = true;
        }
    }
    if (said_no_nodule && !reopened) judged = false;
    work.nodule.not_a_nodule_reopened = reopened;

    const bool at_index = work.nodule.index_measurement.has_value();
    if (!at_index && newest_earlier != nullptr && work.findings(*newest_earlier).status == Status::resolved)
        judged = false;
    const Date newest_row = work.scan(work.nodule.rows.back()).scan_date;
    work.for_each_therapy(TherapyKind::metastasectomy, [&](const Therapy& surgery) {
        if (surgery.start_date >= work.index_date) judged = false;
        if (!at_index && newest_row <= surgery.start_date) judged = false;
    });
    return judged;
}

/// Where the history starts: after the newest of what cuts it off.
void cut_history(NoduleWork& work)
{
    Rank from = 0;
    for (const NoduleRow& row : work.nodule.rows) {
        if (row.rank < work.index_rank && work.scan(row).is_diagnostic_ct() &&
            work.findings(row).status == Status::resolved) {
            from = std::max(from, row.rank + 1);
        }
    }
    work.for_each_therapy(TherapyKind::metastasectomy, [&](const Therapy& surgery) {
        if (surgery.start_date < work.index_date) {
            from = std::max(from, first_rank_after(work.record, work.timeline, surgery.start_date));
        }
    });
    for (const TherapyKind kind : {TherapyKind::sbrt, TherapyKind::ablation}) {
        work.for_each_therapy(kind, [&](const Therapy& treatment) {
            if (treatment.start_date > work.index_date) return;
            work.nodule.state = GrowthState::treated;
            from = std::max(from, first_rank_after(work.record, work.timeline, treatment.start_date));
        });
    }
    for (const EventKind kind : {EventKind::board_baseline, EventKind::pathology_benign}) {
        work.for_each_event(kind, [&](const NoduleEvent& event) {
            const auto seen = newest_diagnostic_ct(work.record, work.timeline, event.date);
            if (seen) from = std::max(from, *seen);
        });
    }
    work.nodule.history_from_rank = from;
}

void note_events(NoduleWork& work)
{
    work.for_each_event(EventKind::board_baseline, [&](const NoduleEvent& event) {
        if (newest_diagnostic_ct(work.record, work.timeline, event.date) && !ended_after(work, event.date)) {
            work.nodule.accepted = true;
        }
    });
    work.for_each_event(EventKind::pathology_malignant,
                        [&](const NoduleEvent&) { work.nodule.pathology_malignant = true; });
    work.for_each_event(EventKind::pathology_benign, [&](const NoduleEvent& event) {
        if (!ended_after(work, event.date)) work.nodule.pathology_benign = true;
    });
}

void note_suv(NoduleWork& work)
{
    const Date oldest = add_days(work.index_date, -work.parameters.suv_window_days);
    for (const NoduleRow& row : work.nodule.rows) {
        if (work.findings(row).suv_max && work.scan(row).scan_date >= oldest) work.nodule.suv_row = row;
    }
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
        if (rank == unseen) continue;
        NoduleTimeline& nodule = by_nodule[measurement.nodule];
        nodule.rows.push_back({rank, i});
        if (rank == timeline.index_rank) nodule.index_measurement = i;
    }
    for (NoduleTimeline& nodule : by_nodule) {
        std::sort(nodule.rows.begin(), nodule.rows.end(),
                  [](const NoduleRow& a, const NoduleRow& b) { return a.rank < b.rank; });
    }
}

}  // namespace

Timeline build_timeline(const PatientRecord& record, Date as_of, const Parameters& parameters)
{
    Timeline timeline;
    timeline.as_of = as_of;
    for (std::uint32_t i = 0; i < record.scans.size(); ++i) {
        if (record.scans[i].scan_date <= as_of) timeline.scans.push_back(i);
    }
    std::sort(timeline.scans.begin(), timeline.scans.end(), [&](std::uint32_t a, std::uint32_t b) {
        const Scan& left = record.scans[a];
        const Scan& right = record.scans[b];
        return left.scan_date != right.scan_date ? left.scan_date < right.scan_date : left.scan_id < right.scan_id;
    });
    timeline.index_rank = newest_diagnostic_ct(record, timeline, as_of);
    if (!timeline.index_rank) return timeline;

    std::vector<NoduleTimeline> by_nodule(record.nodule_ids.size());
    collect_rows(record, timeline, by_nodule);
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < by_nodule.size(); ++i) {
        if (!by_nodule[i].rows.empty()) order.push_back(i);
    }
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return record.nodule_ids[a] < record.nodule_ids[b]; });
    const Date index_date = scan_at(record, timeline, *timeline.index_rank).scan_date;
    for (const std::uint32_t position : order) {
        NoduleTimeline& nodule = by_nodule[position];
        nodule.nodule = position;
        NoduleWork work{record,    timeline, parameters, nodule, record.nodule_ids[position], *timeline.index_rank,
                        index_date};
        if (!is_judged(work)) {
            ++timeline.not_judged;
            continue;
        }
        cut_history(work);
        note_events(work);
        note_suv(work);
        judge_growth(nodule, timeline, record, parameters);
        timeline.nodules.push_back(std::move(nodule));
    }
    return timeline;
}

}  // namespace nodtrack::assess
