#include "nodtrack/tracker/ct_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using imaging::FollowStatus;
using test::provenance_on;
using test::value_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

imaging::MaskMeasurement measured(const std::string& nodule_id, double long_mm)
{
    imaging::MaskMeasurement measurement;
    measurement.nodule_id = nodule_id;
    measurement.status = imaging::MeasurementStatus::measured;
    imaging::ShapeValues shape;
    shape.long_axis_mm = long_mm;
    shape.short_axis_mm = long_mm - 1;
    shape.volume_mm3 = 0.5 * long_mm * long_mm * long_mm;
    shape.volume_ci95_mm3 = {0.9 * shape.volume_mm3, 1.1 * shape.volume_mm3};
    shape.volume_method = VolumeMethod::partial_volume;
    shape.center_mm = {10, 20, 30};
    measurement.shape = shape;
    measurement.density.emplace();
    measurement.density->mean_hu = 30;
    measurement.density->attenuation = AttenuationClass::solid;
    return measurement;
}

/// A line of the table, as follow would make it.
CtNodule followed(const std::string& nodule_id, FollowStatus status, bool has_outline = true)
{
    CtNodule line;
    line.nodule_id = nodule_id;
    line.kind = CtNoduleKind::followed;
    line.is_on_earlier_ct = true;
    line.prior = 0;
    line.followed.emplace();
    line.followed->nodule_id = nodule_id;
    line.followed->status = status;
    line.followed->confidence = 0.9;
    if (status != FollowStatus::not_found && has_outline) line.measured = measured(nodule_id, 6.4);
    return line;
}

CtNodule added(const std::string& nodule_id)
{
    CtNodule line;
    line.nodule_id = nodule_id;
    line.kind = CtNoduleKind::added;
    line.measured = measured(nodule_id, 4);
    return line;
}

/// The CT of 2024-12-01 of patient P1 (`test::first_rows`).
CtFollowUp table_of(std::vector<CtNodule> nodules)
{
    CtFollowUp table;
    table.patient_id = "P1";
    table.scan.scan_id = "C";
    table.scan.scan_date = *Date::parse("2024-12-01");
    table.nodules = std::move(nodules);
    return table;
}

std::vector<CtFate> fates(const std::vector<CtOutcome>& outcomes)
{
    std::vector<CtFate> fates;
    for (const CtOutcome& outcome : outcomes)
        fates.push_back(outcome.fate);
    return fates;
}

CtChoices all()
{
    CtChoices choices;
    choices.accept_all = true;
    return choices;
}

std::vector<std::string> problems_of(const CtFollowUp& table, const CtChoices& choices)
{
    const auto outcomes = planned(table, choices);
    return outcomes ? std::vector<std::string>() : outcomes.error().context;
}

TEST(CtLog, AcceptingAllTakesWhatWasSurelyFoundAndNothingElse)
{
    CtNodule doubtful = followed("N5", FollowStatus::found);
    doubtful.followed->flags.push_back(std::string(imaging::follow_flag::outline_doubtful) + ": elsewhere");
    CtNodule same_place = added("N9");
    same_place.flags.emplace_back("same_place_as: it lies where N1 was found");
    CtNodule gone;
    gone.nodule_id = "N6";
    const CtFollowUp table =
        table_of({followed("N1", FollowStatus::found), followed("N2", FollowStatus::uncertain),
                  followed("N3", FollowStatus::not_found), followed("N4", FollowStatus::found, false), doubtful, gone,
                  added("N8"), same_place});
    const auto outcomes = value_of(planned(table, all()));
    EXPECT_THAT(fates(outcomes), ElementsAre(CtFate::recorded, CtFate::left, CtFate::not_seen, CtFate::left,
                                             CtFate::left, CtFate::left, CtFate::recorded, CtFate::left));
    EXPECT_EQ(outcomes[1].why, "uncertain");
    EXPECT_EQ(outcomes[0].identity->what.how, LinkMethod::registration);
    EXPECT_EQ(outcomes[0].identity->what.confidence_permille, 900);
    EXPECT_TRUE(outcomes[0].identity->confirmed) << "a person accepted it";
    EXPECT_EQ(outcomes[0].findings.status, Status::present);
    EXPECT_EQ(outcomes[6].findings.status, Status::newly_seen);
    EXPECT_EQ(outcomes[6].identity->what.nodule_state, NoduleState::is_new);
}

