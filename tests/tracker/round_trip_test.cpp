#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/interop/study_files.hpp"
#include "nodtrack/store/audit.hpp"
#include "nodtrack/tracker/amend.hpp"
#include "nodtrack/tracker/export.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/ingest_statements.hpp"
#include "nodtrack/tracker/move.hpp"
#include "nodtrack/tracker/retract.hpp"
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
using ::testing::SizeIs;

namespace fs = std::filesystem;

std::map<std::string, std::string> files_of(const fs::path& folder)
{
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        std::ifstream in(entry.path(), std::ios::binary);
        files[entry.path().filename().string()] = {std::istreambuf_iterator<char>(in), {}};
    }
    return files;
}

/// P1: N1 is followed on four CTs, on the third under another name; N2 is resolved, N3 split from N1, N4 was resected,
/// N5 is no nodule. P2 was typed under a wrong scan, and P3 under a wrong number.
class RoundTrip : public test::RegistryTest {
  protected:
    RoundTrip()
    {
        value_of(
            ingest({"P1,1980-02-29,female,high,2024-01-10\nP2,1970-01-01,male,low,\nP3,1971-01-01,male,low,\n",
                    "P1,A,2024-06-01,ct,diagnostic,1,\nP1,B,2024-09-01,ct,diagnostic,1,cough\n"
                    "P1,C,2024-12-01,ct,diagnostic,1,\nP2,A,2025-01-01,ct,diagnostic,1,\n"
                    "P2,B,2025-01-02,ct,diagnostic,1,\nP3,A,2025-01-01,ct,diagnostic,1,\n",
                    "P1,A,N1,present,left,5.4,5.0,,round,r1\nP1,A,N2,present,right,3.0,3.0,,round,r1\n"
                    "P1,A,N4,present,right,4.0,4.0,,round,r1\nP1,A,N5,present,right,3.5,3.0,,round,r1\n"
                    "P1,B,N1,present,left,5.9,4.5,,round,r1\nP1,B,9,present,right,3.5,3.0,,round,r1\n"
                    "P1,C,7,present,left,6.0,5.0,,round,r1\nP1,C,N3,present,left,3.0,3.0,,round,r1\n"
                    "P2,A,N1,present,left,4.0,4.0,,,\nP2,B,N1,present,left,4.0,4.0,,,\n"
                    "P3,A,N1,present,left,4.0,4.0,,,\n",
                    "P1,systemic,2024-07-01,2024-08-01,\n", "P1,N2,board_baseline,2024-09-02,\"seen, \"\"again\"\"\"\n",
                    "P1,V1,2024-09-05,phone,cough,=called\nP1,V2,2024-09-06,phone,,by mistake\n",
                    "P1,2024-09-10,accept,SHORT_INTERVAL_CT,2024-12-01,,yes,Dr A,Dr B;Dr C,\n"
                    "P1,2024-09-11,close,,,,,Dr A,,\n"},
                   "2025-01-05"));
        link_states();
        retract_and_rename();
    }

    void link_states()
    {
        const auto say = [&](std::string_view scan, std::string_view row, std::string_view nodule,
                             std::optional<NoduleState> state, std::string_view other = {},
                             std::optional<Date> on = {}) {
            IdentityProposal said{{"P1", std::string(scan), std::string(row)},
                                  std::string(nodule),
                                  LinkMethod::typed,
                                  {},
                                  state,
                                  std::string(other),
                                  on};
            return said;
        };
        IdentityProposal matched = say("C", "7", "N1", NoduleState::same);
        matched.how = LinkMethod::registration;
        matched.confidence_permille = 931;
        value_of(propose_links(registry_, {&matched, 1}, provenance_on("2025-01-06")));
        const LinkChoice first{{"P1", "C", "7"}, 1};
        value_of(confirm_links(registry_, {&first, 1}, provenance_on("2025-01-06")));
        const LinkChoice second{{"P1", "C", "7"}, 2};
        value_of(undo_links(registry_, {&second, 1}, provenance_on("2025-01-07", "another nodule")));
        const std::vector<IdentityProposal> states = {
            matched,
            say("B", "9", "N5", NoduleState::not_a_nodule),
            say("B", "N2", "N2", NoduleState::resolved),
            say("C", "N2", "N2", NoduleState::not_seen),
            say("C", "N4", "N4", NoduleState::resected, {}, day("2024-10-01")),
            say("C", "N3", "N3", NoduleState::split_from, "N1")};
        for (const IdentityProposal& state : states)
            value_of(link(registry_, {&state, 1}, provenance_on("2025-01-08", "seen together")));
    }

