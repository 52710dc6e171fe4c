#include "nodtrack/report/reminders.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace nodtrack::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Date day(std::string_view text)
{
    return *Date::parse(text);
}

Reminder reminder_of(std::string patient_id = "P1")
{
    return {.patient_id = std::move(patient_id),
            .kind = ReminderKind::next,
            .day = day("2027-02-18"),
            .action = policy::Action::urgent_escalation,
            .last_scan = day("2026-11-10"),
            .sequence = 7};
}

std::string ical_of(const std::vector<Reminder>& reminders, std::string_view language = "de")
{
    return reminders_ical(reminders, day("2026-11-20"), Sentences::in(language));
}

/// Lines as a calendar reads them: folded ones joined again.
std::string unfolded(std::string text)
{
    for (std::size_t at = text.find("\r\n "); at != std::string::npos; at = text.find("\r\n ", at))
        text.erase(at, 3);
    return text;
}

/// The value of the first line of that name.
std::string value_of(const std::string& ical, const std::string& name)
{
    const std::string text = unfolded(ical);
    const std::size_t at = text.find("\r\n" + name + ":");
    if (at == std::string::npos) return {};
    const std::size_t from = at + name.size() + 3;
    return text.substr(from, text.find("\r\n", from) - from);
}

/// RFC 5545, 3.1: lines end in CRLF, have 75 octets at most, and no character of UTF-8 is cut.
TEST(Reminders, AreFoldedAt75OctetsWithoutCuttingACharacter)
{
    Reminder long_id = reminder_of("Ä" + std::string(70, 'x') + "öäüöäüöäüöäüöäü");
    std::istringstream in(ical_of({long_id}));
    int lines = 0;
    for (std::string line; std::getline(in, line); ++lines) {
        ASSERT_TRUE(line.ends_with('\r')) << line;
        line.pop_back();
        EXPECT_LE(line.size(), 75U) << line;
        const auto first = static_cast<unsigned char>(line.size() > 1 && line[0] == ' ' ? line[1]
                                                      : line.empty()                    ? ' '
                                                                                        : line[0]);
        EXPECT_NE(first & 0xC0U, 0x80U) << "a character was cut: " << line;
    }
    EXPECT_GT(lines, 15);
}

TEST(Reminders, EscapeWhatIsPunctuationOfTheFormat)
{
    EXPECT_THAT(unfolded(ical_of({reminder_of("P;1,2\\3")})), HasSubstr("P\\;1\\,2\\\\3"));
}

TEST(Reminders, StandOnTheirDayForTheWholeDay)
{
    const std::string text = ical_of({reminder_of()});
    EXPECT_THAT(text, HasSubstr("DTSTART;VALUE=DATE:20270218\r\n"));
    EXPECT_THAT(text, HasSubstr("DTSTAMP:20261120T000000Z\r\n"));
    EXPECT_THAT(text, HasSubstr("TRIGGER:-P7D\r\n"));
    EXPECT_THAT(text, HasSubstr("METHOD:PUBLISH\r\n"));
}

/// A calendar moves the event that it has, and gets no second one.
TEST(Reminders, KeepTheirUidWhenTheDayChangesAndRaiseTheirSequence)
{
    Reminder moved = reminder_of();
    moved.day = day("2027-03-18");
    moved.sequence = 9;
    const std::string before = ical_of({reminder_of()});
    const std::string after = ical_of({moved}, "en");
    EXPECT_EQ(value_of(before, "UID"), value_of(after, "UID"));
    EXPECT_EQ(value_of(before, "SEQUENCE"), "7");
    EXPECT_EQ(value_of(after, "SEQUENCE"), "9");
}

TEST(Reminders, HaveAUidOfTheirOwnForEachPatientAndKindWithoutThePatientsIdInIt)
{
    Reminder net = reminder_of();
    net.kind = ReminderKind::safety_net;
    EXPECT_NE(value_of(ical_of({reminder_of()}), "UID"), value_of(ical_of({net}), "UID"));
    EXPECT_NE(value_of(ical_of({reminder_of()}), "UID"), value_of(ical_of({reminder_of("P2")}), "UID"));
    EXPECT_THAT(value_of(ical_of({reminder_of("SARC-001")}), "UID"), Not(HasSubstr("SARC")));
}

/// Who died must not be asked to come.
TEST(Reminders, AreCancelledWhereSurveillanceEnded)
{
    Reminder ended = reminder_of();
    ended.kind = ReminderKind::ended;
    const std::string text = ical_of({ended});
    EXPECT_EQ(value_of(text, "STATUS"), "CANCELLED");
    EXPECT_EQ(value_of(text, "UID"), value_of(ical_of({reminder_of()}), "UID"));
    EXPECT_THAT(text, Not(HasSubstr("VALARM")));
    Reminder net = reminder_of();
    net.kind = ReminderKind::safety_net;
    EXPECT_THAT(text, HasSubstr(value_of(ical_of({net}), "UID"))) << "the safety-net CT goes too";
}

TEST(Reminders, AreACalendarAlsoWhenThereIsNone)
{
    EXPECT_THAT(ical_of({}), HasSubstr("BEGIN:VCALENDAR\r\n"));
    EXPECT_THAT(ical_of({}), Not(HasSubstr("VEVENT")));
}

}  // namespace
}  // namespace nodtrack::report
