#include "nodtrack/dose/effective_dose.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "released.hpp"

namespace nodtrack::dose {
namespace {

using test::released_factors;

constexpr double exactly = 1e-12;

Date day(std::string_view iso)
{
    return Date::parse(iso).value();
}

Scan ct(std::string id, std::string_view date, std::int64_t dlp_mgy_cm, std::optional<DosePhantom> phantom)
{
    Scan scan;
    scan.scan_id = std::move(id);
    scan.scan_date = day(date);
    scan.iv_contrast = IvContrast::none;
    scan.dlp = DoseLengthProduct::whole(dlp_mgy_cm);
    scan.dose_phantom = phantom;
    return scan;
}

PatientRecord patient_born(std::optional<std::string_view> birth, std::vector<Scan> scans)
{
    PatientRecord record;
    record.patient.patient_id = "P1";
    if (birth) record.patient.birth_date = day(*birth);
    record.scans = std::move(scans);
    return record;
}

ScanDose only_scan(std::optional<std::string_view> birth, Scan scan)
{
    const auto history = dose_history(patient_born(birth, {std::move(scan)}), day("2026-12-31"), released_factors());
    return history.scans.at(0);
}

/// The range of one CT of 100 mGy.cm on 2026-06-15.
DoseRange range_of(std::string_view birth, std::optional<DosePhantom> phantom)
{
    return only_scan(birth, ct("A", "2026-06-15", 100, phantom)).effective.value();
}

constexpr auto head = DosePhantom::head_16_cm;
constexpr auto body = DosePhantom::body_32_cm;

// Born on the day, so that the age is whole: the published value times the product, nothing else.
struct TableAge {
    std::string_view birth;
    DosePhantom phantom;
    double aapm_96;
    double icrp_103;
};

TEST(EffectiveDose, IsThePublishedFactorTimesTheProductAtEveryTableAge)
{
    const TableAge ages[] = {{"2026-06-15", head, 0.039, 0.0508}, {"2025-06-15", head, 0.026, 0.0330},
                             {"2021-06-15", head, 0.018, 0.0240}, {"2016-06-15", head, 0.013, 0.0168},
                             {"2008-06-15", body, 0.014, 0.0210}, {"1950-06-15", body, 0.014, 0.0210}};
    for (const TableAge& age : ages) {
        const DoseRange range = range_of(age.birth, age.phantom);
        EXPECT_NEAR(range.low_msv, 100 * age.aapm_96, 1e-9) << age.birth;
        EXPECT_NEAR(range.high_msv, 100 * age.icrp_103, 1e-9) << age.birth;
    }
}

TEST(EffectiveDose, AtFifteenUsesTheValueThatOneSetHasAndInterpolatesTheOther)
{
    const auto dose = only_scan("2011-06-15", ct("A", "2026-06-15", 100, head));
    EXPECT_NEAR(dose.by_set.at(1).low_msv, 1.21, 1e-9);
    // 5/8 of the way from .013 at ten to the adult's .014, which on the 16-cm phantom is half of it.
    EXPECT_NEAR(dose.by_set.at(0).low_msv, 100 * (0.013 + 5.0 / 8.0 * (0.007 - 0.013)), 1e-9);
}

TEST(EffectiveDose, RunsLinearlyBetweenTableAgesByWholeMonths)
{
    // 7 years and 6 months: half way from five to ten.
    EXPECT_NEAR(range_of("2018-12-15", head).low_msv, 100 * (0.018 + 0.013) / 2, 1e-9);
    // One day short of the month counts as the month before.
    EXPECT_NEAR(range_of("2018-12-16", head).low_msv, 100 * (0.018 + 29.0 / 60.0 * (0.013 - 0.018)), 1e-9);
}

TEST(EffectiveDose, FallsWithAgeOnEachPhantomSoThatNoAgeJumps)
{
    for (const FactorSet& set : released_factors().factor_sets) {
        for (const DosePhantom phantom : {head, body}) {
            for (int months = 1; months <= 30 * 12; ++months) {
                const double before = factor_at(set, months - 1, phantom, released_factors()).k;
                const double now = factor_at(set, months, phantom, released_factors()).k;
                ASSERT_LE(now, before + exactly) << set.id << " at " << months << " months";
                ASSERT_LT(before - now, 0.05 * before) << set.id << " at " << months << " months";
            }
        }
    }
}

TEST(EffectiveDose, OfAChildStatedForTheBodyPhantomIsConvertedAndSaysSo)
{
    const auto converted = only_scan("2021-06-15", ct("A", "2026-06-15", 100, body));
    const auto as_table = only_scan("2021-06-15", ct("A", "2026-06-15", 100, head));
    EXPECT_TRUE(converted.phantom_converted);
    EXPECT_FALSE(as_table.phantom_converted);
    EXPECT_NEAR(converted.effective->low_msv, 2.0 * as_table.effective->low_msv, 1e-9);
}

TEST(EffectiveDose, OfAnAdultStatedForTheHeadPhantomIsConvertedAndSaysSo)
{
    const auto dose = only_scan("1980-01-01", ct("A", "2026-06-15", 100, head));
    EXPECT_TRUE(dose.phantom_converted);
    EXPECT_NEAR(dose.effective->low_msv, 0.7, 1e-9);
    EXPECT_FALSE(only_scan("1980-01-01", ct("A", "2026-06-15", 100, body)).phantom_converted);
}

TEST(EffectiveDose, OfAChildWithoutAPhantomSpansBoth)
{
    const auto dose = only_scan("2021-06-15", ct("A", "2026-06-15", 100, std::nullopt));
    EXPECT_TRUE(dose.phantom_assumed);
    EXPECT_NEAR(dose.effective->low_msv, 1.8, 1e-9);
    EXPECT_NEAR(dose.effective->high_msv, 4.8, 1e-9);
}

TEST(EffectiveDose, OfAnAdultWithoutAPhantomTakesTheBodyPhantomWhichIsTheHigher)
{
    const auto dose = only_scan("1980-01-01", ct("A", "2026-06-15", 100, std::nullopt));
    EXPECT_TRUE(dose.phantom_assumed);
    EXPECT_NEAR(dose.effective->low_msv, 1.4, 1e-9);
    EXPECT_NEAR(dose.effective->high_msv, 2.1, 1e-9);
}

TEST(EffectiveDose, WithoutABirthDateUsesAdultFactorsAndSaysSo)
{
    const auto dose = only_scan(std::nullopt, ct("A", "2026-06-15", 100, body));
    EXPECT_TRUE(dose.adult_factors_assumed);
    EXPECT_EQ(dose.group, AgeGroup::adult);
    EXPECT_NEAR(dose.effective->high_msv, 2.1, 1e-9);
}

TEST(EffectiveDose, IsTheAdultsFromTheEighteenthBirthdayOn)
{
    EXPECT_EQ(only_scan("2008-06-16", ct("A", "2026-06-15", 100, body)).group, AgeGroup::child);
    EXPECT_EQ(only_scan("2008-06-15", ct("A", "2026-06-15", 100, body)).group, AgeGroup::adult);
}

TEST(EffectiveDose, IsNeverTakenAsZero)
{
    Scan without = ct("A", "2026-01-01", 0, body);
    without.dlp.reset();
    EXPECT_EQ(only_scan("1980-01-01", without).not_estimated, NotEstimated::no_dlp);
    EXPECT_EQ(only_scan("1980-01-01", ct("A", "2026-01-01", 0, body)).not_estimated, NotEstimated::no_dlp)
        << "a recorded 0 is no measurement";
    EXPECT_FALSE(only_scan("1980-01-01", without).effective.has_value());
}

TEST(EffectiveDose, OfAPetCtIsNotReadWithChestFactors)
{
    Scan pet = ct("A", "2026-01-01", 500, body);
    pet.modality = Modality::pet_ct;
    EXPECT_EQ(only_scan("1980-01-01", pet).not_estimated, NotEstimated::not_a_chest);
    Scan part = ct("A", "2026-01-01", 500, body);
    part.purpose = ScanPurpose::attenuation_correction;
    EXPECT_EQ(only_scan("1980-01-01", part).not_estimated, NotEstimated::not_a_chest);
}

TEST(DoseHistory, AddsWhatHasAnEstimateAndCountsWhatHasNone)
{
    Scan without = ct("B", "2025-06-15", 1, body);
    without.dlp.reset();
    Scan radiograph = without;
    radiograph.scan_id = "C";
    radiograph.modality = Modality::radiograph;
    Scan pet = ct("D", "2025-07-01", 400, body);
    pet.modality = Modality::pet_ct;
    const auto record = patient_born(
        "1980-01-01", {ct("E", "2026-01-15", 50, body), without, radiograph, pet, ct("A", "2025-01-15", 100, body)});
    const auto history = dose_history(record, day("2026-12-31"), released_factors());
    EXPECT_EQ(history.estimated, 2U);
    EXPECT_EQ(history.without_dlp, 1U);
    EXPECT_EQ(history.radiographs, 1U);
    EXPECT_EQ(history.not_a_chest, 1U);
    EXPECT_TRUE(history.is_lower_bound());
    EXPECT_NEAR(history.total.low_msv, 150 * 0.014, 1e-9);
    EXPECT_NEAR(history.total.high_msv, 150 * 0.021, 1e-9);
    std::vector<std::string> order;
    for (const ScanDose& dose : history.scans)
        order.push_back(record.scans[dose.scan].scan_id);
    EXPECT_EQ(order, (std::vector<std::string>{"A", "B", "C", "D", "E"}));
}

TEST(DoseHistory, SeesNothingDatedAfterTheDay)
{
    const auto record = patient_born("1980-01-01", {ct("A", "2026-01-15", 100, body)});
    EXPECT_EQ(dose_history(record, day("2026-01-14"), released_factors()).scans.size(), 0U);
    EXPECT_EQ(dose_history(record, day("2026-01-15"), released_factors()).scans.size(), 1U);
}

TEST(DoseHistory, OfNothingIsNoLowerBound)
{
    const auto history = dose_history(patient_born("1980-01-01", {}), day("2026-01-14"), released_factors());
    EXPECT_FALSE(history.is_lower_bound());
    EXPECT_EQ(history.estimated, 0U);
}

TEST(DoseHistory, AsksForTheLowestDoseBelowForty)
{
    const auto youth = [](std::optional<std::string_view> birth) {
        return dose_history(patient_born(birth, {}), day("2026-06-15"), released_factors());
    };
    EXPECT_EQ(youth("2008-06-16").youth, Youth::child);
    EXPECT_EQ(youth("2008-06-15").youth, Youth::young);
    EXPECT_EQ(youth("1986-06-16").youth, Youth::young);
    EXPECT_EQ(youth("1986-06-15").youth, Youth::not_young);
    EXPECT_FALSE(youth("1986-06-15").asks_for_low_dose());
    EXPECT_TRUE(youth(std::nullopt).asks_for_low_dose()) << "an empty field never reassures";
}

TEST(RadiationLevel, OfAScanIsReadInTheColumnOfItsAgeGroupOnly)
{
    const auto child = only_scan("2019-05-03", ct("A", "2026-06-15", 35, head));
    EXPECT_EQ(child.level().word, LevelWord::four);
    EXPECT_EQ(child.level().band, (DoseBand{3, 10}));
    const auto adult = only_scan("1980-05-03", ct("A", "2026-06-15", 35, body));
    EXPECT_EQ(adult.level().word, LevelWord::three);
    EXPECT_EQ(adult.level().band, (DoseBand{1, 10}));
}

TEST(RadiationLevel, OfAChildsContrastCtIsNotGiven)
{
    Scan contrast = ct("A", "2026-06-15", 35, head);
    contrast.iv_contrast = IvContrast::given;
    const auto dose = only_scan("2019-05-03", contrast);
    EXPECT_EQ(dose.level().word, LevelWord::not_given);
    EXPECT_FALSE(dose.level().band.has_value());
}

}  // namespace
}  // namespace nodtrack::dose