    void retract_and_rename()
    {
        const auto retract_row = [&](const RowKey& row, const std::string& reason) {
            RetractRequest request{.patient_id = row.values.front(), .row = row, .confirm = true};
            value_of(retract(registry_, judge_, request, provenance_on("2025-01-09", reason)));
        };
        retract_row({RowKind::scan, {"P2", "B"}}, "of another patient");
        retract_row({RowKind::visit, {"P1", "V2"}}, "by mistake, \"quoted\"");
        retract_row({RowKind::decision, {"P1", "2024-09-11", "close", "Dr A"}}, "by mistake, \"quoted\"");
        value_of(move_rows(
            registry_, judge_,
            {.row = {RowKind::patient, {"P3"}}, .to = "P4", .target = MoveRequest::Target::is_new, .confirm = true},
            provenance_on("2025-01-10", "new hospital number")));
        const std::vector<Correction> corrections = {{"long_axis_mm", "5.5"}};
        value_of(
            amend(registry_, measurement_key("P1", "A", "N1"), corrections, provenance_on("2025-01-11", "read again")));
    }

    ExportReport write(const store::Registry& registry, const std::string& name,
                       ExportFormat format = ExportFormat::csv, std::optional<Date> known_on = {})
    {
        ExportRequest request;
        request.as_of = day("2025-02-02");
        request.known_on = known_on;
        request.format = format;
        return value_of(write_export(registry, judge_, request, folder_ / name));
    }
    Result<IngestReport> take_in(store::Registry& registry, const std::string& name, bool dry_run = false)
    {
        Delivery delivery = value_of(interop::read_folder(folder_ / name));
        return ingest_with_statements(registry, delivery, value_of(interop::read_statements(folder_ / name)),
                                      provenance_on("2025-02-02"),
                                      {.dry_run = dry_run, .confirm = true, .is_list = true});
    }
    void put(const std::string& folder, const std::string& name, const std::string& text)
    {
        fs::create_directories(folder_ / folder);
        std::ofstream(folder_ / folder / name, std::ios::binary) << text;
    }

    const assess::Judge judge_ = assess::Judge::released();
};

TEST(LinksFile, HasTheWordsOfTheRegistry)
{
    for (const interop::StudyColumn& column : interop::columns_of(interop::StudyFile::links)) {
        if (column.name == "nodule_state") {
            EXPECT_EQ(column.words, store::nodule_state_words());
        }
    }
    for (const std::string_view how : {"typed", "uid", "registration", "position"})
        EXPECT_TRUE(store::link_method_of_word(how)) << how;
}

/// What an export says of its registry, not of the patients: when things were recorded there, and what follows from it.
const std::set<std::string> of_the_registry = {"recorded.csv",  "corrections.csv",  "recommendations.csv",
                                               "follow_up.csv", "datapackage.json", "SHA256SUMS"};

