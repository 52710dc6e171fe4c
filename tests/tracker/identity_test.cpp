#include "nodtrack/tracker/identity.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nodtrack/report/assessment_json.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using test::day;
using test::first_rows;
using test::provenance_on;
using test::value_of;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

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
    store::Provenance on(std::string_view day, std::string reason = {})
    {
        return provenance_on(day, std::move(reason));
    }

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

/// P1 as the policy judges it, as JSON: every byte of what a user would see.
std::string judged(const store::Registry& registry)
{
    const assess::Judge judge = assess::Judge::released();
    std::string json;
    value_of(tracker::assess_patients(
        registry, judge,
        {.patient_ids = {"P1"}, .as_of = day("2025-03-01"), .known_on = {}, .detail = assess::Detail::all},
        [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
            report::AssessmentJson(judge).append(json, assessment, record, assess::Detail::all);
            return {};
        }));
    return json;
}

IdentityProposal state_of(ObservationKey key, NoduleState state)
{
    IdentityProposal statement;
    statement.nodule_id = key.observation_id;
    statement.observation = std::move(key);
    statement.nodule_state = state;
    return statement;
}

TEST_F(Identity, CountsInTheAssessmentOnceConfirmedAndLeavesNoTraceOnceUndone)
{
    value_of(ingest({"", "P1,C,2024-12-01,ct,diagnostic,1.0,\n", "P1,C,N4,present,left,6.5,,,round,r1\n"}));
    IdentityProposal resected = state_of({"P1", "C", "N1"}, NoduleState::resected);
    resected.state_date = day("2024-10-10");
    IdentityProposal moved;
    moved.observation = {"P1", "C", "N4"};
    moved.nodule_id = "N1";
    moved.nodule_state = NoduleState::same;
    const std::vector<IdentityProposal> statements = {moved, resected,
                                                      state_of({"P1", "C", "N1"}, NoduleState::resolved),
                                                      state_of({"P1", "C", "N4"}, NoduleState::not_a_nodule)};
    const std::string before = judged(registry_);
    const std::int64_t rows = value_of(registry_.row_counts()).measurements;
    for (const IdentityProposal& statement : statements) {
        const std::string word(store::word(*statement.nodule_state));
        value_of(propose_links(registry_, {&statement, 1}, on("2025-03-01")));
        EXPECT_EQ(judged(registry_), before) << word << ": a proposal changes nothing";
        const auto number = value_of(links_of(registry_, "P1"));
        const LinkChoice proposed{statement.observation, [&] {
                                      int newest = 0;
                                      for (const IdentityLink& link : number) {
                                          if (link.observation == statement.observation) newest = link.link_no;
                                      }
                                      return newest;
                                  }()};
        value_of(confirm_links(registry_, {&proposed, 1}, on("2025-03-01")));
        EXPECT_NE(judged(registry_), before) << word << ": confirmed, it counts";
        const LinkChoice confirmed{statement.observation, proposed.link_no + 1};
        value_of(undo_links(registry_, {&confirmed, 1}, on("2025-03-01", "mixed up")));
        EXPECT_EQ(judged(registry_), before) << word << ": undone, it is as if it had never been said";
    }
    EXPECT_EQ(value_of(registry_.row_counts()).measurements, rows) << "no measurement was written";
    EXPECT_TRUE(value_of(audit_verify(registry_)).intact());
    EXPECT_TRUE(value_of(check(registry_)).sound());
}

TEST_F(Identity, LeavesANoduleUnreportedThatWasNotSeenOrOutsideTheField)
{
    const std::string before = judged(registry_);
    value_of(ingest({"", "P1,C,2024-12-01,ct,diagnostic,1.0,\n", "P1,C,N4,present,left,6.5,,,round,r1\n"}));
    const std::string with_scan = judged(registry_);
    for (const IdentityProposal& statement : {state_of({"P1", "C", "N1"}, NoduleState::not_seen),
                                              state_of({"P1", "C", "N1"}, NoduleState::outside_field)}) {
        value_of(link(registry_, {&statement, 1}, on("2025-03-01")));
        EXPECT_EQ(judged(registry_), with_scan) << "it stays one that somebody has to look for";
    }
}

TEST_F(Identity, OfAMergedNoduleGoesOnInTheOneThatItMergedInto)
{
    value_of(ingest({"", "P1,C,2024-12-01,ct,diagnostic,1.0,\n", "P1,C,N4,present,left,6.5,,,round,r1\n"}));
    const std::string with_scan = judged(registry_);
    EXPECT_THAT(with_scan, Not(HasSubstr("merged_nodules")));
    IdentityProposal merged = state_of({"P1", "C", "N1"}, NoduleState::merged_into);
    merged.other_nodule_id = "N4";
    value_of(propose_links(registry_, {&merged, 1}, on("2025-03-01")));
    EXPECT_EQ(judged(registry_), with_scan) << "a proposal changes nothing";
    value_of(link(registry_, {&merged, 1}, on("2025-03-01")));
    EXPECT_THAT(judged(registry_), HasSubstr("merged_nodules")) << "held against what it was, not taken for new";
}

