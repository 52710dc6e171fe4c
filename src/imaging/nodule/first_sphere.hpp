#pragma once

#include <array>
#include <optional>

#include "vessel.hpp"

namespace nodtrack::imaging {

/// A first guess of a nodule: the sphere that most rays from the click leave at, and the directions in which
/// something (a vessel) goes on beyond it.
class FirstSphere {
  public:
    Vector3 center{};
    double radius_mm = 0;
    double agreement = 0;       ///< 0 to 1: how many rays leave at the sphere
    double attached_share = 0;  ///< of the directions that are not hidden by the pleura

    /// Whether something goes on in this direction (unit vector) or near it.
    bool is_attached(const Vector3& direction) const { return attached_share > 0 && cells_[cell(direction)]; }
    void mark_attached(const std::vector<Vector3>& directions);

  private:
    static constexpr std::size_t rows = 16;
    static constexpr std::size_t columns = 32;
    static std::size_t cell(const Vector3& direction);
    std::array<bool, rows * columns> cells_{};
};

/// Follows 200 rays from `click` to where the image falls below `level_hu`, or the pleura is met, and finds the
/// sphere by consensus (Fischler and Bolles 1981); its centre stays near the click. Absent where the click itself
/// is below the level, or hardly a ray ends within 20 mm. What a known vessel fills counts as hidden.
std::optional<FirstSphere> first_sphere(const Neighbourhood& image, const Vector3& click, double level_hu,
                                        const std::optional<Pleura>& pleura, const std::optional<Vessel>& vessel);

}  // namespace nodtrack::imaging