TEST_F(RoundTrip, GivesTheSameBytesWithDecisionsVisitsLinksAndRetractions)
{
    for (const ExportFormat format : {ExportFormat::csv, ExportFormat::json}) {
        const std::string name = format == ExportFormat::csv ? "csv" : "json";
        write(registry_, name, format);
        store::Registry again = value_of(store::Registry::open(folder_ / (name + ".db")));
        const IngestReport report = value_of(take_in(again, name));
        EXPECT_EQ(report.links.added, 9U);
        EXPECT_EQ(report.retractions.added, 7U);
        write(again, name + "2", format);
        const auto ours = files_of(folder_ / name);
        const auto theirs = files_of(folder_ / (name + "2"));
        ASSERT_EQ(ours.size(), theirs.size());
        for (const auto& [file, text] : ours) {
            if (of_the_registry.contains(file)) continue;
            EXPECT_EQ(text, theirs.at(file)) << file;
        }
        EXPECT_THAT(ours.at("links.csv"), HasSubstr("P1,C,7,3,2,N1,registration,undone,0.931"));
        EXPECT_THAT(ours.at("retractions.csv"),
                    HasSubstr("P3,patients,P4,moved from patient P3 to P4: new hospital number,"));
        EXPECT_TRUE(value_of(store::audit_verify(again)).intact()) << "the chain holds";
    }
}

TEST_F(RoundTrip, KeepsAStateThatALinkMadeALink)
{
    write(registry_, "out");
    EXPECT_THAT(files_of(folder_ / "out").at("measurements.csv"), HasSubstr("P1,B,N2,resolved"));
    store::Registry again = value_of(store::Registry::open(folder_ / "again.db"));
    value_of(take_in(again, "out"));
    EXPECT_EQ(value_of(again.row_counts()).measurements, value_of(registry_.row_counts()).measurements)
        << "undone there, the nodule is one that was not reported again, and nothing says that it is resolved";
    const LinkChoice resolved{{"P1", "B", "N2"}, 1};
    value_of(undo_links(again, {&resolved, 1}, provenance_on("2025-02-03", "it is there")));
    write(again, "undone");
    EXPECT_EQ(files_of(folder_ / "undone").at("measurements.csv").find("P1,B,N2,resolved"), std::string::npos);
}

TEST_F(RoundTrip, IsNothingNewWhereItCameFromAndWhereItWasTakenIn)
{
    write(registry_, "out");
    const IngestReport here = value_of(take_in(registry_, "out"));
    EXPECT_FALSE(here.delivery_no) << "the rows are named by what they were reported under, so they are known";
    EXPECT_EQ(here.links.added + here.retractions.added, 0U);
    EXPECT_THAT(here.warnings, IsEmpty());
    store::Registry again = value_of(store::Registry::open(folder_ / "again.db"));
    EXPECT_FALSE(value_of(take_in(again, "out", true)).delivery_no) << "a dry run stores nothing";
    EXPECT_EQ(value_of(again.row_counts()).deliveries, 0);
    value_of(take_in(again, "out"));
    EXPECT_FALSE(value_of(take_in(again, "out")).delivery_no);
}

TEST_F(RoundTrip, KeepsARetractedRowOutOfTheNextList)
{
    write(registry_, "out");
    store::Registry again = value_of(store::Registry::open(folder_ / "again.db"));
    value_of(take_in(again, "out"));
    const test::Rows list{"", "P2,B,2025-01-02,ct,diagnostic,1,\n", "P2,B,N1,present,left,4.0,4.0,,,\n"};
    const IngestReport report =
        value_of(tracker::ingest(again, test::delivery_of_rows(list), provenance_on("2025-02-03"), {.is_list = true}));
    EXPECT_FALSE(report.delivery_no);
    EXPECT_THAT(report.warnings, SizeIs(2));
}

TEST_F(RoundTrip, NeverTakesOutARowThatHoldsHere)
{
    write(registry_, "out");
    store::Registry again = value_of(store::Registry::open(folder_ / "again.db"));
    value_of(tracker::ingest(again,
                             test::delivery_of_rows({"P2,1970-01-01,male,low,\n", "P2,B,2025-01-02,ct,diagnostic,1,\n",
                                                     "P2,B,N1,present,left,4.0,4.0,,,\n"}),
                             provenance_on("2025-02-01")));
    const IngestReport report = value_of(take_in(again, "out"));
    EXPECT_THAT(report.warnings, Contains(HasSubstr("this row holds here and stays")));
    const PatientRecord held = value_of(tracker::read_patient(again, "P2", std::nullopt));
    EXPECT_THAT(held.scans, SizeIs(2)) << "a file that says so takes no nodule away";
}

