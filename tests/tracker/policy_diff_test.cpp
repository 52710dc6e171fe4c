#include "nodtrack/tracker/policy_diff.hpp"

#include <fstream>

#include "support.hpp"

namespace nodtrack::test {
namespace {

/// The released policy with one text in the place of another, at its first occurrence after `anchor`.
std::string policy_with(std::string_view anchor, std::string_view text, std::string_view other)
{
    std::string policy(policy::released_policy_json());
    const std::size_t place = policy.find(text, policy.find(anchor));
    EXPECT_NE(place, std::string::npos) << anchor << " has no " << text;
    policy.replace(place, text.size(), other);
    return policy;
}

class PolicyDiff : public RegistryTest {
  protected:
    void SetUp() override
    {
        // A: low suspicion; B: between two cut-offs; C: for the board; D: no CT.
        const std::string patients =
            "patient_id,histology,grade,resection_date,schedule_profile\n"
            "A,ups_soft_tissue,high,2026-01-10,\nB,ups_soft_tissue,high,2026-01-10,six_monthly\n"
            "C,ups_soft_tissue,low,2026-01-10,\nD,ups_soft_tissue,high,2026-01-10,\n";
        const std::string scans =
            "patient_id,scan_id,scan_date,modality,purpose,slice_thickness_mm,reading\n"
            "A,A1,2026-06-15,ct,diagnostic,1.0,complete\nB,B1,2026-06-15,ct,diagnostic,1.0,complete\n"
            "C,C1,2026-06-15,ct,diagnostic,1.0,complete\n";
        const std::string measurements =
            "patient_id,scan_id,nodule_id,status,side,long_axis_mm\n"
            "A,A1,N1,present,left,4.0\nB,B1,N1,present,left,5.7\nC,C1,N1,present,left,8.0\n";
        const Delivery delivery =
            delivery_of({{RowKind::patient, patients}, {RowKind::scan, scans}, {RowKind::measurement, measurements}});
        value_of(tracker::ingest(registry_, delivery, provenance_on("2026-07-01"), {}));
    }

    assess::Judge judge(const std::string& policy_json)
    {
        const auto file = folder_ / "other.json";
        std::ofstream(file) << policy_json;
        return value_of(tracker::judge_by_policy(file.string()));
    }

    tracker::PolicyDiff diff(const tracker::PolicySide& a, const tracker::PolicySide& b)
    {
        lines_.clear();
        const auto note = [&](const tracker::PolicyDifference& difference) -> Result<void> {
            std::string line = difference.record.patient.patient_id;
            for (const assess::Assessment* judged : difference.judged) {
                line +=
                    " " + std::string(policy::action_words[static_cast<std::size_t>(judged->recommendation.action)]);
                line += " " + judged->recommendation.due_date.value_or(Date()).iso();
            }
            lines_.push_back(line);
            profiles_.push_back(difference.record.patient.schedule_profile);
            return {};
        };
        return value_of(tracker::policy_diff(
            registry_, {.sides = {a, b}, .as_of = as_of_, .known_on = {}, .dose_factors = &factors_}, note));
    }

