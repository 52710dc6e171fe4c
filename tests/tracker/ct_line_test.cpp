#include "nodtrack/tracker/ct_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../support/released_judge.hpp"
#include "nodtrack/store/audit.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using cases::judge;
using test::day;
using test::provenance_on;
using test::TemporaryFolder;
using test::value_of;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// P1 has two nodules on a complete CT of 2025-03-01: N1 solid in the right upper lobe, N2 ground glass on the left. P2
/// has no CT yet.
Delivery first_delivery()
{
    return test::delivery_of(
        {{RowKind::patient,
          "patient_id,histology,grade,curative_treatment,resection_date\n"
          "P1,leiomyosarcoma,high,completed,2024-01-10\nP2,leiomyosarcoma,high,completed,2024-01-10\n"},
         {RowKind::scan,
          "patient_id,scan_id,scan_date,modality,purpose,slice_thickness_mm,reading\n"
          "P1,A,2025-03-01,ct,diagnostic,1.0,complete\n"},
         {RowKind::measurement,
          "patient_id,scan_id,nodule_id,status,side,lobe,attenuation,long_axis_mm,short_axis_mm\n"
          "P1,A,N1,present,right,rul,solid,4.2,3.9\nP1,A,N2,present,left,,ground_glass,5.1,4.8\n"}});
}

class CtLines : public testing::Test {
  protected:
    CtLines() { value_of(ingest(registry_, first_delivery(), provenance_on("2025-03-02"))); }

    static CtLine line_of(std::vector<std::string> nodules, bool done = true)
    {
        return {.patient_id = "P1",
                .scan_id = "B",
                .scan = {{"scan_date", "2025-06-01"}},
                .nodules = std::move(nodules),
                .done = done};
    }
    Result<CtLineReport> log(const CtLine& line)
    {
        return log_ct_line(registry_, judge(), line, provenance_on("2025-06-02"));
    }
    std::vector<std::string> problems_of(std::vector<std::string> nodules, bool done = true)
    {
        const auto logged = log(line_of(std::move(nodules), done));
        EXPECT_FALSE(logged) << "this was stored";
        if (logged) return {};
        EXPECT_EQ(value_of(registry_.row_counts()).scans, 1) << "nothing may be stored";
        std::vector<std::string> all = logged.error().context;
        if (all.empty()) all.push_back(logged.error().message);
        return all;
    }
    Findings stored(const std::string& nodule_id) const
    {
        const PatientRecord record = value_of(read_patient(registry_, "P1"));
        for (const Measurement& row : record.measurements) {
            if (record.scans[row.scan].scan_id == "B" && record.nodule_ids[row.nodule] == nodule_id)
                return row.findings;
        }
        ADD_FAILURE() << nodule_id << " has no row";
        return {};
    }

    TemporaryFolder folder_;
    store::Registry registry_ = value_of(store::Registry::open(folder_ / "registry.db"));
};

TEST_F(CtLines, StoreAWholeCtAsOneDelivery)
{
    const auto report = value_of(log(line_of({"N1=4.4x4.0", "N2=5.0", "+N7=4.1x3.6:rll:solid"})));
    EXPECT_EQ(report.delivery_no, 2);
    EXPECT_EQ(report.scan.reading, Reading::complete);
    EXPECT_EQ(stored("N1").long_axis, Length::from_thousandths(4400));
    EXPECT_EQ(stored("N2").short_axis, std::nullopt);
    EXPECT_EQ(stored("N7").status, Status::newly_seen) << "an earlier CT could have shown it";
    EXPECT_EQ(stored("N7").side, Side::right) << "the lobe says it";
    EXPECT_TRUE(value_of(store::audit_verify(registry_)).intact());
    EXPECT_EQ(value_of(log(line_of({"N1=4.4x4.0", "N2=5.0", "N7=4.1x3.6"}))).delivery_no, std::nullopt)
        << "the same again is nothing new";
}

