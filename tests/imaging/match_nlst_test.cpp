#include <gtest/gtest.h>

#include "../bench/match_nlst.hpp"

// The bar, on labelled scans that stand beside the checkout. tests/bench/match_bench.cpp tells more.

namespace nodtrack::imaging::nlst {
namespace {

const std::filesystem::path nodules_csv =
    std::filesystem::path(NODTRACK_SHARED_DIR) / "data" / "nlst-serial" / "nodules.csv";

TEST(MatchOnNlst, BeatsNearestNeighboursAfterTheBestShiftByThreePoints)
{
    const auto pairs = scan_pairs(nodules_csv);
    if (pairs.empty()) GTEST_SKIP() << nodules_csv << " is not there";
    const double ours = score_of(pairs, matched).f1_percent();
    for (const Tie tie : {Tie::first_in_file, Tie::shortest}) {
        const double gate = best_gate_mm(pairs, tie);
        const double theirs =
            score_of(pairs, [&](const ScanPair& pair) { return baseline(pair, gate, tie); }).f1_percent();
        EXPECT_GE(ours, theirs + 3.0) << "gate " << gate;
    }
}

TEST(MatchOnNlst, IsHardlyEverSureAndWrong)
{
    const auto pairs = scan_pairs(nodules_csv);
    if (pairs.empty()) GTEST_SKIP() << nodules_csv << " is not there";
    int sure = 0;
    int wrong = 0;
    for (const auto& pair : pairs) {
        for (const auto& link : match(pair.prior, pair.current)) {
            if (!link.prior || !link.current || link.confidence <= 0.9) continue;
            ++sure;
            wrong += pair.prior[*link.prior].nodule_id == pair.current[*link.current].nodule_id ? 0 : 1;
        }
    }
    EXPECT_GE(sure, 400);
    EXPECT_LE(wrong, sure * 0.005);
}

}  // namespace
}  // namespace nodtrack::imaging::nlst
