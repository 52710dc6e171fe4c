#include "kin.hpp"

#include <algorithm>
#include <set>

#include "build_timeline.hpp"

namespace nodtrack::assess {
namespace {

using Kind = NoduleKinship::Kind;

std::optional<std::uint32_t> position_of(std::string_view nodule_id, const PatientRecord& record)
{
    const auto found = std::ranges::find(record.nodule_ids, nodule_id);
    if (found == record.nodule_ids.end()) return std::nullopt;
    return static_cast<std::uint32_t>(found - record.nodule_ids.begin());
}

/// All that are kin of the nodule in this way by the index scan; each once, and never the nodule itself.
void add_kin(std::uint32_t nodule, Kind kind, const PatientRecord& record, Date index_date,
             std::set<std::uint32_t>& seen, std::vector<Kin>& all)
{
    seen.insert(nodule);
    for (const NoduleKinship& said : record.kinships) {
        if (said.kind != kind || said.from > index_date || said.other_nodule_id != record.nodule_ids[nodule]) continue;
        const auto other = position_of(said.nodule_id, record);
        if (!other || seen.contains(*other)) continue;
        all.push_back({*other, said.from});
        add_kin(*other, kind, record, index_date, seen, all);
    }
}

std::vector<Kin> all_kin(std::uint32_t nodule, Kind kind, const PatientRecord& record, const Timeline& timeline)
{
    std::vector<Kin> all;
    if (record.kinships.empty()) return all;
    std::set<std::uint32_t> seen;
    add_kin(nodule, kind, record, index_date_of(record, timeline), seen, all);
    std::ranges::sort(all, {}, [&](const Kin& kin) { return std::string_view(record.nodule_ids[kin.nodule]); });
    return all;
}

const Findings& findings_of(const NoduleRow& row, const PatientRecord& record)
{
    return record.measurements[row.measurement].findings;
}

Date date_of(const NoduleRow& row, const PatientRecord& record, const Timeline& timeline)
{
    return scan_at(record, timeline, row.rank).scan_date;
}

/// Puts a measured row of another nodule beside the nodule's own of that examination, or in its place where it has none
/// that is a measurement.
void put_beside(NoduleTimeline& nodule, const NoduleRow& other, const PatientRecord& record, const Timeline& timeline)
{
    const Date day = date_of(other, record, timeline);
    const auto own = std::ranges::find_if(
        nodule.rows, [&](const NoduleRow& row) { return row.of_examination && date_of(row, record, timeline) == day; });
    if (own != nodule.rows.end() && is_measurement(findings_of(*own, record))) {
        nodule.added_sizes.push_back({static_cast<std::uint32_t>(own - nodule.rows.begin()), other.measurement});
        return;
    }
    if (own != nodule.rows.end()) own->of_examination = false;
    const auto behind = std::ranges::upper_bound(nodule.rows, other.rank, {}, &NoduleRow::rank);
    const auto place = static_cast<std::uint32_t>(behind - nodule.rows.begin());
    nodule.rows.insert(behind, other);
    for (AddedSize& added : nodule.added_sizes)
        added.row += added.row >= place ? 1 : 0;
    if (day == index_date_of(record, timeline)) nodule.index_measurement = other.measurement;
}

/// The measured rows of kin that count, the largest of an examination first: it stands for the others where the nodule
/// itself has none.
std::vector<NoduleRow> rows_that_count(const std::vector<Kin>& all_kin, const std::vector<NoduleTimeline>& all,
                                       const PatientRecord& record, const Timeline& timeline, bool before_the_day)
{
    std::vector<NoduleRow> rows;
    for (const Kin& kin : all_kin) {
        for (const NoduleRow& row : all[kin.nodule].rows) {
            const bool is_before = date_of(row, record, timeline) < kin.from;
            if (row.of_examination && is_before == before_the_day && is_measurement(findings_of(row, record))) {
                rows.push_back(row);
            }
        }
    }
    std::ranges::stable_sort(rows, [&](const NoduleRow& a, const NoduleRow& b) {
        return *findings_of(a, record).long_axis > *findings_of(b, record).long_axis;
    });
    return rows;
}

std::vector<std::uint32_t> positions_of(const std::vector<Kin>& all_kin)
{
    std::vector<std::uint32_t> positions;
    for (const Kin& kin : all_kin)
        positions.push_back(kin.nodule);
    return positions;
}

std::optional<Date> first_day_of(const std::vector<Kin>& all_kin)
{
    std::optional<Date> first;
    for (const Kin& kin : all_kin)
        first = std::min(first.value_or(kin.from), kin.from);
    return first;
}

}  // namespace

std::vector<Kin> merged_into(std::uint32_t nodule, const PatientRecord& record, const Timeline& timeline)
{
    return all_kin(nodule, Kind::merged_into, record, timeline);
}

std::vector<Kin> fragments_of(std::uint32_t nodule, const PatientRecord& record, const Timeline& timeline)
{
    return all_kin(nodule, Kind::split_from, record, timeline);
}

std::optional<Kin> kin_said_of(std::string_view nodule_id, Kind kind, const PatientRecord& record, Date day)
{
    for (const NoduleKinship& said : record.kinships) {
        if (said.kind != kind || said.nodule_id != nodule_id || said.from > day) continue;
        if (const auto other = position_of(said.other_nodule_id, record)) return Kin{*other, said.from};
    }
    return std::nullopt;
}

void add_what_merged(NoduleTimeline& nodule, const std::vector<NoduleTimeline>& all, const PatientRecord& record,
                     const Timeline& timeline)
{
    const std::vector<Kin> merged = merged_into(nodule.nodule, record, timeline);
    if (merged.empty()) return;
    nodule.merged_in = positions_of(merged);
    nodule.kin_since = first_day_of(merged);
    for (const NoduleRow& row : rows_that_count(merged, all, record, timeline, true))
        put_beside(nodule, row, record, timeline);
}

bool has_merged_away(const NoduleTimeline& nodule, const PatientRecord& record, const Timeline& timeline)
{
    const std::string& id = record.nodule_ids[nodule.nodule];
    const auto into = kin_said_of(id, Kind::merged_into, record, index_date_of(record, timeline));
    if (!into) return false;
    const bool is_seen_since = std::ranges::any_of(nodule.rows, [&](const NoduleRow& row) {
        return row.of_examination && date_of(row, record, timeline) >= into->from;
    });
    // What else alarms of it goes on: pathology, an avid PET/CT, a treatment that was not proven to have worked.
    const bool alarms = nodule.suv_row || std::ranges::any_of(record.events, [&](const NoduleEvent& event) {
                            return event.kind == EventKind::pathology_malignant && event.nodule_id == id &&
                                   is_seen(event, timeline.as_of);
                        });
    const bool is_treated = std::ranges::any_of(record.therapies, [&](const Therapy& therapy) {
        return (therapy.kind == TherapyKind::sbrt || therapy.kind == TherapyKind::ablation) &&
               therapy.nodule_id == id && is_seen(therapy, timeline.as_of);
    });
    return !is_seen_since && !alarms && !is_treated;
}

std::optional<NoduleTimeline> rows_with_fragments(const NoduleTimeline& nodule, const std::vector<NoduleTimeline>& all,
                                                  const PatientRecord& record, const Timeline& timeline)
{
    const std::vector<Kin> fragments = fragments_of(nodule.nodule, record, timeline);
    if (fragments.empty()) return std::nullopt;
    NoduleTimeline by_sum = nodule;
    by_sum.fragments = positions_of(fragments);
    by_sum.kin_since = first_day_of(fragments);
    bool any_at_index = false;
    for (const NoduleRow& row : rows_that_count(fragments, all, record, timeline, false)) {
        any_at_index = any_at_index || date_of(row, record, timeline) == index_date_of(record, timeline);
        put_beside(by_sum, row, record, timeline);
    }
    if (!any_at_index) return std::nullopt;
    return by_sum;
}

bool is_sum_complete(const NoduleTimeline& by_sum, const std::vector<NoduleTimeline>& all, const PatientRecord& record,
                     const Timeline& timeline)
{
    const auto is_read = [&](const NoduleTimeline& nodule) {
        if (!nodule.index_measurement) return false;
        const Findings& findings = record.measurements[*nodule.index_measurement].findings;
        return is_measurement(findings) || findings.status == Status::resolved;
    };
    const NoduleTimeline& own = all[by_sum.nodule];
    const bool goes_on = std::ranges::any_of(own.rows, [&](const NoduleRow& row) {
        return row.of_examination && date_of(row, record, timeline) >= *by_sum.kin_since;
    });
    if (goes_on ? !is_read(own) : by_sum.fragments.size() < 2) return false;
    const auto is_of_family = [&](std::uint32_t nodule) {
        return nodule == by_sum.nodule || std::ranges::count(by_sum.fragments, nodule) > 0;
    };
    const Date index_date = index_date_of(record, timeline);
    return std::ranges::all_of(by_sum.fragments, [&](std::uint32_t fragment) {
        if (is_read(all[fragment])) return true;
        // What grew together again is measured with the piece that it merged into.
        const auto into = kin_said_of(record.nodule_ids[fragment], Kind::merged_into, record, index_date);
        return into && is_of_family(into->nodule) && has_merged_away(all[fragment], record, timeline);
    });
}

std::uint32_t index_row_of(const NoduleTimeline& nodule)
{
    const auto row = std::ranges::find_if(nodule.rows, [&](const NoduleRow& entry) {
        return entry.of_examination && entry.measurement == nodule.index_measurement;
    });
    return static_cast<std::uint32_t>(row - nodule.rows.begin());
}

bool has_added_sizes(const NoduleTimeline& nodule, std::uint32_t row)
{
    return std::ranges::any_of(nodule.added_sizes, [&](const AddedSize& added) { return added.row == row; });
}

growth::SizeReading size_of_row(const NoduleTimeline& nodule, std::uint32_t row, const PatientRecord& record,
                                const Timeline& timeline)
{
    const Findings& findings = findings_of(nodule.rows[row], record);
    const Scan& scan = scan_at(record, timeline, nodule.rows[row].rank);
    growth::SizeReading size{scan.scan_date,  *findings.long_axis,    findings.short_axis,
                             findings.volume, findings.volume_method, scan.slice_thickness};
    for (const AddedSize& added : nodule.added_sizes) {
        if (added.row != row) continue;
        const Findings& other = record.measurements[added.measurement].findings;
        size.long_axis = size.long_axis + *other.long_axis;
        // Only long axes are added up. Volumes are, where all of them are known by one method.
        size.short_axis.reset();
        const bool volumes_add = size.volume && other.volume && size.volume_method == other.volume_method;
        if (volumes_add) {
            size.volume = *size.volume + *other.volume;
        } else {
            size.volume.reset();
        }
    }
    return size;
}

}  // namespace nodtrack::assess
