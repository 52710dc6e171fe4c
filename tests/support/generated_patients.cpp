#include "generated_patients.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "case_table.hpp"

namespace nodtrack::cases {
namespace {

Length micrometres(std::int64_t count)
{
    return Length::from_thousandths(count);
}

template <class Enumeration>
Enumeration any_of_words(Chance& chance)
{
    return static_cast<Enumeration>(chance.below(static_cast<std::uint32_t>(Vocabulary<Enumeration>::words.size())));
}

/// Makes one patient.
class Maker {
  public:
    explicit Maker(Chance& chance) : chance_(chance) {}

    PatientRecord make(std::size_t number)
    {
        record_.patient.patient_id = "G" + std::to_string(number);
        patient();
        scans();
        const std::uint32_t nodules = chance_.pick<std::uint32_t>({0, 1, 1, 1, 2, 2, 3, 4, 5, 6});
        for (std::uint32_t nodule = 0; nodule < nodules; ++nodule)
            rows_of_nodule(nodule);
        therapies();
        events();
        visits();
        decisions();
        return std::move(record_);
    }

  private:
    Date before_zero(int days) const { return add_days(day_zero(), -days); }

    void patient()
    {
        Patient& patient = record_.patient;
        using H = Histology;
        patient.histology =
            chance_.pick({H::ups_soft_tissue, H::ups_soft_tissue, H::osteosarcoma, H::ewing_sarcoma, H::chondrosarcoma,
                          H::angiosarcoma, H::myxoid_liposarcoma, H::leiomyosarcoma, H::ups_of_bone});
        if (chance_.one_in(8)) patient.histology.reset();
        if (chance_.one_in(30)) patient.histology = any_of_words<Histology>(chance_);
        if (chance_.one_in(4)) patient.tissue = any_of_words<Tissue>(chance_);
        if (!chance_.one_in(6)) patient.grade = chance_.pick({Grade::high, Grade::high, Grade::low});
        if (!chance_.one_in(6)) patient.primary_site = PrimarySite::extremity;
        if (chance_.one_in(60)) patient.primary_site = any_of_words<PrimarySite>(chance_);
        if (!chance_.one_in(6)) {
            patient.resection_date = add_months(day_zero(), -chance_.pick({-1, 0, 12, 23, 24, 25, 59, 60, 61, 130}));
        }
        if (!chance_.one_in(6)) patient.known_lung_metastases = KnownLungMetastases::none;
        if (chance_.one_in(8)) patient.known_lung_metastases = any_of_words<KnownLungMetastases>(chance_);
        if (chance_.one_in(4)) patient.schedule_profile = any_of_words<ScheduleProfile>(chance_);
        if (!chance_.one_in(6)) patient.curative_treatment = CurativeTreatment::completed;
        if (chance_.one_in(60)) patient.curative_treatment = CurativeTreatment::not_completed;
        if (!chance_.one_in(6)) patient.follow_up_status = FollowUpStatus::active;
        if (chance_.one_in(60)) patient.follow_up_status = any_of_words<FollowUpStatus>(chance_);
    }

    Scan scan_on(Date date)
    {
        Scan scan;
        scan.scan_id = "S" + std::to_string(record_.scans.size());
        scan.scan_date = date;
        if (!chance_.one_in(8))
            scan.iv_contrast = chance_.pick({IvContrast::none, IvContrast::none, IvContrast::given});
        if (!chance_.one_in(8)) {
            scan.slice_thickness =
                micrometres(chance_.pick({1000, 1000, 1000, 1500, 1600, 2500, 2600, 3000, 3100, 5000}));
        }
        if (!chance_.one_in(10)) scan.reading = Reading::complete;
        if (chance_.one_in(10)) scan.reading = Reading::limited;
        if (chance_.one_in(40)) scan.symptoms.insert(any_of_words<Symptom>(chance_));
        if (chance_.one_in(60)) scan.suspected_local_recurrence = Answer::yes;
        if (chance_.one_in(60)) scan.new_pneumothorax = Answer::yes;
        if (chance_.one_in(60)) scan.new_pleural_effusion = Answer::yes;
        if (chance_.one_in(40)) scan.other_findings.insert(any_of_words<OtherFinding>(chance_));
        return scan;
    }

    void scans()
    {
        std::vector<int> ages = {0};
        const std::uint32_t earlier = chance_.below(5);
        for (std::uint32_t i = 0; i < earlier; ++i) {
            ages.push_back(chance_.pick({6, 7, 14, 27, 28, 29, 60, 83, 84, 85, 92, 150, 182, 183, 365, 366, 730, 731}));
        }
        if (chance_.one_in(30)) ages = {};
        if (chance_.one_in(10)) ages.push_back(-60);  // after the as-of day
        for (const int age : ages) {
            record_.scans.push_back(scan_on(before_zero(age)));
            if (chance_.one_in(8)) record_.scans.push_back(scan_on(before_zero(age)));  // a second series of the day
        }
        if (chance_.one_in(3)) {
            Scan pet = scan_on(before_zero(chance_.pick({93, 92, 91, 10, 0, -10, -40})));
            pet.modality = Modality::pet_ct;
            pet.purpose = ScanPurpose::attenuation_correction;
            record_.scans.push_back(pet);
        }
        if (chance_.one_in(10)) {
            Scan radiograph = scan_on(before_zero(chance_.pick({100, 0, -10})));
            radiograph.modality = Modality::radiograph;
            record_.scans.push_back(radiograph);
        }
    }

