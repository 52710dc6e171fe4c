#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "connection.hpp"
#include "nodtrack/store/access.hpp"
#include "nodtrack/store/audit.hpp"
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

constexpr const char* hash = "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA";

/// A registry with people, tokens, reads, the key of research ids and a release.
Registry registry_with_people(const std::filesystem::path& file)
{
    Registry registry = test::sample_registry(file);
    const Provenance provenance = provenance_on("2025-02-01");
    value_of(insert_account(registry, {"rad", Role::radiologist, false, {}}, hash, provenance));
    value_of(insert_account(registry, {"adm", Role::admin, false, {}}, hash, provenance));
    ApiToken token;
    token.account = "rad";
    token.expires_on = test::day("2026-01-01");
    value_of(insert_token(registry, token, std::string(64, 'a'), provenance));
    const Instant at = *instant_of("2025-02-01T10:00:00Z");
    value_of(log_reads(registry, std::vector<PatientRead>{{at, "rad", "P1", "GET /a"}, {at, "rad", "P2", "GET /b"}}));
    value_of(log_reads(registry, std::vector<PatientRead>{{at, "rad", "*", "GET /c", 0, "patients: [\"P1\"]"}}));
    value_of(secret(registry, "deidentified export", std::string(32, 'k'), provenance));
    value_of(add_release(registry, provenance));
    return registry;
}

TEST(AccessChain, OfWhatNobodyChangedIsIntact)
{
    const TemporaryFolder folder;
    const Registry registry = registry_with_people(folder / "r.db");
    EXPECT_THAT(value_of(audit_verify(registry)).problems, IsEmpty());
    EXPECT_THAT(value_of(audit_verify(registry, value_of(audit_head(registry)))).problems, IsEmpty());
}

/// Each is done with the append-only triggers out of the way, and these put back.
TEST(AccessChain, FindsWhateverIsChangedFromOutside)
{
    const std::pair<const char*, const char*> tampering[] = {
        {"INSERT INTO account SELECT 'mallory', 'admin', 'no', NULL, password_hash, made_at_utc FROM account WHERE "
         "name = 'rad'",
         "account: 'mallory' is not in the log"},
        {"UPDATE account SET role = 'admin' WHERE name = 'rad'", "account: 'rad' is not as it was recorded"},
        {"UPDATE account SET password_hash = '$argon2id$x' WHERE name = 'rad'", "account: 'rad' is not as"},
        {"INSERT INTO api_token (account, token_sha256, scope, expires_on, made_at_utc, made_by) VALUES ('adm', "
         "hex(zeroblob(32)), 'write', '2030-01-01', '2026-11-29T00:00:00Z', 'adm')",
         "api_token: '2' is not in the log"},
        {"UPDATE api_token SET scope = 'write'", "api_token: '1' is not as it was recorded"},
        {"DELETE FROM api_token", "api_token: '1' was taken away"},
        {"DELETE FROM account_change WHERE change_no = 2", "account_change: '2' was taken away"},
        {"UPDATE account_change SET actor = 'somebody'", "account_change: '1' is not as it was recorded"},
        {"DELETE FROM patient_read", "patient_read: entries 1..2 have 0 rows, 2 were recorded"},
        {"DELETE FROM patient_read WHERE read_no = 3", "patient_read: entries 3..3 have 0 rows"},
        {"UPDATE patient_read SET account = 'adm' WHERE read_no = 1", "of the entries 1..2 at least one is not"},
        {"UPDATE patient_read SET detail = NULL WHERE read_no = 3", "of the entries 3..3 at least one is not"},
        {"INSERT INTO patient_read (read_at_utc, account, patient_id, route) VALUES ('2026-11-29T00:00:00Z', 'adm', "
         "'P1', 'x')",
         "patient_read: 4 entries, the log knows of 3"},
        {"UPDATE secret SET value = zeroblob(32)", "secret: 'deidentified export' is not as it was recorded"},
        {"UPDATE export_release SET delivery_no = 0", "export_release: '2025-02-01' is not as it was recorded"},
        {"UPDATE access_chain SET entry = entry || 'x' WHERE entry_no = 1", "access_chain: entry 1 was changed"},
        {"DELETE FROM access_chain WHERE entry_no = 2", "access_chain: entries 2 to 2 are missing"},
        {"DELETE FROM delivery_patient WHERE patient_id = 'P1'", "delivery_patient: "},
    };
    const TemporaryFolder folder;
    {
        const Registry registry = registry_with_people(folder / "r.db");
        value_of(back_up(registry, folder / "copy.db"));
    }
    for (const auto& [statement, found] : tampering) {
        std::filesystem::copy_file(folder / "copy.db", folder / "t.db",
                                   std::filesystem::copy_options::overwrite_existing);
        {
            SQLite::Database database((folder / "t.db").string(), SQLite::OPEN_READWRITE);
            std::vector<std::pair<std::string, std::string>> triggers;
            SQLite::Statement select(database, "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'");
            while (select.executeStep())
                triggers.emplace_back(select.getColumn(0).getString(), select.getColumn(1).getString());
            select.reset();
            for (const auto& [name, sql] : triggers)
                database.exec("DROP TRIGGER " + name);
            database.exec(statement);
            for (const auto& [name, sql] : triggers)
                database.exec(sql);
        }
        const Registry registry = value_of(Registry::open(folder / "t.db"));
        EXPECT_THAT(value_of(audit_verify(registry)).problems, Contains(HasSubstr(found))) << statement;
        for (const char* ending : {"", "-wal", "-shm"})
            std::filesystem::remove((folder / "t.db").string() + ending);
    }
}

