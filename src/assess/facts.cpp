#include "facts.hpp"

#include <cmath>

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

bool has_pleural_event(const Scan& scan)
{
    return scan.new_pneumothorax == Answer::yes || scan.new_pleural_effusion == Answer::yes;
}

bool has_board_finding(const Scan& scan, const Parameters& parameters)
{
    return scan.other_findings.shares_any_with(parameters.board_findings);
}

bool is_since_index(const PatientRecord& record, const Timeline& timeline, Date date)
{
    return !timeline.index_rank || date >= index_date_of(record, timeline);
}

bool is_since_index(const PatientRecord& record, const Timeline& timeline, std::uint32_t rank)
{
    return is_since_index(record, timeline, scan_at(record, timeline, rank).scan_date);
}

namespace {

/// Days of seen scans (and visits, where `asks_visits`) for which `has_sign` holds.
template <class HasSign>
SignDays days_of_scans(const PatientRecord& record, const Timeline& timeline, bool since_index, HasSign&& has_sign)
{
    SignDays days;
    for (const std::uint32_t position : timeline.scans) {
        const Scan& scan = record.scans[position];
        if (since_index && !is_since_index(record, timeline, scan.scan_date)) continue;
        if (has_sign(scan)) days.add(scan.scan_date);
    }
    return days;
}

template <class HasSign>
SignDays days_of_scans_and_visits(const PatientRecord& record, const Timeline& timeline, bool since_index,
                                  HasSign&& has_sign)
{
    SignDays days = days_of_scans(record, timeline, since_index, has_sign);
    for (const Visit& visit : record.visits) {
        if (!is_seen(visit, timeline.as_of)) continue;
        if (since_index && !is_since_index(record, timeline, visit.visit_date)) continue;
        if (has_sign(visit)) days.add(visit.visit_date);
    }
    return days;
}

}  // namespace

SignDays urgent_symptom_days(const PatientRecord& record, const Timeline& timeline, const Parameters& parameters)
{
    return days_of_scans_and_visits(record, timeline, true,
                                    [&](const auto& told) { return has_urgent_symptom(told, parameters); });
}

SignDays spine_symptom_days(const PatientRecord& record, const Timeline& timeline, const Parameters& parameters)
{
    return days_of_scans_and_visits(record, timeline, true,
                                    [&](const auto& told) { return has_any_symptom(told, parameters.spine_symptoms); });
}

SignDays pleural_event_days(const PatientRecord& record, const Timeline& timeline, const Parameters& /*parameters*/)
{
    return days_of_scans(record, timeline, true, has_pleural_event);
}

SignDays board_finding_days(const PatientRecord& record, const Timeline& timeline, const Parameters& parameters)
{
    return days_of_scans(record, timeline, true, [&](const Scan& scan) { return has_board_finding(scan, parameters); });
}

