// An empty field is never read as the value that reassures (decision table, opening and section 6). Each test empties
// one field and compares with the same patient who has the reassuring value there.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "../support/case_table.hpp"
#include "../support/generated_patients.hpp"
#include "../support/outcome.hpp"
#include "../support/released_judge.hpp"

namespace nodtrack {
namespace {

using assess::Assessment;
using cases::judge;
using policy::Action;
using policy::PatientClass;

constexpr std::uint64_t seed = 77;
constexpr std::size_t how_many = 4000;

using Change = std::function<void(PatientRecord&)>;
using Condition = std::function<bool(const PatientRecord&)>;

void for_each_pair(const Change& reassure, const Change& empty,
                   const std::function<void(const PatientRecord&, const Assessment&, const Assessment&)>& compare)
{
    for (const PatientRecord& record : cases::generated_patients(seed, how_many)) {
        PatientRecord reassuring = record;
        PatientRecord silent = record;
        reassure(reassuring);
        empty(silent);
        compare(record, judge().assess(reassuring, cases::generated_as_of(), assess::Detail::none),
                judge().assess(silent, cases::generated_as_of(), assess::Detail::none));
    }
}

/// What the table says at the index scan: what stands from an earlier examination left aside.
Action own_action(const Assessment& assessment)
{
    return assessment.standing ? assessment.standing->own.recommendation.action : assessment.recommendation.action;
}

bool asks_for_data(const Assessment& assessment)
{
    return own_action(assessment) == Action::data_required ||
           std::any_of(assessment.also.begin(), assessment.also.end(),
                       [](const assess::AlsoAsked& also) { return also.action == Action::data_required; });
}

/// The patient whose field is empty is of no lower class and gets no lower action than the one who has the reassuring
/// value, unless the missing data are asked for. `apart`: patients in whom that value does not reassure.
void expect_no_credit(const Change& reassure, const Change& empty, const Condition& apart = {})
{
    for_each_pair(reassure, empty, [&](const auto& record, const Assessment& reassured, const Assessment& silent) {
        if (apart && apart(record)) return;
        EXPECT_GE(silent.ungated_class, reassured.ungated_class) << record.patient.patient_id;
        const Action action = own_action(reassured);
        if (action == Action::out_of_scope || own_action(silent) == Action::out_of_scope) return;
        if (asks_for_data(silent)) return;
        EXPECT_GE(own_action(silent), action) << record.patient.patient_id;
    });
}

Change all_findings(const std::function<void(Findings&)>& change)
{
    return [change](PatientRecord& record) {
        for (Measurement& row : record.measurements)
            change(row.findings);
    };
}

Change all_scans(const std::function<void(Scan&)>& change)
{
    return [change](PatientRecord& record) {
        for (Scan& scan : record.scans)
            change(scan);
    };
}

Change of_patient(const std::function<void(Patient&)>& change)
{
    return [change](PatientRecord& record) { change(record.patient); };
}

bool has_ground_glass(const PatientRecord& record)
{
    for (const Measurement& row : record.measurements) {
        const auto& attenuation = row.findings.attenuation;
        if (attenuation == AttenuationClass::ground_glass || attenuation == AttenuationClass::complex_ground_glass) {
            return true;
        }
    }
    return false;
}

bool has_board_baseline(const PatientRecord& record)
{
    for (const NoduleEvent& event : record.events) {
        if (event.kind == EventKind::board_baseline) return true;
    }
    return false;
}

bool has_calcifying_primary(const PatientRecord& record)
{
    return record.patient.histology == Histology::osteosarcoma ||
           record.patient.histology == Histology::extraskeletal_osteosarcoma ||
           record.patient.histology == Histology::chondrosarcoma ||
           record.patient.histology == Histology::synovial_sarcoma ||
           record.patient.histology == Histology::giant_cell_tumour_of_bone;
}

// Nodules.

TEST(AnEmptyField, OfAttenuationIsSolidAndNoTypicalLymphNode)
{
    expect_no_credit(all_findings([](Findings& f) { f.attenuation = AttenuationClass::solid; }),
                     all_findings([](Findings& f) { f.attenuation.reset(); }));
}

TEST(AnEmptyField, OfAttenuationIsNotFat)
{
    // Of an accepted nodule the rule on fat comes before that on acceptance, so that an avid one counts (N3 before
    // N16).
    expect_no_credit(all_findings([](Findings& f) { f.attenuation = AttenuationClass::fat_containing; }),
                     all_findings([](Findings& f) { f.attenuation.reset(); }), has_board_baseline);
}

TEST(AnEmptyField, OfCalcificationIsNotTheNoneOfALymphNode)
{
    expect_no_credit(all_findings([](Findings& f) { f.calcification = Calcification::none; }),
                     all_findings([](Findings& f) { f.calcification.reset(); }));
}

TEST(AnEmptyField, OfCalcificationIsNoBenignPattern)
{
    // Ground-glass that calcifies is worse than ground-glass that does not; calcifying primaries alarm by it.
    expect_no_credit(all_findings([](Findings& f) { f.calcification = Calcification::central; }),
                     all_findings([](Findings& f) { f.calcification.reset(); }), [](const PatientRecord& record) {
                         return has_ground_glass(record) || has_calcifying_primary(record);
                     });
}

TEST(AnEmptyField, OfShapeIsNotTheShapeOfALymphNode)
{
    expect_no_credit(all_findings([](Findings& f) { f.shape = Shape::triangular; }),
                     all_findings([](Findings& f) { f.shape.reset(); }));
}

TEST(AnEmptyField, OfMarginIsNotSmooth)
{
    expect_no_credit(all_findings([](Findings& f) { f.margin = Margin::smooth; }),
                     all_findings([](Findings& f) { f.margin.reset(); }));
}

TEST(AnEmptyField, OfLocationIsNotTheFissure)
{
    expect_no_credit(all_findings([](Findings& f) { f.location = Location::perifissural; }),
                     all_findings([](Findings& f) { f.location.reset(); }));
}

TEST(AnEmptyField, OfSuvIsNotANegativePet)
{
    expect_no_credit(all_findings([](Findings& f) { f.suv_max = Suv::from_thousandths(500); }),
                     all_findings([](Findings& f) { f.suv_max.reset(); }));
}

TEST(AnEmptyField, OfSideIsNotTheSameSide)
{
    expect_no_credit(all_findings([](Findings& f) { f.side = Side::left; }),
                     all_findings([](Findings& f) { f.side.reset(); }));
}

TEST(AnEmptyField, OfTheLongAxisIsNoSmallNodule)
{
    for (const PatientRecord& record : cases::generated_patients(seed, how_many)) {
        PatientRecord silent = record;
        for (Measurement& row : silent.measurements)
            row.findings.long_axis.reset();
        const auto assessment = judge().assess(silent, cases::generated_as_of(), assess::Detail::none);
        for (const assess::NoduleAssessment& nodule : assessment.nodules) {
            EXPECT_NE(nodule.nodule_class, policy::NoduleClass::benign_appearing) << record.patient.patient_id;
            EXPECT_NE(nodule.nodule_class, policy::NoduleClass::low_suspicion) << record.patient.patient_id;
            if (nodule.nodule_class == policy::NoduleClass::unclassifiable) {
                EXPECT_NE(assessment.recommendation.action, Action::continue_surveillance) << record.patient.patient_id;
            }
        }
    }
}

// Scans.

TEST(AnEmptyField, OfIvContrastIsNotNone)
{
    expect_no_credit(all_scans([](Scan& s) { s.iv_contrast = IvContrast::none; }),
                     all_scans([](Scan& s) { s.iv_contrast.reset(); }), [](const PatientRecord& record) {
                         // What calcified since a prior without contrast is new: that alarms (O-72).
                         return has_ground_glass(record) || has_calcifying_primary(record);
                     });
}

TEST(AnEmptyField, OfReadingIsNotComplete)
{
    const auto index_readings = [](std::optional<Reading> reading) {
        return [reading](PatientRecord& record) {
            Date newest = Date::from_days(0);
            for (const Scan& scan : record.scans) {
                if (scan.is_diagnostic_ct() && scan.scan_date <= cases::generated_as_of()) {
                    newest = std::max(newest, scan.scan_date);
                }
            }
            for (Scan& scan : record.scans) {
                if (scan.scan_date == newest) scan.reading = reading;
            }
        };
    };
    expect_no_credit(index_readings(Reading::complete), index_readings(std::nullopt));
    for_each_pair(index_readings(Reading::limited), index_readings(std::nullopt),
                  [](const auto& record, const Assessment& limited, const Assessment& silent) {
                      EXPECT_EQ(limited.recommendation.action, silent.recommendation.action)
                          << record.patient.patient_id;
                  });
}

TEST(AnEmptyField, OfSliceThicknessIsNotThick)
{
    // Thick slices excuse growth. They also hide shrinking, so that patients with a nodule that shrank stand apart.
    const auto shrank = [](const PatientRecord& record) {
        PatientRecord silent = record;
        for (Scan& scan : silent.scans)
            scan.slice_thickness.reset();
        const auto assessment = judge().assess(silent, cases::generated_as_of(), assess::Detail::none);
        for (const auto& nodule : assessment.timeline.nodules) {
            for (const auto& prior : nodule.comparisons) {
                if (prior.comparison.change == growth::Change::decreased) return true;
            }
        }
        return false;
    };
    expect_no_credit(all_scans([](Scan& s) { s.slice_thickness = Length::whole(5); }),
                     all_scans([](Scan& s) { s.slice_thickness.reset(); }), shrank);
}

// Therapies.

TEST(AnEmptyField, OfTheEndOfTherapyIsNotOver)
{
    // What is stable while therapy is running has proved nothing.
    const auto end = [](std::optional<Date> date) {
        return [date](PatientRecord& record) {
            for (Therapy& therapy : record.therapies) {
                if (therapy.kind == TherapyKind::systemic) therapy.end_date = date ? therapy.start_date : date;
            }
        };
    };
    expect_no_credit(end(cases::day_zero()), end(std::nullopt));
}

// Patients.

TEST(AnEmptyField, OfHistologyGivesNoCreditForCalcificationOrFat)
{
    // PET/CT is not offered, which is no reassurance: classes are compared. New ground-glass with benign calcification
    // or new fat is where that credit alarms.
    for_each_pair(of_patient([](Patient& p) { p.histology = Histology::ups_of_bone; }),
                  of_patient([](Patient& p) { p.histology.reset(); }),
                  [](const auto& record, const Assessment& known, const Assessment& silent) {
                      if (has_ground_glass(record)) return;
                      EXPECT_GE(silent.ungated_class, known.ungated_class) << record.patient.patient_id;
                  });
}

TEST(AnEmptyField, OfGradeIsNotLow)
{
    for_each_pair(of_patient([](Patient& p) { p.grade = Grade::low; }), of_patient([](Patient& p) { p.grade.reset(); }),
                  [](const auto& record, const Assessment& low, const Assessment& silent) {
                      EXPECT_EQ(silent.ungated_class, low.ungated_class);
                      if (!low.recommendation.due_date) return;
                      EXPECT_LE(*silent.recommendation.due_date, *low.recommendation.due_date)
                          << record.patient.patient_id;
                  });
}

TEST(AnEmptyField, OfTheResectionDateIsNotLongAgo)
{
    for_each_pair(of_patient([](Patient& p) { p.resection_date = cases::day_of("-10y"); }),
                  of_patient([](Patient& p) { p.resection_date.reset(); }),
                  [](const auto& record, const Assessment& long_ago, const Assessment& silent) {
                      EXPECT_EQ(silent.recommendation.action, long_ago.recommendation.action);
                      if (!long_ago.recommendation.due_date) return;
                      EXPECT_LE(*silent.recommendation.due_date, *long_ago.recommendation.due_date)
                          << record.patient.patient_id;
                  });
}

TEST(AnEmptyField, OfTheGatesDropsNobody)
{
    // Status, treatment, site and known metastases that are not recorded leave the patient in follow-up.
    for_each_pair(of_patient([](Patient& p) {
                      p.follow_up_status = FollowUpStatus::active;
                      p.curative_treatment = CurativeTreatment::completed;
                      p.primary_site = PrimarySite::extremity;
                      p.known_lung_metastases = KnownLungMetastases::none;
                  }),
                  of_patient([](Patient& p) {
                      p.follow_up_status.reset();
                      p.curative_treatment.reset();
                      p.primary_site.reset();
                      p.known_lung_metastases.reset();
                  }),
                  [](const auto& record, const Assessment& known, const Assessment& silent) {
                      EXPECT_EQ(silent.recommendation.action, known.recommendation.action) << record.patient.patient_id;
                      EXPECT_EQ(silent.patient_class, known.patient_class) << record.patient.patient_id;
                  });
}

}  // namespace
}  // namespace nodtrack
