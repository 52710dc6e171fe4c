#pragma once

#include <array>
#include <cstddef>
#include <nodtrack/domain/vocabulary.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nodtrack::imaging {

// Which nodule of one CT is which nodule of the next, from their places alone. For registries, and for exams whose
// images are gone; where the images are there, registering them tells more.

/// A nodule as a list of places knows it.
struct LocatedNodule {
    std::string nodule_id;
    std::array<double, 3> position_mm{};  ///< DICOM patient coordinates (LPS), finite
    std::optional<double> long_axis_mm;   ///< above 0
    std::optional<AttenuationClass> attenuation;
    std::optional<Lobe> lobe;
};

/// A nodule of the prior scan and the same one on the current scan, or one that is on one of both scans alone.
struct NoduleLink {
    std::optional<std::size_t> prior;    ///< place in the prior list; absent: not on the prior scan
    std::optional<std::size_t> current;  ///< place in the current list; absent: not on the current scan
    /// How far, in mm, the nodule lies from where the exam's other pairs put it (their median displacement, axis by
    /// axis); for an exam's only pair, from where it was. Absent when unpaired.
    std::optional<double> distance_mm;
    /// The probability that this line is right: that both are one nodule, or that the nodule has no partner.
    double confidence = 0;
};

/// One link per prior nodule, in the order of that list, then one per unpaired current nodule, in the order of that
/// one. No nodule is in two links.
///
/// Both scans may have frames of reference of their own, metres apart; the patient lies the same way in both, so that
/// left stays left. Where lobes are known on both sides, a pair never crosses the midline. Swapping the lists, or
/// the order in them, changes neither pairs nor confidences.
///
/// Method and its parameters: src/imaging/match_model.hpp. Precondition: positions are finite.
std::vector<NoduleLink> match(std::span<const LocatedNodule> prior, std::span<const LocatedNodule> current);

}  // namespace nodtrack::imaging
