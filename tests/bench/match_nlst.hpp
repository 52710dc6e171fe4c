#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <nodtrack/imaging/match.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

// The labelled pairs of scans of shared/data/nlst-serial, what `match` is held against on them, and how both are
// scored. For the bench and for the test of the bar.

namespace nodtrack::imaging::nlst {

/// Two scans of one person. Nodules of equal ids are the same one: the truth, which no matcher looks at.
struct ScanPair {
    std::string person;
    std::vector<LocatedNodule> prior;
    std::vector<LocatedNodule> current;
};

inline double number(const std::string& text)
{
    double value = std::numeric_limits<double>::quiet_NaN();
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// Each scan of each person with each later one: those that follow each other, and the first with the last. Empty when
/// the file is not there.
inline std::vector<ScanPair> scan_pairs(const std::filesystem::path& nodules_csv)
{
    std::map<std::string, std::map<std::string, std::vector<LocatedNodule>>> scans;  // by person and date
    std::ifstream stream(nodules_csv);
    std::string line;
    std::getline(stream, line);
    while (std::getline(stream, line)) {
        std::vector<std::string> cells;
        std::istringstream row(line);
        for (std::string cell; std::getline(row, cell, ',');)
            cells.push_back(cell);
        // PatientID,SeriesInstanceUID,StudyDate,CoordX,CoordY,CoordZ,LesionID,AnnotationID,NoduleID,…
        if (cells.size() < 9) continue;
        scans[cells[0]][cells[2]].push_back({.nodule_id = cells[8],
                                             .position_mm = {number(cells[3]), number(cells[4]), number(cells[5])},
                                             .long_axis_mm = {},
                                             .attenuation = {},
                                             .lobe = {}});
    }
    std::vector<ScanPair> pairs;
    for (const auto& [person, by_date] : scans) {
        for (auto prior = by_date.begin(); prior != by_date.end(); ++prior) {
            for (auto current = std::next(prior); current != by_date.end(); ++current)
                pairs.push_back({.person = person, .prior = prior->second, .current = current->second});
        }
    }
    return pairs;
}

struct Score {
    int right = 0;  ///< pairs made that are true
    int made = 0;
    int truth = 0;

    double f1_percent() const { return made + truth == 0 ? 0 : 200.0 * right / (made + truth); }
    void operator+=(const Score& other)
    {
        right += other.right;
        made += other.made;
        truth += other.truth;
    }
};

using Partners = std::vector<std::optional<std::size_t>>;

inline Score score(const ScanPair& pair, const Partners& partner)
{
    Score result;
    for (std::size_t i = 0; i < pair.prior.size(); ++i) {
        for (const auto& nodule : pair.current)
            result.truth += nodule.nodule_id == pair.prior[i].nodule_id ? 1 : 0;
        if (!partner[i]) continue;
        ++result.made;
        result.right += pair.current[*partner[i]].nodule_id == pair.prior[i].nodule_id ? 1 : 0;
    }
    return result;
}

/// Which of several best shifts the baseline takes; with one nodule on a scan, every shift is as good.
enum class Tie { first_in_file, shortest };

/// One-to-one nearest neighbours after a shift, the closest pairs first, none farther apart than the gate; and the sum
/// of their distances.
inline std::pair<Partners, double> nearest_neighbours(const ScanPair& pair, const std::array<double, 3>& shift,
                                                      double gate_mm)
{
    struct Near {
        double distance;
        std::size_t prior, current;
    };
    std::vector<Near> near;
    for (std::size_t i = 0; i < pair.prior.size(); ++i) {
        for (std::size_t j = 0; j < pair.current.size(); ++j) {
            const auto& from = pair.prior[i].position_mm;
            const auto& to = pair.current[j].position_mm;
            const double distance =
                std::hypot(to[0] - from[0] - shift[0], to[1] - from[1] - shift[1], to[2] - from[2] - shift[2]);
            if (distance <= gate_mm) near.push_back({distance, i, j});
        }
    }
    std::stable_sort(near.begin(), near.end(), [](const Near& a, const Near& b) { return a.distance < b.distance; });
    std::pair<Partners, double> result{Partners(pair.prior.size()), 0.0};
    std::vector<bool> taken(pair.current.size());
    for (const auto& each : near) {
        if (result.first[each.prior] || taken[each.current]) continue;
        result.first[each.prior] = each.current;
        taken[each.current] = true;
        result.second += each.distance;
    }
    return result;
}

/// The baseline: one-to-one nearest neighbour after the best shift, which is the one of the displacements of all pairs
/// that makes the most pairs within the gate, then the one with the smallest sum of distances, then by `tie`.
inline Partners baseline(const ScanPair& pair, double gate_mm, Tie tie)
{
    Partners best(pair.prior.size());
    std::array<double, 3> best_key{1, 0, 0};
    for (const auto& one : pair.prior) {
        for (const auto& other : pair.current) {
            std::array<double, 3> shift{};
            for (std::size_t axis = 0; axis < 3; ++axis)
                shift[axis] = other.position_mm[axis] - one.position_mm[axis];
            const auto [partner, sum] = nearest_neighbours(pair, shift, gate_mm);
            const auto made =
                std::count_if(partner.begin(), partner.end(), [](const auto& p) { return p.has_value(); });
            // Sums that differ by rounding alone are ties.
            const double length = tie == Tie::shortest ? std::hypot(shift[0], shift[1], shift[2]) : 0.0;
            const std::array<double, 3> key{-static_cast<double>(made), std::round(sum * 1e6), length};
            if (key < best_key) {
                best_key = key;
                best = partner;
            }
        }
    }
    return best;
}

/// `match`, as the pairs it makes.
inline Partners matched(const ScanPair& pair)
{
    Partners partner(pair.prior.size());
    for (const auto& link : match(pair.prior, pair.current)) {
        if (link.prior && link.current) partner[*link.prior] = link.current;
    }
    return partner;
}

template <class Matcher>
Score score_of(const std::vector<ScanPair>& pairs, const Matcher& matcher)
{
    Score total;
    for (const auto& pair : pairs)
        total += score(pair, matcher(pair));
    return total;
}

/// The gate with which the baseline does best on these pairs.
inline double best_gate_mm(const std::vector<ScanPair>& pairs, Tie tie)
{
    double best = 0;
    double best_f1 = -1;
    for (const double gate : {10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 50.0, 60.0, 70.0, 80.0, 100.0, 150.0, 1e9}) {
        const double f1 = score_of(pairs, [&](const ScanPair& pair) { return baseline(pair, gate, tie); }).f1_percent();
        if (f1 > best_f1) {
            best_f1 = f1;
            best = gate;
        }
    }
    return best;
}

}  // namespace nodtrack::imaging::nlst
