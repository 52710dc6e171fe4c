#include <nodtrack/imaging/match.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "match_assignment.hpp"
#include "match_decision.hpp"
#include "match_search.hpp"

namespace nodtrack::imaging {
namespace {

/// Places of a list in an order that does not depend on the order given: by position, then by id.
std::vector<std::size_t> places_in_order(std::span<const LocatedNodule> nodules)
{
    std::vector<std::size_t> places(nodules.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::sort(places.begin(), places.end(), [&](std::size_t one, std::size_t other) {
        const auto& a = nodules[one];
        const auto& b = nodules[other];
        return a.position_mm != b.position_mm ? a.position_mm < b.position_mm : a.nodule_id < b.nodule_id;
    });
    return places;
}

std::vector<LocatedNodule> at_places(std::span<const LocatedNodule> nodules, const std::vector<std::size_t>& places)
{
    std::vector<LocatedNodule> ordered;
    for (const std::size_t place : places)
        ordered.push_back(nodules[place]);
    return ordered;
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return 0.5 * values[(values.size() - 1) / 2] + 0.5 * values[values.size() / 2];
}

using Partners = std::vector<std::optional<std::size_t>>;

/// See `NoduleLink::distance_mm`.
double distance_mm(std::span<const LocatedNodule> prior, std::span<const LocatedNodule> current,
                   const Partners& partner, std::size_t nodule)
{
    double squares = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const auto moved = [&](std::size_t i) {
            return current[*partner[i]].position_mm[axis] - prior[i].position_mm[axis];
        };
        std::vector<double> others;
        for (std::size_t i = 0; i < partner.size(); ++i) {
            if (i != nodule && partner[i]) others.push_back(moved(i));
        }
        const double off = moved(nodule) - (others.empty() ? 0.0 : median(std::move(others)));
        squares += off * off;
    }
    return std::sqrt(squares);
}

}  // namespace

PairProbabilities both_ways(const MatchModel& model, std::span<const LocatedNodule> prior,
                            std::span<const LocatedNodule> current)
{
    // The model looks from prior to current; which scan is called which must not matter.
    auto mean = pair_probabilities(model, prior, current);
    const auto back = pair_probabilities(model, current, prior);
    for (std::size_t i = 0; i < mean.priors(); ++i) {
        for (std::size_t j = 0; j < mean.currents(); ++j)
            mean.at(i, j) = 0.5 * (mean.at(i, j) + back.at(j, i));
    }
    return mean;
}

Partners likeliest_partners(const PairProbabilities& probability, double alone_counts)
{
    std::vector<double> gain;
    for (std::size_t i = 0; i < probability.priors(); ++i) {
        for (std::size_t j = 0; j < probability.currents(); ++j) {
            gain.push_back(probability.at(i, j) -
                           alone_counts * (probability.prior_alone(i) + probability.current_alone(j)));
        }
    }
    return best_assignment(probability.priors(), probability.currents(), gain);
}

double stated_confidence(double probability)
{
    constexpr double most = 1 - 1e-9;
    const double bounded = std::clamp(probability, 1 - most, most);
    const double odds = std::log(bounded / (1 - bounded));
    static const double sure = std::log(0.99 / 0.01);
    static const double stated_sure = std::log(0.9 / 0.1);
    const double stated =
        std::abs(odds) < sure ? std::abs(odds) * stated_sure / sure : std::abs(odds) - sure + stated_sure;
    return 1 / (1 + std::exp(odds < 0 ? stated : -stated));
}

std::vector<NoduleLink> match(std::span<const LocatedNodule> prior, std::span<const LocatedNodule> current)
{
    const auto prior_places = places_in_order(prior);
    const auto current_places = places_in_order(current);
    const auto ordered_prior = at_places(prior, prior_places);
    const auto ordered_current = at_places(current, current_places);
    const auto probability = both_ways(MatchModel(), ordered_prior, ordered_current);
    const auto partner = likeliest_partners(probability);

    std::vector<NoduleLink> links(prior.size());
    std::vector<std::optional<double>> alone(current.size());
    for (std::size_t j = 0; j < current.size(); ++j)
        alone[current_places[j]] = stated_confidence(probability.current_alone(j));
    for (std::size_t i = 0; i < prior.size(); ++i) {
        NoduleLink& link = links[prior_places[i]];
        link.prior = prior_places[i];
        if (!partner[i]) {
            link.confidence = stated_confidence(probability.prior_alone(i));
            continue;
        }
        link.current = current_places[*partner[i]];
        link.distance_mm = distance_mm(ordered_prior, ordered_current, partner, i);
        link.confidence = stated_confidence(probability.at(i, *partner[i]));
        alone[*link.current].reset();
    }
    for (std::size_t j = 0; j < current.size(); ++j) {
        if (alone[j]) links.push_back({.prior = {}, .current = j, .distance_mm = {}, .confidence = *alone[j]});
    }
    return links;
}

}  // namespace nodtrack::imaging
