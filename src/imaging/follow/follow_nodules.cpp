#include <algorithm>
#include <cmath>
#include <nodtrack/imaging/follow.hpp>

#include "../loaded_ct.hpp"
#include "../nodule/vector3.hpp"
#include "../text.hpp"
#include "find_nodule.hpp"

namespace nodtrack::imaging {
namespace {

constexpr double found_from = 0.5;
constexpr double not_found_to = 0.35;
constexpr double doubtful_sd_mm = 1.5;  // beyond, what is not found may lie where nobody looked
// Of what is to be seen round a nodule, found again: pairs of CTs that fit have 0.65 and more. Those of different
// chests have up to 0.89, where the field bends to it; a CT that shows part of the lungs may be stretched over all of
// them, with up to 0.82.
constexpr double least_agreement_here = 0.5;
constexpr double least_agreement_in_part = 0.92;
constexpr double most_by_looks = 0.88;     // of a nodule whose size on the prior scan is not known
constexpr double most_confidence = 0.995;  // no synthetic pair vouches for more

bool is_measured(const FoundNodule& found)
{
    return found.current && found.current->values.status == MeasurementStatus::measured;
}

/// Whether the place where a nodule was looked for may be another one than that where it lay.
bool is_place_doubtful(const RegisteredCts& scans, const FoundNodule& found)
{
    const double least = scans.covers_lungs() ? least_agreement_here : least_agreement_in_part;
    return !scans.agree() || found.prediction.agreement < least || found.prediction.sd_mm > doubtful_sd_mm ||
           !found.prediction.in_lung;
}

void settle_status(FollowedNodule& answer, const FoundNodule& found, bool place_doubtful)
{
    const double probability = found.probability;
    const bool doubtful = place_doubtful || found.near_edge;
    if (!found.in_image) {
        answer.status = FollowStatus::uncertain;
        answer.confidence = 0.5;
    } else if (probability >= found_from) {
        answer.status = FollowStatus::found;
        answer.confidence = probability;
    } else if (probability <= not_found_to && !doubtful) {
        answer.status = FollowStatus::not_found;
        answer.confidence = 1 - probability;
    } else {
        answer.status = FollowStatus::uncertain;
        answer.confidence = std::max(probability, 1 - probability);
        if (doubtful) answer.confidence = std::min(answer.confidence, 0.75);
    }
    answer.confidence = std::min(answer.confidence, found.prior_trusted ? most_confidence : most_by_looks);
}

FollowedNodule answer_of(const RegisteredCts& scans, const FoundNodule& found)
{
    const bool place_doubtful = is_place_doubtful(scans, found);
    FollowedNodule answer;
    answer.nodule_id = found.nodule.nodule_id;
    answer.predicted_mm = found.prediction.position_mm;
    answer.predicted_sd_mm = found.prediction.sd_mm;
    answer.prior = found.prior.values;
    settle_status(answer, found, place_doubtful);
    if (answer.status != FollowStatus::not_found && found.current) {
        answer.current = found.current->values;
        answer.current_mask = found.current->mask;
        answer.found_mm = found.place_mm;
    }
    const auto flag = [&](const char* code, const std::string& detail) {
        answer.flags.push_back(std::string(code) + ": " + detail);
    };
    if (!found.in_image) flag(follow_flag::outside_image, "the place is not on the current scan");
    if (!found.prediction.in_lung) {
        flag(follow_flag::outside_lung, "the scans are registered inside the lungs; here the place is a guess");
    } else if (place_doubtful) {
        flag(follow_flag::registration_doubtful, "the scans agree badly here; the place is known to " +
                                                     text_of(std::round(found.prediction.sd_mm * 10) / 10) + " mm");
    }
    if (found.near_edge && answer.status != FollowStatus::found)
        flag(follow_flag::near_edge, "the current scan ends beside the place; it may lie beyond");
    if (!found.prior_trusted)
        flag(follow_flag::prior_not_measured,
             "no outline around the click on the prior scan; found by its looks, its size is not compared");
    if (answer.status != FollowStatus::not_found && found.in_image && !is_measured(found))
        flag(follow_flag::current_not_measured, "no outline could be drawn on the current scan");
    answer.is_outline_doubtful = !found.prior_trusted || (answer.found_mm && found.outline_elsewhere);
    if (answer.found_mm && found.outline_elsewhere)
        flag(follow_flag::outline_doubtful,
             "the outline on the current scan is not centred where the nodule looks the "
             "same; its size is not compared");
    return answer;
}

/// Two prior nodules at one place: the likelier one keeps it.
void settle_rivals(std::vector<FollowedNodule>& answers, const std::vector<FoundNodule>& found)
{
    for (std::size_t i = 0; i < answers.size(); ++i) {
        for (std::size_t j = 0; j < answers.size(); ++j) {
            if (i == j || !answers[i].found_mm || !answers[j].found_mm) continue;
            const double apart = length(difference(*answers[i].found_mm, *answers[j].found_mm));
            const bool same = apart < std::max(1.0, 0.5 * std::min(found[i].radius_mm, found[j].radius_mm));
            const double gap = found[i].probability - found[j].probability;
            if (!same || gap > 0 || (gap == 0 && i < j)) continue;
            answers[i].status = FollowStatus::uncertain;
            answers[i].confidence = std::min(0.6, answers[i].confidence);
            answers[i].found_mm.reset();
            answers[i].current.reset();
            answers[i].current_mask = {};
            answers[i].flags.push_back(std::string(follow_flag::same_as_other) + ": nodule " + answers[j].nodule_id +
                                       " fits better there; it may have resolved, or both have merged");
        }
    }
}

/// Pairs what was found with the candidates: the nearest pair first, each at most once.
void pair_candidates(std::vector<FollowedNodule>& answers, const std::vector<FoundNodule>& found,
                     std::span<const Seed> candidates)
{
    struct Pair {
        double apart_mm;
        std::size_t nodule, candidate;
    };
    std::vector<Pair> pairs;
    for (std::size_t n = 0; n < answers.size(); ++n) {
        if (!answers[n].found_mm) continue;
        for (std::size_t c = 0; c < candidates.size(); ++c) {
            const double apart = length(difference(*answers[n].found_mm, candidates[c].position_mm));
            double reach = found[n].radius_mm + 2;
            if (is_measured(found[n])) reach = std::max(reach, found[n].current->values.shape->long_axis_mm / 2 + 1.5);
            if (apart <= reach) pairs.push_back({apart, n, c});
        }
    }
    std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.apart_mm < b.apart_mm; });
    std::vector<bool> taken(candidates.size());
    for (const Pair& pair : pairs) {
        if (answers[pair.nodule].candidate || taken[pair.candidate]) continue;
        answers[pair.nodule].candidate = pair.candidate;
        taken[pair.candidate] = true;
    }
    for (auto& answer : answers) {
        if (answer.status == FollowStatus::found && !answer.candidate)
            answer.flags.push_back(std::string(follow_flag::not_a_candidate) +
                                   ": found where no candidate lies; the reader may have missed it");
    }
}

}  // namespace

std::vector<FollowedNodule> follow_nodules(const RegisteredCts& scans, std::span<const Seed> nodules,
                                           std::span<const Seed> candidates, const Progress& progress)
{
    std::vector<FoundNodule> found;
    std::vector<FollowedNodule> answers;
    for (const Seed& nodule : nodules) {
        if (progress)
            progress("looking for the nodules",
                     static_cast<double>(found.size()) / static_cast<double>(std::max<std::size_t>(1, nodules.size())));
        found.push_back(find_nodule(scans, nodule, candidates));
        answers.push_back(answer_of(scans, found.back()));
    }
    settle_rivals(answers, found);
    if (!candidates.empty()) pair_candidates(answers, found, candidates);
    return answers;
}

}  // namespace nodtrack::imaging
