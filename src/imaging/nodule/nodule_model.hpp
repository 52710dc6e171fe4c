#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "first_sphere.hpp"
#include "star.hpp"

namespace nodtrack::imaging {

/// What a CT of a nodule in its surroundings looks like: bodies of even density, blurred.
struct NoduleModel {
    StarShape body;
    double body_hu = 30;
    std::optional<StarShape> core;  ///< the solid part of a part-solid nodule
    double core_hu = 30;
    double lung_hu = -860;         ///< at `middle`
    Vector3 lung_slope{};          ///< HU per mm
    Vector3 middle{};              ///< where `lung_hu` holds
    double log_blur_in_slice = 0;  ///< logarithms of standard deviations in mm
    double log_blur_across = 0;
    std::optional<Pleura> pleura;
    double pleura_hu = 40;
    std::optional<Vessel> vessel;  ///< that passes by; where it and the body overlap, the body counts

    /// Whether a place is in the nodule: in the body, and not behind the pleura.
    bool holds(const Vector3& place) const;
};

/// What is expected of a parameter before the image is seen; spread 0: nothing.
struct Expectation {
    double mean = 0;
    double spread = 0;
};

inline constexpr std::size_t most_parameters = 60;

/// Where the parameters of a model stand in its list.
struct ParameterPlaces {
    explicit ParameterPlaces(const NoduleModel& model);
    std::size_t center = 0, body = 3, blur = 0, body_hu = 0, lung = 0, slope = 0, pleura = 0, core_center = 0, core = 0,
                core_hu = 0, vessel = 0, count = 0;
};

/// Finds the model that explains an image best: Gauss-Newton steps with Levenberg's damping on the voxels' values,
/// robust against what is no part of the model (Geman and McClure), with expectations as prior.
class NoduleFit {
  public:
    NoduleFit(const Neighbourhood& image, const FirstSphere& start, NoduleModel first, double noise_hu);

    NoduleModel model;
    std::vector<Expectation> expected;  ///< one per parameter
    double outlier_hu = 300;            ///< residuals well above this count little

    ParameterPlaces places() const { return ParameterPlaces(model); }
    double& parameter(std::size_t index);
    const FirstSphere& start() const { return start_; }

    /// Takes the voxels up to `beyond_mm` outside the body into the fit; what is attached is left out.
    void take_voxels(double beyond_mm);
    /// Takes the voxels of another fit, all of them.
    void take_voxels_of(const NoduleFit& other);
    /// Up to `steps` steps; ends when a step gains less than `least_gain` of the cost.
    void improve(int steps, double least_gain);
    /// Residuals and weights for the model as it is.
    void evaluate() { cost(false); }

    /// The cost of the model as it is, and minus half its slope by each parameter: what a step is made from.
    std::pair<double, std::vector<double>> cost_and_descent();

    /// The covariance of parameters times `gradient` from both sides: the variance of a quantity with that
    /// gradient, for the noise of the residuals. NaN where the equations are singular.
    double variance_of(const std::vector<double>& gradient);

    struct Voxel {
        Vector3 place{};
        double hu = 0;
        double importance = 1;  ///< 0: left out
        double residual = 0;    ///< HU, image less model
        double weight = 0;
        double inside = 0;  ///< share of the body that it sees
        double behind_pleura = 0;
    };
    const std::vector<Voxel>& voxels() const { return voxels_; }
    double noise_hu() const { return noise_hu_; }

  private:
    double cost(bool with_equations);
    double prior_cost(bool with_equations);
    bool step(double damping, std::vector<double>& change) const;

    const Neighbourhood& image_;
    FirstSphere start_;
    double noise_hu_;
    std::vector<Voxel> voxels_;
    std::vector<double> normal_;  ///< count x count
    std::vector<double> right_;
};

}  // namespace nodtrack::imaging
