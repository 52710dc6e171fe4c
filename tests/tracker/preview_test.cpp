#include "nodtrack/tracker/preview.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "nodtrack/report/assessment_json.hpp"
#include "nodtrack/store/change.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using test::day;
using test::provenance_on;
using test::value_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PreviewTest : public test::RegistryTest {
  protected:
    PreviewTest() { value_of(ingest(test::first_rows())); }

    TypedMeasurement on_new_scan(const std::string& nodule, const std::string& long_axis) const
    {
        return {.patient_id = "P1",
                .scan_id = "C",
                .nodule_id = nodule,
                .findings = {{"long_axis_mm", long_axis}},
                .scan = {{"scan_date", "2025-01-10"}, {"slice_thickness_mm", "1"}}};
    }
    Preview look(const TypedMeasurement& typed) { return value_of(preview(registry_, judge_, typed, today_)); }
    std::string json_of(const assess::Assessment& assessment, const PatientRecord& record)
    {
        std::string line;
        report::AssessmentJson(judge_).append(line, assessment, record, assess::Detail::fired);
        return line;
    }
    std::string recorded()
    {
        std::string line;
        AssessRequest request;
        request.patient_ids = {"P1"};
        request.as_of = today_;
        value_of(assess_patients(registry_, judge_, request, [&](const auto& assessment, const auto& record) {
            line = json_of(assessment, record);
            return Result<void>();
        }));
        return line;
    }

    const assess::Judge judge_ = assess::Judge::released();
    const Date today_ = day("2025-02-01");
};

TEST_F(PreviewTest, SaysWhatLoggingSaysAndStoresNothing)
{
    std::vector<TypedMeasurement> entries = {
        on_new_scan("N1", "9.4"),                        // grown, on a new CT
        on_new_scan("N7", "6.0"),                        // a new nodule
        {"P1", "B", "N3", {{"long_axis_mm", "4"}}, {}},  // another row of a recorded CT
        {"P1", "A", "N1", {{"volume_mm3", "70"}}, {}},   // fills in, on a CT that is not the newest
        {"P1", "A", "N1", {{"long_axis_mm", "6.5"}}, {{"iv_contrast", "none"}}, "typed wrong"},
        on_new_scan("N1", "9.4")};  // says nothing new the second time
    for (const TypedMeasurement& typed : entries) {
        SCOPED_TRACE(typed.scan_id + " " + typed.nodule_id);
        const std::string before = recorded();
        const std::int64_t held = deliveries();
        const Preview shown = look(typed);
        EXPECT_THAT(shown.problems, IsEmpty());
        EXPECT_EQ(deliveries(), held);
        EXPECT_EQ(recorded(), before);
        const LogReport logged =
            value_of(log_measurement(registry_, judge_, typed, provenance_on("2025-02-01", "typed wrong")));
        EXPECT_EQ(shown.would_store, logged.delivery_no.has_value());
        EXPECT_EQ(shown.warnings, logged.warnings);
        EXPECT_EQ(json_of(shown.assessment, shown.record), json_of(logged.assessment, logged.record));
        EXPECT_EQ(json_of(shown.assessment, shown.record), recorded());
    }
}

TEST_F(PreviewTest, TellsTheChangeAgainstEachPrior)
{
    const TypedMeasurement typed = on_new_scan("N1", "9.4");
    const auto json = nlohmann::json::parse(preview_json(look(typed), judge_, typed));
    EXPECT_EQ(json["would_store"], true);
    EXPECT_EQ(json["on_index_scan"], true);
    EXPECT_EQ(json["growth_state"], "UNEQUIVOCAL_GROWTH");
    ASSERT_EQ(json["comparisons"].size(), 2U);
    EXPECT_EQ(json["comparisons"][0]["prior_scan"], "A");
    EXPECT_EQ(json["comparisons"][0]["prior_date"], "2024-06-01");
    EXPECT_EQ(json["comparisons"][0]["prior_long_axis_mm"], 5.4);
    EXPECT_EQ(json["comparisons"][0]["long_axis_change_mm"], 4.0);
    EXPECT_EQ(json["comparisons"][1]["prior_scan"], "B");
    EXPECT_EQ(json["comparisons"][1]["long_axis_change_mm"], 3.5);
    EXPECT_THAT(json["change_text"].get<std::string>(), HasSubstr("since the last measured CT"));
    EXPECT_EQ(json["assessment"]["patient_id"], "P1");
    EXPECT_EQ(json["problems"], nlohmann::json::array());
}

