// Conditions in words: what a clinician reads, and what a refused rule answers when asked why.

#include "nodtrack/policy/describe.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::policy {
namespace {

using assess::GrowthState;
using assess::NoduleFact;

const Policy& released()
{
    static const assess::Judge judge = assess::Judge::released();
    return judge.policy();
}

ConditionIndex condition_of(std::string_view id)
{
    const Policy& policy = released();
    const auto with_id = [&](const auto& rule) { return rule.id == id; };
    if (const auto rule = std::find_if(policy.nodule_rules.begin(), policy.nodule_rules.end(), with_id);
        rule != policy.nodule_rules.end()) {
        return rule->when;
    }
    if (const auto rule = std::find_if(policy.patient_rules.begin(), policy.patient_rules.end(), with_id);
        rule != policy.patient_rules.end()) {
        return rule->when;
    }
    const auto rule = std::find_if(policy.recommendations.begin(), policy.recommendations.end(), with_id);
    if (rule != policy.recommendations.end()) return rule->when;
    const auto definition = policy.definition(id);
    EXPECT_TRUE(definition) << id;
    return policy.definitions[definition.value_or(0)].when;
}

std::string words(std::string_view id)
{
    return describe(released(), condition_of(id));
}

/// Facts of one nodule, all unknown but those set.
class OneNodule {
  public:
    OneNodule()
    {
        table_.patient = patient_;
        table_.nodules = nodule_;
        table_.width = assess::nodule_fact_count;
        table_.count = 1;
    }

    OneNodule& set(NoduleFact fact, FactValue value)
    {
        nodule_[static_cast<std::size_t>(fact)] = value;
        return *this;
    }

    std::vector<std::string> why(std::string_view id) const
    {
        std::vector<std::string> texts;
        for (const DecidingPart& part : deciding_parts(released(), condition_of(id), Subject{&table_, 0})) {
            texts.push_back(part.text);
        }
        return texts;
    }

    std::vector<std::string> why_patient(std::string_view id) const
    {
        std::vector<std::string> texts;
        for (const DecidingPart& part : deciding_parts(released(), condition_of(id), Subject{&table_, {}})) {
            texts.push_back(part.text);
        }
        return texts;
    }

