// A FHIR Bundle says what the record says, no more, and what is read of one is sound or refused with its path.

#include "fhir_bundle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nodtrack::exchange {
namespace {

using namespace test;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// The error's message and lines.
std::string refusal(const std::string& text)
{
    const auto read = read_bundle(text, "b.json");
    if (read) return "taken";
    EXPECT_EQ(read.error().code, ErrorCode::bad_input);
    std::string all = read.error().message;
    for (const std::string& line : read.error().context)
        all += "\n" + line;
    return all;
}

ReportedNodules told(const Foreign& foreign)
{
    const auto read = read_bundle(foreign.text(), "b.json");
    EXPECT_TRUE(read) << refusal(foreign.text());
    return read ? read->reports.front().told : ReportedNodules();
}

TEST(FhirBundle, SaysMicrometresAsTheRecordHasThem)
{
    const std::string text = bundle_of(some_record());
    for (const char* amount : {"8.417", "6.1", "212.345", "-31.5"})
        EXPECT_THAT(text, HasSubstr(std::string("\"value\": ") + amount));
}

TEST(FhirBundle, IsTheSameFileTwiceWhateverTheOrderOfRows)
{
    PatientRecord record = some_record();
    Scan later = record.scans.front();
    later.scan_id = "CT2";
    later.scan_date = *Date::parse("2026-11-15");
    record.scans.push_back(later);
    const std::string text = bundle_of(record);
    std::swap(record.scans[0], record.scans[1]);
    record.measurements.front().scan = 1;
    EXPECT_EQ(bundle_of(record), text);
}

TEST(FhirBundle, HasTheIssuerAsTheSystemOfTheId)
{
    PatientRecord record = some_record();
    record.patient.patient_id_issuer = "1.2.276.0.76";
    EXPECT_THAT(bundle_of(record), HasSubstr("\"system\": \"urn:oid:1.2.276.0.76\""));
    record.patient.patient_id_issuer = "Hospital A";
    EXPECT_THAT(bundle_of(record), HasSubstr("\"display\": \"Hospital A\""));
}

TEST(FhirBundle, StatesNoTumourWithoutProof)
{
    PatientRecord record = some_record();
    EXPECT_THAT(bundle_of(record, true), Not(HasSubstr("mcode"))) << "an indeterminate nodule is no tumour";
    record.patient.known_lung_metastases = KnownLungMetastases::present;
    EXPECT_THAT(bundle_of(record, true), Not(HasSubstr("mcode"))) << "which nodules they are is not known";
    record.patient.lung_metastases_diagnosed_on = Date::parse("2026-10-01");
    EXPECT_THAT(bundle_of(record, true), Not(HasSubstr("mcode"))) << "it came after they were diagnosed";
    record.patient.lung_metastases_diagnosed_on = Date::parse("2026-10-15");
    EXPECT_THAT(bundle_of(record, true), HasSubstr("mcode-tumor"));
    EXPECT_THAT(bundle_of(record, false), Not(HasSubstr("mcode"))) << "nobody asked for it";
}

TEST(FhirBundle, GoesByTheNewestPathology)
{
    PatientRecord record = some_record();
    record.events = {{"N1", EventKind::pathology_malignant, *Date::parse("2026-10-20"), ""}};
    EXPECT_TRUE(is_proven_malignant(record, "N1"));
    EXPECT_FALSE(is_proven_malignant(record, "N2")) << "another nodule";
    record.events.push_back({"N1", EventKind::board_baseline, *Date::parse("2026-10-22"), ""});
    EXPECT_TRUE(is_proven_malignant(record, "N1")) << "a baseline says nothing of it";
    record.events.push_back({"N1", EventKind::pathology_benign, *Date::parse("2026-10-25"), ""});
    EXPECT_FALSE(is_proven_malignant(record, "N1"));
}

TEST(FhirBundle, IsReadAgainAsTheRecord)
{
    const PatientRecord record = some_record();
    const std::string text = bundle_of(record);
    const auto read = read_bundle(text, "b.json");
    ASSERT_TRUE(read) << refusal(text);
    EXPECT_TRUE(read->is_record);
    ASSERT_THAT(read->rows[index_of(RowKind::measurement)], SizeIs(1));
    const std::string& row = read->rows[index_of(RowKind::measurement)].front();
    for (const char* part : {R"("long_axis_mm":"8.417")", R"("volume_mm3":"212.345")", R"("mean_hu":"-31.5")",
                             R"("scan_id":"CT1")", R"("nodule_id":"N1")", R"("lobe":"rul")"})
        EXPECT_THAT(row, HasSubstr(part));
    EXPECT_TRUE(check_written_of(text, record, "b.json"));
}

TEST(FhirBundle, IsRefusedWhereItContradictsItself)
{
    const PatientRecord record = some_record();
    const std::string other_lobe = with(bundle_of(record), "42400003", "266005");
    const auto checked = check_written_of(other_lobe, record, "b.json");
    ASSERT_FALSE(checked) << "the site of the BodyStructure is no longer that of the row";
    EXPECT_THAT(checked.error().context.front(), HasSubstr("Bundle.entry[1].resource.location.coding[0].code: is "));
    PatientRecord bigger = record;
    bigger.measurements.front().findings.long_axis = Length::from_thousandths(8'418);
    EXPECT_FALSE(check_written_of(bundle_of(record), bigger, "b.json")) << "one micrometre";
}

TEST(ForeignBundle, IsTakenExactlyWhateverTheUnit)
{
    const auto nodules = told({}).nodules;
    ASSERT_THAT(nodules, SizeIs(1));
    EXPECT_EQ(nodules.front().long_axis, Length::from_thousandths(12'345));
    EXPECT_EQ(nodules.front().tracking_uid, "2.25.77");
    EXPECT_EQ(nodules.front().lobe, Lobe::rul);
    EXPECT_EQ(told({}).study_uid, "1.2.3.4");
    EXPECT_EQ(told({}).ct_date, "20261015");
}

TEST(ForeignBundle, IsOfThePatientOfItsRecordNumber)
{
    const std::string numbers = R"("identifier": [{"system": "urn:insurance", "value": "77"},
        {"value": "P1", "type": {"coding": [{"code": "MR"}]}}])";
    const auto read = read_bundle(with(Foreign().text(), R"("identifier": [{"value": "P1"}])", numbers), "b.json");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->reports.front().document.patient_code, "P1") << "an insurance number is no id of ours";
    EXPECT_EQ(read->reports.front().document.issuer_of_patient_id, "");
}

TEST(ForeignBundle, IsNeverVerified)
{
    const auto read = read_bundle(Foreign().text(), "b.json");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->reports.front().document.verification, "UNVERIFIED") << "R4 does not say who answers for a value";
}