TEST_F(PreviewTest, TellsEverythingThatWouldBeRefusedAndJudgesTheRecordWithoutIt)
{
    struct Case {
        const char* because;
        TypedMeasurement typed;
        std::string says;
    };
    TypedMeasurement wrong_word = on_new_scan("N1", "9.4");
    wrong_word.findings.push_back({"shape", "square"});
    TypedMeasurement wrong_number = on_new_scan("N1", "wide");
    TypedMeasurement future = on_new_scan("N1", "9.4");
    future.scan[0].text = "2025-02-02";
    TypedMeasurement no_date = on_new_scan("N1", "9.4");
    no_date.scan.clear();
    const std::vector<Case> cases = {
        {"a word that is none", wrong_word, "square"},
        {"no number", wrong_number, "wide"},
        {"a scan of tomorrow", future, "lies after the day of ingest"},
        {"a new scan without a day", no_date, "is not recorded yet"},
        {"it contradicts a stored value",
         {"P1", "A", "N1", {{"long_axis_mm", "6.5"}}, {}},
         "stored 5.4, delivered 6.5"},
        {"a column that is none", {"P1", "A", "N1", {{"width_mm", "6.5"}}, {}}, "width_mm"}};
    const std::string before = recorded();
    for (const Case& c : cases) {
        SCOPED_TRACE(c.because);
        const Preview shown = look(c.typed);
        EXPECT_THAT(shown.problems, Contains(HasSubstr(c.says)));
        EXPECT_FALSE(shown.would_store);
        EXPECT_EQ(json_of(shown.assessment, shown.record), before);
        EXPECT_FALSE(log_measurement(registry_, judge_, c.typed, provenance_on("2025-02-01")))
            << "and logging refuses it";
    }
    const auto unknown = preview(registry_, judge_, {"P9", "A", "N1", {}, {}}, today_);
    EXPECT_EQ(unknown.error().code, ErrorCode::not_found);
}

TEST_F(PreviewTest, CountsWhatConfirmedLinksSay)
{
    value_of(ingest({"", "P1,C,2024-12-01,ct,diagnostic,1.0,\n", ""}));
    IdentityProposal resolved{{"P1", "C", "N1"}, "N1", LinkMethod::typed, {}};
    resolved.nodule_state = NoduleState::resolved;
    value_of(link(registry_, {&resolved, 1}, provenance_on("2025-01-20")));
    const TypedMeasurement typed = {"P1", "C", "N8", {{"long_axis_mm", "5"}}, {}};
    const Preview shown = look(typed);
    const LogReport logged = value_of(log_measurement(registry_, judge_, typed, provenance_on("2025-02-01")));
    EXPECT_EQ(json_of(shown.assessment, shown.record), json_of(logged.assessment, logged.record));
}

TEST_F(PreviewTest, DoesNotWaitForAWriter)
{
    store::Registry other = value_of(store::Registry::open(folder_ / "r.db"));
    const store::Change held = value_of(store::Change::begin(other, provenance_on("2025-02-01")));
    const auto began = std::chrono::steady_clock::now();
    EXPECT_TRUE(look(on_new_scan("N1", "9.4")).would_store);
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5)) << "a writer is waited for a minute";
}

}  // namespace
}  // namespace nodtrack::tracker