TEST_F(CtLines, StoreNothingWhereOneItemIsWrong)
{
    EXPECT_THAT(problems_of({"N1=4.4x4.0", "N2=abc"}), ElementsAre(HasSubstr("N2: 'abc' is no size")));
    EXPECT_THAT(problems_of({"N1=4.0x4.4", "N2:resolved"}),
                ElementsAre(AllOf(HasSubstr("N1: "), HasSubstr("short_axis_mm"))));
}

TEST_F(CtLines, TakeNoWordForASize)
{
    for (const char* const word : {"unchanged", "Stable", "same", "unverändert", "konstant"}) {
        EXPECT_THAT(problems_of({std::string("N1=") + word, "N2:resolved"}),
                    ElementsAre(AllOf(HasSubstr("is no size"), HasSubstr("N1=6.2x5.5"), HasSubstr("N1:not-assessed"))));
        EXPECT_THAT(problems_of({std::string("N1:") + word, "N2:resolved"}), ElementsAre(HasSubstr("is no size")));
    }
    EXPECT_THAT(problems_of({"N1=6,2x5,5", "N2:resolved"}), ElementsAre(HasSubstr("decimal point")));
    EXPECT_THAT(problems_of({"N1:rul", "N2:resolved"}), ElementsAre(HasSubstr("has no size")));
}

/// A slip of the finger must not begin a nodule, and end another.
TEST_F(CtLines, MakeANoduleOnlyWhereAPlusSaysSo)
{
    EXPECT_THAT(problems_of({"N1=4.4x4.0", "N3=5.0"}, false),
                ElementsAre(AllOf(HasSubstr("N3: is not known"), HasSubstr("+N3"))));
    EXPECT_THAT(problems_of({"N1=4.4x4.0", "+N2=5.0"}, false), ElementsAre(HasSubstr("N2: is known already")));
    EXPECT_THAT(problems_of({"N1=4.4x4.0", "N1=4.5"}, false), ElementsAre(HasSubstr("twice")));
}

/// One that nobody looked at must not be taken for one that is gone.
TEST_F(CtLines, AreNotCompleteWhileAKnownNoduleIsNotNamed)
{
    EXPECT_THAT(problems_of({"N1=4.4x4.0"}),
                ElementsAre(AllOf(HasSubstr("N2: is known and not named"), HasSubstr("N2:not-seen"))));
    value_of(log(line_of({"N1=4.4x4.0"}, false)));
    EXPECT_EQ(value_of(log(line_of({"N2:resolved"}))).delivery_no, 3)
        << "what is recorded on the CT need not be said again";
}

TEST_F(CtLines, SayOfANoduleThatWasNotSeenThatAndStoreNoRow)
{
    value_of(log(line_of({"N1=4.4x4.0", "N2:not-seen"})));
    const PatientRecord record = value_of(read_patient(registry_, "P1"));
    EXPECT_EQ(record.measurements.size(), 3U) << "two of the first CT, one of this";
    const auto links = value_of(identities_of(registry_, "P1"));
    EXPECT_THAT(links, Contains(testing::Field(&StandingIdentity::nodule_id, "N2")));
}

TEST_F(CtLines, CarryOverWhereANoduleLiesAndThatItIsSolid)
{
    const auto report = value_of(log(line_of({"N1=4.4x4.0", "N2=5.0"})));
    EXPECT_EQ(stored("N1").side, Side::right);
    EXPECT_EQ(stored("N1").lobe, Lobe::rul);
    EXPECT_EQ(stored("N1").attenuation, AttenuationClass::solid);
    EXPECT_EQ(stored("N2").side, Side::left);
    EXPECT_THAT(report.nodules.front().carried, ElementsAre("lobe", "side", "attenuation"));
    EXPECT_THAT(ct_line_text(report, judge()), HasSubstr("right (carried over)"));
}

