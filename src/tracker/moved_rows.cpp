#include "moved_rows.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "nodtrack/tracker/identity.hpp"

namespace nodtrack::tracker {
namespace {

bool is_moved(const MoveRequest& request, const RowKey& row)
{
    switch (request.row.kind) {
        case RowKind::patient:
            return true;
        case RowKind::scan:
            return (row.kind == RowKind::scan || row.kind == RowKind::measurement) &&
                   row.value("scan_id") == request.row.value("scan_id");
        default:
            return row == request.row;
    }
}

const std::string& scan_id_there(const MoveRequest& request, const std::string& scan_id)
{
    return request.row.kind == RowKind::scan && !request.scan_id.empty() ? request.scan_id : scan_id;
}

/// Makes rows of one delivery, with the texts that they point into.
class Rows {
  public:
    Rows(const PatientRecord& record, const MoveRequest& request) : record_(record), request_(request)
    {
        for (std::size_t kind = 0; kind < row_kind_count; ++kind)
            delivery_.source[kind] = row_kind_names[kind];
        to_ = keep(request.to);
    }

    void add_measurements(const store::RecordVersions& versions)
    {
        for (std::size_t i = 0; i < record_.measurements.size(); ++i) {
            const Measurement& measurement = record_.measurements[i];
            const std::string& scan_id = record_.scans[measurement.scan].scan_id;
            const std::string& observation_id = versions.observation_ids[i];
            if (!is_moved(request_, measurement_key(record_.patient.patient_id, scan_id, observation_id))) continue;
            MeasurementRow& row = delivery_.measurements.emplace_back();
            row.patient_id = to_;
            row.scan_id = keep(scan_id_there(request_, scan_id));
            row.nodule_id = keep(observation_id);
            row.findings = measurement.findings;
            row.line = static_cast<std::uint32_t>(delivery_.measurements.size());
        }
    }

    template <RowKind kind>
    void add(const ValuesOf<kind>& values)
    {
        if (!is_moved(request_, key_of<kind>(record_.patient.patient_id, values))) return;
        auto& rows = RowSchema<kind>::list(delivery_);
        RowOf<kind>& row = rows.emplace_back();
        RowSchema<kind>::values(row) = values;
        if constexpr (kind == RowKind::patient) {
            row.patient.patient_id = request_.to;
        } else {
            row.patient_id = to_;
        }
        if constexpr (kind == RowKind::scan) row.scan.scan_id = scan_id_there(request_, values.scan_id);
        row.line = static_cast<std::uint32_t>(rows.size());
    }

    Delivery take() { return std::move(delivery_); }

  private:
    std::string_view keep(const std::string& text) { return delivery_.text.emplace_back(text); }

