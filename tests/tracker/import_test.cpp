#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "../support/mutant.hpp"
#include "nodtrack/interop/import_table.hpp"
#include "support.hpp"

// A hospital's table on its whole way: read, made rows of the record by a map, taken in, or refused with every place.

namespace nodtrack::tracker {
namespace {

using test::provenance_on;
using test::value_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Import : public test::RegistryTest {
  protected:
    Result<IngestReport> import(std::string table, std::string_view map_text, const IngestOptions& options = {})
    {
        const auto map = interop::read_import_map(map_text, "map.json");
        if (!map) return tl::unexpected(map.error());
        const auto read = interop::read_table(std::move(table), "export.csv", map->table);
        if (!read) return tl::unexpected(read.error());
        const auto delivery = interop::imported(*read, *map);
        if (!delivery) return tl::unexpected(delivery.error());
        return tracker::ingest(registry_, *delivery, provenance_on("2026-11-20"), options);
    }
    Result<IngestReport> import_example(std::string table) { return import(std::move(table), interop::example_map()); }
};

/// A cohort as a radiology department's Excel would save it: CSV of Windows, semicolons, decimal commas, one row a
/// nodule and CT. `rows` of them; the values follow from the numbers alone.
class GermanExport {
  public:
    struct Row {
        int patient, ct, nodule;
        int long_tenths() const { return 30 + (patient * 7 + ct * 3 + nodule * 5) % 60; }
        int short_tenths() const { return long_tenths() - 2 - nodule; }
        std::string day() const
        {
            return fmt::format("{:02}.{:02}.202{}", 1 + patient % 28, 1 + ct * 3 % 12, 4 + ct / 3);
        }
        std::string iso_day() const
        {
            return fmt::format("202{}-{:02}-{:02}", 4 + ct / 3, 1 + ct * 3 % 12, 1 + patient % 28);
        }
    };

    explicit GermanExport(int rows)
    {
        for (int patient = 1; static_cast<int>(rows_.size()) < rows; ++patient) {
            for (int ct = 0; ct < 5; ++ct) {
                for (int nodule = 1; nodule <= 1 + patient % 3 && static_cast<int>(rows_.size()) < rows; ++nodule)
                    rows_.push_back({patient, ct, nodule});
            }
        }
    }

    const std::vector<Row>& rows() const { return rows_; }

    std::string text() const
    {
        static const std::vector<std::string> lobes = {"rechts oben", "Mittellappen", "rechts unten", "links oben",
                                                       "links unten"};
        std::string text =
            "Patienten-Nr;Nachname;Geb.Datum;Geschlecht;Untersuchungsdatum;Schichtdicke "
            "(mm);L\xE4sion;Lokalisation;Gr\xF6\xDF"
            "e (mm);Bemerkung\r\n";
        for (const Row& row : rows_) {
            text +=
                fmt::format("HD-{:04};\"M\xFCller; {}\";{:02}.{:02}.19{};{};{};{};N{};{};{},{} x {},{} mm;{}\r\n",
                            row.patient, row.patient, 1 + row.patient % 28, 1 + row.patient % 12, 50 + row.patient % 45,
                            row.patient % 2 == 0 ? "m" : "w", row.day(), row.ct % 2 == 0 ? "1,25" : "1", row.nodule,
                            lobes[static_cast<std::size_t>((row.patient + row.nodule) % 5)], row.long_tenths() / 10,
                            row.long_tenths() % 10, row.short_tenths() / 10, row.short_tenths() % 10,
                            row.ct == 0 ? "Erstbefund \x96 s. o." : "");
        }
        return text;
    }

    static std::string map()
    {
        return R"map({"nodtrack_import_map": 1, "table": {"encoding": "windows-1252", "separator": ";"}, "numbers": {"decimal": ","},
  "dates": {"forms": ["dd.mm.yyyy"]}, "ignore": ["Nachname", "Bemerkung"], "rows": [
  {"kind": "patients", "columns": {"patient_id": "Patienten-Nr", "birth_date": "Geb.Datum",
     "sex": {"from": "Geschlecht", "words": {"m": "male", "w": "female"}}}},
  {"kind": "scans", "columns": {"patient_id": "Patienten-Nr", "scan_id": {"join": ["CT-", {"from": "Untersuchungsdatum", "date": true}]},
     "scan_date": "Untersuchungsdatum", "modality": {"constant": "ct"}, "purpose": {"constant": "diagnostic"},
     "slice_thickness_mm": "Schichtdicke (mm)"}},
  {"kind": "measurements", "where_filled": ["Läsion"], "columns": {"patient_id": "Patienten-Nr",
     "scan_id": {"join": ["CT-", {"from": "Untersuchungsdatum", "date": true}]}, "nodule_id": "Läsion", "status": {"constant": "present"},
     "lobe": {"from": "Lokalisation", "words": {"rechts oben": "rul", "Mittellappen": "rml", "rechts unten": "rll", "links oben": "lul", "links unten": "lll"}},
     "long_axis_mm": {"from": "Größe (mm)", "split": {"at": "x", "part": 1}},
     "short_axis_mm": {"from": "Größe (mm)", "split": {"at": "x", "part": 2}}}}]})map";
    }

  private:
    std::vector<Row> rows_;
};

