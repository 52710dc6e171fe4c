// Slips are asked about at every door alike: a folder or upload of CSV files, a JSON record, one typed row, a
// correction, a new CT. (The same through the service: tests/service/slips_test.cpp.)
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "../support/generated_patients.hpp"
#include "nodtrack/store/history.hpp"
#include "nodtrack/tracker/amend.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "nodtrack/tracker/ct_log.hpp"
#include "nodtrack/tracker/history.hpp"
#include "nodtrack/tracker/log.hpp"
#include "nodtrack/tracker/preview.hpp"
#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using test::provenance_on;
using test::Rows;
using test::value_of;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::string_view on = "2025-09-01";

class Slips : public test::RegistryTest {
  protected:
    /// P1 with N1 of 8.0 x 7.0 mm, right, on S1.
    Slips()
    {
        value_of(ingest({.patients = "P1,1970-05-01,,high,\n",
                         .scans = "P1,S1,2025-01-10,ct,diagnostic,1.0,\n",
                         .measurements = "P1,S1,N1,present,right,8.0,7.0,,,\n"},
                        on));
    }
    static Rows new_scan(const std::string& row)
    {
        return {.scans = "P1,S2,2025-07-10,ct,diagnostic,1.0,\n", .measurements = row};
    }
    Result<IngestReport> take_in(const Rows& rows, bool confirm = false)
    {
        return ingest(rows, on, {.confirm = confirm});
    }
    std::vector<std::string> flags()
    {
        std::vector<std::string> texts;
        value_of(assess_patients(registry_, assess::Judge::released(),
                                 {.patient_ids = {"P1"}, .as_of = test::day(on), .known_on = std::nullopt},
                                 [&](const assess::Assessment& assessment, const PatientRecord&) {
                                     for (const assess::Flag& flag : assessment.flags) {
                                         if (flag.code == assess::FlagCode::confirmed_implausible)
                                             texts.push_back(flag.text);
                                     }
                                     return Result<void>();
                                 }));
        return texts;
    }
};

TEST_F(Slips, AreAskedAboutWithPlaceValueEarlierValueAndRemedy)
{
    const auto refused = take_in(new_scan("P1,S2,N1,present,right,0.82,0.71,,,\n"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::bad_input);
    EXPECT_THAT(refused.error().message, HasSubstr("1 implausible value; nothing was stored: correct it, or confirm"));
    EXPECT_THAT(refused.error().context, IsEmpty());
    EXPECT_THAT(refused.error().questions,
                ElementsAre(AllOf(StartsWith("measurements.csv:2:long_axis_mm: 0.82 mm is under 1.0 mm and 9.8 times "
                                             "smaller than 8.0 mm on 2025-01-10 (S1)"),
                                  HasSubstr("check the decimal point"))));
    EXPECT_EQ(deliveries(), 1);
    EXPECT_THAT(patient("P1").scans, SizeIs(1));
}

TEST_F(Slips, AreStoredWhenConfirmedAndFlaggedFromThenOn)
{
    const Rows rows = new_scan("P1,S2,N1,present,right,0.82,0.71,,,\n");
    const IngestReport report = value_of(take_in(rows, true));
    EXPECT_THAT(report.warnings, ElementsAre(AllOf(HasSubstr("0.82 mm is under 1.0 mm"), HasSubstr("confirmed"))));
    EXPECT_THAT(flags(), ElementsAre(AllOf(HasSubstr("0.82 mm is under 1.0 mm"), HasSubstr("S2"))));
    // Who confirmed it, and what, stays with the value.
    std::string reason;
    for (const PastValue& value : value_of(history(registry_, measurement_key("P1", "S2", "N1")))) {
        if (value.column == "long_axis_mm") reason = value.delivery.reason;
    }
    EXPECT_THAT(reason, AllOf(StartsWith("confirmed: "), HasSubstr("0.82 mm is under 1.0 mm")));
    EXPECT_TRUE(value_of(audit_verify(registry_)).intact());
}

TEST_F(Slips, OnceConfirmedAreNotAskedAboutAgain)
{
    const Rows rows = new_scan("P1,S2,N1,present,right,0.82,0.71,,,\n");
    value_of(take_in(rows, true));
    EXPECT_EQ(value_of(take_in(rows)).delivery_no, std::nullopt);
    Rows more = rows;
    more.measurements += "P1,S2,N2,new,left,4.0,,,,\n";
    EXPECT_TRUE(value_of(take_in(more)).delivery_no) << "another row of that scan";
    EXPECT_FALSE(take_in(new_scan("P1,S2,N3,present,right,0.5,,,,\n"))) << "another slip";
}

TEST_F(Slips, AreToldAllAtOnceBesideWhatIsRefused)
{
    const Rows rows = {.scans = "P1,S2,2025-07-10,ct,diagnostic,12.5,\n",
                       .measurements =
                           "P1,S2,N1,present,left,0.82,0.71,,,\nP1,S2,n1,present,right,8.2,,,,\n"
                           "P1,S9,N3,present,right,4.0,,,,\n"};
    for (const bool confirm : {false, true}) {
        const auto refused = take_in(rows, confirm);
        ASSERT_FALSE(refused) << "what is refused cannot be confirmed";
        EXPECT_THAT(refused.error().context, ElementsAre(StartsWith("measurements.csv:4:scan_id")));
        EXPECT_THAT(refused.error().questions, ElementsAre(StartsWith("scans.csv:2:slice_thickness_mm: 12.5"),
                                                           StartsWith("measurements.csv:2:side: left"),
                                                           StartsWith("measurements.csv:2:long_axis_mm: 0.82"),
                                                           StartsWith("measurements.csv:3:nodule_id: 'n1'")));
        EXPECT_THAT(refused.error().message,
                    HasSubstr("1 problem in 1 file, and 4 implausible values to be corrected or confirmed"));
    }
    EXPECT_EQ(deliveries(), 1);
}

TEST_F(Slips, OfAnEarlierRowAreAskedAboutWhereTheEarlierRowIsDelivered)
{
    const auto refused =
        take_in({.scans = "P1,S0,2024-07-10,ct,diagnostic,1.0,\n", .measurements = "P1,S0,N1,present,left,1.5,,,,\n"});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().questions,
                ElementsAre(AllOf(StartsWith("measurements.csv:2:side: together with a stored row: right"),
                                  HasSubstr("every earlier row says left, last on 2024-07-10 (S0)")),
                            AllOf(StartsWith("measurements.csv:2:long_axis_mm: together with a stored row: 8.0 mm"),
                                  HasSubstr("5.3 times larger than 1.5 mm on 2024-07-10 (S0)"))));
}

