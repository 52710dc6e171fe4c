#pragma once

#include "nodtrack/assess/timeline.hpp"
#include "parameters.hpp"

namespace nodtrack::assess {

/// The patient as seen on the day: seen scans in order, the index scan, and the history of each judged nodule, with its
/// states. Source: decision table, section 1.
/// `calcifying_primary`: whether new calcification is growth in density.
Timeline build_timeline(const PatientRecord& record, Date as_of, const Parameters& parameters, bool calcifying_primary);

/// Works out comparisons, states, stability and therapy response of a nodule whose rows and history are set.
void judge_growth(NoduleTimeline& nodule, const Timeline& timeline, const PatientRecord& record,
                  const Parameters& parameters);

/// The sizes of a row together with what is added to it; precondition: it is a measurement.
growth::SizeReading size_of_row(const NoduleTimeline& nodule, std::uint32_t row, const PatientRecord& record,
                                const Timeline& timeline);
/// The row of the index examination. Precondition: the nodule has one.
std::uint32_t index_row_of(const NoduleTimeline& nodule);
bool has_added_sizes(const NoduleTimeline& nodule, std::uint32_t row);

/// The nodule as if the lower bound of its size were its long axis, where its row of the index scan is `present` or
/// `new` without long axis and a short axis or a volume bounds it. Source: decision table, N1c.
std::optional<NoduleTimeline> with_size_bound(const NoduleTimeline& nodule, const Timeline& timeline,
                                              const PatientRecord& record, const Parameters& parameters);

inline const Scan& scan_at(const PatientRecord& record, const Timeline& timeline, std::uint32_t rank)
{
    return record.scans[timeline.scans[rank]];
}

inline bool is_measurement(const Findings& findings)
{
    return findings.is_there() && findings.long_axis;
}

/// Whether `left` is preferred to `right`, another scan of the same examination.
bool is_preferred(const Scan& left, const Scan& right);
/// Of several rows on scans of one examination the one with the lowest place speaks, of equals that of the preferred
/// scan.
int place_of(const Findings& findings);

/// Therapies and events of the record that are seen on the as-of day.
inline bool is_seen(const Therapy& therapy, Date as_of)
{
    return therapy.start_date <= as_of;
}
inline bool is_seen(const NoduleEvent& event, Date as_of)
{
    return event.date <= as_of;
}
inline bool is_seen(const Visit& visit, Date as_of)
{
    return visit.visit_date <= as_of;
}
inline bool is_seen(const Decision& decision, Date as_of)
{
    return decision.decided_on <= as_of;
}

inline Date index_date_of(const PatientRecord& record, const Timeline& timeline)
{
    return scan_at(record, timeline, *timeline.index_rank).scan_date;
}

}  // namespace nodtrack::assess