    const PatientRecord& record_;
    const MoveRequest& request_;
    Delivery delivery_;
    std::string_view to_;
};

}  // namespace

Delivery moved_rows(const PatientRecord& record, const store::RecordVersions& versions, const MoveRequest& request)
{
    Rows rows(record, request);
    rows.add<RowKind::patient>(record.patient);
    rows.add_measurements(versions);
    for_each_kind([&]<RowKind kind>() {
        if constexpr (kind != RowKind::patient && kind != RowKind::measurement) {
            for (const ValuesOf<kind>& values : RowSchema<kind>::list(record))
                rows.add<kind>(values);
        }
    });
    return rows.take();
}

std::vector<store::NoduleImage> moved_images(std::span<const store::NoduleImage> images, const MoveRequest& request)
{
    std::vector<store::NoduleImage> moved;
    for (const store::NoduleImage& image : images) {
        const store::ObservationKey& key = image.observation;
        if (!is_moved(request, measurement_key(key.patient_id, key.scan_id, key.observation_id))) continue;
        moved.push_back(image);
        moved.back().observation = {request.to, scan_id_there(request, key.scan_id), key.observation_id};
    }
    return moved;
}

std::vector<assess::LedgerDecision> moved_decisions(std::span<const assess::LedgerDecision> decisions,
                                                    const MoveRequest& request)
{
    std::vector<assess::LedgerDecision> moved;
    for (const assess::LedgerDecision& decision : decisions) {
        const std::string kind(assess::ledger_kind_words[static_cast<std::size_t>(decision.kind)]);
        const RowKey key{RowKind::decision,
                         {decision.patient_id, decision.decided_on.iso(), kind, decision.decided_by}};
        if (!is_moved(request, key)) continue;
        moved.push_back(decision);
        moved.back().patient_id = request.to;
    }
    return moved;
}

bool is_same_decision(const assess::LedgerDecision& decision, const nodtrack::Decision& row)
{
    return decision.decided_on == row.decided_on && decision.decided_by == row.decided_by &&
           assess::ledger_kind_words[static_cast<std::size_t>(decision.kind)] == word(row.kind);
}

std::vector<store::IdentityLink> moved_links(std::span<const store::IdentityLink> links,
                                             std::span<const store::IdentityLink> there, const std::string& to)
{
    std::map<store::ObservationKey, int> newest;
    for (const store::IdentityLink& link : there)
        newest[link.observation] = std::max(newest[link.observation], link.link_no);
    std::vector<store::IdentityLink> moved;
    std::map<std::pair<store::ObservationKey, int>, int> numbers;  ///< of a link there, by its number here
    for (const store::IdentityLink& link : links) {
        if (link.in_error) continue;
        store::IdentityLink copy = link;
        copy.observation.patient_id = to;
        if (link.answers) {
            const auto answered = numbers.find({copy.observation, *link.answers});
            if (answered == numbers.end()) continue;  // what it answers was entered in error
            copy.answers = answered->second;
        }
        copy.link_no = ++newest[copy.observation];
        numbers[{copy.observation, link.link_no}] = copy.link_no;
        moved.push_back(std::move(copy));
    }
    return moved;
}

std::vector<store::SavedAssessment> moved_assessments(std::span<const store::SavedAssessment> kept,
                                                      const std::string& to)
{
    std::map<std::tuple<Date, std::string, std::string>, store::SavedAssessment> newest;
    for (const store::SavedAssessment& saved : kept) {
        if (saved.proposal.rule.empty()) continue;  // of schema 1: nothing answers it
        store::SavedAssessment& copy =
            newest[{saved.proposal.as_of, saved.proposal.policy_id, saved.proposal.policy_version}];
        copy = saved;
        copy.patient_id = to;
    }
    std::vector<store::SavedAssessment> moved;
    for (auto& [key, saved] : newest)
        moved.push_back(std::move(saved));
    return moved;
}

namespace {

std::uint32_t place_of_nodule(PatientRecord& record, const std::string& nodule_id)
{
    const auto found = std::ranges::find(record.nodule_ids, nodule_id);
    if (found != record.nodule_ids.end()) return static_cast<std::uint32_t>(found - record.nodule_ids.begin());
    record.nodule_ids.push_back(nodule_id);
    return static_cast<std::uint32_t>(record.nodule_ids.size() - 1);
}

template <RowKind kind>
void fill_in(ValuesOf<kind>& held, const ValuesOf<kind>& said)
{
    for_each_field(RowSchema<kind>::fields, [&](const auto& field) {
        if (!is_known(held.*(field.member))) held.*(field.member) = said.*(field.member);
    });
}

void join_measurement(PatientRecord& into, const PatientRecord& from, const Measurement& measurement)
{
    const std::string& scan_id = from.scans[measurement.scan].scan_id;
    const auto scan = std::ranges::find(into.scans, scan_id, &Scan::scan_id);
    const auto place = static_cast<std::uint32_t>(scan - into.scans.begin());
    const std::uint32_t nodule = place_of_nodule(into, from.nodule_ids[measurement.nodule]);
    const auto held = std::ranges::find_if(
        into.measurements, [&](const Measurement& row) { return row.scan == place && row.nodule == nodule; });
    if (held == into.measurements.end()) {
        into.measurements.push_back({place, nodule, measurement.findings});
    } else {
        fill_in<RowKind::measurement>(held->findings, measurement.findings);
    }
}

}  // namespace

PatientRecord joined_records(const PatientRecord& there, const PatientRecord& moved, const std::string& to)
{
    PatientRecord record = there;
    fill_in<RowKind::patient>(record.patient, moved.patient);
    record.patient.patient_id = to;
    for_each_kind([&]<RowKind kind>() {
        if constexpr (kind == RowKind::measurement) {
            for (const Measurement& measurement : moved.measurements)
                join_measurement(record, moved, measurement);
        } else if constexpr (kind != RowKind::patient) {
            auto& held = RowSchema<kind>::list(record);
            for (const ValuesOf<kind>& values : RowSchema<kind>::list(moved)) {
                const auto same = std::ranges::find_if(
                    held, [&](const ValuesOf<kind>& row) { return same_key_within<kind>(row, values); });
                if (same == held.end()) {
                    held.push_back(values);
                } else {
                    fill_in<kind>(*same, values);
                }
            }
        }
    });
    return record;
}

}  // namespace nodtrack::tracker