TEST_F(Slips, OfPatientIdsAreAskedAbout)
{
    for (const char* id : {"p1", "PI", "Pl", "P01",
                           "\u0420"
                           "1",
                           "P1\u200B"}) {
        const auto refused = take_in({.patients = std::string(id) + ",1970-05-01,,,\n"});
        ASSERT_FALSE(refused) << id;
        EXPECT_THAT(refused.error().questions,
                    ElementsAre(AllOf(StartsWith("patients.csv:2:patient_id:"), HasSubstr("known patient 'P1'"))))
            << id;
    }
    EXPECT_TRUE(take_in({.patients = "P10,1970-05-01,,,\n"}));
    EXPECT_FALSE(take_in({.patients = "Ab1,1970-05-01,,,\nAB1,1970-05-01,,,\n"})) << "two of one delivery";
    EXPECT_TRUE(take_in({.patients = "p1,1970-05-01,,,\n"}, true));
    const auto versions = value_of(store::versions_of<RowKind::patient>(registry_, std::vector<std::string>{"p1"}));
    ASSERT_EQ(versions.size(), 1U);
    EXPECT_EQ(versions[0].delivery.reason, "confirmed: patients.csv:2:patient_id: looks like a known id")
        << "a patient's history names no other patient";
    EXPECT_TRUE(take_in({.patients = "p1,1970-05-01,,,\n"})) << "known by now";
    EXPECT_TRUE(take_in({.patients = "p1,,female,,\n"})) << "and filled in";
}

TEST_F(Slips, AreAskedAboutOnADryRun)
{
    EXPECT_FALSE(ingest(new_scan("P1,S2,N1,present,left,8.1,,,,\n"), on, {.dry_run = true}));
    EXPECT_TRUE(ingest(new_scan("P1,S2,N1,present,left,8.1,,,,\n"), on, {.dry_run = true, .confirm = true}));
    EXPECT_EQ(deliveries(), 1);
}

TEST_F(Slips, AreShownByThePreviewWithWhatWouldFollow)
{
    TypedMeasurement typed{.patient_id = "P1",
                           .scan_id = "S2",
                           .nodule_id = "N1",
                           .findings = {{"long_axis_mm", "0.82"}},
                           .scan = {{"scan_date", "2025-07-10"}}};
    const assess::Judge judge = assess::Judge::released();
    Preview seen = value_of(preview(registry_, judge, typed, test::day(on)));
    EXPECT_THAT(seen.problems, IsEmpty());
    EXPECT_THAT(seen.questions, ElementsAre(StartsWith("entry:1:long_axis_mm: 0.82 mm")));
    EXPECT_FALSE(seen.would_store);
    EXPECT_THAT(seen.record.scans, SizeIs(2));
    typed.confirm = true;
    EXPECT_TRUE(value_of(preview(registry_, judge, typed, test::day(on))).would_store);
}

