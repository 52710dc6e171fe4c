#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "nodtrack/response/recist.hpp"

namespace nodtrack::response {
namespace {

Date day(const char* iso)
{
    return *Date::parse(iso);
}

Length mm(double value)
{
    return Length::from_thousandths(std::llround(value * 1000));
}

/// A patient with known metastases, a CT on the first of each month from January on, and therapy from 5 January.
class Metastases {
  public:
    PatientRecord record;

    Metastases()
    {
        record.patient.patient_id = "P1";
        record.patient.known_lung_metastases = KnownLungMetastases::present;
        treat(TherapyKind::systemic, "2026-01-05");
        for (const char* const date : {"2026-01-01", "2026-02-01", "2026-03-01"}) {
            Scan scan;
            scan.scan_id = std::string("CT-") + date;
            scan.scan_date = day(date);
            scan.slice_thickness = mm(1.25);
            record.scans.push_back(scan);
        }
    }

    void treat(TherapyKind kind, const char* start, const std::string& nodule = {})
    {
        Therapy therapy;
        therapy.kind = kind;
        therapy.start_date = day(start);
        therapy.nodule_id = nodule;
        record.therapies.push_back(therapy);
    }

    Findings& at(const std::string& nodule, std::uint32_t scan, double long_axis_mm = -1)
    {
        auto known = std::find(record.nodule_ids.begin(), record.nodule_ids.end(), nodule);
        if (known == record.nodule_ids.end()) known = record.nodule_ids.insert(known, nodule);
        Measurement row;
        row.scan = scan;
        row.nodule = static_cast<std::uint32_t>(known - record.nodule_ids.begin());
        if (long_axis_mm >= 0) row.findings.long_axis = mm(long_axis_mm);
        record.measurements.push_back(row);
        return record.measurements.back().findings;
    }

    Result<RecistAnswer> ask(RecistQuestion question = {}) const
    {
        question.as_of = day("2026-11-30");
        return recist(record, question);
    }

    /// The overall responses behind the baseline.
    std::string responses(const RecistQuestion& question = {}) const
    {
        const auto answer = ask(question);
        if (!answer) return answer.error().message;
        std::string text;
        for (const TimePoint& point : answer->points) {
            if (point.overall) text += (text.empty() ? "" : " ") + std::string(term(*point.overall));
        }
        return text;
    }
};

TEST(Recist, FollowsTheTwoLargestMeasurableLesionsFromTheLastCtBeforeTherapy)
{
    Metastases patient;
    for (const auto& [id, sizes] : {std::pair{"N1", std::array{20.0, 13.0, 12.0}},
                                    {"N2", std::array{15.0, 11.0, 17.0}},
                                    {"N3", std::array{12.0, 30.0, 30.0}},
                                    {"N4", std::array{9.9, 9.9, 9.9}}}) {
        for (std::uint32_t scan = 0; scan < 3; ++scan)
            patient.at(id, scan, sizes[scan]);
    }
    const auto answer = patient.ask();
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->targets, (std::vector<std::string>{"N1", "N2"}));
    EXPECT_EQ(answer->non_targets, (std::vector<std::string>{"N3", "N4"}));
    EXPECT_EQ(answer->points.front().date, day("2026-01-01"));
    EXPECT_EQ(answer->points[1].sum.sum, mm(24));
    EXPECT_EQ(answer->points[2].nadir, mm(24));
    EXPECT_EQ(patient.responses(), "PR PD") << "24 of 35 mm; then 29 of 24 mm";
}

TEST(Recist, TakesTargetsThatAreNamedAndRefusesThoseTooSmallToMeasure)
{
    Metastases patient;
    patient.at("N1", 0, 10);
    patient.at("N2", 0, 9.999);
    RecistQuestion question;
    question.targets = {"N1"};
    EXPECT_TRUE(patient.ask(question));
    question.targets = {"N2"};
    EXPECT_NE(patient.responses(question).find("N2 is no measurable lesion"), std::string::npos);
    // Slices above 5 mm ask for twice their thickness.
    question.targets = {"N1"};
    patient.record.scans[0].slice_thickness = mm(5);
    EXPECT_TRUE(patient.ask(question));
    patient.record.scans[0].slice_thickness = mm(5.001);
    EXPECT_FALSE(patient.ask(question));
    patient.record.scans[0].slice_thickness.reset();
    const auto unknown = patient.ask(question);
    ASSERT_TRUE(unknown);
    EXPECT_FALSE(unknown->notes.empty()) << "an unknown thickness is said";
}

TEST(Recist, NeverTakesWhatIsNotReportedForGone)
{
    Metastases patient;
    patient.at("N1", 0, 20);
    patient.at("N2", 0, 20);
    patient.at("N1", 1).status = Status::resolved;
    patient.at("N1", 2).status = Status::resolved;
    patient.at("N2", 2).status = Status::not_assessed;
    EXPECT_EQ(patient.responses(), "NE NE");
    patient.record.measurements.back().findings.status = Status::resolved;
    EXPECT_EQ(patient.responses(), "NE CR");
}

TEST(Recist, CountsATargetThatIsThereWithoutASizeAsFiveMillimetres)
{
    Metastases patient;
    patient.at("N1", 0, 20);
    patient.at("N1", 1);
    const auto answer = patient.ask();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->points[1].sum.sum, mm(5));
    EXPECT_TRUE(answer->points[1].targets[0].too_small);
    EXPECT_EQ(answer->points[1].overall, Response::pr);
}