SignDays open_local_sign_days(const PatientRecord& record, const Timeline& timeline, const Parameters& parameters)
{
    std::optional<Date> decided;
    for (const Decision& decision : record.decisions) {
        if (is_seen(decision, timeline.as_of))
            decided = std::max(decided.value_or(decision.decided_on), decision.decided_on);
    }
    const auto is_open = [&](Date date) { return !decided || *decided < date; };
    SignDays days;
    for (const std::uint32_t position : timeline.scans) {
        const Scan& scan = record.scans[position];
        if (has_local_recurrence_sign(scan, parameters) && is_open(scan.scan_date)) days.add(scan.scan_date);
    }
    for (const Visit& visit : record.visits) {
        if (is_seen(visit, timeline.as_of) && has_local_recurrence_sign(visit, parameters) && is_open(visit.visit_date))
            days.add(visit.visit_date);
    }
    return days;
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
        // A volume that doubled in 30 days has doubled in 30 days exactly, whatever the logarithm's last bits say.
        constexpr double bits_below = 1e9;
        constexpr double thousandths = 1000.0;
        const double exact = std::round(*nodule.doubling_time_days * bits_below) / bits_below;
        at(facts, NoduleFact::vdt_days) = FactValue::number(exact * thousandths);
    }
    at(facts, NoduleFact::last_said_attenuation) = word_or_unknown(nodule.last_said_attenuation);
    at(facts, NoduleFact::last_said_shape) = word_or_unknown(nodule.last_said_shape);
    at(facts, NoduleFact::last_said_calcification) = word_or_unknown(nodule.last_said_calcification);
    at(facts, NoduleFact::side) = word_or_unknown(nodule.side);
    at(facts, NoduleFact::suv_in_last_year) = FactValue::yes_no(nodule.suv_in_last_year);
    at(facts, NoduleFact::avid_since_resolved) = FactValue::yes_no(nodule.avid_since_resolved);
    at(facts, NoduleFact::creep_mm) = amount_or_unknown(nodule.creep);
    at(facts, NoduleFact::only_rows_after_index) = FactValue::yes_no(nodule.only_rows_after_index);
    if (nodule.suv_row) {
        at(facts, NoduleFact::suv_max) =
            amount_or_unknown(record.measurements[nodule.suv_row->measurement].findings.suv_max);
    }
    at(facts, NoduleFact::measured) = FactValue::yes_no(false);
    if (!nodule.index_measurement) return;
    const Measurement& row = record.measurements[*nodule.index_measurement];
    const Findings& findings = row.findings;
    at(facts, NoduleFact::row_iv_contrast) = word_or_unknown(record.scans[row.scan].iv_contrast);
    at(facts, NoduleFact::measured) = FactValue::yes_no(is_measurement(findings));
    at(facts, NoduleFact::long_axis_mm) = amount_or_unknown(nodule.size);
    at(facts, NoduleFact::attenuation) = word_or_unknown(findings.attenuation);
    at(facts, NoduleFact::shape) = word_or_unknown(findings.shape);
    at(facts, NoduleFact::margin) = word_or_unknown(findings.margin);
    at(facts, NoduleFact::location) = word_or_unknown(findings.location);
    at(facts, NoduleFact::calcification) = word_or_unknown(findings.calcification);
}

PatientFacts facts_of_patient(const Patient& patient, Date as_of)
{
    PatientFacts facts;
    // Nothing dated after the day of the judgement is seen: who died later was followed then.
    const bool holds_by_then = !patient.follow_up_status_on || *patient.follow_up_status_on <= as_of;
    if (holds_by_then) at(facts, PatientFact::follow_up_status) = word_or_unknown(patient.follow_up_status);
    at(facts, PatientFact::primary_site) = word_or_unknown(patient.primary_site);
    at(facts, PatientFact::histology) = word_or_unknown(patient.histology);
    at(facts, PatientFact::tissue) = word_or_unknown(patient.tissue);
    at(facts, PatientFact::grade) = word_or_unknown(patient.grade);
    at(facts, PatientFact::known_lung_metastases) = word_or_unknown(patient.known_lung_metastases);
    at(facts, PatientFact::curative_treatment) = word_or_unknown(patient.curative_treatment);
    return facts;
}

PatientFacts patient_facts_of(const PatientRecord& record, const Timeline& timeline, const Parameters& parameters)
{
    const Patient& patient = record.patient;
    PatientFacts facts = facts_of_patient(patient, timeline.as_of);
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
        at(facts, PatientFact::index_slice_thickness_mm) = amount_or_unknown(index_scan.slice_thickness);
        at(facts, PatientFact::iv_contrast) = word_or_unknown(index_scan.iv_contrast);
        const bool operated = std::any_of(record.therapies.begin(), record.therapies.end(), [&](const Therapy& entry) {
            return entry.kind == TherapyKind::metastasectomy && entry.start_date < index_scan.scan_date;
        });
        at(facts, PatientFact::metastasectomy_before_index) = FactValue::yes_no(operated);
    }
    const auto yes_if_any = [](const SignDays& days) { return FactValue::yes_no(days.oldest.has_value()); };
    at(facts, PatientFact::urgent_symptom_since_index) = yes_if_any(urgent_symptom_days(record, timeline, parameters));
    at(facts, PatientFact::pleural_event_since_index) = yes_if_any(pleural_event_days(record, timeline, parameters));
    at(facts, PatientFact::board_finding_since_index) = yes_if_any(board_finding_days(record, timeline, parameters));
    at(facts, PatientFact::local_recurrence_sign_since_index) = yes_if_any(days_of_scans_and_visits(
        record, timeline, true, [&](const auto& told) { return has_local_recurrence_sign(told, parameters); }));
    at(facts, PatientFact::open_local_sign) = yes_if_any(open_local_sign_days(record, timeline, parameters));
    at(facts, PatientFact::scope_gates_apply) = FactValue::yes_no(true);
    return facts;
}

}  // namespace nodtrack::assess