// --- the doors -------------------------------------------------------------------------------------------------------

struct Row {
    std::string scan_id;
    std::string scan_date;
    std::string nodule_id;
    std::string side;
    std::array<std::int64_t, 5> um{};  ///< long and short axis, x, y, z

    static constexpr std::array<const char*, 5> columns = {"long_axis_mm", "short_axis_mm", "position_x_mm",
                                                           "position_y_mm", "position_z_mm"};
    std::vector<Correction> cells() const
    {
        std::vector<Correction> cells = {{"side", side}};
        for (std::size_t i = 0; i < columns.size(); ++i)
            cells.push_back({columns[i], decimal_text(um[i])});
        return cells;
    }
};

enum class Door { csv, json, typed, correction, ct, count };
constexpr std::array door_names = {"CSV", "JSON", "log", "amend", "log --from-ct"};

/// Rows of a scan handed in at a door; the questions, where they are asked.
class Doors {
  public:
    Doors(store::Registry& registry, std::string patient_id) : registry_(registry), patient_id_(std::move(patient_id))
    {}

    Result<void> take(Door door, const std::vector<Row>& rows, bool confirm)
    {
        switch (door) {
            case Door::csv:
                return csv(rows, confirm);
            case Door::json:
                return json(rows, confirm);
            case Door::typed:
                return typed(rows, confirm);
            case Door::correction:
                return corrected(rows, confirm);
            default:
                return from_ct(rows, confirm);
        }
    }

  private:
    template <class T>
    static Result<void> done(const Result<T>& result)
    {
        if (!result) return tl::unexpected<Error>(result.error());
        return {};
    }

    Result<void> csv(const std::vector<Row>& rows, bool confirm)
    {
        const Row& any = rows.front();
        std::string measurements = "patient_id,scan_id,nodule_id,status,side";
        for (const char* column : Row::columns)
            measurements += std::string(",") + column;
        for (const Row& row : rows) {
            measurements += fmt::format("\n{},{},{},present", patient_id_, row.scan_id, row.nodule_id);
            for (const Correction& cell : row.cells())
                measurements += "," + cell.text;
        }
        const std::string scans = fmt::format("patient_id,scan_id,scan_date,modality,purpose\n{},{},{},ct,diagnostic\n",
                                              patient_id_, any.scan_id, any.scan_date);
        return done(ingest(registry_,
                           test::delivery_of({{RowKind::scan, scans}, {RowKind::measurement, measurements + "\n"}}),
                           provenance_on(on), {.confirm = confirm}));
    }

    Result<void> json(const std::vector<Row>& rows, bool confirm)
    {
        const Row& any = rows.front();
        nlohmann::json document = {{"scans",
                                    {{{"patient_id", patient_id_},
                                      {"scan_id", any.scan_id},
                                      {"scan_date", any.scan_date},
                                      {"modality", "ct"},
                                      {"purpose", "diagnostic"}}}}};
        for (const Row& row : rows) {
            nlohmann::json object = {{"patient_id", patient_id_},
                                     {"scan_id", row.scan_id},
                                     {"nodule_id", row.nodule_id},
                                     {"status", "present"},
                                     {"side", row.side}};
            for (std::size_t i = 0; i < row.um.size(); ++i)
                object[Row::columns[i]] = static_cast<double>(row.um[i]) / 1000;
            document["measurements"].push_back(object);
        }
        return done(ingest(registry_, value_of(interop::read_json_text(document.dump())), provenance_on(on),
                           {.confirm = confirm}));
    }

    Result<void> typed(const std::vector<Row>& rows, bool confirm)
    {
        for (const Row& row : rows) {
            TypedMeasurement typed{.patient_id = patient_id_, .scan_id = row.scan_id, .nodule_id = row.nodule_id};
            for (Correction& cell : row.cells())
                typed.findings.push_back({std::move(cell.column), std::move(cell.text)});
            typed.scan = {{"scan_date", row.scan_date}};
            typed.confirm = confirm;
            const auto stored = store_measurement(registry_, typed, provenance_on(on));
            if (!stored) return tl::unexpected<Error>(stored.error());
        }
        return {};
    }