/// An empty field never reassures: ground glass is judged more quietly than what is not known.
TEST_F(CtLines, CarryOverNoLookThatCouldReassure)
{
    const auto report = value_of(log(line_of({"N1=4.4x4.0", "N2=5.0"})));
    EXPECT_EQ(stored("N2").attenuation, std::nullopt);
    EXPECT_EQ(report.nodules.back().to_be_said, AttenuationClass::ground_glass);
    EXPECT_THAT(ct_line_text(report, judge()), HasSubstr("was ground_glass, not carried over"));
}

TEST_F(CtLines, ContradictWhatIsKnownOnPurposeAlone)
{
    EXPECT_THAT(problems_of({"N1=4.4x4.0:part-solid", "N2=5.0"}),
                ElementsAre(AllOf(HasSubstr("part_solid"), HasSubstr("--differs N1"))));
    EXPECT_THAT(problems_of({"N1=4.4x4.0:rll", "N2=5.0"}), ElementsAre(HasSubstr("was rul")));
    CtLine line = line_of({"N1=4.4x4.0:part-solid", "N2=5.0"});
    line.differs = {"N1"};
    value_of(log(line));
    EXPECT_EQ(stored("N1").attenuation, AttenuationClass::part_solid);
}

TEST_F(CtLines, TakeASolidComponentOfAPartSolidNoduleAlone)
{
    EXPECT_THAT(problems_of({"N1=12.0x10.1/4.5", "N2=5.0"}), Contains(HasSubstr("solid component")));
    const auto report = value_of(log(line_of({"N1=4.4x4.0", "N2=5.0", "+N7=6.0x5.1/2.5:part-solid"})));
    EXPECT_EQ(stored("N7").solid_component, Length::from_thousandths(2500));
}

TEST_F(CtLines, CallTheFirstNodulesOfAPatientPresentAndNotNew)
{
    CtLine line = line_of({"+N1=4.4x4.0"});
    line.patient_id = "P2";
    const auto report = value_of(log(line));
    EXPECT_EQ(report.nodules.front().findings.status, Status::present) << "no earlier CT could have shown it";
}

/// A reading that was closed stays so when a size is added, and is told so.
TEST_F(CtLines, KeepAReadingCompleteThatWasClosedBefore)
{
    value_of(log(line_of({"N1=4.4x4.0", "N2=5.0"})));
    const auto again = value_of(log(line_of({"N1=4.4x4.0"}, false)));
    EXPECT_EQ(again.scan.reading, Reading::complete);
}

TEST_F(CtLines, AreTriedWithoutStoring)
{
    CtLine line = line_of({"N1=4.4x4.0", "N2:resolved"});
    line.dry_run = true;
    const auto report = value_of(log(line));
    EXPECT_THAT(ct_line_text(report, judge()), HasSubstr("dry run"));
    EXPECT_EQ(value_of(registry_.row_counts()).scans, 1);
}

TEST_F(CtLines, NeedTheDayOfANewCtAndAKnownPatient)
{
    CtLine line = line_of({"N1=4.4x4.0"});
    line.scan.clear();
    EXPECT_THAT(log(line).error().message, HasSubstr("--scan-date"));
    line = line_of({"N1=4.4x4.0"});
    line.patient_id = "P9";
    EXPECT_EQ(log(line).error().code, ErrorCode::not_found);
}

/// What is asked about at other doors is asked about here, by the nodule's name.
TEST_F(CtLines, AskAboutASlip)
{
    const auto logged = log(line_of({"N1=44.0x40.0", "N2=5.0"}));
    ASSERT_FALSE(logged);
    EXPECT_THAT(logged.error().questions, ElementsAre(HasSubstr("N1: long_axis_mm")));
    CtLine line = line_of({"N1=44.0x40.0", "N2=5.0"});
    line.confirm = true;
    EXPECT_TRUE(log(line));
}

}  // namespace
}  // namespace nodtrack::tracker
