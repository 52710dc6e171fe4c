#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/links.hpp"
#include "nodtrack/store/provenance.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/log.hpp"

namespace nodtrack::tracker {

/// A CT typed in one line: `N1=6.2x5.5 N2=4.7x4.1 N3:resolved N4:not-seen +N7=4.1x3.6:rul:solid`.
///
/// An item is a nodule's id, `=` and its size in mm (long axis, short axis behind `x`, solid component behind `/`),
/// then words behind colons: a status or what became of it (resolved, not-assessed, not-seen, outside-field), a side,
/// lobe, location or attenuation, or COLUMN=VALUE. A nodule that is not known yet has a `+` before it, so that a slip
/// makes none.
struct CtLine {
    std::string patient_id;
    std::string scan_id;
    std::vector<Cell> scan{};            ///< columns of scans.csv
    std::vector<std::string> nodules{};  ///< the items
    bool done = false;                   ///< the reading is complete
    std::vector<std::string>
        differs{};                ///< nodules of which side, lobe or attenuation are other than known, on purpose
    std::string amend_reason{};   ///< where it is not empty, values that contradict stored ones supersede them
    bool confirm = false;         ///< implausible values are stored as they are
    bool own_rows_alone = false;  ///< values supersede only in rows that the actor recorded alone
    bool dry_run = false;         ///< says what would be stored, stores nothing
};

/// What was made of one item.
struct CtLineNodule {
    std::string nodule_id;
    bool is_added = false;                       ///< not known before
    std::optional<store::NoduleState> absent{};  ///< said of it in place of a row: not_seen, outside_field
    Findings findings{};                         ///< as stored
    std::vector<std::string> carried{};          ///< columns taken over from what is known: `side`
    std::optional<Findings> before{};            ///< its newest size before this CT
    std::optional<Date> before_on{};
    /// Said of it before and not taken over, as it could reassure: `ground_glass`.
    std::optional<AttenuationClass> to_be_said{};
};

struct CtLineReport {
    Scan scan;  ///< as stored
    std::vector<CtLineNodule> nodules;
    std::optional<store::DeliveryNumber> delivery_no;  ///< absent where nothing was new, or on a dry run
    std::vector<std::string> warnings;
    std::optional<assess::Assessment> assessment;  ///< as of the day of recording; absent on a dry run
    PatientRecord record;                          ///< as judged
};

/// Stores the scan, its rows and what is said of nodules without one as one delivery, or nothing.
///
/// What is known of a nodule's side and lobe is taken over into a row that does not say it, from the newest earlier CT;
/// so is the attenuation `solid`, and no other: those can reassure, and an empty field never does.
/// Fails with `not_found` for an unknown patient, `usage` where a new scan has no date, and with `bad_input`, all at
/// once: an item that cannot be read, a size in words, an unknown nodule without `+`, a known one with it, what
/// contradicts what is known of a nodule that is not in `differs`, a known nodule that is not named although the
/// reading is complete, and whatever `ingest` refuses.
Result<CtLineReport> log_ct_line(store::Registry& registry, const assess::Judge& judge, const CtLine& line,
                                 const store::Provenance& provenance);

/// What was stored and what it changes, for a terminal.
std::string ct_line_text(const CtLineReport& report, const assess::Judge& judge);

}  // namespace nodtrack::tracker
