// DICOM reports in and out of a registry: whose they are, of which scan and nodule, and who answers for them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../exchange/dicom_file.hpp"
#include "nodtrack/exchange/dicom_uid.hpp"
#include "nodtrack/exchange/reported_nodules.hpp"
#include "nodtrack/tracker/export.hpp"
#include "nodtrack/tracker/report_export.hpp"
#include "nodtrack/tracker/report_import.hpp"
#include "support.hpp"

namespace nodtrack::tracker {
namespace {

namespace fs = std::filesystem;
using namespace exchange::test;
using test::provenance_on;
using test::value_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// P1, a woman born on 2 January 1980, with a CT of 15 October 2026 and its nodule N1 at 8.4 x 6.1 mm.
class ReportExchangeTest : public test::RegistryTest {
  protected:
    void SetUp() override
    {
        test::Rows rows;
        rows.patients = "P1,1980-01-02,female,high,2025-01-10\n";
        rows.scans = "P1,A,2026-10-15,ct,diagnostic,1.25,\n";
        rows.measurements = "P1,A,N1,present,left,8.4,6.1,,,r1\n";
        value_of(ingest(rows, "2026-11-01"));
    }

    fs::path put(const std::string& bytes, const std::string& name = "report.dcm")
    {
        const fs::path file = folder_ / name;
        put_file(file, bytes);
        return file;
    }

    Result<ReportImport> take(ReportImportRequest request)
    {
        return import_reports(registry_, request, provenance_on("2026-11-20"));
    }
    Result<ReportImport> take(const std::string& bytes, const std::string& by = "",
                              const std::map<std::size_t, std::string>& nodules = {})
    {
        return take({.files = {put(bytes)}, .nodule_of_group = nodules, .confirmed_by = by});
    }

    Findings found(const std::string& scan, const std::string& nodule)
    {
        const PatientRecord record = patient("P1");
        for (const Measurement& row : record.measurements) {
            if (record.scans[row.scan].scan_id == scan && record.nodule_ids[row.nodule] == nodule) return row.findings;
        }
        ADD_FAILURE() << nodule << " has no row on " << scan;
        return {};
    }

