#include "nodtrack/tracker/image_change.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <nodtrack/assess/judge.hpp>

#include "imaging/loaded_ct.hpp"
#include "imaging/registration/register_ct.hpp"

namespace nodtrack::tracker {
namespace {

using imaging::FollowedNodule;
using imaging::FollowStatus;
using imaging::MaskMeasurement;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const growth::Limits& limits()
{
    static const assess::Judge released = assess::Judge::released();
    return released.limits();
}

/// How one scan was made, as far as comparing depends on it.
struct Made {
    std::string date = "20250901";
    std::string kernel = "STANDARD";
    std::string contrast_agent;
    std::optional<double> thickness_mm = 1.0;
    double spacing_mm = 1.0;
    double lung_mm3 = 4e6;
};

struct Scans {
    Scans() { prior.date = "20250301"; }
    Made prior, current;
};

imaging::Ct ct_of(const Made& made)
{
    auto loaded = std::make_shared<imaging::LoadedCt>();
    auto& grid = loaded->volume.grid;
    grid.size = {2, 2, 2};
    grid.spacing_mm = {0.7, 0.7, made.spacing_mm};
    for (std::size_t a = 0; a < 3; ++a)
        grid.direction[a][a] = 1;
    loaded->volume.hu.assign(8, 0);
    loaded->facts.scan_date = made.date;
    loaded->facts.kernel = made.kernel;
    loaded->facts.contrast_agent = made.contrast_agent;
    if (!made.contrast_agent.empty()) loaded->facts.iv_contrast = IvContrast::given;
    loaded->facts.slice_thickness_mm = made.thickness_mm;
    return imaging::Ct(std::move(loaded));
}

Comparability compared(const Scans& scans)
{
    auto registration = std::make_shared<imaging::Registration>();
    registration->prior_lung_mm3 = scans.prior.lung_mm3;
    registration->current_lung_mm3 = scans.current.lung_mm3;
    return comparability_of({ct_of(scans.prior), ct_of(scans.current), std::move(registration)}, limits());
}

TEST(Comparability, ScansMadeAlikeHaveNothingToFlagAndWidenNothing)
{
    const Comparability same = compared({});
    EXPECT_THAT(same.flags, IsEmpty());
    EXPECT_EQ(same.added_volume_sd, 0);
    EXPECT_EQ(same.prior_date, Date::parse("2025-03-01"));
    EXPECT_EQ(same.current_date, Date::parse("2025-09-01"));
    EXPECT_EQ(same.prior_slice, Length::from_thousandths(1000));
}

TEST(Comparability, EachDifferenceIsFlaggedByNameAndWidensAsMuchAsItsKindDoes)
{
    struct Case {
        const char* name;
        std::function<void(Scans&)> differ;
        const char* flag;  ///< none expected where empty
        double sd;
    };
    const std::vector<Case> cases = {
        {"other kernel", [](Scans& s) { s.current.kernel = "B70f"; }, "kernel_differs: STANDARD and B70f", 0.05},
        {"kernel of one scan not said", [](Scans& s) { s.prior.kernel = ""; }, "kernel_not_known", 0.05},
        {"kernel of neither said: nothing is known to differ", [](Scans& s) { s.prior.kernel = s.current.kernel = ""; },
         "", 0},
        {"contrast on the current scan", [](Scans& s) { s.current.contrast_agent = "iohexol"; },
         "contrast_differs: IV contrast is noted on the current", 0.03},
        {"contrast on the prior scan", [](Scans& s) { s.prior.contrast_agent = "iohexol"; },
         "contrast_differs: IV contrast is noted on the prior", 0.03},
        {"contrast on both, two agents", [](Scans& s) { s.prior.contrast_agent = "a", s.current.contrast_agent = "b"; },
         "", 0},
        {"thicker slices", [](Scans& s) { s.current.thickness_mm = 1.25; }, "slice_thickness_differs: 1.00 and 1.25",
         0.10},
        {"slices alike to rounding", [](Scans& s) { s.current.thickness_mm = 1.04; }, "", 0},
        {"a sixth more air", [](Scans& s) { s.current.lung_mm3 *= 1.16; }, "lung_volume_differs: +16 %", 0.05},
        {"a sixth less air", [](Scans& s) { s.current.lung_mm3 /= 1.16; }, "lung_volume_differs: -14 %", 0.05},
        {"breaths almost alike", [](Scans& s) { s.current.lung_mm3 *= 1.14; }, "", 0},
        {"breaths almost alike, less air", [](Scans& s) { s.current.lung_mm3 /= 1.14; }, "", 0},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        Scans scans;
        c.differ(scans);
        const Comparability answer = compared(scans);
        EXPECT_NEAR(answer.added_volume_sd, c.sd, 1e-12);
        if (*c.flag == '\0')
            EXPECT_THAT(answer.flags, IsEmpty());
        else
            EXPECT_THAT(answer.flags, ElementsAre(StartsWith(c.flag)));
    }
}

TEST(Comparability, SeveralDifferencesAddAsIndependentErrorsDo)
{
    Scans scans;
    scans.current.kernel = "B70f";
    scans.current.thickness_mm = 1.25;
    scans.current.contrast_agent = "iohexol";
    const Comparability answer = compared(scans);
    EXPECT_EQ(answer.flags.size(), 3);
    EXPECT_NEAR(answer.added_volume_sd, std::sqrt(0.05 * 0.05 + 0.10 * 0.10 + 0.03 * 0.03), 1e-12);
}

TEST(Comparability, SlicesTooThickForVolumesAreSaidAndTheHeaderCountsWhereItSaysMore)
{
    const double most = limits().volume_slice_at_most.in_units();
    Scans scans;
    scans.prior.thickness_mm = scans.current.thickness_mm = most;
    EXPECT_THAT(compared(scans).flags, IsEmpty()) << "volumes serve up to this thickness, itself included";
    scans.prior.thickness_mm = scans.current.thickness_mm = most + 0.001;
    EXPECT_THAT(compared(scans).flags, ElementsAre(StartsWith("thick_slices")));
    EXPECT_EQ(compared(scans).added_volume_sd, 0) << "no volume is compared, so none is widened";

    Scans gaps;  // slices of 5 mm every 2 mm, and slices of 1 mm every 2 mm
    gaps.prior.thickness_mm = 5;
    gaps.prior.spacing_mm = gaps.current.spacing_mm = 2;
    const Comparability answer = compared(gaps);
    EXPECT_EQ(answer.prior_slice, Length::from_thousandths(5000));
    EXPECT_EQ(answer.current_slice, Length::from_thousandths(2000)) << "gaps blur as much as slices";
    gaps.prior.thickness_mm.reset();
    EXPECT_EQ(compared(gaps).prior_slice, Length::from_thousandths(2000)) << "the spacing where no header says more";
}

TEST(Comparability, OrderIsThatOfTheArgumentsWhateverTheHeadersSay)
{
    Scans reversed;
    std::swap(reversed.prior.date, reversed.current.date);
    const Comparability answer = compared(reversed);
    EXPECT_THAT(answer.flags, ElementsAre(StartsWith("dates_reversed")));
    EXPECT_LT(answer.prior_date, answer.current_date);
    for (const char* no_date : {"", "2025", "20251399"}) {
        Scans unknown;
        unknown.prior.date = no_date;
        EXPECT_LT(compared(unknown).prior_date, compared(unknown).current_date) << no_date;
        EXPECT_THAT(compared(unknown).flags, IsEmpty()) << no_date;
    }
    Scans same_day;
    same_day.current.date = same_day.prior.date;
    EXPECT_LT(compared(same_day).prior_date, compared(same_day).current_date);
}

MaskMeasurement measured(double volume_mm3, double long_mm, double short_mm, double share_of_ci = 0.1)
{
    MaskMeasurement m;
    m.status = imaging::MeasurementStatus::measured;
    m.shape.emplace();
    m.shape->volume_mm3 = volume_mm3;
    m.shape->volume_ci95_mm3 = {volume_mm3 / (1 + share_of_ci), volume_mm3 * (1 + share_of_ci)};
    m.shape->volume_method = VolumeMethod::partial_volume;
    m.shape->long_axis_mm = long_mm;
    m.shape->short_axis_mm = short_mm;
    m.density.emplace();
    m.density->attenuation = AttenuationClass::solid;
    return m;
}

FollowedNodule followed(MaskMeasurement prior, MaskMeasurement current)
{
    FollowedNodule nodule;
    nodule.status = FollowStatus::found;
    nodule.found_mm = {0, 0, 0};
    nodule.prior = std::move(prior);
    nodule.current = std::move(current);
    return nodule;
}

constexpr double prior_mm3 = 200;
constexpr double long_mm = 7.6;
constexpr double short_mm = 7;

/// With axes as they were, so that volumes decide.
ImageChange by_volume(double current_mm3, const Scans& scans = {})
{
    return change_of(followed(measured(prior_mm3, long_mm, short_mm), measured(current_mm3, long_mm, short_mm)),
                     compared(scans), limits());
}

TEST(ImageChange, VolumesDecideAtTheThresholdsOfThePolicy)
{
    using assess::GrowthState;
    constexpr double least = 0.001;  // the smallest step of a stored volume
    const auto up_by = [](growth::Percentage percent) { return prior_mm3 * (1 + percent.in_units() / 100); };
    const growth::Percentage limit = growth::volume_limit(Volume::from_thousandths(200'000), limits());
    const double unequivocal = up_by(limit);
    const double possible = up_by(growth::possible_volume_growth(limit, limits()));
    // The largest stored volume from which a rise by the limit leads back beyond the prior.
    const double decrease = std::floor(prior_mm3 / (1 + limit.in_units() / 100) / least) * least;
    ASSERT_LE(possible, unequivocal);
    struct Case {
        const char* name;
        double current_mm3;
        GrowthState state;
    };
    std::vector<Case> cases = {
        {"unchanged", prior_mm3, GrowthState::stable},
        {"at the unequivocal limit", unequivocal, GrowthState::unequivocal_growth},
        {"a little below the possible limit", possible - least, GrowthState::stable},
        {"at the decrease limit", decrease, GrowthState::decreased},
        {"a little less decreased", decrease + least, GrowthState::stable},
    };
    if (possible < unequivocal) {
        cases.push_back({"at the possible limit", possible, GrowthState::possible_growth});
        cases.push_back({"a little below the unequivocal limit", unequivocal - least, GrowthState::possible_growth});
    }
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        const ImageChange change = by_volume(c.current_mm3);
        EXPECT_EQ(change.growth_state, c.state);
        ASSERT_TRUE(change.volume_change_percent);
        EXPECT_NEAR(*change.volume_change_percent, 100 * (c.current_mm3 / prior_mm3 - 1), 1e-9);
        EXPECT_THAT(change.flags, IsEmpty());
    }
}

TEST(ImageChange, OnThickSlicesDiametersDecideAndVolumesDoNot)
{
    using assess::GrowthState;
    Scans thick;
    thick.prior.thickness_mm = thick.current.thickness_mm = limits().volume_slice_at_most.in_units() + 0.5;
    EXPECT_EQ(by_volume(2 * prior_mm3, thick).growth_state, GrowthState::stable)
        << "twice the volume, but axes as they were";
    const auto longer_by = [&](double mm) {
        const double ratio = std::pow((long_mm + mm) / long_mm, 3);
        return change_of(followed(measured(prior_mm3, long_mm, short_mm),
                                  measured(prior_mm3 * ratio, long_mm + mm, short_mm + mm)),
                         compared(thick), limits())
            .growth_state;
    };
    const double threshold = std::min(std::max(thick.prior.thickness_mm.value(), limits().caliper_growth.in_units()),
                                      limits().thick_slice_cap.in_units());
    EXPECT_EQ(longer_by(threshold), GrowthState::unequivocal_growth);
    EXPECT_NE(longer_by(threshold - 0.001), GrowthState::unequivocal_growth);
    EXPECT_EQ(longer_by(-threshold), GrowthState::decreased);
}

TEST(ImageChange, BetweenScansMadeDifferentlyGrowthIsToldOnlyBeyondTheIntervalOfTheChange)
{
    using assess::GrowthState;
    Scans other_kernel;
    other_kernel.current.kernel = "B70f";
    Scans thick;
    thick.prior.thickness_mm = thick.current.thickness_mm = 5;
    struct Case {
        const char* name;
        Scans scans;
        double share_of_ci;
        bool other_kind;
        bool told;
    };
    const std::vector<Case> cases = {
        {"made alike, whatever the interval", {}, 1.0, false, true},
        {"made alike, of another kind", {}, 0.1, true, true},
        {"another kernel, beyond the interval", other_kernel, 0.1, false, true},
        {"another kernel, within the interval", other_kernel, 1.0, false, false},
        {"another kernel and another kind", other_kernel, 0.1, true, false},
        {"thick slices, beyond the interval", thick, 0.1, false, true},
        {"thick slices, within the interval", thick, 1.0, false, false},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        // Half as much again in volume, and 5 mm longer: growth by any method.
        FollowedNodule nodule = followed(measured(prior_mm3, long_mm, short_mm, c.share_of_ci),
                                         measured(1.5 * prior_mm3, long_mm + 5, short_mm + 5, c.share_of_ci));
        if (c.other_kind) nodule.current->density->attenuation = AttenuationClass::part_solid;
        const ImageChange change = change_of(nodule, compared(c.scans), limits());
        EXPECT_EQ(change.growth_state, c.told ? GrowthState::unequivocal_growth : GrowthState::stable);
        const bool flagged = std::any_of(change.flags.begin(), change.flags.end(), [](const std::string& flag) {
            return flag.starts_with("change_within_error");
        });
        EXPECT_EQ(flagged, !c.told);
    }
    FollowedNodule smaller =
        followed(measured(prior_mm3, long_mm, short_mm, 1), measured(prior_mm3 / 2, long_mm - 3, short_mm - 3, 1));
    EXPECT_EQ(change_of(smaller, compared(thick), limits()).growth_state, GrowthState::decreased)
        << "the rule is about growth";
}

TEST(ImageChange, DiametersThatGrowWhereTheVolumeDoesNotAreADisagreement)
{
    const ImageChange change =
        change_of(followed(measured(prior_mm3, long_mm, short_mm), measured(prior_mm3, long_mm + 3, short_mm + 3)),
                  compared({}), limits());
    EXPECT_EQ(change.growth_state, assess::GrowthState::possible_growth);
    EXPECT_THAT(change.flags, ElementsAre(StartsWith("methods_disagree")));
}

TEST(ImageChange, TheIntervalFollowsFromBothVolumesAndIsWiderWhereScansDiffer)
{
    const ImageChange alike = by_volume(300);
    const double half = std::hypot(std::log(1.1), std::log(1.1));
    ASSERT_TRUE(alike.change_ci95_percent);
    EXPECT_NEAR((*alike.change_ci95_percent)[0], 100 * (1.5 * std::exp(-half) - 1), 1e-9);
    EXPECT_NEAR((*alike.change_ci95_percent)[1], 100 * (1.5 * std::exp(half) - 1), 1e-9);

    Scans other;
    other.current.kernel = "B70f";
    other.current.thickness_mm = 1.25;
    const ImageChange unlike = by_volume(300, other);
    const double wider = std::hypot(half, 1.96 * std::sqrt(0.05 * 0.05 + 0.10 * 0.10));
    EXPECT_NEAR((*unlike.change_ci95_percent)[0], 100 * (1.5 * std::exp(-wider) - 1), 1e-9);
    EXPECT_NEAR((*unlike.change_ci95_percent)[1], 100 * (1.5 * std::exp(wider) - 1), 1e-9);
    EXPECT_EQ(alike.volume_change_percent, unlike.volume_change_percent) << "only the interval is wider";
}

TEST(ImageChange, AnIntervalThatIsWiderUpwardsStaysSo)
{
    MaskMeasurement current = measured(300, long_mm, short_mm);
    current.shape->volume_ci95_mm3 = {290, 600};  // another kind of nodule would be twice as large
    const ImageChange change =
        change_of(followed(measured(prior_mm3, long_mm, short_mm), current), compared({}), limits());
    const double up = std::hypot(std::log(2.0), std::log(1.1));
    const double down = std::hypot(std::log(300.0 / 290), std::log(1.1));
    EXPECT_NEAR((*change.change_ci95_percent)[0], 100 * (1.5 * std::exp(-down) - 1), 1e-9);
    EXPECT_NEAR((*change.change_ci95_percent)[1], 100 * (1.5 * std::exp(up) - 1), 1e-9);
}

TEST(ImageChange, IsToldByHowWellAMeasurementRepeatsNotByWhereReadersWouldDraw)
{
    // Both intervals of the volumes are wide, since readers draw farther outside; that is alike on both scans, and must
    // not hide that the nodule has grown.
    MaskMeasurement prior = measured(prior_mm3, long_mm, short_mm, 0.6);
    MaskMeasurement current = measured(300, long_mm, short_mm, 0.6);
    const ImageChange hidden = change_of(followed(prior, current), compared({}), limits());
    EXPECT_LT((*hidden.change_ci95_percent)[0], 0);
    prior.shape->repeated_volume_ci95_mm3 = {prior_mm3 / 1.1, prior_mm3 * 1.1};
    current.shape->repeated_volume_ci95_mm3 = {300 / 1.1, 300 * 1.1};
    const ImageChange told = change_of(followed(prior, current), compared({}), limits());
    EXPECT_GT((*told.change_ci95_percent)[0], 0);
}

TEST(ImageChange, NothingIsToldOfSizesThatMayBeOfSomethingElse)
{
    const FollowedNodule good = followed(measured(200, 7, 7), measured(300, 8, 8));
    ASSERT_TRUE(change_of(good, compared({}), limits()).growth_state);
    struct Case {
        const char* name;
        std::function<void(FollowedNodule&)> spoil;
    };
    const std::vector<Case> cases = {
        {"not found", [](FollowedNodule& n) { n.status = FollowStatus::not_found; }},
        {"uncertain", [](FollowedNodule& n) { n.status = FollowStatus::uncertain; }},
        {"an outline that lies elsewhere", [](FollowedNodule& n) { n.is_outline_doubtful = true; }},
        {"refused on the prior scan", [](FollowedNodule& n) { n.prior.shape.reset(); }},
        {"refused on the current scan", [](FollowedNodule& n) { n.current->shape.reset(); }},
        {"no measurement at all", [](FollowedNodule& n) { n.current.reset(); }},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        FollowedNodule nodule = good;
        c.spoil(nodule);
        const ImageChange change = change_of(nodule, compared({}), limits());
        EXPECT_FALSE(change.volume_change_percent || change.change_ci95_percent || change.growth_state);
        EXPECT_THAT(change.flags, IsEmpty());
    }
}

TEST(ImageChange, AnotherKindThanBeforeIsFlagged)
{
    FollowedNodule nodule = followed(measured(200, 7, 7), measured(200, 7, 7));
    nodule.current->density->attenuation = AttenuationClass::part_solid;
    EXPECT_THAT(change_of(nodule, compared({}), limits()).flags, ElementsAre(StartsWith("attenuation_differs")));
    nodule.current->density.reset();
    EXPECT_THAT(change_of(nodule, compared({}), limits()).flags, IsEmpty());
}

}  // namespace
}  // namespace nodtrack::tracker