    void describe(Findings& findings)
    {
        using A = AttenuationClass;
        if (!chance_.one_in(8)) findings.side = any_of_words<Side>(chance_);
        if (chance_.one_in(4)) {
            findings.lobe = any_of_words<Lobe>(chance_);
            if (findings.side) findings.side = side_of(*findings.lobe);
        }
        // A lobe lies in one lung: a row that says another side is refused.
        if (findings.lobe && findings.side) findings.side = *findings.lobe <= Lobe::rll ? Side::right : Side::left;
        if (!chance_.one_in(8)) findings.attenuation = A::solid;
        if (chance_.one_in(4)) findings.attenuation = any_of_words<A>(chance_);
        if (!chance_.one_in(8)) findings.calcification = Calcification::none;
        if (chance_.one_in(6)) findings.calcification = any_of_words<Calcification>(chance_);
        if (!chance_.one_in(8)) findings.shape = chance_.pick({Shape::round, Shape::oval, Shape::triangular});
        if (!chance_.one_in(8)) findings.margin = chance_.pick({Margin::smooth, Margin::smooth, Margin::spiculated});
        if (!chance_.one_in(8)) {
            findings.location = chance_.pick({Location::parenchymal, Location::perifissural, Location::subpleural});
        }
        if (chance_.one_in(8)) {
            findings.location = Location::staple_line;
            has_staple_line_ = true;
        }
        if (!chance_.one_in(6)) return;
        findings.attenuation = A::solid;  // a typical lymph node
        findings.calcification = Calcification::none;
        findings.shape = Shape::triangular;
        findings.margin = Margin::smooth;
        findings.location = Location::perifissural;
    }

    void measure(Findings& findings, std::int64_t long_axis)
    {
        findings.long_axis = micrometres(std::max<std::int64_t>(long_axis, 1000));
        if (!chance_.one_in(6)) {
            findings.short_axis = *findings.long_axis - micrometres(chance_.pick({0, 0, 100, 500, 900}));
        }
        if (!chance_.one_in(4)) return;
        const double diameter = findings.long_axis->in_units();
        const double sphere = std::numbers::pi / 6.0 * diameter * diameter * diameter;
        const double factor = chance_.pick({0.5, 0.74, 0.75, 0.8, 1.0, 1.0, 1.25, 1.3});
        findings.volume = Volume::from_thousandths(static_cast<std::int64_t>(sphere * factor * 1000.0));
        if (!chance_.one_in(8)) findings.volume_method = chance_.pick({VolumeMethod::automatic, VolumeMethod::manual});
    }

    /// What applies to a nodule is often not said again, and sometimes differs.
    void vary(Findings& findings)
    {
        if (chance_.one_in(12)) findings.side.reset();
        if (chance_.one_in(10)) findings.attenuation.reset();
        if (chance_.one_in(12)) findings.attenuation = any_of_words<AttenuationClass>(chance_);
        if (chance_.one_in(10)) findings.calcification.reset();
        if (chance_.one_in(15)) findings.calcification = Calcification::none;
        if (chance_.one_in(10)) findings.shape.reset();
        if (chance_.one_in(12)) findings.margin.reset();
        if (chance_.one_in(12)) findings.location.reset();
    }

    void rows_of_nodule(std::uint32_t nodule)
    {
        record_.nodule_ids.push_back("N" + std::to_string(nodule));
        Findings common;
        describe(common);
        const std::int64_t base = chance_.pick<std::int64_t>(
            {3000, 3400, 3900, 4000, 4900, 5000, 5100, 5900, 6000, 6100, 7900, 8000, 9900, 10000, 10100, 12000});
        const bool reported_new = chance_.one_in(3);
        for (std::uint32_t scan = 0; scan < record_.scans.size(); ++scan) {
            if (chance_.one_in(6)) continue;
            Findings findings = common;
            vary(findings);
            const bool ct = record_.scans[scan].is_diagnostic_ct();
            if (ct) {
                measure(findings, base + chance_.pick<std::int64_t>({-3000, -2000, -1900, -400, 0, 0, 0, 0, 0, 100, 400,
                                                                     1500, 1501, 1600, 1900, 2000, 2100, 3000}));
                if (reported_new) findings.status = Status::newly_seen;
                if (findings.attenuation == AttenuationClass::part_solid || chance_.one_in(12)) {
                    findings.solid_component =
                        std::min(*findings.long_axis, micrometres(chance_.pick({1000, 2000, 2900, 3000, 4000, 5000})));
                }
                if (chance_.one_in(25)) findings = other_status();
                if (chance_.one_in(40)) findings.long_axis.reset();  // short axis and volume bound it from below
            }
            if ((!ct && !chance_.one_in(4)) || chance_.one_in(30)) {
                findings.suv_max = Suv::from_thousandths(chance_.pick({500, 900, 1000, 1001, 1100, 3000}));
            }
            record_.measurements.push_back({scan, nodule, findings});
        }
        if (std::none_of(record_.measurements.begin(), record_.measurements.end(),
                         [&](const Measurement& row) { return row.nodule == nodule; })) {
            record_.nodule_ids.back() += "-unseen";
        }
    }

