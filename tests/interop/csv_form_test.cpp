#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nodtrack/interop/record_reader.hpp"

namespace nodtrack::interop {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

std::vector<std::string> problems_in(RowKind kind, std::string text)
{
    const Result<Delivery> read = read_csv_text(kind, std::move(text));
    if (read) return {};
    EXPECT_EQ(read.error().code, ErrorCode::bad_input);
    return read.error().context;
}

Delivery delivered(RowKind kind, std::string text)
{
    Result<Delivery> read = read_csv_text(kind, std::move(text));
    EXPECT_TRUE(read) << (read ? "" : read.error().context.front());
    return read ? std::move(*read) : Delivery();
}

TEST(CsvForm, TakesLfCrlfAByteOrderMarkAndNoLastLineBreak)
{
    for (const std::string text :
         {"patient_id,sex\nP1,male\nP2,female\n", "patient_id,sex\r\nP1,male\r\nP2,female\r\n",
          "\xEF\xBB\xBFpatient_id,sex\nP1,male\nP2,female", "patient_id,sex\r\nP1,male\r\nP2,female\r",
          "patient_id,sex\nP1,male\nP2,female\n\n\r\n\n", "\"patient_id\",\"sex\"\r\n\"P1\",\"male\"\r\nP2,female"}) {
        const Delivery delivery = delivered(RowKind::patient, text);
        ASSERT_THAT(delivery.patients, SizeIs(2)) << text;
        EXPECT_EQ(delivery.patients[0].patient.sex, Sex::male) << text;
        EXPECT_EQ(delivery.patients[1].patient.patient_id, "P2") << text;
        EXPECT_EQ(delivery.patients[1].patient.sex, Sex::female) << text;
        EXPECT_EQ(delivery.patients[1].line, 3U) << text;
    }
}

TEST(CsvForm, TakesColumnsInAnyOrderAndIgnoresThoseOfOthers)
{
    const Delivery delivery =
        delivered(RowKind::measurement,
                  "x_note,long_axis_mm,status,x_a,nodule_id,patient_id,scan_id\n\"a,b\",5.4,new,,N1,P1,S1\n");
    ASSERT_THAT(delivery.measurements, SizeIs(1));
    const MeasurementRow& row = delivery.measurements[0];
    EXPECT_EQ(row.patient_id, "P1");
    EXPECT_EQ(row.scan_id, "S1");
    EXPECT_EQ(row.nodule_id, "N1");
    EXPECT_EQ(row.findings.status, Status::newly_seen);
    EXPECT_EQ(row.findings.long_axis, Length::from_thousandths(5400));
}

TEST(CsvForm, UndoesQuotesAndCountsLinesInsideThem)
{
    const Delivery delivery = delivered(RowKind::event,
                                        "patient_id,nodule_id,kind,date,note\n"
                                        "P1,N1,board_baseline,2024-01-01,\"a \"\"b\"\", c\r\nsecond\n\"\n"
                                        "P1,N2,board_baseline,2024-01-01,\"\"\"\"\n"
                                        "P1,N3,board_baseline,2024-01-01,\"\"\n");
    ASSERT_THAT(delivery.events, SizeIs(3));
    EXPECT_EQ(delivery.events[0].event.note, "a \"b\", c\r\nsecond\n");
    EXPECT_EQ(delivery.events[0].line, 2U);
    EXPECT_EQ(delivery.events[1].event.note, "\"");
    EXPECT_EQ(delivery.events[1].line, 5U);
    EXPECT_EQ(delivery.events[2].event.note, "");
    EXPECT_EQ(delivery.events[2].line, 6U);
}

TEST(CsvForm, ReadsAHeaderWithoutRowsAsNothing)
{
    EXPECT_THAT(delivered(RowKind::patient, "patient_id\n").patients, SizeIs(0));
    EXPECT_THAT(delivered(RowKind::patient, "patient_id").patients, SizeIs(0));
}

TEST(CsvForm, ReadsUnknownAsAbsent)
{
    const Delivery delivery = delivered(RowKind::patient, "patient_id,sex,grade\nP1,unknown,unknown\n");
    EXPECT_FALSE(delivery.patients[0].patient.sex);
    EXPECT_FALSE(delivery.patients[0].patient.grade);
}

TEST(CsvForm, RoundsPositionsHounsfieldAndDoseHalfAwayFromZero)
{
    const Delivery measured =
        delivered(RowKind::measurement,
                  "patient_id,scan_id,nodule_id,status,position_x_mm,position_y_mm,position_z_mm,mean_hu\n"
                  "P,S,N,present,1.0005,-1.0005,-0.00049999,31.23456789\n");
    const Findings& findings = measured.measurements[0].findings;
    EXPECT_EQ(findings.position_x, Length::from_thousandths(1001));
    EXPECT_EQ(findings.position_y, Length::from_thousandths(-1001));
    EXPECT_EQ(findings.position_z, Length::from_thousandths(0));
    EXPECT_EQ(findings.mean_attenuation, Attenuation_HU::from_thousandths(31235));
    const Delivery scanned = delivered(RowKind::scan,
                                       "patient_id,scan_id,scan_date,modality,purpose,dlp_mgy_cm\n"
                                       "P,S,2024-01-01,ct,diagnostic,123.4565\n");
    EXPECT_EQ(scanned.scans[0].scan.dlp, DoseLengthProduct::from_thousandths(123'457));
}

struct FormCase {
    const char* claim;
    std::string text;
    const char* place;    ///< the whole of the place
    const char* message;  ///< a part of what follows
};

TEST(CsvForm, FaultsAreNamedByFileRowAndColumn)
{
    const std::vector<FormCase> cases = {
        {"empty file", "", "patients.csv:1:patient_id: ", "the header row is missing"},
        {"byte order mark alone", "\xEF\xBB\xBF", "patients.csv:1:patient_id: ", "the header row is missing"},
        {"blank header", "\nP1\n", "patients.csv:1:patient_id: ", "the header row is missing"},
        {"UTF-16", std::string("\xFF\xFEp\0a\0", 6), "patients.csv:1:patient_id: ", "save it as UTF-8"},
        {"old Macintosh", "patient_id,sex\rP1,male\r", "patients.csv:1:patient_id: ", "LF or CRLF"},
        {"semicolons", "patient_id;sex\nP1;male\n", "patients.csv:1:patient_id: ", "save the file with commas"},
        {"tabs", "patient_id\tsex\nP1\tmale\n", "patients.csv:1:patient_id: ", "save the file with commas"},
        {"missing column", "sex\nmale\n", "patients.csv:1:patient_id: ", "add it to the header"},
        {"unknown column", "patient_id,sexe\nP1,male\n",
         "patients.csv:1:sexe: ", "write sex, or begin its name with x_"},
        {"nothing like it", "patient_id,blood_group\nP1,0\n", "patients.csv:1:blood_group: ", "remove it"},
        {"beginning of a name", "patient_id,curative\nP1,\n", "patients.csv:1:curative: ", "remove it"},
        {"one beginning", "patient_id,histo\nP1,\n", "patients.csv:1:histo: ", "write histology"},
        {"capitals", "patient_id,Sex\nP1,male\n", "patients.csv:1:Sex: ", "write sex"},
        {"blank in a name", "patient_id,birth date\nP1,\n", "patients.csv:1:birth date: ", "write birth_date"},
        {"twice", "patient_id,sex,sex\nP1,male,male\n", "patients.csv:1:sex: ", "keep one of them"},
        {"twice, of others", "patient_id,x_a,x_a\nP1,,\n", "patients.csv:1:x_a: ", "keep one of them"},
        {"no name", "patient_id,,sex\nP1,,male\n", "patients.csv:1:column 2: ", "name the column or remove it"},
        {"no name first", ",patient_id\n,P1\n", "patients.csv:1:column 1: ", "name the column or remove it"},
        {"no name for a value", "patient_id,,\nP1,,\nP2,,x\n",
         "patients.csv:3:column 3: ", "no name for this value; name the column or remove it"},
        {"decimal comma beside nameless columns", "patient_id,sex,,\nP1,,,,\n",
         "patients.csv:2:column 5: ", "decimals with a point"},
        {"too few", "patient_id,sex,grade\nP1,male\n",
         "patients.csv:2:grade: ", "2 cells, the header 3; give every column"},
        {"too many", "patient_id,sex\nP1,male,x\n", "patients.csv:2:column 3: ", "decimals with a point"},
        {"empty in quotes", "patient_id\n\"\"\n", "patients.csv:2:patient_id: ", "is empty"},
        {"commas for a header", ",,\nP1,,\n", "patients.csv:1:patient_id: ", "the header row is missing"},
        {"quote inside", "patient_id,sex\nP\"1\",male\n", "patients.csv:2:patient_id: ", "double those inside"},
        {"text after", "patient_id,sex\nP1,\"male\"x\n", "patients.csv:2:sex: ", "after its closing quote"},
        {"not closed", "patient_id,sex\nP1,\"male\nP2,male\n", "patients.csv:2:sex: ", "never closed"},
        {"Latin-1", "patient_id,histology\nP1,M\xFCller\n",
         "patients.csv:2:histology: ", "\"M\\xFCller\" is not UTF-8"},
        {"Latin-1 id", "patient_id\nM\xFCller\n", "patients.csv:2:patient_id: ", "is not UTF-8"},
        {"Latin-1 of others", "patient_id,x_a\nP1,\xFC\n", "patients.csv:2:x_a: ", "is not UTF-8"},
        {"Latin-1 header", "patient_id,\xFC\nP1,\n", "patients.csv:1:column 2: ", "is not UTF-8"},
        {"overlong UTF-8", "patient_id,x_a\nP1,\xC0\xAF\n", "patients.csv:2:x_a: ", "is not UTF-8"},
        {"surrogate", "patient_id,x_a\nP1,\xED\xA0\x80\n", "patients.csv:2:x_a: ", "is not UTF-8"},
        {"empty id", "patient_id,sex\n,male\n", "patients.csv:2:patient_id: ", "is empty"},
    };
    for (const FormCase& c : cases) {
        const std::vector<std::string> problems = problems_in(RowKind::patient, c.text);
        ASSERT_THAT(problems, SizeIs(1)) << c.claim;
        EXPECT_THAT(problems[0], StartsWith(c.place)) << c.claim;
        EXPECT_THAT(problems[0], HasSubstr(c.message)) << c.claim;
    }
}

TEST(CsvForm, BlankRowsAndColumnsOfSpreadsheetsArePassedOver)
{
    for (const std::string text :
         {"patient_id,sex\n\nP1,male\n,\nP2,female\n,\n,\n\n", "patient_id,sex,,\nP1,male,,\nP2,female,,\n,,,\n",
          "patient_id,sex,\r\nP1,male,\r\n\"\",\"\",\"\"\r\nP2,female,\r\n"}) {
        const Delivery delivery = delivered(RowKind::patient, text);
        ASSERT_THAT(delivery.patients, SizeIs(2)) << text;
        EXPECT_EQ(delivery.patients[0].patient.sex, Sex::male) << text;
        EXPECT_EQ(delivery.patients[1].patient.patient_id, "P2") << text;
    }
}

TEST(CsvForm, IdsAreShortAndWithoutWhiteSpaceAroundThem)
{
    const std::string sixty_four(64, 'x');
    std::string umlauts;
    for (int i = 0; i < 64; ++i)
        umlauts += "ü";
    for (const std::string& id : {std::string("P1"), std::string("a b"), sixty_four, umlauts, std::string("结节")}) {
        EXPECT_THAT(problems_in(RowKind::patient, "patient_id\n" + id + "\n"), SizeIs(0)) << id;
    }
    for (const std::string& id :
         {std::string(" P1"), std::string("P1 "), std::string("P1\t"), std::string("\xC2\xA0P1"), std::string("P\x01"),
          std::string("P\x7F"), std::string("P\xC2\x85"), sixty_four + "x", umlauts + "ü", std::string("\"P\n1\""),
          std::string(1, '\0')}) {
        const std::vector<std::string> problems = problems_in(RowKind::patient, "patient_id\n" + id + "\n");
        ASSERT_THAT(problems, SizeIs(1)) << id;
        EXPECT_THAT(problems[0], StartsWith("patients.csv:2:patient_id: "));
        EXPECT_THAT(problems[0], testing::Not(HasSubstr("P1"))) << "a message must not quote an identifier";
    }
}

TEST(CsvForm, RowsWithOneKeyAreRefusedEvenWhenTheyAreTheSame)
{
    EXPECT_THAT(
        problems_in(RowKind::patient, "patient_id\nP1\nP2\nP1\nP1\n"),
        ElementsAre("patients.csv:4:patient_id: two rows for one patient, the first in row 2; keep one of them",
                    "patients.csv:5:patient_id: two rows for one patient, the first in row 2; keep one of them"));
    EXPECT_THAT(problems_in(RowKind::scan,
                            "patient_id,scan_id,scan_date,modality,purpose\nP1,S1,2024-01-01,ct,diagnostic\n"
                            "P2,S1,2024-01-01,ct,diagnostic\nP1,S1,2024-01-02,ct,diagnostic\n"),
                ElementsAre("scans.csv:4:scan_id: two rows for one scan, the first in row 2; keep one of them"));
    EXPECT_THAT(
        problems_in(RowKind::measurement,
                    "patient_id,scan_id,nodule_id,status\nP1,S1,N1,present\nP1,S1,N2,present\nP1,S2,N1,present\n"
                    "P2,S1,N1,present\nP1,S1,N1,new\n"),
        ElementsAre("measurements.csv:6:nodule_id: two rows for one nodule and scan, the first in row 2; keep one "
                    "of them"));
    EXPECT_THAT(
        problems_in(RowKind::therapy,
                    "patient_id,kind,start_date,nodule_id\nP1,sbrt,2024-01-01,N1\nP1,sbrt,2024-01-01,N2\n"
                    "P1,sbrt,2024-01-01,\nP1,ablation,2024-01-01,N1\nP1,sbrt,2024-01-02,N1\nP1,sbrt,2024-01-01,\n"),
        ElementsAre("therapies.csv:7:nodule_id: two rows for one therapy (patient, kind, start and nodule), the "
                    "first in row 4; keep one of them"));
    EXPECT_THAT(
        problems_in(RowKind::event,
                    "patient_id,nodule_id,kind,date,note\nP1,N1,board_baseline,2024-01-01,a\n"
                    "P1,N1,not_a_nodule,2024-01-01,a\nP1,N1,board_baseline,2024-01-01,b\n"),
        ElementsAre("events.csv:4:date: two rows for one event (patient, nodule, kind and date), the first in row "
                    "2; keep one of them"));
}

TEST(CsvForm, AllProblemsOfAllFilesComeAtOnceInOrder)
{
    std::vector<CsvText> files(3);
    files[0] = {RowKind::event, "patient_id,nodule_id,kind,date\nP1,N1,birthday,01/02/2024\n"};
    files[1] = {RowKind::measurement,
                "status,patient_id,scan_id,nodule_id,long_axis_mm,short_axis_mm\n"
                "present,P1,S1,N1,\"5,4\",5\npresent,P1,S1,,4,5\n"};
    files[2] = {RowKind::patient, "patient_id,sex\nP1,man\n"};
    const Result<Delivery> read = read_csv_texts(std::move(files));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().message, "6 problems in 3 files; nothing was stored");
    EXPECT_THAT(
        read.error().context,
        ElementsAre(StartsWith("patients.csv:2:sex: "), StartsWith("measurements.csv:2:long_axis_mm: "),
                    StartsWith("measurements.csv:3:nodule_id: "), StartsWith("measurements.csv:3:short_axis_mm: "),
                    StartsWith("events.csv:2:kind: "), StartsWith("events.csv:2:date: ")));
}

TEST(CsvForm, OneProblemIsOne)
{
    const Result<Delivery> read = read_csv_text(RowKind::patient, "patient_id,sex\nP1,man\n");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().message, "1 problem in 1 file; nothing was stored");
}

TEST(CsvForm, VeryManyProblemsAreCounted)
{
    std::string text = "patient_id,sex\n";
    for (std::size_t i = 0; i < most_problems_listed + 5; ++i) {
        text += "P" + std::to_string(i) + ",man\n";
    }
    const Result<Delivery> read = read_csv_text(RowKind::patient, text);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().message, "10005 problems in 1 file; nothing was stored");
    ASSERT_THAT(read.error().context, SizeIs(most_problems_listed + 1));
    EXPECT_EQ(read.error().context.back(), "... and 5 more");
}

