#include "nodtrack/tracker/deidentify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <tuple>

#include "../support/generated_patients.hpp"
#include "nodtrack/assess/judge.hpp"
#include "nodtrack/domain/consistency.hpp"
#include "nodtrack/interop/history_export.hpp"
#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/interop/record_writer.hpp"
#include "nodtrack/report/assessment_json.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "nodtrack/tracker/export.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using test::day;
using test::provenance_on;
using test::value_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string secret(32, 'k');

/// Generated patients with ids, notes and readers that stand nowhere else, and a birth date.
std::vector<PatientRecord> patients_with_secrets(std::uint64_t seed, std::size_t count)
{
    std::vector<PatientRecord> patients = cases::generated_patients(seed, count);
    cases::Chance chance(seed);
    for (PatientRecord& record : patients) {
        const std::string own = record.patient.patient_id;
        const auto hidden = [&](std::string& id) { id = "HIDDEN-" + own + "-" + id; };
        hidden(record.patient.patient_id);
        record.patient.birth_date = add_days(day("1930-01-01"), static_cast<int>(chance.below(30'000)));
        for (Scan& scan : record.scans)
            hidden(scan.scan_id);
        for (std::string& nodule_id : record.nodule_ids)
            hidden(nodule_id);
        for (Therapy& therapy : record.therapies) {
            if (!therapy.nodule_id.empty()) hidden(therapy.nodule_id);
        }
        for (NoduleEvent& event : record.events) {
            hidden(event.nodule_id);
            event.note = "HIDDEN note";
        }
        for (Measurement& measurement : record.measurements)
            measurement.findings.reader = "HIDDEN reader";
        const auto some_day = [&] { return add_days(day("2024-01-01"), static_cast<int>(chance.below(1000))); };
        for (std::size_t i = chance.below(3); i > 0; --i) {
            Visit& visit = record.visits.emplace_back();
            visit.visit_id = "HIDDEN visit " + std::to_string(i);
            visit.visit_date = some_day();
            visit.note = "HIDDEN note";
            if (chance.below(2) == 0) visit.symptoms.insert(Symptom::cough);
        }
        for (std::size_t i = chance.below(4); i > 0; --i) {
            Decision& decision = record.decisions.emplace_back();
            decision.decided_on = some_day();
            decision.due_date = add_days(decision.decided_on, 14);
            decision.decided_by = i == 1 ? "" : "HIDDEN Dr " + std::to_string(i);
            decision.present = "HIDDEN Dr B;HIDDEN Dr C";
            decision.reason = "HIDDEN reason";
        }
    }
    return patients;
}

/// Those of them that a registry takes in: each key once, and no contradiction.
std::vector<PatientRecord> without_contradictions(std::vector<PatientRecord> patients)
{
    const auto keep_first = [](auto& rows, auto key) {
        std::set<decltype(key(rows.front()))> seen;
        std::erase_if(rows, [&](const auto& row) { return !seen.insert(key(row)).second; });
    };
    for (PatientRecord& record : patients) {
        keep_first(record.therapies, [](const Therapy& therapy) {
            return std::tuple(therapy.kind, therapy.start_date, therapy.nodule_id);
        });
        keep_first(record.events,
                   [](const NoduleEvent& event) { return std::tuple(event.kind, event.date, event.nodule_id); });
        keep_first(record.decisions, [](const Decision& decision) {
            return std::tuple(decision.decided_on, decision.kind, decision.decided_by);
        });
    }
    std::erase_if(patients,
                  [](const PatientRecord& record) { return !problems_of(record, day("2035-01-01")).empty(); });
    return patients;
}

/// Every date of a record but the birth date, row by row.
std::vector<Date> dates_of(const PatientRecord& record)
{
    std::vector<Date> dates;
    const auto add = [&](const std::optional<Date>& date) {
        if (date) dates.push_back(*date);
    };
    add(record.patient.curative_treatment_completed_on);
    add(record.patient.resection_date);
    add(record.patient.lung_metastases_diagnosed_on);
    for (const Scan& scan : record.scans)
        add(scan.scan_date);
    for (const Therapy& therapy : record.therapies) {
        add(therapy.start_date);
        add(therapy.end_date);
    }
    for (const NoduleEvent& event : record.events)
        add(event.date);
    for (const Visit& visit : record.visits)
        add(visit.visit_date);
    for (const Decision& decision : record.decisions) {
        add(decision.decided_on);
        add(decision.due_date);
    }
    return dates;
}

TEST(Pseudonyms, AreTheSameForOnePatientAndOneSecretAlone)
{
    const Pseudonym one = pseudonym_of(secret, "P1");
    EXPECT_EQ(pseudonym_of(secret, "P1").research_id, one.research_id);
    EXPECT_EQ(pseudonym_of(secret, "P1").days_back, one.days_back);
    EXPECT_THAT(one.research_id, ::testing::MatchesRegex("R[0-9a-f]+"));
    EXPECT_EQ(one.research_id.size(), 21U);
    EXPECT_NE(pseudonym_of(std::string(32, 'l'), "P1").research_id, one.research_id);
    EXPECT_NE(pseudonym_of(secret, "P2").research_id, one.research_id);
}

TEST(Pseudonyms, SpreadOverTheWholeYearAndNeverMeet)
{
    std::set<std::string> ids;
    std::map<int, int> days;
    constexpr int patients = 73'000;
    for (int i = 0; i < patients; ++i) {
        const Pseudonym pseudonym = pseudonym_of(secret, "P" + std::to_string(i));
        ids.insert(pseudonym.research_id);
        ++days[pseudonym.days_back];
    }
    EXPECT_EQ(ids.size(), static_cast<std::size_t>(patients));
    EXPECT_EQ(days.size(), 365U);
    EXPECT_EQ(days.begin()->first, 1);
    EXPECT_EQ(days.rbegin()->first, 365);
    for (const auto& [number, count] : days) {
        // 200 expected of each; seven standard deviations of a binomial count are 99.
        EXPECT_NEAR(count, 200, 99) << number;
    }
}

TEST(Deidentified, MovesEveryDateByTheSameDaysAndNamesNothing)
{
    for (const PatientRecord& record : patients_with_secrets(1, 300)) {
        const Pseudonym pseudonym = pseudonym_of(secret, record.patient.patient_id);
        const PatientRecord told = deidentified(record, pseudonym);
        const std::vector<Date> before = dates_of(record);
        const std::vector<Date> after = dates_of(told);
        ASSERT_EQ(before.size(), after.size());
        for (std::size_t i = 0; i < before.size(); ++i)
            ASSERT_EQ(days_between(after[i], before[i]), pseudonym.days_back);
        EXPECT_EQ(told.patient.birth_date, std::nullopt);
        const std::string json = interop::record_json({&told, 1});
        EXPECT_EQ(json.find("HIDDEN"), std::string::npos) << json;
        EXPECT_EQ(told.patient.histology, record.patient.histology) << "what is studied stays";
        ASSERT_EQ(told.measurements.size(), record.measurements.size());
        for (std::size_t i = 0; i < told.measurements.size(); ++i) {
            Findings findings = record.measurements[i].findings;
            findings.reader.clear();
            EXPECT_EQ(told.measurements[i].findings, findings);
        }
    }
}

TEST(Deidentified, NumbersScansByDateAndNodulesByTheirIds)
{
    PatientRecord record;
    record.patient.patient_id = "P1";
    const auto add_scan = [&](const char* id, const char* on) {
        Scan scan;
        scan.scan_id = id;
        scan.scan_date = day(on);
        record.scans.push_back(scan);
    };
    add_scan("z", "2024-01-01");
    add_scan("a", "2025-01-01");
    add_scan("b", "2024-06-01");
    record.nodule_ids = {"right", "left"};
    record.measurements = {{1, 0, {}}, {0, 1, {}}};
    record.therapies = {{TherapyKind::sbrt, day("2024-07-01"), std::nullopt, "right"},
                        {TherapyKind::systemic, day("2024-07-01"), std::nullopt, ""}};
    record.events = {{"left", EventKind::not_a_nodule, day("2024-08-01"), "seen by Dr Smith"}};
    record.visits.resize(2);
    record.visits[0].visit_id = "late";
    record.visits[0].visit_date = day("2024-09-01");
    record.visits[1].visit_id = "early";
    record.visits[1].visit_date = day("2024-02-01");
    record.visits[1].note = "called by Mrs Smith";
    record.decisions.resize(3);
    const std::vector<std::pair<const char*, const char*>> decided = {
        {"2024-09-02", "Dr Smith"}, {"2024-09-02", "Dr Adams"}, {"2024-03-01", "Dr Smith"}};
    for (std::size_t i = 0; i < decided.size(); ++i) {
        record.decisions[i].decided_on = day(decided[i].first);
        record.decisions[i].decided_by = decided[i].second;
        record.decisions[i].reason = "as Dr Smith said";
    }
    const PatientRecord told = deidentified(record, {"R1", 10});
    EXPECT_EQ(told.visits[0].visit_id, "V002");
    EXPECT_EQ(told.visits[1].visit_id, "V001");
    EXPECT_EQ(told.visits[1].visit_date, day("2024-01-22"));
    EXPECT_EQ(told.visits[1].note, "");
    EXPECT_EQ(told.decisions[0].decided_by, "D001") << "the same person has the same number";
    EXPECT_EQ(told.decisions[1].decided_by, "D002") << "two decisions of a day stay apart";
    EXPECT_EQ(told.decisions[2].decided_by, "D001");
    EXPECT_EQ(told.decisions[2].decided_on, day("2024-02-20"));
    EXPECT_EQ(told.decisions[2].reason, "");
    EXPECT_EQ(told.patient.patient_id, "R1");
    EXPECT_EQ(told.scans[0].scan_id, "S001");
    EXPECT_EQ(told.scans[1].scan_id, "S003");
    EXPECT_EQ(told.scans[2].scan_id, "S002");
    EXPECT_EQ(told.scans[0].scan_date, day("2023-12-22"));
    EXPECT_THAT(told.nodule_ids, ElementsAre("N002", "N001"));
    EXPECT_EQ(told.therapies[0].nodule_id, "N002");
    EXPECT_EQ(told.therapies[1].nodule_id, "");
    EXPECT_EQ(told.events[0].nodule_id, "N001");
    EXPECT_EQ(told.events[0].note, "");
}

TEST(Ages, AreToldInYearsAndNotAbove89)
{
    PatientRecord record;
    const auto age = [&](const char* born, const char* scanned) {
        record.patient.birth_date = day(born);
        record.scans.resize(2);
        record.scans[0].scan_date = add_days(day(scanned), 1000);
        record.scans[1].scan_date = day(scanned);
        return age_at_first_scan(record);
    };
    EXPECT_EQ(age("2000-06-01", "2010-05-31"), "9");
    EXPECT_EQ(age("2000-06-01", "2010-06-01"), "10");
    EXPECT_EQ(age("2010-06-01", "2010-06-01"), "0");
    EXPECT_EQ(age("1920-06-01", "2010-05-31"), "89");
    EXPECT_EQ(age("1920-06-01", "2010-06-01"), "90+");
    EXPECT_EQ(age("1910-06-01", "2010-06-01"), "90+");
    EXPECT_EQ(age("2011-06-01", "2010-06-01"), "") << "a birth date that cannot be";
    record.patient.birth_date.reset();
    EXPECT_EQ(age_at_first_scan(record), "");
    EXPECT_EQ(age_at_first_scan(PatientRecord()), "");
}

/// What an assessment says, but for its dates and words.
std::vector<std::string> answers(const assess::Judge& judge, const assess::Assessment& assessment, bool months)
{
    const policy::Policy& policy = judge.policy();
    std::vector<std::string> lines = {
        std::string(policy::patient_class_words[static_cast<std::size_t>(assessment.patient_class)]),
        std::string(policy::action_words[static_cast<std::size_t>(assessment.recommendation.action)]),
        policy.recommendations[assessment.recommendation.rule].id};
    for (const assess::NoduleAssessment& nodule : assessment.nodules) {
        lines.push_back(std::string(assess::word_of(nodule.growth_state)) + " " +
                        std::string(policy::nodule_class_words[static_cast<std::size_t>(nodule.nodule_class)]) + " " +
                        policy.nodule_rules[nodule.rule].id + " " + std::to_string(nodule.vdt_days.value_or(-1)) +
                        (months ? " " + std::to_string(nodule.stable_months) : ""));
    }
    return lines;
}

TEST(Deidentified, IsJudgedAlikeWhereTheCalendarIsAlike)
{
    // The Gregorian calendar between 1901 and 2099 repeats after 28 years: nothing at all may differ then.
    constexpr int years_28 = 10'227;
    const assess::Judge judge = assess::Judge::released();
    const Pseudonym pseudonym{"R1", years_28};
    for (const PatientRecord& record : patients_with_secrets(2, 3000)) {
        const PatientRecord told = deidentified(record, pseudonym);
        const Date as_of = cases::generated_as_of();
        const assess::Assessment true_one = judge.assess(record, as_of, assess::Detail::fired);
        const assess::Assessment moved = judge.assess(told, add_days(as_of, -years_28), assess::Detail::fired);
        ASSERT_EQ(answers(judge, true_one, true), answers(judge, moved, true)) << record.patient.patient_id;
        std::string ours;
        std::string theirs;
        report::AssessmentJson json(judge);
        assess::Assessment wordless = moved;
        for (assess::Flag& flag : wordless.flags)
            flag.text = deidentified(true_one, record, pseudonym)
                            .flags[static_cast<std::size_t>(&flag - wordless.flags.data())]
                            .text;
        json.append(ours, deidentified(true_one, record, pseudonym), told, assess::Detail::fired);
        json.append(theirs, wordless, told, assess::Detail::fired);
        ASSERT_EQ(ours, theirs) << "the judgement of the record, told, is the judgement of the told record";
    }
}

TEST(Deidentified, IsJudgedAlikeButWhereAMonthIsLonger)
{
    // Moved by any number of days, a rule that counts calendar months may see one a day or two earlier or later; growth
    // and doubling time count days and stay exactly.
    const assess::Judge judge = assess::Judge::released();
    std::size_t differ = 0;
    constexpr std::size_t count = 3000;
    for (const PatientRecord& record : patients_with_secrets(3, count)) {
        const Pseudonym pseudonym = pseudonym_of(secret, record.patient.patient_id);
        const Date as_of = cases::generated_as_of();
        const assess::Assessment true_one = judge.assess(record, as_of, assess::Detail::none);
        const assess::Assessment moved =
            judge.assess(deidentified(record, pseudonym), add_days(as_of, -pseudonym.days_back), assess::Detail::none);
        ASSERT_EQ(true_one.nodules.size(), moved.nodules.size());
        for (std::size_t i = 0; i < moved.nodules.size(); ++i) {
            ASSERT_EQ(true_one.nodules[i].growth_state, moved.nodules[i].growth_state) << record.patient.patient_id;
            ASSERT_EQ(true_one.nodules[i].vdt_days, moved.nodules[i].vdt_days) << record.patient.patient_id;
        }
        if (answers(judge, true_one, false) != answers(judge, moved, false)) ++differ;
    }
    // These patients are dense round every threshold on purpose: of 5000 another class was given to 52.
    EXPECT_LT(differ, count / 40) << differ;
}

class ExportTest : public test::RegistryTest {
  protected:
    std::string text_of(const std::filesystem::path& file)
    {
        std::ifstream in(file, std::ios::binary);
        EXPECT_TRUE(in) << file;
        return {std::istreambuf_iterator<char>(in), {}};
    }
    std::string all_text(const std::filesystem::path& folder, const ExportReport& report)
    {
        std::string text;
        for (const std::string& file : report.files)
            text += text_of(folder / file);
        return text;
    }
    void take_in(const std::vector<PatientRecord>& patients)
    {
        interop::RecordWriter writer = value_of(interop::RecordWriter::into_json_file(folder_ / "generated.json"));
        for (const PatientRecord& record : patients)
            value_of(writer.add(record));
        value_of(writer.finish());
        value_of(tracker::ingest(registry_, value_of(interop::read_json_file(folder_ / "generated.json")),
                                 provenance_on("2035-01-01"), {.confirm = true}));
    }
    ExportReport export_to(const std::string& name, const ExportRequest& request)
    {
        return value_of(
            write_deidentified_export(registry_, judge_, request, folder_ / name, provenance_on("2035-01-01")));
    }
    ExportRequest all(ExportFormat format = ExportFormat::csv) const
    {
        ExportRequest request;
        request.as_of = cases::generated_as_of();
        request.format = format;
        return request;
    }

    const assess::Judge judge_ = assess::Judge::released();
};

TEST_F(ExportTest, DeidentifiedHoldsNoIdNoTextAndNoTrueDateInAnyByte)
{
    const std::vector<PatientRecord> patients = without_contradictions(patients_with_secrets(4, 200));
    ASSERT_GT(patients.size(), 100U);
    take_in(patients);
    for (const ExportFormat format : {ExportFormat::csv, ExportFormat::json}) {
        const std::string name = format == ExportFormat::csv ? "csv" : "json";
        // Later than any recorded date, so that it cannot be what a date became.
        ExportRequest request = all(format);
        request.as_of = *Date::parse("2034-12-31");
        ExportReport report = export_to(name, request);
        EXPECT_EQ(report.patients, patients.size());
        EXPECT_EQ(all_text(folder_ / name, report).find("HIDDEN"), std::string::npos);
        const char* const why = "the day of the export beside a moved one would tell by how much";
        const std::string day = request.as_of.iso();
        EXPECT_EQ(text_of(folder_ / name / "assessments.jsonl").find("\"as_of\":\"" + day), std::string::npos) << why;
        std::erase(report.files, "assessments.jsonl");  // days that a rule reckoned may be any day
        EXPECT_EQ(all_text(folder_ / name, report).find(day), std::string::npos) << why;
    }
    // One patient at a time, so that no other patient's moved date is one of this patient's true dates.
    for (std::size_t i = 0; i < 40; ++i) {
        const PatientRecord& record = patients[i];
        ExportRequest request = all();
        request.patient_ids = {record.patient.patient_id};
        const std::string name = "one-" + std::to_string(i);
        ExportReport report = export_to(name, request);
        std::erase(report.files, "assessments.jsonl");  // days that a rule reckoned may be any day
        const std::string text = all_text(folder_ / name, report);
        const std::vector<Date> true_dates = dates_of(record);
        for (const Date date : true_dates) {
            // A true date may stand there where it is also what another one became.
            if (text.find(date.iso()) == std::string::npos) continue;
            bool is_moved = false;
            for (const Date other : true_dates)
                is_moved = is_moved || (days_between(date, other) >= 1 && days_between(date, other) <= 365);
            EXPECT_TRUE(is_moved) << record.patient.patient_id << " " << date.iso();
        }
        EXPECT_EQ(text.find(record.patient.birth_date->iso()), std::string::npos);
    }
}

TEST_F(ExportTest, DeidentifiedKeepsIntervalsStatesClassesAndActionsOfTheRegistry)
{
    take_in(without_contradictions(patients_with_secrets(5, 250)));
    export_to("told", all());
    ExportRequest request = all();
    value_of(write_export(registry_, judge_, request, folder_ / "true"));
    const auto rows = [&](const std::string& name) {
        // What follows the scan's and nodule's ids, but for their ids, the date, the age and the reader.
        std::multiset<std::string> lines;
        std::istringstream text(text_of(folder_ / name / "history.csv"));
        std::string line;
        std::getline(text, line);
        std::vector<std::string> columns;
        const auto cells_of = [](const std::string& row) {
            std::vector<std::string> cells(1);
            for (const char c : row)
                if (c == ',')
                    cells.emplace_back();
                else
                    cells.back().push_back(c);
            return cells;
        };
        columns = cells_of(line);
        const std::set<std::string> left_out = {"patient_id", "nodule_id", "scan_id",
                                                "scan_date",  "age_years", "reader"};
        while (std::getline(text, line)) {
            const std::vector<std::string> cells = cells_of(line);
            std::string kept;
            for (std::size_t i = 0; i < columns.size(); ++i)
                kept += left_out.contains(columns[i]) ? "" : cells[i] + ",";
            lines.insert(kept);
        }
        return lines;
    };
    const auto told = rows("told");
    EXPECT_GT(told.size(), 500U);
    EXPECT_EQ(told, rows("true"));
}

TEST_F(ExportTest, DeidentifiedGivesTheSameIdsInEachExportAndCanBeTakenIn)
{
    const std::vector<PatientRecord> patients = without_contradictions(patients_with_secrets(6, 100));
    take_in(patients);
    export_to("first", all());
    ExportRequest one = all();
    one.patient_ids = {patients[7].patient.patient_id};
    export_to("second", one);
    const std::string line =
        text_of(folder_ / "second" / "ages.csv").substr(std::string("patient_id,age_at_first_scan_years\n").size());
    EXPECT_THAT(text_of(folder_ / "first" / "ages.csv"), HasSubstr("\n" + line));

    store::Registry again = value_of(store::Registry::open(folder_ / "again.db"));
    const auto delivery = value_of(interop::read_folder(folder_ / "first"));
    value_of(tracker::ingest(again, delivery, provenance_on("2035-01-01"), {.confirm = true}));
    EXPECT_EQ(value_of(again.row_counts()).patients, static_cast<std::int64_t>(patients.size()));
    EXPECT_EQ(value_of(again.row_counts()).measurements, value_of(registry_.row_counts()).measurements);

    ExportRequest few = all();
    few.at_most = 5;
    EXPECT_EQ(export_to("few", few).patients, 5U);
}

TEST_F(ExportTest, HoldsWhatIsJudgedConfirmedStatesIncluded)
{
    value_of(ingest(test::first_rows()));
    value_of(ingest({"", "P1,C,2024-12-01,ct,diagnostic,1.0,\n", ""}));
    IdentityProposal resolved{{"P1", "C", "N1"}, "N1", LinkMethod::typed, {}};
    resolved.nodule_state = NoduleState::resolved;
    value_of(link(registry_, {&resolved, 1}, provenance_on("2025-02-01")));
    ExportRequest request;
    request.as_of = day("2025-02-02");
    value_of(write_export(registry_, judge_, request, folder_ / "out"));

    const auto assessed = [&](const store::Registry& registry) {
        std::string lines;
        report::AssessmentJson json(judge_);
        AssessRequest asked;
        asked.as_of = request.as_of;
        value_of(assess_patients(registry, judge_, asked, [&](const auto& assessment, const auto& record) {
            json.append(lines, assessment, record, assess::Detail::fired);
            return Result<void>();
        }));
        return lines;
    };
    EXPECT_EQ(text_of(folder_ / "out" / "assessments.jsonl"), assessed(registry_)) << "as assess says";
    EXPECT_THAT(text_of(folder_ / "out" / "history.csv"), HasSubstr("P1,N1,C,2024-12-01"));
    store::Registry again = value_of(store::Registry::open(folder_ / "again.db"));
    value_of(tracker::ingest(again, value_of(interop::read_folder(folder_ / "out")), provenance_on("2025-02-02")));
    EXPECT_EQ(assessed(again), assessed(registry_)) << "taken in again it gives the same answers";
}

TEST_F(ExportTest, NamesAllIdsThatAreNotRecordedAndWritesNothing)
{
    value_of(ingest(test::first_rows()));
    ExportRequest request;
    request.as_of = day("2025-02-02");
    request.patient_ids = {"P1", "P8", "P9"};
    const auto refused =
        write_deidentified_export(registry_, judge_, request, folder_ / "out", provenance_on("2025-02-02"));
    EXPECT_EQ(refused.error().code, ErrorCode::not_found);
    EXPECT_THAT(refused.error().context, ElementsAre(HasSubstr("P8"), HasSubstr("P9")));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
    request.patient_ids = {"P2", "P1", "P2"};
    EXPECT_EQ(value_of(write_export(registry_, judge_, request, folder_ / "out")).patients, 2U);
    EXPECT_EQ(write_export(registry_, judge_, request, folder_ / "out").error().code, ErrorCode::bad_input)
        << "a record is never overwritten";
}

}  // namespace
}  // namespace nodtrack::tracker
