#pragma once

#include <vector>

namespace nodtrack::report {

/// Sizes or volumes to heights, from zero or by logarithm.
class ValueScale {
  public:
    /// From 0 to at least `most`.
    static ValueScale linear(double most, double top, double bottom);
    /// From at most `least` to at least `most`, both above 0; equal ratios are equally far apart.
    static ValueScale logarithmic(double least, double most, double top, double bottom);

    double place_of(double value) const;
    /// Round values, those of `always` first; none closer than `spacing` to another.
    std::vector<double> ticks(double spacing, const std::vector<double>& always) const;

  private:
    ValueScale(bool logarithmic, double low, double high, double top, double bottom);

    bool logarithmic_ = false;
    double low_ = 0.0;
    double high_ = 1.0;
    double top_ = 0.0;
    double bottom_ = 1.0;
};

}  // namespace nodtrack::report
