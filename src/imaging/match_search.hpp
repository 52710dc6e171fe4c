#pragma once

#include <vector>

#include "match_model.hpp"

namespace nodtrack::imaging {

/// Probabilities that a prior and a current nodule are the same one; rows sum to at most 1, and so do columns.
class PairProbabilities {
  public:
    PairProbabilities(std::size_t priors, std::size_t currents)
        : priors_(priors), currents_(currents), values_(priors * currents)
    {}

    std::size_t priors() const { return priors_; }
    std::size_t currents() const { return currents_; }
    double& at(std::size_t prior, std::size_t current) { return values_[prior * currents_ + current]; }
    double at(std::size_t prior, std::size_t current) const { return values_[prior * currents_ + current]; }

    /// Probability that a prior nodule is not on the current scan.
    double prior_alone(std::size_t prior) const;
    /// Probability that a current nodule is not on the prior scan.
    double current_alone(std::size_t current) const;

  private:
    std::size_t priors_;
    std::size_t currents_;
    std::vector<double> values_;
};

/// The probabilities by the model. Whole assignments are weighed, grown by one prior nodule at a time, of which the
/// most probable few hundred are kept (multiple hypothesis tracking: Reid, IEEE Trans Automat Contr 1979;24:843-854).
/// Up to four nodules or so on each scan that is every assignment there is.
PairProbabilities pair_probabilities(const MatchModel& model, std::span<const LocatedNodule> prior,
                                     std::span<const LocatedNodule> current);

}  // namespace nodtrack::imaging
