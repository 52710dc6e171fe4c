#include "match_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nodtrack::imaging {
namespace {

constexpr std::size_t most_hypotheses = 256;
/// Hypotheses and kinds of shift whose logarithm is this far below the best weigh nothing.
constexpr double negligible = 20.0;
constexpr double impossible = -std::numeric_limits<double>::infinity();
constexpr int nobody = -1;
const double log_kinds = std::log(static_cast<double>(shift_kinds));

using PerKind = std::array<double, shift_kinds>;

double log_of_sum(std::span<const double> terms)
{
    const double largest = *std::max_element(terms.begin(), terms.end());
    if (largest == impossible) return impossible;
    double sum = 0;
    for (const double term : terms)
        sum += std::exp(term - largest);
    return largest + std::log(sum);
}

/// The first few prior nodules with their partners.
struct Hypothesis {
    std::vector<int> partner;  ///< by prior nodule; or `nobody`
    PerKind log_likelihood{};  ///< for each kind of shift
};

/// A hypothesis with one nodule more, not made yet.
struct Growth {
    std::size_t of = 0;
    int partner = nobody;
    PerKind log_likelihood{};
    double rank = 0;
};

class Search {
  public:
    Search(const MatchModel& model, std::span<const LocatedNodule> prior, std::span<const LocatedNodule> current)
        : model_(model), prior_(prior), current_(current), displacement_(model, prior), unpaired_(model, prior)
    {
        // What a nodule that is paired saves: else it would be one of the current scan alone.
        saved_ = -std::log(model.appears) - unpaired_.typical_log_density();
        for (const auto& one : prior) {
            for (const auto& other : current)
                log_evidence_.push_back(log_evidence(one, other));
        }
    }

    PairProbabilities probabilities()
    {
        std::vector<Hypothesis> kept(1);
        for (std::size_t kind = 0; kind < shift_kinds; ++kind)
            kept[0].log_likelihood[kind] = std::log(model_.shifts[kind].share);
        for (std::size_t nodule = 0; nodule < prior_.size(); ++nodule)
            kept = grown(kept, nodule);

        std::vector<double> log_weight;
        for (const auto& hypothesis : kept)
            log_weight.push_back(log_weight_of(hypothesis));
        const double all = log_of_sum(log_weight);
        PairProbabilities result(prior_.size(), current_.size());
        for (std::size_t i = 0; i < kept.size(); ++i) {
            for (std::size_t nodule = 0; nodule < prior_.size(); ++nodule) {
                const int partner = kept[i].partner[nodule];
                if (partner != nobody)
                    result.at(nodule, static_cast<std::size_t>(partner)) += std::exp(log_weight[i] - all);
            }
        }
        return result;
    }

  private:
    using Known = Displacement::Known;

    std::vector<Known> known(const Hypothesis& hypothesis) const
    {
        std::vector<Known> pairs;
        for (std::size_t nodule = 0; nodule < hypothesis.partner.size(); ++nodule) {
            if (hypothesis.partner[nodule] == nobody) continue;
            Known pair{.place = nodule};
            const auto& to = current_[static_cast<std::size_t>(hypothesis.partner[nodule])].position_mm;
            for (std::size_t axis = 0; axis < to.size(); ++axis)
                pair.by_mm[axis] = to[axis] - prior_[nodule].position_mm[axis];
            pairs.push_back(pair);
        }
        return pairs;
    }

    std::vector<bool> taken(const Hypothesis& hypothesis) const
    {
        std::vector<bool> is_taken(current_.size());
        for (const int partner : hypothesis.partner) {
            if (partner != nobody) is_taken[static_cast<std::size_t>(partner)] = true;
        }
        return is_taken;
    }

    /// Where a prior nodule is expected on the current scan, by kind of shift; absent for kinds that weigh nothing.
    std::array<std::optional<LogDensity>, shift_kinds> expected(const Hypothesis& hypothesis, std::size_t nodule) const
    {
        auto pairs = known(hypothesis);
        const auto nearest = displacement_.nearest(nodule, pairs);
        const auto& likelihood = hypothesis.log_likelihood;
        const double best = *std::max_element(likelihood.begin(), likelihood.end());
        std::array<std::optional<LogDensity>, shift_kinds> places;
        for (std::size_t kind = 0; kind < shift_kinds; ++kind) {
            if (likelihood[kind] < best - negligible) continue;
            Normal3 place = displacement_.at(nodule, kind, nearest);
            for (std::size_t axis = 0; axis < place.mean.size(); ++axis) {
                place.mean[axis] += prior_[nodule].position_mm[axis];
                place.variance[axis] += displacement_.error_variance();
            }
            places[kind] = LogDensity(place);
        }
        return places;
    }

