#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/domain/vocabulary.hpp"
#include "nodtrack/dose/radiation_level.hpp"

namespace nodtrack::dose {

/// A conversion factor of a published table.
struct FactorPoint {
    std::optional<double> age_years;  ///< absent: adult
    double k = 0.0;                   ///< mSv per mGy.cm of a dose-length product stated for `phantom`
    DosePhantom phantom = DosePhantom::body_32_cm;
};

/// One published table of factors from dose-length product of a chest CT to effective dose; by rising age, adult last.
struct FactorSet {
    std::string id;  ///< `aapm-96`
    std::string title;
    std::vector<FactorPoint> points;
    std::vector<Citation> citations;
};

/// schema/dose-factors.json: every number of the dose room.
struct DoseFactors {
    std::string id;
    std::string version;
    int adult_from_years = 0;    ///< local policy: adult factors and adult levels from this age on
    int young_below_years = 0;   ///< local policy: below this age the lowest workable dose is asked for
    double phantom_ratio = 0.0;  ///< local policy, not verified: product stated for 16 cm over that for 32 cm
    std::string phantom_note;    ///< which phantom the factors refer to, and how sure that is
    std::vector<FactorSet> factor_sets;
    std::vector<Procedure> procedures;

    const Procedure* procedure(std::string_view procedure_id) const;
};

/// Reads the file. Refuses unknown and missing keys, words and units, doses that do not rise, a set without an adult
/// point, a parameter without basis, and citations that the bibliography `sources_json` lacks; each problem is one
/// line of `Error::context` with its JSON pointer. Code: bad_input.
Result<DoseFactors> load_dose_factors(std::string_view json, std::string_view sources_json);

/// The file released with this program.
std::string_view released_dose_factors_json();

}  // namespace nodtrack::dose
