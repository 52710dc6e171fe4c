#include "nodtrack/store/maintenance.hpp"

#include <SQLiteCpp/Database.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "connection.hpp"
#include "nodtrack/store/audit.hpp"
#include "nodtrack/store/reader.hpp"
#include "support.hpp"

namespace nodtrack::store {
namespace {

using test::exit_status_of_child;
using test::sample_registry;
using test::TemporaryFolder;
using test::value_of;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Check, FindsASoundRegistrySound)
{
    const TemporaryFolder folder;
    const CheckReport report = value_of(check(sample_registry(folder / "r.db")));
    EXPECT_THAT(report.problems, IsEmpty());
    EXPECT_EQ(report.counts.measurements, 5);
}

TEST(Check, FindsOrphansGapsAndWrongWords)
{
    const TemporaryFolder folder;
    const Registry registry = sample_registry(folder / "r.db");
    SQLite::Database& database = registry.connection().database;
    database.exec("PRAGMA ignore_check_constraints = ON");
    database.exec("PRAGMA foreign_keys = OFF");
    database.exec(
        "INSERT INTO scan (patient_id, scan_id, version, delivery_no, scan_date, modality, purpose) VALUES "
        "('P9', 'A', 1, 1, '2024-01-01', 'ct', 'diagnostic')");
    database.exec(
        "INSERT INTO observation (patient_id, scan_id, observation_id, version, delivery_no, status) VALUES "
        "('P1', 'Z', 'N1', 1, 1, 'present'), ('P1', 'A', 'N1', 3, 7, 'gone')");
    database.exec("PRAGMA ignore_check_constraints = OFF");
    const std::vector<std::string> problems = value_of(check(registry)).problems;
    EXPECT_THAT(problems, Contains("1 scans of no recorded patient"));
    EXPECT_THAT(problems, Contains("1 measurements of no recorded scan"));
    EXPECT_THAT(problems, Contains(HasSubstr("1 rows of observation lack a version")));
    EXPECT_THAT(problems, Contains(HasSubstr("CHECK constraint failed in observation")));
    EXPECT_THAT(problems, Contains(HasSubstr("foreign_key_check: observation")));
}

TEST(BackUp, IsACompleteRegistryOfItsOwn)
{
    const TemporaryFolder folder;
    const Registry registry = sample_registry(folder / "r.db");
    value_of(back_up(registry, folder / "copy.db"));
    EXPECT_FALSE(std::filesystem::exists(folder / "copy.db.part"));
    EXPECT_FALSE(std::filesystem::exists(folder / "copy.db-wal"));
    const Registry copy = value_of(Registry::open(folder / "copy.db"));
    EXPECT_THAT(value_of(check(copy)).problems, IsEmpty());
    EXPECT_EQ(value_of(audit_head(copy)), value_of(audit_head(registry)));
}

TEST(BackUp, NeverWritesOverAFile)
{
    const TemporaryFolder folder;
    const Registry registry = sample_registry(folder / "r.db");
    std::ofstream(folder / "copy.db") << "something else";
    EXPECT_EQ(back_up(registry, folder / "copy.db").error().code, ErrorCode::bad_input);
    EXPECT_EQ(back_up(registry, folder / "r.db").error().code, ErrorCode::bad_input);
    EXPECT_EQ(back_up(registry, folder / "none/copy.db").error().code, ErrorCode::bad_input);
}

TEST(WriteLog, IsBegunAnewOnceItIsLongAndNobodyIsAtAnOlderView)
{
    const TemporaryFolder folder;
    const Registry registry = sample_registry(folder / "r.db");
    const auto length = [&] { return std::filesystem::file_size(folder / "r.db-wal"); };
    const std::uintmax_t before = length();
    ASSERT_GT(before, 0U);
    const std::chrono::milliseconds patience(20);
    value_of(shorten_write_log(registry, before, patience));
    EXPECT_EQ(length(), before) << "it is not longer than that";
    {
        PatientReader reader = value_of(PatientReader::open(registry));
        value_of(reader.renew());
        registry.connection().database.exec(
            "INSERT INTO secret VALUES ('a', zeroblob(32), '2026-01-01T00:00:00Z', 'x')");
        value_of(shorten_write_log(registry, before, patience));
        EXPECT_GT(length(), before) << "a reader is at what stood there before";
    }
    value_of(shorten_write_log(registry, before, patience));
    EXPECT_EQ(length(), 0U);
    EXPECT_THAT(value_of(check(registry)).problems, IsEmpty());
}

TEST(Restore, BringsTheBackupBack)
{
    const TemporaryFolder folder;
    {
        Registry registry = sample_registry(folder / "r.db");
        value_of(back_up(registry, folder / "copy.db"));
        test::store_as_delivered(registry, test::delivery_of({{RowKind::patient, "patient_id\nP4\n"}}),
                                 test::provenance_on("2025-03-01"));
    }
    const Result<void> refused = restore(folder / "copy.db", folder / "r.db");
    EXPECT_EQ(refused.error().code, ErrorCode::bad_input);
    EXPECT_THAT(refused.error().message, HasSubstr("holds patients"));
    EXPECT_EQ(value_of(value_of(Registry::open(folder / "r.db")).row_counts()).patients, 4);

    value_of(restore(folder / "copy.db", folder / "r.db", true));
    value_of(restore(folder / "copy.db", folder / "new.db"));
    for (const char* file : {"r.db", "new.db"}) {
        const Registry registry = value_of(Registry::open(folder / file));
        EXPECT_EQ(value_of(registry.row_counts()).patients, 3) << file;
        EXPECT_TRUE(value_of(check(registry)).sound()) << file;
        EXPECT_TRUE(value_of(audit_verify(registry)).intact()) << file;
        EXPECT_EQ(registry.connection().database.execAndGet("PRAGMA journal_mode").getString(), "wal") << file;
    }
    struct stat status {};
    ASSERT_EQ(::stat((folder / "new.db").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(Restore, KilledLeavesTheNewRegistryWholeOrNothing)
{
    const TemporaryFolder folder;
    {
        Registry registry = sample_registry(folder / "r.db");
        value_of(back_up(registry, folder / "copy.db"));
    }
    std::filesystem::create_directory(folder / "new");
    const std::filesystem::path made = folder / "new" / "r.db";
    constexpr int kills = 20;
    constexpr int late_kills = 3;
    constexpr std::chrono::microseconds step(500);
    constexpr std::chrono::seconds patience(60);
    int whole = 0;
    for (int i = 0; i < kills; ++i) {
        std::filesystem::remove_all(folder / "new");
        std::filesystem::create_directory(folder / "new");
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            const bool done = restore(folder / "copy.db", made).has_value();
            ::_exit(done ? 0 : 1);
        }
        // The last ones as soon as the registry is there, however slow the machine is.
        const auto until = std::chrono::steady_clock::now() + (i < kills - late_kills ? step * i * i : patience);
        while (std::chrono::steady_clock::now() < until && !std::filesystem::exists(made))
            std::this_thread::sleep_for(step);
        ::kill(child, SIGKILL);
        int ended = 0;
        ASSERT_EQ(::waitpid(child, &ended, 0), child);
        std::vector<std::string> left;
        for (const auto& entry : std::filesystem::directory_iterator(folder / "new"))
            left.push_back(entry.path().filename());
        if (left.empty()) continue;
        ++whole;
        ASSERT_EQ(left, std::vector<std::string>{"r.db"});
        EXPECT_TRUE(value_of(check(value_of(Registry::open(made)))).sound());
    }
    EXPECT_GE(whole, late_kills);
}

TEST(Restore, RefusesWhatIsNoSoundRegistry)
{
    const TemporaryFolder folder;
    std::ofstream(folder / "text.db") << std::string(9000, 'x');
    EXPECT_EQ(restore(folder / "text.db", folder / "r.db").error().code, ErrorCode::bad_input);
    EXPECT_EQ(restore(folder / "none.db", folder / "r.db").error().code, ErrorCode::not_found);
    {
        const Registry registry = sample_registry(folder / "broken.db");
        SQLite::Database& database = registry.connection().database;
        database.exec(
            "INSERT INTO scan (patient_id, scan_id, version, delivery_no, scan_date, modality, purpose) "
            "VALUES ('P9', 'A', 1, 1, '2024-01-01', 'ct', 'diagnostic')");
    }
    const Result<void> refused = restore(folder / "broken.db", folder / "r.db");
    EXPECT_EQ(refused.error().code, ErrorCode::bad_input);
    EXPECT_THAT(refused.error().context, Contains("1 scans of no recorded patient"));
    EXPECT_FALSE(std::filesystem::exists(folder / "r.db"));
}

constexpr int refused_as_expected = 7;

/// What a process without rights gets that opens the registry: root may write everywhere, so it becomes nobody.
int open_as_nobody(const std::filesystem::path& file)
{
    constexpr uid_t nobody = 65534;
    if (getuid() == 0 && setuid(nobody) != 0) return 1;
    const Result<Registry> registry = Registry::open(file);
    if (registry) return 2;
    if (registry.error().code != ErrorCode::registry_unusable) return 3;
    const bool names_it = registry.error().message.find(file.string()) != std::string::npos;
    return names_it ? refused_as_expected : 4;
}

TEST(Registry, KeepsItsLocksWhereTheSameProcessOpensItAgain)
{
    const TemporaryFolder folder;
    const Registry registry = sample_registry(folder / "r.db");
    const auto is_locked = [&] {
        // Only another process is told of this one's locks.
        return exit_status_of_child([&] {
                   const int file = ::open((folder / "r.db").c_str(), O_RDWR);
                   struct flock asked {};
                   asked.l_type = F_WRLCK;
                   asked.l_whence = SEEK_SET;
                   asked.l_start = 0x40000002;  // SQLite's bytes of shared locks
                   asked.l_len = 510;
                   return file >= 0 && fcntl(file, F_GETLK, &asked) == 0 && asked.l_type != F_UNLCK ? 1 : 0;
               }) == 1;
    };
    ASSERT_TRUE(is_locked());
    for (const Opening opening : {Opening::make_if_missing, Opening::existing, Opening::read_only}) {
        value_of(Registry::open(folder / "r.db", opening));
        EXPECT_TRUE(is_locked()) << "else another program takes itself for the last and deletes the write-ahead log";
    }
}

TEST(Registry, SaysThatItsFolderCannotBeWritten)
{
    const TemporaryFolder folder;
    ASSERT_EQ(chmod(folder.path().c_str(), 0555), 0);
    EXPECT_EQ(exit_status_of_child([&] { return open_as_nobody(folder / "new.db"); }), refused_as_expected);
    ASSERT_EQ(chmod(folder.path().c_str(), 0755), 0);
    {
        const Registry registry = sample_registry(folder / "r.db");
    }
    ASSERT_EQ(chmod((folder / "r.db").c_str(), 0444), 0);
    ASSERT_EQ(chmod(folder.path().c_str(), 0555), 0);
    EXPECT_EQ(exit_status_of_child([&] { return open_as_nobody(folder / "r.db"); }), refused_as_expected);
    ASSERT_EQ(chmod(folder.path().c_str(), 0755), 0);
}

Delivery many_patients(int count)
{
    std::string patients = "patient_id\n";
    for (int i = 0; i < count; ++i)
        patients += "Q" + std::to_string(1'000'000 + i) + "\n";
    return test::delivery_of({{RowKind::patient, patients}});
}

TEST(Change, StoresNothingWhenTheDiskIsFull)
{
    const TemporaryFolder folder;
    {
        const Registry registry = sample_registry(folder / "r.db");
    }
    const int status = exit_status_of_child([&] {
        signal(SIGXFSZ, SIG_IGN);
        Registry registry = value_of(Registry::open(folder / "r.db"));
        const Delivery delivery = many_patients(50'000);
        constexpr rlim_t most_bytes = 400'000;
        const rlimit limit{most_bytes, most_bytes};
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
        NewVersions rows;
        for (const PatientRow& row : delivery.patients)
            rows.patients.push_back({&row, 1});
        Change change = value_of(Change::begin(registry, test::provenance_on("2025-03-01")));
        Result<void> stored = change.store_rows(rows);
        const Result<DeliveryNumber> committed = stored ? change.commit() : tl::unexpected<Error>(stored.error());
        if (committed) return 2;
        if (committed.error().code != ErrorCode::registry_unusable) return 3;
        return committed.error().message.find("make room") == std::string::npos ? 4 : refused_as_expected;
    });
    EXPECT_EQ(status, refused_as_expected);
    const Registry registry = value_of(Registry::open(folder / "r.db"));
    EXPECT_EQ(value_of(registry.row_counts()).patients, 3);
    EXPECT_TRUE(value_of(check(registry)).sound());
    EXPECT_TRUE(value_of(audit_verify(registry)).intact());
}

TEST(Change, RefusesRowsOutOfOrder)
{
    const TemporaryFolder folder;
    Registry registry = value_of(Registry::open(folder / "r.db"));
    const Delivery delivery = test::delivery_of({{RowKind::patient, "patient_id\nP2\nP1\n"}});
    NewVersions rows;
    for (const PatientRow& row : delivery.patients)
        rows.patients.push_back({&row, 1});
    Change change = value_of(Change::begin(registry, test::provenance_on("2025-03-01")));
    EXPECT_EQ(change.store_rows(rows).error().code, ErrorCode::internal);
}

TEST(Change, LeavesNothingWhenItIsDropped)
{
    const TemporaryFolder folder;
    Registry registry = value_of(Registry::open(folder / "r.db"));
    const Delivery delivery = test::delivery_of({{RowKind::patient, "patient_id\nP1\n"}});
    {
        NewVersions rows;
        rows.patients.push_back({&delivery.patients[0], 1});
        Change change = value_of(Change::begin(registry, test::provenance_on("2025-03-01")));
        value_of(change.store_rows(rows));
    }
    EXPECT_TRUE(value_of(registry.is_empty()));
    EXPECT_EQ(value_of(registry.row_counts()).deliveries, 0);
    EXPECT_EQ(test::store_as_delivered(registry, delivery, test::provenance_on("2025-03-01")), 1);
}

TEST(Errors, NameTheFileAndTheRemedy)
{
    const auto message = [](int code) {
        return unusable("dir/r.db", SQLite::Exception("what SQLite says", code)).message;
    };
    EXPECT_THAT(message(SQLITE_BUSY), HasSubstr("registry dir/r.db: what SQLite says (SQLite 5): another program"));
    EXPECT_THAT(message(SQLITE_FULL), HasSubstr("make room"));
    EXPECT_THAT(message(SQLITE_READONLY), HasSubstr("--db"));
    EXPECT_THAT(message(SQLITE_CORRUPT), HasSubstr("restore a backup"));
    EXPECT_EQ(unusable("r.db", std::bad_alloc()).code, ErrorCode::registry_unusable);
}

}  // namespace
}  // namespace nodtrack::store
