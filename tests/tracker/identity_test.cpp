#include "nodtrack/tracker/identity.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using test::day;
using test::first_rows;
using test::occasion_on;
using test::value_of;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Identity : public test::RegistryTest {
  protected:
    Identity() { value_of(ingest(first_rows())); }

    /// `scan/reported=nodule` of each measurement of P1.
    std::vector<std::string> nodules(std::optional<Date> known_on = std::nullopt)
    {
        PatientReader reader = value_of(PatientReader::open(registry_, known_on));
        PatientRecord record;
        EXPECT_TRUE(value_of(reader.find("P1", record)));
        std::vector<std::string> list;
        for (std::size_t i = 0; i < record.measurements.size(); ++i) {
            const Measurement& row = record.measurements[i];
            list.push_back(record.scans[row.scan].scan_id + "/" + reader.versions().observation_ids[i] + "=" +
                           record.nodule_ids[row.nodule]);
        }
        return list;
    }
    store::Occasion on(std::string_view day, std::string reason = {}) { return occasion_on(day, std::move(reason)); }

    const ObservationKey a1_{"P1", "A", "N1"};
    const ObservationKey a2_{"P1", "A", "N2"};
    const ObservationKey b1_{"P1", "B", "N1"};
};

TEST_F(Identity, IsWhatARowWasReportedUnderAtFirst)
{
    EXPECT_THAT(nodules(), ElementsAre("A/N1=N1", "A/N2=N2", "B/N1=N1"));
    EXPECT_TRUE(value_of(links_of(registry_, "P1")).empty());
}

TEST_F(Identity, ChangesOnlyWhenAProposalIsConfirmed)
{
    const std::vector<IdentityProposal> proposal = {{b1_, "N2", LinkMethod::position, 930}};
    value_of(propose_links(registry_, proposal, on("2025-03-01")));
    EXPECT_THAT(nodules(), ElementsAre("A/N1=N1", "A/N2=N2", "B/N1=N1"));
    value_of(confirm_links(registry_, std::vector<LinkChoice>{{b1_, 1}}, on("2025-03-02")));
    EXPECT_THAT(nodules(), ElementsAre("A/N1=N1", "A/N2=N2", "B/N1=N2"));
    EXPECT_THAT(nodules(day("2025-03-01")), ElementsAre("A/N1=N1", "A/N2=N2", "B/N1=N1"));

    const std::vector<IdentityLink> links = value_of(links_of(registry_, "P1"));
    ASSERT_EQ(links.size(), 2U);
    EXPECT_EQ(links[0].state, store::LinkState::proposed);
    EXPECT_EQ(links[0].confidence_permille, 930);
    EXPECT_EQ(links[1].state, store::LinkState::confirmed);
    EXPECT_EQ(links[1].answers, 1);
    EXPECT_EQ(links[1].how, LinkMethod::position);
    EXPECT_EQ(links[1].made_by, "ab");
    EXPECT_EQ(links[1].recorded_at, "2025-03-02T08:30:00Z");
    EXPECT_TRUE(value_of(check(registry_)).sound());
    EXPECT_TRUE(value_of(audit_verify(registry_)).intact());
}

TEST_F(Identity, IsAgainWhatItWasBeforeWhenALinkIsUndone)
{
    value_of(link(registry_, std::vector<IdentityProposal>{{b1_, "N2", LinkMethod::typed, {}}}, on("2025-03-01")));
    value_of(link(registry_, std::vector<IdentityProposal>{{b1_, "N3", LinkMethod::typed, {}}}, on("2025-03-02")));
    EXPECT_THAT(nodules(), ElementsAre("A/N1=N1", "A/N2=N2", "B/N1=N3"));
    EXPECT_EQ(undo_links(registry_, std::vector<LinkChoice>{{b1_, 2}}, on("2025-03-03")).error().code,
              ErrorCode::bad_input)
        << "without a reason";
    value_of(undo_links(registry_, std::vector<LinkChoice>{{b1_, 2}}, on("2025-03-03", "mixed up")));
    EXPECT_THAT(nodules(), ElementsAre("A/N1=N1", "A/N2=N2", "B/N1=N2"));
    value_of(undo_links(registry_, std::vector<LinkChoice>{{b1_, 1}}, on("2025-03-04", "mixed up")));
    EXPECT_THAT(nodules(), ElementsAre("A/N1=N1", "A/N2=N2", "B/N1=N1"));
    EXPECT_THAT(nodules(day("2025-03-02")), ElementsAre("A/N1=N1", "A/N2=N2", "B/N1=N3"));
    EXPECT_EQ(value_of(links_of(registry_, "P1")).back().reason, "mixed up");
}

