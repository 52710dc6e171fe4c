#include "report_images.hpp"

#include <algorithm>

namespace nodtrack::tracker {

Result<ReportImages> ReportImages::of(const std::optional<std::filesystem::path>& folder)
{
    ReportImages images;
    if (!folder) return images;
    auto series = exchange::ct_series_in(*folder);
    if (!series) return tl::unexpected<Error>(series.error());
    images.series_ = std::move(*series);
    return images;
}

const exchange::CtSlice* ReportImages::slice(const std::string& sop_uid) const
{
    for (const auto& series : series_) {
        const auto found = std::ranges::find(series.slices, sop_uid, &exchange::CtSlice::sop_uid);
        if (found != series.slices.end()) return &*found;
    }
    return nullptr;
}

const exchange::CtSeries* ReportImages::series_of_study(const std::string& study_uid) const
{
    const auto found = std::ranges::find(series_, study_uid, &exchange::CtSeries::study_uid);
    return found == series_.end() ? nullptr : &*found;
}

std::optional<AxisEnds> ReportImages::ends(const std::optional<exchange::Drawn>& line) const
{
    if (!line || line->points.size() != 2) return std::nullopt;
    const exchange::CtSlice* const on = slice(line->sop_uid);
    if (on == nullptr) return std::nullopt;
    return AxisEnds::of(point_of(*on, line->points[0]), point_of(*on, line->points[1]));
}

std::optional<std::array<double, 3>> ReportImages::place(const exchange::ReportedNodule& nodule) const
{
    if (nodule.position_mm) return nodule.position_mm;
    for (const auto* drawn : {&nodule.long_line, &nodule.outline, &nodule.short_line}) {
        if (!*drawn || (*drawn)->points.empty()) continue;
        const exchange::CtSlice* const on = slice((*drawn)->sop_uid);
        if (on == nullptr) continue;
        std::array<double, 2> middle{};
        for (const auto& point : (*drawn)->points) {
            middle[0] += point[0] / static_cast<double>((*drawn)->points.size());
            middle[1] += point[1] / static_cast<double>((*drawn)->points.size());
        }
        return point_of(*on, middle);
    }
    return std::nullopt;
}

}  // namespace nodtrack::tracker
