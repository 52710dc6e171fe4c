// How well `match` tells which nodule is which, on labelled scans, beside one-to-one nearest neighbours after the best
// shift; whether its confidence holds; what refitting its parameters on other people changes; and its speed.
//
//     match_bench ../shared/data/nlst-serial/nodules.csv

#include <chrono>
#include <cstdio>
#include <functional>

#include "match_decision.hpp"
#include "match_nlst.hpp"

namespace {

using namespace nodtrack::imaging;
using namespace nodtrack::imaging::nlst;
using Pairs = std::vector<ScanPair>;

/// Parts of the people, by a hash (FNV-1a) of who they are.
std::size_t part_of(const std::string& person, std::size_t parts)
{
    std::uint64_t hash = 14695981039346656037U;
    for (const char c : person)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    return (hash >> 20U) % parts;
}

Pairs chosen(const Pairs& pairs, const std::function<bool(const ScanPair&)>& is_wanted)
{
    Pairs result;
    std::copy_if(pairs.begin(), pairs.end(), std::back_inserter(result), is_wanted);
    return result;
}

Partners matched_by(const MatchModel& model, const ScanPair& pair)
{
    return likeliest_partners(both_ways(model, pair.prior, pair.current));
}

/// How unlikely the model finds the truth: the sum of the logarithms over all pairs that there could be.
double surprise(const MatchModel& model, const Pairs& pairs)
{
    constexpr double least = 1e-4;  // a label may be wrong
    double sum = 0;
    for (const auto& pair : pairs) {
        const auto probability = both_ways(model, pair.prior, pair.current);
        for (std::size_t i = 0; i < pair.prior.size(); ++i) {
            for (std::size_t j = 0; j < pair.current.size(); ++j) {
                const bool same = pair.prior[i].nodule_id == pair.current[j].nodule_id;
                const double right = same ? probability.at(i, j) : 1 - probability.at(i, j);
                sum -= std::log(std::max(right, least));
            }
        }
    }
    return sum;
}

/// The parameters that were chosen by likelihood; what they are multiplied by, on a scale where 1 changes nothing.
struct Knob {
    const char* name;
    void (*turn)(MatchModel&, double);
};

constexpr std::array<Knob, 4> knobs = {{
    {"odds of persisting",
     [](MatchModel& model, double by) {
         const double odds = model.persists / (1 - model.persists) * by;
         model.persists = odds / (1 + odds);
     }},
    {"appearing", [](MatchModel& model, double by) { model.appears *= by; }},
    {"shift along x and y",
     [](MatchModel& model, double by) {
         for (std::size_t kind = 0; kind < 3; ++kind) {
             model.shifts[kind].sd_mm[0] *= by;
             model.shifts[kind].sd_mm[1] *= by;
         }
     }},
    {"shift along z", [](MatchModel& model, double by) { model.shifts[0].sd_mm[2] *= by; }},
}};

MatchModel turned(const std::array<double, knobs.size()>& by)
{
    MatchModel model;
    for (std::size_t i = 0; i < knobs.size(); ++i)
        knobs[i].turn(model, by[i]);
    return model;
}

/// Refitted by coordinate descent from half and from twice what the program uses, so that it starts from elsewhere.
MatchModel refitted(const Pairs& pairs)
{
    std::array<double, knobs.size()> by = {2, 0.5, 0.7, 1.4};
    double best = surprise(turned(by), pairs);
    for (double step = 1.5; step > 1.08; step = std::sqrt(step)) {
        for (int round = 0; round < 2; ++round) {
            for (double& each : by) {
                for (const double factor : {step, 1 / step}) {
                    const double before = each;
                    each *= factor;
                    const double now = surprise(turned(by), pairs);
                    if (now < best) {
                        best = now;
                        break;
                    }
                    each = before;
                }
            }
        }
    }
    for (std::size_t i = 0; i < knobs.size(); ++i)
        std::printf("  %s x %.2f", knobs[i].name, by[i]);
    std::printf("\n");
    return turned(by);
}

void tell(const char* what, const Score& score)
{
    std::printf("%-58s F1 %6.2f   right %d, made %d, true %d\n", what, score.f1_percent(), score.right, score.made,
                score.truth);
}

void tell_all(const char* whom, const Pairs& pairs, double gate_first, double gate_shortest)
{
    std::printf("\n%s: %zu pairs of scans\n", whom, pairs.size());
    tell("baseline, ties to the first in the file",
         score_of(pairs, [&](const ScanPair& pair) { return baseline(pair, gate_first, Tie::first_in_file); }));
    tell("baseline, ties to the shortest shift",
         score_of(pairs, [&](const ScanPair& pair) { return baseline(pair, gate_shortest, Tie::shortest); }));
    tell("match", score_of(pairs, matched));
}

/// On people whom the fit has not seen.
void tell_refitted(const Pairs& pairs, std::size_t parts)
{
    std::printf("\nrefitted on %zu of %zu parts of the people and judged on the other:\n", parts - 1, parts);
    Score ours;
    Score first;
    Score shortest;
    for (std::size_t part = 0; part < parts; ++part) {
        const auto fit = chosen(pairs, [&](const ScanPair& pair) { return part_of(pair.person, parts) != part; });
        const auto judged = chosen(pairs, [&](const ScanPair& pair) { return part_of(pair.person, parts) == part; });
        const MatchModel model = refitted(fit);
        const double gate_first = best_gate_mm(fit, Tie::first_in_file);
        const double gate_shortest = best_gate_mm(fit, Tie::shortest);
        ours += score_of(judged, [&](const ScanPair& pair) { return matched_by(model, pair); });
        first += score_of(judged, [&](const ScanPair& pair) { return baseline(pair, gate_first, Tie::first_in_file); });
        shortest +=
            score_of(judged, [&](const ScanPair& pair) { return baseline(pair, gate_shortest, Tie::shortest); });
    }
    tell("baseline, gate refitted, ties to the first in the file", first);
    tell("baseline, gate refitted, ties to the shortest shift", shortest);
    tell("match, refitted", ours);
}

void tell_confidence(const Pairs& pairs)
{
    constexpr std::array edges = {0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.01};
    std::array<int, edges.size()> made{};
    std::array<int, edges.size()> right{};
    std::array<double, edges.size()> told{};
    int sure = 0;
    int sure_and_wrong = 0;
    int all = 0;
    for (const auto& pair : pairs) {
        for (const auto& link : match(pair.prior, pair.current)) {
            if (!link.prior || !link.current) continue;
            const bool same = pair.prior[*link.prior].nodule_id == pair.current[*link.current].nodule_id;
            const auto above = std::upper_bound(edges.begin(), edges.end(), link.confidence);
            const auto bin = static_cast<std::size_t>(above - edges.begin()) - 1;
            ++made[bin];
            ++all;
            right[bin] += same ? 1 : 0;
            told[bin] += link.confidence;
            if (link.confidence > 0.9) {
                ++sure;
                sure_and_wrong += same ? 0 : 1;
            }
        }
    }
    std::printf("\nconfidence told      links   mean   right\n");
    for (std::size_t bin = 0; bin + 1 < edges.size(); ++bin) {
        if (made[bin] == 0) continue;
        std::printf("  %.2f to %.2f      %6d   %.3f   %.3f\n", edges[bin], std::min(edges[bin + 1], 1.0), made[bin],
                    told[bin] / made[bin], static_cast<double>(right[bin]) / made[bin]);
    }
    std::printf("wrong links told with more than 0.9: %d, which is %.2f %% of the %d told so, %.2f %% of all %d\n",
                sure_and_wrong, 100.0 * sure_and_wrong / sure, sure, 100.0 * sure_and_wrong / all, all);
}

void tell_speed(const Pairs& pairs)
{
    constexpr int rounds = 5;
    const auto start = std::chrono::steady_clock::now();
    for (int round = 0; round < rounds; ++round)
        score_of(pairs, matched);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf("\n%.0f pairs of scans a second\n", rounds * static_cast<double>(pairs.size()) / took.count());
}

}  // namespace

int main(int count, char** words)
{
    const auto pairs = scan_pairs(count > 1 ? words[1] : "../shared/data/nlst-serial/nodules.csv");
    if (pairs.empty()) {
        std::fprintf(stderr, "match_bench: no such data; match_bench FILE, with nodules.csv of nlst-serial\n");
        return 2;
    }
    const double gate_first = best_gate_mm(pairs, Tie::first_in_file);
    const double gate_shortest = best_gate_mm(pairs, Tie::shortest);
    std::printf("gates of the baseline, best on all people: %.0f and %.0f mm\n", gate_first, gate_shortest);
    tell_all("all people", pairs, gate_first, gate_shortest);
    for (const std::size_t half : {0U, 1U}) {
        const auto some = chosen(pairs, [&](const ScanPair& pair) { return part_of(pair.person, 2) == half; });
        tell_all(half == 0 ? "one half of the people" : "the other half", some, gate_first, gate_shortest);
    }
    tell_refitted(pairs, 2);
    tell_refitted(pairs, 5);
    tell_confidence(pairs);
    tell_speed(pairs);
    return 0;
}
