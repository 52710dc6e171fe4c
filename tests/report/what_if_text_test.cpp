#include "nodtrack/report/what_if_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "case_table.hpp"

namespace nodtrack::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const assess::Judge& released()
{
    static const assess::Judge judge = assess::Judge::released();
    return judge;
}

struct Asked {
    PatientRecord record;
    assess::Assessment now;
    std::vector<assess::Change> changes;
    std::optional<assess::NextScan> next;
};

Asked asked(const std::string& patient, const std::string& timeline)
{
    Asked asked{cases::record_of(patient, timeline), {}, {}, {}};
    const Date day = cases::day_zero();
    asked.now = released().assess(asked.record, day);
    asked.changes = assess::what_would_change(asked.record, released(), day);
    asked.next = assess::at_next_scan(asked.record, released(), day);
    return asked;
}

std::string text_of(const Asked& asked)
{
    return what_if_text(asked.record, asked.now, released(), asked.changes, asked.next);
}

TEST(WhatIfText, SaysSizeNowAndWhatItWouldMean)
{
    const std::string text = text_of(asked("", "0: N1 5.9x5.4"));
    EXPECT_THAT(text, HasSubstr("long axis at 6.0 mm or more (now 5.9 mm): TUMOUR_BOARD due 2026-06-29, safety-net CT "
                                "2026-09-15 by rule R4 (N1\n        SUSPICIOUS by rule N9h)"));
    EXPECT_THAT(text, HasSubstr("long axis at 4.9 mm or less (now 5.9 mm): CONTINUE_SURVEILLANCE"));
}

TEST(WhatIfText, SaysHowFarAnAnswerReaches)
{
    const std::string text = text_of(asked("", "0: N1"));
    EXPECT_THAT(text, HasSubstr("long axis at 0.1 to 4.9 mm (now not known): CONTINUE_SURVEILLANCE"));
    EXPECT_THAT(text, HasSubstr("long axis at 6.0 mm or more (now not known): TUMOUR_BOARD"));
}

TEST(WhatIfText, JoinsWordsThatMeanTheSame)
{
    const std::string text = text_of(asked("", "0: N1 4.0x4.0"));
    EXPECT_THAT(text, HasSubstr("symptoms cough or dyspnoea or haemoptysis"));
    EXPECT_THAT(text, HasSubstr("(now none recorded): URGENT_ESCALATION due 2026-06-17 by"));
}

TEST(WhatIfText, TellsGrowthAtTheNextCt)
{
    const std::string text = text_of(asked("", "-12m: N1 4.0 / -6m: N1 4.0 / 0: N1 4.0"));
    EXPECT_THAT(text, HasSubstr("THE NEXT CT, on 2026-09-15"));
    EXPECT_THAT(text, HasSubstr("N1: 6.0 to 8.1 mm, growth of 2.0 mm: TUMOUR_BOARD"));
    EXPECT_THAT(text, HasSubstr("a nodule not seen before: 6.0 mm or more: TUMOUR_BOARD"));
}

TEST(WhatIfText, NeverClaimsMoreThanImagingCan)
{
    for (const std::string timeline : {"0: N1 9.0x9.0", "0: N1 5.9x5.4", "0:", "0 [limited]: N1"}) {
        const std::string text = text_of(asked("resection_date=-12m", timeline));
        for (const std::string word : {"confirmed", "cured", "proven", "Fleischner", "Lung-RADS"}) {
            EXPECT_THAT(text, Not(HasSubstr(word))) << timeline;
        }
    }
}

TEST(WhatIfJson, HoldsSettingsThatCanBeTyped)
{
    const Asked question = asked("", "0: N1 5.9x5.4");
    const auto json =
        nlohmann::json::parse(what_if_json(question.record, question.now, released(), question.changes, question.next));
    EXPECT_EQ(json["now"]["action"], "SHORT_INTERVAL_CT");
    EXPECT_EQ(json["changes"].size(), question.changes.size());
    const auto& first = json["changes"][0];
    EXPECT_EQ(first["what"], "long_axis_mm");
    EXPECT_EQ(first["to"], "6.0");
    EXPECT_EQ(first["until"], nullptr);
    EXPECT_EQ(first["just_before"], "5.9");
    EXPECT_EQ(first["then"]["rules"], nlohmann::json({"R4"}));
    for (const auto& change : json["changes"]) {
        for (const auto& setting : change["set"])
            EXPECT_TRUE(assess::parse_setting(setting.get<std::string>()));
    }
    EXPECT_EQ(json["next_scan"]["date"], "2026-09-15");
}

TEST(TrialText, ShowsBothAnswersAndWhatHadToFollow)
{
    const auto record = cases::record_of("", "0: N1 5.9x5.4");
    const Date day = cases::day_zero();
    const std::vector<assess::Setting> settings = {*assess::parse_setting("N1.long_axis_mm=4.0")};
    const auto altered = assess::altered(record, day, settings);
    ASSERT_TRUE(altered);
    const auto now = released().assess(record, day);
    const auto then = released().assess(altered->record, altered->as_of);
    const Trial trial{record, now, settings, *altered, then};
    const std::string text = trial_text(trial, released());
    EXPECT_THAT(text, HasSubstr("with N1.long_axis_mm=4.0"));
    EXPECT_THAT(text, HasSubstr("the short axis is taken as no longer than the long axis"));
    EXPECT_THAT(text, HasSubstr("now   SHORT_INTERVAL_CT due 2026-09-15"));
    EXPECT_THAT(text, HasSubstr("then  CONTINUE_SURVEILLANCE"));
    const auto json = nlohmann::json::parse(trial_json(trial, released()));
    EXPECT_EQ(json["now"]["recommendation"]["action"], "SHORT_INTERVAL_CT");
    EXPECT_EQ(json["then"]["recommendation"]["action"], "CONTINUE_SURVEILLANCE");
    EXPECT_EQ(json["notes"].size(), 1U);
}

}  // namespace
}  // namespace nodtrack::report
