#include "nodtrack/tracker/policy_adopt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "nodtrack/store/audit.hpp"
#include "nodtrack/store/erase.hpp"
#include "nodtrack/store/maintenance.hpp"
#include "nodtrack/tracker/amend.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "nodtrack/tracker/judges.hpp"
#include "nodtrack/tracker/worklist.hpp"
#include "support.hpp"

namespace nodtrack::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using tracker::AdoptReport;
using tracker::AdoptRequest;
using Json = nlohmann::ordered_json;

/// The released policy as a clinic's own: a nodule without prior is suspicious from 8 mm on, and there is a schedule of
/// four months.
Json own_policy()
{
    Json policy = Json::parse(policy::released_policy_json());
    policy["id"] = "our-clinic";
    policy["version"] = "1.0.0";
    for (Json& rule : policy["nodule_rules"]) {
        if (rule["id"] == "N9g") rule["when"]["all"][1]["below"] = 8.0;
    }
    Json& four = policy["profiles"]["four_monthly"] = policy["profiles"]["six_monthly"];
    four["means"] = "every four months";
    four["high_or_unknown_grade"][0]["interval_months"] = 4;
    four["unknown_start_months"] = 4;
    return policy;
}

class PolicyAdoption : public RegistryTest {
  protected:
    PolicyAdoption()
    {
        // P1 has a nodule of 7 mm without prior, read completely; P2 one of 9 mm.
        Rows rows;
        rows.patients = "P1,1980-01-01,,high,2024-01-10\nP2,1980-01-01,,high,2024-01-10\n";
        value_of(ingest(rows, "2025-01-01"));
        value_of(
            tracker::ingest(registry_,
                            delivery_of({{RowKind::scan,
                                          "patient_id,scan_id,scan_date,modality,purpose,reading,slice_thickness_mm\n"
                                          "P1,A,2025-01-02,ct,diagnostic,complete,1\n"
                                          "P2,A,2025-01-02,ct,diagnostic,complete,1\n"},
                                         {RowKind::measurement,
                                          "patient_id,scan_id,nodule_id,status,side,long_axis_mm\n"
                                          "P1,A,N1,present,left,7\nP2,A,N1,present,left,9\n"}}),
                            provenance_on("2025-01-03"), {}));
    }

    Result<AdoptReport> adopt(const std::string& content, std::string_view on = "2025-02-01",
                              const std::string& reason = "board of January",
                              const AdoptRequest& as = {.confirm = true})
    {
        AdoptRequest request = as;
        request.content = content;
        return tracker::adopt_policy(registry_, request, provenance_on(on, reason));
    }
    std::string action_of(const std::string& patient_id, std::optional<Date> known_on = std::nullopt)
    {
        const auto judges = value_of(tracker::Judges::of(registry_, known_on));
        std::string action;
        value_of(tracker::assess_patients(
            registry_, judges, {.patient_ids = {patient_id}, .as_of = day("2025-02-02"), .known_on = known_on},
            [&](const assess::Assessment& assessment, const PatientRecord&) -> Result<void> {
                action = policy::action_words[static_cast<std::size_t>(assessment.recommendation.action)];
                return {};
            }));
        return action;
    }
};

TEST_F(PolicyAdoption, JudgesFromThenOnAndTellsBeforehandWhatChanges)
{
    EXPECT_EQ(action_of("P1"), "TUMOUR_BOARD");
    const AdoptReport report = value_of(adopt(own_policy().dump()));
    EXPECT_EQ(report.policy.id, "our-clinic");
    EXPECT_EQ(report.before.id, "sarcoma-lung-surveillance");
    EXPECT_EQ(report.counts.patients, 2U);
    EXPECT_EQ(report.counts.quieter, 1U) << "7 mm is no longer suspicious";
    EXPECT_EQ(report.counts.unchanged, 1U) << "9 mm still is";
    ASSERT_EQ(report.answers.size(), 1U);
    EXPECT_EQ(report.answers.front().patient_id, "P1");
    EXPECT_THAT(report.changes, Contains(HasSubstr("N9g")));
    EXPECT_THAT(report.changes, Contains(HasSubstr("profile four_monthly: new")));
    EXPECT_EQ(action_of("P1"), "SHORT_INTERVAL_CT");
    EXPECT_EQ(action_of("P2"), "TUMOUR_BOARD");
}

