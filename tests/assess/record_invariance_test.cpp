// What must not matter to a judgement: the order of rows, what is dated after the as-of day, the patient's id, and
// whether it was judged before. Over generated patients.

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "../support/generated_patients.hpp"
#include "../support/outcome.hpp"
#include "../support/released_judge.hpp"

namespace nodtrack {
namespace {

using cases::Chance;
using cases::judge;

constexpr std::uint64_t seed = 20260615;
constexpr std::size_t how_many = 4000;

const std::vector<PatientRecord>& patients()
{
    static const auto all = cases::generated_patients(seed, how_many);
    return all;
}

std::string outcome(const PatientRecord& record)
{
    return cases::whole_outcome(judge(), record, cases::generated_as_of());
}

/// A random order of `count` things: the new place of each.
std::vector<std::uint32_t> shuffled_places(std::size_t count, Chance& chance)
{
    std::vector<std::uint32_t> places(count);
    std::iota(places.begin(), places.end(), 0U);
    for (std::size_t i = count; i > 1; --i) {
        std::swap(places[i - 1], places[chance.below(static_cast<std::uint32_t>(i))]);
    }
    return places;
}

template <class Value>
std::vector<Value> at_places(const std::vector<Value>& values, const std::vector<std::uint32_t>& places)
{
    std::vector<Value> moved(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        moved[places[i]] = values[i];
    return moved;
}

PatientRecord shuffled(const PatientRecord& record, Chance& chance)
{
    PatientRecord other = record;
    const auto scans = shuffled_places(record.scans.size(), chance);
    const auto nodules = shuffled_places(record.nodule_ids.size(), chance);
    other.scans = at_places(record.scans, scans);
    other.nodule_ids = at_places(record.nodule_ids, nodules);
    other.measurements = at_places(record.measurements, shuffled_places(record.measurements.size(), chance));
    for (Measurement& row : other.measurements) {
        row.scan = scans[row.scan];
        row.nodule = nodules[row.nodule];
    }
    other.therapies = at_places(record.therapies, shuffled_places(record.therapies.size(), chance));
    other.events = at_places(record.events, shuffled_places(record.events.size(), chance));
    other.visits = at_places(record.visits, shuffled_places(record.visits.size(), chance));
    other.decisions = at_places(record.decisions, shuffled_places(record.decisions.size(), chance));
    return other;
}

TEST(RecordInvariance, TheGeneratorReachesEveryRuleAndIsTheSameEverywhere)
{
    std::string all;
    for (const PatientRecord& record : patients())
        all += outcome(record);
    for (const auto& rule : judge().policy().nodule_rules) {
        EXPECT_NE(all.find(" " + rule.id), std::string::npos) << rule.id;
    }
    for (const auto& rule : judge().policy().recommendations) {
        EXPECT_NE(all.find(rule.id + "\n"), std::string::npos) << rule.id;
    }
    EXPECT_EQ(Chance(1).bits(), 0x910a2dec89025cc1U);
}

TEST(RecordInvariance, TheOrderOfRowsNeverMatters)
{
    Chance chance(seed);
    for (const PatientRecord& record : patients()) {
        ASSERT_EQ(outcome(shuffled(record, chance)), outcome(record)) << record.patient.patient_id;
    }
}

TEST(RecordInvariance, JudgingTwiceGivesTheSame)
{
    const auto again = assess::Judge::released();
    for (const PatientRecord& record : patients()) {
        const std::string first = outcome(record);
        ASSERT_EQ(outcome(record), first) << record.patient.patient_id;
        ASSERT_EQ(cases::whole_outcome(again, record, cases::generated_as_of()), first) << record.patient.patient_id;
    }
}

TEST(RecordInvariance, TheDetailOfTheTrailDoesNotChangeTheJudgement)
{
    for (const PatientRecord& record : patients()) {
        const auto all = judge().assess(record, cases::generated_as_of(), assess::Detail::all);
        const auto fired = judge().assess(record, cases::generated_as_of(), assess::Detail::fired);
        ASSERT_EQ(cases::whole_outcome(judge(), record, all), outcome(record)) << record.patient.patient_id;
        ASSERT_EQ(cases::whole_outcome(judge(), record, fired), outcome(record)) << record.patient.patient_id;
        ASSERT_GE(all.trail.size(), fired.trail.size());
    }
}

/// The record as it could have been written down on the day: without rows of later dates.
PatientRecord known_on(const PatientRecord& record, Date day)
{
    PatientRecord known = record;
    std::vector<std::uint32_t> place(record.scans.size());
    known.scans.clear();
    for (std::size_t i = 0; i < record.scans.size(); ++i) {
        if (record.scans[i].scan_date > day) continue;
        place[i] = static_cast<std::uint32_t>(known.scans.size());
        known.scans.push_back(record.scans[i]);
    }
    std::erase_if(known.measurements, [&](const Measurement& row) { return record.scans[row.scan].scan_date > day; });
    for (Measurement& row : known.measurements)
        row.scan = place[row.scan];
    std::erase_if(known.therapies, [&](const Therapy& therapy) { return therapy.start_date > day; });
    std::erase_if(known.events, [&](const NoduleEvent& event) { return event.date > day; });
    std::erase_if(known.visits, [&](const Visit& visit) { return visit.visit_date > day; });
    std::erase_if(known.decisions, [&](const Decision& decision) { return decision.decided_on > day; });
    return known;
}

TEST(RecordInvariance, RowsDatedAfterTheAsOfDayNeverMatter)
{
    for (const PatientRecord& record : patients()) {
        for (const int days : {-365, -85, -1, 0, 30}) {
            const Date day = add_days(cases::day_zero(), days);
            ASSERT_EQ(cases::whole_outcome(judge(), known_on(record, day), day),
                      cases::whole_outcome(judge(), record, day))
                << record.patient.patient_id << " as of " << day.iso();
        }
    }
}

TEST(RecordInvariance, ThePatientsIdDoesNotMatter)
{
    for (const PatientRecord& record : patients()) {
        PatientRecord renamed = record;
        renamed.patient.patient_id = "another name for " + record.patient.patient_id;
        ASSERT_EQ(outcome(renamed), outcome(record));
    }
}

TEST(RecordInvariance, FieldsThatNoCriterionNamesDoNotMatter)
{
    for (const PatientRecord& record : patients()) {
        PatientRecord other = record;
        other.patient.birth_date = Date::parse("1950-02-03");
        other.patient.sex = Sex::female;
        for (Scan& scan : other.scans)
            scan.dlp = DoseLengthProduct::whole(120);
        for (Measurement& row : other.measurements) {
            row.findings.position_x = Length::whole(10);
            row.findings.mean_attenuation = Attenuation_HU::whole(-20);
            row.findings.reader = "R7";
        }
        for (Visit& visit : other.visits) {
            visit.kind = VisitKind::phone;
            visit.note = "told by phone";
        }
        for (Decision& decision : other.decisions) {
            decision.decided_by += " and others";
            decision.next_step = NextStep::biopsy;
            decision.reason = "as discussed";
        }
        ASSERT_EQ(outcome(other), outcome(record)) << record.patient.patient_id;
    }
}

}  // namespace
}  // namespace nodtrack
