#include "nodtrack/domain/record_schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nodtrack {
namespace {

using ::testing::ElementsAre;

TEST(RecordSchema, NamesTheKeysOfTheContract)
{
    EXPECT_THAT(key_names<RowKind::patient>, ElementsAre("patient_id"));
    EXPECT_THAT(key_names<RowKind::scan>, ElementsAre("patient_id", "scan_id"));
    EXPECT_THAT(key_names<RowKind::measurement>, ElementsAre("patient_id", "scan_id", "nodule_id"));
    EXPECT_THAT(key_names<RowKind::therapy>, ElementsAre("patient_id", "kind", "start_date", "nodule_id"));
    EXPECT_THAT(key_names<RowKind::event>, ElementsAre("patient_id", "nodule_id", "kind", "date"));
    EXPECT_THAT(key_names<RowKind::visit>, ElementsAre("patient_id", "visit_id"));
    EXPECT_THAT(key_names<RowKind::decision>, ElementsAre("patient_id", "decided_on", "kind", "decided_by"));
}

TEST(RecordSchema, TakesUnitsFromTheTypes)
{
    EXPECT_EQ(unit_of<std::optional<Length>>(), "mm");
    EXPECT_EQ(unit_of<Volume>(), "mm3");
    EXPECT_EQ(unit_of<std::optional<DosePhantom>>(), "cm");
    EXPECT_EQ(unit_of<std::string>(), "");
}

TEST(RecordSchema, SaysWhatStandsInACell)
{
    EXPECT_EQ(text_of_value(std::optional(Length::from_thousandths(5400))), "5.4");
    EXPECT_EQ(text_of_value(std::optional<Length>()), "");
    EXPECT_EQ(text_of_value(Date::parse("2024-02-29").value()), "2024-02-29");
    EXPECT_EQ(text_of_value(Status::newly_seen), "new");
    EXPECT_FALSE(is_known(Symptoms()));
    EXPECT_TRUE(is_known(std::string("x")));
}

TEST(RecordSchema, WritesRowsByDayAndThenByKey)
{
    Therapy early;
    early.start_date = Date::parse("2024-01-01").value();
    early.kind = TherapyKind::sbrt;
    Therapy late = early;
    late.start_date = Date::parse("2024-01-02").value();
    late.kind = TherapyKind::systemic;
    Therapy other_nodule = early;
    other_nodule.nodule_id = "N1";
    EXPECT_TRUE(is_written_before<RowKind::therapy>(early, late));
    EXPECT_TRUE(is_written_before<RowKind::therapy>(early, other_nodule));
    EXPECT_FALSE(is_written_before<RowKind::therapy>(early, early));
}

}  // namespace
}  // namespace nodtrack
