#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "nodtrack/domain/quantity.hpp"
#include "nodtrack/domain/vocabulary.hpp"
#include "nodtrack/exchange/report_document.hpp"

namespace nodtrack::exchange {

/// A line or point drawn on an image: columns and rows, the left upper corner of the first pixel being 0, 0.
struct Drawn {
    std::string sop_uid;  ///< the image
    std::vector<std::array<double, 2>> points;
};

/// One lung nodule as a report has it. Sizes are exact: what the report says, in micrometres.
struct ReportedNodule {
    std::size_t group = 0;     ///< which measurement group (or CAD finding) of the report, from 1
    std::string tracking_id;   ///< Tracking Identifier; a label for people
    std::string tracking_uid;  ///< Tracking Unique Identifier; empty where the report has none
    std::string label;         ///< of `tracking_id`, what names the nodule: without the tool that drew it
    Code finding;
    std::optional<Side> side;
    std::optional<Lobe> lobe;
    std::optional<Length> long_axis;
    std::optional<Length> short_axis;
    bool has_one_diameter = false;  ///< `long_axis` is a length or diameter that the report does not call the long axis
    std::optional<Volume> volume;
    std::optional<Attenuation_HU> mean_attenuation;
    std::optional<AttenuationClass> attenuation;
    std::optional<Drawn> long_line;
    std::optional<Drawn> short_line;
    std::optional<Drawn> outline;                        ///< or centre
    std::optional<std::array<double, 3>> position_mm{};  ///< DICOM patient coordinates, where the report has them
    std::string certainty_percent;                       ///< as a CAD program said; kept, not judged
    std::vector<std::string> images;                     ///< SOP Instance UIDs that its values refer to
};

/// Something that was not taken, and why.
struct LeftOut {
    std::string what;
    std::string why;
};

/// Who or what answers for a report's values.
enum class Observer : unsigned char { not_told, person, program };

/// What a report says of lung nodules.
struct ReportedNodules {
    std::vector<ReportedNodule> nodules;
    std::vector<LeftOut> left_out;           ///< each value or group that was not taken
    Observer observer = Observer::not_told;  ///< `program` where an algorithm is among the observers
    std::string study_uid;  ///< of the CT that was measured; of the report itself where it refers to no image
    std::string series_uid;
    /// Day of the CT, YYYYMMDD: as the report's image library has it, else of the report's study where the CT stands in
    /// it; never the day the report was written. Empty where that is not said.
    std::string ct_date;
};

/// Takes from a report (TID 1500 with groups of TID 1410, 1411 and 1501; TID 4100) what it says of lung nodules, by
/// codes, never by their meanings in words. A value is taken where its concept and its unit are of one dimension: a
/// length in mm, cm or um, a volume in mm3, cm3 or ml, a CT number in HU. Pixels, areas that are called lengths,
/// numbers without a value, values that are contradicted in their own group, findings and sites other than of the lung,
/// and what was measured on images other than CT are left out, each with its reason.
ReportedNodules reported_nodules(const ReportDocument& document);

}  // namespace nodtrack::exchange
