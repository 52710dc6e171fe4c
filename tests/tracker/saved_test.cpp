#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nodtrack/tracker/registry.hpp"
#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using test::provenance_on;
using test::value_of;
using ::testing::ElementsAre;

class Saved : public test::RegistryTest {
  protected:
    Saved() { value_of(ingest(test::first_rows())); }

    static SavedAssessment assessment_of(const std::string& patient_id, const std::string& json)
    {
        return {patient_id, std::nullopt, test::sample_proposal(), json, 0, {}};
    }
};

TEST_F(Saved, AssessmentsAreKeptAsSaidAsOneEntryOfTheLog)
{
    const std::vector<SavedAssessment> assessments = {assessment_of("P2", "{2}"), assessment_of("P1", "{1}")};
    EXPECT_EQ(value_of(save_assessments(registry_, assessments, provenance_on("2025-03-01"))), 2);
    EXPECT_EQ(value_of(save_assessments(registry_, {&assessments[1], 1}, provenance_on("2025-03-02"))), 3);
    const auto kept = value_of(store::assessments_of(registry_, "P1"));
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(kept[0].json, "{1}");
    EXPECT_EQ(kept[0].proposal, test::sample_proposal());
    EXPECT_EQ(kept[0].known_on, std::nullopt);
    EXPECT_EQ(kept[1].recorded_at, "2025-03-02T08:30:00Z");
    EXPECT_TRUE(value_of(audit_verify(registry_)).intact());
    EXPECT_TRUE(value_of(check(registry_)).sound());
}

TEST_F(Saved, NothingIsNothing)
{
    EXPECT_EQ(value_of(save_assessments(registry_, {}, provenance_on("2025-03-01"))), 0);
    EXPECT_EQ(deliveries(), 1);
}

TEST_F(Saved, AssessmentsOfUnknownPatientsAreRefusedTogether)
{
    const std::vector<SavedAssessment> assessments = {assessment_of("P8", "{}"), assessment_of("P1", "{}"),
                                                      assessment_of("P9", "{}")};
    const auto refused = save_assessments(registry_, assessments, provenance_on("2025-03-01"));
    EXPECT_EQ(refused.error().code, ErrorCode::not_found);
    EXPECT_THAT(refused.error().context, ElementsAre("patient P8: not recorded", "patient P9: not recorded"));
    EXPECT_TRUE(value_of(store::assessments_of(registry_, "P1")).empty());
}

}  // namespace
}  // namespace nodtrack::tracker
