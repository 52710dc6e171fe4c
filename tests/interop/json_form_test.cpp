#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nodtrack/interop/record_reader.hpp"

namespace nodtrack::interop {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

TEST(JsonForm, IsTheRecordOfTheSameShape)
{
    const Result<Delivery> read = read_json_text(R"({
        "measurements": [{"status": "new", "patient_id": "P1", "scan_id": "S1", "nodule_id": "N\u00fc",
                          "long_axis_mm": 5.4, "short_axis_mm": 5, "volume_mm3": null, "mean_hu": -31.23456,
                          "x_mine": {"a": [1, {"b": 2}]}, "reader": ""}],
        "patients": [{"patient_id": "P1", "sex": "unknown", "birth_date": "2001-02-03"}, {"patient_id": "P2"}],
        "scans": [{"patient_id": "P1", "scan_id": "S1", "scan_date": "2024-01-01", "modality": "ct",
                   "purpose": "diagnostic", "symptoms": "cough;local_mass", "dose_phantom_cm": 32, "dlp_mgy_cm": "120.5"}],
        "therapies": [], "x_made_by": ["anything", {"nested": true}]})");
    ASSERT_TRUE(read) << read.error().context.front();
    ASSERT_THAT(read->patients, SizeIs(2));
    EXPECT_FALSE(read->patients[0].patient.sex);
    EXPECT_EQ(read->patients[1].line, 2U);
    ASSERT_THAT(read->measurements, SizeIs(1));
    EXPECT_EQ(read->measurements[0].nodule_id, "N\xC3\xBC");
    EXPECT_EQ(read->measurements[0].findings.long_axis, Length::from_thousandths(5400));
    EXPECT_EQ(read->measurements[0].findings.short_axis, Length::whole(5));
    EXPECT_EQ(read->measurements[0].findings.mean_attenuation, Attenuation_HU::from_thousandths(-31'235));
    ASSERT_THAT(read->scans, SizeIs(1));
    EXPECT_EQ(read->scans[0].scan.dose_phantom, DosePhantom::body_32_cm);
    EXPECT_EQ(read->scans[0].scan.dlp, DoseLengthProduct::from_thousandths(120'500));
    EXPECT_EQ(read->place(RowKind::scan, 1, "scan_date"), "record.json/scans:1:scan_date");
}

TEST(JsonForm, ReadsSizesFromTheirDigitsNotFromAFloat)
{
    const Result<Delivery> read = read_json_text(
        R"({"measurements": [{"patient_id": "P", "scan_id": "S", "nodule_id": "N", "status": "present", "long_axis_mm": 5.100}]})");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->measurements[0].findings.long_axis, Length::from_thousandths(5100));
    const Result<Delivery> refused = read_json_text(
        R"({"measurements": [{"patient_id": "P", "scan_id": "S", "nodule_id": "N", "status": "present", "long_axis_mm": 1.9999999999999996}]})");
    ASSERT_FALSE(refused);
    EXPECT_THAT(
        refused.error().context,
        ElementsAre(HasSubstr("record.json/measurements:1:long_axis_mm: \"1.9999999999999996\" has more than three")));
}

struct JsonCase {
    const char* text;
    const char* place;
    const char* message;
};

TEST(JsonForm, FaultsAreNamed)
{
    const std::vector<JsonCase> cases = {
        {"", "record.json:0:document: ", "no JSON from line 1"},
        {"{", "record.json:0:document: ", "no JSON"},
        {"[]", "record.json:0:document: ", "is no object"},
        {"3", "record.json:0:document: ", "is no object"},
        {"{} {}", "record.json:0:document: ", "no JSON from line 1, character 4"},
        {"{\"patients\": [\n{\"patient_id\": \"P1\",}]}", "record.json:0:document: ", "no JSON from line 2"},
        {"{\"patients\": [// comment\n]}", "record.json:0:document: ", "no JSON"},
        {"{\"patients\": [{\"patient_id\": \"\xFF\"}]}", "record.json:0:document: ", "UTF-8"},
        {"{\"patients\": [{\"patient_id\": \"\\ud800\"}]}", "record.json:0:document: ", "no JSON"},
        {"{\"patients\": {}}", "record.json:0:patients: ", "is no array"},
        {"{\"patients\": \"P1\"}", "record.json:0:patients: ", "is no array"},
        {"{\"patient\": []}", "record.json:0:patient: ", "write patients"},
        {"{\"nodules\": []}", "record.json:0:nodules: ", "no array of this name"},
        {"{\"patients\": [], \"patients\": []}", "record.json:0:patients: ", "keep one of them"},
        {"{\"patients\": [\"P1\"]}", "record.json/patients:1:row: ", "is no object"},
        {"{\"patients\": [[]]}", "record.json/patients:1:row: ", "is no object"},
        {"{\"patients\": [{}]}", "record.json/patients:1:patient_id: ", "is empty"},
        {"{\"patients\": [{\"patient_id\": null}]}", "record.json/patients:1:patient_id: ", "is empty"},
        {"{\"patients\": [{\"patient_id\": 12}]}", "record.json/patients:1:patient_id: ", "is a number; write a text"},
        {"{\"patients\": [{\"patient_id\": true}]}", "record.json/patients:1:patient_id: ", "is true or false"},
        {"{\"patients\": [{\"patient_id\": [\"P1\"]}]}",
         "record.json/patients:1:patient_id: ", "is a list or an object"},
        {"{\"patients\": [{\"patient_id\": {\"a\": {}}}]}",
         "record.json/patients:1:patient_id: ", "is a list or an object"},
        {"{\"patients\": [{\"patient_id\": \"a\\u0000\"}]}",
         "record.json/patients:1:patient_id: ", "control character"},
        {"{\"patients\": [{\"patient_id\": \"P1\"}, {\"patient_id\": \"P1\"}]}",
         "record.json/patients:2:patient_id: ", "the first in row 1"},
        {"{\"patients\": [{\"patient_id\": \"P1\", \"patient_id\": \"P2\"}]}",
         "record.json/patients:1:patient_id: ", "stands twice"},
        {"{\"patients\": [{\"patient_id\": \"P1\", \"x_a\": 1, \"x_a\": 1}]}",
         "record.json/patients:1:x_a: ", "stands twice"},
        {"{\"patients\": [{\"patient_id\": \"P1\", \"sexe\": \"male\"}]}",
         "record.json/patients:1:sexe: ", "write sex"},
        {"{\"patients\": [{\"patient_id\": \"P1\", \"sex\": \"Male\"}]}", "record.json/patients:1:sex: ", "write male"},
        {"{\"patients\": [{\"patient_id\": \"P1\", \"sex\": 1}]}", "record.json/patients:1:sex: ", "is a number"},
    };
    for (const JsonCase& c : cases) {
        const Result<Delivery> read = read_json_text(c.text);
        ASSERT_FALSE(read) << c.text;
        EXPECT_EQ(read.error().code, ErrorCode::bad_input);
        ASSERT_THAT(read.error().context, SizeIs(1)) << c.text;
        EXPECT_THAT(read.error().context[0], StartsWith(c.place)) << c.text;
        EXPECT_THAT(read.error().context[0], HasSubstr(c.message)) << c.text;
    }
}

TEST(JsonForm, NestedBeyondReasonIsRefused)
{
    const std::string deep = std::string(200'000, '[');
    const Result<Delivery> read = read_json_text("{\"x_a\": " + deep);
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().context, ElementsAre(HasSubstr("nest deeper than")));
    EXPECT_FALSE(read_json_text(deep));
}

TEST(JsonForm, SaysWhatWasExpectedButNotWhatStoodThere)
{
    // Found by fuzzing: broken UTF-8 of the document went into the message.
    const Result<Delivery> read = read_json_text("{\"patients\": [{\"patient_id\": \"Doe\", \"x_a\": -\xFF}]}");
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().context,
                ElementsAre("record.json:0:document: no JSON from line 1, character 45 on; expected "
                            "digit after '-'; save it as JSON in UTF-8"));
}

TEST(JsonForm, TakesAByteOrderMark)
{
    EXPECT_TRUE(read_json_text("\xEF\xBB\xBF{\"patients\": [{\"patient_id\": \"P1\"}]}"));
}

TEST(JsonForm, ProblemsOfAllArraysComeAtOnceInTheContractsOrder)
{
    const Result<Delivery> read = read_json_text(
        R"({"events": [{"patient_id": "P1", "nodule_id": "N1", "kind": "x", "date": "2024-01-01"}],
            "scans": [{"patient_id": "P1", "scan_id": "S1", "scan_date": "2024", "modality": "ct", "purpose": "diagnostic"}],
            "patients": [{"patient_id": "P1", "sex": "x"}, {"patient_id": " "}]})");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().message, "4 problems in 1 file; nothing was stored");
    EXPECT_THAT(
        read.error().context,
        ElementsAre(StartsWith("record.json/patients:1:sex: "), StartsWith("record.json/patients:2:patient_id: "),
                    StartsWith("record.json/scans:1:scan_date: "), StartsWith("record.json/events:1:kind: ")));
}

}  // namespace
}  // namespace nodtrack::interop
