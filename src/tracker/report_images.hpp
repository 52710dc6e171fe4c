#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "nodtrack/domain/axis_ends.hpp"
#include "nodtrack/exchange/ct_objects.hpp"
#include "nodtrack/exchange/reported_nodules.hpp"

namespace nodtrack::tracker {

/// The images that reports draw on, and through them places in mm (DICOM patient coordinates).
class ReportImages {
  public:
    /// Those of a folder; none where it is absent. Fails as `exchange::ct_series_in` does.
    static Result<ReportImages> of(const std::optional<std::filesystem::path>& folder);

    /// Null where there is none of that study.
    const exchange::CtSeries* series_of_study(const std::string& study_uid) const;
    /// The ends of a line; absent where its image is not at hand.
    std::optional<AxisEnds> ends(const std::optional<exchange::Drawn>& line) const;
    /// The middle of what was drawn of a nodule.
    std::optional<std::array<double, 3>> place(const exchange::ReportedNodule& nodule) const;

  private:
    const exchange::CtSlice* slice(const std::string& sop_uid) const;

    std::vector<exchange::CtSeries> series_;
};

}  // namespace nodtrack::tracker
