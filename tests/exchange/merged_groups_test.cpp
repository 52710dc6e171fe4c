// Groups of one Tracking UID are one nodule; what they say differently is taken from none.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dicom_file.hpp"
#include "nodtrack/exchange/reported_nodules.hpp"

namespace nodtrack::exchange {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::IsEmpty;

std::string group_of(const std::string& uid, const std::vector<std::string>& numbers)
{
    std::vector<std::string> items{text_item(tracking_id_name, "N1"), uid_item(tracking_uid_name, uid),
                                   code_item(finding_name, nodule),
                                   code_item(site_name, {"41224006", "SCT", "Lower lobe of left lung"})};
    items.insert(items.end(), numbers.begin(), numbers.end());
    return container(group_name, items);
}

ReportedNodules told_by(const std::vector<std::string>& groups)
{
    const auto file = test_folder("merging") / "report.dcm";
    put_file(file, report_file(Head(), groups));
    const auto document = read_report(file);
    EXPECT_TRUE(document) << document.error().message;
    return document ? reported_nodules(*document) : ReportedNodules();
}

TEST(GroupsOfOneUid, AreOneNodule)
{
    const auto told = told_by({group_of("2.25.5", {number_item(long_axis, "12.5", "mm")}),
                               group_of("2.25.6", {number_item(long_axis, "4", "mm")}),
                               group_of("2.25.5", {number_item(volume, "700", "mm3")})});
    ASSERT_EQ(told.nodules.size(), 2U);
    EXPECT_EQ(told.nodules[0].group, 1U) << "a person names it by the first";
    EXPECT_EQ(told.nodules[0].long_axis, Length::from_thousandths(12'500));
    EXPECT_EQ(told.nodules[0].volume, Volume::from_thousandths(700'000));
    EXPECT_THAT(told.left_out, IsEmpty());
}

TEST(GroupsOfOneUid, ThatSayTheSameTwiceAreNoContradiction)
{
    const auto told = told_by({group_of("2.25.5", {number_item(long_axis, "12.5", "mm")}),
                               group_of("2.25.5", {number_item(long_axis, "1.25", "cm")})});
    ASSERT_EQ(told.nodules.size(), 1U);
    EXPECT_EQ(told.nodules[0].long_axis, Length::from_thousandths(12'500));
}

TEST(GroupsOfOneUid, ThatContradictOneAnotherAreNotChosenBetween)
{
    // The smaller of two sizes would hide growth, the larger invent it.
    const auto told = told_by({group_of("2.25.5", {number_item(long_axis, "12.5", "mm")}),
                               group_of("2.25.5", {number_item(long_axis, "8.5", "mm")}),
                               group_of("2.25.5", {number_item(volume, "700", "mm3")})});
    ASSERT_EQ(told.nodules.size(), 1U);
    EXPECT_EQ(told.nodules[0].long_axis, std::nullopt);
    EXPECT_EQ(told.nodules[0].volume, Volume::from_thousandths(700'000)) << "what is not contradicted is kept";
    ASSERT_EQ(told.left_out.size(), 1U);
    EXPECT_THAT(told.left_out[0].what, HasSubstr("groups 1, 2 ('N1'), long axis"));
    EXPECT_THAT(told.left_out[0].why, HasSubstr("which one holds is not said"));
}

TEST(GroupsOfOneUid, PreferALongAxisToALengthOfNoName)
{
    const auto told = told_by({group_of("2.25.5", {number_item(length, "9", "mm")}),
                               group_of("2.25.5", {number_item(long_axis, "12.5", "mm")})});
    ASSERT_EQ(told.nodules.size(), 1U);
    EXPECT_EQ(told.nodules[0].long_axis, Length::from_thousandths(12'500));
    EXPECT_FALSE(told.nodules[0].has_one_diameter);
}

TEST(GroupsOfOneUid, WithoutAUidStayApart)
{
    const auto told = told_by(
        {group_of("", {number_item(long_axis, "12.5", "mm")}), group_of("", {number_item(long_axis, "8.5", "mm")})});
    EXPECT_EQ(told.nodules.size(), 2U) << "nothing says that they are one";
}

}  // namespace
}  // namespace nodtrack::exchange
