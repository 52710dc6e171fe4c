#include "nodtrack/report/protocol.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "case_table.hpp"
#include "nodtrack/report/dose.hpp"
#include "released_judge.hpp"

namespace nodtrack::report {
namespace {

using cases::judge;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

CtProtocol protocol_of(const PatientRecord& record)
{
    const auto doses = dose::dose_history(record, cases::day_zero(), released_dose_factors());
    return next_ct_protocol(judge().assess(record, cases::day_zero()), record, judge(), doses);
}

ProtocolItem item_of(const PatientRecord& record, std::string_view topic)
{
    for (const ProtocolItem& item : protocol_of(record).items) {
        if (item.topic == topic) return item;
    }
    return {};
}

TEST(Protocol, AsksForNoContrastAndSaysWhy)
{
    const auto item = item_of(cases::record_of("", "0"), "contrast");
    EXPECT_EQ(item.ask, "Chest CT without IV contrast.");
    std::vector<std::string> items;
    for (const auto& citation : item.citations)
        items.push_back(citation.item);
    EXPECT_THAT(items, testing::IsSupersetOf({"S1-017", "S1-045", "X-07"}));
    EXPECT_THAT(item.history, IsEmpty());
}

TEST(Protocol, NamesEarlierContrast)
{
    EXPECT_THAT(item_of(cases::record_of("", "-3m [iv=given] / 0"), "contrast").history,
                HasSubstr("1 of 2 earlier CTs had IV contrast"));
    EXPECT_THAT(protocol_of(cases::record_of("", "0 [iv=?]")).lacking, Contains("whether the last CT had IV contrast"));
}

TEST(Protocol, AsksForTheSliceThicknessOfBeforeWhereVolumesCompareAtIt)
{
    const auto thin = item_of(cases::record_of("", "0 [slice=1.5]"), "slices");
    EXPECT_THAT(thin.ask, HasSubstr("at most 1.5 mm, and the same as before: 1.5 mm."));
    const auto thick = item_of(cases::record_of("", "0 [slice=1.501]"), "slices");
    EXPECT_THAT(thick.ask, HasSubstr("at most 1.5 mm, and beside them a reconstruction of 1.501 mm"));
    EXPECT_THAT(item_of(cases::record_of("", "-6m [slice=5.0] / 0 [slice=1.0]"), "slices").history,
                HasSubstr("1.0 mm to 5.0 mm"));
    EXPECT_THAT(protocol_of(cases::record_of("", "0 [slice=?]")).lacking,
                Contains("the slice thickness of the last CT"));
}

TEST(Protocol, SaysThatScannerAndKernelAreNotInTheRecord)
{
    const auto protocol = protocol_of(cases::record_of("", "0"));
    EXPECT_EQ(item_of(cases::record_of("", "0"), "scanner").ask, "Same scanner and kernel as before.");
    EXPECT_THAT(protocol.lacking, Contains(HasSubstr("scanner, kernel")));
}

TEST(Protocol, OfAFirstCtAsksForNothingAsBefore)
{
    const auto record = cases::record_of("", "0 [radiograph]");
    EXPECT_THAT(item_of(record, "slices").ask, Not(HasSubstr("before")));
    EXPECT_THAT(item_of(record, "scanner").ask, Not(HasSubstr("before")));
}

TEST(Protocol, OfAChildAsksForThePhantom)
{
    auto child = cases::record_of("", "0");
    child.patient.birth_date = Date::parse("2016-06-15");
    EXPECT_THAT(item_of(child, "dose").ask, HasSubstr("16 or 32 cm"));
    child.patient.birth_date = Date::parse("1970-01-01");
    EXPECT_THAT(item_of(child, "dose").ask, Not(HasSubstr("16 or 32 cm")));
}

TEST(Protocol, CarriesTheDateOfTheCtOrOfItsSafetyNet)
{
    EXPECT_EQ(protocol_of(cases::record_of("", "-3m / 0")).due, cases::day_of("+3m"));
    // Data required: the CT is the safety net's.
    EXPECT_EQ(protocol_of(cases::record_of("", "-3m / 0 [limited]")).due, cases::day_of("+3m"));
    // No CT yet: it is due at once.
    EXPECT_EQ(protocol_of(cases::record_of("", "0 [radiograph]")).due, cases::day_zero());
    // A tumour board's date is not a CT's: that of the CT in any case is.
    const auto board = protocol_of(cases::record_of("", "-3m / 0: N1 6.0x5.0"));
    EXPECT_EQ(board.due, cases::day_of("+3m"));
    EXPECT_TRUE(board.is_asked_for);
    EXPECT_THAT(board.occasion, HasSubstr("in any case the chest CT without IV contrast on 2026-09-15"));
}

TEST(Protocol, OfAPatientOutOfScopeAsksForNothing)
{
    const auto protocol = protocol_of(cases::record_of("follow_up_status=deceased", "0"));
    EXPECT_FALSE(protocol.is_asked_for);
    EXPECT_THAT(protocol.items, IsEmpty());
    EXPECT_FALSE(protocol.due.has_value());
}

TEST(Protocol, NeverAsksForWhatIsNeverRecommended)
{
    for (const cases::ClinicalCase& row : cases::clinical_cases().cases) {
        const auto doses = dose::dose_history(row.record, row.as_of, released_dose_factors());
        const auto protocol = next_ct_protocol(judge().assess(row.record, row.as_of), row.record, judge(), doses);
        for (const ProtocolItem& item : protocol.items) {
            EXPECT_THAT(item.ask, Not(HasSubstr("with IV"))) << row.title;
            EXPECT_THAT(item.ask, Not(HasSubstr("adiograph"))) << row.title;
            EXPECT_FALSE(item.citations.empty()) << item.topic;
        }
    }
}

TEST(Protocol, MarksWhatWasNotVerified)
{
    const auto record = cases::record_of("", "0");
    const auto assessment = judge().assess(record, cases::day_zero());
    const auto text =
        std::regex_replace(protocol_text(protocol_of(record), assessment, record), std::regex("\\s+"), " ");
    EXPECT_THAT(text, HasSubstr("O-06 (not verified against the source)"));
    const auto json = nlohmann::json::parse(protocol_json(protocol_of(record), assessment, record));
    EXPECT_EQ(json["due_date"], "2026-09-15");
    EXPECT_EQ(json["items"].size(), 5U);
    EXPECT_EQ(json["items"][0]["topic"], "contrast");
    EXPECT_EQ(json["items"][0]["cite"][0]["item"], "S1-017");
    EXPECT_TRUE(json["items"][0]["history"].is_null());
    EXPECT_TRUE(json["is_asked_for"]);
    EXPECT_FALSE(json["lacking"].empty());
}

}  // namespace
}  // namespace nodtrack::report
