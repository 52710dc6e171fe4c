#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "nodtrack/domain/date.hpp"
#include "nodtrack/domain/record.hpp"
#include "nodtrack/dose/dose_factors.hpp"

namespace nodtrack::dose {

/// Effective dose, mSv: from the least to the greatest of what the published factor sets and the open questions of
/// the scan (which phantom?) allow. An estimate for a reference body of that age.
struct DoseRange {
    double low_msv = 0.0;
    double high_msv = 0.0;

    bool operator==(const DoseRange&) const = default;
};

/// Why a scan has no estimate. It then has no dose at all here: it is counted, and never taken as 0.
enum class NotEstimated : std::uint8_t {
    no_dlp,       ///< a CT whose dose-length product is not recorded, or recorded as 0
    not_a_chest,  ///< a PET/CT or its CT part: chest factors do not fit the region, and the tracer is not recorded
    radiograph    ///< has no dose-length product
};

/// The column of the radiation levels that a patient is read in on a day; adult where the birth date is not known.
AgeGroup age_group_at(const Patient& patient, Date day, const DoseFactors& factors);

/// What one scan gave.
struct ScanDose {
    std::uint32_t scan = 0;                ///< position in `PatientRecord::scans`
    std::optional<int> age_months;         ///< whole completed months at the scan; absent: birth date not known
    AgeGroup group = AgeGroup::adult;      ///< adult where the birth date is not known
    const Procedure* procedure = nullptr;  ///< of `DoseFactors::procedures`; never null in an answer
    std::optional<DoseRange> effective;
    std::vector<DoseRange> by_set;  ///< in step with `DoseFactors::factor_sets`; empty without an estimate
    std::optional<NotEstimated> not_estimated;

    bool adult_factors_assumed = false;  ///< birth date not known: the factors of an adult, which are no upper bound
    bool phantom_assumed = false;        ///< phantom not recorded: 32 cm for adults, either for children
    bool phantom_converted = false;      ///< the recorded phantom is not the one the table refers to
    bool contrast_assumed = false;       ///< IV contrast not recorded: the level shown is that of a CT without

    const RadiationLevel& level() const { return procedure->level(group); }
};

/// Whether the patient is young enough that the lowest workable dose is asked for.
enum class Youth : std::uint8_t { child, young, not_young, age_unknown };

/// Dose of a patient's scans up to a day.
struct DoseHistory {
    Date as_of;
    std::optional<int> age_months;  ///< at `as_of`
    Youth youth = Youth::age_unknown;
    std::vector<ScanDose> scans;  ///< by date, then scan id
    DoseRange total;              ///< of the scans with an estimate; a lower bound while others have none
    std::uint32_t estimated = 0;
    std::uint32_t without_dlp = 0;  ///< CTs
    std::uint32_t not_a_chest = 0;
    std::uint32_t radiographs = 0;

    /// The lowest workable dose is asked for; an unknown age does not take that off.
    bool asks_for_low_dose() const { return youth != Youth::not_young; }
    bool is_lower_bound() const { return estimated < scans.size(); }
};

/// A conversion factor at some age.
struct Factor {
    double k = 0.0;          ///< mSv per mGy.cm
    bool converted = false;  ///< a table value that refers to the other phantom took part
};

/// The factor for a product stated for `phantom`, at an age of `age_months` (absent: adult). Linear between the
/// table's ages; the last before adult runs to the adult's value at `adult_from_years`. A table value that refers to
/// the other phantom is converted by `phantom_ratio` first, so that like is interpolated with like. Source: O-68.
Factor factor_at(const FactorSet& set, std::optional<int> age_months, DosePhantom phantom, const DoseFactors& factors);

/// Doses of all scans dated on or before `as_of`. The answer points into `factors`, which must outlive it. Shown, and
/// never a reason to withhold an examination (O-69).
DoseHistory dose_history(const PatientRecord& record, Date as_of, const DoseFactors& factors);

}  // namespace nodtrack::dose
