#include "facts.hpp"

#include "build_timeline.hpp"

namespace nodtrack::assess {
namespace {

using policy::FactValue;

template <class Value>
FactValue word_or_unknown(const std::optional<Value>& value)
{
    return value ? FactValue::word(*value) : FactValue::unknown();
}

template <class Unit>
FactValue amount_or_unknown(const std::optional<Quantity<Unit>>& value)
{
    return value ? FactValue::number(static_cast<double>(value->thousandths())) : FactValue::unknown();
}

}  // namespace

bool has_any_symptom(const Scan& scan, Symptoms asked)
{
    return scan.symptoms.shares_any_with(asked);
}

bool has_urgent_symptom(const Scan& scan, const Parameters& parameters)
{
    return has_any_symptom(scan, parameters.urgent_symptoms);
}

bool has_pleural_event(const Scan& scan)
{
    return scan.new_pneumothorax == Answer::yes || scan.new_pleural_effusion == Answer::yes;
}

bool has_local_recurrence_sign(const Scan& scan, const Parameters& parameters)
{
    return scan.suspected_local_recurrence == Answer::yes ||
           has_any_symptom(scan, parameters.local_recurrence_symptoms);
}

bool is_since_index(const PatientRecord& record, const Timeline& timeline, std::uint32_t rank)
{
    if (!timeline.index_rank) return true;
    return scan_at(record, timeline, rank).scan_date >= scan_at(record, timeline, *timeline.index_rank).scan_date;
}

void state_nodule_facts(const NoduleTimeline& nodule, const PatientRecord& record, std::span<FactValue> facts)
{
    at(facts, NoduleFact::growth_state) = FactValue::word(nodule.state);
    at(facts, NoduleFact::state_without_growth) = word_or_unknown(nodule.state_without_growth);
    at(facts, NoduleFact::history_state) = FactValue::word(nodule.history_state);
    at(facts, NoduleFact::recently_first_seen) = FactValue::yes_no(nodule.recently_first_seen);
    at(facts, NoduleFact::stable_months) = FactValue::whole(nodule.stable_months);
    at(facts, NoduleFact::stable_run_months) = FactValue::whole(nodule.stable_run_months);
    at(facts, NoduleFact::responded_to_therapy) = FactValue::yes_no(nodule.responded_to_therapy);
    at(facts, NoduleFact::accepted) = FactValue::yes_no(nodule.accepted);
    at(facts, NoduleFact::systemic_therapy_since_first_measurement) =
        FactValue::yes_no(nodule.systemic_therapy_since_first_measurement);
    at(facts, NoduleFact::pathology_malignant) = FactValue::yes_no(nodule.pathology_malignant);
    at(facts, NoduleFact::pathology_benign) = FactValue::yes_no(nodule.pathology_benign);
    if (nodule.doubling_time_days) {
        at(facts, NoduleFact::vdt_days) = FactValue::number(*nodule.doubling_time_days * 1000.0);
    }
    if (nodule.suv_row) {
        at(facts, NoduleFact::suv_max) =
            amount_or_unknown(record.measurements[nodule.suv_row->measurement].findings.suv_max);
    }
    at(facts, NoduleFact::measured) = FactValue::yes_no(false);
    if (!nodule.index_measurement) return;
    const Findings& findings = record.measurements[*nodule.index_measurement].findings;
    at(facts, NoduleFact::measured) = FactValue::yes_no(is_measurement(findings));
    at(facts, NoduleFact::long_axis_mm) = amount_or_unknown(findings.long_axis);
    at(facts, NoduleFact::attenuation) = word_or_unknown(findings.attenuation);
    at(facts, NoduleFact::shape) = word_or_unknown(findings.shape);
    at(facts, NoduleFact::margin) = word_or_unknown(findings.margin);
    at(facts, NoduleFact::location) = word_or_unknown(findings.location);
    at(facts, NoduleFact::calcification) = word_or_unknown(findings.calcification);
    at(facts, NoduleFact::side) = word_or_unknown(findings.side);
}

PatientFacts patient_facts_of(const PatientRecord& record, const Timeline& timeline, const Parameters& parameters)
{
    PatientFacts facts;
    const Patient& patient = record.patient;
    at(facts, PatientFact::follow_up_status) = word_or_unknown(patient.follow_up_status);
    at(facts, PatientFact::primary_site) = word_or_unknown(patient.primary_site);
    at(facts, PatientFact::histology) = word_or_unknown(patient.histology);
    at(facts, PatientFact::tissue) = word_or_unknown(patient.tissue);
    at(facts, PatientFact::grade) = word_or_unknown(patient.grade);
    at(facts, PatientFact::known_lung_metastases) = word_or_unknown(patient.known_lung_metastases);
    at(facts, PatientFact::curative_treatment) = word_or_unknown(patient.curative_treatment);
    if (patient.lung_metastases_diagnosed_on) {
        at(facts, PatientFact::lung_metastases_diagnosed_after_as_of) =
            FactValue::yes_no(*patient.lung_metastases_diagnosed_on > timeline.as_of);
    }
    if (patient.curative_treatment_completed_on) {
        at(facts, PatientFact::curative_treatment_completed_after_as_of) =
            FactValue::yes_no(*patient.curative_treatment_completed_on > timeline.as_of);
    }
    at(facts, PatientFact::has_index_scan) = FactValue::yes_no(timeline.index_rank.has_value());
    if (timeline.index_rank) {
        const Scan& index_scan = scan_at(record, timeline, *timeline.index_rank);
        at(facts, PatientFact::reading) = word_or_unknown(index_scan.reading);
        at(facts, PatientFact::iv_contrast) = word_or_unknown(index_scan.iv_contrast);
    }
    bool urgent = false;
    bool pleural = false;
    bool local = false;
    for (std::uint32_t rank = 0; rank < timeline.scans.size(); ++rank) {
        if (!is_since_index(record, timeline, rank)) continue;
        const Scan& scan = scan_at(record, timeline, rank);
        urgent = urgent || has_urgent_symptom(scan, parameters);
        pleural = pleural || has_pleural_event(scan);
        local = local || has_local_recurrence_sign(scan, parameters);
    }
    at(facts, PatientFact::urgent_symptom_since_index) = FactValue::yes_no(urgent);
    at(facts, PatientFact::pleural_event_since_index) = FactValue::yes_no(pleural);
    at(facts, PatientFact::local_recurrence_sign_since_index) = FactValue::yes_no(local);
    return facts;
}

}  // namespace nodtrack::assess
