#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "connection.hpp"
#include "decision_columns.hpp"
#include "migrations.hpp"
#include "nodtrack/store/audit.hpp"
#include "nodtrack/store/maintenance.hpp"
#include "recording.hpp"
#include "support.hpp"

namespace nodtrack::store {
namespace {

namespace fs = std::filesystem;

using test::day;
using test::TemporaryFolder;
using test::value_of;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

fs::path fixture(const std::string& name)
{
    return fs::path(NODTRACK_SOURCE_DIR) / "tests/store/fixtures" / name;
}

std::string bytes_of(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A registry of schema 4, as a backup leaves it: one file.
fs::path registry_of_schema_4(const TemporaryFolder& folder)
{
    fs::copy_file(fixture("schema_4.db"), folder / "r.db");
    return folder / "r.db";
}

int schema_of(const fs::path& file)
{
    SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
    return database.execAndGet("PRAGMA user_version").getInt();
}

std::vector<std::string> files_in(const TemporaryFolder& folder)
{
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder.path()))
        names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

TEST(Migrating, CopiesTheFileAsItWasAndSaysSo)
{
    const TemporaryFolder folder;
    const fs::path file = registry_of_schema_4(folder);
    const Registry registry = value_of(Registry::open(file));
    ASSERT_TRUE(registry.migration());
    EXPECT_EQ(registry.migration()->from, 4);
    EXPECT_EQ(registry.migration()->to, newest_schema_version());
    EXPECT_EQ(registry.migration()->copy, folder / "r.db.schema-4.bak");
    EXPECT_THAT(
        migration_notice(registry),
        AllOf(HasSubstr(file.string()), HasSubstr("schema 4 to schema " + std::to_string(newest_schema_version())),
              HasSubstr(registry.migration()->copy.string())));
    EXPECT_EQ(schema_of(folder / "r.db.schema-4.bak"), 4);
    EXPECT_EQ(schema_of(file), newest_schema_version());

    // The copy is a whole registry: it can be restored, and then is migrated in its turn.
    value_of(restore(folder / "r.db.schema-4.bak", folder / "again.db"));
    EXPECT_EQ(value_of(value_of(Registry::open(folder / "again.db")).row_counts()).patients, 3);
    EXPECT_EQ(schema_of(folder / "r.db.schema-4.bak"), 4) << "restoring leaves the copy as it is";
    EXPECT_FALSE(fs::exists(folder / "again.db.restoring.schema-4.bak"));
}

TEST(Migrating, SaysNothingOfARegistryThatIsNewOrOfTheNewestSchema)
{
    const TemporaryFolder folder;
    for (int times = 0; times < 2; ++times) {
        const Registry registry = value_of(Registry::open(folder / "r.db"));
        EXPECT_FALSE(registry.migration());
        EXPECT_EQ(migration_notice(registry), "");
    }
    EXPECT_THAT(files_in(folder), ElementsAre("r.db"));
}

TEST(Migrating, NeverOverwritesAnEarlierCopy)
{
    const TemporaryFolder folder;
    const fs::path file = registry_of_schema_4(folder);
    std::ofstream(folder / "r.db.schema-4.bak") << "precious";
    std::ofstream(folder / "r.db.schema-4-2.bak") << "precious too";
    EXPECT_EQ(value_of(Registry::open(file)).migration()->copy, folder / "r.db.schema-4-3.bak");
    EXPECT_EQ(bytes_of(folder / "r.db.schema-4.bak"), "precious");
    EXPECT_EQ(bytes_of(folder / "r.db.schema-4-2.bak"), "precious too");
    EXPECT_EQ(schema_of(folder / "r.db.schema-4-3.bak"), 4);
}

TEST(Migrating, LeavesTheFileAsItWasWhereTheCopyCannotBeWritten)
{
    const TemporaryFolder folder;
    const fs::path file = registry_of_schema_4(folder);
    const std::string before = bytes_of(file);
    fs::create_directories(folder / "r.db.schema-4.bak.part/in_the_way");
    const Result<Registry> registry = Registry::open(file);
    ASSERT_FALSE(registry);
    EXPECT_EQ(registry.error().code, ErrorCode::registry_unusable);
    EXPECT_THAT(registry.error().message,
                AllOf(HasSubstr(file.string()), HasSubstr("its schema is 4"), HasSubstr("r.db.schema-4.bak"),
                      HasSubstr("cannot be written"), HasSubstr("the registry is as it was")));
    EXPECT_EQ(schema_of(file), 4);
    EXPECT_EQ(bytes_of(file), before);
    fs::remove_all(folder / "r.db.schema-4.bak.part");
    EXPECT_TRUE(Registry::open(file)) << "and opens once that is mended";
}

TEST(Migrating, LeavesTheFileAsItWasOnAFullDisk)
{
    const TemporaryFolder folder;
    const fs::path file = registry_of_schema_4(folder);
    const std::string before = bytes_of(file);
    const int status = test::exit_status_of_child([&] {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{64 * 1024, 64 * 1024};  // less than the copy needs
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 10;
        const Result<Registry> registry = Registry::open(file);
        if (registry) return 1;
        if (registry.error().code != ErrorCode::registry_unusable) return 2;
        if (registry.error().message.find("the registry is as it was") == std::string::npos) return 3;
        return 0;
    });
    EXPECT_EQ(status, 0);
    EXPECT_EQ(schema_of(file), 4);
    EXPECT_EQ(bytes_of(file), before);
    EXPECT_THAT(files_in(folder), ElementsAre("r.db")) << "nothing half written is left";
}

TEST(Migrating, LeavesTheFileAsItWasInAReadOnlyFolder)
{
    if (geteuid() == 0) GTEST_SKIP() << "root may write to any folder";
    const TemporaryFolder folder;
    const fs::path file = registry_of_schema_4(folder);
    fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
    const Result<Registry> registry = Registry::open(file);
    fs::permissions(folder.path(), fs::perms::owner_all);
    ASSERT_FALSE(registry);
    EXPECT_EQ(registry.error().code, ErrorCode::registry_unusable);
    EXPECT_EQ(schema_of(file), 4);
}

TEST(Migrating, LeavesNoCopyWhereItFails)
{
    const TemporaryFolder folder;
    const fs::path file = registry_of_schema_4(folder);
    SQLite::Database(file.string(), SQLite::OPEN_READWRITE).exec("CREATE TABLE visit (in_the_way)");
    ASSERT_FALSE(Registry::open(file));
    EXPECT_EQ(schema_of(file), 4);
    EXPECT_FALSE(fs::exists(folder / "r.db.schema-4.bak"));
}

TEST(Migrating, IsDoneOnceWhereManyOpenTheFileAtTheSameTime)
{
    const TemporaryFolder folder;
    const fs::path file = registry_of_schema_4(folder);
    std::atomic<int> migrated = 0;
    std::atomic<int> opened = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            const Result<Registry> registry = Registry::open(file);
            if (!registry) return;
            ++opened;
            if (registry->migration()) ++migrated;
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(opened, 4);
    EXPECT_EQ(migrated, 1);
    EXPECT_FALSE(fs::exists(folder / "r.db.schema-4-2.bak"));
    EXPECT_THAT(value_of(audit_verify(value_of(Registry::open(file)))).problems, IsEmpty());
}

TEST(Restoring, AsksBeforeItReplacesARegistryOfAnOlderSchemaAndLeavesThatAsItIs)
{
    const TemporaryFolder folder;
    const fs::path file = registry_of_schema_4(folder);
    const Registry other = test::sample_registry(folder / "other.db");
    value_of(back_up(other, folder / "backup.db"));
    const Result<void> restored = restore(folder / "backup.db", file);
    ASSERT_FALSE(restored);
    EXPECT_THAT(restored.error().message, HasSubstr("holds patients"));
    EXPECT_EQ(schema_of(file), 4);
}

/// The file was made by the program of schema 4 (commit 478e207), which stored a decision of each kind that it knew.
TEST(Migration, KeepsTheDecisionsOfSchema4AndMakesThemRowsOfTheRecord)
{
    const TemporaryFolder folder;
    fs::copy_file(fixture("schema_4_decided.db"), folder / "r.db");
    const Registry registry = value_of(Registry::open(folder / "r.db"));
    EXPECT_THAT(value_of(audit_verify(registry)).problems, IsEmpty());
    EXPECT_THAT(value_of(check(registry)).problems, IsEmpty());
    const auto ledger = value_of(decisions_of(registry, "P1"));
    ASSERT_THAT(ledger, SizeIs(3));
    const assess::LedgerDecision written = test::sample_decision();
    EXPECT_EQ(ledger[0].kind, assess::LedgerKind::accept);
    EXPECT_EQ(ledger[1].kind, assess::LedgerKind::supersede);
    EXPECT_EQ(ledger[1].present, written.present);
    EXPECT_EQ(ledger[1].proposal, written.proposal);
    EXPECT_EQ(ledger[1].next_step, std::nullopt);
    EXPECT_EQ(ledger[2].kind, assess::LedgerKind::nodule_event);
    EXPECT_EQ(ledger[2].event, written.event);

    const PatientRecord record = value_of(read_patient(registry, "P1"));
    ASSERT_THAT(record.decisions, SizeIs(2)) << "what was decided about a nodule is an event of the record";
    EXPECT_EQ(record.decisions[0].kind, DecisionKind::accept);
    EXPECT_EQ(record.decisions[1].kind, DecisionKind::supersede);
    EXPECT_EQ(record.decisions[1].decided_by, "Dr A");
    EXPECT_EQ(record.decisions[1].present, "Dr B;Dr C");
    EXPECT_EQ(record.decisions[1].action, Action::short_interval_ct);
    EXPECT_EQ(record.decisions[1].board, Answer::yes);
}

}  // namespace
}  // namespace nodtrack::store
