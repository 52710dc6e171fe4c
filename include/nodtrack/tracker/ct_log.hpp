#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "nodtrack/domain/record.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/growth/comparison.hpp"
#include "nodtrack/imaging/calcification.hpp"
#include "nodtrack/imaging/follow.hpp"
#include "nodtrack/store/provenance.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/amend.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/image_change.hpp"
#include "nodtrack/tracker/ingest.hpp"

namespace nodtrack::tracker {

// A new CT in one go, in three steps: `follow_up_on_ct` looks and stores nothing; `planned` says what a person's
// choices come to; `log_ct` stores that, all or nothing. Nodules are never invented: what is new was clicked by a
// person. What was not found, or not surely, is never taken for resolved.

/// What is recorded of a measurement from an image, as cells of measurements.csv. Sizes always, so that a contradiction
/// with a stored size is told; the rest only where nothing is recorded: a program does not gainsay a reader's word.
/// Calcification is left to the reader: a pattern can reassure, and how a program tells it was tried on made-up nodules
/// alone.
std::vector<Correction> cells_of(const imaging::MaskMeasurement& measurement, const Findings& recorded);

/// What a CT's header says of its scan, as cells of scans.csv: the day, unless the scan is recorded, and of the rest
/// what is not recorded yet. `recorded` may be null.
std::vector<Correction> cells_of(const imaging::ScanFacts& facts, const Scan* recorded);

/// A new CT of a patient.
struct CtLogRequest {
    std::string patient_id;
    imaging::CtRequest ct;
    std::string scan_id;  ///< empty: the CT recorded for that day, else `CT-` and the day
    /// What is typed of the scan, as cells of scans.csv; it goes before what the header says.
    std::vector<Correction> scan;
    /// Clicks on the new CT: nodules that are new, and known ones that a person has found there.
    std::vector<imaging::Seed> clicks;
    std::vector<std::filesystem::path> prior;  ///< empty: the images that the registry knows of
    std::string prior_series;
    std::string prior_scan_id;  ///< which CT `prior` is; empty: the one recorded for its header's day
    std::string prior_acquisition{};
    std::string reason{};  ///< why the header may contradict what is recorded or typed; see `check_claim`
};

/// An earlier CT from which nodules were followed.
struct PriorCt {
    std::string scan_id;
    Date scan_date;
    Comparability comparability;
};

enum class CtNoduleKind : std::uint8_t {
    followed,  ///< known, and looked for
    clicked,   ///< known, and clicked on the new CT
    added,     ///< clicked on the new CT, and not known
    not_looked_for
};

/// One line of the table.
struct CtNodule {
    std::string nodule_id;
    CtNoduleKind kind = CtNoduleKind::not_looked_for;
    bool is_on_earlier_ct = false;
    std::optional<std::size_t> prior;                 ///< place in `CtFollowUp::priors`
    std::optional<imaging::FollowedNodule> followed;  ///< where there is a prior
    ImageChange change;
    std::optional<imaging::MaskMeasurement> measured;  ///< on the new CT; may be refused
    imaging::NoduleMask mask;                          ///< empty where it is not known
    imaging::CalcificationFinding calcification;
    Findings recorded;         ///< what is recorded of it on this scan already
    Findings recorded_then;    ///< and on the prior scan
    std::optional<Side> side;  ///< of the latest earlier row that says so
    std::optional<Lobe> lobe;
    std::optional<Location> location;
    std::vector<std::string> flags;  ///< beside those of `followed` and `change`
};

/// What the new CT shows of the patient's nodules.
struct CtFollowUp {
    std::string patient_id;
    imaging::CtRequest ct;
    imaging::ScanFacts facts;
    std::string description;         ///< of the voxels
    std::vector<std::string> notes;  ///< what was passed over or left out when the CT was read
    Scan scan;                       ///< as it will be recorded, where anything is
    bool scan_is_recorded = false;
    std::vector<PriorCt> priors;    ///< newest first
    std::vector<CtNodule> nodules;  ///< known ones by id, then clicked ones in their order
    std::vector<std::string> flags;
};

/// Reads the CT, follows each known nodule from the latest earlier CT on which its place is known, and measures what
/// was clicked. Nodules that are resolved, resected or none are not looked for.
///
/// Fails with `not_found` where the patient or a scan named is not recorded; with `bad_input` where a CT cannot be
/// read, shows no lung, or an image of the registry is gone or changed; with `usage` where the day is not known.
Result<CtFollowUp> follow_up_on_ct(const store::Registry& registry, const growth::Limits& limits,
                                   const CtLogRequest& request);

/// What a person says to the table.
struct CtChoices {
    bool accept_all = false;  ///< all that were surely found and measured, and all that were clicked and measured
    std::set<std::string> accepted;  ///< also where uncertain
    std::set<std::string> left_out;
    /// Leaves what is accepted for another person to confirm: links are proposed only.
    bool propose = false;
    /// Values typed instead of measured ones, as cells of measurements.csv; a nodule with one is accepted.
    std::map<std::string, std::vector<Correction>> typed;
    std::string reason{};  ///< why a CT that shows part of the lungs was read completely, among others

    bool empty() const { return !accept_all && accepted.empty() && typed.empty(); }
};

enum class CtFate : std::uint8_t {
    recorded,  ///< a row, and the link confirmed
    proposed,  ///< a row, and the link proposed
    not_seen,  ///< no row; that it is not seen is proposed
    left       ///< nothing
};

/// What becomes of one line of the table.
struct CtOutcome {
    CtFate fate = CtFate::left;
    std::string why;  ///< where left
    Findings findings;
    std::optional<IdentityStatement> identity;
};

/// What becomes of each nodule of `CtFollowUp::nodules`, in their order. Fails with `bad_input`, all problems at once,
/// where a choice names no nodule of the table, contradicts another, a typed value is none, a nodule that is
/// accepted has no size, or a CT that shows part of the earlier lungs is called read completely without a reason.
Result<std::vector<CtOutcome>> planned(const CtFollowUp& follow_up, const CtChoices& choices);

/// Stores scan, rows, images and links as one entry of the log, or nothing. `folder` is the working folder that
/// relative paths start from. Fails as `ingest`; `options.images` and `options.identities` are filled here.
Result<IngestReport> log_ct(store::Registry& registry, const CtFollowUp& follow_up,
                            const std::vector<CtOutcome>& outcomes, const std::filesystem::path& folder,
                            const store::Provenance& provenance, IngestOptions options);

}  // namespace nodtrack::tracker
