#include <nodtrack/imaging/follow.hpp>

#include "../loaded_ct.hpp"
#include "../registration/register_ct.hpp"

namespace nodtrack::imaging {

RegisteredCts::RegisteredCts(Ct prior, Ct current, std::shared_ptr<const Registration> registration)
    : prior_(std::move(prior)), current_(std::move(current)), registration_(std::move(registration))
{}

std::array<double, 3> RegisteredCts::predicted_mm(const std::array<double, 3>& prior_mm) const
{
    return registration_->predict(prior_mm).position_mm;
}

double RegisteredCts::lung_volume_ratio() const
{
    return registration_->current_lung_mm3 / registration_->prior_lung_mm3;
}

double RegisteredCts::covered_lung_share() const
{
    return registration_->covered_share;
}

bool RegisteredCts::covers_lungs() const
{
    constexpr double all_but_the_rim = 0.95;
    return covered_lung_share() >= all_but_the_rim;
}

double RegisteredCts::agreement() const
{
    return registration_->agreement;
}

bool RegisteredCts::agree() const
{
    constexpr double least = 0.6;
    return agreement() >= least;
}

Result<RegisteredCts> register_cts(Ct prior, Ct current, const Progress& progress)
{
    auto registration = register_cts(prior.loaded().volume, current.loaded().volume, progress);
    if (!registration) return tl::unexpected(registration.error());
    return RegisteredCts(std::move(prior), std::move(current),
                         std::make_shared<const Registration>(std::move(*registration)));
}

}  // namespace nodtrack::imaging
