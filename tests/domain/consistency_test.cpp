#include "nodtrack/domain/consistency.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace nodtrack {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Length mm(std::int64_t thousandths)
{
    return Length::from_thousandths(thousandths);
}
Volume mm3(std::int64_t thousandths)
{
    return Volume::from_thousandths(thousandths);
}
Date day(std::string_view iso)
{
    return *Date::parse(iso);
}

struct FindingsCase {
    const char* claim;
    std::function<void(Findings&)> set;
    const char* column;   ///< empty: no problem
    const char* message;  ///< a part of it
};

TEST(ProblemsOfFindings, AreThoseOfTheDecisionTable)
{
    const std::vector<FindingsCase> cases = {
        {"nothing known", [](Findings&) {}, "", ""},
        {"short below long", [](Findings& f) { f.long_axis = mm(5000), f.short_axis = mm(4999); }, "", ""},
        {"short equals long", [](Findings& f) { f.long_axis = f.short_axis = mm(5000); }, "", ""},
        {"short a micrometre longer", [](Findings& f) { f.long_axis = mm(5000), f.short_axis = mm(5001); },
         "short_axis_mm", "longer than the long axis of 5.0; give the longer diameter as long_axis_mm"},
        {"short without long", [](Findings& f) { f.short_axis = mm(5000); }, "", ""},
        {"long of zero", [](Findings& f) { f.long_axis = mm(0); }, "long_axis_mm", "leave it empty if unknown"},
        {"long below zero", [](Findings& f) { f.long_axis = mm(-999'000); }, "long_axis_mm", "-999.0 is no size"},
        {"long of a micrometre", [](Findings& f) { f.long_axis = mm(1); }, "", ""},
        {"long as a lung", [](Findings& f) { f.long_axis = mm(500'000); }, "", ""},
        {"longer than a lung", [](Findings& f) { f.long_axis = mm(500'001); }, "long_axis_mm", "in millimetres"},
        {"short of zero", [](Findings& f) { f.short_axis = mm(0); }, "short_axis_mm", "above 0"},
        {"volume of zero", [](Findings& f) { f.volume = mm3(0); }, "volume_mm3", "above 0"},
        {"solid component of zero", [](Findings& f) { f.solid_component = mm(0); }, "solid_component_mm", "above 0"},
        {"solid component shorter than long", [](Findings& f) { f.long_axis = mm(5000), f.solid_component = mm(4999); },
         "", ""},
        {"solid component as long as long", [](Findings& f) { f.long_axis = f.solid_component = mm(5000); }, "", ""},
        {"solid component longer than long", [](Findings& f) { f.long_axis = mm(5000), f.solid_component = mm(5001); },
         "solid_component_mm", "longer than the long axis of 5.0"},
        {"side of its lobe", [](Findings& f) { f.side = Side::left, f.lobe = Lobe::lingula; }, "", ""},
        {"side against its lobe", [](Findings& f) { f.side = Side::right, f.lobe = Lobe::lul; }, "lobe",
         "lul lies in the left lung, and the side says right; correct one of the two"},
        {"left against its lobe", [](Findings& f) { f.side = Side::left, f.lobe = Lobe::rml; }, "lobe", "right lung"},
        {"lobe without side", [](Findings& f) { f.lobe = Lobe::lul; }, "", ""},
        {"resolved without size", [](Findings& f) { f.status = Status::resolved; }, "", ""},
        {"resolved with a long axis", [](Findings& f) { f.status = Status::resolved, f.long_axis = mm(8200); },
         "long_axis_mm", "8.2 is a size, and the status says resolved"},
        {"resolved with a volume", [](Findings& f) { f.status = Status::resolved, f.volume = mm3(100'000); },
         "volume_mm3", "resolved"},
        {"not assessed with a long axis", [](Findings& f) { f.status = Status::not_assessed, f.long_axis = mm(8200); },
         "", ""},
        {"SUV of zero", [](Findings& f) { f.suv_max = Suv(); }, "", ""},
        {"SUV below zero", [](Findings& f) { f.suv_max = Suv::from_thousandths(-1); }, "suv_max", "below 0"},
        // Twice the sphere of 10 mm: pi/3 * 1000 = 1047.1975…
        {"volume just under twice the sphere", [](Findings& f) { f.long_axis = mm(10'000), f.volume = mm3(1'047'197); },
         "", ""},
        {"volume just over twice the sphere", [](Findings& f) { f.long_axis = mm(10'000), f.volume = mm3(1'047'198); },
         "volume_mm3", "more than twice the sphere of the long axis of 10.0 mm (at most 1047.197)"},
        // A twentieth of the ellipsoid of 10 by 8 mm: pi/6 * 640 / 20 = 16.7551…
        {"volume just over a twentieth of the ellipsoid",
         [](Findings& f) { f.long_axis = mm(10'000), f.short_axis = mm(8000), f.volume = mm3(16'756); }, "", ""},
        {"volume just under a twentieth of the ellipsoid",
         [](Findings& f) { f.long_axis = mm(10'000), f.short_axis = mm(8000), f.volume = mm3(16'755); }, "volume_mm3",
         "less than a twentieth of the ellipsoid of the axes of 10.0 and 8.0 mm (at least 16.756)"},
        {"cubic centimetres", [](Findings& f) { f.long_axis = mm(8000), f.short_axis = mm(7000), f.volume = mm3(268); },
         "volume_mm3", "correct the volume (cubic millimetres)"},
        {"a small volume without short axis", [](Findings& f) { f.long_axis = mm(10'000), f.volume = mm3(1000); }, "",
         ""},
        {"volume without long", [](Findings& f) { f.volume = mm3(1'000'000'000); }, "", ""},
        {"position below zero", [](Findings& f) { f.position_x = mm(-200'000); }, "", ""},
    };
    for (const FindingsCase& c : cases) {
        Findings findings;
        c.set(findings);
        const std::vector<RowProblem> problems = problems_of(findings);
        if (*c.column == '\0') {
            EXPECT_THAT(problems, IsEmpty()) << c.claim;
            continue;
        }
        ASSERT_EQ(problems.size(), 1U) << c.claim;
        EXPECT_EQ(problems[0].column, c.column) << c.claim;
        EXPECT_THAT(problems[0].message, HasSubstr(c.message)) << c.claim;
    }
}

TEST(ProblemsOfFindings, AreAllReported)
{
    Findings findings;
    findings.long_axis = mm(0);
    findings.short_axis = mm(5000);
    findings.volume = mm3(-1);
    findings.suv_max = Suv::from_thousandths(-1);
    EXPECT_EQ(problems_of(findings).size(), 4U);
}

TEST(ProblemsOfAScan, AreAVoltageOfNothing)
{
    Scan scan;
    for (const int thousandths : {-1, 0, 1}) {
        scan.tube_voltage = TubeVoltage::from_thousandths(thousandths);
        EXPECT_EQ(problems_of(scan).empty(), thousandths > 0) << thousandths;
    }
}

TEST(ProblemsOfAScan, AreAThicknessOfNothingAndADoseBelowZero)
{
    Scan scan;
    EXPECT_THAT(problems_of(scan), IsEmpty());
    scan.slice_thickness = mm(0);
    scan.dlp = DoseLengthProduct::from_thousandths(-1);
    const std::vector<RowProblem> problems = problems_of(scan);
    ASSERT_EQ(problems.size(), 2U);
    EXPECT_EQ(problems[0].column, "slice_thickness_mm");
    EXPECT_EQ(problems[1].column, "dlp_mgy_cm");
    scan.dlp = DoseLengthProduct();
    scan.slice_thickness = mm(1);
    EXPECT_THAT(problems_of(scan), IsEmpty());
}

/// A patient without a contradiction, born 2000-01-01, with a scan, a nodule, a therapy and an event.
PatientRecord clean_record()
{
    PatientRecord record;
    record.patient.patient_id = "P1";
    record.patient.birth_date = day("2000-01-01");
    record.patient.resection_date = day("2030-01-01");
    record.patient.curative_treatment_completed_on = day("2030-01-01");
    record.scans.emplace_back();
    record.scans[0].scan_id = "S1";
    record.scans[0].scan_date = day("2024-01-01");
    record.nodule_ids = {"N1"};
    record.measurements.push_back({0, 0, Findings{}});
    record.therapies.push_back({TherapyKind::sbrt, day("2024-02-01"), day("2030-01-01"), "N1"});
    record.events.push_back({"N1", EventKind::board_baseline, day("2024-03-01"), ""});
    return record;
}

const Date ingested = *Date::parse("2024-06-01");

struct RecordCase {
    const char* claim;
    std::function<void(PatientRecord&)> set;
    RowKind kind;
    const char* column;  ///< empty: no problem
    const char* message;
};

TEST(ProblemsOfARecord, AreThoseOfTheDecisionTable)
{
    const char* before_birth = "before the date of birth, 2000-01-01";
    const char* ahead = "after the day of ingest, 2024-06-01";
    const std::vector<RecordCase> cases = {
        {"clean", [](PatientRecord&) {}, RowKind::patient, "", ""},
        {"birth on the day of ingest, nothing else", [](PatientRecord& r) { r = {}, r.patient.birth_date = ingested; },
         RowKind::patient, "", ""},
        {"birth after it", [](PatientRecord& r) { r = {}, r.patient.birth_date = add_days(ingested, 1); },
         RowKind::patient, "birth_date", ahead},
        {"resected before birth", [](PatientRecord& r) { r.patient.resection_date = day("1999-12-31"); },
         RowKind::patient, "resection_date", before_birth},
        {"resected on the day of birth", [](PatientRecord& r) { r.patient.resection_date = day("2000-01-01"); },
         RowKind::patient, "", ""},
        {"treated before birth",
         [](PatientRecord& r) { r.patient.curative_treatment_completed_on = day("1999-12-31"); }, RowKind::patient,
         "curative_treatment_completed_on", before_birth},
        {"metastases before birth",
         [](PatientRecord& r) { r.patient.lung_metastases_diagnosed_on = day("1999-12-31"); }, RowKind::patient,
         "lung_metastases_diagnosed_on", before_birth},
        {"scanned before birth", [](PatientRecord& r) { r.scans[0].scan_date = day("1999-12-31"); }, RowKind::scan,
         "scan_date", before_birth},
        {"scanned on the day of ingest", [](PatientRecord& r) { r.scans[0].scan_date = ingested; }, RowKind::scan, "",
         ""},
        {"scanned after it", [](PatientRecord& r) { r.scans[0].scan_date = add_days(ingested, 1); }, RowKind::scan,
         "scan_date", ahead},
        {"therapy before birth", [](PatientRecord& r) { r.therapies[0].start_date = day("1999-12-31"); },
         RowKind::therapy, "start_date", before_birth},
        {"therapy after the day of ingest", [](PatientRecord& r) { r.therapies[0].start_date = add_days(ingested, 1); },
         RowKind::therapy, "start_date", ahead},
        {"therapy ends before it starts", [](PatientRecord& r) { r.therapies[0].end_date = day("2024-01-31"); },
         RowKind::therapy, "end_date", "before the start of the therapy on 2024-02-01"},
        {"therapy of one day", [](PatientRecord& r) { r.therapies[0].end_date = day("2024-02-01"); }, RowKind::therapy,
         "", ""},
        {"therapy of a nodule without rows", [](PatientRecord& r) { r.therapies[0].nodule_id = "N2"; },
         RowKind::therapy, "nodule_id", "no row of measurements"},
        {"therapy of no nodule", [](PatientRecord& r) { r.therapies[0].nodule_id.clear(); }, RowKind::therapy, "", ""},
        {"event before birth", [](PatientRecord& r) { r.events[0].date = day("1999-12-31"); }, RowKind::event, "date",
         before_birth},
        {"event after the day of ingest", [](PatientRecord& r) { r.events[0].date = add_days(ingested, 1); },
         RowKind::event, "date", ahead},
        {"event of a nodule that is named but has no row",
         [](PatientRecord& r) { r.nodule_ids.push_back("N2"), r.events[0].nodule_id = "N2"; }, RowKind::event,
         "nodule_id", "no row of measurements"},
    };
    for (const RecordCase& c : cases) {
        PatientRecord record = clean_record();
        c.set(record);
        const std::vector<RecordProblem> problems = problems_of(record, ingested);
        if (*c.column == '\0') {
            EXPECT_THAT(problems, IsEmpty()) << c.claim;
            continue;
        }
        ASSERT_EQ(problems.size(), 1U) << c.claim;
        EXPECT_EQ(problems[0].kind, c.kind) << c.claim;
        EXPECT_EQ(problems[0].index, 0U) << c.claim;
        EXPECT_EQ(problems[0].column, c.column) << c.claim;
        EXPECT_THAT(problems[0].message, HasSubstr(c.message)) << c.claim;
    }
}

TEST(ProblemsOfARecord, NameTheRowAndComeInOrder)
{
    PatientRecord record = clean_record();
    record.scans.push_back(record.scans[0]);
    record.scans[1].scan_date = day("1990-01-01");
    record.events.push_back(record.events[0]);
    record.events[1].nodule_id = "N9";
    record.events[1].date = day("2024-06-02");
    const std::vector<RecordProblem> problems = problems_of(record, ingested);
    ASSERT_EQ(problems.size(), 3U);
    EXPECT_EQ(problems[0].kind, RowKind::scan);
    EXPECT_EQ(problems[0].index, 1U);
    EXPECT_EQ(problems[1].kind, RowKind::event);
    EXPECT_EQ(problems[1].index, 1U);
    EXPECT_EQ(problems[1].column, "date");
    EXPECT_EQ(problems[2].column, "nodule_id");
}

TEST(ProblemsOfARecord, NeedNoBirthDate)
{
    PatientRecord record = clean_record();
    record.patient.birth_date.reset();
    record.scans[0].scan_date = day("1900-01-01");
    EXPECT_THAT(problems_of(record, ingested), IsEmpty());
}

}  // namespace
}  // namespace nodtrack
