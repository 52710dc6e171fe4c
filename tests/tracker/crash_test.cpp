#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <random>
#include <thread>

#include "../support/released_judge.hpp"
#include "nodtrack/store/erase.hpp"
#include "nodtrack/tracker/judges.hpp"
#include "nodtrack/tracker/move.hpp"
#include "nodtrack/tracker/policy_adopt.hpp"
#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using test::provenance_on;
using test::TemporaryFolder;
using test::value_of;

/// Patients `prefix`0 … with one scan and two nodules each.
test::Rows many_rows(const std::string& prefix, int patients)
{
    test::Rows rows;
    for (int i = 0; i < patients; ++i) {
        const std::string id = prefix + std::to_string(i);
        rows.patients += id + ",1980-01-01,,,\n";
        rows.scans += id + ",A,2024-01-01,ct,diagnostic,,\n";
        rows.measurements += id + ",A,N1,present,,5.0,,,,\n" + id + ",A,N2,present,,6.0,,,,\n";
    }
    return rows;
}

int ingest_status(const std::filesystem::path& file, const Delivery& delivery)
{
    store::Registry registry = value_of(store::Registry::open(file));
    return ingest(registry, delivery, provenance_on("2025-02-02")) ? 0 : 1;
}

pid_t start_ingest(const std::filesystem::path& file, const Delivery& delivery)
{
    const pid_t child = fork();
    if (child == 0) _exit(ingest_status(file, delivery));
    return child;
}

int status_of(pid_t child)
{
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void copy_registry(const std::filesystem::path& from, const std::filesystem::path& to)
{
    for (const char* ending : {"-wal", "-shm"})
        std::filesystem::remove(to.string() + ending);
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
}

TEST(Crash, LeavesAllOfADeliveryOrNothing)
{
    using Clock = std::chrono::steady_clock;
    constexpr int stored_patients = 20;
    constexpr int delivered_patients = 1000;
    constexpr int kills = 200;
    const TemporaryFolder folder;
    const Delivery first = test::delivery_of_rows(many_rows("P", stored_patients));
    const Delivery second = test::delivery_of_rows(many_rows("Q", delivered_patients));
    ASSERT_EQ(test::exit_status_of_child([&] { return ingest_status(folder / "first.db", first); }), 0);

    copy_registry(folder / "first.db", folder / "r.db");
    const auto begin = Clock::now();
    ASSERT_EQ(status_of(start_ingest(folder / "r.db", second)), 0);
    const auto whole_run = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);

    std::mt19937 random(200);
    std::uniform_int_distribution<std::int64_t> moments(0, whole_run.count() * 5 / 4);
    int nothing = 0;
    int all = 0;
    for (int i = 0; i < kills; ++i) {
        copy_registry(folder / "first.db", folder / "r.db");
        const pid_t child = start_ingest(folder / "r.db", second);
        std::this_thread::sleep_for(std::chrono::microseconds(moments(random)));
        kill(child, SIGKILL);
        status_of(child);

        const store::Registry registry = value_of(store::Registry::open(folder / "r.db"));
        const std::int64_t patients = value_of(registry.row_counts()).patients;
        const std::int64_t measurements = value_of(registry.row_counts()).measurements;
        EXPECT_EQ(measurements, 2 * patients);
        ASSERT_THAT(patients, testing::AnyOf(stored_patients, stored_patients + delivered_patients));
        ++(patients == stored_patients ? nothing : all);
        EXPECT_THAT(value_of(check(registry)).problems, testing::IsEmpty());
        EXPECT_THAT(value_of(audit_verify(registry)).problems, testing::IsEmpty());
    }
    EXPECT_GT(nothing, 0);
    EXPECT_GT(all, 0);
}

/// What undoes mistakes: each begun in a process of its own, which is killed at some moment.
struct Deed {
    const char* name;
    int (*run)(const std::filesystem::path& file);
};

int retract_delivery(const std::filesystem::path& file)
{
    store::Registry registry = value_of(store::Registry::open(file));
    const RetractRequest request{.delivery = 2, .confirm = true};
    return retract(registry, cases::judge(), request, provenance_on("2025-03-01", "in error")) ? 0 : 1;
}

int move_scan(const std::filesystem::path& file)
{
    store::Registry registry = value_of(store::Registry::open(file));
    const MoveRequest request{.row = {RowKind::scan, {"P0", "A"}}, .to = "P1", .scan_id = "B", .confirm = true};
    return move_rows(registry, cases::judge(), request, provenance_on("2025-03-01", "mixed up")) ? 0 : 1;
}

int merge_patients(const std::filesystem::path& file)
{
    store::Registry registry = value_of(store::Registry::open(file));
    const MoveRequest request{.row = {RowKind::patient, {"P0"}}, .to = "P1", .confirm = true};
    return move_rows(registry, cases::judge(), request, provenance_on("2025-03-01", "one person")) ? 0 : 1;
}