    Findings other_status()
    {
        Findings findings;
        findings.status = chance_.pick({Status::present, Status::resolved, Status::not_assessed});
        return findings;
    }

    std::string any_nodule()
    {
        if (record_.nodule_ids.empty() || chance_.one_in(8)) return {};
        return record_.nodule_ids[chance_.below(static_cast<std::uint32_t>(record_.nodule_ids.size()))];
    }

    void therapies()
    {
        const std::uint32_t count = chance_.pick<std::uint32_t>({0, 0, 0, 1, 1, 2});
        for (std::uint32_t i = 0; i < count; ++i) {
            Therapy therapy;
            using K = TherapyKind;
            therapy.kind = chance_.pick({K::systemic, K::systemic, K::systemic, K::systemic, K::sbrt, K::ablation,
                                         K::metastasectomy, K::thoracic_radiotherapy});
            therapy.start_date = before_zero(chance_.pick({-40, -1, 0, 1, 60, 92, 182, 365, 400, 500, 800}));
            if (!chance_.one_in(4)) {
                therapy.end_date = add_days(therapy.start_date, chance_.pick({0, 1, 30, 60, 90, 182, 365}));
            }
            if (therapy.kind != K::systemic) therapy.nodule_id = any_nodule();
            record_.therapies.push_back(therapy);
        }
        if (has_staple_line_ && chance_.one_in(2)) {
            Therapy surgery;
            surgery.kind = TherapyKind::metastasectomy;
            surgery.start_date = before_zero(900);
            record_.therapies.push_back(surgery);
        }
    }

    void events()
    {
        if (record_.nodule_ids.empty() || !chance_.one_in(5)) return;
        const std::uint32_t count = 1 + chance_.below(2);
        for (std::uint32_t i = 0; i < count; ++i) {
            NoduleEvent event;
            event.nodule_id = any_nodule();
            if (event.nodule_id.empty()) continue;
            event.kind = chance_.pick({EventKind::board_baseline, EventKind::board_baseline, EventKind::not_a_nodule,
                                       EventKind::pathology_benign, EventKind::pathology_malignant});
            event.date = before_zero(chance_.pick({-40, -10, 0, 1, 28, 84, 182, 365, 730, 800}));
            record_.events.push_back(event);
        }
    }

    void visits()
    {
        if (!chance_.one_in(5)) return;
        const std::uint32_t count = 1 + chance_.below(2);
        for (std::uint32_t i = 0; i < count; ++i) {
            Visit visit;
            visit.visit_id = "V" + std::to_string(i);
            visit.visit_date = before_zero(chance_.pick({-40, -20, -3, 0, 3, 50, 100, 250, 400}));
            if (!chance_.one_in(3)) visit.symptoms.insert(any_of_words<Symptom>(chance_));
            if (chance_.one_in(8)) visit.suspected_local_recurrence = Answer::yes;
            record_.visits.push_back(visit);
        }
    }

    void decisions()
    {
        if (!chance_.one_in(3)) return;
        const std::uint32_t count = 1 + chance_.below(2);
        for (std::uint32_t i = 0; i < count; ++i) {
            Decision decision;
            decision.decided_on = before_zero(chance_.pick({-40, -10, 0, 1, 10, 60, 150, 300, 500}));
            decision.kind = any_of_words<DecisionKind>(chance_);
            if (decision.kind == DecisionKind::supersede) decision.action = any_of_words<Action>(chance_);
            decision.decided_by = "B" + std::to_string(i);
            record_.decisions.push_back(decision);
        }
    }

    Chance& chance_;
    PatientRecord record_;
    bool has_staple_line_ = false;
};

}  // namespace

std::uint64_t Chance::bits()
{
    // splitmix64
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
}

Date generated_as_of()
{
    return add_days(day_zero(), 30);
}

std::vector<PatientRecord> generated_patients(std::uint64_t seed, std::size_t count)
{
    Chance chance(seed);
    std::vector<PatientRecord> patients;
    patients.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        patients.push_back(Maker(chance).make(i));
    return patients;
}

}  // namespace nodtrack::cases