TEST_F(PolicyAdoption, IsWhatTheWorklistGoesBy)
{
    value_of(adopt(own_policy().dump()));
    const auto list =
        value_of(tracker::worklist(registry_, value_of(tracker::Judges::of(registry_)),
                                   {.as_of = day("2025-02-02"), .known_on = {}, .terms = {}, .groups = {}}));
    EXPECT_EQ(list.counts[static_cast<std::size_t>(assess::WorklistGroup::board)], 1U);
}

TEST_F(PolicyAdoption, AsksWhereAnAnswerBecomesQuieterAndStoresNothing)
{
    const auto refused = adopt(own_policy().dump(), "2025-02-01", "board", {});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().questions, ElementsAre(HasSubstr("P1")));
    EXPECT_EQ(deliveries(), 2);
    EXPECT_EQ(action_of("P1"), "TUMOUR_BOARD");
    const AdoptReport dry = value_of(adopt(own_policy().dump(), "2025-02-01", "board", {.dry_run = true}));
    EXPECT_EQ(dry.delivery_no, 0);
    EXPECT_EQ(dry.questions.size(), 1U);
    EXPECT_EQ(deliveries(), 2);
}

TEST_F(PolicyAdoption, LetsThePolicyOfADayBeforeJudgeWhatWasKnownThen)
{
    value_of(adopt(own_policy().dump(), "2025-02-01"));
    EXPECT_EQ(action_of("P1", day("2025-01-31")), "TUMOUR_BOARD") << "the day before, the released one held";
    EXPECT_EQ(action_of("P1", day("2025-02-01")), "SHORT_INTERVAL_CT") << "on the day itself the adopted one";
}

TEST_F(PolicyAdoption, GoesBackByAdoptingTheReleasedOneAgain)
{
    value_of(adopt(own_policy().dump()));
    const AdoptReport back = value_of(adopt(std::string(policy::released_policy_json()), "2025-02-03", "over", {}));
    EXPECT_EQ(back.counts.louder, 1U);
    EXPECT_EQ(action_of("P1"), "TUMOUR_BOARD");
    EXPECT_EQ(value_of(store::adoptions_of(registry_)).size(), 2U) << "the history has both";
    EXPECT_THAT(value_of(adopt(own_policy().dump(), "2025-02-04")).policy.id, "our-clinic") << "and forth";
}

TEST_F(PolicyAdoption, IsOfOnePatientWhereAProtocolSaysSo)
{
    value_of(adopt(own_policy().dump(), "2025-02-01", "protocol", {.patient_id = "P1", .confirm = true}));
    EXPECT_EQ(action_of("P1"), "SHORT_INTERVAL_CT");
    EXPECT_EQ(value_of(tracker::Judges::of(registry_)).of("P2").policy().id, "sarcoma-lung-surveillance");
    // Another policy for the registry leaves the patient's own one.
    value_of(adopt(std::string(policy::released_policy_1_0_0_json()), "2025-02-02"));
    EXPECT_EQ(value_of(tracker::Judges::of(registry_)).of("P1").policy().id, "our-clinic");
    EXPECT_EQ(value_of(tracker::Judges::of(registry_)).of("P2").policy().version, "1.0.0");
    value_of(tracker::adopt_policy(registry_, {.patient_id = "P1", .follow_registry = true, .confirm = true},
                                   provenance_on("2025-02-03", "over")));
    EXPECT_EQ(value_of(tracker::Judges::of(registry_)).of("P1").policy().version, "1.0.0");
}

