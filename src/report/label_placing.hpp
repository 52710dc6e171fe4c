#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace nodtrack::report {

struct Point {
    double x = 0.0;
    double y = 0.0;
};

/// A rectangle; y grows downwards.
struct Box {
    double left = 0.0;
    double top = 0.0;
    double right = 0.0;
    double bottom = 0.0;

    bool overlaps(const Box& other) const
    {
        return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
    bool holds(const Box& other) const
    {
        return left <= other.left && other.right <= right && top <= other.top && other.bottom <= bottom;
    }
    double width() const { return right - left; }
    double height() const { return bottom - top; }
};

/// Width of a line of text, in the unit of `font_size`: what no common sans-serif face exceeds.
double text_width(std::string_view text, double font_size);

/// From the top of the tallest letter to the bottom of the deepest, and where the baseline is in it.
inline constexpr double ascent = 0.80;
inline constexpr double descent = 0.24;

enum class Anchor : unsigned char { start, middle, end };

/// The box that a line of text fills whose baseline starts, is centred or ends at `at`.
Box text_box(Point at, std::string_view text, double font_size, Anchor anchor);

/// Keeps labels apart: what is placed is never overlapped by what is placed later.
class LabelPlacer {
  public:
    explicit LabelPlacer(Box bounds) : bounds_(bounds) {}

    /// Something that labels keep away from.
    void keep_free(Box box) { taken_.push_back(box); }
    /// The same for a stroke.
    void keep_free(Point from, Point to, double margin);

    bool is_free(const Box& box) const;
    /// The first of `candidates` (baseline points) where the text stays in bounds and touches nothing; then it is
    /// taken.
    std::optional<Point> place(std::string_view text, double font_size, Anchor anchor,
                               std::span<const Point> candidates);

  private:
    Box bounds_;
    std::vector<Box> taken_;
};

/// Middles of rows of `height` each, as near as may be to `wanted` (rising), none closer than `height` to the next, all
/// between `top` and `bottom`. Where they cannot all fit they go on beyond `bottom`.
std::vector<double> spread(std::vector<double> wanted, double height, double top, double bottom);

}  // namespace nodtrack::report