TEST_F(Identity, RefusesTwoRowsOfAScanForOneNoduleButAllowsThemToChangePlaces)
{
    const Result<store::DeliveryNumber> refused =
        link(registry_, std::vector<IdentityProposal>{{a2_, "N1", LinkMethod::typed, {}}}, on("2025-03-01"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::bad_input);
    EXPECT_THAT(refused.error().context, Each(HasSubstr("would both be nodule N1")));
    value_of(link(registry_,
                  std::vector<IdentityProposal>{{a2_, "N1", LinkMethod::typed, {}}, {a1_, "N2", LinkMethod::typed, {}}},
                  on("2025-03-01")));
    EXPECT_THAT(nodules(), ElementsAre("A/N1=N2", "A/N2=N1", "B/N1=N1"));
    EXPECT_FALSE(undo_links(registry_, std::vector<LinkChoice>{{a1_, 1}}, on("2025-03-02", "mixed up")));
}

TEST_F(Identity, AnswersALinkOnce)
{
    value_of(
        propose_links(registry_, std::vector<IdentityProposal>{{b1_, "N2", LinkMethod::uid, {}}}, on("2025-03-01")));
    const std::vector<LinkChoice> first = {{b1_, 1}};
    value_of(confirm_links(registry_, first, on("2025-03-01")));
    EXPECT_EQ(confirm_links(registry_, first, on("2025-03-01")).error().code, ErrorCode::bad_input);
    EXPECT_THAT(undo_links(registry_, first, on("2025-03-01", "x")).error().context,
                ElementsAre(HasSubstr("undo the link that confirmed it")));
    value_of(undo_links(registry_, std::vector<LinkChoice>{{b1_, 2}}, on("2025-03-01", "x")));
    EXPECT_EQ(undo_links(registry_, std::vector<LinkChoice>{{b1_, 2}}, on("2025-03-01", "x")).error().code,
              ErrorCode::bad_input);
    EXPECT_EQ(confirm_links(registry_, std::vector<LinkChoice>{{b1_, 9}}, on("2025-03-01")).error().code,
              ErrorCode::not_found);
}

TEST_F(Identity, RefusesRowsThatAreNotRecordedAndOddValues)
{
    const auto code = [&](const ObservationKey& key, const std::string& nodule_id, std::optional<int> confidence) {
        return propose_links(registry_, std::vector<IdentityProposal>{{key, nodule_id, LinkMethod::uid, confidence}},
                             on("2025-03-01"))
            .error()
            .code;
    };
    EXPECT_EQ(code({"P1", "A", "N9"}, "N1", {}), ErrorCode::not_found);
    EXPECT_EQ(code({"P9", "A", "N1"}, "N1", {}), ErrorCode::not_found);
    EXPECT_EQ(code(b1_, "", {}), ErrorCode::bad_input);
    EXPECT_EQ(code(b1_, "N2", 1001), ErrorCode::bad_input);
}

TEST_F(Identity, OutlivesTheNextExport)
{
    value_of(link(registry_, std::vector<IdentityProposal>{{b1_, "N2", LinkMethod::typed, {}}}, on("2025-03-01")));
    const IngestReport report = value_of(ingest(first_rows(), "2025-04-01"));
    EXPECT_EQ(report.delivery_no, std::nullopt);
    EXPECT_THAT(nodules(), ElementsAre("A/N1=N1", "A/N2=N2", "B/N1=N2"));
    EXPECT_THAT(refusal({"", "", "P1,B,N2,present,,7.0,,,,\n"}, "2025-04-01"),
                ElementsAre(HasSubstr("reported as N1, has been linked to this nodule")));
}

TEST_F(Identity, IsTheSameInTheViewForOtherPrograms)
{
    value_of(link(registry_, std::vector<IdentityProposal>{{b1_, "N2", LinkMethod::typed, {}}}, on("2025-03-01")));
    value_of(link(registry_, std::vector<IdentityProposal>{{a2_, "N3", LinkMethod::typed, {}}}, on("2025-03-01")));
    value_of(undo_links(registry_, std::vector<LinkChoice>{{a2_, 1}}, on("2025-03-01", "x")));
    SQLite::Database database((folder_ / "r.db").string(), SQLite::OPEN_READONLY);
    SQLite::Statement select(database,
                             "SELECT scan_id || '/' || observation_id || '=' || nodule_id FROM "
                             "current_observation WHERE patient_id = 'P1' ORDER BY scan_id, observation_id");
    std::vector<std::string> seen;
    while (select.executeStep())
        seen.push_back(select.getColumn(0).getString());
    EXPECT_EQ(seen, nodules());
}

}  // namespace
}  // namespace nodtrack::tracker
