#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nodtrack/tracker/judges.hpp"
#include "nodtrack/tracker/retract.hpp"

namespace nodtrack::tracker {

/// Rows that are another patient's.
struct MoveRequest {
    /// The row; a scan's goes with everything measured and pictured on it. The patient's own goes with everything
    /// recorded of him, links, kept recommendations and decisions too: he has another id.
    RowKey row;
    std::string to;         ///< the patient
    std::string scan_id{};  ///< of a scan: its id there; empty: the same
    enum class Target : std::uint8_t { is_there, is_new };
    Target target = Target::is_there;  ///< whether `to` is recorded already; fails where it is not so
    bool confirm = false;              ///< also where an answer becomes quieter, or a value is implausible there
    bool dry_run = false;              ///< tells everything, stores nothing
    bool own_rows_alone = false;       ///< as of `RetractRequest`
    bool may_decide = true;
};

struct MoveReport : RetractReport {
    std::vector<std::string> identities{};  ///< what each moved nodule is at the other patient, one line each
};

/// Retracts rows of one patient and enters them at the other, in one change: both histories say so, and one
/// `retract` with `undo` takes both back. Links of a moved scan or measurement end: which nodule it is has to be said
/// anew. `provenance.reason` says why.
///
/// Fails as `retract`; with `not_found` where there is no such patient to move to; with `bad_input` where the other
/// patient has such a row already (of a whole patient: one that says otherwise), or his record would contradict itself.
Result<MoveReport> move_rows(store::Registry& registry, const Judges& judges, const MoveRequest& request,
                             const store::Provenance& provenance);

}  // namespace nodtrack::tracker