TEST(Recist, ANewLesionIsProgressUnlessAPersonSaysItIsNone)
{
    Metastases patient;
    for (std::uint32_t scan = 0; scan < 3; ++scan)
        patient.at("N1", scan, 20);
    patient.at("N2", 1, 3).status = Status::newly_seen;
    EXPECT_EQ(patient.responses(), "PD PD") << "once new, it stays so";
    RecistQuestion question;
    question.not_new = {"N2"};
    EXPECT_EQ(patient.responses(question), "SD SD");
    question.not_new = {"N7"};
    EXPECT_NE(patient.responses(question).find("no nodule 'N7'"), std::string::npos);
    patient.record.events.push_back({"N2", EventKind::not_a_nodule, day("2026-02-02"), ""});
    EXPECT_EQ(patient.responses(), "SD SD");
}

TEST(Recist, TakesProgressionOfNonTargetLesionsFromPeopleAlone)
{
    Metastases patient;
    for (std::uint32_t scan = 0; scan < 3; ++scan) {
        patient.at("N1", scan, 20);
        patient.at("N2", scan, scan == 0 ? 6 : 30);
    }
    EXPECT_EQ(patient.responses(), "SD SD");
    RecistQuestion question;
    question.progression_on = {day("2026-03-01")};
    EXPECT_EQ(patient.responses(question), "SD PD");
    question.progression_on = {day("2026-03-02")};
    EXPECT_NE(patient.responses(question).find("no diagnostic CT after the baseline on 2026-03-02"), std::string::npos);
}

TEST(Recist, ALesionTreatedByItselfIsNotEvaluableFromThenOn)
{
    Metastases patient;
    for (std::uint32_t scan = 0; scan < 3; ++scan)
        patient.at("N1", scan, scan == 2 ? 2 : 20);
    patient.treat(TherapyKind::ablation, "2026-02-10", "N1");
    EXPECT_EQ(patient.responses(), "SD NE");
}

TEST(Recist, IsAskedOfKnownMetastasesAndWithABaselineAlone)
{
    Metastases patient;
    patient.at("N1", 0, 20);
    patient.record.patient.known_lung_metastases = KnownLungMetastases::none;
    EXPECT_NE(patient.responses().find("no lung metastasis is known"), std::string::npos);
    patient.record.patient.known_lung_metastases.reset();
    EXPECT_FALSE(patient.ask()) << "not known is not present";
    patient.record.events.push_back({"N1", EventKind::pathology_malignant, day("2026-01-02"), ""});
    EXPECT_TRUE(patient.ask());
    patient.record.therapies.clear();
    EXPECT_NE(patient.responses().find("name the day of its CT"), std::string::npos);
    RecistQuestion question;
    question.baseline = day("2026-01-01");
    EXPECT_TRUE(patient.ask(question));
    question.baseline = day("2026-01-02");
    EXPECT_NE(patient.responses(question).find("has no diagnostic CT on 2026-01-02"), std::string::npos);
}

TEST(Recist, OfADayWithSeveralCtsTakesTheThinnestSlices)
{
    Metastases patient;
    Scan thick = patient.record.scans[0];
    thick.scan_id = "A-thick";
    thick.slice_thickness = mm(5);
    patient.record.scans.push_back(thick);
    patient.at("N1", 3, 26);
    patient.at("N1", 0, 20);
    const auto answer = patient.ask();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->points[0].sum.sum, mm(20));
    EXPECT_EQ(answer->points[0].scan_id, "CT-2026-01-01");
}

}  // namespace
}  // namespace nodtrack::response
