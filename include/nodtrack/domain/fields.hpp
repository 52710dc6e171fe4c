#pragma once

#include <string_view>
#include <tuple>

#include "nodtrack/domain/record.hpp"

namespace nodtrack {

/// One column of a record file: its name (with the unit), where its value lives, and what it means.
/// Reading, writing, storing, merging and documenting a record all go by these tables.
template <class Owner, class Member>
struct Field {
    std::string_view column;
    Member Owner::*member;
    std::string_view meaning;
    bool required = false;
};

template <class Owner, class Member>
Field(std::string_view, Member Owner::*, std::string_view) -> Field<Owner, Member>;
template <class Owner, class Member>
Field(std::string_view, Member Owner::*, std::string_view, bool) -> Field<Owner, Member>;

/// Columns of patients.csv after patient_id.
inline constexpr auto patient_fields = std::make_tuple(
    Field{"birth_date", &Patient::birth_date, "date of birth"}, Field{"sex", &Patient::sex, "sex"},
    Field{"histology", &Patient::histology, "histology of the primary tumour"},
    Field{"tissue", &Patient::tissue, "tissue the primary arose in"},
    Field{"grade", &Patient::grade, "grade of the primary tumour"},
    Field{"primary_site", &Patient::primary_site, "site of the primary tumour"},
    Field{"curative_treatment_completed_on", &Patient::curative_treatment_completed_on,
          "day the curative treatment of the primary was completed"},
    Field{"resection_date", &Patient::resection_date, "day the primary was resected"},
    Field{"known_lung_metastases", &Patient::known_lung_metastases, "lung metastases known before surveillance"},
    Field{"schedule_profile", &Patient::schedule_profile, "schedule chosen for this patient; empty = default"},
    Field{"curative_treatment", &Patient::curative_treatment, "whether curative treatment of the primary is completed"},
    Field{"lung_metastases_diagnosed_on", &Patient::lung_metastases_diagnosed_on,
          "day the known lung metastases were diagnosed"},
    Field{"follow_up_status", &Patient::follow_up_status, "whether the patient is still followed here"});

/// Columns of scans.csv after patient_id and scan_id.
inline constexpr auto scan_fields = std::make_tuple(
    Field{"scan_date", &Scan::scan_date, "day of the scan", true},
    Field{"modality", &Scan::modality, "kind of examination", true},
    Field{"purpose", &Scan::purpose, "diagnostic, or the low-dose CT part of a PET/CT", true},
    Field{"iv_contrast", &Scan::iv_contrast, "intravenous contrast medium"},
    Field{"slice_thickness_mm", &Scan::slice_thickness, "reconstructed slice thickness"},
    Field{"reading", &Scan::reading, "whether the whole lungs were read; empty = not known to be complete"},
    Field{"symptoms", &Scan::symptoms, "new symptoms recorded with the scan, joined by ;"},
    Field{"suspected_local_recurrence", &Scan::suspected_local_recurrence, "local recurrence suspected"},
    Field{"new_pneumothorax", &Scan::new_pneumothorax, "pneumothorax not there before"},
    Field{"new_pleural_effusion", &Scan::new_pleural_effusion, "pleural effusion not there before"},
    Field{"dlp_mgy_cm", &Scan::dlp, "dose-length product of the examination"},
    Field{"dose_phantom_cm", &Scan::dose_phantom, "diameter of the phantom that the dose-length product refers to"},
    Field{"other_findings", &Scan::other_findings, "findings beside the nodules, joined by ;"});

/// Columns of measurements.csv after patient_id, scan_id and nodule_id.
inline constexpr auto findings_fields = std::make_tuple(
    Field{"status", &Findings::status, "what became of the nodule on this scan", true},
    Field{"side", &Findings::side, "lung"}, Field{"lobe", &Findings::lobe, "lobe"},
    Field{"location", &Findings::location, "place within the lobe"},
    Field{"long_axis_mm", &Findings::long_axis, "longest diameter on an axial slice"},
    Field{"short_axis_mm", &Findings::short_axis, "longest diameter perpendicular to the long axis on that slice"},
    Field{"volume_mm3", &Findings::volume, "volume"},
    Field{"volume_method", &Findings::volume_method, "how the volume was obtained"},
    Field{"attenuation", &Findings::attenuation, "attenuation class"},
    Field{"solid_component_mm", &Findings::solid_component, "longest diameter of the solid component"},
    Field{"shape", &Findings::shape, "shape"}, Field{"margin", &Findings::margin, "margin"},
    Field{"calcification", &Findings::calcification, "pattern of calcification; empty = not reported"},
    Field{"suv_max", &Findings::suv_max, "maximum standardised uptake value (FDG)"},
    Field{"position_x_mm", &Findings::position_x, "centre, DICOM patient coordinates, x to the left"},
    Field{"position_y_mm", &Findings::position_y, "centre, DICOM patient coordinates, y to the back"},
    Field{"position_z_mm", &Findings::position_z, "centre, DICOM patient coordinates, z to the head"},
    Field{"mean_hu", &Findings::mean_attenuation, "mean CT number"},
    Field{"reader", &Findings::reader, "who or what read it (a code, no name)"});

/// Columns of therapies.csv after patient_id.
inline constexpr auto therapy_fields =
    std::make_tuple(Field{"kind", &Therapy::kind, "kind of therapy", true},
                    Field{"start_date", &Therapy::start_date, "first day", true},
                    Field{"end_date", &Therapy::end_date, "last day; empty = running, for a systemic therapy"},
                    Field{"nodule_id", &Therapy::nodule_id, "the nodule treated, where one was"});

/// Columns of events.csv after patient_id.
inline constexpr auto event_fields =
    std::make_tuple(Field{"nodule_id", &NoduleEvent::nodule_id, "the nodule", true},
                    Field{"kind", &NoduleEvent::kind, "what was decided or found", true},
                    Field{"date", &NoduleEvent::date, "day of the decision or report", true},
                    Field{"note", &NoduleEvent::note, "free text, no identifiers"});

/// Columns of visits.csv after patient_id and visit_id.
inline constexpr auto visit_fields = std::make_tuple(
    Field{"visit_date", &Visit::visit_date, "day of the visit", true}, Field{"kind", &Visit::kind, "kind of visit"},
    Field{"symptoms", &Visit::symptoms, "new symptoms told, joined by ;"},
    Field{"suspected_local_recurrence", &Visit::suspected_local_recurrence, "local recurrence suspected"},
    Field{"note", &Visit::note, "free text, no identifiers"});

/// Columns of decisions.csv after patient_id.
inline constexpr auto decision_fields = std::make_tuple(
    Field{"decided_on", &Decision::decided_on, "day of the decision", true},
    Field{"kind", &Decision::kind, "what the decision does with the recommendation", true},
    Field{"action", &Decision::action, "what is to be done"},
    Field{"due_date", &Decision::due_date, "day by which it is to be done"},
    Field{"next_step", &Decision::next_step, "the next step that was decided"},
    Field{"board", &Decision::board, "decided by the tumour board"},
    Field{"decided_by", &Decision::decided_by, "the person who answers for it (a code, no name of a patient)"},
    Field{"present", &Decision::present, "who was there, joined by ;"},
    Field{"reason", &Decision::reason, "why, free text, no identifiers"});

/// Calls `visit(field)` for each field of a table, in order.
template <class Fields, class Visitor>
constexpr void for_each_field(const Fields& fields, Visitor&& visit)
{
    std::apply([&](const auto&... field) { (visit(field), ...); }, fields);
}

}  // namespace nodtrack