  private:
    std::array<FactValue, assess::nodule_fact_count> nodule_;
    std::array<FactValue, assess::patient_fact_count> patient_;
    FactTable table_;
};

using Texts = std::vector<std::string>;

TEST(Describe, SaysNumbersWithTheirUnit)
{
    EXPECT_EQ(words("N8d"), "growth state is NEW, and long axis at least 6.0 mm");
    EXPECT_EQ(
        words("N13b"),
        "growth state is TREATED, and measured is yes, and ((history state is STABLE, and stable at least 12 months), "
        "or (accepted is yes, and history state is STABLE or DECREASED))");
}

TEST(Describe, SaysWhatAMissingValueIsTakenAs)
{
    EXPECT_EQ(words("N8e"),
              "growth state is NEW, and long axis above 5.0 mm, and attenuation is solid (or unknown), "
              "and last said shape is round (unknown: no), and [soft tissue primary]");
}

TEST(Describe, CarriesANotIntoTheComparisonAndItsMissingValue)
{
    EXPECT_EQ(words("known_metastases"),
              "scope gates apply is yes, and known lung metastases is present (unknown: no), and lung metastases "
              "diagnosed after the "
              "as-of day is no (or unknown)");
    EXPECT_NE(words("R0").find("reading is not complete (or unknown)"), std::string::npos);
}

TEST(Describe, NamesDefinitionsInBrackets)
{
    EXPECT_EQ(words("N4b"), "growth state is UNEQUIVOCAL_GROWTH, and [typical node]");
    EXPECT_EQ(words("R4b"), "[board by nodule rule]");
}

TEST(Describe, SaysHowManyNodulesAndWhich)
{
    EXPECT_EQ(words("two_growing"), "at least 2 [countable] nodules where growth state is POSSIBLE_GROWTH");
    EXPECT_EQ(words("many_new"),
              "at least 4 [countable] nodules where [new ever], or [countable] nodules on both sides where [new ever]");
}

TEST(Describe, SaysThatMoreThanHalfAreAskedFor)
{
    EXPECT_EQ(words("P6"),
              "at least 3 [creep candidate] nodules, and more than half of them, where creep at least 1.0 mm");
}

TEST(Describe, SaysAlwaysForACatchAll)
{
    EXPECT_EQ(words("R1"), "always");
}

TEST(FactsOf, FollowDefinitionsAndNameNoneTwice)
{
    const auto facts = facts_of(released(), condition_of("N4b"));
    Texts names;
    for (const FactUse& use : facts)
        names.emplace_back(released().catalogue.of(use.scope)[use.fact].name);
    EXPECT_EQ(names,
              (Texts{"growth_state", "attenuation", "calcification", "shape", "margin", "location", "long_axis_mm"}));
}

TEST(FactsOf, IncludeTheSideWhereBothSidesAreAskedFor)
{
    const auto facts = facts_of(released(), condition_of("P2"));
    const FactUse side{Scope::nodule, static_cast<std::uint16_t>(NoduleFact::side)};
    EXPECT_EQ(std::count(facts.begin(), facts.end(), side), 1);
}

TEST(ThresholdsOf, FollowDefinitions)
{
    const auto thresholds = thresholds_of(released(), condition_of("N4b"));
    EXPECT_EQ(std::count(thresholds.begin(), thresholds.end(), Threshold{"long_axis_mm", "below", "10.0 mm"}), 1);
}

TEST(ThresholdsOf, CarryANotIntoTheComparison)
{
    const auto thresholds = thresholds_of(released(), condition_of("N14"));
    EXPECT_EQ(thresholds.back(), (Threshold{"growth_state", "is_not", "UNEQUIVOCAL_GROWTH"}));
}

TEST(ThresholdsOf, NameTheNumberOfNodules)
{
    const auto thresholds = thresholds_of(released(), condition_of("trial_criteria"));
    EXPECT_EQ(std::count(thresholds.begin(), thresholds.end(), Threshold{"count of countable", "at_least", "3"}), 1);
    EXPECT_EQ(std::count(thresholds.begin(), thresholds.end(), Threshold{"long_axis_mm", "above", "10.0 mm"}), 1);
}

TEST(ThresholdsOf, NameTheShareOfTheNodules)
{
    const auto thresholds = thresholds_of(released(), condition_of("P6"));
    EXPECT_EQ(std::count(thresholds.begin(), thresholds.end(), Threshold{"count of creep_candidate", "at_least", "3"}),
              1);
    EXPECT_EQ(std::count(thresholds.begin(), thresholds.end(), Threshold{"share of creep_candidate", "above", "50 %"}),
              1);
}

TEST(ThresholdsOf, UseOnlyTheWordsDeclared)
{
    const auto known = [](std::string_view comparator) {
        return std::count(std::begin(threshold_comparators), std::end(threshold_comparators), comparator) == 1;
    };
    for (const RecommendationRule& rule : released().recommendations) {
        for (const Threshold& threshold : thresholds_of(released(), rule.when)) {
            EXPECT_TRUE(known(threshold.comparator)) << rule.id << " " << threshold.comparator;
        }
    }
}

TEST(DecidingParts, NameTheValueThatIsTooSmall)
{
    OneNodule nodule;
    nodule.set(NoduleFact::growth_state, FactValue::word(GrowthState::newly_seen))
        .set(NoduleFact::long_axis_mm, FactValue::number(4900));
    EXPECT_EQ(nodule.why("N8d"), Texts{"long axis 4.9 mm is not at least 6.0 mm"});
}

TEST(DecidingParts, NameWhatMadeARuleFire)
{
    OneNodule nodule;
    nodule.set(NoduleFact::growth_state, FactValue::word(GrowthState::newly_seen))
        .set(NoduleFact::long_axis_mm, FactValue::number(6000));
    EXPECT_EQ(nodule.why("N8d"), (Texts{"growth state is NEW", "long axis 6.0 mm is at least 6.0 mm"}));
}

TEST(DecidingParts, NameTheMissingValueAndWhatWasAsked)
{
    OneNodule nodule;
    nodule.set(NoduleFact::growth_state, FactValue::word(GrowthState::newly_seen));
    EXPECT_EQ(nodule.why("N8d"), Texts{"long axis is unknown (asked: at least 6.0 mm)"});
}

TEST(DecidingParts, SayWhatAMissingValueWasTakenAs)
{
    OneNodule nodule;
    nodule.set(NoduleFact::growth_state, FactValue::word(GrowthState::newly_seen))
        .set(NoduleFact::long_axis_mm, FactValue::number(5500));
    const auto why = nodule.why("N8e");
    EXPECT_EQ(why.front(), "last said shape is unknown, taken as not meeting \"is round\"");
}

TEST(DecidingParts, NameEveryAlternativeThatFailed)
{
    OneNodule nodule;
    nodule.set(NoduleFact::growth_state, FactValue::word(GrowthState::treated))
        .set(NoduleFact::pathology_malignant, FactValue::yes_no(false));
    EXPECT_EQ(nodule.why("N15"), Texts{"pathology malignant is no, not yes"});
    EXPECT_EQ(nodule.why("N1"), Texts{"growth state TREATED is none of NOT_REPORTED or UNMEASURED"});
}

TEST(DecidingParts, CountTheNodulesThatWereFound)
{
    OneNodule nodule;
    nodule.set(NoduleFact::nodule_class, FactValue::word(NoduleClass::indeterminate))
        .set(NoduleFact::growth_state, FactValue::word(GrowthState::possible_growth))
        .set(NoduleFact::class_rule, FactValue::word(30));
    EXPECT_EQ(nodule.why_patient("P5"),
              Texts{"1 [countable] nodule where growth state is POSSIBLE_GROWTH, not at least 2"});
}

TEST(DecidingParts, AreNeverEmptyForARefusedRule)
{
    OneNodule nodule;
    for (const NoduleRule& rule : released().nodule_rules)
        EXPECT_FALSE(nodule.why(rule.id).empty()) << rule.id;
}

TEST(ValueText, SaysUnitsWordsRulesAndUnknown)
{
    const Policy& policy = released();
    const auto& facts = policy.catalogue.nodule;
    const auto text = [&](NoduleFact fact, FactValue value) {
        return value_text(facts[static_cast<std::size_t>(fact)], value, policy);
    };
    EXPECT_EQ(text(NoduleFact::long_axis_mm, FactValue::number(4900)), "4.9 mm");
    EXPECT_EQ(text(NoduleFact::stable_months, FactValue::whole(24)), "24 months");
    EXPECT_EQ(text(NoduleFact::vdt_days, FactValue::number(29957)), "29.957 days");
    EXPECT_EQ(text(NoduleFact::suv_max, FactValue::number(1000)), "1.0");
    EXPECT_EQ(text(NoduleFact::growth_state, FactValue::word(GrowthState::newly_seen)), "NEW");
    EXPECT_EQ(text(NoduleFact::class_rule, FactValue::word(0)), "N15");
    EXPECT_EQ(text(NoduleFact::accepted, FactValue::yes_no(false)), "no");
    EXPECT_EQ(text(NoduleFact::long_axis_mm, FactValue::unknown()), "unknown");
}

}  // namespace
}  // namespace nodtrack::policy
