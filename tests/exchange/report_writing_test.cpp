// What is written is what is recorded, and reads back so.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dicom_file.hpp"
#include "nodtrack/exchange/dicom_uid.hpp"
#include "nodtrack/exchange/reported_nodules.hpp"
#include "nodtrack/exchange/written_report.hpp"

namespace nodtrack::exchange {
namespace {

using namespace test;

Findings some_findings()
{
    Findings found;
    found.side = Side::right;
    found.lobe = Lobe::rul;
    found.long_axis = Length::from_thousandths(8'417);
    found.short_axis = Length::from_thousandths(6'100);
    found.volume = Volume::from_thousandths(212'345);
    found.mean_attenuation = Attenuation_HU::from_thousandths(-31'500);
    found.attenuation = AttenuationClass::solid;
    return found;
}

ReportToWrite some_report()
{
    ReportToWrite report;
    report.patient.patient_id = "P1";
    report.patient.birth_date = Date::parse("1980-01-02");
    report.patient.sex = Sex::female;
    report.scan.scan_id = "CT-2026-10-15";
    report.scan.scan_date = *Date::parse("2026-10-15");
    report.study_uid = "1.2.3.4";
    report.nodules = {{"N1", "2.25.1001", some_findings()}};
    report.recommendation = "CONTINUE_SURVEILLANCE, due 2027-01-15 (policy p 1.1.0)";
    report.readers = {"R1"};
    report.software_version = "1.0.0";
    name_report(report);
    return report;
}

std::filesystem::path written(const ReportToWrite& report, const std::string& name)
{
    const auto file = test_folder("writing-" + name) / "sr.dcm";
    const auto done = write_report(report, file);
    EXPECT_TRUE(done) << done.error().message;
    return file;
}

ReportDocument read(const std::filesystem::path& file)
{
    auto document = read_report(file);
    EXPECT_TRUE(document) << document.error().message;
    return document.value_or(ReportDocument());
}

CtSeries some_ct(const std::string& name, const std::string& charset = "", const std::string& patient = "")
{
    const auto folder = test_folder("ct-" + name);
    put_file(folder / "a.dcm", ct_slice("1.2.3.4.5.1", "10", charset, patient));
    put_file(folder / "b.dcm", ct_slice("1.2.3.4.5.2", "12.5", charset, patient));
    put_file(folder / "readme.txt", "no DICOM");
    const auto series = ct_series_in(folder);
    EXPECT_TRUE(series) << series.error().message;
    EXPECT_EQ(series->size(), 1U);
    return series->at(0);
}

TEST(WriteReport, ReadsBackAsRecorded)
{
    const ReportToWrite report = some_report();
    const ReportDocument document = read(written(report, "back"));
    EXPECT_EQ(document.patient_code, "P1");
    EXPECT_EQ(document.birth_date, "19800102");
    EXPECT_EQ(document.sex, "F");
    EXPECT_EQ(document.sop_uid, report.sop_uid);
    EXPECT_EQ(document.completion, "COMPLETE");
    const auto told = reported_nodules(document);
    ASSERT_EQ(told.nodules.size(), 1U);
    const ReportedNodule& found = told.nodules[0];
    EXPECT_EQ(found.label, "N1");
    EXPECT_EQ(found.tracking_uid, "2.25.1001");
    EXPECT_EQ(found.long_axis, report.nodules[0].findings.long_axis);
    EXPECT_EQ(found.short_axis, report.nodules[0].findings.short_axis);
    EXPECT_EQ(found.volume, report.nodules[0].findings.volume);
    EXPECT_EQ(found.mean_attenuation, report.nodules[0].findings.mean_attenuation);
    EXPECT_EQ(found.lobe, Lobe::rul);
    EXPECT_EQ(found.attenuation, AttenuationClass::solid);
    EXPECT_EQ(told.ct_date, "20261015");
}

TEST(WriteReport, WritesTheSameBytesForTheSameRecord)
{
    EXPECT_EQ(bytes_of_file(written(some_report(), "one")), bytes_of_file(written(some_report(), "two")));
}

TEST(NameReport, GivesACorrectionAnotherUidInTheSameSeries)
{
    const ReportToWrite first = some_report();
    ReportToWrite second = some_report();
    second.nodules[0].findings.long_axis = Length::from_thousandths(8'418);
    name_report(second);
    EXPECT_NE(first.sop_uid, second.sop_uid);
    EXPECT_EQ(first.series_uid, second.series_uid);
    EXPECT_TRUE(is_uid(first.sop_uid));
    second.predecessor_uid = first.sop_uid;
    EXPECT_THAT(read(written(second, "correction")).predecessors, testing::ElementsAre(first.sop_uid));
}

TEST(WriteReport, KeepsTheItemsOfEachObserverTogether)
{
    // highdicom fails where the items of two observers stand between each other; dciodvfy does not mind.
    ReportToWrite report = some_report();
    report.readers = {"R1", "R2"};
    const ReportDocument document = read(written(report, "observers"));
    std::string order;
    for (const ContentItem& item : document.root.children) {
        if (item.name.is("DCM", "121005")) order += item.code.is("DCM", "121006") ? "|person" : "|device";
        if (item.name.is("DCM", "121008")) order += " " + item.text;
        if (item.name.is("DCM", "121012")) order += " uid";
        if (item.name.is("DCM", "121013")) order += " name";
    }
    EXPECT_EQ(order, "|person R1|person R2|device uid name");
}

TEST(WriteReport, AlwaysHasAnImageLibrary)
{
    bool found = false;
    for (const ContentItem& item : read(written(some_report(), "library")).root.children)
        found = found || item.name.is("DCM", "111028");
    EXPECT_TRUE(found) << "older OHIF loads no report without";
}

TEST(WriteReport, DrawsTheAxesOnTheSliceTheyLieOn)
{
    const CtSeries ct = some_ct("lines");
    ReportToWrite report = some_report();
    report.ct = &ct;
    // Along the row from the centre of the first pixel, on the upper slice; 0.2 mm off it.
    report.nodules[0].findings.long_axis_ends = AxisEnds::of({-150, -140, 12.3}, {-143, -140, 12.3});
    report.nodules[0].findings.short_axis_ends = AxisEnds::of({-147, -141.4, 12.3}, {-147, -138.6, 12.3});
    name_report(report);
    const auto told = reported_nodules(read(written(report, "lines")));
    ASSERT_EQ(told.nodules.size(), 1U);
    ASSERT_TRUE(told.nodules[0].long_line);
    EXPECT_EQ(told.nodules[0].tracking_id, "Cornerstone3DTools@^0.1.0:Bidirectional:N1");
    EXPECT_EQ(told.nodules[0].long_line->sop_uid, "1.2.3.4.5.2");
    const auto& points = told.nodules[0].long_line->points;
    EXPECT_NEAR(points[0][0], 0.5, 1e-4) << "the centre of the first pixel is 0.5, 0.5 (PS3.3 C.18.6)";
    EXPECT_NEAR(points[0][1], 0.5, 1e-4);
    EXPECT_NEAR(points[1][0], 10.5, 1e-4);
    // And back again, to a hundredth of a pixel.
    const auto back = point_of(ct.slices[1], points[1]);
    EXPECT_NEAR(back[0], -143, 0.007);
    EXPECT_EQ(told.series_uid, "1.2.3.4.5");

    report.form = TrackingIdForm::plain;
    EXPECT_EQ(reported_nodules(read(written(report, "plain"))).nodules.at(0).tracking_id, "N1");
}

TEST(WriteReport, DrawsNothingFarOffEverySlice)
{
    const CtSeries ct = some_ct("far");
    ReportToWrite report = some_report();
    report.ct = &ct;
    report.nodules[0].findings.long_axis_ends = AxisEnds::of({-150, -140, 100}, {-143, -140, 100});
    const auto told = reported_nodules(read(written(report, "far")));
    ASSERT_EQ(told.nodules.size(), 1U);
    EXPECT_FALSE(told.nodules[0].long_line);
    EXPECT_EQ(told.nodules[0].tracking_id, "N1") << "what cannot be drawn is no caliper to edit";
}

TEST(WriteReport, WritesUmlautsInUtf8)
{
    const CtSeries ct = some_ct("umlauts", "ISO_IR 100", "M\xFCller^\xC4nne");
    ReportToWrite report = some_report();
    report.ct = &ct;
    report.readers = {"Ünal"};
    const std::string bytes = bytes_of_file(written(report, "umlauts"));
    EXPECT_NE(bytes.find("ISO_IR 192"), std::string::npos);
    EXPECT_NE(bytes.find("Müller^Änne"), std::string::npos);
    EXPECT_NE(bytes.find("Ünal"), std::string::npos);
}

TEST(WriteReport, CutsNoLetterOfALongReaderInTwo)
{
    ReportToWrite report = some_report();
    const std::string before = std::string(63, 'a');
    report.readers = {before + "\xC3\xBC rest"};  // an umlaut over the 64 bytes that a name may have
    const std::string bytes = bytes_of_file(written(report, "long-reader"));
    EXPECT_NE(bytes.find(before), std::string::npos);
    EXPECT_EQ(bytes.find(before + "\xC3"), std::string::npos) << "half a letter is no UTF-8";
}

TEST(WriteReport, SaysWhatIsToBeDoneAndByWhichPolicy)
{
    std::string text;
    const ReportDocument document = read(written(some_report(), "recommendation"));
    for (const ContentItem& item : document.root.children) {
        for (const ContentItem& below : item.children) {
            if (below.name.is("DCM", "121075")) text = below.text;
        }
    }
    EXPECT_EQ(text, some_report().recommendation);
}

TEST(WriteReport, LeavesNoHalfFile)
{
    const auto file = test_folder("half") / "no-such-folder" / "sr.dcm";
    const auto done = write_report(some_report(), file);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::bad_input);
    EXPECT_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace nodtrack::exchange