TEST_F(Import, TakesAGermanExportOf300RowsIn)
{
    const GermanExport cohort(300);
    ASSERT_EQ(cohort.rows().size(), 300U);
    const IngestReport report = value_of(import(cohort.text(), GermanExport::map()));
    EXPECT_EQ(report.of(RowKind::measurement).added, 300U);
    for (const GermanExport::Row& row : cohort.rows()) {
        const PatientRecord record = patient(fmt::format("HD-{:04}", row.patient));
        bool is_found = false;
        for (const Measurement& measurement : record.measurements) {
            const bool is_it = record.scans[measurement.scan].scan_id == "CT-" + row.iso_day() &&
                               record.nodule_ids[measurement.nodule] == fmt::format("N{}", row.nodule);
            if (!is_it) continue;
            is_found = true;
            EXPECT_EQ(measurement.findings.long_axis, Length::from_thousandths(row.long_tenths() * 100));
            EXPECT_EQ(measurement.findings.short_axis, Length::from_thousandths(row.short_tenths() * 100));
        }
        EXPECT_TRUE(is_found) << row.patient << " " << row.iso_day() << " N" << row.nodule;
    }
    EXPECT_TRUE(value_of(check(registry_)).sound());
    EXPECT_TRUE(value_of(audit_verify(registry_)).intact());
}

TEST_F(Import, OfTheSameTableAgainChangesNothingAndOfNextMonthsAddsWhatIsNew)
{
    value_of(import(GermanExport(280).text(), GermanExport::map()));
    EXPECT_EQ(value_of(import(GermanExport(280).text(), GermanExport::map())).delivery_no, std::nullopt);
    const IngestReport next = value_of(import(GermanExport(300).text(), GermanExport::map()));
    EXPECT_EQ(next.of(RowKind::measurement).added, 20U);
    EXPECT_EQ(next.of(RowKind::measurement).unchanged, 280U);
}

TEST_F(Import, TellsWhatContradictsTheRegistryByRowAndColumnOfTheTable)
{
    value_of(import_example(std::string(interop::example_table())));
    std::string changed(interop::example_table());
    const std::size_t at = changed.find("4,4 x 3,9");
    changed.replace(at, 3, "4,9");
    const auto refused = import_example(changed);
    ASSERT_FALSE(refused);
    ASSERT_EQ(refused.error().context.size(), 1U);
    EXPECT_THAT(refused.error().context.front(), HasSubstr("export.csv:3:Größe (mm): stored 4.4, delivered 4.9"));
    EXPECT_THAT(refused.error().message, HasSubstr("1 problem in 1 file"));
    EXPECT_EQ(value_of(import(changed, interop::example_map(), {.amend_reason = "read again"}))
                  .of(RowKind::measurement)
                  .superseded,
              1U);
}

TEST_F(Import, TellsACellThatSeveralRowsAreMadeOfOnce)
{
    std::string table(interop::example_table());
    const std::size_t at = table.find("21.04.2026");
    table.replace(at, 10, "31.04.2026");
    const auto refused = import_example(table);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().context,
                ::testing::ElementsAre(HasSubstr("export.csv:6:CT-Datum: \"31.04.2026\" is no date")));
    EXPECT_EQ(deliveries(), 0);
}

TEST_F(Import, AsksAboutImplausibleValuesAtTheirPlace)
{
    std::string table(interop::example_table());
    table.replace(table.find("5,0;Milchglas"), 3, "0,5");
    const auto refused = import_example(table);
    ASSERT_FALSE(refused);
    ASSERT_EQ(refused.error().questions.size(), 1U);
    EXPECT_THAT(refused.error().questions.front(), HasSubstr("export.csv:5:Größe (mm): "));
}

/// A slip that leaves a sound table more often than not.
std::string with_another_digit(std::string text, std::mt19937& random)
{
    std::vector<std::size_t> digits;
    for (std::size_t at = text.find('\n'); at < text.size(); ++at) {
        if (text[at] >= '0' && text[at] <= '9') digits.push_back(at);
    }
    text[digits[random() % digits.size()]] = static_cast<char>('0' + random() % 10);
    return text;
}

TEST_F(Import, OfThousandDamagedTablesStoresAllOfOneOrNothing)
{
    const std::string right = GermanExport(12).text();
    const auto map = value_of(interop::read_import_map(GermanExport::map(), "map.json"));
    std::mt19937 random(15);
    int refused = 0;
    std::int64_t stored = 0;
    for (int i = 0; i < 1000; ++i) {
        const std::string mutant = i % 4 == 0 ? with_another_digit(right, random) : test::mutant_of(right, random);
        const auto before = value_of(registry_.row_counts());
        const auto report = import(mutant, GermanExport::map(), {.amend_reason = "the next one", .confirm = true});
        const auto after = value_of(registry_.row_counts());
        if (report) {
            stored += report->delivery_no ? 1 : 0;
            continue;
        }
        ++refused;
        ASSERT_EQ(report.error().code, ErrorCode::bad_input) << report.error().message;
        ASSERT_THAT(report.error().context, ::testing::Not(IsEmpty())) << report.error().message;
        for (const std::string& line : report.error().context)
            ASSERT_TRUE(test::has_form_of_contract(line)) << line;
        ASSERT_EQ(after.deliveries, before.deliveries);
        ASSERT_EQ(after.measurements, before.measurements);
        ASSERT_EQ(after.patients, before.patients);
        ASSERT_EQ(after.scans, before.scans);
    }
    EXPECT_GT(refused, 400) << "the accidents are too mild to test anything";
    EXPECT_GT(stored, 20) << "nothing is stored: the test says little of what is taken in";
    EXPECT_TRUE(value_of(check(registry_)).sound());
    EXPECT_TRUE(value_of(audit_verify(registry_)).intact());
}

}  // namespace
}  // namespace nodtrack::tracker
