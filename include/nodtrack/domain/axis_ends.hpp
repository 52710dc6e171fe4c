#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "nodtrack/domain/quantity.hpp"

namespace nodtrack {

/// Where the two ends of a measured axis lie, in DICOM patient coordinates (LPS): x, y and z of one, then of the other.
struct AxisEnds {
    std::array<Length, 6> at{};

    /// One end, 0 or 1, in mm.
    std::array<double, 3> point_mm(std::size_t end) const
    {
        return {at[3 * end].in_units(), at[3 * end + 1].in_units(), at[3 * end + 2].in_units()};
    }
    /// Of two points in mm, rounded to micrometres.
    static AxisEnds of(const std::array<double, 3>& first_mm, const std::array<double, 3>& second_mm);
    /// Six plain decimals with one space between them; absent for anything else.
    static std::optional<AxisEnds> parse(std::string_view text);
    /// `-62.5 -150.0 12.25 -53.1 -150.0 12.25`
    std::string text() const;

    bool operator==(const AxisEnds&) const = default;
};

}  // namespace nodtrack
