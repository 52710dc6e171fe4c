#include "nodtrack/assess/what_if.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "../support/case_table.hpp"
#include "../support/generated_patients.hpp"
#include "../support/sanitized.hpp"

namespace nodtrack::assess {
namespace {

const Judge& released()
{
    static const Judge judge = Judge::released();
    return judge;
}

std::string said(const Change& change)
{
    std::ostringstream text;
    text << change.subject << " " << change.what << " " << change.from << " -> " << change.to
         << " (just before: " << change.just_before << ") "
         << policy::action_words[static_cast<std::size_t>(change.outcome.action)] << " by "
         << change.outcome.deciding_rule << " [";
    for (const Setting& setting : change.settings)
        text << " " << setting.text();
    text << " ]";
    return text.str();
}

Outcome outcome_with(const PatientRecord& record, Date as_of, const std::vector<Setting>& settings)
{
    const auto other = altered(record, as_of, settings);
    EXPECT_TRUE(other) << other.error().message;
    if (!other) return {};
    return outcome_of(released().assess(other->record, other->as_of, Detail::none), released().policy());
}

const Change* find(const std::vector<Change>& changes, std::string_view subject, std::string_view what,
                   Direction direction, Effect effect = Effect::action)
{
    const auto found = std::find_if(changes.begin(), changes.end(), [&](const Change& change) {
        return change.subject == subject && change.what == what && change.direction == direction &&
               change.effect == effect;
    });
    return found == changes.end() ? nullptr : &*found;
}

// --- what holds of every change named
// ---------------------------------------------------------------------------------

Effect effect_between(const Outcome& now, const Outcome& then)
{
    if (now.action != then.action) return Effect::action;
    return now.patient_class != then.patient_class ? Effect::patient_class : Effect::date;
}

bool names_every_change(const Change& change)
{
    return change.direction == Direction::filled_in || change.what == "a further nodule";
}

void expect_right_at_its_value(const Change& change, const PatientRecord& record, Date as_of, const Outcome& now)
{
    const Outcome then = outcome_with(record, as_of, change.settings);
    EXPECT_EQ(then, change.outcome) << said(change);
    if (!names_every_change(change)) {
        EXPECT_EQ(effect_between(now, then), change.effect) << said(change);
    }
    EXPECT_NE(then, now) << said(change);
}

void expect_not_yet_just_before(const Change& change, const PatientRecord& record, Date as_of, const Outcome& now)
{
    if (change.direction == Direction::other) return;
    const Outcome before = outcome_with(record, as_of, change.settings_just_before);
    switch (change.effect) {
        case Effect::action:
            EXPECT_NE(before.action, change.outcome.action) << said(change);
            if (!names_every_change(change)) {
                EXPECT_EQ(before.action, now.action) << said(change);
            }
            break;
        case Effect::patient_class:
            EXPECT_TRUE(before.action != now.action || before.patient_class == now.patient_class) << said(change);
            break;
        case Effect::date:
            EXPECT_TRUE(before == now || effect_between(now, before) != Effect::date ||
                        (before.due_date == now.due_date && before.safety_net_ct_date == now.safety_net_ct_date))
                << said(change);
            break;
    }
}

/// 0.1 mm, 0.1 SUV, 1 mm3, one nodule, a day, or a month where months are counted.
void expect_one_step_apart(const Change& change)
{
    if (change.direction == Direction::other || change.just_before.empty()) return;
    const auto to = Date::parse(change.to);
    const auto before = Date::parse(change.just_before);
    if (to && before) {
        const int longest = change.what == "resection_date" ? 31 : 1;
        EXPECT_LE(std::abs(days_between(*before, *to)), longest) << said(change);
        return;
    }
    const auto value = parse_thousandths(change.to);
    const auto near = parse_thousandths(change.just_before);
    if (!value || !near) return;  // from `running`
    const std::int64_t step = change.unit == "mm3" || change.direction == Direction::added ? 1000 : 100;
    EXPECT_LE(std::abs(*value - *near), step) << said(change);
    EXPECT_NE(*value, *near) << said(change);
}

void expect_typeable(const Change& change)
{
    for (const Setting& setting : change.settings) {
        const auto typed = parse_setting(setting.text());
        ASSERT_TRUE(typed) << setting.text();
        EXPECT_EQ(*typed, setting);
    }
}

constexpr std::size_t patients_by_chance = cases_by_chance(1000);
const Date today = cases::generated_as_of();

TEST(WhatIf, IsRightForAThousandPatients)
{
    std::size_t named = 0;
    std::size_t actions = 0;
    std::size_t patients_with_a_change = 0;
    for (const PatientRecord& record : cases::generated_patients(20261122, patients_by_chance)) {
        const Outcome now = outcome_of(released().assess(record, today, Detail::none), released().policy());
        const auto changes = what_would_change(record, released(), today);
        for (const Change& change : changes) {
            expect_right_at_its_value(change, record, today, now);
            expect_not_yet_just_before(change, record, today, now);
            expect_one_step_apart(change);
            expect_typeable(change);
            actions += change.effect == Effect::action ? 1 : 0;
        }
        named += changes.size();
        patients_with_a_change += changes.empty() ? 0 : 1;
        ASSERT_FALSE(HasFailure()) << record.patient.patient_id;
    }
    // Nearly everyone's answer hangs on something, else nothing was tested.
    EXPECT_GT(patients_with_a_change, patients_by_chance * 9 / 10);
    EXPECT_GT(actions, patients_by_chance * 5);
    RecordProperty("changes", static_cast<int>(named));
}

TEST(WhatIf, IsRightAtTheNextScanForAThousandPatients)
{
    std::size_t named = 0;
    for (const PatientRecord& record : cases::generated_patients(5, patients_by_chance)) {
        const auto next = at_next_scan(record, released(), today);
        if (!next) continue;
        EXPECT_EQ(outcome_with(next->record, next->date, {}), next->unchanged);
        for (const Change& change : next->changes) {
            const Outcome then = outcome_with(next->record, next->date, change.settings);
            EXPECT_EQ(then, change.outcome) << said(change);
            EXPECT_GT(then.action, next->unchanged.action) << said(change);
            const Outcome before = outcome_with(next->record, next->date, change.settings_just_before);
            EXPECT_NE(before.action, then.action) << said(change);
            expect_one_step_apart(change);
        }
        named += next->changes.size();
        ASSERT_FALSE(HasFailure()) << record.patient.patient_id;
    }
    // Most have something open now and so no next scan; those who have one hang on its sizes.
    EXPECT_GT(named, patients_by_chance / 2);
}

/// Critical values are hints where to look; this looks everywhere.
TEST(WhatIf, MissesNoNearerSize)
{
    constexpr std::size_t patients = cases_by_chance(60);
    constexpr std::int64_t largest_tenths = 900;
    for (const PatientRecord& record : cases::generated_patients(77, patients)) {
        const Assessment assessment = released().assess(record, today, Detail::none);
        const auto changes = what_would_change(record, released(), today);
        for (const NoduleAssessment& nodule : assessment.nodules) {
            if (!nodule.long_axis) continue;
            const std::string& id = record.nodule_ids[nodule.nodule];
            std::string nearest = "none";
            for (std::int64_t tenths = nodule.long_axis->thousandths() / 100 + 1; tenths < largest_tenths; ++tenths) {
                const std::string size = decimal_text(tenths * 100);
                const Setting setting{.subject = id, .column = "long_axis_mm", .value = size};
                if (outcome_with(record, today, {setting}).action == assessment.recommendation.action) continue;
                nearest = size;
                break;
            }
            const Change* found = find(changes, id, "long_axis_mm", Direction::up);
            const bool beyond = found != nullptr && *parse_thousandths(found->to) >= largest_tenths * 100;
            EXPECT_EQ(found == nullptr || beyond ? "none" : found->to, nearest)
                << record.patient.patient_id << ", " << id;
        }
    }
}

TEST(WhatIf, MissesNoNearerEndOfTherapy)
{
    const PatientRecord record =
        cases::record_of("", "-12m: N1 6.0x5.0 / -6m: N1 6.0x5.0 / 0: N1 6.0x5.0", "systemic -14m..-3m");
    const Date day = cases::day_zero();
    const auto changes = what_would_change(record, released(), day);
    const Outcome now = outcome_with(record, day, {});
    for (const Direction direction : {Direction::down, Direction::up}) {
        const Date end = *record.therapies.front().end_date;
        const int sign = direction == Direction::up ? 1 : -1;
        std::string nearest = "none";
        for (int days = 1; days < 330 && nearest == "none"; ++days) {
            const Setting setting{
                .subject = "systemic", .column = "end_date", .value = add_days(end, sign * days).iso()};
            if (outcome_with(record, day, {setting}).action != now.action) nearest = setting.value;
        }
        const auto found = std::find_if(changes.begin(), changes.end(), [&](const Change& change) {
            return change.what.starts_with("end of systemic") && change.direction == direction &&
                   change.effect == Effect::action;
        });
        EXPECT_EQ(found == changes.end() ? "none" : found->to, nearest);
    }
}

// --- single patients
// --------------------------------------------------------------------------------------------------

TEST(WhatIf, NamesTheNearestSizesOnBothSidesOfTheGreyBand)
{
    const auto record = cases::record_of("", "0: N1 5.9x5.4");
    const auto changes = what_would_change(record, released(), cases::day_zero());
    const Change* up = find(changes, "N1", "long_axis_mm", Direction::up);
    ASSERT_NE(up, nullptr);
    EXPECT_EQ(up->from, "5.9");
    EXPECT_EQ(up->to, "6.0");
    EXPECT_EQ(up->outcome.action, policy::Action::tumour_board);
    EXPECT_EQ(up->outcome.deciding_rule, "R4");
    EXPECT_EQ(up->until, "") << "nothing but the board beyond";
    ASSERT_EQ(up->nodule_rules.size(), 1U);
    EXPECT_EQ(up->nodule_rules.front().rule, "N9h");
    const Change* down = find(changes, "N1", "long_axis_mm", Direction::down);
    ASSERT_NE(down, nullptr);
    EXPECT_EQ(down->to, "4.9");
    EXPECT_EQ(down->just_before, "5.0");
    EXPECT_EQ(down->outcome.action, policy::Action::continue_surveillance);
}

TEST(WhatIf, StaysExactBetweenTheTenths)
{
    const auto changes = what_would_change(cases::record_of("", "0: N1 5.96x5.4"), released(), cases::day_zero());
    const Change* up = find(changes, "N1", "long_axis_mm", Direction::up);
    ASSERT_NE(up, nullptr);
    EXPECT_EQ(up->to, "6.0");
    EXPECT_EQ(up->just_before, "5.96");
    EXPECT_TRUE(up->settings_just_before.empty());
}

TEST(WhatIf, NamesTheGrowthThatTheBoardWouldSee)
{
    const auto record = cases::record_of("", "-12m: N1 4.0 / -6m: N1 4.0 / 0: N1 4.2");
    const auto changes = what_would_change(record, released(), cases::day_zero());
    const auto growth = std::find_if(changes.begin(), changes.end(), [](const Change& change) {
        return change.what.starts_with("growth since") && change.direction == Direction::up &&
               change.effect == Effect::action;
    });
    ASSERT_NE(growth, changes.end());
    EXPECT_EQ(growth->from, "0.2");
    EXPECT_EQ(growth->to, "1.6") << "above 1.5 mm growth is possible";
    EXPECT_EQ(growth->outcome.action, policy::Action::short_interval_ct);
}

TEST(WhatIf, FindsTheSecondNoduleOnTheOtherSide)
{
    // Two NO_PRIOR nodules on both sides are at least indeterminate (P3).
    const auto record = cases::record_of("", "0: N1 4.0x4.0 left");
    const auto changes = what_would_change(record, released(), cases::day_zero());
    const Change* second =
        find(changes, "N1", "further nodules of the same size and look on the right", Direction::added);
    ASSERT_NE(second, nullptr);
    EXPECT_EQ(second->to, "1");
    EXPECT_EQ(second->outcome.action, policy::Action::short_interval_ct);
    EXPECT_EQ(second->outcome.patient_rules, std::vector<std::string>{"P3"});
}

TEST(WhatIf, NamesEachStepOfASizeThatIsNotKnown)
{
    const auto changes = what_would_change(cases::record_of("", "0: N1"), released(), cases::day_zero());
    std::vector<std::string> sizes;
    for (const Change& change : changes) {
        if (change.subject == "N1" && change.what == "long_axis_mm") sizes.push_back(change.to + " to " + change.until);
    }
    EXPECT_EQ(sizes, (std::vector<std::string>{"0.1 to 4.9", "5.0 to 5.9", "6.0 to "}));
}

TEST(WhatIf, KeepsChangesOfClassOrDateApart)
{
    const auto record = cases::record_of("resection_date=-12m", "0: N1 9.0x9.0");
    const auto changes = what_would_change(record, released(), cases::day_zero());
    EXPECT_EQ(find(changes, "N1", "long_axis_mm", Direction::up), nullptr) << "the board sees it already";
    const Change* met = find(changes, "N1", "long_axis_mm", Direction::up, Effect::patient_class);
    ASSERT_NE(met, nullptr);
    EXPECT_EQ(met->to, "10.0");
    EXPECT_EQ(met->outcome.patient_class, policy::PatientClass::metastasis_criteria_met);
}

TEST(WhatIf, TellsSizesOfTheNextScan)
{
    const auto record = cases::record_of("", "-12m: N1 4.0 / -6m: N1 4.0 / 0: N1 4.0");
    const auto next = at_next_scan(record, released(), cases::day_zero());
    ASSERT_TRUE(next);
    EXPECT_EQ(next->date, add_months(cases::day_zero(), 3));
    EXPECT_EQ(next->unchanged.action, policy::Action::continue_surveillance);
    std::vector<std::string> steps;
    for (const Change& change : next->changes) {
        if (change.subject == "N1") {
            steps.push_back(change.to + " " +
                            std::string(policy::action_words[static_cast<std::size_t>(change.outcome.action)]));
        }
    }
    ASSERT_GE(steps.size(), 2U);
    EXPECT_EQ(steps[0], "5.6 SHORT_INTERVAL_CT") << "growth above 1.5 mm is possible growth";
    EXPECT_EQ(steps[1], "6.0 TUMOUR_BOARD") << "growth of 2.0 mm is unequivocal";
}

TEST(WhatIf, TakesTheSafetyNetCtBesideABoardAsTheNextScan)
{
    const auto next = at_next_scan(cases::record_of("", "0: N1 9.0x9.0"), released(), cases::day_zero());
    ASSERT_TRUE(next);
    EXPECT_EQ(next->date, add_months(cases::day_zero(), 3));
}

TEST(WhatIf, NamesNoNextScanForAnUrgentCase)
{
    EXPECT_FALSE(at_next_scan(cases::record_of("", "0 [cough]: N1 4.0x4.0"), released(), cases::day_zero()));
}

// --- settings
// ---------------------------------------------------------------------------------------------------------

TEST(Setting, IsTypedAsItIsWritten)
{
    for (const std::string text :
         {"histology=osteosarcoma", "N1.long_axis_mm=6.0", "N1@A.3.long_axis_mm=6.0", "@A3.reading=limited",
          "+N9.side=left", "systemic@2025-01-31.end_date=", "as_of=2026-12-31", "symptoms=cough;dyspnoea"}) {
        const auto setting = parse_setting(text);
        ASSERT_TRUE(setting) << text;
        EXPECT_EQ(setting->text(), text);
    }
    for (const std::string text : {"", "histology", "=x", "N1.=6.0", ".long_axis_mm=6.0"}) {
        EXPECT_FALSE(parse_setting(text)) << text;
    }
}

ErrorCode refusal(const PatientRecord& record, const std::string& text)
{
    const auto other = altered(record, cases::day_zero(), std::vector{*parse_setting(text)});
    EXPECT_FALSE(other) << text;
    return other ? ErrorCode::internal : other.error().code;
}

TEST(Setting, IsRefusedWhereTheRecordCouldNotHoldIt)
{
    const auto record = cases::record_of("", "0: N1 5.9x5.4", "systemic -6m..-3m");
    EXPECT_EQ(refusal(record, "colour=green"), ErrorCode::usage);
    EXPECT_EQ(refusal(record, "N1.colour=green"), ErrorCode::usage);
    EXPECT_EQ(refusal(record, "long_axis_mm=6.0"), ErrorCode::usage);
    EXPECT_EQ(refusal(record, "N7.long_axis_mm=6.0"), ErrorCode::not_found);
    EXPECT_EQ(refusal(record, "N1@nowhere.long_axis_mm=6.0"), ErrorCode::not_found);
    EXPECT_EQ(refusal(record, "sbrt.end_date=2026-01-01"), ErrorCode::not_found);
    EXPECT_EQ(refusal(record, "+N1.long_axis_mm=6.0"), ErrorCode::bad_input);
    EXPECT_EQ(refusal(record, "N1.long_axis_mm=6,0"), ErrorCode::bad_input);
    EXPECT_EQ(refusal(record, "N1.long_axis_mm=-1"), ErrorCode::bad_input);
    EXPECT_EQ(refusal(record, "N1.short_axis_mm=6.0"), ErrorCode::bad_input) << "longer than the long axis";
    EXPECT_EQ(refusal(record, "histology=sarcoma"), ErrorCode::bad_input);
    EXPECT_EQ(refusal(record, "systemic.end_date=1999-01-01"), ErrorCode::bad_input) << "ends before it began";
    EXPECT_EQ(refusal(record, "as_of=tomorrow"), ErrorCode::bad_input);
}

TEST(Setting, TakesTheShortAxisAlongAndSaysSo)
{
    const auto record = cases::record_of("", "0: N1 5.9x5.4");
    const auto other = altered(record, cases::day_zero(), std::vector{*parse_setting("N1.long_axis_mm=4.0")});
    ASSERT_TRUE(other);
    EXPECT_EQ(other->record.measurements.front().findings.short_axis, Length::whole(4));
    EXPECT_EQ(other->notes.size(), 1U);
    EXPECT_EQ(record.measurements.front().findings.short_axis, Length::from_thousandths(5400)) << "a copy was changed";
}

TEST(Setting, OfANoduleIsOfTheSeriesThatMeasuresIt)
{
    const auto record = cases::record_of("", "0 [id=a]: N1 4.0x4.0 / 0 [id=b slice=2.0]: N1 4.4x4.0; N2 5.0x4.0");
    const auto set = [&](const std::string& text) {
        const auto other = altered(record, cases::day_zero(), std::vector{*parse_setting(text)});
        EXPECT_TRUE(other) << text;
        std::string sizes;
        for (const Measurement& row : other->record.measurements)
            sizes += decimal_text(row.findings.long_axis->thousandths()) + " ";
        return sizes;
    };
    EXPECT_EQ(set("N1.long_axis_mm=9.0"), "9.0 4.4 5.0 ") << "the preferred series, with the thinner slices";
    EXPECT_EQ(set("N2.long_axis_mm=9.0"), "4.0 4.4 9.0 ") << "the one series that has a row of it";
    EXPECT_EQ(set("N1@b.long_axis_mm=9.0"), "4.0 9.0 5.0 ");
}

TEST(Setting, OfTheAsOfDayDecidesTheIndexScan)
{
    const auto record = cases::record_of("", "-6m: N1 4.0 / 0: N1 5.9x5.4");
    const Date earlier = add_months(cases::day_zero(), -3);
    const auto other =
        altered(record, cases::day_zero(),
                std::vector{*parse_setting("N1.long_axis_mm=9.0"), *parse_setting("as_of=" + earlier.iso())});
    ASSERT_TRUE(other);
    EXPECT_EQ(other->as_of, earlier);
    EXPECT_EQ(other->record.measurements[0].findings.long_axis, Length::whole(9));
    EXPECT_EQ(other->record.measurements[1].findings.long_axis, Length::from_thousandths(5900));
}

}  // namespace
}  // namespace nodtrack::assess
