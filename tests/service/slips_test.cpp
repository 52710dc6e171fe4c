// Slips are asked about at each route that stores what was measured, and "confirm" stores them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"

namespace nodtrack::test {
namespace {

using ::testing::HasSubstr;

std::int64_t deliveries(const RunningService& service)
{
    return value_of(value_of(store::Registry::open(service.registry_file())).row_counts()).deliveries;
}

/// The first question of an answer that asks, and refuses nothing.
std::string question_in(const http::Result& answer)
{
    EXPECT_EQ(answer->status, 422) << answer->body;
    if (answer->status != 422) return {};
    const json body = json::parse(answer->body);
    EXPECT_TRUE(body.at("problems").empty()) << answer->body;
    return body.value("questions", json::array({""})).at(0).get<std::string>();
}

/// P1's newest CT has N1 of 5.9 mm, on the left.
const json slip = {{"scan_id", "C"},
                   {"scan", {{"scan_date", "2025-02-20"}}},
                   {"measurement", {{"nodule_id", "N1"}, {"long_axis_mm", "0.59"}}}};

TEST(Slips, OfATypedMeasurementAreAskedAboutAndStoredWithConfirm)
{
    RunningService service;
    const Asker person = service.person("radiologist");
    const std::string path = "/api/v1/patients/P1/measurements";
    EXPECT_THAT(question_in(service.post(path, slip, person)),
                HasSubstr("entry:1:long_axis_mm: 0.59 mm is under 1.0 mm and 10.0 times smaller than 5.9 mm"));
    json wrong = slip;
    wrong["confirm"] = "yes";
    EXPECT_EQ(service.post(path, wrong, person)->status, 400) << "a switch is true or false";
    EXPECT_EQ(deliveries(service), 1);
    json confirmed = slip;
    confirmed["confirm"] = true;
    const auto answer = service.post(path, confirmed, person);
    ASSERT_EQ(answer->status, 200) << answer->body;
    EXPECT_THAT(answer->body, HasSubstr("confirmed_implausible"));
    EXPECT_EQ(service.post(path, slip, person)->status, 200) << "the same again is not asked about";
}

TEST(Slips, AreShownByThePreview)
{
    RunningService service;
    json typed = slip;
    typed["patient_id"] = "P1";
    const auto answer = service.post("/api/v1/preview", typed, service.person("board"));
    ASSERT_EQ(answer->status, 200) << answer->body;
    const json body = json::parse(answer->body);
    EXPECT_TRUE(body.at("problems").empty());
    EXPECT_EQ(body.at("questions").size(), 1U);
    EXPECT_EQ(body.at("would_store"), false);
    EXPECT_FALSE(body.at("assessment").is_null());
}

TEST(Slips, OfARecordAreAskedAboutAndStoredWithConfirm)
{
    RunningService service;
    const Asker person = service.person("radiologist");
    const json record = {{"scans",
                          {{{"patient_id", "P1"},
                            {"scan_id", "C"},
                            {"scan_date", "2025-02-20"},
                            {"modality", "ct"},
                            {"purpose", "diagnostic"}}}},
                         {"measurements",
                          {{{"patient_id", "P1"},
                            {"scan_id", "C"},
                            {"nodule_id", "N1"},
                            {"status", "present"},
                            {"side", "right"},
                            {"long_axis_mm", 6.1}}}}};
    EXPECT_THAT(question_in(service.post("/api/v1/records", record, person)),
                HasSubstr("record.json/measurements:1:side: right, but every earlier row says left"));
    EXPECT_THAT(question_in(service.post("/api/v1/records?dry_run=yes", record, person)), HasSubstr("side"));
    EXPECT_EQ(service.post("/api/v1/records?confirm=perhaps", record, person)->status, 400);
    EXPECT_EQ(deliveries(service), 1);
    EXPECT_EQ(service.post("/api/v1/records?confirm=yes", record, person)->status, 200);
    EXPECT_EQ(deliveries(service), 2);
}

TEST(Slips, OfUploadedFilesAreAskedAboutAndStoredWithConfirm)
{
    RunningService service;
    const Asker person = service.person("radiologist");
    const auto upload = [&](const std::string& path) {
        const http::MultipartFormDataItems files = {
            {"files", "patient_id,birth_date\np1,1980-02-29\n", "patients.csv", "text/csv"}};
        return service.client().Post(path, person.headers(true), files);
    };
    EXPECT_THAT(question_in(upload("/api/v1/records")),
                HasSubstr("patients.csv:2:patient_id: 'p1' differs from the known patient 'P1'"));
    EXPECT_EQ(upload("/api/v1/records?confirm=true")->status, 200);
    EXPECT_EQ(deliveries(service), 2);
}

TEST(Slips, OfAScanAreAskedAboutAndStoredWithConfirm)
{
    RunningService service;
    const Asker person = service.person("radiologist");
    json scan = {{"scan", {{"scan_id", "C"}, {"scan_date", "2025-02-20"}, {"slice_thickness_mm", 12.5}}}};
    EXPECT_THAT(question_in(service.post("/api/v1/patients/P1/scans", scan, person)),
                HasSubstr("slice_thickness_mm: 12.5 mm is above 10.0 mm"));
    scan["confirm"] = true;
    EXPECT_EQ(service.post("/api/v1/patients/P1/scans", scan, person)->status, 200);
}

TEST(Slips, OfACorrectionAreAskedAboutAndStoredWithConfirm)
{
    RunningService service;
    const Asker person = service.person("admin");
    json correction = {{"row", "measurements"},
                       {"patient_id", "P1"},
                       {"scan_id", "B"},
                       {"nodule_id", "N1"},
                       {"reason", "typed"},
                       {"expected_version", 1},
                       {"changes", {{"long_axis_mm", "59"}}}};
    EXPECT_THAT(question_in(service.post("/api/v1/amendments", correction, person)),
                HasSubstr("measurements: long_axis_mm: 59.0 mm is 10.9 times larger than 5.4 mm"));
    EXPECT_EQ(deliveries(service), 1);
    correction["confirm"] = true;
    const auto answer = service.post("/api/v1/amendments", correction, person);
    ASSERT_EQ(answer->status, 200) << answer->body;
    EXPECT_EQ(json::parse(answer->body).at("warnings").size(), 1U);
}

}  // namespace
}  // namespace nodtrack::test