TEST(AccessChain, ThatWasCutOffIsFoundByAHeadKeptElsewhere)
{
    const TemporaryFolder folder;
    Registry registry = registry_with_people(folder / "r.db");
    const AuditHead head = value_of(audit_head(registry));
    EXPECT_EQ(AuditHead::parse(head.text()), head);
    SQLite::Database& database = registry.connection().database;
    database.exec("DROP TRIGGER access_chain_refuses_delete");
    database.exec("DROP TRIGGER export_release_refuses_delete");
    database.exec("DELETE FROM access_chain WHERE entry_no = (SELECT max(entry_no) FROM access_chain)");
    database.exec("DELETE FROM export_release");
    EXPECT_THAT(value_of(audit_verify(registry, head)).problems, Contains(HasSubstr("access_chain: entry ")));
}

TEST(Schema, ThatIsNotAsTheMigrationsMadeItIsFound)
{
    const std::pair<const char*, const char*> tampering[] = {
        {"CREATE TRIGGER evil AFTER INSERT ON observation BEGIN UPDATE account SET role = 'admin'; END",
         "trigger evil was put in from outside"},
        {"DROP TRIGGER scan_refuses_update", "trigger scan_refuses_update is missing"},
        {"CREATE VIEW other AS SELECT 1", "view other was put in from outside"},
        {"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (disabled = ''no'' OR "
         "disabled = ''yes'')', '') WHERE name = 'account'",
         "table account was changed"},
    };
    for (const auto& [statement, found] : tampering) {
        const TemporaryFolder folder;
        {
            const Registry registry = registry_with_people(folder / "r.db");
            registry.connection().database.exec(statement);
        }
        const Registry registry = value_of(Registry::open(folder / "r.db"));
        EXPECT_THAT(value_of(audit_verify(registry)).problems, Contains(HasSubstr(found))) << statement;
        EXPECT_THAT(value_of(check(registry)).problems, Contains(HasSubstr(found))) << statement;
    }
}

TEST(Clock, ThatWentBackIsTold)
{
    const TemporaryFolder folder;
    Registry registry = test::sample_registry(folder / "r.db");
    for (const char* day : {"2025-12-31", "2025-12-01"}) {
        test::store_as_delivered(registry,
                                 test::delivery_of({{RowKind::patient, std::string("patient_id\nC") + day + "\n"}}),
                                 provenance_on(day));
    }
    const AuditReport report = value_of(audit_verify(registry));
    EXPECT_TRUE(report.intact());
    EXPECT_THAT(report.notices, ::testing::ElementsAre(HasSubstr("the clock went back")));
}

TEST(Registry, IsMadeOnlyWhereItIsAskedFor)
{
    const TemporaryFolder folder;
    for (const Opening opening : {Opening::read_only, Opening::existing}) {
        const auto refused = Registry::open(folder / "mistyped.db", opening);
        ASSERT_FALSE(refused);
        EXPECT_THAT(refused.error().message, HasSubstr("there is none"));
        EXPECT_FALSE(std::filesystem::exists(folder / "mistyped.db"));
    }
    for (const char* name : {"", ":memory:"})
        EXPECT_FALSE(Registry::open(name)) << name;
    EXPECT_TRUE(Registry::open(folder / "file:x?mode=memory"));
    EXPECT_TRUE(std::filesystem::exists(folder / "file:x?mode=memory"));
    ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
    EXPECT_FALSE(Registry::open(folder / "pipe")) << "and does not wait for it";
}

TEST(Registry, AndItsCopiesAreForTheirUserAlone)
{
    const TemporaryFolder folder;
    const mode_t before = umask(0);
    {
        const Registry registry = test::sample_registry(folder / "r.db");
        value_of(back_up(registry, folder / "copy.db"));
        value_of(restore(folder / "copy.db", folder / "new.db"));
        for (const char* name : {"r.db", "r.db-wal", "r.db-shm", "copy.db", "new.db"}) {
            struct stat status {};
            ASSERT_EQ(stat((folder / name).c_str(), &status), 0) << name;
            EXPECT_EQ(status.st_mode & 0777U, 0600U) << name;
        }
    }
    umask(before);
}

TEST(Registry, OnAMediumThatCannotBeWrittenIsRead)
{
    if (getuid() == 0) GTEST_SKIP() << "nothing is unwritable for root";
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "disc");
    {
        const Registry registry = test::sample_registry(folder / "disc/r.db");
    }
    std::filesystem::permissions(folder / "disc/r.db", std::filesystem::perms(0444));
    std::filesystem::permissions(folder / "disc", std::filesystem::perms(0555));
    const auto registry = Registry::open(folder / "disc/r.db", Opening::read_only);
    std::filesystem::permissions(folder / "disc", std::filesystem::perms(0755));
    ASSERT_TRUE(registry) << registry.error().message;
    EXPECT_EQ(value_of(registry->row_counts()).patients, 3);
}

TEST(Deliveries, SayWhoseRecordTheyChanged)
{
    const TemporaryFolder folder;
    Registry registry = test::sample_registry(folder / "r.db");
    const DeliveryNumber before = value_of(audit_head(registry)).delivery_no;
    test::store_as_delivered(registry, test::delivery_of({{RowKind::patient, "patient_id\nP7\nP8\n"}}),
                             provenance_on("2025-03-01"));
    EXPECT_THAT(value_of(patients_written(registry, before, before + 1)).value(), ::testing::ElementsAre("P7", "P8"));
    EXPECT_FALSE(value_of(patients_written(registry, before, before + 2))) << "the newest is not known of";
}

}  // namespace
}  // namespace nodtrack::store
