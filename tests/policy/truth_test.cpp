// Three-valued logic: yes, no, and not known (Kleene), and what a policy writes down for the unknown.

#include <gtest/gtest.h>

#include "nodtrack/policy/evaluate.hpp"
#include "small_policy.hpp"

namespace nodtrack::policy {
namespace {

using namespace testing_support;

constexpr std::size_t nodule_width = static_cast<std::size_t>(SmallNoduleFact::count);
constexpr std::size_t patient_width = static_cast<std::size_t>(SmallPatientFact::count);

/// The facts of a patient with some nodules, all unknown at first.
class Facts {
  public:
    explicit Facts(std::size_t nodules) : patient_(patient_width), nodules_(nodules * nodule_width), count_(nodules) {}

    Facts& set(std::size_t nodule, SmallNoduleFact fact, FactValue value)
    {
        nodules_[nodule * nodule_width + static_cast<std::size_t>(fact)] = value;
        return *this;
    }
    Facts& set(SmallPatientFact fact, FactValue value)
    {
        patient_[static_cast<std::size_t>(fact)] = value;
        return *this;
    }
    FactTable table() const { return {patient_, nodules_, nodule_width, count_}; }

  private:
    std::vector<FactValue> patient_;
    std::vector<FactValue> nodules_;
    std::size_t count_;
};

/// The small policy with one more definition that asks `condition`.
Policy asking(const Json& condition, std::string_view scope)
{
    Json policy = small_policy();
    policy["facts"].push_back("side");
    policy["facts"].push_back("staged");
    policy["definitions"].push_back(
        {{"name", "uses_the_rest"},
         {"scope", "nodule"},
         {"means", "names the facts that are left"},
         {"basis", "local policy"},
         {"when", {{"any", {{{"fact", "side"}, {"is", "left"}}, {{"fact", "staged"}, {"is", true}}}}}}});
    policy["definitions"].push_back({{"name", "asked"},
                                     {"scope", scope},
                                     {"means", "what the test asks"},
                                     {"basis", "local policy"},
                                     {"when", condition}});
    auto loaded = load_small(policy);
    if (!loaded) throw std::runtime_error(loaded.error().message + "\n" + joined(loaded.error().context));
    return std::move(*loaded);
}

Truth about_patient(const Json& condition, const Facts& facts)
{
    const Policy policy = asking(condition, "patient");
    const FactTable table = facts.table();
    return evaluate(policy, policy.definitions.back().when, {&table, std::nullopt});
}

Truth about_nodule(const Json& condition, const Facts& facts)
{
    const Policy policy = asking(condition, "nodule");
    const FactTable table = facts.table();
    return evaluate(policy, policy.definitions.back().when, {&table, 0});
}

const Json staged = {{"fact", "staged"}, {"is", true}};
const Json bone = {{"fact", "histology"}, {"is", "bone"}};

constexpr Truth all_truths[] = {Truth::no, Truth::unknown, Truth::yes};

Facts with_truths(Truth is_staged, Truth is_bone)
{
    Facts facts(0);
    if (is_staged != Truth::unknown) facts.set(SmallPatientFact::staged, FactValue::yes_no(is_staged == Truth::yes));
    if (is_bone != Truth::unknown)
        facts.set(SmallPatientFact::histology, FactValue::word(is_bone == Truth::yes ? 0 : 1));
    return facts;
}

TEST(All, IsTheLeastOfItsParts)
{
    for (const Truth a : all_truths) {
        for (const Truth b : all_truths) {
            EXPECT_EQ(about_patient({{"all", {staged, bone}}}, with_truths(a, b)), std::min(a, b));
        }
    }
    EXPECT_EQ(about_patient({{"all", Json::array()}}, Facts(0)), Truth::yes);
}

TEST(Any, IsTheGreatestOfItsParts)
{
    for (const Truth a : all_truths) {
        for (const Truth b : all_truths) {
            EXPECT_EQ(about_patient({{"any", {staged, bone}}}, with_truths(a, b)), std::max(a, b));
        }
    }
}

TEST(Not, TurnsYesAndNoAndLeavesTheUnknown)
{
    EXPECT_EQ(about_patient({{"not", staged}}, with_truths(Truth::yes, Truth::no)), Truth::no);
    EXPECT_EQ(about_patient({{"not", staged}}, with_truths(Truth::no, Truth::no)), Truth::yes);
    EXPECT_EQ(about_patient({{"not", staged}}, with_truths(Truth::unknown, Truth::no)), Truth::unknown);
}

TEST(IfUnknown, WritesDownWhatIsAssumed)
{
    const Json assumed_yes = {{"fact", "staged"}, {"is", true}, {"if_unknown", true}};
    const Json assumed_no = {{"fact", "staged"}, {"is", true}, {"if_unknown", false}};
    EXPECT_EQ(about_patient(staged, Facts(0)), Truth::unknown);
    EXPECT_EQ(about_patient(assumed_yes, Facts(0)), Truth::yes);
    EXPECT_EQ(about_patient(assumed_no, Facts(0)), Truth::no);
}

TEST(IfUnknown, SaysNothingAboutWhatIsKnown)
{
    const Json assumed_yes = {{"fact", "staged"}, {"is", true}, {"if_unknown", true}};
    EXPECT_EQ(about_patient(assumed_yes, with_truths(Truth::no, Truth::no)), Truth::no);
}

TEST(IfUnknown, HoldsForTheComparisonNotForItsNegation)
{
    // not (unknown, assumed no) is yes: the assumption stands where it is written.
    const Json condition = {{"not", {{"fact", "staged"}, {"is", true}, {"if_unknown", false}}}};
    EXPECT_EQ(about_patient(condition, Facts(0)), Truth::yes);
}

TEST(IsKnown, IsNeverUnknownItself)
{
    const Json known = {{"fact", "histology"}, {"is_known", true}};
    const Json not_known = {{"fact", "histology"}, {"is_known", false}};
    EXPECT_EQ(about_patient(known, Facts(0)), Truth::no);
    EXPECT_EQ(about_patient(not_known, Facts(0)), Truth::yes);
    EXPECT_EQ(about_patient(known, with_truths(Truth::no, Truth::no)), Truth::yes);
    EXPECT_EQ(about_patient(not_known, with_truths(Truth::no, Truth::no)), Truth::no);
}

Truth size(const char* comparator, double limit, std::int64_t micrometres)
{
    Facts facts(1);
    facts.set(0, SmallNoduleFact::long_axis_mm, FactValue::number(static_cast<double>(micrometres)));
    return about_nodule({{"fact", "long_axis_mm"}, {comparator, limit}}, facts);
}

TEST(ANumber, IsComparedExactlyAtItsLimit)
{
    EXPECT_EQ(size("at_least", 6.0, 5999), Truth::no);
    EXPECT_EQ(size("at_least", 6.0, 6000), Truth::yes);
    EXPECT_EQ(size("above", 6.0, 6000), Truth::no);
    EXPECT_EQ(size("above", 6.0, 6001), Truth::yes);
    EXPECT_EQ(size("below", 6.0, 5999), Truth::yes);
    EXPECT_EQ(size("below", 6.0, 6000), Truth::no);
    EXPECT_EQ(size("at_most", 6.0, 6000), Truth::yes);
    EXPECT_EQ(size("at_most", 6.0, 6001), Truth::no);
    // 4.35 * 1000 is 4349.999… in binary floating point.
    EXPECT_EQ(size("at_least", 4.35, 4350), Truth::yes);
    EXPECT_EQ(size("above", 4.35, 4350), Truth::no);
}

TEST(ANumber, ThatIsUnknownIsOnNoSideOfALimit)
{
    for (const char* comparator : {"at_least", "above", "at_most", "below"}) {
        EXPECT_EQ(about_nodule({{"fact", "long_axis_mm"}, {comparator, 6.0}}, Facts(1)), Truth::unknown) << comparator;
    }
}

TEST(AWord, IsOneOfAListOrNot)
{
    Facts facts(1);
    facts.set(0, SmallNoduleFact::growth_state, FactValue::word(2));
    EXPECT_EQ(about_nodule({{"fact", "growth_state"}, {"is", "GROWN"}}, facts), Truth::yes);
    EXPECT_EQ(about_nodule({{"fact", "growth_state"}, {"is", "STABLE"}}, facts), Truth::no);
    EXPECT_EQ(about_nodule({{"fact", "growth_state"}, {"in", {"STABLE", "GROWN"}}}, facts), Truth::yes);
    EXPECT_EQ(about_nodule({{"fact", "growth_state"}, {"in", {"STABLE", "NEW"}}}, facts), Truth::no);
    EXPECT_EQ(about_nodule({{"fact", "growth_state"}, {"in", {"STABLE", "NEW"}}}, Facts(1)), Truth::unknown);
}

TEST(AnOrderedWord, IsComparedByItsPlace)
{
    Facts facts(1);
    facts.set(0, SmallNoduleFact::nodule_class, FactValue::word(NoduleClass::indeterminate));
    EXPECT_EQ(about_nodule({{"fact", "class"}, {"at_least", "LOW_SUSPICION"}}, facts), Truth::yes);
    EXPECT_EQ(about_nodule({{"fact", "class"}, {"at_least", "INDETERMINATE"}}, facts), Truth::yes);
    EXPECT_EQ(about_nodule({{"fact", "class"}, {"above", "INDETERMINATE"}}, facts), Truth::no);
    EXPECT_EQ(about_nodule({{"fact", "class"}, {"below", "SUSPICIOUS"}}, facts), Truth::yes);
    EXPECT_EQ(about_nodule({{"fact", "class"}, {"is", "INDETERMINATE"}}, facts), Truth::yes);
}

TEST(AYesNoFact, CanBeAskedForNo)
{
    EXPECT_EQ(about_patient({{"fact", "staged"}, {"is", false}}, with_truths(Truth::no, Truth::no)), Truth::yes);
    EXPECT_EQ(about_patient({{"fact", "staged"}, {"is", false}}, with_truths(Truth::yes, Truth::no)), Truth::no);
}

TEST(ADefinition, HoldsAsItsConditionDoes)
{
    EXPECT_EQ(about_patient({{"holds", "known_kind"}}, with_truths(Truth::no, Truth::yes)), Truth::yes);
    EXPECT_EQ(about_patient({{"holds", "known_kind"}}, Facts(0)), Truth::no);
}

// Counting: nodules that meet for certain, and those that may.

Facts sizes(std::initializer_list<std::optional<int>> millimetres)
{
    Facts facts(millimetres.size());
    std::size_t i = 0;
    for (const auto& size : millimetres) {
        if (size) facts.set(i, SmallNoduleFact::long_axis_mm, FactValue::whole(*size));
        ++i;
    }
    return facts;
}

Json count_of(const char* of, int at_least)
{
    return {{"count", {{"of", of}, {"at_least", at_least}}}};
}

TEST(ACount, OfJudgedNodulesCountsAll)
{
    EXPECT_EQ(about_patient(count_of("judged", 2), sizes({3, 7})), Truth::yes);
    EXPECT_EQ(about_patient(count_of("judged", 3), sizes({3, 7})), Truth::no);
    EXPECT_EQ(about_patient(count_of("judged", 1), sizes({})), Truth::no);
}

TEST(ACount, OfADefinitionCountsThoseThatMeetIt)
{
    EXPECT_EQ(about_patient(count_of("large", 2), sizes({7, 7, 3})), Truth::yes);
    EXPECT_EQ(about_patient(count_of("large", 2), sizes({7, 3, 3})), Truth::no);
}

TEST(ACount, IsUnknownWhereTheUnknownOnesDecide)
{
    EXPECT_EQ(about_patient(count_of("large", 2), sizes({7, std::nullopt})), Truth::unknown);
    EXPECT_EQ(about_patient(count_of("large", 2), sizes({std::nullopt, std::nullopt})), Truth::unknown);
}

TEST(ACount, IsKnownWhereTheUnknownOnesDoNotDecide)
{
    EXPECT_EQ(about_patient(count_of("large", 1), sizes({7, std::nullopt})), Truth::yes);
    EXPECT_EQ(about_patient(count_of("large", 3), sizes({7, std::nullopt})), Truth::no);
}

Json most_of(const char* of, int at_least, double below)
{
    return {{"count",
             {{"of", of},
              {"where", {{"fact", "long_axis_mm"}, {"below", below}}},
              {"at_least", at_least},
              {"more_than_half", true}}}};
}

TEST(MoreThanHalf, IsAskedBesideTheNumber)
{
    const Json most = most_of("large", 2, 8);
    EXPECT_EQ(about_patient(most, sizes({7, 7, 9})), Truth::yes);
    EXPECT_EQ(about_patient(most, sizes({7, 7, 9, 9})), Truth::no) << "a half is not more than half";
    EXPECT_EQ(about_patient(most, sizes({7, 7, 7, 9, 9})), Truth::yes);
    EXPECT_EQ(about_patient(most, sizes({7})), Truth::no) << "all, but too few";
    EXPECT_EQ(about_patient(most, sizes({7, 7, 3, 3, 3})), Truth::yes) << "of the large ones alone";
}

TEST(MoreThanHalf, IsUnknownWhereAMissingValueDecides)
{
    const Json most = most_of("large", 2, 8);
    EXPECT_EQ(about_patient(most, sizes({7, 7, 9, std::nullopt})), Truth::unknown) << "it may be a large one of 9";
    EXPECT_EQ(about_patient(most, sizes({7, 7, std::nullopt})), Truth::yes) << "two of three at worst";
    EXPECT_EQ(about_patient(most, sizes({7, 9, 9, 9, std::nullopt})), Truth::no) << "two of five at best";
}

TEST(ACount, WithAConditionCountsThoseForWhichItHoldsToo)
{
    const Json condition = {
        {"count", {{"of", "large"}, {"where", {{"fact", "long_axis_mm"}, {"below", 10}}}, {"at_least", 1}}}};
    EXPECT_EQ(about_patient(condition, sizes({12})), Truth::no);
    EXPECT_EQ(about_patient(condition, sizes({12, 8})), Truth::yes);
    EXPECT_EQ(about_patient(condition, sizes({12, std::nullopt})), Truth::unknown);
}

Facts on_sides(std::initializer_list<std::optional<int>> sides)
{
    Facts facts(sides.size());
    std::size_t i = 0;
    for (const auto& side : sides) {
        facts.set(i, SmallNoduleFact::long_axis_mm, FactValue::whole(8));
        if (side) facts.set(i, SmallNoduleFact::side, FactValue::word(*side));
        ++i;
    }
    return facts;
}

constexpr int left = 0;
constexpr int right = 1;
const Json both_sides = {{"bilateral", {{"of", "large"}}}};

TEST(Bilateral, NeedsOneOnEachSide)
{
    EXPECT_EQ(about_patient(both_sides, on_sides({left, right})), Truth::yes);
    EXPECT_EQ(about_patient(both_sides, on_sides({right, left, left})), Truth::yes);
    EXPECT_EQ(about_patient(both_sides, on_sides({left, left})), Truth::no);
    EXPECT_EQ(about_patient(both_sides, on_sides({right})), Truth::no);
    EXPECT_EQ(about_patient(both_sides, on_sides({})), Truth::no);
}

TEST(Bilateral, IsNeitherHelpedNorHinderedByAnUnknownSide)
{
    EXPECT_EQ(about_patient(both_sides, on_sides({left, std::nullopt})), Truth::no);
    EXPECT_EQ(about_patient(both_sides, on_sides({left, std::nullopt, right})), Truth::yes);
}

TEST(Bilateral, CountsOnlyTheNodulesAskedFor)
{
    Facts facts = on_sides({left, right});
    facts.set(1, SmallNoduleFact::long_axis_mm, FactValue::whole(3));
    EXPECT_EQ(about_patient(both_sides, facts), Truth::no);
    EXPECT_EQ(about_patient({{"bilateral", {{"of", "judged"}}}}, facts), Truth::yes);
}

TEST(FirstRule, IsTheFirstThatHoldsForCertain)
{
    const auto policy = load_small(small_policy());
    ASSERT_TRUE(policy);
    Facts facts(1);
    facts.set(0, SmallNoduleFact::growth_state, FactValue::word(1));  // NEW, size unknown: rule A is unknown
    facts.set(0, SmallNoduleFact::measured, FactValue::yes_no(true));
    FactTable table = facts.table();
    EXPECT_EQ(first_rule_that_holds(*policy, {&table, 0}), 1U);
    facts.set(0, SmallNoduleFact::long_axis_mm, FactValue::whole(6));
    table = facts.table();
    EXPECT_EQ(first_rule_that_holds(*policy, {&table, 0}), 0U);
}

TEST(NodulesThatMeet, AreThoseThatMeetForCertain)
{
    const auto policy = load_small(small_policy());
    ASSERT_TRUE(policy);
    const Facts facts = sizes({7, std::nullopt, 3, 6});
    EXPECT_EQ(nodules_that_meet(*policy, *policy->definition("large"), facts.table()),
              (std::vector<std::size_t>{0, 3}));
}

}  // namespace
}  // namespace nodtrack::policy
