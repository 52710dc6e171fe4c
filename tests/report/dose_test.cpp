#include "nodtrack/report/dose.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "case_table.hpp"

namespace nodtrack::report {
namespace {

using testing::HasSubstr;
using testing::Not;

/// CTs of 100 mGy.cm each, of somebody born on that day; with `without_dlp` the first has none.
PatientRecord scanned(const std::string& timeline, std::optional<std::string_view> born, bool without_dlp = false)
{
    auto record = cases::record_of("", timeline);
    if (born) record.patient.birth_date = Date::parse(*born);
    for (Scan& scan : record.scans) {
        if (scan.modality == Modality::radiograph) continue;
        scan.dlp = DoseLengthProduct::whole(100);
        scan.dose_phantom = DosePhantom::body_32_cm;
    }
    if (without_dlp) record.scans.front().dlp.reset();
    return record;
}

dose::DoseHistory history_of(const PatientRecord& record)
{
    return dose::dose_history(record, cases::day_zero(), released_dose_factors());
}

/// The text with its lines joined: where a line breaks is no claim.
std::string told(const PatientRecord& record)
{
    return std::regex_replace(dose_text(history_of(record), record, released_dose_factors()), std::regex("\\s+"), " ");
}

TEST(DoseText, TellsTheSumAsARange)
{
    EXPECT_EQ(dose_line(history_of(scanned("-3m / 0", "1970-01-01"))), "dose of imaging: 2.8–4.2 mSv from 2 chest CTs");
}

TEST(DoseText, SaysWhatIsNotCounted)
{
    const auto record = scanned("-6m / -3m [radiograph] / -2m [pet_ct] / 0", "1970-01-01", true);
    EXPECT_EQ(
        dose_line(history_of(record)),
        "dose of imaging: at least 1.4–2.1 mSv from 1 chest CT; not counted: 1 CT without a dose-length product, 1 "
        "PET/CT or its CT part, 1 radiograph");
    EXPECT_THAT(told(record), HasSubstr("no estimate: no dose-length product recorded"));
}

TEST(DoseText, NeverPrintsZeroForWhatIsNotKnown)
{
    const auto record = scanned("0", "1970-01-01", true);
    EXPECT_EQ(dose_line(history_of(record)),
              "dose of imaging: no estimate; not counted: 1 CT without a dose-length product");
    EXPECT_THAT(told(record), Not(HasSubstr("0.00")));
    const auto json = nlohmann::json::parse(dose_json(history_of(record), record, released_dose_factors()));
    EXPECT_TRUE(json["cumulative"]["low_msv"].is_null());
    EXPECT_TRUE(json["scans"][0]["effective_dose_msv"].is_null());
    EXPECT_EQ(json["scans"][0]["not_estimated"], "no_dlp");
}

TEST(DoseText, ReadsTheLevelInThePatientsOwnColumn)
{
    EXPECT_THAT(told(scanned("0", "2019-01-01")), HasSubstr("level 4, 3–10 mSv (child) [S0-021, S0-037, X-04]"));
    EXPECT_THAT(told(scanned("0", "1970-01-01")), HasSubstr("level 3, 1–10 mSv (adult)"));
    EXPECT_THAT(told(scanned("0 [iv=given]", "2019-01-01")), HasSubstr("level of a child not given in the document"));
    EXPECT_THAT(told(scanned("0 [radiograph]", "1970-01-01")), HasSubstr("level 1, below 0.1 mSv (adult)"));
}

TEST(DoseText, AsksForLowDoseInTheYoungAndWhereTheAgeIsNotKnown)
{
    EXPECT_THAT(told(scanned("0", "2019-01-01")), HasSubstr("! a child: ask for the lowest dose"));
    EXPECT_THAT(told(scanned("0", "1990-01-01")), HasSubstr("! younger than 40 years (local policy)"));
    EXPECT_THAT(told(scanned("0", std::nullopt)), HasSubstr("! age not known, taken as young"));
    EXPECT_THAT(told(scanned("0", "1970-01-01")), Not(HasSubstr("ask for the lowest dose")));
}

TEST(DoseText, TellsWhatWasAssumed)
{
    EXPECT_THAT(told(scanned("0", std::nullopt)), HasSubstr("birth date not known: factors of an adult"));
    EXPECT_THAT(told(scanned("0", "2019-01-01")),
                HasSubstr("converted between phantoms by a ratio that is not verified"));
    auto record = scanned("0", "2019-01-01");
    record.scans[0].dose_phantom.reset();
    EXPECT_THAT(told(record), HasSubstr("phantom not recorded: the range spans 16 and 32 cm"));
}

TEST(DoseText, SaysThatDoseStopsNothing)
{
    EXPECT_THAT(told(scanned("0", "1970-01-01")), HasSubstr("never stops an examination"));
}

TEST(DoseJson, HasItsDocumentedKeys)
{
    const auto record = scanned("-3m / 0", "2019-01-01");
    const auto json = nlohmann::json::parse(dose_json(history_of(record), record, released_dose_factors()));
    const auto keys = [](const nlohmann::json& object) {
        std::set<std::string> names;
        for (const auto& member : object.items())
            names.insert(member.key());
        return names;
    };
    EXPECT_EQ(keys(json), (std::set<std::string>{"patient_id", "as_of", "age_months", "youth", "asks_for_low_dose",
                                                 "cumulative", "scans", "factor_sets"}));
    EXPECT_EQ(keys(json["cumulative"]),
              (std::set<std::string>{"low_msv", "high_msv", "is_lower_bound", "examinations", "estimated",
                                     "without_dlp", "not_a_chest", "radiographs"}));
    EXPECT_EQ(keys(json["scans"][0]),
              (std::set<std::string>{"scan_id", "date", "procedure", "age_months", "age_group", "dlp_mgy_cm",
                                     "dose_phantom_cm", "effective_dose_msv", "by_factor_set", "not_estimated",
                                     "radiation_level", "assumed"}));
    EXPECT_EQ(json["scans"][0]["radiation_level"]["band_msv"], (std::vector<double>{3, 10}));
    EXPECT_EQ(json["scans"][0]["by_factor_set"][1]["id"], "icrp-103");
    EXPECT_EQ(json["scans"][0]["assumed"], std::vector<std::string>{"phantom_conversion"});
    EXPECT_EQ(json["youth"], "child");
    EXPECT_EQ(json["age_months"], 89);
}

}  // namespace
}  // namespace nodtrack::report