TEST(CtLog, ACtThatShowsPartOfTheLungsIsNotReadCompletely)
{
    CtFollowUp table = table_of({followed("N1", FollowStatus::found)});
    table.priors.push_back({"A", *Date::parse("2024-06-01"), {}});
    table.priors.back().comparability.covered_lung_share = 0.58;
    table.priors.back().comparability.covers_lungs = false;
    table.scan.reading = Reading::complete;
    EXPECT_THAT(problems_of(table, all()), Contains(HasSubstr("shows 58 % of the lungs that CT A shows")));
    CtChoices with_reason = all();
    with_reason.reason = "the other lung was taken out";
    EXPECT_THAT(problems_of(table, with_reason), IsEmpty());
    table.scan.reading = Reading::limited;
    EXPECT_THAT(problems_of(table, all()), IsEmpty());
    table.scan.reading.reset();
    EXPECT_THAT(problems_of(table, all()), IsEmpty()) << "nothing is said of the reading, and nothing is assumed";
}

TEST(CtLog, WhatIsNotFoundIsProposedAsNotSeenAndNeverConfirmedOrResolved)
{
    const CtFollowUp table = table_of({followed("N3", FollowStatus::not_found)});
    const auto outcomes = value_of(planned(table, all()));
    ASSERT_TRUE(outcomes[0].identity);
    EXPECT_FALSE(outcomes[0].identity->confirmed);
    EXPECT_EQ(outcomes[0].identity->what.nodule_state, NoduleState::not_seen);
    CtChoices named;
    named.accepted = {"N3"};
    EXPECT_THAT(problems_of(table, named), Contains(HasSubstr("not found; click it"))) << "accepting it means nothing";
    CtChoices said;
    said.typed["N3"] = {{"status", "resolved"}};
    const auto resolved = value_of(planned(table, said));
    EXPECT_EQ(resolved[0].findings.status, Status::resolved) << "a person said so";
    EXPECT_FALSE(resolved[0].findings.long_axis);
}

TEST(CtLog, AnUncertainNoduleIsStoredWhereItIsAcceptedByName)
{
    const CtFollowUp table = table_of({followed("N2", FollowStatus::uncertain)});
    CtChoices choices;
    choices.accepted = {"N2"};
    EXPECT_THAT(fates(value_of(planned(table, choices))), ElementsAre(CtFate::recorded));
    choices.propose = true;
    const auto proposed = value_of(planned(table, choices));
    EXPECT_THAT(fates(proposed), ElementsAre(CtFate::proposed));
    EXPECT_FALSE(proposed[0].identity->confirmed);
}

TEST(CtLog, ATypedSizePutsTheOtherMeasuredSizesOut)
{
    const CtFollowUp table = table_of({followed("N1", FollowStatus::found)});
    CtChoices choices;
    choices.typed["N1"] = {{"long_axis_mm", "5.4"}};
    const auto outcomes = value_of(planned(table, choices));
    const Findings& findings = outcomes[0].findings;
    EXPECT_EQ(findings.long_axis, Length::from_thousandths(5400));
    EXPECT_FALSE(findings.short_axis || findings.volume || findings.volume_method) << "they are of another outline";
    EXPECT_TRUE(findings.reader.empty()) << "no program read 5.4 mm";
    EXPECT_TRUE(findings.position_x && findings.attenuation) << "where it lies, and what it is, was not gainsaid";
    choices.typed["N1"] = {{"margin", "smooth"}};
    const auto with_margin = value_of(planned(table, choices));
    EXPECT_TRUE(with_margin[0].findings.volume);
    EXPECT_EQ(with_margin[0].findings.margin, Margin::smooth);
}

TEST(CtLog, SideAndLobeGoWithTheNodule)
{
    CtNodule line = followed("N1", FollowStatus::found);
    line.side = Side::left;
    line.lobe = Lobe::lul;
    const auto outcomes = value_of(planned(table_of({line}), all()));
    EXPECT_EQ(outcomes[0].findings.side, Side::left);
    EXPECT_EQ(outcomes[0].findings.lobe, Lobe::lul);
}