    const assess::Judge released_ = assess::Judge::released();
    const dose::DoseFactors factors_ =
        value_of(dose::load_dose_factors(dose::released_dose_factors_json(), policy::released_sources_json()));
    const Date as_of_ = day("2026-07-01");
    std::vector<std::string> lines_;
    std::vector<ProfileWord> profiles_;
};

TEST_F(PolicyDiff, FindsNothingBetweenAPolicyAndItself)
{
    const auto same = diff({&released_, {}}, {&released_, {}});
    EXPECT_TRUE(lines_.empty());
    EXPECT_EQ(same.other_action + same.other_day_only, 0U);
    EXPECT_EQ(same.burden[0].patients, 4U);
    EXPECT_EQ(same.burden[0].by_action, same.burden[1].by_action);
    EXPECT_EQ(same.burden[0].cts_a_year(), same.burden[1].cts_a_year());
    EXPECT_EQ(same.burden[0].count(policy::Action::tumour_board), 1U);
}

TEST_F(PolicyDiff, NamesThePatientBetweenTheTwoCutOffs)
{
    const auto lower = judge(policy_with("\"N9g\"", "\"below\": 6.0", "\"below\": 5.5"));
    const auto other = diff({&released_, {}}, {&lower, {}});
    EXPECT_EQ(lines_, std::vector<std::string>{"B SHORT_INTERVAL_CT 2026-09-15 TUMOUR_BOARD 2026-06-29"});
    EXPECT_EQ(other.other_action, 1U);
    EXPECT_EQ(other.burden[0].count(policy::Action::tumour_board), 1U);
    EXPECT_EQ(other.burden[1].count(policy::Action::tumour_board), 2U);
}

TEST_F(PolicyDiff, NamesAnotherDayApartFromAnotherAction)
{
    const auto sooner = judge(policy_with("\"suspicious_fact\"", "\"days\": 14", "\"days\": 10"));
    const auto other = diff({&released_, {}}, {&sooner, {}});
    EXPECT_EQ(lines_, std::vector<std::string>{"C TUMOUR_BOARD 2026-06-29 TUMOUR_BOARD 2026-06-25"});
    EXPECT_EQ(other.other_action, 0U);
    EXPECT_EQ(other.other_day_only, 1U);
}

TEST_F(PolicyDiff, PutsEveryPatientOnTheProfileAskedFor)
{
    const auto other = diff({&released_, ScheduleProfile::default_profile}, {&released_, ScheduleProfile::six_monthly});
    // B waits for the short-interval CT on either; C is low grade and at the board; D has no CT yet.
    EXPECT_EQ(lines_, std::vector<std::string>{"A CONTINUE_SURVEILLANCE 2026-09-15 CONTINUE_SURVEILLANCE 2026-12-15"});
    EXPECT_EQ(profiles_.front(), "") << "what was recorded is shown, not the trial";
    EXPECT_LT(other.burden[1].cts_a_year(), other.burden[0].cts_a_year());
}

TEST_F(PolicyDiff, EndsWithTheVisitorsError)
{
    const auto refuse = [](const tracker::PolicyDifference&) -> Result<void> {
        return failure(ErrorCode::internal, "full");
    };
    const auto sooner = judge(policy_with("\"suspicious_fact\"", "\"days\": 14", "\"days\": 10"));
    const tracker::PolicyDiffRequest request{.sides = {tracker::PolicySide{&released_, {}}, {&sooner, {}}},
                                             .as_of = as_of_,
                                             .known_on = {},
                                             .dose_factors = &factors_};
    const auto ended = tracker::policy_diff(registry_, request, refuse);
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().message, "full");
}

TEST_F(PolicyDiff, RefusesWhatIsNoPolicy)
{
    EXPECT_EQ(tracker::judge_by_policy((folder_ / "nowhere.json").string()).error().code, ErrorCode::not_found);
    EXPECT_EQ(tracker::judge_by_policy(folder_.path().string()).error().code, ErrorCode::bad_input);
    const auto file = folder_ / "wrong.json";
    std::ofstream(file) << policy_with("\"N9g\"", "\"below\": 6.0", "\"under\": 6.0");
    const auto wrong = tracker::judge_by_policy(file.string());
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, ErrorCode::bad_input);
    EXPECT_NE(wrong.error().message.find("wrong.json"), std::string::npos);
    EXPECT_TRUE(tracker::judge_by_policy("released"));
    for (const policy::ReleasedPolicy& policy : policy::released_policies()) {
        const auto judge = tracker::judge_by_policy(std::string(policy.version));
        ASSERT_TRUE(judge) << policy.version;
        EXPECT_EQ(judge->policy().version, policy.version);
    }
}

}  // namespace
}  // namespace nodtrack::test
