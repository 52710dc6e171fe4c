#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/images.hpp"
#include "nodtrack/store/provenance.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/amend.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/row_key.hpp"

namespace nodtrack::tracker {

struct IngestOptions {
    /// Where it is not empty, rows that contradict stored values supersede them, and this is recorded as why.
    std::string amend_reason{};
    bool dry_run = false;  ///< check and count everything, store nothing
    bool confirm = false;  ///< implausible values are stored as they are
    /// The rows are those of a list that is sent again and again. A value in it that was corrected since, and a row
    /// that was entered in error, is told and left as it is, also with `amend_reason`. Else somebody says it now: it
    /// holds.
    bool is_list = false;
    bool own_rows_alone = false;  ///< values supersede only in rows that the actor recorded alone
    /// The actor may decide: else decisions, and events that end an alarm (a board's baseline, pathology), are refused.
    /// Rights go with what is written, not with the route.
    bool may_decide = true;
    /// Where the images of delivered measurements are; stored with them, where it is not what is stored already. The
    /// version is given here.
    std::vector<store::NoduleImage> images{};
    /// Which nodules delivered measurements are, and what became of nodules without one; stored with them, where it
    /// is not said already.
    std::vector<IdentityStatement> identities{};
};

/// What became of the delivered rows of one kind. The four add up to the rows delivered.
struct RowTally {
    std::uint64_t added = 0;       ///< rows of a new key
    std::uint64_t filled_in = 0;   ///< rows that gave a value where there was none, and contradict nothing
    std::uint64_t superseded = 0;  ///< rows that changed a stored value (only with `amend_reason`)
    std::uint64_t unchanged = 0;   ///< rows that say nothing new, or repeat what was corrected or entered in error
};

/// A stored value that a delivery changed.
struct SupersededValue {
    RowKey row;
    CorrectedValue value;
};

struct IngestReport {
    std::array<RowTally, row_kind_names.size()> tally;  ///< by `RowKind`
    std::vector<SupersededValue> superseded{};          ///< in the order of patients, kinds and rows
    std::vector<std::string> warnings;                  ///< `file:row:column: …`: stored, but somebody should look
    /// The number of the delivery, the first where there is more than one; absent where nothing was new, or on a dry
    /// run.
    std::optional<store::DeliveryNumber> delivery_no;
    /// Of statements that came with an export (`ingest_with_statements`): lines that are new, and those known already.
    struct StatementTally {
        std::uint64_t added = 0;
        std::uint64_t unchanged = 0;
    };
    StatementTally links{};
    StatementTally retractions{};

    const RowTally& of(RowKind kind) const { return tally[static_cast<std::size_t>(kind)]; }
};

/// Takes in one delivery, all or nothing, in one transaction.
///
/// The same rows again change nothing, and leave no entry in the log. A value where there was none fills in; an empty
/// one over a stored value is no change; rows that a later delivery leaves out stay. The order of rows never matters.
///
/// Fails with `bad_input`, one context line a problem, all at once: rows of unknown patients or scans, two rows of one
/// key, values that contradict stored ones (without `amend_reason`), and whatever `problems_of` finds in the record
/// that would come out; and, with all that, whatever `Delivery::problems` holds already. Without `confirm` it fails so,
/// too, where `implausible_values` finds something that was not so before, or a new patient's id looks like a known
/// one: one line each among `Error::questions`. With it they are stored, told among the warnings, and kept with the
/// reason of the change. `identities` fail as `propose_links`. Fails with `not_allowed` where not `may_decide` and
/// something is decided, or where `own_rows_alone` and rows of others would be superseded. Fails with
/// `registry_unusable` where the registry cannot be written.
Result<IngestReport> ingest(store::Registry& registry, const Delivery& delivery, const store::Provenance& provenance,
                            const IngestOptions& options = {});

}  // namespace nodtrack::tracker
