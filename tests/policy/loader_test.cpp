// The loader is strict: whatever is wrong with a policy file is refused with its place (JSON pointer) and what would be
// right, all problems at once.

#include <gtest/gtest.h>

#include "small_policy.hpp"

namespace nodtrack::policy {
namespace {

using namespace testing_support;

struct Fault {
    const char* name;
    Json policy;
    std::string pointer;
    std::string fragment;
};

class Refuses : public testing::TestWithParam<Fault> {};

TEST_P(Refuses, WithPlaceAndRemedy)
{
    const Fault& fault = GetParam();
    const auto lines = problems_of(fault.policy);
    EXPECT_TRUE(holds_problem(lines, fault.pointer, fault.fragment))
        << "wanted " << fault.pointer << ": …" << fault.fragment << "…; found:\n"
        << joined(lines);
}

std::string fault_name(const testing::TestParamInfo<Fault>& fault)
{
    return fault.param.name;
}

TEST(PolicyLoader, LoadsTheSmallPolicy)
{
    EXPECT_EQ(joined(problems_of(small_policy())), "");
}

const char* const rule = "/nodule_rules/0";
const Json number_condition = {{"fact", "long_axis_mm"}, {"at_least", 6.0}};

// Keys.
INSTANTIATE_TEST_SUITE_P(
    UnknownKey, Refuses,
    testing::Values(
        Fault{"OfTheFile", with("/surplus", 1), "", "unknown key \"surplus\"; known here: id, version"},
        Fault{"OfAParameter", with("/parameters/growth_mm/surplus", 1), "/parameters/growth_mm",
              "known here: value, unit"},
        Fault{"OfAProfile", with("/profiles/default/surplus", 1), "/profiles/default", "\"surplus\""},
        Fault{"OfABand", with("/profiles/default/low_grade/0/surplus", 1), "/profiles/default/low_grade/0",
              "\"surplus\""},
        Fault{"OfADefinition", with("/definitions/0/surplus", 1), "/definitions/0", "\"surplus\""},
        Fault{"OfANoduleRule", with("/nodule_rules/0/surplus", 1), rule, "\"surplus\""},
        Fault{"OfAnOutcome", with("/nodule_rules/1/then/0/surplus", 1), "/nodule_rules/1/then/0", "\"surplus\""},
        Fault{"OfOrWorse", with("/nodule_rules/1/or_worse/surplus", 1), "/nodule_rules/1/or_worse", "\"surplus\""},
        Fault{"OfAnAdjustment", with("/adjustments/0/surplus", 1), "/adjustments/0", "\"surplus\""},
        Fault{"OfAPatientRule", with("/patient_rules/0/surplus", 1), "/patient_rules/0", "\"surplus\""},
        Fault{"OfARecommendation", with("/recommendations/0/surplus", 1), "/recommendations/0", "\"surplus\""},
        Fault{"OfADueFormula", with("/recommendations/0/due/0/surplus", 1), "/recommendations/0/due/0", "\"surplus\""},
        Fault{"OfWhatIsAdded", with("/recommendations/0/due/0/add/weeks", 2), "/recommendations/0/due/0/add",
              "\"weeks\""},
        Fault{"OfARoutine", with("/recommendations/1/due/routine/surplus", 1), "/recommendations/1/due/routine",
              "\"surplus\""},
        Fault{"OfAnOption", with("/recommendations/0/options/0/surplus", 1), "/recommendations/0/options/0",
              "\"surplus\""},
        Fault{"OfWhatSetsTheClass", with("/recommendations/0/patient_class/surplus", 1),
              "/recommendations/0/patient_class", "\"surplus\""},
        Fault{"OfANotice", with("/does_not_apply/0/surplus", 1), "/does_not_apply/0", "\"surplus\""},
        Fault{"OfWhatStands", with("/standing/surplus", 1), "/standing", "known here: stands_from, keeps_date_from"},
        Fault{"OfAComparison", with("/definitions/0/when/surplus", 1), "/definitions/0/when", "\"surplus\""},
        Fault{"OfAll", with("/nodule_rules/0/when/any", Json::array()), "/nodule_rules/0/when", "unknown key \"any\""},
        Fault{"OfHolds", with("/nodule_rules/0/when/all/1/not", number_condition), "/nodule_rules/0/when/all/1", "not"},
        Fault{"OfACount", with("/patient_rules/0/when/count/at_most", 3), "/patient_rules/0/when/count", "\"at_most\""},
        Fault{"OfBilateral", with("/patient_rules/1/when/bilateral/at_least", 1), "/patient_rules/1/when/bilateral",
              "\"at_least\""}),
    fault_name);

INSTANTIATE_TEST_SUITE_P(
    MissingKey, Refuses,
    testing::Values(
        Fault{"Id", without("/nodule_rules/0/id"), rule, "\"id\" is missing"},
        Fault{"Says", without("/nodule_rules/0/says"), rule, "\"says\" is missing"},
        Fault{"When", without("/nodule_rules/0/when"), rule, "\"when\" is missing"},
        Fault{"Then", without("/nodule_rules/0/then"), rule, "\"then\" is missing"},
        Fault{"Class", without("/nodule_rules/0/then/class"), "/nodule_rules/0/then", "\"class\" is missing"},
        Fault{"Value", without("/parameters/growth_mm/value"), "/parameters/growth_mm", "\"value\" is missing"},
        Fault{"Means", without("/parameters/growth_mm/means"), "/parameters/growth_mm", "\"means\" is missing"},
        Fault{"Version", without("/version"), "", "\"version\" is missing"},
        Fault{"Interval", without("/profiles/default/low_grade/0/interval_months"), "/profiles/default/low_grade/0",
              "\"interval_months\" is missing"},
        Fault{"Action", without("/recommendations/0/action"), "/recommendations/0", "\"action\" is missing"},
        Fault{"Advises", without("/recommendations/0/advises"), "/recommendations/0", "\"advises\" is missing"},
        Fault{"From", without("/recommendations/0/due/1/from"), "/recommendations/0/due/1", "\"from\" is missing"},
        Fault{"Of", without("/patient_rules/0/when/count/of"), "/patient_rules/0/when/count", "\"of\" is missing"},
        Fault{"AtLeast", without("/patient_rules/0/when/count/at_least"), "/patient_rules/0/when/count",
              "\"at_least\" is missing"},
        Fault{"RaiseTo", without("/patient_rules/0/raise_to"), "/patient_rules/0", "\"raise_to\" is missing"},
        Fault{"NeverRecommended", without("/never_recommended"), "", "\"never_recommended\" is missing"},
        Fault{"StandsFrom", without("/standing/stands_from"), "/standing", "\"stands_from\" is missing"},
        Fault{"KeepsDateFrom", without("/standing/keeps_date_from"), "/standing", "\"keeps_date_from\" is missing"},
        Fault{"UnansweredDays", without("/standing/unanswered_days"), "/standing", "\"unanswered_days\" is missing"}),
    fault_name);

// Facts, words and comparisons.
const char* const condition = "/definitions/0/when";
INSTANTIATE_TEST_SUITE_P(
    Condition, Refuses,
    testing::Values(
        Fault{"OfAnUnknownFact", with(condition, {{"fact", "longaxis"}, {"at_least", 6}}), condition,
              "no fact is called \"longaxis\""},
        Fault{"OfAFactThatTheFileDoesNotList", with("/nodule_rules/2/when", {{"fact", "side"}, {"is", "left"}}),
              "/nodule_rules/2/when", "fact \"side\" is not in the file's list of facts"},
        Fault{"ListsAFactThatNobodyNames", with("/facts/-", "staged"), "/facts",
              "\"staged\" is listed, but no condition names it"},
        Fault{"ListsAFactThatDoesNotExist", with("/facts/-", "nonsense"), "/facts", "\"nonsense\""},
        Fault{"OfANoduleFactAboutThePatient", with("/recommendations/1/when", number_condition),
              "/recommendations/1/when", "is about a nodule: use it in \"count\" or \"bilateral\""},
        Fault{"OfANoduleDefinitionAboutThePatient", with("/recommendations/1/when", {{"holds", "large"}}),
              "/recommendations/1/when", "needs \"count\" or \"bilateral\""},
        Fault{"OfADefinitionThatComesLater", with("/definitions/0/when", {{"holds", "known_kind"}}), condition,
              "no such definition before this place"},
        Fault{"OfItself", with("/definitions/0/when", {{"holds", "large"}}), condition, "no such definition"},
        Fault{"OfAnUnknownWord", with("/nodule_rules/0/when/all/0/is", "FRESH"), "/nodule_rules/0/when/all/0/is",
              "\"FRESH\" is no word of growth_state; its words: STABLE, NEW, GROWN"},
        Fault{"OfAnUnknownRule", with("/patient_rules/0/when/count/where/all/0/in/0", "AA"),
              "/patient_rules/0/when/count/where/all/0/in/0", "no word of class_rule; its words: A, B, C"},
        Fault{"OfAWordNamedTwice", with("/patient_rules/0/when/count/where/all/0/in", {"A", "A"}),
              "/patient_rules/0/when/count/where/all/0/in/1", "named twice"},
        Fault{"OfNoWord", with("/patient_rules/0/when/count/where/all/0/in", Json::array()),
              "/patient_rules/0/when/count/where/all/0/in", "can never hold"},
        Fault{"OrdersWordsWithoutOrder",
              with("/nodule_rules/0/when/all/0", {{"fact", "growth_state"}, {"at_least", "NEW"}}),
              "/nodule_rules/0/when/all/0/at_least", "have no order: use \"is\" or \"in\""},
        Fault{"ComparesANumberByIs", with(condition, {{"fact", "long_axis_mm"}, {"is", 6.0}}), "/definitions/0/when/is",
              "a number takes at_least, above, at_most or below"},
        Fault{"ComparesYesNoByAtLeast", with("/nodule_rules/1/when", {{"fact", "measured"}, {"at_least", true}}),
              "/nodule_rules/1/when/at_least", "a yes/no fact takes \"is\""},
        Fault{"ComparesTwice", with("/definitions/0/when/below", 10.0), condition,
              "exactly one comparison is needed, not 2"},
        Fault{"ComparesNothing", with(condition, {{"fact", "long_axis_mm"}}), condition,
              "exactly one comparison is needed, not 0"},
        Fault{"OfNothing", with(condition, Json::object()), condition, "a condition has one of: fact, all, any, not"},
        Fault{"ThatIsAText", with(condition, "always"), condition, "expected a condition"},
        Fault{"OfAnyOfNothing", with(condition, {{"any", Json::array()}}), condition, "can never hold"},
        Fault{"AssumesNeitherYesNorNo", with("/nodule_rules/1/when/if_unknown", "no"),
              "/nodule_rules/1/when/if_unknown", "expected true or false"},
        Fault{"AsksWhetherAFactIsPerhapsKnown", with("/definitions/1/when/is_known", 1), "/definitions/1/when/is_known",
              "expected true or false"}),
    fault_name);

// Numbers.
INSTANTIATE_TEST_SUITE_P(
    Number, Refuses,
    testing::Values(Fault{"OfFourDecimals", with("/definitions/0/when/at_least", 6.0001),
                          "/definitions/0/when/at_least", "at most three decimals"},
                    Fault{"OfFourDecimalsInAParameter", with("/parameters/growth_mm/value", 2.0005),
                          "/parameters/growth_mm/value", "at most three decimals"},
                    Fault{"AsText", with("/definitions/0/when/at_least", "6.0"), "/definitions/0/when/at_least",
                          "expected a number"},
                    Fault{"TooLarge", with("/definitions/0/when/at_least", 1e30), "/definitions/0/when/at_least",
                          "expected a number"},
                    Fault{"BelowZero", with("/definitions/0/when/at_least", -0.001), "/definitions/0/when/at_least",
                          "\"long_axis_mm\" is never below 0"},
                    Fault{"BelowZeroInAParameter", with("/parameters/growth_mm/value", -1.0),
                          "/parameters/growth_mm/value", "not below 0"},
                    Fault{"BelowZeroAmongSeveral", with("/parameters/limits_percent/value/1", -64),
                          "/parameters/limits_percent/value/1", "not below 0"},
                    Fault{"OfDaysThatIsNotWhole", with("/adjustments/0/when/below", 30.5), "/adjustments/0/when/below",
                          "\"age_days\" counts whole days"},
                    Fault{"OfMonthsThatIsNotWhole", with("/profiles/default/unknown_start_months", 2.5),
                          "/profiles/default/unknown_start_months", "expected a whole number"},
                    Fault{"OfDaysToAddThatIsNegative", with("/recommendations/0/due/0/add/days", -1),
                          "/recommendations/0/due/0/add/days", "expected a whole number, 0 or more"},
                    Fault{"OfDaysAtMostRoutineThatIsNotWhole",
                          with("/recommendations/0/safety_net/0/add/days_at_most_routine", 42.5),
                          "/recommendations/0/safety_net/0/add/days_at_most_routine", "expected a whole number"},
                    Fault{"OfDaysUnansweredThatIsNotWhole", with("/standing/unanswered_days", 0.5),
                          "/standing/unanswered_days", "expected a whole number"},
                    Fault{"WithoutItsUnit", without("/parameters/growth_mm/unit"), "/parameters/growth_mm",
                          "a number needs its \"unit\""},
                    Fault{"OfACountThatAlwaysHolds", with("/patient_rules/0/when/count/at_least", 0),
                          "/patient_rules/0/when/count", "\"at_least\": 0 always holds; 1 or more"},
                    Fault{"OfACountThatIsNotWhole", with("/patient_rules/0/when/count/at_least", 1.5),
                          "/patient_rules/0/when/count/at_least", "expected a whole number"},
                    Fault{"OfACountThatIsNegative", with("/patient_rules/0/when/count/at_least", -2),
                          "/patient_rules/0/when/count/at_least", "expected a whole number"},
                    Fault{"OfAnIntervalOfNoMonths", with("/profiles/default/low_grade/0/interval_months", 0),
                          "/profiles/default/low_grade/0", "an interval of 0 months"}),
    fault_name);

// Ids, citations, and words of the output.
INSTANTIATE_TEST_SUITE_P(
    Rule, Refuses,
    testing::Values(
        Fault{"WithAnIdTwice", with("/nodule_rules/1/id", "A"), "/nodule_rules/1", "the id \"A\" stands on two rules"},
        Fault{"WithAnIdOfAnotherList", with("/recommendations/0/id", "P"), "/recommendations/0", "stands on two rules"},
        Fault{"DefinedTwice", with("/definitions/1/name", "large"), "/definitions/1", "defined twice"},
        Fault{"WithoutACitation", without("/nodule_rules/0/cite"), rule,
              "no citation: give \"cite\": [\"S1-050\", …], or \"basis\": \"local policy\""},
        Fault{"WithAnEmptyCitation", with("/nodule_rules/0/cite", Json::array()), rule, "no citation"},
        Fault{"CitingWhatTheBibliographyLacks", with("/nodule_rules/0/cite/0", "S-9"), "/nodule_rules/0/cite/0",
              "\"S-9\" is no item of the bibliography (schema/sources.json)"},
        Fault{"OfAnotherBasis", with("/nodule_rules/2/basis", "experience"), "/nodule_rules/2/basis",
              "\"local policy\""},
        Fault{"OfAnUnknownClass", with("/nodule_rules/0/then/class", "BAD"), "/nodule_rules/0/then/class",
              "\"BAD\" is none of: RESOLVED, UNCLASSIFIABLE"},
        Fault{"WhoseLastOutcomeIsConditional", with("/nodule_rules/1/then/1/when", number_condition),
              "/nodule_rules/1/then", "the last outcome has no \"when\""},
        Fault{"WithoutAnOutcome", with("/nodule_rules/1/then", Json::array()), "/nodule_rules/1/then",
              "the last outcome"},
        Fault{"ComparedWithAnUnknownRule", with("/nodule_rules/1/or_worse/rules/0", "N99"),
              "/nodule_rules/1/or_worse/rules/0", "no nodule rule has the id \"N99\""},
        Fault{"OfAnUnknownAction", with("/recommendations/0/action", "SURGERY"), "/recommendations/0/action",
              "\"SURGERY\" is none of: CONTINUE_SURVEILLANCE"},
        Fault{"OfAnUnknownOption", with("/recommendations/0/options/0/action", "MRI"),
              "/recommendations/0/options/0/action", "\"MRI\" is none of"},
        Fault{"WhoseLastDateIsConditional", with("/recommendations/0/due/1/when", {{"holds", "known_kind"}}),
              "/recommendations/0/due", "the last due formula has no \"when\""},
        Fault{"DueFromAnUnknownDay", with("/recommendations/0/due/1/from", "birth"), "/recommendations/0/due/1/from",
              "\"birth\" is none of: none, as_of, index_scan"},
        Fault{"SettingAClassSometimes", with("/recommendations/0/patient_class/when_rule", "sometimes"),
              "/recommendations/0/patient_class", "\"when_rule\" is holds or decides"},
        Fault{"OfAnUnknownPatientClass", with("/patient_rules/0/raise_to", "CURED"), "/patient_rules/0/raise_to",
              "\"CURED\" is none of: NOT_APPLICABLE"},
        Fault{"CountingAnUnknownKind", with("/patient_rules/0/when/count/of", "huge"), "/patient_rules/0/when",
              "\"judged\" or a nodule definition before this place, not \"huge\""},
        Fault{"CountingAPatientDefinition", with("/patient_rules/0/when/count/of", "known_kind"),
              "/patient_rules/0/when", "not \"known_kind\""},
        Fault{"OfAnUnknownScope", with("/definitions/0/scope", "lung"), "/definitions/0",
              "\"scope\" is nodule or patient"},
        Fault{"DatedByAnUnknownDay", with("/nodule_rules/0/dated_by", "birth"), "/nodule_rules/0/dated_by",
              "\"birth\" is none of: index_scan, suv_scan, pathology"},
        Fault{"DatingAnAdjustmentByAnUnknownDay", with("/adjustments/0/dated_by", "birth"), "/adjustments/0/dated_by",
              "\"birth\" is none of: index_scan, suv_scan, pathology"},
        Fault{"TakingASizeBoundPerhaps", with("/nodule_rules/0/takes_size_bound", "perhaps"),
              "/nodule_rules/0/takes_size_bound", "expected true or false"},
        Fault{"CountingPerhapsMoreThanHalf", with("/patient_rules/0/when/count/more_than_half", "most"),
              "/patient_rules/0/when/count/more_than_half", "expected true or false"},
        Fault{"AboutAnUnknownMatter", with("/recommendations/0/matter", "weather"), "/recommendations/0/matter",
              "\"weather\" is none of: finding, sign, scope_gate"},
        Fault{"ThatStandsFromAnUnknownAction", with("/standing/stands_from", "SURGERY"), "/standing/stands_from",
              "\"SURGERY\" is none of: CONTINUE_SURVEILLANCE"},
        Fault{"ThatKeepsItsDateFromAnUnknownAction", with("/standing/keeps_date_from", "SURGERY"),
              "/standing/keeps_date_from", "\"SURGERY\" is none of"},
        Fault{"ThatIsMissingAltogether", with("/recommendations", Json::array()), "/recommendations",
              "no recommendations"},
        Fault{"WithAnEmptyText", with("/nodule_rules/0/says", ""), "/nodule_rules/0/says",
              "expected a text that is not empty"}),
    fault_name);

INSTANTIATE_TEST_SUITE_P(
    Citation, Refuses,
    testing::Values(Fault{"OfAParameter", without("/parameters/growth_mm/cite"), "/parameters/growth_mm",
                          "no citation"},
                    Fault{"OfAProfile", without("/profiles/default/cite"), "/profiles/default", "no citation"},
                    Fault{"OfADefinition", without("/definitions/0/cite"), "/definitions/0", "no citation"},
                    Fault{"OfAnAdjustment", without("/adjustments/0/cite"), "/adjustments/0", "no citation"},
                    Fault{"OfAPatientRule", without("/patient_rules/0/cite"), "/patient_rules/0", "no citation"},
                    Fault{"OfARecommendation", without("/recommendations/0/cite"), "/recommendations/0", "no citation"},
                    Fault{"OfANotice", without("/does_not_apply/0/cite"), "/does_not_apply/0", "no citation"},
                    Fault{"OfWhatStands", without("/standing/basis"), "/standing", "no citation"}),
    fault_name);

// Bands of months leave no gap.
const char* const bands = "/profiles/default/high_or_unknown_grade";
const Json first_band = {{"below_months", 24}, {"interval_months", 3}};
const Json open_band = {{"interval_months", 12}};
INSTANTIATE_TEST_SUITE_P(
    Bands, Refuses,
    testing::Values(
        Fault{"ThatEnd", with(bands, Json::array({first_band})), bands, "the last band has no \"below_months\""},
        Fault{"OfNone", with(bands, Json::array()), bands, "the last band"},
        Fault{"OutOfOrder",
              with(bands, Json::array({{{"below_months", 60}, {"interval_months", 6}}, first_band, open_band})),
              "/profiles/default/high_or_unknown_grade/1", "bands run from early to late"},
        Fault{"OfTheSameMonths", with(bands, Json::array({first_band, first_band, open_band})),
              "/profiles/default/high_or_unknown_grade/1", "bands run from early to late"},
        Fault{"AfterTheLast", with(bands, Json::array({open_band, first_band, open_band})),
              "/profiles/default/high_or_unknown_grade/1", "only the last has no \"below_months\""}),
    fault_name);

// Null is no value: a threshold of null must not be read as 0.
INSTANTIATE_TEST_SUITE_P(Null, Refuses,
                         testing::Values(Fault{"AsAThreshold", with("/definitions/0/when/at_least", nullptr),
                                               "/definitions/0/when/at_least", "null"},
                                         Fault{"AsAnAssumption", with("/nodule_rules/1/when/if_unknown", nullptr),
                                               "/nodule_rules/1/when/if_unknown", "null"},
                                         Fault{"AsAParameter", with("/parameters/growth_mm/value", nullptr),
                                               "/parameters/growth_mm/value", "null"},
                                         Fault{"AsAnElement", with("/parameters/limits_percent/value/0", nullptr),
                                               "/parameters/limits_percent/value/0", "null"},
                                         Fault{"AsAWord", with("/nodule_rules/0/then/class", nullptr),
                                               "/nodule_rules/0/then/class", "null"},
                                         Fault{"AsATitle", with("/title", nullptr), "/title", "null"},
                                         Fault{"AsAList", with("/weak_points", nullptr), "/weak_points", "null"},
                                         Fault{"AsDaysToAdd", with("/recommendations/0/due/0/add/days", nullptr),
                                               "/recommendations/0/due/0/add/days", "null"}),
                         fault_name);

TEST(PolicyLoader, RefusesAKeyGivenTwiceWhichJsonWouldSilentlyDrop)
{
    std::string text = small_policy().dump();
    const std::string key = "\"at_least\":6.0";
    text.replace(text.find(key), key.size(), key + ",\"at_least\":5.0");
    const auto loaded = load(text, small_bibliography(), small_catalogue());
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, ErrorCode::bad_input);
    EXPECT_NE(loaded.error().message.find("key \"at_least\" is given twice in one object"), std::string::npos);
}

TEST(PolicyLoader, RefusesWhatIsNoJson)
{
    for (const std::string_view text : {"", "{", "[]", "null", "7", "\"text\"", "{\"id\": }", "\xff\xfe"}) {
        const auto loaded = load(text, small_bibliography(), small_catalogue());
        ASSERT_FALSE(loaded) << text;
        EXPECT_EQ(loaded.error().code, ErrorCode::bad_input) << text;
    }
}

TEST(PolicyLoader, TakesWhatStandsAndWhatARecommendationIsAbout)
{
    const auto loaded = load_small(small_policy());
    ASSERT_TRUE(loaded);
    ASSERT_TRUE(loaded->standing);
    EXPECT_EQ(loaded->standing->stands_from, Action::short_interval_ct);
    EXPECT_EQ(loaded->standing->keeps_date_from, Action::tumour_board);
    EXPECT_EQ(loaded->standing->unanswered_days, 365);
    EXPECT_EQ(loaded->recommendations[0].matter, Matter::sign);
    EXPECT_EQ(loaded->recommendations[1].matter, Matter::finding) << "a finding where nothing is said";
    EXPECT_EQ(loaded->nodule_rules[0].dated_by, FactDay::suv_scan);
    EXPECT_EQ(loaded->nodule_rules[1].dated_by, FactDay::index_scan) << "the index scan where nothing is said";
    EXPECT_TRUE(loaded->recommendations[0].safety_net[0].days_at_most_routine);
    EXPECT_EQ(loaded->recommendations[0].safety_net[0].days, 42);
    EXPECT_FALSE(loaded->recommendations[0].safety_net[1].days_at_most_routine);
}

TEST(PolicyLoader, TakesPoliciesThatJudgeEachExaminationByItself)
{
    const auto loaded = load_small(without("/standing"));
    ASSERT_TRUE(loaded);
    EXPECT_FALSE(loaded->standing);
}

TEST(PolicyLoader, KnowsEveryDayThatADueDateMayCountFrom)
{
    for (const std::string_view anchor : anchor_words) {
        const auto loaded = load_small(with("/recommendations/0/due/1/from", std::string(anchor)));
        ASSERT_TRUE(loaded) << anchor;
        EXPECT_EQ(anchor_words[static_cast<std::size_t>(loaded->recommendations[0].due[1].from)], anchor);
    }
}

TEST(PolicyLoader, TellsAllProblemsAtOnce)
{
    Json policy = with("/nodule_rules/0/then/class", "BAD");
    policy["recommendations"][0]["due"][0]["add"]["days"] = 0.5;
    policy["definitions"][0]["when"]["fact"] = "nonsense";
    const auto lines = problems_of(policy);
    EXPECT_TRUE(holds_problem(lines, "/nodule_rules/0/then/class", "BAD")) << joined(lines);
    EXPECT_TRUE(holds_problem(lines, "/recommendations/0/due/0/add/days", "whole")) << joined(lines);
    EXPECT_TRUE(holds_problem(lines, "/definitions/0/when", "nonsense")) << joined(lines);
}

TEST(PolicyLoader, RefusesMoreNoduleRulesThanItCanTellApart)
{
    Json policy = small_policy();
    Json further = policy["nodule_rules"][2];
    for (int i = 0; i < 70; ++i) {
        further["id"] = "E" + std::to_string(i);
        policy["nodule_rules"].push_back(further);
    }
    policy["patient_rules"][0]["when"]["count"]["where"]["all"][0]["in"] = {"A", "E69"};
    const auto lines = problems_of(policy);
    EXPECT_TRUE(holds_problem(lines, "/nodule_rules", "more than 64")) << joined(lines);
}

Result<Policy> loaded_with_nots(int count)
{
    std::string open;
    std::string close;
    for (int i = 0; i < count; ++i) {
        open += R"({"not":)";
        close += '}';
    }
    const std::string when = R"({"fact":"long_axis_mm","at_least":6.0})";
    std::string text = small_policy().dump();
    EXPECT_NE(text.find(when), std::string::npos);
    text.replace(text.find(when), when.size(), open + when + close);
    return load(text, small_bibliography(), small_catalogue());
}

TEST(PolicyLoader, TakesConditionsFiftyDeep)
{
    EXPECT_TRUE(loaded_with_nots(49));
    const auto deeper = loaded_with_nots(50);
    ASSERT_FALSE(deeper);
    EXPECT_NE(joined(deeper.error().context).find("nested more than 50 deep"), std::string::npos);
}

/// 100,000 deep the JSON library itself would overflow the stack while it copies.
TEST(PolicyLoader, RefusesConditionsNestedWithoutEnd)
{
    const auto loaded = loaded_with_nots(100'000);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, ErrorCode::bad_input);
    EXPECT_NE(loaded.error().message.find("nested"), std::string::npos);
}

/// Every value of the document, by JSON pointer.
void collect_pointers(const Json& value, const std::string& pointer, std::vector<std::string>& pointers)
{
    if (!pointer.empty()) pointers.push_back(pointer);
    if (!value.is_structured()) return;
    for (const auto& [key, element] : value.items())
        collect_pointers(element, pointer + "/" + key, pointers);
}

TEST(PolicyLoader, RefusesAValueOfTheWrongKindAtEveryPlace)
{
    std::vector<std::string> pointers;
    collect_pointers(small_policy(), "", pointers);
    EXPECT_GT(pointers.size(), 150U);
    for (const std::string& pointer : pointers) {
        const Json before = small_policy().at(Json::json_pointer(pointer));
        for (const Json& value : {Json(), Json(true), Json(1.5), Json("strange"), Json::array(), Json::object(),
                                  Json::array({1, "a", nullptr}), Json({{"strange", 1}})}) {
            const bool same_kind = value.type() == before.type() || (value.is_number() && before.is_number());
            if (same_kind) continue;  // a word for a word may be right
            // One number or word may stand for a list of them; which of the two a parameter takes, its user in the
            // assess room checks.
            const bool value_of_parameter = pointer.ends_with("/value") && (value.is_number() || value.is_string());
            if (value_of_parameter && before.is_array()) continue;
            const auto lines = problems_of(with(pointer, value));
            EXPECT_FALSE(lines.empty()) << pointer << " = " << value.dump() << " was accepted";
        }
    }
}

}  // namespace
}  // namespace nodtrack::policy
