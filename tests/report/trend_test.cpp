#include "nodtrack/report/trend.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "case_table.hpp"
#include "generated_patients.hpp"
#include "markup_reader.hpp"
#include "nodtrack/growth/measurement_error.hpp"
#include "nodtrack/report/trend_html.hpp"
#include "nodtrack/report/trend_svg.hpp"
#include "nodtrack/report/trend_text.hpp"
#include "released_judge.hpp"

namespace nodtrack::report {
namespace {

using cases::judge;
using testing::HasSubstr;
using testing::Not;

Date day(std::string_view iso)
{
    return *Date::parse(iso);
}

constexpr std::string_view as_of = "2026-06-30";

/// A patient with CTs of 1-mm slices on the days given; sizes are added by `add_row`.
PatientRecord scanned_on(std::initializer_list<std::string_view> days)
{
    PatientRecord record;
    record.patient.patient_id = "T1";
    for (const std::string_view iso : days) {
        Scan scan;
        scan.scan_id = "CT-" + std::string(iso);
        scan.scan_date = day(iso);
        scan.slice_thickness = Length::whole(1);
        scan.reading = Reading::complete;
        record.scans.push_back(scan);
    }
    return record;
}

Findings& add_row(PatientRecord& record, std::uint32_t scan, const std::string& nodule, std::int64_t micrometres,
                  Status status = Status::present)
{
    auto& ids = record.nodule_ids;
    const auto at = std::find(ids.begin(), ids.end(), nodule);
    const auto position = static_cast<std::uint32_t>(at - ids.begin());
    if (at == ids.end()) ids.push_back(nodule);
    Measurement row;
    row.scan = scan;
    row.nodule = position;
    row.findings.status = status;
    if (micrometres > 0) row.findings.long_axis = Length::from_thousandths(micrometres);
    record.measurements.push_back(row);
    return record.measurements.back().findings;
}

Trend trend(const PatientRecord& record)
{
    return trend_of(judge().assess(record, day(as_of)), record, judge());
}

std::string picture(const PatientRecord& record, const TrendPicture& how = {})
{
    return trend_svg(judge().assess(record, day(as_of)), record, judge(), how);
}

TEST(Trend, GivesEachSizeTheIntervalOfOneReadingByThePolicysStandardDeviation)
{
    auto record = scanned_on({"2026-01-10"});
    add_row(record, 0, "N1", 6000);
    add_row(record, 0, "N2", 500);
    const Trend seen = trend(record);
    const double half = 1.96 * judge().limits().caliper_sd.in_units();
    EXPECT_NEAR(seen.nodules[0].points[0].long_axis_mm->low, 6.0 - half, 1e-9);
    EXPECT_NEAR(seen.nodules[0].points[0].long_axis_mm->high, 6.0 + half, 1e-9);
    EXPECT_EQ(seen.nodules[1].points[0].long_axis_mm->low, 0.0) << "no size is below nothing";
}

TEST(Trend, TakesItsCutOffsFromThePolicy)
{
    std::vector<Length> cut_offs;
    for (const double number : judge().policy().parameter("straddle_cut_offs_mm")->numbers)
        cut_offs.push_back(Length::from_thousandths(static_cast<std::int64_t>(number)));
    EXPECT_EQ(trend(scanned_on({"2026-01-10"})).cut_offs, cut_offs);
}

struct VolumeCase {
    std::string_view why;
    std::int64_t slice_micrometres;
    std::optional<VolumeMethod> first;
    std::optional<VolumeMethod> second;
    bool compares;
};

class TrendVolumes : public testing::TestWithParam<VolumeCase> {};

TEST_P(TrendVolumes, CompareByTheDecisionTablesRule)
{
    const VolumeCase& given = GetParam();
    auto record = scanned_on({"2025-10-10", "2026-01-10"});
    record.scans[1].slice_thickness = Length::from_thousandths(given.slice_micrometres);
    if (given.slice_micrometres == 0) record.scans[1].slice_thickness.reset();
    for (std::uint32_t scan = 0; scan < 2; ++scan) {
        Findings& findings = add_row(record, scan, "N1", 7000);
        findings.volume = Volume::whole(170 + scan);
        findings.volume_method = scan == 0 ? given.first : given.second;
    }
    EXPECT_EQ(trend(record).nodules[0].volumes_compare, given.compares) << given.why;
    EXPECT_EQ(picture(record).find("volume, mm³") != std::string::npos, given.compares) << given.why;
}

constexpr auto automatic = VolumeMethod::automatic;
INSTANTIATE_TEST_SUITE_P(Rows, TrendVolumes,
                         testing::Values(VolumeCase{"same method, thin", 1000, automatic, automatic, true},
                                         VolumeCase{"exactly 1.5 mm", 1500, automatic, automatic, true},
                                         VolumeCase{"just thicker", 1501, automatic, automatic, false},
                                         VolumeCase{"slices not known", 0, automatic, automatic, false},
                                         VolumeCase{"another method", 1000, automatic, VolumeMethod::manual, false},
                                         VolumeCase{"method not stated", 1000, std::nullopt, std::nullopt, false}));

TEST(Trend, BreaksTheLineAtResolvedAndAtAMetastasectomyAndMarksGaps)
{
    auto record = scanned_on({"2025-01-10", "2025-04-10", "2025-07-10", "2025-10-10", "2026-01-10", "2026-04-10"});
    add_row(record, 0, "N1", 5000);
    add_row(record, 1, "N1", 0, Status::resolved);
    add_row(record, 2, "N1", 4000);
    add_row(record, 4, "N1", 4100);
    add_row(record, 5, "N1", 6000);
    record.therapies.push_back({TherapyKind::metastasectomy, day("2026-02-01"), std::nullopt, "N1"});
    const auto& points = trend(record).nodules[0].points;
    ASSERT_EQ(points.size(), 5U);
    EXPECT_TRUE(points[2].starts_line) << "after resolved";
    EXPECT_FALSE(points[3].starts_line);
    EXPECT_TRUE(points[3].after_gap) << "the CT of October has no row";
    EXPECT_TRUE(points[4].starts_line) << "after its metastasectomy";
}

TEST(Trend, SeesNothingDatedAfterTheAsOfDay)
{
    auto record = scanned_on({"2026-01-10", "2026-07-01"});
    add_row(record, 0, "N1", 5000);
    add_row(record, 1, "N1", 9700);
    record.therapies.push_back({TherapyKind::systemic, day("2026-07-02"), std::nullopt, ""});
    record.therapies.push_back({TherapyKind::systemic, day("2026-03-01"), day("2026-09-01"), ""});
    record.events.push_back({"N1", EventKind::pathology_malignant, day("2026-07-01"), "note"});
    const Trend seen = trend(record);
    EXPECT_EQ(seen.nodules[0].points.size(), 1U);
    EXPECT_TRUE(seen.events.empty());
    ASSERT_EQ(seen.therapies.size(), 1U);
    EXPECT_EQ(seen.therapies[0].last, day(as_of));
    EXPECT_TRUE(seen.therapies[0].running) << "its end lies ahead";
    for (const std::string& text : {picture(record), trend_text(judge().assess(record, day(as_of)), record, judge()),
                                    trend_html(judge().assess(record, day(as_of)), record, judge())}) {
        EXPECT_THAT(text, Not(HasSubstr("9.7")));
        EXPECT_THAT(text, Not(HasSubstr("malignant")));
        EXPECT_THAT(text, Not(HasSubstr("2026-07-0")));
    }
}

TEST(TrendSvg, SaysSoWhereThereIsNothingToDraw)
{
    EXPECT_THAT(picture(scanned_on({})), HasSubstr("no scan recorded"));
    EXPECT_THAT(picture(scanned_on({"2026-01-10"})), HasSubstr("no nodule recorded"));
    auto record = scanned_on({"2026-01-10"});
    add_row(record, 0, "N1", 0, Status::not_assessed);
    EXPECT_THAT(picture(record), HasSubstr("no nodule measured"));
}

TEST(TrendSvg, HasAShapeAndAWordForNewResolvedAndUnmeasured)
{
    auto record = scanned_on({"2025-01-10", "2025-10-10", "2026-04-10"});
    add_row(record, 0, "N1", 5000, Status::newly_seen);
    add_row(record, 1, "N1", 0, Status::not_assessed);
    add_row(record, 2, "N1", 0, Status::resolved);
    const std::string svg = picture(record);
    for (const std::string_view word : {">new<", ">resolved<", ">not measured or not assessed<"})
        EXPECT_THAT(svg, HasSubstr(word));
}

TEST(TrendSvg, LeavesOutWhatIsBeyondTheMostPanelsAndSaysHowMany)
{
    auto record = scanned_on({"2026-01-10"});
    for (int i = 0; i < 12; ++i)
        add_row(record, 0, "N" + std::to_string(i), 4000 + 100 * i);
    EXPECT_THAT(picture(record, {.most_panels = 8}), HasSubstr("4 more nodules not drawn: nodtrack trend T1"));
    EXPECT_THAT(picture(record), Not(HasSubstr("not drawn")));
}

/// The patients that pictures are tried on: dense around every threshold, and some that are hard to draw.
std::vector<PatientRecord> many_patients()
{
    auto records = cases::generated_patients(20261120, 400);
    for (const std::size_t nodules : {8U, 9U, 20U}) {
        auto record = scanned_on({"1999-01-31", "2025-01-10", "2025-01-11", "2026-06-30"});
        for (std::size_t i = 0; i < nodules; ++i) {
            const std::string id = "nodule <" + std::to_string(i) + "> \"left & upper\" with a long name";
            for (std::uint32_t scan = 0; scan < 4; ++scan)
                add_row(record, scan, id, 5900 + 10 * static_cast<std::int64_t>(i + scan));
            record.events.push_back({id, EventKind::board_baseline, day("2025-02-01"), "<b>&"});
        }
        records.push_back(record);
    }
    // One scan alone; sizes far apart; three nodules of one size.
    auto record = scanned_on({"2026-01-10"});
    add_row(record, 0, "N1", 6000);
    records.push_back(record);
    add_row(record, 0, "N2", 6000);
    add_row(record, 0, "N3", 6010);
    records.push_back(record);
    add_row(record, 0, "N4", 148000);
    records.push_back(record);
    return records;
}

TEST(TrendSvg, HasNoTwoTextsThatOverlapForGeneratedPatients)
{
    std::size_t texts_seen = 0;
    for (const PatientRecord& record : many_patients()) {
        const auto assessment = judge().assess(record, cases::generated_as_of());
        for (const TrendPicture& how :
             {TrendPicture{}, TrendPicture{.width = 760, .height = 208, .heading = false},
              TrendPicture{.width = 760, .height = 300, .heading = false, .most_panels = 8}}) {
            const auto texts = test::texts_of(trend_svg(assessment, record, judge(), how));
            texts_seen += texts.size();
            for (std::size_t i = 0; i < texts.size(); ++i) {
                for (std::size_t j = 0; j < i; ++j) {
                    Box inner = texts[i].box;  // places are written to a hundredth
                    inner.left += 0.02;
                    inner.top += 0.02;
                    inner.right -= 0.02;
                    inner.bottom -= 0.02;
                    ASSERT_FALSE(inner.overlaps(texts[j].box))
                        << record.patient.patient_id << " at height " << how.height << ": '" << texts[i].text
                        << "' and '" << texts[j].text << "'";
                }
            }
        }
    }
    EXPECT_GT(texts_seen, 10000U) << "there was something to check";
}

TEST(Trend, IsSoundMarkupAndEscapesIdsAndNotesForGeneratedPatients)
{
    for (const PatientRecord& record : many_patients()) {
        const auto assessment = judge().assess(record, cases::generated_as_of());
        EXPECT_EQ(test::markup_fault(trend_svg(assessment, record, judge())), "") << record.patient.patient_id;
        EXPECT_EQ(test::markup_fault(trend_html(assessment, record, judge())), "") << record.patient.patient_id;
    }
}

TEST(TrendHtml, LoadsNothing)
{
    auto record = scanned_on({"2026-01-10"});
    add_row(record, 0, "N1", 6000);
    const std::string html = trend_html(judge().assess(record, day(as_of)), record, judge());
    EXPECT_THAT(html, HasSubstr("default-src 'none'"));
    for (const std::string_view word : {"<script", "<link", "<img", "@import", "url(http", "src="})
        EXPECT_THAT(html, Not(HasSubstr(word)));
}

TEST(TrendHtml, HoldsThePicturesOfItsNodulesWithinItself)
{
    auto record = scanned_on({"2026-01-10"});
    add_row(record, 0, "N1", 6000);
    const std::vector<NodulePicture> pictures = {{"N1", "\x89PNG", 8, 4, "<N1>"}, {"N9", "other", 8, 4, ""}};
    const std::string html = trend_html(judge().assess(record, day(as_of)), record, judge(), pictures);
    EXPECT_THAT(html, HasSubstr("alt=\"&lt;N1&gt;\""));
    EXPECT_THAT(html, HasSubstr("src=\"data:image/png;base64,iVBORw==\""));
    EXPECT_THAT(html, HasSubstr("img-src data:")) << "else the browser shows none";
    EXPECT_THAT(html, Not(HasSubstr("b3RoZXI"))) << "of a nodule that is not there";
}

TEST(TrendText, ShowsEveryNoduleHoweverMany)
{
    auto record = scanned_on({"2026-01-10"});
    for (int i = 0; i < 14; ++i)
        add_row(record, 0, "M" + std::to_string(i), 4000 + 100 * i);
    const std::string text = trend_text(judge().assess(record, day(as_of)), record, judge());
    for (int i = 0; i < 14; ++i)
        EXPECT_THAT(text, HasSubstr("  M" + std::to_string(i) + " "));
}

TEST(TrendJson, HoldsTheSeriesAsRecorded)
{
    auto record = scanned_on({"2025-10-10", "2026-01-10"});
    add_row(record, 0, "N1", 5400, Status::newly_seen);
    add_row(record, 1, "N1", 5900);
    const auto object = nlohmann::json::parse(trend_json(judge().assess(record, day(as_of)), record, judge()));
    ASSERT_EQ(object["nodules"].size(), 1U);
    const auto& points = object["nodules"][0]["points"];
    EXPECT_EQ(points[0]["long_axis_mm"], 5.4);
    EXPECT_EQ(points[0]["newly_seen"], true);
    EXPECT_EQ(points[1]["date"], "2026-01-10");
    EXPECT_EQ(points[1]["volume_mm3"], nullptr);
    EXPECT_EQ(object["cut_offs_mm"].size(), 3U);
}

}  // namespace
}  // namespace nodtrack::report