TEST_F(Identity, IsOutspokenByARowThatComesLater)
{
    value_of(ingest({"", "P1,C,2024-12-01,ct,diagnostic,1.0,\n"}));
    const IdentityProposal resolved = state_of({"P1", "C", "N1"}, NoduleState::resolved);
    value_of(link(registry_, {&resolved, 1}, on("2025-03-01")));
    value_of(ingest({"", "", "P1,C,N1,present,left,6.5,,,round,r1\n"}, "2025-03-02"));
    PatientRecord record = value_of(read_to_judge(registry_, "P1"));
    const auto resolved_rows = std::ranges::count_if(
        record.measurements, [](const Measurement& row) { return row.findings.status == Status::resolved; });
    EXPECT_EQ(resolved_rows, 0);
}

TEST_F(Identity, RefusesStatesThatDoNotFitWhatIsRecordedAndStoresNothing)
{
    const std::int64_t held = deliveries();
    const auto code = [&](const IdentityProposal& statement) {
        const auto refused = link(registry_, {&statement, 1}, on("2025-03-01"));
        return refused ? ErrorCode::internal : refused.error().code;
    };
    EXPECT_EQ(code(state_of({"P1", "A", "N2"}, NoduleState::not_seen)), ErrorCode::bad_input) << "it has a row";
    EXPECT_EQ(code(state_of({"P1", "B", "N9"}, NoduleState::resolved)), ErrorCode::not_found) << "no such nodule";
    EXPECT_EQ(code(state_of({"P1", "Z", "N1"}, NoduleState::resolved)), ErrorCode::not_found) << "no such scan";
    EXPECT_EQ(code(state_of({"P1", "B", "N2"}, NoduleState::resected)), ErrorCode::bad_input) << "no day of surgery";
    EXPECT_EQ(code(state_of({"P1", "B", "N1"}, NoduleState::split_from)), ErrorCode::bad_input) << "of which?";
    IdentityProposal wrong = state_of({"P1", "B", "N2"}, NoduleState::merged_into);
    wrong.other_nodule_id = "N2";
    EXPECT_EQ(code(wrong), ErrorCode::bad_input) << "into itself";
    wrong.other_nodule_id = "N9";
    EXPECT_EQ(code(wrong), ErrorCode::not_found) << "into one that is not recorded";
    wrong = state_of({"P1", "B", "N2"}, NoduleState::resected);
    wrong.state_date = day("2025-03-02");
    EXPECT_EQ(code(wrong), ErrorCode::bad_input) << "in the future";
    wrong = state_of({"P1", "B", "N1"}, NoduleState::same);
    wrong.other_nodule_id = "N2";
    EXPECT_EQ(code(wrong), ErrorCode::bad_input) << "same needs no other";
    EXPECT_EQ(deliveries(), held);
}

TEST_F(Identity, TakesTheAnswersOfMatchAsProposalsOnce)
{
    value_of(ingest({"", "P1,C,2024-12-01,ct,diagnostic,1.0,\n",
                     "P1,C,7,present,left,6.5,,,round,r1\nP1,C,8,present,left,3.5,,,round,r1\n"}));
    const auto answers = value_of(interop::read_match_answers(
        R"({"prior_id":"N1","current_id":"7","distance_mm":1.5,"confidence":0.9999}
{"prior_id":"N2","current_id":null,"distance_mm":null,"confidence":0.8}
{"prior_id":null,"current_id":"8","distance_mm":null,"confidence":0.7}
)",
        "m.jsonl", "P1"));
    const AnsweredScan answered = value_of(proposals_of(registry_, "P1", "C", answers));
    ASSERT_EQ(answered.proposals.size(), 3U);
    EXPECT_EQ(answered.proposals[0].nodule_id, "N1");
    EXPECT_EQ(answered.proposals[0].confidence_permille, 999);
    EXPECT_EQ(answered.proposals[1].nodule_state, NoduleState::not_seen);
    EXPECT_EQ(answered.proposals[2].nodule_state, NoduleState::is_new);
    value_of(propose_links(registry_, answered.proposals, on("2025-03-01")));
    EXPECT_EQ(value_of(propose_links(registry_, answered.proposals, on("2025-03-01"))), 0) << "nothing new";
    std::size_t open = 0;
    for (const StandingIdentity& identity : value_of(identities_of(registry_, "P1")))
        open += identity.open.size();
    EXPECT_EQ(open, 3U);
    EXPECT_EQ(proposals_of(registry_, "P1", "B", answers).error().code, ErrorCode::not_found) << "no 7 on scan B";
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