TEST(ForeignBundle, GivesNoSizeFromNarrative)
{
    const ReportedNodules nothing = told({.size = ""});
    EXPECT_THAT(nothing.nodules, IsEmpty()) << "99 mm stand in its text alone";
    EXPECT_THAT(nothing.left_out, Not(IsEmpty())) << "and it is said that nothing was taken";
}

TEST(ForeignBundle, LeavesOutWhatIsNoLungNoduleOnACtAndSaysWhy)
{
    const auto reason = [](const Foreign& foreign) {
        const ReportedNodules none = told(foreign);
        EXPECT_THAT(none.nodules, IsEmpty());
        return none.left_out.empty() ? std::string() : none.left_out.front().why;
    };
    EXPECT_THAT(reason({.location = R"({"system": "http://snomed.info/sct", "code": "15825003", "display": "Aorta"})"}),
                HasSubstr("no lung"));
    EXPECT_THAT(reason({.modality = "MR"}), HasSubstr("other than CT"));
    EXPECT_THAT(reason({.observation = R"("specimen": {"reference": "Specimen/1"})"}), HasSubstr("specimen"));
    EXPECT_THAT(reason({.size = R"("valueQuantity": {"value": 5, "unit": "mm"})"}), HasSubstr("UCUM"));
    EXPECT_THAT(reason({.size = R"("valueQuantity": {"value": 5, "comparator": "<", "code": "mm",
                                    "system": "http://unitsofmeasure.org"})"}),
                HasSubstr("comparator"));
}

TEST(ForeignBundle, LeavesOutWhatWasEnteredInError)
{
    const std::string text = with(Foreign().text(), R"("status": "final")", R"("status": "entered-in-error")");
    const auto read = read_bundle(text, "b.json");
    ASSERT_TRUE(read);
    EXPECT_THAT(read->reports.front().told.nodules, IsEmpty());
    EXPECT_THAT(read->reports.front().told.left_out.front().why, HasSubstr("entered-in-error"));
}

TEST(ForeignBundle, IsRefusedWithThePathOfEachFault)
{
    const std::string text = Foreign().text();
    EXPECT_THAT(refusal(with(text, R"("code": "cm")", R"("code": "kg")")),
                HasSubstr("Bundle.entry[3].resource.component[0].valueQuantity.code: is \"kg\"; expected a unit"));
    EXPECT_THAT(
        refusal(with(text, "1.2345", "\"1.2345\"")),
        HasSubstr("Bundle.entry[3].resource.component[0].valueQuantity.value: is \"1.2345\"; expected a number"));
    EXPECT_THAT(refusal(with(text, "1.2345", "-1")), HasSubstr("valueQuantity.value: is -1; expected a size above 0"));
    EXPECT_THAT(refusal(with(text, "\"female\"", "\"F\"")),
                HasSubstr("Bundle.entry[0].resource.gender: is \"F\"; expected one of: male female other unknown"));
    EXPECT_THAT(refusal(with(text, "\"urn:uuid:b\"}]", "\"urn:uuid:x\"}]")),
                HasSubstr("Bundle.entry[3].resource.focus[0].reference: is \"urn:uuid:x\"; expected the fullUrl"));
}

TEST(ForeignBundle, IsNotRefusedForElementsThatNodtrackDoesNotRead)
{
    Foreign odd;
    odd.observation = R"("category": {"text": "an object and no list"}, "bodyStructure": {"reference": "x"})";
    EXPECT_THAT(told(odd).nodules, SizeIs(1)) << "real Bundles have such, and a nodule is lost if they are refused";
    EXPECT_THAT(refusal(with(Foreign().text(), "http://loinc.org", "http://loinc.org/")), HasSubstr("taken"));
}

TEST(BundleText, IsBounded)
{
    std::string deep = R"({"resourceType": "Bundle", "entry": )";
    constexpr std::size_t levels = 10'000;
    deep += std::string(levels, '[') + std::string(levels, ']') + "}";
    EXPECT_THAT(refusal(deep), HasSubstr("nested more than 64 deep"));
    EXPECT_THAT(refusal(R"({"resourceType": "Bundle", "type": "batch", "type": "batch"})"), HasSubstr("given twice"));
    EXPECT_THAT(refusal(R"({"resourceType": "Patient"})"), HasSubstr("expected \"Bundle\""));
    EXPECT_THAT(refusal("{"), HasSubstr("no JSON"));
}

TEST(BundleText, IsFhirByTheTypeOfItsOutermostObject)
{
    EXPECT_TRUE(is_fhir(R"({"id": {"resourceType": 1}, "resourceType": "Bundle"})"));
    EXPECT_FALSE(is_fhir(R"({"patients": [{"resourceType": "Bundle"}]})")) << "a record";
    EXPECT_FALSE(is_fhir("no JSON"));
}

}  // namespace
}  // namespace nodtrack::exchange
