#include "nodtrack/dose/dose_factors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "released.hpp"

namespace nodtrack::dose {
namespace {

using test::changed;
using test::released_factors;
using test::told;
using testing::HasSubstr;

Result<DoseFactors> loaded_with(std::string_view from, std::string_view to)
{
    const std::string json = changed(released_dose_factors_json(), from, to);
    EXPECT_FALSE(json.empty()) << "nothing to change: " << from;
    return load_dose_factors(json, policy::released_sources_json());
}

TEST(DoseFactors, EachLevelStandsInTheColumnOfItsOwnGroup)
{
    for (const Procedure& procedure : released_factors().procedures) {
        EXPECT_EQ(procedure.level(AgeGroup::adult).group, AgeGroup::adult) << procedure.id;
        EXPECT_EQ(procedure.level(AgeGroup::child).group, AgeGroup::child) << procedure.id;
    }
}

TEST(DoseFactors, GiveAChildALevelForTheOneExaminationThatADocumentSpeaksOf)
{
    for (const Procedure& procedure : released_factors().procedures) {
        const RadiationLevel& level = procedure.level(AgeGroup::child);
        if (procedure.id == "ct_chest_without_iv_contrast") {
            EXPECT_EQ(level.word, LevelWord::four);
            EXPECT_EQ(level.band, (DoseBand{3, 10})) << "0.3-3 would be the adult's level in the child's column";
        } else {
            EXPECT_EQ(level.word, LevelWord::not_given) << procedure.id;
            EXPECT_FALSE(level.band) << procedure.id;
        }
    }
}

TEST(DoseFactors, KeepVariesAsAValueOfItsOwn)
{
    const RadiationLevel& level = released_factors().procedure("ct_area_with_iv_contrast")->level(AgeGroup::adult);
    EXPECT_EQ(level.word, LevelWord::varies);
    EXPECT_FALSE(level.band);
}

TEST(DoseFactors, EveryLevelAndSetNamesItsSource)
{
    for (const FactorSet& set : released_factors().factor_sets)
        EXPECT_FALSE(set.citations.empty()) << set.id;
    for (const Procedure& procedure : released_factors().procedures) {
        for (const RadiationLevel& level : procedure.levels) {
            ASSERT_FALSE(level.citations.empty()) << procedure.id;
            for (const Citation& citation : level.citations)
                EXPECT_FALSE(citation.verified.empty()) << citation.item;
        }
    }
}

struct Fault {
    std::string_view from;
    std::string_view to;
    std::string_view said;
};

TEST(DoseFactors, AFileWithAFaultIsRefusedAtThePlaceOfTheFault)
{
    const Fault faults[] = {
        {R"("k": 0.018)", R"("k": 1.8)", "/factor_sets/0/points/2: a factor lies above 0"},
        {R"("k": 0.018)", R"("k": 0)", "a factor lies above 0"},
        {R"("k": 0.018)", R"("k": "0.018")", "/factor_sets/0/points/2/k: a number"},
        {R"("k": 0.018, "phantom_cm": 16)", R"("k": 0.018, "phantom_cm": 20)", "the phantom is 16 or 32"},
        {R"("k": 0.018, "phantom_cm": 16)", R"("k": 0.018)", R"(the key "phantom_cm" is missing)"},
        {R"("age_years": 5)", R"("age_years": 0.5)", "ages rise"},
        {R"("age_years": 0,)", R"("age_years": 0.5,)", "the first point is that of a newborn"},
        {R"("age_years": "adult")", R"("age_years": 17)", "the last point is that of an adult"},
        {R"~("unit": "mSv/(mGy.cm)")~", R"("unit": "mSv")", R"~(the unit is "mSv/(mGy.cm)")~"},
        {R"("region": "chest")", R"("region": "head")", R"(the region is "chest")"},
        {R"("basis": "local policy")", R"("basis": "ACR")", R"(the basis is "local policy")"},
        {R"("value": 2.0)", R"("value": 0.5)", "16 cm reads higher"},
        {R"("value": 40)", R"("value": 12)", "a child is young"},
        {R"("value": 18)", R"("value": 12)", "lies below adult_from_years"},
        {R"("3": [1, 10])", R"("3": [2, 10])", "each band starts where the one before ends"},
        {R"("5": [30, 100])", R"("5": [30])", "a band is [low, high]"},
        {R"("level": "3")", R"("level": "7")", R"("7" is none of: O, 1, 2)"},
        {R"("ionising": true)", R"("ionising": false)", "level O is for procedures without ionising radiation"},
        {R"("cite": ["O-68"])", R"("cite": ["O-6800"])", R"(no statement "O-6800")"},
        {R"("cite": ["O-68"] })", R"("cite": [] })", "at least one statement"},
        {R"("version")", R"("verzion")", R"(there is no key "verzion")"},
        {R"("version": "1.0.0")", R"("version": "1.0.0", "version": "1")", "twice"},
        {R"("id": "radiography_chest")", R"("id": "radiography")", R"(the procedure "radiography_chest" is missing)"},
        {R"("id": "ct_chest_with_iv_contrast")", R"("id": "ct_chest_without_iv_contrast")", "stands here twice"},
        {"{", "[", "no JSON from line 2"}};
    for (const Fault& fault : faults) {
        const auto loaded = loaded_with(fault.from, fault.to);
        ASSERT_FALSE(loaded) << fault.to;
        EXPECT_EQ(loaded.error().code, ErrorCode::bad_input);
        EXPECT_THAT(told(loaded.error()), HasSubstr(std::string(fault.said)));
    }
}

TEST(DoseFactors, NestingWithoutEndIsRefused)
{
    const std::string open(100'000, '[');
    const std::string close(100'000, ']');
    const auto loaded = load_dose_factors(open + close, policy::released_sources_json());
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().message, HasSubstr("nested more than 50 deep"));
}

TEST(DoseFactors, AllFaultsAreToldTogether)
{
    const auto once = changed(released_dose_factors_json(), R"("k": 0.018)", R"("k": 1.8)");
    const auto twice = changed(once, R"("k": 0.013)", R"("k": 1.3)");
    const auto loaded = load_dose_factors(twice, policy::released_sources_json());
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().context.size(), 2U) << told(loaded.error());
}

TEST(Citations, AreFoundByNumberWithTheirMark)
{
    constexpr std::string_view items[] = {"S1-017", "O-69"};
    const auto citations = citations_of(items, policy::released_sources_json());
    ASSERT_TRUE(citations);
    EXPECT_EQ(citations->at(0).verified, "read");
    EXPECT_EQ(citations->at(1).verified, "unverified");
    constexpr std::string_view none[] = {"S9-999"};
    EXPECT_FALSE(citations_of(none, policy::released_sources_json()));
}

}  // namespace
}  // namespace nodtrack::dose