TEST(CtLog, ChoicesThatCannotBeAreToldAllAtOnce)
{
    CtNodule twice = added("N9");
    twice.flags.emplace_back("same_place_as: it lies where N1 was found");
    const CtFollowUp table =
        table_of({followed("N1", FollowStatus::found), followed("N4", FollowStatus::found, false), twice});
    CtChoices choices;
    choices.accepted = {"N4", "N7", "N9"};
    choices.left_out = {"N1"};
    choices.typed["N1"] = {{"long_axis_mm", "5,4"}, {"nodule_id", "N2"}};
    EXPECT_THAT(problems_of(table, choices),
                ElementsAre(HasSubstr("--accept N7: the table has no such nodule"), HasSubstr("N1: is left out"),
                            HasSubstr("N1: nodule_id is part of the row's name"),
                            HasSubstr("N4: no outline could be drawn"), HasSubstr("N9: it lies where another")));
    choices = {};
    choices.typed["N1"] = {{"long_axis_mm", "5,4"}};
    EXPECT_THAT(problems_of(table, choices), ElementsAre(HasSubstr("N1: long_axis_mm: \"5,4\" is no plain decimal")));
}

class CtLogStored : public test::RegistryTest {
  protected:
    void SetUp() override { value_of(ingest(test::first_rows())); }
    Result<IngestReport> log(const CtFollowUp& table, const CtChoices& choices, bool dry_run = false)
    {
        IngestOptions options;
        options.dry_run = dry_run;
        return log_ct(registry_, table, value_of(planned(table, choices)), "/", provenance_on("2025-02-01"), options);
    }
    std::vector<IdentityLink> links() { return value_of(links_of(registry_, "P1")); }
};

TEST_F(CtLogStored, ScanRowsAndLinksAreOneEntryOfTheLog)
{
    const CtFollowUp table = table_of({followed("N1", FollowStatus::found), added("N8")});
    const auto before = deliveries();
    const auto dry = value_of(log(table, all(), true));
    EXPECT_FALSE(dry.delivery_no);
    EXPECT_EQ(deliveries(), before) << "a dry run stores nothing";
    ASSERT_TRUE(value_of(log(table, all())).delivery_no);
    EXPECT_EQ(deliveries(), before + 1);
    EXPECT_EQ(patient("P1").scans.size(), 3U);
    EXPECT_EQ(links().size(), 2U);
    EXPECT_FALSE(value_of(log(table, all())).delivery_no) << "the same again is nothing new";
    EXPECT_EQ(links().size(), 2U);
}

TEST_F(CtLogStored, NothingIsStoredWhereOneRowContradicts)
{
    const CtFollowUp table = table_of({followed("N1", FollowStatus::found)});
    value_of(log(table, all()));
    CtFollowUp more = table_of({followed("N1", FollowStatus::found), added("N8")});
    more.nodules[0].measured = measured("N1", 9);
    const auto before = deliveries();
    const auto refused = log(more, all());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::bad_input);
    EXPECT_THAT(refused.error().context, Contains(HasSubstr("N1: long_axis_mm: stored 6.4, delivered 9")));
    EXPECT_EQ(deliveries(), before);
    EXPECT_EQ(links().size(), 1U) << "the link of N8 neither";
}

TEST_F(CtLogStored, NothingIsStoredWhereALinkCannotBe)
{
    // Another row of the scan has been linked to N1 by a person.
    CtFollowUp first = table_of({added("7")});
    value_of(log(first, all()));
    const IdentityProposal same{{"P1", "C", "7"}, "N1", LinkMethod::typed, {}, NoduleState::same};
    value_of(link(registry_, {&same, 1}, provenance_on("2025-02-01")));
    const auto before = deliveries();
    const auto refused = log(table_of({followed("N1", FollowStatus::found), added("N8")}), all());
    ASSERT_FALSE(refused);
    EXPECT_EQ(deliveries(), before);
    EXPECT_EQ(patient("P1").measurements.size(), 4U);
}

TEST_F(CtLogStored, AcceptingAnswersTheProposalThatWasOpen)
{
    const CtFollowUp table = table_of({followed("N1", FollowStatus::found)});
    CtChoices choices = all();
    choices.propose = true;
    value_of(log(table, choices));
    value_of(log(table, all()));
    const auto of_nodule = links();
    ASSERT_EQ(of_nodule.size(), 2U);
    EXPECT_EQ(of_nodule[1].state, LinkState::confirmed);
    EXPECT_EQ(of_nodule[1].answers, 1);
}

}  // namespace
}  // namespace nodtrack::tracker