    /// The scan is stored without values first, then they are put in.
    Result<void> corrected(const std::vector<Row>& rows, bool confirm)
    {
        for (const Row& row : rows) {
            TypedMeasurement bare{.patient_id = patient_id_, .scan_id = row.scan_id, .nodule_id = row.nodule_id};
            bare.scan = {{"scan_date", row.scan_date}};
            if (const auto stored = store_measurement(registry_, bare, provenance_on(on)); !stored) return done(stored);
        }
        for (const Row& row : rows) {
            const auto stored = amend(registry_, measurement_key(patient_id_, row.scan_id, row.nodule_id), row.cells(),
                                      provenance_on(on, "typed wrong"), {.confirm = confirm});
            if (!stored) return tl::unexpected<Error>(stored.error());
        }
        return {};
    }

    Result<void> from_ct(const std::vector<Row>& rows, bool confirm)
    {
        CtFollowUp table;
        table.patient_id = patient_id_;
        table.scan.scan_id = rows.front().scan_id;
        table.scan.scan_date = test::day(rows.front().scan_date);
        CtChoices choices;
        for (const Row& row : rows) {
            CtNodule& line = table.nodules.emplace_back();
            line.nodule_id = row.nodule_id;
            line.kind = CtNoduleKind::clicked;
            choices.typed[row.nodule_id] = row.cells();
        }
        const auto outcomes = planned(table, choices);
        if (!outcomes) return tl::unexpected<Error>(outcomes.error());
        return done(log_ct(registry_, table, *outcomes, "/nowhere", provenance_on(on), {.confirm = confirm}));
    }

    store::Registry& registry_;
    std::string patient_id_;
};

TEST_F(Slips, AreAskedAboutAtEachDoorAndStoredWhenConfirmed)
{
    for (std::size_t i = 0; i < static_cast<std::size_t>(Door::count); ++i) {
        const auto door = static_cast<Door>(i);
        const std::vector<Row> rows = {{fmt::format("S{}", i + 2),
                                        fmt::format("2025-07-1{}", i),
                                        "N1",
                                        "right",
                                        {820, 710, 40'000, 10'000, 5000}}};
        Doors doors(registry_, "P1");
        const auto refused = doors.take(door, rows, false);
        ASSERT_FALSE(refused) << door_names[i];
        EXPECT_THAT(refused.error().questions,
                    Contains(AllOf(HasSubstr("long_axis_mm: 0.82 mm is under 1.0 mm"), HasSubstr("or confirm it"))))
            << door_names[i];
        EXPECT_TRUE(doors.take(door, rows, true)) << door_names[i];
        EXPECT_THAT(flags(), Contains(HasSubstr("scan " + rows.front().scan_id))) << door_names[i];
    }
}

TEST_F(Slips, AtTheDoorOfANewCtAreToldByNodule)
{
    const auto refused =
        Doors(registry_, "P1")
            .take(Door::ct, {{"S2", "2025-07-10", "N1", "right", {820, 710, 40'000, 10'000, 5000}}}, false);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().questions, Contains(StartsWith("N1: long_axis_mm: 0.82 mm")));
}

// --- many patients ---------------------------------------------------------------------------------------------------

/// A patient of two CTs with two to four nodules that lie apart, and the rows of a third one.
struct Made {
    std::string id;
    std::vector<Row> earlier;
    std::vector<Row> now;
};

