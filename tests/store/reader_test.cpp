#include "nodtrack/store/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"

namespace nodtrack::store {
namespace {

using test::delivery_of;
using test::provenance_on;
using test::sample_record;
using test::sample_registry;
using test::store_as_delivered;
using test::TemporaryFolder;
using test::value_of;
using ::testing::ElementsAre;

std::vector<std::string> ids_of_all(PatientReader reader)
{
    std::vector<std::string> ids;
    PatientRecord record;
    while (value_of(reader.next(record)))
        ids.push_back(record.patient.patient_id);
    return ids;
}

TEST(PatientReader, GivesEveryValueBackAsItWasStored)
{
    const TemporaryFolder folder;
    const Registry registry = sample_registry(folder / "r.db");
    const Delivery delivery = delivery_of(sample_record());
    const PatientRecord record = value_of(read_patient(registry, "P1"));

    EXPECT_EQ(record.patient, delivery.patients[0].patient);
    ASSERT_EQ(record.scans.size(), 2U);
    EXPECT_EQ(record.scans[0], delivery.scans[0].scan);
    EXPECT_EQ(record.scans[1], delivery.scans[1].scan);
    EXPECT_THAT(record.nodule_ids, ElementsAre("N1", "N2"));
    ASSERT_EQ(record.measurements.size(), 4U);
    for (std::size_t i = 0; i < record.measurements.size(); ++i) {
        const Measurement& row = record.measurements[i];
        EXPECT_EQ(row.findings, delivery.measurements[i].findings) << i;
        EXPECT_EQ(record.scans[row.scan].scan_id, delivery.measurements[i].scan_id);
        EXPECT_EQ(record.nodule_ids[row.nodule], delivery.measurements[i].nodule_id);
    }
    EXPECT_THAT(record.therapies, ElementsAre(delivery.therapies[1].therapy, delivery.therapies[0].therapy));
    EXPECT_THAT(record.events, ElementsAre(delivery.events[1].event, delivery.events[0].event));
}

TEST(PatientReader, GoesThroughAllPatientsInOrderOfTheirIds)
{
    const TemporaryFolder folder;
    const Registry registry = sample_registry(folder / "r.db");
    EXPECT_THAT(ids_of_all(value_of(PatientReader::open(registry))), ElementsAre("P1", "P2", "P3"));
}

TEST(PatientReader, LeavesNothingOfTheLastPatientInTheNextOne)
{
    const TemporaryFolder folder;
    const Registry registry = sample_registry(folder / "r.db");
    PatientReader reader = value_of(PatientReader::open(registry));
    PatientRecord record;
    ASSERT_TRUE(value_of(reader.next(record)));
    ASSERT_TRUE(value_of(reader.next(record)));
    const PatientRecord alone = value_of(read_patient(registry, "P2"));
    EXPECT_EQ(record.patient, alone.patient);
    EXPECT_EQ(record.scans, alone.scans);
    EXPECT_EQ(record.nodule_ids, alone.nodule_ids);
    EXPECT_EQ(record.measurements.size(), 1U);
    EXPECT_EQ(record.measurements[0].findings, alone.measurements[0].findings);
    EXPECT_TRUE(record.therapies.empty());
    EXPECT_TRUE(record.events.empty());
}

TEST(PatientReader, FindsPatientsInAnyOrder)
{
    const TemporaryFolder folder;
    Registry registry = value_of(Registry::open(folder / "r.db"));
    std::string patients = "patient_id\n";
    std::string scans = "patient_id,scan_id,scan_date,modality,purpose\n";
    for (int i = 100; i < 400; ++i) {
        patients += "P" + std::to_string(i) + "\n";
        scans += "P" + std::to_string(i) + ",S" + std::to_string(i) + ",2024-01-01,ct,diagnostic\n";
    }
    store_as_delivered(registry, delivery_of({{RowKind::patient, patients}, {RowKind::scan, scans}}),
                       provenance_on("2024-02-01"));
    PatientReader reader = value_of(PatientReader::open(registry));
    PatientRecord record;
    for (const int number : {100, 101, 399, 250, 250, 251, 255, 300, 120, 119}) {
        ASSERT_TRUE(value_of(reader.find("P" + std::to_string(number), record))) << number;
        ASSERT_EQ(record.scans.size(), 1U) << number;
        EXPECT_EQ(record.scans[0].scan_id, "S" + std::to_string(number));
    }
    EXPECT_FALSE(value_of(reader.find("P2000", record)));
    EXPECT_FALSE(value_of(reader.find("A", record)));
    EXPECT_FALSE(value_of(reader.find("Z", record)));
    ASSERT_TRUE(value_of(reader.find("P200", record)));
    ASSERT_TRUE(value_of(reader.next(record)));
    EXPECT_EQ(record.patient.patient_id, "P201");
}

TEST(PatientReader, SaysThatAPatientIsNotRecorded)
{
    const TemporaryFolder folder;
    const Registry registry = sample_registry(folder / "r.db");
    EXPECT_EQ(read_patient(registry, "P9").error().code, ErrorCode::not_found);
    EXPECT_EQ(read_patient(registry, "P1", test::day("2025-01-31")).error().code, ErrorCode::not_found);
    EXPECT_TRUE(read_patient(registry, "P1", test::day("2025-02-01")).has_value());
}

TEST(PatientReader, KeepsItsViewWhileOthersWrite)
{
    const TemporaryFolder folder;
    Registry registry = sample_registry(folder / "r.db");
    PatientReader reader = value_of(PatientReader::open(registry));
    store_as_delivered(registry, delivery_of({{RowKind::patient, "patient_id\nP0\nP4\n"}}),
                       provenance_on("2025-03-01"));
    EXPECT_THAT(ids_of_all(std::move(reader)), ElementsAre("P1", "P2", "P3"));
    EXPECT_THAT(ids_of_all(value_of(PatientReader::open(registry))), ElementsAre("P0", "P1", "P2", "P3", "P4"));
}

TEST(PatientReader, SeesWhatWasKnownOnADay)
{
    const TemporaryFolder folder;
    Registry registry = sample_registry(folder / "r.db");
    const auto store_version = [&](std::string_view on, Version version, std::string_view size) {
        const Delivery delivery =
            delivery_of({{RowKind::measurement, "patient_id,scan_id,nodule_id,status,long_axis_mm\nP1,B,N1,present," +
                                                    std::string(size) + "\n"}});
        Change change = value_of(Change::begin(registry, provenance_on(on)));
        NewVersions rows;
        rows.measurements.push_back({&delivery.measurements[0], version});
        value_of(change.store_rows(rows));
        value_of(change.commit());
    };
    store_version("2025-03-01", 2, "6.5");
    store_version("2025-04-01", 3, "7.5");

    const auto size_known = [&](std::optional<Date> known_on) {
        return value_of(read_patient(registry, "P1", known_on)).measurements[2].findings.long_axis;
    };
    EXPECT_EQ(size_known(test::day("2025-02-28")), Length::from_thousandths(5900));
    EXPECT_EQ(size_known(test::day("2025-03-01")), Length::from_thousandths(6500));
    EXPECT_EQ(size_known(test::day("2025-03-31")), Length::from_thousandths(6500));
    EXPECT_EQ(size_known(test::day("2025-04-01")), Length::from_thousandths(7500));
    EXPECT_EQ(size_known(std::nullopt), Length::from_thousandths(7500));
    EXPECT_EQ(value_of(read_patient(registry, "P1")).measurements.size(), 4U);
    EXPECT_THAT(ids_of_all(value_of(PatientReader::open(registry, test::day("2025-01-31")))), ElementsAre());
}

TEST(PatientReader, HasReadEveryVersionOfAPatientWhenItGoesOn)
{
    const TemporaryFolder folder;
    Registry registry = sample_registry(folder / "r.db");
    const Delivery delivery = delivery_of({{RowKind::patient, "patient_id,sex\nP2,male\n"},
                                           {RowKind::therapy,
                                            "patient_id,kind,start_date,end_date\n"
                                            "P1,systemic,2024-07-01,2024-08-01\n"}});
    Change change = value_of(Change::begin(registry, provenance_on("2025-03-01")));
    NewVersions rows;
    rows.patients.push_back({&delivery.patients[0], 2});
    rows.therapies.push_back({&delivery.therapies[0], 2});
    value_of(change.store_rows(rows));
    value_of(change.commit());

    PatientReader reader = value_of(PatientReader::open(registry));
    PatientRecord record;
    ASSERT_TRUE(value_of(reader.next(record)));
    ASSERT_EQ(record.therapies.size(), 2U);
    EXPECT_EQ(record.therapies[1].end_date, test::day("2024-08-01"));
    EXPECT_THAT(reader.versions().therapies, ElementsAre(1U, 2U));
    ASSERT_TRUE(value_of(reader.next(record)));
    EXPECT_EQ(record.patient.sex, Sex::male);
    EXPECT_EQ(reader.versions().patients.front(), 2U);
    ASSERT_TRUE(value_of(reader.next(record)));
    EXPECT_EQ(record.patient.patient_id, "P3");
    EXPECT_FALSE(value_of(reader.next(record)));
}

TEST(PatientReader, SeesLaterWritesOnlyOnceItsViewIsRenewed)
{
    TemporaryFolder folder;
    store::Registry registry = sample_registry(folder / "r.db");
    store::PatientReader reader = value_of(store::PatientReader::open(registry));
    PatientRecord record;
    ASSERT_TRUE(value_of(reader.find("P1", record)));
    const Delivery delivery = delivery_of({{RowKind::patient, "patient_id,sex\nP9,male\n"}});
    const store::DeliveryNumber stored = store_as_delivered(registry, delivery, provenance_on("2025-03-01"));
    EXPECT_FALSE(value_of(reader.find("P9", record)));
    EXPECT_EQ(value_of(reader.renew()), stored);
    EXPECT_TRUE(value_of(reader.find("P9", record)));
    EXPECT_TRUE(value_of(reader.find("P1", record))) << "also behind where it stood";
}

TEST(PatientReader, OpenedAgainOnTheSameRegistryHasAViewOfItsOwn)
{
    TemporaryFolder folder;
    store::Registry registry = sample_registry(folder / "r.db");
    PatientRecord record;
    {
        store::PatientReader reader = value_of(store::PatientReader::open(registry));
        ASSERT_TRUE(value_of(reader.next(record)));
        ASSERT_TRUE(value_of(reader.next(record)));
    }
    store_as_delivered(registry, delivery_of({{RowKind::patient, "patient_id,sex\nP9,male\n"}}),
                       provenance_on("2025-03-01"));
    store::PatientReader first = value_of(store::PatientReader::open(registry));
    store::PatientReader second = value_of(store::PatientReader::open(registry));
    ASSERT_TRUE(value_of(first.next(record)));
    EXPECT_EQ(record.patient.patient_id, "P1") << "it begins at the beginning";
    EXPECT_TRUE(value_of(first.find("P9", record)));
    ASSERT_TRUE(value_of(second.next(record)));
    EXPECT_EQ(record.patient.patient_id, "P1");
}

TEST(PatientReader, MayOutliveItsRegistry)
{
    TemporaryFolder folder;
    std::optional<store::PatientReader> reader;
    {
        const store::Registry registry = sample_registry(folder / "r.db");
        reader.emplace(value_of(store::PatientReader::open(registry)));
    }
    PatientRecord record;
    EXPECT_TRUE(value_of(reader->next(record)));
}

}  // namespace
}  // namespace nodtrack::store
