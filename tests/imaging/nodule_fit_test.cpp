#include <gtest/gtest.h>

#include <cmath>

#include "nodule/nodule_model.hpp"

// The slopes by which a fit steps are derived by hand; here they are held against differences of the cost itself.

namespace nodtrack::imaging {
namespace {

Neighbourhood some_lung()
{
    Neighbourhood image;
    image.size = {30, 30, 20};
    image.spacing_mm = {0.8, 0.8, 1.25};
    image.axis = {0, 1, 2};
    for (std::int64_t k = 0; k < image.size[2]; ++k) {
        for (std::int64_t j = 0; j < image.size[1]; ++j) {
            for (std::int64_t i = 0; i < image.size[0]; ++i) {
                const Vector3 from = difference(image.place(i, j, k), {12.3, 11.6, 12.1});
                const double body = 1 / (1 + std::exp((length(from) - 4.4) / 0.4));
                const double texture = 15 * std::sin(1.7 * static_cast<double>(i) + 0.9 * static_cast<double>(j * k));
                image.hu.push_back(static_cast<float>(-850 + 870 * body + texture));
            }
        }
    }
    return image;
}

Vector3 sideways(std::size_t axis)
{
    Vector3 way{};
    way[axis] = 1;
    return way;
}

struct Kind {
    std::string sentence;
    bool core = false;
    bool pleura = false;
    bool vessel = false;
};

TEST(NoduleFit, StepsBySlopesThatAreThoseOfItsCost)
{
    const Neighbourhood image = some_lung();
    for (const Kind& kind : {Kind{"a body alone"}, Kind{"with a core", true}, Kind{"on the pleura", false, true},
                             Kind{"beside a vessel", false, false, true}}) {
        SCOPED_TRACE(kind.sentence);
        NoduleModel model;
        model.body.center = {12, 12, 12};
        model.body.detail = StarDetail::ball;
        model.body.coefficients[0] = std::log(4.2);
        model.body_hu = -20;
        model.lung_hu = -840;
        model.middle = {12, 12, 12};
        model.log_blur_in_slice = std::log(0.7);
        model.log_blur_across = std::log(0.7);
        if (kind.core) {
            model.body_hu = -560;
            StarShape core;
            core.detail = StarDetail::ball;
            core.center = {12.2, 12, 12};
            core.coefficients[0] = std::log(2.4);
            model.core = core;
        }
        if (kind.pleura) {
            Pleura pleura;
            pleura.foot = {15, 12, 12};
            pleura.outward = sideways(0);
            pleura.side = {sideways(1), sideways(2)};
            model.pleura = pleura;
        }
        if (kind.vessel) {
            Vessel vessel;
            vessel.middle = {12, 17, 12};
            vessel.along = sideways(2);
            vessel.side = {sideways(0), sideways(1)};
            vessel.log_radius = std::log(1.3);
            model.vessel = vessel;
        }
        FirstSphere start;
        start.center = model.body.center;
        start.radius_mm = 4.2;
        NoduleFit fit(image, start, model, 20);
        fit.expected.assign(fit.places().count, Expectation{0.3, 40});
        fit.take_voxels(3.5);
        const auto [cost, descent] = fit.cost_and_descent();
        ASSERT_EQ(descent.size(), fit.places().count);
        double largest = 0;
        for (std::size_t i = 0; i < descent.size(); ++i)
            largest = std::max(largest, std::abs(descent[i]));
        ASSERT_GT(largest, 0);
        const ParameterPlaces at = fit.places();
        for (std::size_t i = 0; i < descent.size(); ++i) {
            const bool is_density = i == at.body_hu || i == at.lung || (kind.pleura && i == at.pleura + 6) ||
                                    (kind.core && i == at.core_hu) || (kind.vessel && i == at.vessel + 7);
            const double step = is_density ? 2.0 : 4e-3;
            double& parameter = fit.parameter(i);
            const double value = parameter;
            parameter = value + step;
            const double above = fit.cost_and_descent().first;
            parameter = value - step;
            const double below = fit.cost_and_descent().first;
            parameter = value;
            const double slope = (above - below) / (2 * step);
            // A vessel's share is read from a table to about a hundredth, and its overlap is by interpolation.
            const double share = kind.vessel && i >= at.vessel ? 0.2 : 0.03;
            EXPECT_NEAR(-2 * descent[i], slope, share * std::abs(slope) + 2e-3 * largest) << "parameter " << i;
        }
    }
}

}  // namespace
}  // namespace nodtrack::imaging
