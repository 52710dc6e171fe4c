#include "nodtrack/report/appropriateness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "case_table.hpp"
#include "released_judge.hpp"

namespace nodtrack::report {
namespace {

using cases::judge;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Names {
    std::vector<std::string> variants;
    std::vector<std::string> pathways;
};

Names beside(const PatientRecord& record)
{
    const auto shown =
        shown_beside(judge().assess(record, cases::day_zero()), record, judge().policy(), released_appropriateness());
    Names names;
    for (const dose::Variant* variant : shown.variants)
        names.variants.push_back(variant->id);
    for (const dose::Pathway* pathway : shown.pathways)
        names.pathways.push_back(pathway->id);
    return names;
}

TEST(ShownBeside, EveryNameInThePolicyIsATable)
{
    for (const auto& rule : judge().policy().recommendations) {
        for (const std::string& id : rule.shows) {
            EXPECT_NE(released_appropriateness().variant(id), nullptr) << rule.id << " shows " << id;
        }
    }
}

TEST(ShownBeside, SurveillanceStandsTheTableOfSurveillance)
{
    EXPECT_THAT(beside(cases::record_of("", "-3m / 0")).variants, ElementsAre("variant-3"));
}

TEST(ShownBeside, AnUntreatedPrimaryStandBothTablesOfStaging)
{
    const auto names = beside(cases::record_of("curative_treatment=not_completed", "0"));
    EXPECT_THAT(names.variants, ElementsAre("variant-1", "variant-2"));
    EXPECT_THAT(names.pathways, ElementsAre("initial-staging"));
}

TEST(ShownBeside, LocalRecurrenceStandsTheTableOfThePrimarysTissue)
{
    const auto recurrence = [](const std::string& patient) {
        return beside(cases::record_of(patient, "0 [recurrence]"));
    };
    EXPECT_THAT(recurrence("histology=osteosarcoma").variants, ElementsAre("variant-4"));
    EXPECT_THAT(recurrence("histology=osteosarcoma").pathways, ElementsAre("local-recurrence-bone"));
    EXPECT_THAT(recurrence("histology=leiomyosarcoma").variants, ElementsAre("variant-5"));
    EXPECT_THAT(recurrence("histology=leiomyosarcoma").pathways, ElementsAre("local-recurrence-soft-tissue"));
    EXPECT_THAT(recurrence("histology=leiomyosarcoma tissue=bone").variants, ElementsAre("variant-4"))
        << "the record's tissue goes before the histology's";
    EXPECT_THAT(recurrence("histology=ewing_sarcoma tissue=soft_tissue").variants, ElementsAre("variant-5"));
    EXPECT_THAT(recurrence("histology=ewing_sarcoma tissue=bone").variants, ElementsAre("variant-4"));
}

TEST(ShownBeside, LocalRecurrenceStandBothTablesWhereTheTissueIsOpen)
{
    for (const char* patient : {"histology=ewing_sarcoma", "histology=?"}) {
        EXPECT_THAT(beside(cases::record_of(patient, "0 [recurrence]")).variants, ElementsAre("variant-4", "variant-5"))
            << patient;
    }
}

TEST(ShownBeside, ATumourBoardStandsRestagingOnlyWhereCriteriaAreMet)
{
    const auto suspicious = beside(cases::record_of("", "-3m / 0: N1 6.0x5.0"));
    EXPECT_THAT(suspicious.variants, IsEmpty());
    EXPECT_THAT(suspicious.pathways, IsEmpty());
    const auto met = beside(cases::record_of("", "-3m / 0: N1 10.0x9.0"));
    EXPECT_THAT(met.variants, ElementsAre("variant-2"));
    EXPECT_THAT(met.pathways, ElementsAre("restaging"));
}

TEST(ShownBeside, BoneAndBackPainStandTheLumbarSpine)
{
    for (const char* symptom : {"bone_pain", "back_pain_neurological"}) {
        EXPECT_THAT(beside(cases::record_of("", std::string("0 [") + symptom + "]")).pathways,
                    ElementsAre("lumbar-spine-mri"));
    }
    EXPECT_THAT(beside(cases::record_of("", "0 [cough]")).pathways, IsEmpty());
    EXPECT_THAT(beside(cases::record_of("", "-3m [bone_pain] / 0")).pathways, ElementsAre("lumbar-spine-mri"))
        << "a chest CT does not answer bone pain: it stands";
    EXPECT_THAT(beside(cases::record_of("", "-3m [cough] / 0")).pathways, ElementsAre("lung-surveillance"))
        << "a cough was looked at again by the complete CT after it";
}

TEST(VariantText, ShowsOneAgeGroup)
{
    const auto& tables = released_appropriateness();
    const auto adult = variant_text(*tables.variant("variant-3"), dose::AgeGroup::adult, tables);
    EXPECT_THAT(adult, HasSubstr("CT chest without IV contrast           Usually Appropriate      3, 1–10 mSv"));
    EXPECT_THAT(adult, Not(HasSubstr("child")));
    const auto child = variant_text(*tables.variant("variant-3"), dose::AgeGroup::child, tables);
    EXPECT_THAT(child, HasSubstr("4, 3–10 mSv"));
    EXPECT_THAT(child, HasSubstr("not given in the document"));
    EXPECT_THAT(child, Not(HasSubstr("0.3")));
    EXPECT_THAT(child, Not(HasSubstr("10–30"))) << "an adult's PET/CT";
}

TEST(VariantText, NeverReadsAnAdultsLevelInTheChildsColumn)
{
    const auto& tables = released_appropriateness();
    for (const dose::Variant& variant : tables.variants) {
        const auto text = variant_text(variant, dose::AgeGroup::child, tables);
        for (const char* band : {"0.3–3", "0.03", "below", "10–30", "1–10 "}) {
            EXPECT_THAT(text, Not(HasSubstr(band))) << variant.id;
        }
    }
}

TEST(VariantJson, HoldsBothAgeGroups)
{
    const auto& tables = released_appropriateness();
    const auto json = nlohmann::json::parse(variant_json(*tables.variant("variant-1"), tables));
    EXPECT_EQ(json["variant"], "variant-1");
    EXPECT_EQ(json["number"], 1);
    const auto& row = json["rows"][0];
    EXPECT_EQ(row["procedure"], "ct_chest_without_iv_contrast");
    EXPECT_EQ(row["rating"], "usually_appropriate");
    EXPECT_EQ(row["cite"], std::vector<std::string>{"S1-001"});
    EXPECT_EQ(row["adult"]["level"], "3");
    EXPECT_EQ(row["child"]["level"], "4");
    EXPECT_EQ(row["child"]["band_msv"], (std::vector<double>{3, 10}));
    EXPECT_EQ(json["rows"][1]["child"]["level"], "not_given");
    EXPECT_TRUE(json["rows"][1]["child"]["band_msv"].is_null());
}

TEST(PathwaysText, MarksWhatItsSourceHasNotReviewed)
{
    EXPECT_THAT(pathways_text({released_appropriateness().pathway("lumbar-spine-mri")}),
                HasSubstr("content pending human review at the source"));
}

}  // namespace
}  // namespace nodtrack::report
