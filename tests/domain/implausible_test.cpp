#include "nodtrack/domain/implausible.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace nodtrack {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Length mm(std::int64_t micrometres)
{
    return Length::from_thousandths(micrometres);
}
Date day(std::string_view iso)
{
    return *Date::parse(iso);
}
const Date today = *Date::parse("2026-01-01");

/// Two diagnostic CTs half a year apart, and a nodule of 8.0 mm, on the right, on both.
PatientRecord two_scans()
{
    PatientRecord record;
    for (const auto& [id, date] : {std::pair("S1", "2025-01-10"), std::pair("S2", "2025-07-10")}) {
        record.scans.emplace_back().scan_id = id;
        record.scans.back().scan_date = day(date);
    }
    record.nodule_ids = {"N1"};
    for (std::uint32_t scan = 0; scan < 2; ++scan) {
        Measurement& row = record.measurements.emplace_back();
        row.scan = scan;
        row.findings.long_axis = mm(8000);
        row.findings.side = Side::right;
    }
    return record;
}
Findings& first(PatientRecord& record)
{
    return record.measurements[0].findings;
}
Findings& second(PatientRecord& record)
{
    return record.measurements[1].findings;
}

struct Case {
    const char* claim;
    std::function<void(PatientRecord&)> set;
    const char* column;   ///< empty: nothing is implausible
    const char* message;  ///< a part of it
};

void expect_found(const std::vector<Case>& cases)
{
    for (const Case& c : cases) {
        PatientRecord record = two_scans();
        c.set(record);
        const std::vector<ImplausibleValue> found = implausible_values(record, today);
        if (*c.column == '\0') {
            EXPECT_THAT(found, IsEmpty()) << c.claim;
            continue;
        }
        ASSERT_THAT(found, SizeIs(1)) << c.claim;
        EXPECT_EQ(found[0].column, c.column) << c.claim;
        EXPECT_THAT(found[0].message, HasSubstr(c.message)) << c.claim;
    }
}

