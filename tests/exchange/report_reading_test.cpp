// What is taken from others' reports, and above all what is not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dicom_file.hpp"
#include "nodtrack/exchange/reported_nodules.hpp"

namespace nodtrack::exchange {
namespace {

using namespace test;
using testing::HasSubstr;

ReportDocument document_of(const std::string& bytes)
{
    const auto file = test_folder("reading") / "report.dcm";
    put_file(file, bytes);
    auto document = read_report(file);
    EXPECT_TRUE(document) << document.error().message;
    return document.value_or(ReportDocument());
}

ReportedNodules told_by(const std::string& bytes)
{
    return reported_nodules(document_of(bytes));
}

/// The reasons, one a line.
std::string reasons(const ReportedNodules& told)
{
    std::string text;
    for (const LeftOut& left : told.left_out)
        text += left.what + ": " + left.why + "\n";
    return text;
}

std::string caliper(const Code& name, const std::string& number, const std::string& unit)
{
    return number_item(name, number, unit, {line_item({10, 20, 30, 40}, image_item(ct_class, image_uid))});
}

const Code lower_left{"41224006", "SCT", "Lower lobe of left lung"};

TEST(ReportedNodules, AreExactToTheMicrometre)
{
    const auto told = told_by(report_of_group(
        {text_item(tracking_id_name, "Cornerstone3DTools@^0.1.0:Bidirectional:N7"),
         uid_item(tracking_uid_name, "2.25.77"), code_item(finding_name, nodule), code_item(site_name, lower_left),
         caliper(long_axis, "18.56", "mm"), caliper(short_axis, "1.166", "cm"), number_item(volume, "2.7651", "cm3"),
         number_item(ct_number, "-40.5", "[hnsf'U]")}));
    ASSERT_EQ(told.nodules.size(), 1U) << reasons(told);
    const ReportedNodule& found = told.nodules[0];
    EXPECT_EQ(found.long_axis, Length::from_thousandths(18'560));
    EXPECT_EQ(found.short_axis, Length::from_thousandths(11'660));
    EXPECT_EQ(found.volume, Volume::from_thousandths(2'765'100));
    EXPECT_EQ(found.mean_attenuation, Attenuation_HU::from_thousandths(-40'500));
    EXPECT_EQ(found.lobe, Lobe::lll);
    EXPECT_EQ(found.side, Side::left);
    EXPECT_EQ(found.tracking_uid, "2.25.77");
    EXPECT_EQ(found.label, "N7");
    ASSERT_TRUE(found.long_line);
    EXPECT_EQ(found.long_line->sop_uid, image_uid);
    EXPECT_THAT(found.images, testing::ElementsAre(image_uid));
    EXPECT_EQ(reasons(told), "");
}

TEST(ReportedNodules, AreReadInTheOlderCodesOfOhifToo)
{
    const auto told =
        told_by(report_of_group({code_item({"G-C0E3", "SRT", "Finding Site"}, {"T-28300", "SRT", "RML"}),
                                 number_item({"G-A185", "SRT", "Long Axis"}, "59.5494615604866", "mm"),
                                 number_item({"G-A186", "SRT", "Short Axis"}, "43.3602869277437", "mm")}));
    ASSERT_EQ(told.nodules.size(), 1U) << reasons(told);
    EXPECT_EQ(told.nodules[0].long_axis, Length::from_thousandths(59'549));
    EXPECT_EQ(told.nodules[0].short_axis, Length::from_thousandths(43'360));
    EXPECT_EQ(told.nodules[0].lobe, Lobe::rml);
}

struct NotTaken {
    const char* why_it_would_hurt;
    Code name;
    std::string number;
    std::string unit;
    const char* reason;
};

TEST(ReportedNodules, TakeNoValueThatIsNotWhatItsNameSays)
{
    const std::vector<NotTaken> rows = {
        {"26 pixels of 0.7 mm are 18 mm, not 26", long_axis, "26", "1", "is in pixels (26), not in mm"},
        {"the same with another sign for it", long_axis, "26", "{pixels}", "is in pixels"},
        {"an area of 4,806 mm2 is no axis of 4,806 mm", length, "4806.42320110457", "mm2", "is an area"},
        {"a volume in mm is none", volume, "512.3", "mm", "is a length"},
        {"an axis in mm3 is none", long_axis, "512.3", "mm3", "is a volume"},
        {"a size below 0 is none", long_axis, "-8.4", "mm", "-8.4 is no size"},
        {"nor is 0", long_axis, "0", "mm", "0 is no size"},
        {"a unit that is not known may be inches", long_axis, "0.33", "[in_i]", "no unit that is known"},
        {"a number without a value", long_axis, "", "", "has no value"},
        {"text in the place of a number", long_axis, "8,4", "mm", "is no number"},
    };
    for (const NotTaken& row : rows) {
        const auto told = told_by(report_of_group({code_item(finding_name, nodule), code_item(site_name, lower_left),
                                                   number_item(row.name, row.number, row.unit)}));
        EXPECT_TRUE(told.nodules.empty()) << row.why_it_would_hurt;
        EXPECT_THAT(reasons(told), HasSubstr(row.reason)) << row.why_it_would_hurt;
        EXPECT_THAT(reasons(told), HasSubstr("group 1")) << row.why_it_would_hurt;
    }
}

TEST(ReportedNodules, KeepTheRestOfAGroupWhoseOneValueIsWrong)
{
    const auto told = told_by(report_of_group(
        {code_item(finding_name, nodule), number_item(long_axis, "8.4", "mm"), number_item(short_axis, "12", "1")}));
    ASSERT_EQ(told.nodules.size(), 1U);
    EXPECT_EQ(told.nodules[0].long_axis, Length::from_thousandths(8'400));
    EXPECT_EQ(told.nodules[0].short_axis, std::nullopt);
    EXPECT_THAT(reasons(told), HasSubstr("pixels"));
}

TEST(ReportedNodules, AreNoOrgansAndNoOtherSites)
{
    const std::vector<std::pair<Code, Code>> rows = {
        {{"15825003", "SCT", "Aorta"}, {}},
        {{"T-A7010", "SRT", "Spinal cord"}, {"T-D00F7", "SRT", "Cervico-thoracic spine"}},
        {nodule, {"T-C5300", "SRT", "pharyngeal tonsil (adenoid)"}},
        {{"M-80003", "SRT", "Neoplasm, Primary"}, {"10200004", "SCT", "Liver"}},
        {nodule, {"69748006", "SCT", "Thyroid"}},
        {{"X", "99TEXT", "lymph nodule"}, {}},
    };
    for (const auto& [finding, site] : rows) {
        std::vector<std::string> items{code_item(finding_name, finding), number_item(long_axis, "31.0", "mm")};
        if (!site.empty()) items.push_back(code_item(site_name, site));
        const auto told = told_by(report_of_group(items));
        EXPECT_TRUE(told.nodules.empty()) << finding.meaning << " in " << site.meaning;
        EXPECT_FALSE(told.left_out.empty());
    }
}

TEST(ReportedNodules, AreNotThoseOfAnMr)
{
    Head head;
    head.image_class = "1.2.840.10008.5.1.4.1.1.4";
    const auto told = told_by(report_of_group({number_item(long_axis, "59.5", "mm")}, head));
    EXPECT_TRUE(told.nodules.empty());
    EXPECT_THAT(reasons(told), HasSubstr("images other than CT"));
}

TEST(ReportedNodules, AreNotThoseOfAPetBesideACt)
{
    // The evidence lists a CT; the line is drawn on the PET.
    const std::string pet = "1.2.840.10008.5.1.4.1.1.128";
    const auto told = told_by(report_of_group(
        {code_item(finding_name, nodule),
         number_item(long_axis, "31.0", "mm", {line_item({1, 2, 3, 4}, image_item(pet, "1.2.3.4.5.8"))})}));
    EXPECT_TRUE(told.nodules.empty());
    EXPECT_THAT(reasons(told), HasSubstr("images other than CT"));
}

TEST(ReportedNodules, HaveTheSiteThatStandsAtTheNumber)
{
    const Code liver{"10200004", "SCT", "Liver"};
    EXPECT_EQ(told_by(report_of_group({number_item(long_axis, "8.4", "mm", {code_item(site_name, lower_left)})}))
                  .nodules.at(0)
                  .lobe,
              Lobe::lll);
    EXPECT_TRUE(
        told_by(report_of_group({number_item(long_axis, "8.4", "mm", {code_item(site_name, liver)})})).nodules.empty());
}

TEST(ReportedNodules, HaveTheLobeOfCodeAndLaterality)
{
    const Code upper{"45653009", "SCT", "Upper lobe of lung"};
    const Code right{"24028007", "SCT", "Right"};
    const Code left{"7771000", "SCT", "Left"};
    struct Row {
        Code site;
        std::optional<Code> laterality;
        std::optional<Lobe> lobe;
        std::optional<Side> side;
    };
    const std::vector<Row> rows = {
        {upper, right, Lobe::rul, Side::right},
        {upper, left, Lobe::lul, Side::left},
        {upper, std::nullopt, std::nullopt, std::nullopt},  // of either lung: not guessed
        {{"45653009", "SCT", "Upper lobe of right lung"}, std::nullopt, Lobe::rul, Side::right},
        {{"42400003", "SCT", "anything"}, std::nullopt, Lobe::rul, Side::right},
        {{"39607008", "SCT", "Lung"}, left, std::nullopt, Side::left},
        {{"3341006", "SCT", "Right lung"}, std::nullopt, std::nullopt, Side::right},
    };
    for (const Row& row : rows) {
        std::vector<std::string> below;
        if (row.laterality) below.push_back(code_item(laterality_name, *row.laterality));
        const auto told =
            told_by(report_of_group({code_item(finding_name, nodule), code_item(site_name, row.site, below),
                                     number_item(long_axis, "8.4", "mm")}));
        ASSERT_EQ(told.nodules.size(), 1U) << row.site.meaning << reasons(told);
        EXPECT_EQ(told.nodules[0].lobe, row.lobe) << row.site.meaning;
        EXPECT_EQ(told.nodules[0].side, row.side) << row.site.meaning;
    }
}

TEST(ReportedNodules, HaveTheSiteBehindALabelThatSomebodyTyped)
{
    // OHIF writes the label of a measurement as one more site, before the true one.
    const Code label{"CORNERSTONEFREETEXT", "CORNERSTONEJS", "Target 1"};
    const auto told = told_by(report_of_group({code_item(finding_name, nodule), code_item(site_name, label),
                                               code_item(site_name, lower_left), number_item(long_axis, "8.4", "mm")}));
    ASSERT_EQ(told.nodules.size(), 1U) << reasons(told);
    EXPECT_EQ(told.nodules[0].lobe, Lobe::lll);
    EXPECT_EQ(told_by(report_of_group({code_item(finding_name, nodule), code_item(site_name, label),
                                       number_item(long_axis, "8.4", "mm")}))
                  .nodules.size(),
              1U)
        << "a label is no site that is not a lung";
}

TEST(ReportedNodules, LieInTheLungWhereOneOfTheSitesDoes)
{
    const Code liver{"10200004", "SCT", "Liver"};
    const auto with = [&](const Code& one, const Code& other) {
        return told_by(report_of_group({code_item(finding_name, nodule), code_item(site_name, one),
                                        code_item(site_name, other), number_item(long_axis, "8.4", "mm")}));
    };
    EXPECT_EQ(with(liver, lower_left).nodules.at(0).lobe, Lobe::lll);
    EXPECT_EQ(with(lower_left, liver).nodules.at(0).lobe, Lobe::lll);
    EXPECT_TRUE(with(liver, {"69748006", "SCT", "Thyroid"}).nodules.empty());
}

TEST(ReportedNodules, AreReadInTheOlderNamesOfSrt)
{
    for (const std::string scheme : {"SNM3", "99SDM"}) {
        const auto told = told_by(report_of_group({code_item(finding_name, {"M-03010", scheme, "Nodule"}),
                                                   code_item(site_name, {"T-28830", scheme, "Lower lobe"},
                                                             {code_item(laterality_name, {"G-A101", scheme, "Left"})}),
                                                   number_item({"G-A185", scheme, "Long Axis"}, "8.4", "mm")}));
        ASSERT_EQ(told.nodules.size(), 1U) << scheme << reasons(told);
        EXPECT_EQ(told.nodules[0].lobe, Lobe::lll) << scheme;
    }
}

TEST(ReportedNodules, MarkALengthThatIsNotCalledTheLongAxis)
{
    const auto told = told_by(report_of_group({code_item(finding_name, nodule), caliper(length, "39.366", "mm")}));
    ASSERT_EQ(told.nodules.size(), 1U);
    EXPECT_TRUE(told.nodules[0].has_one_diameter);
    EXPECT_EQ(told.nodules[0].long_axis, Length::from_thousandths(39'366));

    const auto two = told_by(report_of_group({code_item(finding_name, nodule), number_item(length, "39.3", "mm"),
                                              number_item({"81827009", "SCT", "Diameter"}, "12", "mm")}));
    EXPECT_TRUE(two.nodules.empty()) << "which of the two is the long axis is not said";
    EXPECT_THAT(reasons(two), HasSubstr("several lengths"));
}

TEST(ReportedNodules, TakeAMeanCtNumberAlone)
{
    const Code derivation{"121401", "DCM", "Derivation"};
    const auto with = [&](const Code& how) {
        return told_by(report_of_group({code_item(finding_name, nodule), number_item(long_axis, "8.4", "mm"),
                                        number_item(ct_number, "310", "[hnsf'U]", {code_item(derivation, how)})}));
    };
    EXPECT_EQ(with({"373098007", "SCT", "Mean"}).nodules.at(0).mean_attenuation, Attenuation_HU::whole(310));
    EXPECT_EQ(with({"R-00317", "SRT", "Mean"}).nodules.at(0).mean_attenuation, Attenuation_HU::whole(310));
    EXPECT_EQ(with({"G-A437", "SRT", "Maximum"}).nodules.at(0).mean_attenuation, std::nullopt);
}

TEST(ReportedNodules, DoNotDependOnOrderTemplatesOrIds)
{
    // The group stands outside its container, its values before its finding, without tracking id and UID.
    const auto told = told_by(report_file(
        {}, {container(group_name, {number_item(short_axis, "6.1", "mm"), number_item(long_axis, "8.4", "mm"),
                                    code_item(site_name, lower_left), code_item(finding_name, nodule)})}));
    ASSERT_EQ(told.nodules.size(), 1U) << reasons(told);
    EXPECT_EQ(told.nodules[0].tracking_uid, "");
}

TEST(ReportedNodules, LeaveOutTwoValuesOfOneName)
{
    const auto told = told_by(report_of_group(
        {code_item(finding_name, nodule), number_item(long_axis, "8.4", "mm"), number_item(long_axis, "9.4", "mm")}));
    EXPECT_THAT(reasons(told), HasSubstr("8.4 and 9.4 under one name"));
    EXPECT_TRUE(told.nodules.empty()) << "neither may be taken for the other";
}

TEST(ReportedNodules, HaveTheDayOfTheCtAndNotOfTheReport)
{
    const std::vector<std::string> group{code_item(finding_name, nodule), number_item(long_axis, "8.4", "mm")};
    EXPECT_EQ(told_by(report_of_group(group)).ct_date, "20261015");
    Head elsewhere;
    elsewhere.image_study = "1.2.99";  // the report stands in a study of its own, of another day
    EXPECT_EQ(told_by(report_of_group(group, elsewhere)).ct_date, "");
    EXPECT_EQ(told_by(report_of_group(group, elsewhere)).study_uid, "1.2.99");
    const std::string library =
        container({"111028", "DCM", "Image Library"}, {date_item({"111060", "DCM", "Study Date"}, "20261012")});
    EXPECT_EQ(told_by(report_file(elsewhere, {library, container(group_name, group)})).ct_date, "20261012");
}

TEST(ReportedNodules, OfChestCadAreProposalsOfAProgram)
{
    const Code finding{"111059", "DCM", "Single Image Finding"};
    const Code modifier{"112024", "DCM", "Single Image Finding Modifier"};
    const Code diameter{"81827009", "SCT", "Diameter"};
    const Code opacity{"112033", "DCM", "Abnormal opacity"};
    const Code intent{"111056", "DCM", "Rendering Intent"};
    const auto cad = [&](const std::vector<std::string>& below) {
        return told_by(report_file({}, {code_item(finding, opacity, below)}, {"112000", "DCM", "Chest CAD Report"}));
    };
    const auto told = cad({code_item(modifier, nodule), number_item(diameter, "0.9", "cm"),
                           number_item({"111012", "DCM", "Certainty of Finding"}, "87.5", "%")});
    ASSERT_EQ(told.nodules.size(), 1U) << reasons(told);
    EXPECT_EQ(told.observer, Observer::program);
    EXPECT_EQ(told.nodules[0].long_axis, Length::whole(9));
    EXPECT_TRUE(told.nodules[0].has_one_diameter);
    EXPECT_EQ(told.nodules[0].certainty_percent, "87.5");
    EXPECT_TRUE(cad({code_item(modifier, {"60046008", "SCT", "Pleural effusion"}), number_item(diameter, "9", "mm")})
                    .nodules.empty());
    EXPECT_TRUE(cad({code_item(modifier, nodule), number_item(diameter, "9", "mm"),
                     code_item(intent, {"111152", "DCM", "Not for Presentation"})})
                    .nodules.empty());
}

TEST(ReportedNodules, KnowWhoAnswersForThem)
{
    const Code observer{"121005", "DCM", "Observer Type"};
    const std::string group = container(group_name, {number_item(long_axis, "8.4", "mm")});
    const std::string person = code_item(observer, {"121006", "DCM", "Person"});
    const std::string device = code_item(observer, {"121007", "DCM", "Device"});
    EXPECT_EQ(told_by(report_file({}, {group})).observer, Observer::not_told);
    EXPECT_EQ(told_by(report_file({}, {person, group})).observer, Observer::person);
    EXPECT_EQ(told_by(report_file({}, {person, device, group})).observer, Observer::program)
        << "a program beside a person: a person confirms";
}

TEST(ReportedNodules, SaysThatThereIsNoGroup)
{
    const auto told = told_by(report_file({}, {text_item({"121106", "DCM", "Comment"}, "8 mm nodule in the RUL")}));
    EXPECT_TRUE(told.nodules.empty());
    EXPECT_THAT(reasons(told), HasSubstr("no measurement group"));
}

}  // namespace
}  // namespace nodtrack::exchange