    fs::path folder_ = test_folder("tracker");
};

/// A group of a nodule, as a reader's program writes it.
std::vector<std::string> group(const std::string& long_mm, const std::string& uid = "2.25.501")
{
    return {uid_item(tracking_uid_name, uid), code_item(finding_name, nodule),
            code_item(site_name, {"41224006", "SCT", "Lower lobe of left lung"}), number_item(long_axis, long_mm, "mm"),
            number_item(short_axis, "6.1", "mm")};
}

Head verified()
{
    Head head;
    head.verification = "VERIFIED";
    return head;
}

std::string by_person(const std::vector<std::string>& items, const Head& head)
{
    return report_file(head, {code_item({"121005", "DCM", "Observer Type"}, {"121006", "DCM", "Person"}),
                              container(group_name, items)});
}

TEST_F(ReportExchangeTest, ProposesWhatNobodyHasVerified)
{
    const ReportImport done = value_of(take(report_of_group(group("9.3")), "", {{1, "N2"}}));
    ASSERT_EQ(done.reports.size(), 1U);
    EXPECT_EQ(done.reports[0].lines.at(0).fate, ReportedFate::proposed);
    EXPECT_EQ(done.ingested.delivery_no, std::nullopt);
    EXPECT_THAT(patient("P1").nodule_ids, ElementsAre("N1")) << "a program's word is no finding";
}

TEST_F(ReportExchangeTest, RecordsItOnceAPersonAnswersForIt)
{
    const ReportImport done = value_of(take(report_of_group(group("9.375")), "R7", {{1, "N2"}}));
    EXPECT_TRUE(done.ingested.delivery_no);
    const Findings row = found("A", "N2");
    EXPECT_EQ(row.long_axis, Length::from_thousandths(9'375));
    EXPECT_EQ(row.lobe, Lobe::lll);
    EXPECT_EQ(row.reader, "R7");
    EXPECT_EQ(row.tracking_uid, "2.25.501");
    EXPECT_EQ(row.source_sop_uid, "1.2.3.4.900");
    EXPECT_EQ(row.source_verification, SourceVerification::unverified);
    EXPECT_EQ(row.source_completion, SourceCompletion::complete);
    EXPECT_EQ(patient("P1").scans.at(0).study_uid, "1.2.3.4");

    const ReportImport again = value_of(take(report_of_group(group("9.375")), "R7", {{1, "N2"}}));
    EXPECT_EQ(again.reports[0].lines.at(0).fate, ReportedFate::held);
    EXPECT_EQ(again.ingested.delivery_no, std::nullopt) << "taken in twice, nothing is new";
}

TEST_F(ReportExchangeTest, RecordsAtOnceWhatAPersonHasVerified)
{
    const ReportImport done = value_of(take(by_person(group("9.3"), verified()), "", {{1, "N2"}}));
    EXPECT_EQ(done.reports[0].lines.at(0).fate, ReportedFate::recorded);
    EXPECT_EQ(found("A", "N2").source_verification, SourceVerification::verified);
}

TEST_F(ReportExchangeTest, WaitsForAPersonWhereAnythingIsMissing)
{
    Head partial = verified();
    partial.completion = "PARTIAL";
    Head without_birth_and_sex = verified();
    without_birth_and_sex.birth_date = "";
    without_birth_and_sex.sex = "";
    for (const std::string& bytes :
         {by_person(group("9.3"), partial), by_person(group("9.3"), Head()),
          by_person(group("9.3"), without_birth_and_sex),
          report_file(verified(), {code_item({"121005", "DCM", "Observer Type"}, {"121007", "DCM", "Device"}),
                                   container(group_name, group("9.3"))})}) {
        const ReportImport done = value_of(take(bytes, "", {{1, "N2"}}));
        EXPECT_EQ(done.reports.at(0).lines.at(0).fate, ReportedFate::proposed) << done.reports[0].standing;
    }
}

TEST_F(ReportExchangeTest, KnowsANoduleByItsTrackingUid)
{
    value_of(take(report_of_group(group("9.3")), "R7", {{1, "N2"}}));
    // The next CT, the same UID.
    Head next;
    next.study_uid = next.image_study = "1.2.3.5";
    next.study_date = "20261101";
    next.sop_uid = "1.2.3.5.900";
    const ReportImport done = value_of(take(report_of_group(group("10.1"), next), "R7"));
    EXPECT_EQ(done.reports[0].lines.at(0).nodule_id, "N2");
    EXPECT_EQ(done.reports[0].scan_id, "CT-2026-11-01");
    EXPECT_EQ(found("CT-2026-11-01", "N2").long_axis, Length::from_thousandths(10'100));
}

TEST_F(ReportExchangeTest, TakesAnUnknownUidForNoNewNodule)
{
    // OHIF makes new UIDs at every save: a nodule twice would be a nodule too many, and its growth would be lost.
    const ReportImport done = value_of(take(report_of_group(group("9.3")), "R7"));
    EXPECT_EQ(done.reports[0].lines.at(0).fate, ReportedFate::unassigned);
    EXPECT_EQ(done.ingested.delivery_no, std::nullopt);
}

TEST_F(ReportExchangeTest, RefusesAnotherPatientsReport)
{
    Head born_later;
    born_later.birth_date = "19810102";
    Head a_man;
    a_man.sex = "M";
    Head unknown;
    unknown.patient_id = "P9";
    for (const Head& head : {born_later, a_man}) {
        const auto done = take(report_of_group(group("9.3"), head), "R7", {{1, "N2"}});
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code, ErrorCode::bad_input);
        EXPECT_THAT(done.error().message, HasSubstr("than the record of patient P1"));
    }
    EXPECT_EQ(take(report_of_group(group("9.3"), unknown), "R7").error().code, ErrorCode::not_found);
}

TEST_F(ReportExchangeTest, RefusesAReportWhoseCtHasNoDay)
{
    Head elsewhere;
    elsewhere.image_study = "1.2.99";
    const auto done = take(report_of_group(group("9.3"), elsewhere), "R7", {{1, "N2"}});
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr("on which day its CT was made"));
}

TEST_F(ReportExchangeTest, RefusesTwoReadersOfOneNoduleUnlessToldWhy)
{
    value_of(take(report_of_group(group("9.3")), "R7", {{1, "N2"}}));
    Head other;
    other.sop_uid = "1.2.3.4.901";
    const std::string second = report_of_group(group("10.9"), other);
    EXPECT_FALSE(take(second, "R8")) << "the second reader does not overwrite the first";
    EXPECT_EQ(found("A", "N2").long_axis, Length::from_thousandths(9'300));
    const auto amended = take({.files = {put(second)}, .confirmed_by = "R8", .amend_reason = "consensus reading"});
    ASSERT_TRUE(amended) << amended.error().message;
    EXPECT_EQ(found("A", "N2").long_axis, Length::from_thousandths(10'900));
}

TEST_F(ReportExchangeTest, CountsTheLastOfReportsThatCorrectOneAnother)
{
    Head second;
    second.sop_uid = "1.2.3.4.901";
    second.predecessor = "1.2.3.4.900";
    const ReportImport done = value_of(take({.files = {put(report_of_group(group("9.3")), "first.dcm"),
                                                       put(report_of_group(group("9.4"), second), "second.dcm")},
                                             .confirmed_by = "R7"}));
    ASSERT_EQ(done.reports.size(), 1U);
    EXPECT_THAT(done.reports[0].lines.at(0).sizes, HasSubstr("9.4"));
    EXPECT_THAT(done.passed_over, ElementsAre(HasSubstr("first.dcm")));
}

TEST_F(ReportExchangeTest, LosesNoReportToOneThatNamesItself)
{
    Head head = verified();
    head.predecessor = head.sop_uid;
    const ReportImport done = value_of(take(by_person(group("9.3"), head), "", {{1, "N2"}}));
    EXPECT_EQ(done.reports.size(), 1U);
    EXPECT_EQ(found("A", "N2").long_axis, Length::from_thousandths(9'300));
}

TEST_F(ReportExchangeTest, RefusesReportsThatCorrectOneAnotherInACircle)
{
    Head first = verified();
    first.predecessor = "1.2.3.4.901";
    Head second = verified();
    second.sop_uid = "1.2.3.4.901";
    second.predecessor = "1.2.3.4.900";
    const auto done = take({.files = {put(by_person(group("9.3"), first), "first.dcm"),
                                      put(by_person(group("9.4"), second), "second.dcm")}});
    ASSERT_FALSE(done) << "both would be put aside, and the CT lost";
    EXPECT_THAT(done.error().message, HasSubstr("which of them holds"));
}

TEST_F(ReportExchangeTest, LetsNoReportOfAnotherStudyTakeThePlaceOfOne)
{
    Head other = verified();
    other.study_uid = other.image_study = "1.2.3.77";
    other.study_date = "20260110";
    other.sop_uid = "1.2.3.4.901";
    other.predecessor = "1.2.3.4.900";
    const ReportImport done =
        value_of(take({.files = {put(by_person(group("9.3"), verified()), "first.dcm"),
                                 put(by_person(group("9.4", "2.25.502"), other), "second.dcm")}}));
    EXPECT_THAT(done.passed_over, IsEmpty());
    EXPECT_EQ(done.reports.size(), 2U);
}

TEST_F(ReportExchangeTest, SaysWhatACorrectionLeavesOut)
{
    Head second = verified();
    second.sop_uid = "1.2.3.4.901";
    second.predecessor = "1.2.3.4.900";
    const ReportImport done =
        value_of(take({.files = {put(by_person(group("9.3", "2.25.501"), verified()), "first.dcm"),
                                 put(by_person(group("9.4", "2.25.502"), second), "second.dcm")}}));
    ASSERT_EQ(done.passed_over.size(), 1U);
    EXPECT_THAT(done.passed_over[0], HasSubstr("1 of its nodules (by Tracking UID) are not in that one"));
}

TEST_F(ReportExchangeTest, RefusesTwoReportsOfOneUidWithOtherSizes)
{
    const auto done = take({.files = {put(by_person(group("9.3"), verified()), "first.dcm"),
                                      put(by_person(group("9.4"), verified()), "second.dcm")}});
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr("other sizes"));
}

TEST_F(ReportExchangeTest, RecordsNothingThatTheRecordCannotSay)
{
    // The axes exchanged: taken as they stand, the nodule would be 5.0 mm.
    const ReportImport done = value_of(take(by_person(group("5.0"), verified()), "", {{1, "N2"}}));
    ASSERT_EQ(done.reports[0].lines.size(), 1U);
    EXPECT_EQ(done.reports[0].lines[0].fate, ReportedFate::contradicted);
    EXPECT_THAT(done.reports[0].lines[0].why, HasSubstr("longer than the long axis"));
    EXPECT_THAT(patient("P1").nodule_ids, ElementsAre("N1"));
}

TEST_F(ReportExchangeTest, SaysThatTwoReportsAtOnceAreOfOneNodule)
{
    Head second = verified();
    second.sop_uid = "1.2.3.4.901";
    value_of(take(by_person(group("9.3"), verified()), "", {{1, "N2"}}));
    second.image_study = second.study_uid = "1.2.3.77";
    second.study_date = "20260110";
    Head third = second;
    third.sop_uid = "1.2.3.4.902";
    const auto alike =
        take({.files = {put(by_person(group("9.3"), second), "a.dcm"), put(by_person(group("9.3"), third), "b.dcm")}});
    ASSERT_TRUE(alike) << alike.error().message;
    EXPECT_EQ(alike->reports.at(1).lines.at(0).fate, ReportedFate::held);
    third.study_uid = third.image_study = second.study_uid = second.image_study = "1.2.3.78";
    third.study_date = second.study_date = "20260610";
    const auto other =
        take({.files = {put(by_person(group("9.5"), second), "a.dcm"), put(by_person(group("9.9"), third), "b.dcm")}});
    ASSERT_FALSE(other);
    EXPECT_THAT(other.error().message, HasSubstr("another of the reports says other values"));
}

TEST_F(ReportExchangeTest, StoresNothingWhereOneOfSeveralIsBroken)
{
    const auto done = take({.files = {put(by_person(group("9.3"), verified()), "good.dcm"), put("no DICOM", "bad.dcm")},
                            .confirmed_by = "R7"});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::bad_input);
    EXPECT_THAT(patient("P1").nodule_ids, ElementsAre("N1"));
}

// --- out, and in again

class ReportRoundTripTest : public ReportExchangeTest {
  protected:
    /// The record as CSV and its reports, in a folder.
    fs::path exported(store::Registry& registry, const std::string& name)
    {
        const fs::path to = folder_ / name;
        const assess::Judge judge = assess::Judge::released();
        ExportRequest request;
        request.as_of = test::day("2026-11-20");
        request.with_uids = true;
        value_of(write_export(registry, judge, request, to));
        value_of(write_reports(registry, judge, {}, to));
        return to;
    }
};

TEST_F(ReportRoundTripTest, GivesTheSameObjectsFromAnEmptyRegistry)
{
    const fs::path first = exported(registry_, "first");
    ASSERT_TRUE(fs::exists(first / "sr-P1-A.dcm"));
    store::Registry other = value_of(store::Registry::open(folder_ / "other.db"));
    value_of(tracker::ingest(other, value_of(interop::read_folder(first)), provenance_on("2026-11-01")));
    const ReportImport reports =
        value_of(import_reports(other, {.files = {first / "sr-P1-A.dcm"}}, provenance_on("2026-11-01")));
    EXPECT_EQ(reports.reports.at(0).lines.at(0).fate, ReportedFate::held);
    const fs::path second = exported(other, "second");
    for (const auto& entry : fs::directory_iterator(first)) {
        const fs::path name = entry.path().filename();
        EXPECT_EQ(bytes_of_file(first / name), bytes_of_file(second / name)) << name;
    }
}

TEST_F(ReportRoundTripTest, NamesTheReportThatACorrectionTakesThePlaceOf)
{
    const auto before = exchange::read_report(exported(registry_, "before") / "sr-P1-A.dcm");
    ASSERT_TRUE(before);
    test::Rows rows;
    rows.measurements = "P1,A,N1,present,left,8.5,6.1,,,r1\n";
    value_of(ingest(rows, "2026-11-02", {.amend_reason = "typed wrongly"}));
    const auto after = exchange::read_report(exported(registry_, "after") / "sr-P1-A.dcm");
    ASSERT_TRUE(after);
    EXPECT_NE(after->sop_uid, before->sop_uid);
    EXPECT_THAT(after->predecessors, ElementsAre(before->sop_uid));
    EXPECT_THAT(before->predecessors, IsEmpty());
}

TEST_F(ReportRoundTripTest, KeepsANodulesUidWhateverIsRecordedLater)
{
    const auto uid = [&](const std::string& name) {
        const auto document = exchange::read_report(exported(registry_, name) / "sr-P1-A.dcm");
        return exchange::reported_nodules(*document).nodules.at(0).tracking_uid;
    };
    const std::string first = uid("one");
    EXPECT_TRUE(exchange::is_uid(first));
    test::Rows rows;
    rows.scans = "P1,B,2026-11-01,ct,diagnostic,1.25,\n";
    rows.measurements = "P1,B,N1,present,left,9.4,6.1,,,r1\n";
    value_of(ingest(rows, "2026-11-02"));
    EXPECT_EQ(uid("two"), first);
}

TEST_F(ReportRoundTripTest, NeverOverwritesAReport)
{
    const assess::Judge judge = assess::Judge::released();
    value_of(write_reports(registry_, judge, {}, folder_ / "once"));
    const auto again = write_reports(registry_, judge, {}, folder_ / "once");
    ASSERT_FALSE(again);
    EXPECT_THAT(again.error().message, HasSubstr("is there already"));
}

}  // namespace
}  // namespace nodtrack::tracker
