#pragma once

#include <nodtrack/domain/vocabulary.hpp>
#include <nodtrack/imaging/ct.hpp>
#include <optional>
#include <string>

namespace nodtrack::imaging {

/// How a nodule is calcified, as far as its voxels tell.
struct CalcificationFinding {
    std::optional<Calcification> pattern;  ///< absent where it cannot be told
    std::string flag;                      ///< why not: begins with `calcification_unknown`; empty where it is told
    double calcified_share = 0;            ///< of the nodule without its outline voxels, above 200 HU
};

/// The pattern of calcification of a measured nodule; patterns that reassure (diffuse, central, laminated, popcorn) and
/// `none` are told only where they are plain, with a margin around each border in which nothing is told.
///
/// Not told: with IV contrast; where slices are too thick or the nodule too small to see a pattern; of nodules that are
/// not solid; where what is dense touches the outline on one side only (bone, pleural plaque).
CalcificationFinding calcification_of(const Ct& ct, const NoduleMask& mask, const MaskMeasurement& measurement);

}  // namespace nodtrack::imaging
