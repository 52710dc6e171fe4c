#include "nodtrack/dose/appropriateness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "released.hpp"

namespace nodtrack::dose {
namespace {

using test::changed;
using test::released_factors;
using test::released_tables;
using test::told;
using testing::HasSubstr;

constexpr Rating UA = Rating::usually_appropriate;
constexpr Rating MB = Rating::may_be_appropriate;
constexpr Rating MD = Rating::may_be_appropriate_disagreement;
constexpr Rating UN = Rating::usually_not_appropriate;

struct Cell {
    int variant;
    std::string_view examination;
    Rating rating;
    std::string_view adult;
    std::string_view child;
};

// Typed from the document's five tables, row by row in their order; the child's column from S0-021 and X-04.
constexpr Cell document[] = {
    {1, "CT chest without IV contrast", UA, "3", "4"},
    {1, "FDG-PET/CT whole body", MB, "4", "not_given"},
    {1, "Radiography chest", UN, "1", "not_given"},
    {1, "CT chest with IV contrast", UN, "3", "not_given"},
    {1, "CT chest without and with IV contrast", UN, "3", "not_given"},
    {1, "FDG-PET/MRI whole body", UN, "3", "not_given"},
    {2, "FDG-PET/CT whole body", UA, "4", "not_given"},
    {2, "MRI whole body without IV contrast", MD, "O", "not_given"},
    {2, "Bone scan whole body", MB, "3", "not_given"},
    {2, "Bone scan whole body with SPECT or SPECT/CT area of interest", MB, "3", "not_given"},
    {2, "FDG-PET/MRI whole body", MB, "3", "not_given"},
    {2, "Fluoride PET/CT whole body", MD, "4", "not_given"},
    {2, "US area of interest", UN, "O", "not_given"},
    {2, "Radiography area of interest", UN, "varies", "not_given"},
    {2, "MRI whole body without and with IV contrast", UN, "O", "not_given"},
    {2, "CT area of interest with IV contrast", UN, "varies", "not_given"},
    {2, "CT area of interest without and with IV contrast", UN, "varies", "not_given"},
    {2, "CT area of interest without IV contrast", UN, "varies", "not_given"},
    {3, "CT chest without IV contrast", UA, "3", "4"},
    {3, "FDG-PET/CT whole body", MB, "4", "not_given"},
    {3, "Radiography chest", UN, "1", "not_given"},
    {3, "CT chest with IV contrast", UN, "3", "not_given"},
    {3, "CT chest without and with IV contrast", UN, "3", "not_given"},
    {3, "FDG-PET/MRI whole body", UN, "3", "not_given"},
    {4, "Radiography area of interest", UA, "varies", "not_given"},
    {4, "MRI area of interest without and with IV contrast", UA, "O", "not_given"},
    {4, "MRI area of interest without IV contrast", UA, "O", "not_given"},
    {4, "FDG-PET/CT whole body", MB, "4", "not_given"},
    {4, "CT area of interest with IV contrast", MB, "varies", "not_given"},
    {4, "US area of interest", UN, "O", "not_given"},
    {4, "Bone scan whole body", UN, "3", "not_given"},
    {4, "Bone scan whole body with SPECT or SPECT/CT area of interest", UN, "3", "not_given"},
    {4, "FDG-PET/MRI whole body", UN, "3", "not_given"},
    {4, "Fluoride PET/CT whole body", UN, "4", "not_given"},
    {4, "CT area of interest without and with IV contrast", UN, "varies", "not_given"},
    {4, "CT area of interest without IV contrast", UN, "varies", "not_given"},
    {5, "MRI area of interest without and with IV contrast", UA, "O", "not_given"},
    {5, "MRI area of interest without IV contrast", UA, "O", "not_given"},
    {5, "US area of interest", MD, "O", "not_given"},
    {5, "FDG-PET/MRI whole body", MB, "3", "not_given"},
    {5, "FDG-PET/CT whole body", MB, "4", "not_given"},
    {5, "CT area of interest with IV contrast", MB, "varies", "not_given"},
    {5, "Radiography area of interest", UN, "varies", "not_given"},
    {5, "CT area of interest without and with IV contrast", UN, "varies", "not_given"},
    {5, "CT area of interest without IV contrast", UN, "varies", "not_given"},
};

TEST(Appropriateness, SaysWhatTheDocumentSaysInAllFiveTablesForBothAges)
{
    std::size_t next = 0;
    for (const Variant& variant : released_tables().variants) {
        for (const VariantRow& row : variant.rows) {
            ASSERT_LT(next, std::size(document));
            const Cell& cell = document[next++];
            EXPECT_EQ(variant.number, cell.variant) << row.name;
            EXPECT_EQ(row.name, cell.examination);
            EXPECT_EQ(row.rating, cell.rating) << variant.id << ", " << row.name;
            EXPECT_EQ(word_of(row.level(AgeGroup::adult).word), cell.adult) << variant.id << ", " << row.name;
            EXPECT_EQ(word_of(row.level(AgeGroup::child).word), cell.child) << variant.id << ", " << row.name;
        }
    }
    EXPECT_EQ(next, std::size(document));
}

TEST(Appropriateness, EveryRatingCitesARowOfItsOwnTable)
{
    // S1-001…006 are variant 1, 007…016 variant 2, and so on.
    constexpr int last_item_of_variant[] = {0, 6, 16, 22, 26, 29};
    for (const Variant& variant : released_tables().variants) {
        for (const VariantRow& row : variant.rows) {
            ASSERT_EQ(row.citations.size(), 1U) << row.name;
            const int item = std::stoi(row.citations[0].item.substr(3));
            const auto number = static_cast<std::size_t>(variant.number);
            EXPECT_GT(item, last_item_of_variant[number - 1]) << row.name;
            EXPECT_LE(item, last_item_of_variant[number]) << row.name;
            EXPECT_EQ(row.level(AgeGroup::adult).citations[0].item, row.citations[0].item) << row.name;
        }
    }
}

TEST(Appropriateness, RatesOneExaminationByItsQuestion)
{
    // X-13: FDG-PET/MRI is usually not appropriate for the lungs, and may be for the rest of the body.
    const auto rating_in = [](std::string_view variant) {
        for (const VariantRow& row : released_tables().variant(variant)->rows) {
            if (row.procedure == "fdg_pet_mri_whole_body") return row.rating;
        }
        return UA;
    };
    EXPECT_EQ(rating_in("variant-1"), UN);
    EXPECT_EQ(rating_in("variant-2"), MB);
    EXPECT_EQ(rating_in("variant-3"), UN);
    EXPECT_EQ(rating_in("variant-4"), UN);
    EXPECT_EQ(rating_in("variant-5"), MB);
}

TEST(Appropriateness, NamesTheAdjacentPathways)
{
    for (const auto* id : {"initial-staging", "restaging", "local-recurrence-bone", "local-recurrence-soft-tissue",
                           "lumbar-spine-mri"}) {
        ASSERT_NE(released_tables().pathway(id), nullptr) << id;
    }
    EXPECT_EQ(released_tables().pathway("local-recurrence-bone")->shows, std::vector<std::string>{"variant-4"});
    EXPECT_EQ(released_tables().pathway("local-recurrence-soft-tissue")->shows, std::vector<std::string>{"variant-5"});
    EXPECT_EQ(released_tables().pathway("lumbar-spine-mri")->citations.at(0).item, "S4-001");
    EXPECT_EQ(released_tables().pathway("nowhere"), nullptr);
}

struct Fault {
    std::string_view from;
    std::string_view to;
    std::string_view said;
};

TEST(Appropriateness, AFileWithAFaultIsRefusedAtThePlaceOfTheFault)
{
    const Fault faults[] = {
        {R"("adult": { "level": "3")", R"("adult": { "level": "4")", R"(gives this procedure the level "3")"},
        {R"("child": { "level": "4")", R"("child": { "level": "3")", R"(gives this procedure the level "4")"},
        {R"("rating": "usually_appropriate")", R"("rating": "good")", R"("good" is none of: usually_appropriate)"},
        {R"("procedure": "radiography_chest")", R"("procedure": "xray")", R"(has no procedure "xray")"},
        {R"("procedure": "radiography_chest")", R"("procedure": "fdg_pet_ct_whole_body")", "in the table twice"},
        {R"("id": "variant-2")", R"("id": "variant-1")", R"(the id is "variant-NUMBER")"},
        {R"("primary": "bone")", R"("primary": "cartilage")", "is none of: bone, soft_tissue"},
        {R"("shows": ["variant-4"])", R"("shows": ["variant-9"])", "there is no such variant"},
        {R"("source": "acr-msk-2022")", R"("source": "acr")", "no source of this id"},
        {R"("cite": ["S1-001"])", R"("cite": ["S1-999"])", R"(no statement "S1-999")"},
        {R"("scores": [5])", R"("scores": [10])", "from 1 to 9"},
        {R"("rows")", R"("lines")", R"(there is no key "lines")"}};
    for (const Fault& fault : faults) {
        const std::string json = changed(released_appropriateness_json(), fault.from, fault.to);
        ASSERT_FALSE(json.empty()) << fault.from;
        const auto loaded = load_appropriateness(json, released_factors(), policy::released_sources_json());
        ASSERT_FALSE(loaded) << fault.to;
        EXPECT_THAT(told(loaded.error()), HasSubstr(std::string(fault.said)));
    }
}

}  // namespace
}  // namespace nodtrack::dose