    /// `best` is the highest rank so far: what is far below it is not even noted.
    void add_growths(const std::vector<Hypothesis>& from, std::size_t of, std::size_t nodule,
                     std::vector<Growth>& growths, double& best) const
    {
        const Hypothesis& hypothesis = from[of];
        const auto pairs = static_cast<double>(std::count_if(hypothesis.partner.begin(), hypothesis.partner.end(),
                                                             [](int partner) { return partner != nobody; }));
        Growth alone{.of = of, .log_likelihood = hypothesis.log_likelihood};
        for (double& likelihood : alone.log_likelihood)
            likelihood += log_ends_;
        alone.rank = log_of_sum(alone.log_likelihood) + pairs * saved_;
        best = std::max(best, alone.rank);
        growths.push_back(alone);

        const auto places = expected(hypothesis, nodule);
        const auto is_taken = taken(hypothesis);
        for (std::size_t candidate = 0; candidate < current_.size(); ++candidate) {
            if (is_taken[candidate]) continue;
            const double evidence = log_evidence_[nodule * current_.size() + candidate];
            if (evidence == impossible) continue;
            Growth paired{.of = of, .partner = static_cast<int>(candidate)};
            paired.log_likelihood.fill(impossible);
            double largest = impossible;
            for (std::size_t kind = 0; kind < shift_kinds; ++kind) {
                if (!places[kind]) continue;
                paired.log_likelihood[kind] = hypothesis.log_likelihood[kind] + log_persists_ + evidence +
                                              (*places[kind])(current_[candidate].position_mm);
                largest = std::max(largest, paired.log_likelihood[kind]);
            }
            const double saved = (pairs + 1) * saved_;
            // The sum of the kinds is at most their count times the largest: most are refused without it.
            if (largest + log_kinds + saved < best - negligible) continue;
            paired.rank = log_of_sum(paired.log_likelihood) + saved;
            best = std::max(best, paired.rank);
            growths.push_back(paired);
        }
    }

    /// The best hypotheses with one nodule more.
    std::vector<Hypothesis> grown(const std::vector<Hypothesis>& from, std::size_t nodule) const
    {
        std::vector<Growth> growths;
        double best = impossible;
        for (std::size_t of = 0; of < from.size(); ++of)
            add_growths(from, of, nodule, growths, best);
        std::sort(growths.begin(), growths.end(), [](const Growth& one, const Growth& other) {
            if (one.rank != other.rank) return one.rank > other.rank;
            return one.of != other.of ? one.of < other.of : one.partner < other.partner;
        });
        std::vector<Hypothesis> kept;
        for (const auto& growth : growths) {
            if (kept.size() == most_hypotheses || growth.rank < growths.front().rank - negligible) break;
            kept.push_back({.partner = from[growth.of].partner, .log_likelihood = growth.log_likelihood});
            kept.back().partner.push_back(growth.partner);
        }
        return kept;
    }

    /// With the current nodules that nobody took.
    double log_weight_of(const Hypothesis& hypothesis) const
    {
        auto pairs = known(hypothesis);
        const auto nearest = displacement_.nearest(displacement_.middle(), pairs);
        const auto is_taken = taken(hypothesis);
        PerKind weight = hypothesis.log_likelihood;
        for (std::size_t kind = 0; kind < shift_kinds; ++kind) {
            if (weight[kind] == impossible) continue;
            auto centre = unpaired_.centre(displacement_.at(displacement_.middle(), kind, nearest));
            for (std::size_t nodule = 0; nodule < current_.size(); ++nodule) {
                if (is_taken[nodule]) continue;
                weight[kind] +=
                    std::log(model_.appears) + unpaired_.log_density_at(current_[nodule].position_mm, centre);
            }
        }
        return log_of_sum(weight);
    }

    const MatchModel& model_;
    std::span<const LocatedNodule> prior_;
    std::span<const LocatedNodule> current_;
    Displacement displacement_;
    UnpairedDensity unpaired_;
    double saved_ = 0;
    double log_persists_ = std::log(model_.persists);
    double log_ends_ = std::log(1 - model_.persists);
    std::vector<double> log_evidence_;  ///< of each prior nodule with each current one
};

}  // namespace

double PairProbabilities::prior_alone(std::size_t prior) const
{
    double paired = 0;
    for (std::size_t current = 0; current < currents_; ++current)
        paired += at(prior, current);
    return std::max(0.0, 1 - paired);
}

double PairProbabilities::current_alone(std::size_t current) const
{
    double paired = 0;
    for (std::size_t prior = 0; prior < priors_; ++prior)
        paired += at(prior, current);
    return std::max(0.0, 1 - paired);
}

PairProbabilities pair_probabilities(const MatchModel& model, std::span<const LocatedNodule> prior,
                                     std::span<const LocatedNodule> current)
{
    return Search(model, prior, current).probabilities();
}

}  // namespace nodtrack::imaging
