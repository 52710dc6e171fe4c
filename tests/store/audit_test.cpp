#include "nodtrack/store/audit.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "audited_tables.hpp"
#include "nodtrack/store/history.hpp"
#include "nodtrack/store/maintenance.hpp"
#include "support.hpp"

namespace nodtrack::store {
namespace {

using test::provenance_on;
using test::TemporaryFolder;
using test::value_of;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A registry with rows in every table, as one file without a write-ahead log.
void make_full_registry(const std::filesystem::path& file, const TemporaryFolder& folder)
{
    Registry registry = test::sample_registry(folder / "making.db");
    Change change = value_of(Change::begin(registry, provenance_on("2025-03-01", "because")));
    const std::vector<IdentityLink> links = {
        {{"P1", "B", "N2"},
         1,
         {},
         "N7",
         LinkMethod::position,
         LinkState::proposed,
         930,
         "matcher",
         NoduleState::split_from,
         "N2",
         test::day("2024-08-30"),
         0,
         {},
         {}},
        {{"P1", "B", "N2"}, 2, 1, "N7", LinkMethod::position, LinkState::confirmed, {}, "ab", {}, {}, {}, 0, {}, {}}};
    value_of(change.store_links(links));
    const std::vector<NoduleImage> images = {test::sample_image()};
    value_of(change.store_images(images));
    const std::vector<SavedAssessment> assessments = {
        {"P1", test::day("2025-02-01"), test::sample_proposal(), "{}", 0, {}}};
    value_of(change.store_assessments(assessments));
    const std::vector<LedgerDecision> decisions = {test::sample_decision()};
    value_of(change.store_decisions(decisions));
    const std::vector<Retraction> retractions = {
        {.patient_id = "P1", .kind = RowKind::visit, .row_key = "V2", .moved_to = "P2"},
        {.patient_id = "P2", .scope = RetractionScope::scan, .scan_id = "A"}};
    value_of(change.store_retractions(retractions));
    const PolicyFile policy{std::string(64, 'd'), "our-clinic", "1.0.0", "{}"};
    const std::vector<Adoption> adoptions = {{"", policy.sha256, {}, {}, {}}, {"P1", policy.sha256, {}, {}, {}}};
    value_of(change.store_adoptions(adoptions, {&policy, 1}));
    // Of a delivery that there is not: nothing is erased.
    const Tombstone tombstone{"scan", 99, 1, 0, std::string(64, 'c')};
    value_of(change.store_tombstones({&tombstone, 1}));
    value_of(change.commit());
    value_of(back_up(registry, file));
}

struct Place {
    std::string table;
    std::string column;
};

/// Of the record and its log; people and reads are in a chain of their own (access_chain_test.cpp).
std::vector<Place> every_column(const std::filesystem::path& file)
{
    SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
    SQLite::Statement select(
        database,
        "SELECT s.name, c.name FROM sqlite_schema AS s JOIN pragma_table_info(s.name) AS "
        "c WHERE s.type = 'table' AND s.name NOT IN ('account', 'api_token', 'account_change', "
        "'session', 'patient_read', 'idempotency', 'secret', 'access_chain', 'export_release') ORDER BY s.name, c.cid");
    std::vector<Place> places;
    while (select.executeStep())
        places.push_back({select.getColumn(0).getString(), select.getColumn(1).getString()});
    return places;
}

/// Opens the file as somebody would who wants to change it.
SQLite::Database open_to_tamper(const std::filesystem::path& file)
{
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
    std::vector<std::string> triggers;
    SQLite::Statement select(database, "SELECT name FROM sqlite_schema WHERE type = 'trigger'");
    while (select.executeStep())
        triggers.push_back(select.getColumn(0).getString());
    select.reset();
    for (const std::string& trigger : triggers)
        database.exec("DROP TRIGGER " + trigger);
    database.exec("PRAGMA ignore_check_constraints = ON");
    database.exec("PRAGMA foreign_keys = OFF");
    return database;
}

std::vector<std::string> trigger_statements(const std::filesystem::path& file)
{
    SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
    SQLite::Statement select(database, "SELECT sql FROM sqlite_schema WHERE type = 'trigger'");
    std::vector<std::string> statements;
    while (select.executeStep())
        statements.push_back(select.getColumn(0).getString());
    return statements;
}

TEST(Change, TakesNoReasonThatATerminalWouldObey)
{
    TemporaryFolder folder;
    Registry registry = value_of(Registry::open(folder / "r.db"));
    for (const char* const reason : {"\x1b[2J", "bell \x07",
                                     "\xC2\x9B"
                                     "2J"}) {
        const auto refused = Change::begin(registry, provenance_on("2025-03-01", reason));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::bad_input);
    }
    EXPECT_TRUE(Change::begin(registry, provenance_on("2025-03-01", "two lines,\nand a\ttab")));
}

TEST(Audit, FindsAChangeOfAnyColumnOfAnyTable)
{
    const TemporaryFolder folder;
    make_full_registry(folder / "full.db", folder);
    const std::vector<Place> places = every_column(folder / "full.db");
    ASSERT_GT(places.size(), 90U);
    for (const Place& place : places) {
        std::filesystem::copy_file(folder / "full.db", folder / "changed.db",
                                   std::filesystem::copy_options::overwrite_existing);
        {
            SQLite::Database database = open_to_tamper(folder / "changed.db");
            // Text that comes out as a number stays text: the column's type is strict.
            const std::string sql = "UPDATE " + place.table + " SET " + place.column + " = CASE typeof(" +
                                    place.column + ") WHEN 'integer' THEN " + place.column + " + 77 WHEN 'text' THEN " +
                                    place.column + " || 'x' ELSE '5' END WHERE " + place.table +
                                    ".delivery_no = 1 OR " + place.table + ".delivery_no = 2";
            ASSERT_GT(database.exec(sql), 0) << sql;
        }
        const Registry registry = value_of(Registry::open(folder / "changed.db"));
        const Result<AuditReport> report = audit_verify(registry);
        ASSERT_TRUE(report) << report.error().message;
        EXPECT_THAT(report->problems, Contains(HasSubstr(place.table))) << place.table << "." << place.column;
    }
}

TEST(Audit, FindsRowsTakenAwayAndRowsAdded)
{
    const TemporaryFolder folder;
    make_full_registry(folder / "full.db", folder);
    const auto problems_after = [&](const std::string& sql) {
        std::filesystem::copy_file(folder / "full.db", folder / "changed.db",
                                   std::filesystem::copy_options::overwrite_existing);
        open_to_tamper(folder / "changed.db").exec(sql);
        return value_of(audit_verify(value_of(Registry::open(folder / "changed.db")))).problems;
    };
    EXPECT_THAT(problems_after("DELETE FROM observation WHERE scan_id = 'B' AND observation_id = 'N1'"),
                Contains("observation: delivery 1 has 4 rows, 5 were recorded: rows were taken away"));
    EXPECT_THAT(problems_after("DELETE FROM decision"),
                Contains("decision: delivery 2 has 0 rows, 1 were recorded: rows were taken away"));
    EXPECT_THAT(problems_after("INSERT INTO patient (patient_id, version, delivery_no) VALUES ('P9', 1, 1)"),
                Contains("patient: delivery 1 has 4 rows, 3 were recorded: rows were added"));
    EXPECT_THAT(problems_after("INSERT INTO patient (patient_id, version, delivery_no) VALUES ('P9', 1, 3)"),
                Contains("patient: 1 rows of delivery 3, which the log does not know"));
    EXPECT_THAT(problems_after("DELETE FROM change_log WHERE delivery_no = 1"),
                Contains("change_log: entries 1 to 1 are missing"));
}

TEST(Audit, FindsWhatWasPutBesideTheTablesWhateverItIsCalled)
{
    const TemporaryFolder folder;
    make_full_registry(folder / "full.db", folder);
    for (const std::string sql :
         {"CREATE TRIGGER sqlite1statx BEFORE INSERT ON patient_read BEGIN SELECT raise(IGNORE); END",
          "CREATE TABLE sqlitexstat_copy (a)", "CREATE INDEX sqlitezstat_i ON account (role)",
          "CREATE VIEW v AS SELECT 1"}) {
        const std::string copy = folder / "changed.db";
        std::filesystem::copy_file(folder / "full.db", copy, std::filesystem::copy_options::overwrite_existing);
        open_to_tamper(copy).exec(sql);
        EXPECT_THAT(value_of(audit_verify(value_of(Registry::open(copy)))).problems,
                    Contains(HasSubstr("put in from outside")))
            << sql;
    }
    {
        SQLite::Database database = open_to_tamper(folder / "full.db");
        database.exec("ANALYZE");
    }
}

TEST(Audit, FindsWithAnEarlierHeadThatTheEndWasCutOffOrWrittenAnew)
{
    const TemporaryFolder folder;
    make_full_registry(folder / "full.db", folder);
    const AuditHead head = value_of(audit_head(value_of(Registry::open(folder / "full.db"))));
    EXPECT_EQ(head.delivery_no, 2);
    EXPECT_EQ(AuditHead::parse(head.text()), head);

    {
        // Whoever does this well leaves the schema as it was.
        const std::vector<std::string> triggers = trigger_statements(folder / "full.db");
        SQLite::Database database = open_to_tamper(folder / "full.db");
        for (const std::string table :
             {"identity_link", "nodule_image", "assessment", "decision", "retraction", "erasure", "policy_adoption",
              "patient_policy", "policy_file", "change_log", "delivery_patient", "delivery"}) {
            database.exec("DELETE FROM " + table + " WHERE delivery_no = 2");
        }
        for (const std::string& trigger : triggers)
            database.exec(trigger);
    }
    Registry cut = value_of(Registry::open(folder / "full.db"));
    EXPECT_THAT(value_of(audit_verify(cut)).problems, IsEmpty()) << "alone, a log that was cut off looks whole";
    EXPECT_THAT(value_of(audit_verify(cut, head)).problems, Contains(HasSubstr("was cut off")));

    test::store_as_delivered(cut, test::delivery_of({{RowKind::patient, "patient_id\nP9\n"}}),
                             provenance_on("2025-03-01"));
    EXPECT_THAT(value_of(audit_verify(cut)).problems, IsEmpty());
    EXPECT_THAT(value_of(audit_verify(cut, head)).problems, Contains(HasSubstr("written anew")));
}

/// Everything the tables hold, as one text; `unreadable` where the file cannot be read.
std::string contents_of(const std::filesystem::path& file)
{
    try {
        SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
        std::string contents;
        for (const char* table : {"delivery", "change_log", "patient", "scan", "observation", "identity_link",
                                  "therapy", "event", "assessment", "decision"}) {
            SQLite::Statement select(database, std::string("SELECT * FROM ") + table);
            while (select.executeStep()) {
                for (int i = 0; i < select.getColumnCount(); ++i) {
                    contents += std::to_string(select.getColumn(i).getType()) + select.getColumn(i).getString() + '|';
                }
            }
        }
        return contents;
    } catch (const SQLite::Exception&) {
        return "unreadable";
    }
}

TEST(Audit, FindsAByteOfTheFileThatChangesWhatItHolds)
{
    const TemporaryFolder folder;
    make_full_registry(folder / "full.db", folder);
    std::ifstream in(folder / "full.db", std::ios::binary);
    const std::string pristine((std::istreambuf_iterator<char>(in)), {});
    const std::string held = contents_of(folder / "full.db");
    std::vector<std::size_t> used;
    for (std::size_t i = 100; i < pristine.size(); ++i) {
        if (pristine[i] != 0) used.push_back(i);
    }
    std::mt19937 random(11);
    int changed = 0;
    for (int tries = 0; tries < 400; ++tries) {
        std::string bytes = pristine;
        char& byte = bytes[used[random() % used.size()]];
        byte = static_cast<char>(byte ^ (1 << random() % 8));
        std::ofstream(folder / "changed.db", std::ios::binary) << bytes;
        if (contents_of(folder / "changed.db") == held) continue;
        ++changed;
        const Result<Registry> registry = Registry::open(folder / "changed.db");
        if (!registry) continue;
        const Result<AuditReport> report = audit_verify(*registry);
        EXPECT_FALSE(report && report->intact());
    }
    EXPECT_GT(changed, 50);
}

TEST(Audit, OfAnEmptyRegistryIsIntact)
{
    const TemporaryFolder folder;
    const Registry registry = value_of(Registry::open(folder / "r.db"));
    const AuditReport report = value_of(audit_verify(registry));
    EXPECT_TRUE(report.intact());
    EXPECT_EQ(report.head, AuditHead());
    EXPECT_EQ(value_of(audit_head(registry)), AuditHead());
}

TEST(AuditHead, ParsesOnlyWhatItWrites)
{
    EXPECT_TRUE(AuditHead::parse("3:" + std::string(64, 'f')));
    for (const std::string& text :
         {std::string(), std::string("3"), "3:" + std::string(63, 'f'), "3:" + std::string(64, 'F'),
          "x:" + std::string(64, 'f'), "-3:" + std::string(64, 'f')}) {
        EXPECT_FALSE(AuditHead::parse(text)) << text;
    }
}

TEST(Deliveries, TellWhoWhenThroughWhichDoorAndWhy)
{
    const TemporaryFolder folder;
    make_full_registry(folder / "full.db", folder);
    const auto entries = value_of(deliveries(value_of(Registry::open(folder / "full.db"))));
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[1].recorded_at, "2025-03-01T08:30:00Z");
    EXPECT_EQ(entries[1].recorded_on, test::day("2025-03-01"));
    EXPECT_EQ(entries[1].actor, "ab");
    EXPECT_EQ(entries[1].door, "test");
    EXPECT_EQ(entries[1].reason, "because");
}

}  // namespace
}  // namespace nodtrack::store
