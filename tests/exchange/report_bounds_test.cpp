// What a file may not do to us: its bytes come from outside.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dicom_file.hpp"
#include "nesting.hpp"
#include "nodtrack/exchange/reported_nodules.hpp"

namespace nodtrack::exchange {
namespace {

using namespace test;
using testing::HasSubstr;

Result<void> checked(const std::string& bytes)
{
    return check_nesting({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()}, "x.dcm");
}

/// Sequences within sequences, their lengths not told.
std::string nested(int levels)
{
    std::string open = tag_bytes(0x0040A730) + "SQ" + std::string(2, '\0') + std::string(4, '\xFF') +
                       tag_bytes(0xFFFEE000) + std::string(4, '\xFF');
    const std::string close =
        tag_bytes(0xFFFEE00D) + std::string(4, '\0') + tag_bytes(0xFFFEE0DD) + std::string(4, '\0');
    std::string data;
    for (int i = 0; i < levels; ++i)
        data += open;
    for (int i = 0; i < levels; ++i)
        data += close;
    return dicom_file(report_class, "1.2.3", data);
}

TEST(CheckNesting, StopsBeforeDcmtkWouldCallItselfToDeath)
{
    EXPECT_TRUE(checked(nested(64)));
    for (const int levels : {65, 10'000, 500'000}) {
        const auto result = checked(nested(levels));
        ASSERT_FALSE(result) << levels;
        EXPECT_EQ(result.error().code, ErrorCode::bad_input);
        EXPECT_THAT(result.error().message, HasSubstr("more than 64 levels deep"));
    }
}

TEST(CheckNesting, RefusesAFileThatIsCutShortAnywhere)
{
    const std::string whole = report_of_group({number_item(long_axis, "8.4", "mm")});
    ASSERT_TRUE(checked(whole)) << checked(whole).error().message;
    int let_pass = 0;
    for (std::size_t length = 0; length < whole.size(); ++length)
        let_pass += checked(whole.substr(0, length)) ? 1 : 0;
    // Only behind a whole element of the top level can a shorter file not be told from a whole one.
    EXPECT_LE(let_pass, 20);
}

TEST(CheckNesting, RefusesWhatIsNoDicomFile)
{
    EXPECT_FALSE(checked(""));
    EXPECT_FALSE(checked(std::string(2000, 'x')));
}

TEST(CheckNesting, RefusesLengthsBeyondTheFile)
{
    std::string file = report_of_group({});
    file += tag_bytes(0x0040A730) + "SQ" + std::string(2, '\0') + std::string(4, '\x7F');
    EXPECT_THAT(checked(file).error().message, HasSubstr("cut short"));
}

TEST(CheckNesting, CountsElements)
{
    std::string many;
    for (std::size_t i = 0; i <= ReportLimits::elements; ++i)
        many += element(0x00080100, "SH", "");
    const auto result = checked(dicom_file(report_class, "1.2.3", many));
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message, HasSubstr("more than 1000000 elements"));
}

TEST(ReadReport, SaysWhatAFileIsThatIsNoReport)
{
    const auto folder = test_folder("no-report");
    put_file(folder / "ct.dcm", ct_slice("1.2.3", "0"));
    const auto document = read_report(folder / "ct.dcm");
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().code, ErrorCode::bad_input);
    EXPECT_THAT(document.error().message, HasSubstr("is no structured report"));
    EXPECT_EQ(read_report(folder / "nothing.dcm").error().code, ErrorCode::not_found);
}

TEST(ReportedNodules, AreNotLedInACircleByReferences)
{
    // An item that refers to what holds it, and one that refers to nothing.
    const auto by_reference = [](const std::string& place) {
        return element(0x0040A010, "CS", "SELECTED FROM") + element(0x0040DB73, "UL", place);
    };
    const std::string to_root = by_reference(number_bytes(1, 4));
    const std::string to_nowhere = by_reference(number_bytes(1, 4) + number_bytes(4'000'000'000, 4));
    const std::string drawn =
        item("HAS PROPERTIES", "SCOORD", {"111010", "DCM", "Center"},
             floats(0x00700022, {1, 2}) + element(0x00700023, "CS", "POINT"), {to_root, to_nowhere});
    const std::string finding =
        code_item({"111059", "DCM", "Single Image Finding"}, {"112033", "DCM", "Abnormal opacity"},
                  {drawn, number_item({"81827009", "SCT", "Diameter"}, "0.9", "cm")});
    const auto folder = test_folder("circle");
    put_file(folder / "cad.dcm", report_file({}, {finding}, {"112000", "DCM", "Chest CAD Report"}));
    const auto document = read_report(folder / "cad.dcm");
    ASSERT_TRUE(document) << document.error().message;
    const auto told = reported_nodules(*document);
    ASSERT_EQ(told.nodules.size(), 1U);
    EXPECT_EQ(told.nodules[0].long_axis, Length::from_thousandths(9'000));
}

}  // namespace
}  // namespace nodtrack::exchange
