#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>

#include "connection.hpp"
#include "layout.hpp"
#include "migrations.hpp"
#include "nodtrack/store/audit.hpp"
#include "nodtrack/store/maintenance.hpp"
#include "recording.hpp"
#include "support.hpp"

namespace nodtrack::store {
namespace {

using test::sample_registry;
using test::TemporaryFolder;
using test::value_of;
using ::testing::HasSubstr;

std::vector<std::string> columns_of(SQLite::Database& database, const std::string& table)
{
    std::vector<std::string> columns;
    SQLite::Statement statement(database, "SELECT name FROM pragma_table_info('" + table + "')");
    while (statement.executeStep())
        columns.push_back(statement.getColumn(0).getString());
    return columns;
}

template <class Row>
void expect_columns_of_the_field_table(SQLite::Database& database)
{
    std::vector<std::string> expected;
    for_each_field(RowSchema<Row::kind>::ids,
                   [&](const auto& field) { expected.emplace_back(sql_key_column<Row>(field.column)); });
    expected.insert(expected.end(), {"version", "delivery_no"});
    for_each_field(fields_of<Row>, [&](const auto& field) { expected.push_back(sql_column(field)); });
    EXPECT_THAT(columns_of(database, std::string(table_of<Row>)), ::testing::UnorderedElementsAreArray(expected));
}

TEST(Schema, HasTheColumnsOfTheFieldTables)
{
    const TemporaryFolder folder;
    const Registry registry = value_of(Registry::open(folder / "r.db"));
    SQLite::Database& database = registry.connection().database;
    for_each_kind([&]<RowKind kind>() { expect_columns_of_the_field_table<RowOf<kind>>(database); });
}

/// Decisions are read through a view.
template <class Row>
constexpr std::string_view written_table = Row::kind == RowKind::decision ? "decision" : table_of<Row>;

/// Sets one column of the only row of a table to a word, with the append-only trigger out of the way.
bool takes_word(SQLite::Database& database, std::string_view table, const std::string& column, std::string_view word)
{
    SQLite::Statement update(database, "UPDATE " + std::string(table) + " SET " + column + " = ?");
    update.bind(1, std::string(word));
    return update.tryExecuteStep() == SQLITE_DONE;
}

template <class Row, class Member>
void expect_takes_exactly(SQLite::Database& database, const std::string& column)
{
    using Enumeration = BareOf<Member>;
    if constexpr (std::is_enum_v<Enumeration>) {
        for (const std::string_view word : Vocabulary<Enumeration>::words) {
            EXPECT_TRUE(takes_word(database, written_table<Row>, column, word)) << column << " = " << word;
        }
        for (const std::string_view word : {"unknown", "Left", "x", ""}) {
            EXPECT_FALSE(takes_word(database, written_table<Row>, column, word)) << column << " = " << word;
        }
    }
}

template <class Row>
void expect_takes_exactly_the_vocabulary(SQLite::Database& database)
{
    database.exec("DROP TRIGGER " + std::string(written_table<Row>) + "_refuses_update");
    for_each_field(fields_of<Row>, [&]<class Owner, class Member>(const Field<Owner, Member>& field) {
        expect_takes_exactly<Row, Member>(database, sql_column(field));
    });
}

TEST(Schema, TakesExactlyTheWordsOfTheVocabulary)
{
    const TemporaryFolder folder;
    Registry registry = value_of(Registry::open(folder / "r.db"));
    test::store_as_delivered(
        registry,
        test::delivery_of(
            {{RowKind::patient, "patient_id\nP1\n"},
             {RowKind::scan, "patient_id,scan_id,scan_date,modality,purpose\nP1,A,2024-01-01,ct,diagnostic\n"},
             {RowKind::measurement, "patient_id,scan_id,nodule_id,status\nP1,A,N1,present\n"},
             {RowKind::therapy, "patient_id,kind,start_date\nP1,systemic,2024-01-01\n"},
             {RowKind::event, "patient_id,nodule_id,kind,date\nP1,N1,not_a_nodule,2024-01-01\n"},
             {RowKind::visit, "patient_id,visit_id,visit_date\nP1,V1,2024-01-01\n"},
             {RowKind::decision, "patient_id,decided_on,kind\nP1,2024-01-01,accept\n"}}),
        test::provenance_on("2025-01-01"));
    SQLite::Database& database = registry.connection().database;
    for_each_kind([&]<RowKind kind>() { expect_takes_exactly_the_vocabulary<RowOf<kind>>(database); });
}

TEST(Schema, RefusesToChangeOrTakeAwayAnyRow)
{
    const TemporaryFolder folder;
    Registry registry = sample_registry(folder / "r.db");
    {
        Change change = value_of(Change::begin(registry, test::provenance_on("2025-02-02")));
        const PolicyFile policy{std::string(64, 'd'), "our-clinic", "1.0.0", "{}"};
        const std::vector<Adoption> adoptions = {{"", policy.sha256, {}, {}, {}}, {"P1", policy.sha256, {}, {}, {}}};
        value_of(change.store_adoptions(adoptions, {&policy, 1}));
        value_of(change.commit());
    }
    SQLite::Database& database = registry.connection().database;
    for (const std::string table : {"delivery", "change_log", "patient", "scan", "observation", "therapy", "event",
                                    "visit", "decision", "policy_file", "policy_adoption", "patient_policy"}) {
        for (const std::string& statement :
             {"UPDATE " + table + " SET delivery_no = delivery_no", "DELETE FROM " + table,
              "REPLACE INTO " + table + " SELECT * FROM " + table}) {
            try {
                database.exec(statement);
                ADD_FAILURE() << statement << " went through";
            } catch (const SQLite::Exception& exception) {
                EXPECT_THAT(exception.what(), HasSubstr(table + " is append-only"));
            }
        }
    }
    EXPECT_TRUE(value_of(audit_verify(registry)).intact());
}

TEST(Schema, EveryTableIsAppendOnlyButForPeopleAndWhatEnds)
{
    const TemporaryFolder folder;
    const Registry registry = value_of(Registry::open(folder / "r.db"));
    SQLite::Database& database = registry.connection().database;
    SQLite::Statement open(database,
                           "SELECT name FROM sqlite_schema AS t WHERE type = 'table' AND (SELECT count(*) FROM "
                           "sqlite_schema AS g WHERE g.type = 'trigger' AND g.tbl_name = t.name) < 2 ORDER BY name");
    std::vector<std::string> names;
    while (open.executeStep())
        names.push_back(open.getColumn(0).getString());
    // An account is disabled, a token revoked, a session ends, an answer is forgotten; account_change keeps the past.
    EXPECT_THAT(names, ::testing::ElementsAre("account", "api_token", "idempotency", "session"));
}

TEST(Registry, SaysWhatItIsAndIsDurable)
{
    const TemporaryFolder folder;
    const Registry registry = value_of(Registry::open(folder / "r.db"));
    SQLite::Database& database = registry.connection().database;
    EXPECT_EQ(database.execAndGet("PRAGMA application_id").getInt(), registry_application_id);
    EXPECT_EQ(database.execAndGet("PRAGMA user_version").getInt(), newest_schema_version());
    EXPECT_EQ(database.execAndGet("PRAGMA journal_mode").getString(), "wal");
    EXPECT_EQ(database.execAndGet("PRAGMA synchronous").getInt(), 2);
    EXPECT_EQ(database.execAndGet("PRAGMA foreign_keys").getInt(), 1);
    EXPECT_TRUE(value_of(registry.is_empty()));
}

std::string refusal_of(const std::filesystem::path& file)
{
    const Result<Registry> registry = Registry::open(file);
    if (registry) return "opened";
    EXPECT_EQ(registry.error().code, ErrorCode::registry_unusable);
    EXPECT_THAT(registry.error().message, HasSubstr(file.string()));
    return registry.error().message;
}

TEST(Registry, RefusesANewerSchema)
{
    const TemporaryFolder folder;
    value_of(Registry::open(folder / "r.db")).connection().database.exec("PRAGMA user_version = 9999");
    EXPECT_THAT(refusal_of(folder / "r.db"), HasSubstr("its schema is 9999"));
}

TEST(Registry, RefusesTheDatabaseOfAnotherProgram)
{
    const TemporaryFolder folder;
    SQLite::Database(folder / "r.db", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE t (a)");
    EXPECT_THAT(refusal_of(folder / "r.db"), HasSubstr("another program"));
}

TEST(Registry, RefusesWhatIsNoDatabase)
{
    const TemporaryFolder folder;
    std::ofstream(folder / "r.db") << std::string(5000, 'x');
    EXPECT_THAT(refusal_of(folder / "r.db"), HasSubstr("not a registry"));
    EXPECT_THAT(refusal_of(folder.path()), HasSubstr("it is a folder"));
    EXPECT_THAT(refusal_of(folder / "none/r.db"), HasSubstr("folder does not exist"));
}

TEST(Registry, OpensAnEmptyFileAsANewRegistry)
{
    const TemporaryFolder folder;
    std::ofstream(folder / "r.db").flush();
    EXPECT_TRUE(value_of(value_of(Registry::open(folder / "r.db")).is_empty()));
}

std::filesystem::path fixture(int version)
{
    return std::filesystem::path(NODTRACK_SOURCE_DIR) / "tests/store/fixtures" /
           ("schema_" + std::to_string(version) + ".db");
}

// Run once when a schema is released: --gtest_also_run_disabled_tests --gtest_filter='*MakesTheFixture*'
TEST(Migration, DISABLED_MakesTheFixtureOfTheNewestSchema)
{
    const TemporaryFolder folder;
    const Registry registry = sample_registry(folder / "r.db");
    std::filesystem::remove(fixture(newest_schema_version()));
    value_of(back_up(registry, fixture(newest_schema_version())));
}

TEST(Migration, BringsEveryReleasedSchemaToTheNewest)
{
    for (int version = 1; version <= newest_schema_version(); ++version) {
        const TemporaryFolder folder;
        ASSERT_TRUE(std::filesystem::exists(fixture(version))) << fixture(version) << ": make it, see above";
        std::filesystem::copy_file(fixture(version), folder / "r.db");
        const Registry registry = value_of(Registry::open(folder / "r.db"));
        EXPECT_THAT(value_of(check(registry)).problems, testing::IsEmpty());
        EXPECT_THAT(value_of(audit_verify(registry)).problems, testing::IsEmpty());
        const RowCounts counts = value_of(registry.row_counts());
        EXPECT_EQ(counts.patients, 3);
        EXPECT_EQ(counts.measurements, 5);
        EXPECT_EQ(value_of(read_patient(registry, "P1")).measurements.size(), 4U);
    }
}

/// A registry of schema 1 with an assessment and a decision, as the program of that schema hashed them.
void make_registry_of_schema_1(const std::filesystem::path& file)
{
    std::ofstream(file).flush();
    SQLite::Database database = open_connection(file, Access::read_write);
    database.exec(std::string(migrations()[0]));
    database.exec("PRAGMA application_id = " + std::to_string(registry_application_id));
    database.exec("PRAGMA user_version = 1");
    std::string entry;
    const auto record = [&](const std::string& name, int columns, const auto& fill) {
        StatementCache statements(database.getHandle());
        RecordedTable table(statements, name, columns);
        fill(table);
        table.end_row();
        entry += log_line(name, table.rows(), table.digest());
    };
    database.exec("BEGIN");
    record("delivery", 6, [](RecordedTable& row) {
        row.integer(1).text("2025-03-01T08:00:00Z").text("2025-03-01").text("ab").text("test").null();
    });
    record("patient", 16, [](RecordedTable& row) {
        row.text("P1").integer(1).integer(1);
        for (int column = 3; column < 16; ++column)
            row.null();
    });
    const std::string sha256(64, 'a');
    record("assessment", 8, [&](RecordedTable& row) {
        row.text("P1").text("2025-03-01").text("policy").text("1.0.0").integer(1).text(sha256).null().text("{}");
    });
    record("decision", 8, [](RecordedTable& row) {
        row.text("P1").text("2025-03-01").integer(1).text("WAIT").null().text("why").text("2025-03-01").text("1.0.0");
    });
    SQLite::Statement log(database, "INSERT INTO change_log VALUES (1, ?, ?, ?)");
    log.bind(1, entry);
    log.bind(2, std::string(chain_start()));
    log.bind(3, chained_sha256(chain_start(), entry));
    log.exec();
    database.exec("COMMIT");
}

TEST(Migration, KeepsAndVerifiesDecisionsOfSchema1WhichAnswerNothing)
{
    const TemporaryFolder folder;
    make_registry_of_schema_1(folder / "r.db");
    Registry registry = value_of(Registry::open(folder / "r.db"));
    EXPECT_EQ(registry.connection().database.execAndGet("PRAGMA user_version").getInt(), newest_schema_version());
    EXPECT_THAT(value_of(audit_verify(registry)).problems, testing::IsEmpty());
    EXPECT_THAT(value_of(check(registry)).problems, testing::IsEmpty());
    EXPECT_EQ(value_of(registry.row_counts()).decisions, 1);
    EXPECT_THAT(value_of(decisions_of(registry, "P1")), testing::IsEmpty());
    const auto kept = value_of(assessments_of(registry, "P1"));
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].proposal.rule, "");
    EXPECT_EQ(kept[0].proposal.policy_version, "1.0.0");