TEST_F(RoundTrip, RefusesStatementsThatDoNotFitAndStoresNothing)
{
    const std::string header =
        "patient_id,scan_id,observation_id,link_no,answers,nodule_id,how,state,confidence,made_by,nodule_state,"
        "other_nodule_id,state_date,reason\n";
    const auto lines_of = [&](const std::string& links) {
        const std::string folder = "bad" + std::to_string(links.size());
        put(folder, "links.csv", header + links);
        put(folder, "patients.csv", "patient_id\nP1\n");
        const auto read = interop::read_statements(folder_ / folder);
        if (!read) return read.error().context;
        const auto report = take_in(registry_, folder);
        return report ? std::vector<std::string>{} : report.error().context;
    };
    const std::int64_t before = deliveries();
    EXPECT_THAT(lines_of("P1,A,N1,2,,N1,typed,confirmed,,ab,,,,\n"),
                ElementsAre(HasSubstr("links.csv:2:link_no: the statements of an observation are numbered from 1")));
    EXPECT_THAT(lines_of("P1,A,N1,1,,N1,guessed,confirmed,,ab,,,,\n"),
                ElementsAre(HasSubstr("links.csv:2:how: is \"guessed\"; expected one of typed, uid")));
    EXPECT_THAT(lines_of("P1,A,N9,1,,N1,typed,confirmed,,ab,,,,a\n"),
                ElementsAre(HasSubstr("links.csv:2:observation_id: there is no such row")));
    EXPECT_THAT(lines_of("P1,Z,N1,1,,N1,typed,confirmed,,ab,,,,ab\n"),
                ElementsAre(HasSubstr("links.csv:2:scan_id: this patient has no such scan")));
    EXPECT_THAT(lines_of("P1,C,N4,1,,N4,typed,confirmed,,ab,resected,,,\n"),
                ElementsAre(HasSubstr("links.csv:2:state_date: is empty; write the day of the resection")));
    EXPECT_THAT(lines_of("P1,C,7,1,,N2,typed,confirmed,,abcdef,same,,,\n"),
                ElementsAre(HasSubstr("links.csv:2:link_no: something else is recorded here")));
    EXPECT_EQ(deliveries(), before);
}

TEST_F(RoundTrip, TellsWhenValuesWereRecordedAndCorrected)
{
    write(registry_, "out");
    const auto files = files_of(folder_ / "out");
    EXPECT_THAT(files.at("recorded.csv"), HasSubstr("P1,measurements,A,N1,,2,2025-01-11,\n"));
    EXPECT_THAT(files.at("corrections.csv"),
                HasSubstr("P1,measurements,A,N1,,long_axis_mm,corrected,5.4,5.5,2,2025-01-11,read again\n"));
    EXPECT_THAT(files.at("recorded.csv"), HasSubstr("P2,scans,B,,,1,2025-01-05,2025-01-09\n"));
}

TEST_F(RoundTrip, HasEachCtsAnswerAsItWasKnownThenAndNow)
{
    // On the day of recording, 7 of CT C was a nodule of its own; it is N1 by now.
    write(registry_, "out");
    const std::string text = files_of(folder_ / "out").at("recommendations.csv");
    EXPECT_THAT(text, HasSubstr("P1,C,2024-12-01,2025-01-05,judged,"));
    std::istringstream lines(text);
    std::string line;
    while (std::getline(lines, line) && !line.starts_with("P1,C,")) {
    }
    EXPECT_LT(line.find("7 "), line.find("N1 ")) << line;
    write(registry_, "known", ExportFormat::csv, day("2025-01-05"));
    EXPECT_EQ(files_of(folder_ / "known").at("links.csv").find("P1,"), std::string::npos)
        << "no link was recorded by that day";
}

}  // namespace
}  // namespace nodtrack::tracker
