#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connection.hpp"
#include "nodtrack/store/audit.hpp"
#include "nodtrack/store/history.hpp"
#include "nodtrack/store/maintenance.hpp"
#include "support.hpp"

namespace nodtrack::store {
namespace {

using test::day;
using test::provenance_on;
using test::sample_registry;
using test::TemporaryFolder;
using test::value_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

void store_ledger(Registry& registry, const assess::LedgerDecision& decision, std::string_view on)
{
    Change change = value_of(Change::begin(registry, provenance_on(on)));
    value_of(change.store_decisions({&decision, 1}));
    value_of(change.commit());
}

void store_row(Registry& registry, std::string_view patient_id, const Decision& decision, Version version,
               std::string_view on)
{
    Change change = value_of(Change::begin(registry, provenance_on(on)));
    const DecisionRow row{patient_id, decision, 0};
    NewVersions rows;
    rows.decisions.push_back({&row, version});
    value_of(change.store_rows(rows));
    value_of(change.commit());
}

/// A decision of the board as `decide` stores it.
assess::LedgerDecision boards_decision()
{
    assess::LedgerDecision decision = test::sample_decision();
    decision.event.reset();
    decision.next_step = NextStep::biopsy;
    return decision;
}

std::vector<std::string> versions_of_decision(const Registry& registry, const std::vector<std::string>& key)
{
    std::vector<std::string> told;
    for (const auto& version : value_of(versions_of<RowKind::decision>(registry, key)))
        told.push_back(std::to_string(version.version) + " " + version.values.reason);
    return told;
}

TEST(DecisionRows, OfARecordAreReadAsTheyWereWritten)
{
    const TemporaryFolder folder;
    const Registry registry = sample_registry(folder / "r.db");
    const PatientRecord record = value_of(read_patient(registry, "P1"));
    ASSERT_THAT(record.decisions, SizeIs(2));
    const Decision& board = record.decisions[0];
    EXPECT_EQ(board.decided_on, day("2024-10-05"));
    EXPECT_EQ(board.kind, DecisionKind::supersede);
    EXPECT_EQ(board.action, Action::tumour_board);
    EXPECT_EQ(board.due_date, day("2024-10-12"));
    EXPECT_EQ(board.next_step, NextStep::biopsy);
    EXPECT_EQ(board.board, Answer::yes);
    EXPECT_EQ(board.decided_by, "Dr A");
    EXPECT_EQ(board.present, "Dr B;Dr C");
    EXPECT_EQ(board.reason, "it grew");
    Decision closing;
    closing.decided_on = day("2024-11-05");
    closing.kind = DecisionKind::close;
    EXPECT_EQ(record.decisions[1], closing);
    EXPECT_THAT(value_of(decisions_of(registry, "P1")), IsEmpty()) << "the ledger has what was decided here";
    EXPECT_THAT(value_of(audit_verify(registry)).problems, IsEmpty());
    EXPECT_THAT(value_of(check(registry)).problems, IsEmpty());
}

TEST(DecisionRows, AreMadeByTheLedgerAndKeepWhatThePolicySaid)
{
    const TemporaryFolder folder;
    Registry registry = sample_registry(folder / "r.db");
    store_ledger(registry, boards_decision(), "2025-03-02");
    const PatientRecord record = value_of(read_patient(registry, "P1"));
    ASSERT_THAT(record.decisions, SizeIs(3));
    const Decision& row = record.decisions[2];
    EXPECT_EQ(row.decided_on, day("2025-03-01"));
    EXPECT_EQ(row.kind, DecisionKind::supersede);
    EXPECT_EQ(row.action, Action::short_interval_ct);
    EXPECT_EQ(row.due_date, day("2025-06-01"));
    EXPECT_EQ(row.next_step, NextStep::biopsy);
    EXPECT_EQ(row.board, Answer::yes);
    EXPECT_EQ(row.present, "Dr B;Dr C");
    const auto ledger = value_of(decisions_of(registry, "P1"));
    ASSERT_THAT(ledger, SizeIs(1));
    EXPECT_EQ(ledger[0].proposal, test::sample_proposal());
    EXPECT_EQ(ledger[0].next_step, NextStep::biopsy);
}

TEST(DecisionRows, OfNodulesAreTheLedgersAlone)
{
    const TemporaryFolder folder;
    Registry registry = sample_registry(folder / "r.db");
    assess::LedgerDecision of_nodule = test::sample_decision();
    of_nodule.kind = assess::LedgerKind::nodule_event;
    store_ledger(registry, of_nodule, "2025-03-02");
    EXPECT_THAT(value_of(read_patient(registry, "P1")).decisions, SizeIs(2)) << "the record has it as an event";
    EXPECT_THAT(value_of(decisions_of(registry, "P1")), SizeIs(1));
}

TEST(DecisionRows, ThatCloseHaveNoAction)
{
    const TemporaryFolder folder;
    Registry registry = sample_registry(folder / "r.db");
    for (const assess::LedgerKind kind : {assess::LedgerKind::close, assess::LedgerKind::before_registry}) {
        assess::LedgerDecision decision = boards_decision();
        decision.kind = kind;
        decision.due_date.reset();
        store_ledger(registry, decision, "2025-03-02");
    }
    const PatientRecord record = value_of(read_patient(registry, "P1"));
    ASSERT_THAT(record.decisions, SizeIs(4));
    EXPECT_EQ(record.decisions[2].kind, DecisionKind::before_registry);
    EXPECT_EQ(record.decisions[2].action, std::nullopt);
    EXPECT_EQ(record.decisions[3].kind, DecisionKind::close);
    EXPECT_EQ(record.decisions[3].action, std::nullopt);
    const auto ledger = value_of(decisions_of(registry, "P1"));
    ASSERT_THAT(ledger, SizeIs(2));
    EXPECT_EQ(ledger[0].kind, assess::LedgerKind::close);
    EXPECT_EQ(ledger[1].kind, assess::LedgerKind::before_registry);
    EXPECT_THAT(value_of(audit_verify(registry)).problems, IsEmpty());
}

TEST(DecisionRows, OfOneDayKindAndPersonAreVersionsAndTheNewestHolds)
{
    const TemporaryFolder folder;
    Registry registry = sample_registry(folder / "r.db");
    store_ledger(registry, boards_decision(), "2025-03-02");
    Decision corrected = value_of(read_patient(registry, "P1")).decisions[2];
    corrected.reason = "as in the minutes";
    corrected.next_step = NextStep::surgery;
    store_row(registry, "P1", corrected, 2, "2025-03-05");
    const std::vector<std::string> key = {"P1", "2025-03-01", "override", "Dr A"};
    EXPECT_THAT(versions_of_decision(registry, key), ElementsAre("1 why", "2 as in the minutes"));

    const PatientRecord record = value_of(read_patient(registry, "P1"));
    ASSERT_THAT(record.decisions, SizeIs(3));
    EXPECT_EQ(record.decisions[2], corrected);
    EXPECT_EQ(value_of(read_patient(registry, "P1", day("2025-03-04"))).decisions[2].reason, "why");
    EXPECT_THAT(value_of(read_patient(registry, "P1", day("2025-03-01"))).decisions, SizeIs(2));

    // The ledger shows it as corrected, still with what the policy said.
    const auto ledger = value_of(decisions_of(registry, "P1"));
    ASSERT_THAT(ledger, SizeIs(1));
    EXPECT_EQ(ledger[0].reason, "as in the minutes");
    EXPECT_EQ(ledger[0].next_step, NextStep::surgery);
    EXPECT_EQ(ledger[0].proposal, test::sample_proposal());
    EXPECT_EQ(ledger[0].delivery_no, 2);
    PatientReader reader = value_of(PatientReader::open(registry));
    PatientRecord read;
    ASSERT_TRUE(value_of(reader.find("P1", read)));
    ASSERT_THAT(reader.ledger(), SizeIs(1));
    EXPECT_EQ(reader.ledger()[0].reason, "as in the minutes");
    EXPECT_THAT(reader.versions().decisions, ElementsAre(1, 1, 2));
    EXPECT_THAT(value_of(audit_verify(registry)).problems, IsEmpty());
    EXPECT_THAT(value_of(check(registry)).problems, IsEmpty());
}

TEST(DecisionRows, OfOneDayOnTwoGroundsStandBothInTheLedger)
{
    const TemporaryFolder folder;
    Registry registry = sample_registry(folder / "r.db");
    const assess::LedgerDecision morning = boards_decision();
    assess::LedgerDecision afternoon = morning;
    afternoon.proposal.index_scan_id = "C";
    afternoon.reason = "after the new CT";
    store_ledger(registry, morning, "2025-03-02");
    store_ledger(registry, afternoon, "2025-03-02");
    const PatientRecord record = value_of(read_patient(registry, "P1"));
    ASSERT_THAT(record.decisions, SizeIs(3)) << "decisions.csv has one row of that key";
    EXPECT_EQ(record.decisions[2].reason, "after the new CT");
    const auto ledger = value_of(decisions_of(registry, "P1"));
    ASSERT_THAT(ledger, SizeIs(2));
    EXPECT_EQ(ledger[0].proposal.index_scan_id, "B");
    EXPECT_EQ(ledger[1].proposal.index_scan_id, "C");
}

TEST(DecisionRows, DoNotCorrectTheDecisionOfAnotherPerson)
{
    const TemporaryFolder folder;
    Registry registry = sample_registry(folder / "r.db");
    store_ledger(registry, boards_decision(), "2025-03-02");
    Decision of_another = value_of(read_patient(registry, "P1")).decisions[2];
    of_another.decided_by = "Dr B";
    of_another.reason = "by phone";
    store_row(registry, "P1", of_another, 1, "2025-03-05");
    EXPECT_THAT(value_of(read_patient(registry, "P1")).decisions, SizeIs(4));
    EXPECT_EQ(value_of(decisions_of(registry, "P1"))[0].reason, "why");
}

TEST(DecisionRows, OfOneChangeAreEitherTheRecordsOrTheLedgers)
{
    const TemporaryFolder folder;
    Registry registry = sample_registry(folder / "r.db");
    Change change = value_of(Change::begin(registry, provenance_on("2025-03-02")));
    const assess::LedgerDecision ledger = boards_decision();
    value_of(change.store_decisions({&ledger, 1}));
    Decision decision;
    decision.decided_on = day("2025-03-01");
    const DecisionRow row{"P2", decision, 0};
    NewVersions rows;
    rows.decisions.push_back({&row, 1});
    const Result<void> stored = change.store_rows(rows);
    ASSERT_FALSE(stored);
    EXPECT_EQ(stored.error().code, ErrorCode::internal) << "the log has one line for each table";
}

TEST(Visits, AreReadAsTheyWereWritten)
{
    const TemporaryFolder folder;
    const Registry registry = sample_registry(folder / "r.db");
    const PatientRecord record = value_of(read_patient(registry, "P1"));
    ASSERT_THAT(record.visits, SizeIs(2));
    EXPECT_EQ(record.visits[0].visit_id, "V1");
    EXPECT_EQ(record.visits[0].visit_date, day("2024-10-01"));
    EXPECT_EQ(record.visits[0].kind, VisitKind::phone);
    EXPECT_EQ(text_of_words(record.visits[0].symptoms), "cough;haemoptysis");
    EXPECT_EQ(record.visits[0].suspected_local_recurrence, Answer::yes);
    EXPECT_EQ(record.visits[0].note, "called by himself");
    Visit second;
    second.visit_id = "V2";
    second.visit_date = day("2024-11-01");
    EXPECT_EQ(record.visits[1], second);
    EXPECT_EQ(text_of_words(record.scans[0].other_findings), "mediastinal_or_hilar_node;effusion_known");
    EXPECT_THAT(value_of(read_patient(registry, "P2")).visits, IsEmpty());
}

}  // namespace
}  // namespace nodtrack::store