int erase_one(const std::filesystem::path& file)
{
    store::Registry registry = value_of(store::Registry::open(file));
    if (!store::erase_patient(registry, "P0", provenance_on("2025-03-01", "by law"))) return 1;
    return store::wipe_free_space(registry) ? 0 : 1;
}

int adopt_another_policy(const std::filesystem::path& file)
{
    store::Registry registry = value_of(store::Registry::open(file));
    const AdoptRequest request{.content = std::string(policy::released_policy_1_0_0_json()), .confirm = true};
    return adopt_policy(registry, request, provenance_on("2025-03-01", "a trial")) ? 0 : 1;
}

/// All that the record says, by which policy it is judged, and how many deliveries there are.
std::string state_of(const std::filesystem::path& file)
{
    store::Registry registry = value_of(store::Registry::open(file));
    EXPECT_THAT(value_of(check(registry)).problems, testing::IsEmpty());
    EXPECT_THAT(value_of(audit_verify(registry)).problems, testing::IsEmpty());
    std::string state = std::to_string(value_of(registry.row_counts()).deliveries);
    state += " " + value_of(Judges::of(registry)).of_registry().policy().version;
    store::PatientReader reader = value_of(store::PatientReader::open(registry));
    PatientRecord record;
    while (value_of(reader.next(record))) {
        state += " " + record.patient.patient_id + ":" + std::to_string(record.scans.size()) + ":" +
                 std::to_string(record.measurements.size());
    }
    return state;
}

TEST(Crash, LeavesAllOfARetractionAMoveAMergeAnErasureAndAnAdoptionOrNothing)
{
    using Clock = std::chrono::steady_clock;
    constexpr int kills = 40;
    const TemporaryFolder folder;
    const Delivery first = test::delivery_of_rows(many_rows("P", 20));
    const Delivery second = test::delivery_of_rows(many_rows("Q", 200));
    ASSERT_EQ(test::exit_status_of_child([&] { return ingest_status(folder / "first.db", first); }), 0);
    ASSERT_EQ(test::exit_status_of_child([&] { return ingest_status(folder / "first.db", second); }), 0);
    std::mt19937 random(7);
    for (const Deed& deed : {Deed{"retract", retract_delivery}, Deed{"move", move_scan}, Deed{"merge", merge_patients},
                             Deed{"erase", erase_one}, Deed{"adopt", adopt_another_policy}}) {
        const auto start = [&] {
            copy_registry(folder / "first.db", folder / "r.db");
            const pid_t child = fork();
            if (child == 0) _exit(deed.run(folder / "r.db"));
            return child;
        };
        copy_registry(folder / "first.db", folder / "r.db");
        const std::string before = state_of(folder / "r.db");
        const auto begin = Clock::now();
        ASSERT_EQ(status_of(start()), 0) << deed.name;
        const auto whole_run = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
        const std::string after = state_of(folder / "r.db");
        ASSERT_NE(before, after) << deed.name;
        std::uniform_int_distribution<std::int64_t> moments(0, whole_run.count() * 5 / 4);
        for (int i = 0; i < kills; ++i) {
            const pid_t child = start();
            std::this_thread::sleep_for(std::chrono::microseconds(moments(random)));
            kill(child, SIGKILL);
            status_of(child);
            ASSERT_THAT(state_of(folder / "r.db"), testing::AnyOf(before, after)) << deed.name;
        }
    }
}

TEST(Writers, WaitForOneAnother)
{
    const TemporaryFolder folder;
    const Delivery first = test::delivery_of_rows(many_rows("P", 3000));
    const Delivery second = test::delivery_of_rows(many_rows("Q", 3000));
    for (int tries = 0; tries < 5; ++tries) {
        const std::filesystem::path file = folder / ("r" + std::to_string(tries) + ".db");
        // Both also make the registry: neither finds one.
        const pid_t one = start_ingest(file, first);
        const pid_t two = start_ingest(file, second);
        EXPECT_EQ(status_of(one), 0);
        EXPECT_EQ(status_of(two), 0);
        const store::Registry registry = value_of(store::Registry::open(file));
        EXPECT_EQ(value_of(registry.row_counts()).patients, 6000);
        EXPECT_EQ(value_of(registry.row_counts()).deliveries, 2);
        EXPECT_TRUE(value_of(audit_verify(registry)).intact());
    }
}

TEST(Writers, OfTheSameRowsStoreThemOnce)
{
    const TemporaryFolder folder;
    const Delivery delivery = test::delivery_of_rows(many_rows("P", 2000));
    const pid_t one = start_ingest(folder / "r.db", delivery);
    const pid_t two = start_ingest(folder / "r.db", delivery);
    EXPECT_EQ(status_of(one), 0);
    EXPECT_EQ(status_of(two), 0);
    const store::Registry registry = value_of(store::Registry::open(folder / "r.db"));
    EXPECT_EQ(value_of(registry.row_counts()).patients, 2000);
    EXPECT_EQ(value_of(registry.row_counts()).deliveries, 1);
}

}  // namespace
}  // namespace nodtrack::tracker
