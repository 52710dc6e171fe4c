#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::report {

/// From the least to the greatest size that one reading does not exclude, 95 %.
struct ReadingInterval {
    double low = 0.0;
    double high = 0.0;
};

/// One row of a nodule on a diagnostic CT.
struct TrendPoint {
    std::uint32_t measurement = 0;  ///< position in `PatientRecord::measurements`
    Date date;
    Status status = Status::present;
    std::optional<Length> long_axis;  ///< of a row that says present or new
    std::optional<ReadingInterval> long_axis_mm;
    std::optional<Volume> volume;  ///< only where it may be compared: method stated, slices known to be thin
    std::optional<ReadingInterval> volume_mm3;
    bool newly_seen = false;   ///< reported new, or first seen where the policy says NEW
    bool starts_line = false;  ///< the line before it ends: first measurement, after `resolved` or a metastasectomy
    bool after_gap = false;    ///< a CT between it and the measurement before has no size of the nodule
};

/// One nodule of the record, judged or not.
struct TrendNodule {
    std::uint32_t nodule = 0;             ///< position in `PatientRecord::nodule_ids`
    std::optional<std::uint32_t> judged;  ///< position in `Assessment::nodules`; absent: not judged (any more)
    std::vector<TrendPoint> points;       ///< by date
    bool volumes_compare = false;         ///< two points or more have volumes by one method

    /// The newest point with a size.
    const TrendPoint* newest_size() const;
    const TrendPoint* oldest_size() const;
};

/// A therapy without a nodule that goes on for some time.
struct TherapySpan {
    TherapyKind kind = TherapyKind::systemic;
    Date first;
    Date last;             ///< as far as seen
    bool running = false;  ///< goes on at the as-of day
};

/// Something that happened on one day: local treatment, surgery, a board's decision, pathology.
struct TrendEvent {
    Date date;
    std::string text;                     ///< `SBRT N1`, `pathology benign N1`
    std::optional<std::uint32_t> nodule;  ///< position in `PatientRecord::nodule_ids`
};

/// What a trend shows, as seen on the as-of day: nothing dated after it.
struct Trend {
    std::string patient_id;
    Date as_of;
    Date first;                        ///< of scans and therapies; the as-of day where there is none
    std::vector<std::uint32_t> scans;  ///< positions in `PatientRecord::scans`, by date
    std::vector<TrendNodule> nodules;  ///< by nodule id, N2 before N10
    std::vector<TherapySpan> therapies;
    std::vector<TrendEvent> events;  ///< by date
    std::vector<Length> cut_offs;    ///< the policy's `straddle_cut_offs_mm`

    bool any_size() const;
};

/// The series of one patient. Intervals are those of the policy's parameters: 1.96 standard deviations of one caliper
/// reading (O-05), 1.96 coefficients of variation of one volume (O-06).
Trend trend_of(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge);

/// `pathology benign`, `metastasectomy`: the record's word as people write it.
std::string in_words(std::string_view word);

/// One JSON object and a line end. Keys: `patient_id`, `as_of`, `policy` {`id`, `version`, `sha256`}, `cut_offs_mm`,
/// `caliper_sd_mm`, `scans` [{`scan_id`, `date`, `modality`, `purpose`, `slice_thickness_mm`}], `nodules`
/// [{`nodule_id`, `judged` (false: the next three are null), `class`, `growth_state`, `vdt_days`, `points`
/// [{`scan_id`, `date`, `status`, `newly_seen`, `long_axis_mm`, `long_axis_interval95_mm` [low, high],
/// `short_axis_mm`, `volume_mm3`, `volume_method`, `volume_compares`, `volume_interval95_mm3`}]}], `therapies`
/// [{`kind`, `first`, `last` (as far as seen), `running`}], `events` [{`date`, `text`, `nodule_id`}].
std::string trend_json(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge);

}  // namespace nodtrack::report