    // And the file goes on: a decision of today stands in the same table and the same chain.
    Change change = value_of(Change::begin(registry, test::provenance_on("2025-03-02")));
    const LedgerDecision decision = test::sample_decision();
    value_of(change.store_decisions({&decision, 1}));
    value_of(change.commit());
    EXPECT_THAT(value_of(audit_verify(registry)).problems, testing::IsEmpty());
    EXPECT_EQ(value_of(decisions_of(registry, "P1")).size(), 1U);
}

TEST(Images, AreReadAsTheyWereWrittenAndTheNewestHolds)
{
    const TemporaryFolder folder;
    Registry registry = sample_registry(folder / "r.db");
    NoduleImage first = test::sample_image();
    first.paths = {"old.nrrd"};
    first.series_uid.clear();
    NoduleImage second = test::sample_image();
    second.version = 2;
    for (const NoduleImage& image : {first, second}) {
        Change change = value_of(Change::begin(registry, test::provenance_on("2025-03-02")));
        value_of(change.store_images({&image, 1}));
        value_of(change.commit());
    }
    const auto read = value_of(images_of(registry, "P1"));
    ASSERT_EQ(read.size(), 1U) << "the newest version alone";
    EXPECT_EQ(read[0].observation, second.observation);
    EXPECT_EQ(read[0].version, 2);
    EXPECT_EQ(read[0].paths, second.paths);
    EXPECT_EQ(read[0].folder, second.folder);
    EXPECT_EQ(read[0].series_uid, second.series_uid);
    EXPECT_EQ(read[0].center_um, second.center_um);
    EXPECT_EQ(read[0].mask, second.mask);
    EXPECT_EQ(read[0].voxels_sha256, second.voxels_sha256);
    EXPECT_THAT(value_of(images_of(registry, "P2")), testing::IsEmpty());
    EXPECT_THAT(value_of(audit_verify(registry)).problems, testing::IsEmpty());
    EXPECT_THAT(value_of(check(registry)).problems, testing::IsEmpty());
}

TEST(Migration, LetsLinksOfSchema2StandBesideOnesWithAState)
{
    const TemporaryFolder folder;
    std::filesystem::copy_file(fixture(2), folder / "r.db");
    Registry registry = value_of(Registry::open(folder / "r.db"));
    IdentityLink seen;
    seen.observation = {"P1", "B", "N3"};
    seen.link_no = 1;
    seen.nodule_id = "N3";
    seen.state = LinkState::confirmed;
    seen.made_by = "ab";
    seen.nodule_state = NoduleState::resected;
    seen.state_date = test::day("2024-08-15");
    Change change = value_of(Change::begin(registry, test::provenance_on("2025-03-02")));
    value_of(change.store_links({&seen, 1}));
    value_of(change.commit());
    EXPECT_THAT(value_of(audit_verify(registry)).problems, testing::IsEmpty());
    EXPECT_THAT(value_of(check(registry)).problems, testing::IsEmpty()) << "a state needs no row of the nodule";
    const auto links = value_of(links_of(registry, "P1"));
    ASSERT_EQ(links.size(), 1U);
    EXPECT_EQ(links[0].nodule_state, NoduleState::resected);
    EXPECT_EQ(links[0].state_date, test::day("2024-08-15"));
    EXPECT_EQ(links[0].other_nodule_id, "");
}

TEST(Decisions, AreReadAsTheyWereWritten)
{
    const TemporaryFolder folder;
    Registry registry = sample_registry(folder / "r.db");
    LedgerDecision plain = test::sample_decision();
    plain.patient_id = "P2";
    plain.kind = assess::LedgerKind::accept;
    plain.due_date.reset();
    plain.board = false;
    plain.present.clear();
    plain.event.reset();
    plain.proposal.index_scan_id.clear();
    plain.proposal.due_date.reset();
    plain.proposal.safety_net_ct_date.reset();
    plain.proposal.nodules.clear();
    const std::vector<LedgerDecision> written = {plain, test::sample_decision()};
    Change change = value_of(Change::begin(registry, test::provenance_on("2025-03-02")));
    value_of(change.store_decisions(written));
    value_of(change.commit());

    for (const LedgerDecision& decision : written) {
        const auto read = value_of(decisions_of(registry, decision.patient_id));
        ASSERT_EQ(read.size(), 1U);
        EXPECT_EQ(read[0].proposal, decision.proposal);
        EXPECT_EQ(read[0].kind, decision.kind);
        EXPECT_EQ(read[0].action, decision.action);
        EXPECT_EQ(read[0].due_date, decision.due_date);
        EXPECT_EQ(read[0].decided_by, decision.decided_by);
        EXPECT_EQ(read[0].board, decision.board);
        EXPECT_EQ(read[0].present, decision.present);
        EXPECT_EQ(read[0].event, decision.event);
        EXPECT_EQ(read[0].actor, "ab");
        EXPECT_EQ(read[0].delivery_no, 2);
    }
}

TEST(Decisions, ComeWithTheirPatientAndAsKnownOnTheDay)
{
    const TemporaryFolder folder;
    Registry registry = sample_registry(folder / "r.db");
    Change change = value_of(Change::begin(registry, test::provenance_on("2025-03-02")));
    const LedgerDecision decision = test::sample_decision();
    value_of(change.store_decisions({&decision, 1}));
    value_of(change.commit());
    const auto seen = [&](std::optional<Date> known_on) {
        PatientReader reader = value_of(PatientReader::open(registry, known_on));
        std::vector<std::size_t> counts;
        PatientRecord record;
        while (value_of(reader.next(record)))
            counts.push_back(reader.ledger().size());
        return counts;
    };
    EXPECT_THAT(seen(std::nullopt), testing::ElementsAre(1, 0, 0));
    EXPECT_THAT(seen(test::day("2025-03-02")), testing::ElementsAre(1, 0, 0));
    EXPECT_THAT(seen(test::day("2025-03-01")), testing::ElementsAre(0, 0, 0));
}

}  // namespace
}  // namespace nodtrack::store
