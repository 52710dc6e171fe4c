#include "nodtrack/dose/effective_dose.hpp"

#include <algorithm>
#include <tuple>

namespace nodtrack::dose {
namespace {

constexpr int months_per_year = 12;

std::optional<int> age_in_months(const Patient& patient, Date day)
{
    if (!patient.birth_date) return std::nullopt;
    return whole_months_between(*patient.birth_date, day);
}

/// A table value for a product stated for `phantom`. The 16-cm phantom reads higher, so its factor is smaller.
double value_for(const FactorPoint& point, DosePhantom phantom, const DoseFactors& factors)
{
    if (point.phantom == phantom) return point.k;
    return phantom == DosePhantom::body_32_cm ? point.k * factors.phantom_ratio : point.k / factors.phantom_ratio;
}

const Procedure* procedure_of(const Scan& scan, const DoseFactors& factors)
{
    switch (scan.modality) {
        case Modality::radiograph:
            return factors.procedure("radiography_chest");
        case Modality::pet_ct:
            return factors.procedure("fdg_pet_ct_whole_body");
        case Modality::ct:
            break;
    }
    if (!scan.is_diagnostic_ct()) return factors.procedure("fdg_pet_ct_whole_body");
    return factors.procedure(scan.iv_contrast == IvContrast::given ? "ct_chest_with_iv_contrast"
                                                                   : "ct_chest_without_iv_contrast");
}

std::optional<NotEstimated> why_not_estimated(const Scan& scan)
{
    if (scan.modality == Modality::radiograph) return NotEstimated::radiograph;
    // A CT that gave no dose was not made: 0 is no measurement.
    if (!scan.dlp || *scan.dlp <= DoseLengthProduct()) return NotEstimated::no_dlp;
    if (!scan.is_diagnostic_ct()) return NotEstimated::not_a_chest;
    return std::nullopt;
}

void estimate(ScanDose& dose, const Scan& scan, const DoseFactors& factors)
{
    // Nobody wrote down which phantom a child's product is stated for: it may be either, and they differ by the ratio.
    std::vector<DosePhantom> phantoms = {DosePhantom::body_32_cm};
    if (scan.dose_phantom) {
        phantoms = {*scan.dose_phantom};
    } else if (dose.age_months && dose.group == AgeGroup::child) {
        phantoms = {DosePhantom::head_16_cm, DosePhantom::body_32_cm};
    }
    dose.phantom_assumed = !scan.dose_phantom;
    dose.adult_factors_assumed = !dose.age_months;
    for (const FactorSet& set : factors.factor_sets) {
        DoseRange range;
        for (const DosePhantom phantom : phantoms) {
            const Factor factor = factor_at(set, dose.age_months, phantom, factors);
            const double msv = factor.k * scan.dlp->in_units();
            range.low_msv = phantom == phantoms.front() ? msv : std::min(range.low_msv, msv);
            range.high_msv = std::max(range.high_msv, msv);
            dose.phantom_converted = dose.phantom_converted || factor.converted;
        }
        dose.by_set.push_back(range);
    }
    dose.effective = dose.by_set.front();
    for (const DoseRange& range : dose.by_set) {
        dose.effective->low_msv = std::min(dose.effective->low_msv, range.low_msv);
        dose.effective->high_msv = std::max(dose.effective->high_msv, range.high_msv);
    }
}

ScanDose dose_of(std::uint32_t position, const PatientRecord& record, const DoseFactors& factors)
{
    const Scan& scan = record.scans[position];
    ScanDose dose;
    dose.scan = position;
    dose.age_months = age_in_months(record.patient, scan.scan_date);
    dose.group = age_group_at(record.patient, scan.scan_date, factors);
    dose.procedure = procedure_of(scan, factors);
    dose.contrast_assumed = scan.is_diagnostic_ct() && !scan.iv_contrast;
    dose.not_estimated = why_not_estimated(scan);
    if (!dose.not_estimated) estimate(dose, scan, factors);
    return dose;
}

Youth youth_at(std::optional<int> age_months, const DoseFactors& factors)
{
    if (!age_months) return Youth::age_unknown;
    if (*age_months < factors.adult_from_years * months_per_year) return Youth::child;
    return *age_months < factors.young_below_years * months_per_year ? Youth::young : Youth::not_young;
}

void count(DoseHistory& history, const ScanDose& dose)
{
    if (dose.effective) {
        ++history.estimated;
        history.total.low_msv += dose.effective->low_msv;
        history.total.high_msv += dose.effective->high_msv;
        return;
    }
    switch (*dose.not_estimated) {
        case NotEstimated::no_dlp:
            ++history.without_dlp;
            break;
        case NotEstimated::not_a_chest:
            ++history.not_a_chest;
            break;
        case NotEstimated::radiograph:
            ++history.radiographs;
            break;
    }
}

}  // namespace

AgeGroup age_group_at(const Patient& patient, Date day, const DoseFactors& factors)
{
    const auto months = age_in_months(patient, day);
    return months && *months < factors.adult_from_years * months_per_year ? AgeGroup::child : AgeGroup::adult;
}

Factor factor_at(const FactorSet& set, std::optional<int> age_months, DosePhantom phantom, const DoseFactors& factors)
{
    const FactorPoint& adult = set.points.back();
    const double years = age_months ? static_cast<double>(*age_months) / months_per_year : factors.adult_from_years;
    if (years >= factors.adult_from_years) return {value_for(adult, phantom, factors), adult.phantom != phantom};

    const auto age_of = [&](const FactorPoint& point) { return point.age_years.value_or(factors.adult_from_years); };
    const auto above = std::find_if(set.points.begin(), set.points.end(),
                                    [&](const FactorPoint& point) { return age_of(point) > years; });
    const FactorPoint& older = *above;
    const FactorPoint& younger = *(above - 1);  // the first point is that of a newborn
    const double share = (years - age_of(younger)) / (age_of(older) - age_of(younger));
    const double from = value_for(younger, phantom, factors);
    const double to = value_for(older, phantom, factors);
    const bool older_counts = share > 0.0;
    return {from + share * (to - from), younger.phantom != phantom || (older_counts && older.phantom != phantom)};
}

DoseHistory dose_history(const PatientRecord& record, Date as_of, const DoseFactors& factors)
{
    DoseHistory history;
    history.as_of = as_of;
    history.age_months = age_in_months(record.patient, as_of);
    history.youth = youth_at(history.age_months, factors);
    for (std::uint32_t i = 0; i < record.scans.size(); ++i) {
        if (record.scans[i].scan_date <= as_of) history.scans.push_back(dose_of(i, record, factors));
    }
    std::sort(history.scans.begin(), history.scans.end(), [&](const ScanDose& a, const ScanDose& b) {
        const Scan& first = record.scans[a.scan];
        const Scan& second = record.scans[b.scan];
        return std::tie(first.scan_date, first.scan_id) < std::tie(second.scan_date, second.scan_id);
    });
    for (const ScanDose& dose : history.scans)
        count(history, dose);
    return history;
}

}  // namespace nodtrack::dose
