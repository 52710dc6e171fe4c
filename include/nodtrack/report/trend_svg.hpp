#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "nodtrack/report/trend.hpp"

namespace nodtrack::report {

/// What a trend picture looks like. Lengths are in the picture's own unit; at 96 a inch one is a CSS pixel.
struct TrendPicture {
    double width = 960.0;
    double height = 0.0;           ///< 0: as much as it needs
    bool heading = true;           ///< patient and what is shown, above the picture
    bool volumes = true;           ///< a second panel, where volumes compare
    std::size_t most_panels = 0;   ///< nodules beyond this are counted, not drawn; 0: all are drawn
    std::string_view id_prefix{};  ///< apart from those of other pictures in one page
};

/// The trend as one SVG element: a line a nodule with the 95 % band of one reading, the policy's cut-offs, therapies,
/// events and scans by date. Up to three nodules of like size share a panel, more have one each. Shapes and labels
/// carry the meaning, colour never alone; no two labels overlap. Every text of the record is escaped.
std::string trend_svg(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge,
                      const TrendPicture& picture = {});

}  // namespace nodtrack::report