TEST_F(PolicyAdoption, RefusesWhatIsNoneAndLeavesEverythingAsItWas)
{
    const auto refusal_of = [&](const std::string& content, const std::string& reason = "why") {
        const auto refused = adopt(content, "2025-02-01", reason);
        EXPECT_FALSE(refused);
        return refused ? std::string() : refused.error().message;
    };
    EXPECT_THAT(refusal_of("{"), HasSubstr("no JSON"));
    EXPECT_THAT(refusal_of(own_policy().dump(), " "), HasSubstr("reason: missing"));
    Json gap = own_policy();
    gap["nodule_rules"].erase(gap["nodule_rules"].size() - 1);
    EXPECT_THAT(refusal_of(gap.dump()), HasSubstr("policy check")) << "stable nodules would have no rule";
    Json borrowed = own_policy();
    borrowed["id"] = "sarcoma-lung-surveillance";
    EXPECT_THAT(refusal_of(borrowed.dump()), HasSubstr("id of the released policies"));
    borrowed["version"] = "9.9.9";
    EXPECT_THAT(refusal_of(borrowed.dump()), HasSubstr("id of the released policies")) << "of whatever version";
    EXPECT_EQ(deliveries(), 2);
    value_of(adopt(own_policy().dump()));
    EXPECT_THAT(refusal_of(own_policy().dump()), HasSubstr("judged by this policy already"));
    Json changed = own_policy();
    changed["title"] = "Another";
    EXPECT_THAT(refusal_of(changed.dump()), HasSubstr("a change is a new version"));
    EXPECT_EQ(tracker::adopt_policy(registry_, {.content = own_policy().dump(), .patient_id = "P9", .confirm = true},
                                    provenance_on("2025-02-01", "why"))
                  .error()
                  .code,
              ErrorCode::not_found);
    EXPECT_EQ(deliveries(), 3);
}

TEST_F(PolicyAdoption, BringsItsProfilesAsWordsOfTheSchedule)
{
    const std::string four =
        "patient_id,schedule_profile,resection_date,known_lung_metastases\nP3,four_monthly,2024-12-01,none\n";
    const auto take_in = [&](std::string_view on) {
        return tracker::ingest(registry_, delivery_of({{RowKind::patient, four}}), provenance_on(on), {});
    };
    const auto before = take_in("2025-01-10");
    ASSERT_FALSE(before);
    EXPECT_THAT(
        before.error().context,
        ElementsAre(HasSubstr("patients.csv:2:schedule_profile: 'four_monthly' is none of: default, six_monthly")));
    value_of(adopt(own_policy().dump()));
    value_of(take_in("2025-02-02"));
    value_of(tracker::ingest(registry_,
                             delivery_of({{RowKind::scan,
                                           "patient_id,scan_id,scan_date,modality,purpose,reading\n"
                                           "P3,A,2025-02-01,ct,diagnostic,complete\n"}}),
                             provenance_on("2025-02-03"), {}));
    const auto schedule_of = [&](const tracker::Judges& judges) {
        assess::Schedule schedule;
        value_of(tracker::assess_patients(
            registry_, judges, {.patient_ids = {"P3"}, .as_of = day("2025-02-03"), .known_on = {}},
            [&](const assess::Assessment& assessment, const PatientRecord&) -> Result<void> {
                schedule = assessment.schedule;
                return {};
            }));
        return schedule;
    };
    EXPECT_EQ(schedule_of(value_of(tracker::Judges::of(registry_))).interval_months, 4);
    // A policy that does not know the word must not take it for less: its shortest interval.
    const assess::Judge released = assess::Judge::released();
    EXPECT_EQ(schedule_of(released).interval_months, 3);
    EXPECT_TRUE(schedule_of(released).profile_is_unknown);
}

TEST_F(PolicyAdoption, IsInTheHashChain)
{
    value_of(adopt(own_policy().dump(), "2025-02-01", "board", {.patient_id = "P1", .confirm = true}));
    value_of(adopt(std::string(policy::released_policy_1_0_0_json())));
    EXPECT_THAT(value_of(store::audit_verify(registry_)).problems, IsEmpty());
    EXPECT_THAT(value_of(store::check(registry_)).problems, IsEmpty());
    const std::string newest = value_of(store::newest_adoption(registry_));
    EXPECT_EQ(newest.size(), 64U);
    // What was erased of a patient takes the policy of the patient with it; the chain holds.
    value_of(store::erase_patient(registry_, "P1", provenance_on("2025-03-01", "by law")));
    EXPECT_THAT(value_of(store::audit_verify(registry_)).problems, IsEmpty());
    EXPECT_EQ(value_of(store::adoptions_of(registry_)).size(), 1U);
}

}  // namespace
}  // namespace nodtrack::test