Made made_patient(cases::Chance& chance, std::size_t number)
{
    Made made;
    made.id = fmt::format("G{:05}", number);
    const auto about = [&](std::int64_t value, std::uint32_t away) {
        return value + static_cast<std::int64_t>(chance.below(2 * away + 1)) - away;
    };
    struct Nodule {
        std::string side;
        std::array<std::int64_t, 5> um{};
    };
    std::vector<Nodule> nodules(2 + chance.below(3));
    for (std::size_t i = 0; i < nodules.size(); ++i) {
        const bool left = chance.one_in(2);
        const std::int64_t size = 3000 + 100 * chance.below(120);
        nodules[i] = {left ? "left" : "right",
                      {size, size - 500, left ? 70'000 : -70'000, 0, static_cast<std::int64_t>(i) * 40'000}};
    }
    constexpr std::array dates = {"2024-01-10", "2024-07-10", "2025-01-10"};
    for (std::size_t scan = 0; scan < dates.size(); ++scan) {
        const std::array<std::int64_t, 3> moved = {about(0, 20'000), about(0, 20'000), about(0, 20'000)};
        for (std::size_t i = 0; i < nodules.size(); ++i) {
            Row row{fmt::format("CT-{}", scan + 1), dates[scan], fmt::format("N{}", i + 1), nodules[i].side,
                    nodules[i].um};
            row.um[0] = about(row.um[0], 300);
            row.um[1] = row.um[0] - 500;
            for (std::size_t axis = 0; axis < moved.size(); ++axis)
                row.um[2 + axis] = about(row.um[2 + axis], 3000) + moved[axis];
            (scan + 1 < dates.size() ? made.earlier : made.now).push_back(std::move(row));
        }
    }
    return made;
}

enum class Slip { times_ten, tenth, counter_evidence, exchanged, second_scan, count };
constexpr std::array slip_names = {"times ten", "a tenth", "other side", "exchanged", "second scan of the day"};

std::vector<Row> with_slip(const Made& made, Slip slip, cases::Chance& chance)
{
    std::vector<Row> rows = made.now;
    Row& row = rows[chance.below(static_cast<std::uint32_t>(rows.size()))];
    switch (slip) {
        case Slip::times_ten:
            row.um[0] *= 10;
            break;
        case Slip::tenth:
            row.um[0] /= 10;
            row.um[1] /= 10;
            break;
        case Slip::counter_evidence:
            row.side = row.side == "left" ? "right" : "left";
            break;
        case Slip::exchanged:
            std::swap(rows[0].nodule_id, rows[1].nodule_id);
            break;
        default:
            rows.clear();
            for (const Row& earlier : made.earlier) {
                if (earlier.scan_id == "CT-2") rows.push_back(earlier);
            }
            for (Row& again : rows)
                again.scan_id = "CT-2b";
    }
    return rows;
}

std::string csv_of(const std::vector<Made>& patients, bool earlier, bool scans)
{
    std::string text = scans ? "patient_id,scan_id,scan_date,modality,purpose\n"
                             : "patient_id,scan_id,nodule_id,status,side,long_axis_mm,short_axis_mm,position_x_mm,"
                               "position_y_mm,position_z_mm\n";
    for (const Made& made : patients) {
        std::string last;
        for (const Row& row : earlier ? made.earlier : made.now) {
            if (scans) {
                if (row.scan_id != last)
                    text += fmt::format("{},{},{},ct,diagnostic\n", made.id, row.scan_id, row.scan_date);
                last = row.scan_id;
                continue;
            }
            text += fmt::format("{},{},{},present", made.id, row.scan_id, row.nodule_id);
            for (const Correction& cell : row.cells())
                text += "," + cell.text;
            text += '\n';
        }
    }
    return text;
}

TEST(SlipsOfManyPatients, AreAskedAboutAtEachDoorAndNothingElseIs)
{
    constexpr std::size_t count = 1000;
    cases::Chance chance(20'261'130);
    std::vector<Made> patients;
    for (std::size_t i = 0; i < count; ++i)
        patients.push_back(made_patient(chance, i));
    test::TemporaryFolder folder;
    store::Registry registry = value_of(store::Registry::open(folder / "r.db"));
    std::string ids = "patient_id\n";
    for (const Made& made : patients)
        ids += made.id + "\n";
    value_of(ingest(registry,
                    test::delivery_of({{RowKind::patient, ids},
                                       {RowKind::scan, csv_of(patients, true, true)},
                                       {RowKind::measurement, csv_of(patients, true, false)}}),
                    provenance_on(on)));
    // What is right is asked about nowhere.
    const auto right = ingest(registry,
                              test::delivery_of({{RowKind::scan, csv_of(patients, false, true)},
                                                 {RowKind::measurement, csv_of(patients, false, false)}}),
                              provenance_on(on), {.dry_run = true});
    ASSERT_TRUE(right) << right.error().questions.front();

    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t s = 0; s < static_cast<std::size_t>(Slip::count); ++s) {
            // Each patient's slips go in at different doors; what a door stores row by row stays behind, so that only
            // the last slip of a patient goes to such a door.
            const bool last = s + 1 == static_cast<std::size_t>(Slip::count);
            const std::array whole = {Door::csv, Door::json, Door::ct};
            const std::array by_row = {Door::typed, Door::correction};
            const Door door = last ? by_row[i % by_row.size()] : whole[(i + s) % whole.size()];
            const auto which = static_cast<Slip>((s + i) % static_cast<std::size_t>(Slip::count));
            const auto taken = Doors(registry, patients[i].id).take(door, with_slip(patients[i], which, chance), false);
            const auto name = fmt::format("patient {}, {}, at {}", i, slip_names[static_cast<std::size_t>(which)],
                                          door_names[static_cast<std::size_t>(door)]);
            ASSERT_FALSE(taken) << name;
            ASSERT_THAT(taken.error().questions, ::testing::Not(IsEmpty())) << name << ": " << taken.error().message;
        }
    }
}

}  // namespace
}  // namespace nodtrack::tracker