TEST(ImplausibleValues, AreBeyondTheBoundsOfTheDecisionTable)
{
    using R = PatientRecord;
    const auto alone = [](R& r, Length size) { r.measurements.pop_back(), first(r).long_axis = size; };
    const auto hu = [](std::int64_t value) { return Attenuation_HU::from_thousandths(value); };
    expect_found({
        {"nothing", [](R&) {}, "", ""},
        {"long axis under 1.0", [&](R& r) { alone(r, mm(999)); }, "long_axis_mm", "0.999 mm is under 1.0 mm"},
        {"long axis of 1.0", [&](R& r) { alone(r, mm(1000)); }, "", ""},
        {"long axis above 1.0", [&](R& r) { alone(r, mm(1001)); }, "", ""},
        {"long axis below 150", [&](R& r) { alone(r, mm(149'999)); }, "", ""},
        {"long axis of 150", [&](R& r) { alone(r, mm(150'000)); }, "", ""},
        {"long axis above 150", [&](R& r) { alone(r, mm(150'001)); }, "long_axis_mm", "is above 150.0 mm"},
        {"slices of 10 mm", [](R& r) { r.scans[0].slice_thickness = mm(10'000); }, "", ""},
        {"slices above 10 mm", [](R& r) { r.scans[0].slice_thickness = mm(10'001); }, "slice_thickness_mm",
         "10.001 mm is above 10.0 mm"},
        {"SUVmax of 50", [](R& r) { first(r).suv_max = Suv::whole(50); }, "", ""},
        {"SUVmax above 50", [](R& r) { first(r).suv_max = Suv::from_thousandths(50'001); }, "suv_max", "above 50.0"},
        {"mean of -1100 HU", [&](R& r) { first(r).mean_attenuation = hu(-1'100'000); }, "", ""},
        {"mean below -1100 HU", [&](R& r) { first(r).mean_attenuation = hu(-1'100'001); }, "mean_hu", "outside"},
        {"mean of 3100 HU", [&](R& r) { first(r).mean_attenuation = hu(3'100'000); }, "", ""},
        {"mean above 3100 HU", [&](R& r) { first(r).mean_attenuation = hu(3'100'001); }, "mean_hu", "outside"},
    });
}

TEST(ImplausibleValues, AreFiveTimesAwayFromTheNewestPrior)
{
    using R = PatientRecord;
    const auto volumes = [](R& r, std::int64_t before, std::int64_t after) {
        first(r).volume = Volume::from_thousandths(before);
        second(r).volume = Volume::from_thousandths(after);
    };
    expect_found({
        {"just below 5 times larger", [](R& r) { second(r).long_axis = mm(39'999); }, "", ""},
        {"5 times larger", [](R& r) { second(r).long_axis = mm(40'000); }, "long_axis_mm",
         "40.0 mm is 5.0 times larger than 8.0 mm on 2025-01-10 (S1)"},
        {"just above 5 times smaller", [](R& r) { second(r).long_axis = mm(1601); }, "", ""},
        {"5 times smaller", [](R& r) { second(r).long_axis = mm(1600); }, "long_axis_mm", "5.0 times smaller"},
        {"centimetres for millimetres", [](R& r) { second(r).long_axis = mm(820); }, "long_axis_mm",
         "0.82 mm is under 1.0 mm and 9.8 times smaller than 8.0 mm on 2025-01-10 (S1)"},
        {"volume just below 125 times larger", [&](R& r) { volumes(r, 1000, 124'999); }, "", ""},
        {"volume 125 times larger", [&](R& r) { volumes(r, 1000, 125'000); }, "volume_mm3", "125.0 times larger"},
        {"volume just above 125 times smaller", [&](R& r) { volumes(r, 125'000, 1001); }, "", ""},
        {"volume 125 times smaller", [&](R& r) { volumes(r, 125'000, 1000); }, "volume_mm3", "125.0 times smaller"},
    });
}

TEST(ImplausibleValues, GoByTheNewestPriorThatGivesTheValue)
{
    PatientRecord record = two_scans();
    record.scans.emplace_back().scan_id = "S3";
    record.scans[2].scan_date = day("2025-10-10");
    record.measurements.push_back({2, 0, second(record)});
    first(record).long_axis = mm(1500);
    second(record).long_axis = mm(7400);
    EXPECT_THAT(implausible_values(record, today), IsEmpty()) << "8.0 after 7.4, whatever was before";
    second(record).long_axis.reset();
    const std::vector<ImplausibleValue> found = implausible_values(record, today);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_THAT(found[0].rows, ElementsAre(2, 0));
    EXPECT_THAT(implausible_values(record, day("2025-10-09")), IsEmpty()) << "what is dated later is not seen";
}

TEST(ImplausibleValues, AreAnotherSideThanEveryEarlierRowSays)
{
    using R = PatientRecord;
    expect_found({
        {"another side", [](R& r) { second(r).side = Side::left; }, "side",
         "left, but every earlier row says right, last on 2025-01-10 (S1)"},
        {"no side", [](R& r) { second(r).side.reset(); }, "", ""},
        {"no side earlier", [](R& r) { first(r).side.reset(), second(r).side = Side::left; }, "", ""},
        {"by lobe", [](R& r) { second(r).side.reset(), second(r).lobe = Lobe::lingula; }, "lobe", "left, but"},
        {"against an earlier lobe",
         [](R& r) { first(r).side.reset(), first(r).lobe = Lobe::rml, second(r).side = Side::left; }, "side",
         "every earlier row says right"},
        {"a lobe of that side", [](R& r) { second(r).side.reset(), second(r).lobe = Lobe::rll; }, "", ""},
        {"on a scan that is no diagnostic CT",
         [](R& r) { r.scans[1].modality = Modality::pet_ct, second(r).side = Side::left; }, "side", "left"},
    });
    // One of two earlier rows agrees: the contradiction is theirs, and was asked about then.
    PatientRecord record = two_scans();
    second(record).side = Side::left;
    record.scans.emplace_back().scan_id = "S3";
    record.scans[2].scan_date = day("2025-10-10");
    record.measurements.push_back({2, 0, second(record)});
    EXPECT_THAT(implausible_values(record, today), SizeIs(1));
}

/// N1 and N2 on both scans; N1 of 8.0, N2 of 5.0 mm.
PatientRecord two_nodules()
{
    PatientRecord record = two_scans();
    record.nodule_ids.emplace_back("N2");
    for (std::uint32_t scan = 0; scan < 2; ++scan) {
        record.measurements.push_back({scan, 1, first(record)});
        record.measurements.back().findings.long_axis = mm(5000);
    }
    return record;
}
void put(Findings& findings, int x, int y, int z)
{
    findings.position_x = Length::whole(x);
    findings.position_y = Length::whole(y);
    findings.position_z = Length::whole(z);
}

TEST(ImplausibleValues, AreNodulesThatLieNearerCrosswise)
{
    PatientRecord record = two_nodules();
    const auto places = [&](int n1, int n2, int n1_then, int n2_then) {
        put(record.measurements[0].findings, n1_then, 0, 0);
        put(record.measurements[2].findings, n2_then, 0, 0);
        put(record.measurements[1].findings, n1, 0, 0);
        put(record.measurements[3].findings, n2, 0, 0);
    };
    places(50, -60, 50, -60);
    EXPECT_THAT(implausible_values(record, today), IsEmpty());
    places(-60, 50, 50, -60);
    const std::vector<ImplausibleValue> found = implausible_values(record, today);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].column, "position_x_mm");
    EXPECT_THAT(found[0].rows, ElementsAre(1, 3, 0, 2));
    EXPECT_THAT(found[0].message, HasSubstr("N1 and N2 each lie nearer to the other's place on 2025-01-10 (S1)"));
    places(-60, -61, 50, -60);
    EXPECT_THAT(implausible_values(record, today), IsEmpty()) << "one alone is nearer";
    places(0, 0, 50, -50);
    EXPECT_THAT(implausible_values(record, today), IsEmpty()) << "as near to both";
    // Another zero of the coordinates moves all of a scan, and never makes two lie crosswise.
    places(50 + 300, -60 + 300, 50, -60);
    EXPECT_THAT(implausible_values(record, today), IsEmpty());
    places(-60 + 300, 50 + 300, 50, -60);
    EXPECT_THAT(implausible_values(record, today), SizeIs(1)) << "nor does it hide that they do";
}

TEST(ImplausibleValues, AreNotSizesThatAreEachOthersByChance)
{
    PatientRecord record = two_nodules();
    record.measurements[1].findings.long_axis = mm(5100);
    record.measurements[3].findings.long_axis = mm(8100);
    EXPECT_THAT(implausible_values(record, today), IsEmpty()) << "8.0 and 5.0 mm before, and no places said";
}

TEST(ImplausibleValues, AreNoduleIdsThatLookAlike)
{
    PatientRecord record = two_nodules();
    EXPECT_THAT(implausible_values(record, today), IsEmpty());
    record.nodule_ids = {"N01", "n1"};
    record.measurements.erase(record.measurements.begin() + 2);  // n1 comes on the second scan
    const std::vector<ImplausibleValue> found = implausible_values(record, today);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].column, "nodule_id");
    EXPECT_THAT(found[0].rows, ElementsAre(2, 0));
    EXPECT_THAT(found[0].message, HasSubstr("'n1' differs from the known nodule 'N01'"));
    record.measurements.pop_back();
    EXPECT_THAT(implausible_values(record, today), IsEmpty()) << "an id without a row is nobody's";
}

TEST(ImplausibleValues, AreTheSizesOfAScanOnAnotherOfTheSameDay)
{
    PatientRecord record = two_nodules();
    record.measurements[1].findings.long_axis = mm(8100);
    EXPECT_THAT(implausible_values(record, today), IsEmpty());
    record.scans[1].scan_date = record.scans[0].scan_date;
    EXPECT_THAT(implausible_values(record, today), IsEmpty()) << "one size differs: another series was measured";
    record.measurements[1].findings.long_axis = mm(8000);
    const std::vector<ImplausibleValue> found = implausible_values(record, today);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].column, "scan_id");
    EXPECT_THAT(found[0].message, HasSubstr("every size on S2 is that on S1"));
    record.measurements[0].findings.short_axis = mm(7000);
    EXPECT_THAT(implausible_values(record, today), SizeIs(1)) << "the second one gives less";
    record.measurements[1].findings.long_axis.reset();
    EXPECT_THAT(implausible_values(record, today), SizeIs(1)) << "of the nodules that it measures";
    record.measurements[0].findings.long_axis.reset();
    record.measurements[1].findings.long_axis = mm(8000);
    record.measurements[1].findings.short_axis = mm(6000);
    EXPECT_THAT(implausible_values(record, today), SizeIs(1)) << "the first one gives less";
    record.measurements[0].findings.long_axis = mm(8000);
    EXPECT_THAT(implausible_values(record, today), IsEmpty()) << "both give what the other does not";
    record.measurements[1].findings.short_axis.reset();
    record.scans[1].modality = Modality::pet_ct;
    EXPECT_THAT(implausible_values(record, today), IsEmpty()) << "the sizes of a CT are told of the PET/CT too";
}

TEST(ImplausibleValues, AreAskedAboutWithWhatToDo)
{
    PatientRecord record = two_scans();
    second(record).long_axis = mm(820);
    const std::vector<ImplausibleValue> found = implausible_values(record, today);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(question_of(found[0]),
              "0.82 mm is under 1.0 mm and 9.8 times smaller than 8.0 mm on 2025-01-10 (S1); check the decimal point, "
              "the unit (millimetres) and the nodule, or confirm it");
}

TEST(ImplausibleValues, DoNotDependOnTheOrderOfRows)
{
    PatientRecord record = two_nodules();
    record.nodule_ids[1] = "n1";
    record.measurements[3].findings.long_axis = mm(500);
    record.measurements[1].findings.side = Side::left;
    const auto texts = [](const PatientRecord& r) {
        std::vector<std::string> lines;
        for (const ImplausibleValue& value : implausible_values(r, today))
            lines.push_back(std::string(value.column) + ": " + value.message);
        return lines;
    };
    const std::vector<std::string> in_order = texts(record);
    EXPECT_THAT(in_order, SizeIs(3));
    std::ranges::reverse(record.measurements);
    EXPECT_EQ(texts(record), in_order);
}

}  // namespace
}  // namespace nodtrack
