#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/interop/match_answers.hpp"
#include "nodtrack/store/links.hpp"
#include "nodtrack/store/provenance.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::tracker {

using store::IdentityLink;
using store::LinkMethod;
using store::links_of;
using store::LinkState;
using store::NoduleState;
using store::ObservationKey;

// Which nodule a measured row is, is a statement that people may correct without touching the measurement. Nothing is
// ever changed or taken away: confirming and undoing add a link that answers an earlier one.

/// A statement to be recorded: this observation is this nodule, and what the nodule is on that scan. A state for which
/// `is_of_absent_nodule` holds is said of a recorded nodule that has no row on the scan; the observation then bears the
/// nodule's id.
struct IdentityProposal {
    ObservationKey observation;
    std::string nodule_id;
    LinkMethod how = LinkMethod::typed;
    std::optional<int> confidence_permille;  ///< 0 to 1000, where a program says so
    std::optional<NoduleState> nodule_state{};
    std::string other_nodule_id{};     ///< of split_from and merged_into, and only of these
    std::optional<Date> state_date{};  ///< of resected (needed) and not_a_nodule (else the scan's day)
};

/// A proposal, or what a person vouches for.
struct IdentityStatement {
    IdentityProposal what;
    bool confirmed = false;
};

/// Records proposals; they change no record until confirmed. Fails with `not_found` where an observation,
/// scan or nodule is not recorded, with `bad_input` on an empty nodule id, a confidence outside 0 to 1000, or a state
/// that does not fit what is recorded. The same proposal again, while it is open, is no new one; where all are such,
/// nothing is stored and the number is 0.
Result<store::DeliveryNumber> propose_links(store::Registry& registry, std::span<const IdentityProposal> proposals,
                                            const store::Provenance& provenance);

// The record as it is judged, wherever a patient is judged: with the states that links confirm. A nodule confirmed as
// resolved has a row that says so, a resected one a metastasectomy, one that is no nodule the event; each only where no
// row of the record speaks already. Not seen and outside the field need nothing: a nodule without a row is one
// that was not reported. Split and merged nodules are kin (`PatientRecord::kinships`). What is added is recorded
// nowhere, so undoing a link takes it away again.

/// As `PatientReader::next`, for judging.
Result<bool> next_to_judge(store::PatientReader& reader, PatientRecord& record);
/// As `PatientReader::find`, for judging.
Result<bool> find_to_judge(store::PatientReader& reader, std::string_view patient_id, PatientRecord& record);
/// One patient, for judging. Fails with `not_found` where there is none of that id.
Result<PatientRecord> read_to_judge(const store::Registry& registry, std::string_view patient_id);

/// The nodule that a patient's observation is by its confirmed links.
struct StandingIdentity {
    ObservationKey observation;
    bool has_row = true;  ///< false where a state alone is said of a nodule that has no row
    std::string nodule_id;
    Date scan_date;
    std::vector<IdentityLink> links;  ///< all, in order of their numbers; may be empty
    /// The place in `links` of the one that holds; absent: what it was reported under holds.
    std::optional<std::size_t> standing;
    /// Places in `links` of proposals that nobody has answered.
    std::vector<std::size_t> open;
};

/// Everything said of the identity of a patient's nodules, by scan date, scan and observation. Fails with `not_found`
/// where the patient is not recorded.
Result<std::vector<StandingIdentity>> identities_of(const store::Registry& registry, const std::string& patient_id);

/// What `match` or `follow` said, as statements on the nodules of one recorded scan.
struct AnsweredScan {
    std::vector<IdentityProposal> proposals;
    std::vector<std::string> left_out;  ///< one line each: what cannot be a proposal, and why
};

/// A nodule with a partner is that nodule, `same`; a nodule of the scan without one is `new`; a nodule of the patient
/// without one is `not_seen`, unless it has a row on the scan, or `follow` was uncertain. Fails with `not_found` where
/// patient, scan or a named nodule is not recorded, one context line each.
Result<AnsweredScan> proposals_of(const store::Registry& registry, const std::string& patient_id,
                                  const std::string& scan_id, std::span<const interop::MatchAnswer> answers);

/// Confirms one proposed link of one observation.
struct LinkChoice {
    ObservationKey observation;
    int link_no = 0;
};

/// Confirms proposed links together. Fails with `not_found` where there is no such link, with `bad_input` where one
/// is not open (answered already) or two observations of one scan would become one nodule: confirm the link of the
/// other observation in the same call, or undo it first.
Result<store::DeliveryNumber> confirm_links(store::Registry& registry, std::span<const LinkChoice> links,
                                            const store::Provenance& provenance);

/// Records and confirms in one step: what a person types.
Result<store::DeliveryNumber> link(store::Registry& registry, std::span<const IdentityProposal> statements,
                                   const store::Provenance& provenance);

/// Undoes confirmed links, or turns down proposed ones, together: the observation is again what it was before.
/// `provenance.reason` says why. Failures as `confirm_links`; `bad_input` also where the reason is missing.
Result<store::DeliveryNumber> undo_links(store::Registry& registry, std::span<const LinkChoice> links,
                                         const store::Provenance& provenance);

}  // namespace nodtrack::tracker