TEST(CsvForm, ManyEqualRowsAreFoundQuickly)
{
    std::string text = "patient_id\n";
    for (int i = 0; i < 200'000; ++i)
        text += "P\n";
    const Result<Delivery> read = read_csv_text(RowKind::patient, text);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().message, "199999 problems in 1 file; nothing was stored");
}

TEST(TypedRow, IsReadByTheRulesOfACsvRow)
{
    const std::vector<TypedCell> good = {{"patient_id", "P1"}, {"scan_id", "S1"},       {"nodule_id", "N1"},
                                         {"status", "new"},    {"long_axis_mm", "5.4"}, {"reader", ""}};
    const Result<Delivery> read = read_typed_row(RowKind::measurement, good);
    ASSERT_TRUE(read);
    ASSERT_THAT(read->measurements, SizeIs(1));
    EXPECT_EQ(read->measurements[0].nodule_id, "N1");
    EXPECT_EQ(read->place(RowKind::measurement, 1, "status"), "entry:1:status");

    const std::vector<TypedCell> bad = {{"patient_id", "P1"},    {"nodule_id", "N1"}, {"status", "news"},
                                        {"long_axis_mm", "5,4"}, {"size", "5"},       {"status", "new"},
                                        {"reader", "\xFF"}};
    const Result<Delivery> refused = read_typed_row(RowKind::measurement, bad);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().context,
                ElementsAre(StartsWith("entry:1:scan_id: is empty"), HasSubstr("entry:1:status: \"news\""),
                            StartsWith("entry:1:status: is given twice"), HasSubstr("write 5.4"),
                            StartsWith("entry:1:reader: is not UTF-8"), StartsWith("entry:1:size: ")));
}

}  // namespace
}  // namespace nodtrack::interop
