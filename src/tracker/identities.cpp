#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "judging.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "typed_rows.hpp"

namespace nodtrack::tracker {
namespace {

bool has_row(const PatientRecord& record, std::string_view scan_id, std::string_view nodule_id)
{
    return std::ranges::any_of(record.measurements, [&](const Measurement& row) {
        return record.scans[row.scan].scan_id == scan_id && record.nodule_ids[row.nodule] == nodule_id;
    });
}

void add_resolved_row(const IdentityLink& link, PatientRecord& record)
{
    const Scan* const scan = scan_of(record, link.observation.scan_id);
    const auto nodule = std::ranges::find(record.nodule_ids, link.nodule_id);
    if (scan == nullptr || nodule == record.nodule_ids.end()) return;
    Measurement& row = record.measurements.emplace_back();
    row.scan = static_cast<std::uint32_t>(scan - record.scans.data());
    row.nodule = static_cast<std::uint32_t>(nodule - record.nodule_ids.begin());
    row.findings.status = Status::resolved;
}

void add_resection(const IdentityLink& link, PatientRecord& record)
{
    if (!link.state_date) return;
    const bool is_recorded = std::ranges::any_of(record.therapies, [&](const Therapy& therapy) {
        return therapy.kind == TherapyKind::metastasectomy && therapy.nodule_id == link.nodule_id &&
               therapy.start_date == *link.state_date;
    });
    if (!is_recorded) record.therapies.push_back({TherapyKind::metastasectomy, *link.state_date, {}, link.nodule_id});
}

void add_not_a_nodule(const IdentityLink& link, PatientRecord& record)
{
    const Scan* const scan = scan_of(record, link.observation.scan_id);
    if (scan == nullptr) return;
    const Date date = link.state_date.value_or(scan->scan_date);
    const bool is_recorded = std::ranges::any_of(record.events, [&](const NoduleEvent& event) {
        return event.kind == EventKind::not_a_nodule && event.nodule_id == link.nodule_id && event.date == date;
    });
    if (!is_recorded) record.events.push_back({link.nodule_id, EventKind::not_a_nodule, date, {}});
}

/// What a link says of a nodule that split or merged.
void add_kinship(const IdentityLink& link, PatientRecord& record)
{
    const bool is_split = link.nodule_state == NoduleState::split_from;
    if (!is_split && link.nodule_state != NoduleState::merged_into) return;
    const Scan* const scan = scan_of(record, link.observation.scan_id);
    if (scan == nullptr) return;
    using Kind = NoduleKinship::Kind;
    record.kinships.push_back(
        {is_split ? Kind::split_from : Kind::merged_into, link.nodule_id, link.other_nodule_id, scan->scan_date});
}

StandingIdentity with_links(StandingIdentity identity, std::vector<IdentityLink> links)
{
    identity.links = std::move(links);
    const IdentityLink* const standing = store::standing_link(identity.links);
    if (standing != nullptr) {
        identity.standing = static_cast<std::size_t>(standing - identity.links.data());
        identity.nodule_id = standing->nodule_id;
    }
    for (std::size_t i = 0; i < identity.links.size(); ++i) {
        if (identity.links[i].in_error) continue;
        const bool answered = std::ranges::any_of(identity.links, [&](const IdentityLink& link) {
            return !link.in_error && link.answers == identity.links[i].link_no;
        });
        if (identity.links[i].state == LinkState::proposed && !answered) identity.open.push_back(i);
    }
    return identity;
}

}  // namespace

void add_confirmed_states(const store::PatientReader& reader, PatientRecord& record)
{
    record.kinships.clear();
    for (const std::vector<IdentityLink>& links : reader.links()) {
        const IdentityLink* const link = store::standing_link(links);
        if (link == nullptr || !link->nodule_state) continue;
        if (store::is_of_absent_nodule(*link->nodule_state) &&
            has_row(record, link->observation.scan_id, link->nodule_id)) {
            continue;  // what was measured since speaks for itself
        }
        add_kinship(*link, record);
        if (link->nodule_state == NoduleState::resolved) add_resolved_row(*link, record);
        if (link->nodule_state == NoduleState::resected) add_resection(*link, record);
        if (link->nodule_state == NoduleState::not_a_nodule) add_not_a_nodule(*link, record);
    }
}

Result<bool> next_to_judge(store::PatientReader& reader, PatientRecord& record)
{
    Result<bool> more = reader.next(record);
    if (more && *more) add_confirmed_states(reader, record);
    return more;
}

Result<bool> find_to_judge(store::PatientReader& reader, std::string_view patient_id, PatientRecord& record)
{
    Result<bool> found = reader.find(patient_id, record);
    if (found && *found) add_confirmed_states(reader, record);
    return found;
}

Result<PatientRecord> read_to_judge(const store::Registry& registry, std::string_view patient_id)
{
    Result<store::PatientReader> reader = store::PatientReader::open(registry);
    if (!reader) return tl::unexpected<Error>(reader.error());
    PatientRecord record;
    const Result<bool> found = find_to_judge(*reader, patient_id, record);
    if (!found) return tl::unexpected<Error>(found.error());
    if (!*found) {
        return failure(ErrorCode::not_found,
                       fmt::format("patient {} is not recorded{}", patient_id, now_named(*reader)));
    }
    return record;
}

Result<PatientReading> patient_reading(const store::Registry& registry, std::string_view patient_id)
{
    Result<store::PatientReader> reader = store::PatientReader::open(registry);
    if (!reader) return tl::unexpected<Error>(reader.error());
    PatientReading reading{std::move(*reader), {}};
    const Result<bool> found = reading.reader.find(patient_id, reading.record);
    if (!found) return tl::unexpected<Error>(found.error());
    if (!*found) {
        return failure(ErrorCode::not_found,
                       fmt::format("patient '{}' is not in this registry{}", patient_id, now_named(reading.reader)));
    }
    return reading;
}

Result<std::vector<StandingIdentity>> identities_of(const store::Registry& registry, const std::string& patient_id)
{
    const Result<PatientReading> reading = patient_reading(registry, patient_id);
    if (!reading) return tl::unexpected<Error>(reading.error());
    const PatientRecord& record = reading->record;

    Result<std::vector<IdentityLink>> links = links_of(registry, patient_id);
    if (!links) return tl::unexpected<Error>(links.error());
    std::map<ObservationKey, std::vector<IdentityLink>> by_observation;
    for (IdentityLink& link : *links)
        by_observation[link.observation].push_back(std::move(link));

    std::vector<StandingIdentity> identities;
    for (std::size_t i = 0; i < record.measurements.size(); ++i) {
        const Scan& scan = record.scans[record.measurements[i].scan];
        const std::string& observation_id = reading->reader.versions().observation_ids[i];
        StandingIdentity identity;
        identity.observation = {patient_id, scan.scan_id, observation_id};
        identity.nodule_id = observation_id;
        identity.scan_date = scan.scan_date;
        std::vector<IdentityLink> of_one;
        if (auto node = by_observation.extract(identity.observation)) of_one = std::move(node.mapped());
        identities.push_back(with_links(std::move(identity), std::move(of_one)));
    }
    for (auto& [key, of_one] : by_observation) {
        // Of a row or scan that was entered in error: the history tells them.
        if (std::ranges::all_of(of_one, &IdentityLink::in_error)) continue;
        StandingIdentity identity;
        identity.observation = key;
        identity.has_row = false;
        identity.nodule_id = key.observation_id;
        if (const Scan* const scan = scan_of(record, key.scan_id)) identity.scan_date = scan->scan_date;
        identities.push_back(with_links(std::move(identity), std::move(of_one)));
    }
    std::ranges::sort(identities, {}, [](const StandingIdentity& identity) {
        const ObservationKey& key = identity.observation;
        return std::tuple(identity.scan_date, std::string_view(key.scan_id), std::string_view(key.observation_id));
    });
    return identities;
}

Result<AnsweredScan> proposals_of(const store::Registry& registry, const std::string& patient_id,
                                  const std::string& scan_id, std::span<const interop::MatchAnswer> answers)
{
    const Result<PatientReading> reading = patient_reading(registry, patient_id);
    if (!reading) return tl::unexpected<Error>(reading.error());
    const PatientRecord& record = reading->record;
    if (scan_of(record, scan_id) == nullptr) {
        return failure(ErrorCode::not_found, fmt::format("patient {} has no scan '{}'", patient_id, scan_id));
    }
    std::set<std::string> observations;
    for (std::size_t i = 0; i < record.measurements.size(); ++i) {
        if (record.scans[record.measurements[i].scan].scan_id == scan_id) {
            observations.insert(reading->reader.versions().observation_ids[i]);
        }
    }

    AnsweredScan answered;
    std::vector<std::string> missing;
    for (const interop::MatchAnswer& answer : answers) {
        if (answer.prior_id && std::ranges::count(record.nodule_ids, *answer.prior_id) == 0) {
            missing.push_back(
                fmt::format("line {}: patient {} has no nodule '{}'", answer.line, patient_id, *answer.prior_id));
            continue;
        }
        IdentityProposal proposal;
        proposal.how = answer.by_registration ? LinkMethod::registration : LinkMethod::position;
        if (answer.prior_id || answer.confidence_permille > 0) {
            proposal.confidence_permille = answer.confidence_permille;
        }
        if (answer.current_id) {
            if (!observations.contains(*answer.current_id)) {
                missing.push_back(
                    fmt::format("line {}: nothing is recorded as '{}' on scan {}; log or measure it first", answer.line,
                                *answer.current_id, scan_id));
                continue;
            }
            proposal.observation = {patient_id, scan_id, *answer.current_id};
            proposal.nodule_id = answer.prior_id.value_or(*answer.current_id);
            proposal.nodule_state = answer.prior_id ? NoduleState::same : NoduleState::is_new;
        } else if (answer.uncertain) {
            answered.left_out.push_back(
                fmt::format("nodule {}: uncertain; look for it, and say what it is", *answer.prior_id));
            continue;
        } else if (has_row(record, scan_id, *answer.prior_id)) {
            answered.left_out.push_back(
                fmt::format("nodule {}: no partner was found, but it has a row on scan {}", *answer.prior_id, scan_id));
            continue;
        } else {
            proposal.observation = {patient_id, scan_id, *answer.prior_id};
            proposal.nodule_id = *answer.prior_id;
            proposal.nodule_state = NoduleState::not_seen;
        }
        answered.proposals.push_back(std::move(proposal));
    }
    if (!missing.empty()) return failure(ErrorCode::not_found, "nothing was stored", std::move(missing));
    return answered;
}

}  // namespace nodtrack::tracker
