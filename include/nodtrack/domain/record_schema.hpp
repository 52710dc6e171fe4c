#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/field_values.hpp"

namespace nodtrack {

// A kind of row is described here once: its columns, its key, and where its values live. Reading, writing, storing,
// merging, correcting, exporting and documenting a record all go by it (CONTRIBUTING.md: a column, a row kind).
//
// Unit and vocabulary of a column follow from the type of its member (`Length` is in mm, an enumeration has its words).

/// What a column is, beside its value.
enum class Is : std::uint8_t {
    plain = 0,
    required = 1,  ///< the column must be there, and no cell may be empty
    key = 2,       ///< part of the key; the key's parts stand in the order of the columns
    rounded = 4,   ///< a program computes it with more decimals than matter: read rounded to 0.001, half away from zero
    kept = 8,      ///< a text that says nothing of the patient: it stays in a de-identified export
    newest = 16,   ///< a day of which the newest holds: a later one takes its place, an earlier one says nothing new
};
constexpr Is operator|(Is left, Is right)
{
    return static_cast<Is>(static_cast<unsigned>(left) | static_cast<unsigned>(right));
}

/// One column: its name (with the unit), the member that holds its value, and what it means.
template <class Owner, class Member>
struct Field {
    std::string_view column;
    Member Owner::*member;
    std::string_view meaning;
    Is is;

    constexpr Field(std::string_view name, Member Owner::*where, std::string_view means, Is what = Is::plain)
        : column(name), member(where), meaning(means), is(what)
    {}
    constexpr bool has(Is what) const { return (static_cast<unsigned>(is) & static_cast<unsigned>(what)) != 0; }
};

inline constexpr auto patient_id_of_row(auto member)
{
    return Field{"patient_id", member, "patient: a local identifier, never a name", Is::required | Is::key};
}

/// One kind of row. `ids` are the columns that name the row and what it belongs to, `fields` those after them: new ones
/// come at the end, because the hashes of the change log go by their places. `values` is what `fields` point into.
/// `list` finds the rows of the kind in anything that has a member for each kind.
template <RowKind>
struct RowSchema;

// One column a line.
// clang-format off

template <>
struct RowSchema<RowKind::patient> {
    using Row = PatientRow;
    using Values = Patient;
    static constexpr std::string_view key_in_words = "one patient";
    static constexpr auto ids = std::tuple(patient_id_of_row(&Patient::patient_id));
    static constexpr auto fields = std::tuple(
        Field{"birth_date", &Patient::birth_date, "date of birth"},
        Field{"sex", &Patient::sex, "sex"},
        Field{"histology", &Patient::histology, "histology of the primary tumour"},
        Field{"tissue", &Patient::tissue, "tissue the primary arose in"},
        Field{"grade", &Patient::grade, "grade of the primary tumour"},
        Field{"primary_site", &Patient::primary_site, "site of the primary tumour"},
        Field{"curative_treatment_completed_on", &Patient::curative_treatment_completed_on,
              "day the curative treatment of the primary was completed"},
        Field{"resection_date", &Patient::resection_date, "day the primary was resected"},
        Field{"known_lung_metastases", &Patient::known_lung_metastases, "lung metastases known before surveillance"},
        Field{"schedule_profile", &Patient::schedule_profile, "schedule chosen for this patient: default, six_monthly or a profile of the adopted policy; empty = default"},
        Field{"curative_treatment", &Patient::curative_treatment,
              "whether curative treatment of the primary is completed"},
        Field{"lung_metastases_diagnosed_on", &Patient::lung_metastases_diagnosed_on,
              "day the known lung metastases were diagnosed"},
        Field{"follow_up_status", &Patient::follow_up_status, "whether the patient is still followed here"},
        Field{"patient_id_issuer", &Patient::patient_id_issuer,
              "who gives out the patient's identifiers (DICOM Issuer of Patient ID)"},
        Field{"follow_up_status_on", &Patient::follow_up_status_on,
              "day since when the follow-up status holds: of death, of the move"},
        Field{"last_contact_on", &Patient::last_contact_on, "newest day on which the patient was heard of",
              Is::newest});
    static auto& values(auto& row) { return row.patient; }
    static auto& list(auto& holder) { return holder.patients; }
};

template <>
struct RowSchema<RowKind::scan> {
    using Row = ScanRow;
    using Values = Scan;
    static constexpr std::string_view key_in_words = "one scan";
    static constexpr auto ids =
        std::tuple(patient_id_of_row(&ScanRow::patient_id),
                   Field{"scan_id", &Scan::scan_id, "scan of that patient", Is::required | Is::key});
    static constexpr auto fields = std::tuple(
        Field{"scan_date", &Scan::scan_date, "day of the scan", Is::required},
        Field{"modality", &Scan::modality, "kind of examination", Is::required},
        Field{"purpose", &Scan::purpose, "diagnostic, or the low-dose CT part of a PET/CT", Is::required},
        Field{"iv_contrast", &Scan::iv_contrast, "intravenous contrast medium"},
        Field{"slice_thickness_mm", &Scan::slice_thickness, "reconstructed slice thickness"},
        Field{"reading", &Scan::reading, "whether the whole lungs were read; empty = not known to be complete"},
        Field{"symptoms", &Scan::symptoms, "new symptoms recorded with the scan, joined by ;"},
        Field{"suspected_local_recurrence", &Scan::suspected_local_recurrence, "local recurrence suspected"},
        Field{"new_pneumothorax", &Scan::new_pneumothorax, "pneumothorax not there before"},
        Field{"new_pleural_effusion", &Scan::new_pleural_effusion, "pleural effusion not there before"},
        Field{"dlp_mgy_cm", &Scan::dlp, "dose-length product of the examination", Is::rounded},
        Field{"dose_phantom_cm", &Scan::dose_phantom, "diameter of the phantom that the dose-length product refers to"},
        Field{"other_findings", &Scan::other_findings, "findings beside the nodules, joined by ;"},
        Field{"study_uid", &Scan::study_uid, "DICOM Study Instance UID"},
        Field{"series_uid", &Scan::series_uid, "DICOM Series Instance UID of the images that were measured"},
        Field{"frame_of_reference_uid", &Scan::frame_of_reference_uid, "DICOM Frame of Reference UID of these images"},
        Field{"accession_number", &Scan::accession_number, "number of the request in the radiology system"},
        Field{"manufacturer", &Scan::manufacturer, "manufacturer of the scanner", Is::kept},
        Field{"scanner_model", &Scan::scanner_model, "model of the scanner", Is::kept},
        Field{"kernel", &Scan::kernel, "convolution kernel of the reconstruction", Is::kept},
        Field{"tube_voltage_kv", &Scan::tube_voltage, "peak voltage of the tube", Is::rounded});
    static auto& values(auto& row) { return row.scan; }
    static auto& list(auto& holder) { return holder.scans; }
};

template <>
struct RowSchema<RowKind::measurement> {
    using Row = MeasurementRow;
    using Values = Findings;
    static constexpr std::string_view key_in_words = "one nodule and scan";
    static constexpr auto ids =
        std::tuple(patient_id_of_row(&MeasurementRow::patient_id),
                   Field{"scan_id", &MeasurementRow::scan_id, "scan of that patient", Is::required | Is::key},
                   Field{"nodule_id", &MeasurementRow::nodule_id, "nodule of that patient, the same for ever",
                         Is::required | Is::key});
    static constexpr auto fields = std::tuple(
        Field{"status", &Findings::status, "what became of the nodule on this scan", Is::required},
        Field{"side", &Findings::side, "lung"},
        Field{"lobe", &Findings::lobe, "lobe"},
        Field{"location", &Findings::location, "place within the lobe"},
        Field{"long_axis_mm", &Findings::long_axis, "longest diameter on an axial slice"},
        Field{"short_axis_mm", &Findings::short_axis, "longest diameter perpendicular to the long axis on that slice"},
        Field{"volume_mm3", &Findings::volume, "volume"},
        Field{"volume_method", &Findings::volume_method, "how the volume was obtained"},
        Field{"attenuation", &Findings::attenuation, "attenuation class"},
        Field{"solid_component_mm", &Findings::solid_component, "longest diameter of the solid component"},
        Field{"shape", &Findings::shape, "shape"},
        Field{"margin", &Findings::margin, "margin"},
        Field{"calcification", &Findings::calcification, "pattern of calcification; empty = not reported"},
        Field{"suv_max", &Findings::suv_max, "maximum standardised uptake value (FDG)"},
        Field{"position_x_mm", &Findings::position_x, "centre, DICOM patient coordinates, x to the left", Is::rounded},
        Field{"position_y_mm", &Findings::position_y, "centre, DICOM patient coordinates, y to the back", Is::rounded},
        Field{"position_z_mm", &Findings::position_z, "centre, DICOM patient coordinates, z to the head", Is::rounded},
        Field{"mean_hu", &Findings::mean_attenuation, "mean CT number", Is::rounded},
        Field{"reader", &Findings::reader, "who or what read it (a code, no name)"},
        Field{"tracking_uid", &Findings::tracking_uid,
              "DICOM Tracking UID that the nodule came with; empty = the registry's own"},
        Field{"long_axis_ends_mm", &Findings::long_axis_ends,
              "ends of the long axis, DICOM patient coordinates: x y z x y z"},
        Field{"short_axis_ends_mm", &Findings::short_axis_ends,
              "ends of the short axis, DICOM patient coordinates: x y z x y z"},
        Field{"source_sop_uid", &Findings::source_sop_uid, "SOP Instance UID of the DICOM object it was taken from"},
        Field{"source_writer", &Findings::source_writer, "program that wrote that object", Is::kept},
        Field{"source_verification", &Findings::source_verification,
              "whether a person had verified that object, or an algorithm made it"},
        Field{"source_completion", &Findings::source_completion, "whether that object was complete"});
    static auto& values(auto& row) { return row.findings; }
    static auto& list(auto& holder) { return holder.measurements; }
};

template <>
struct RowSchema<RowKind::therapy> {
    using Row = TherapyRow;
    using Values = Therapy;
    static constexpr std::string_view key_in_words = "one therapy (patient, kind, start and nodule)";
    static constexpr auto ids = std::tuple(patient_id_of_row(&TherapyRow::patient_id));
    static constexpr auto fields =
        std::tuple(Field{"kind", &Therapy::kind, "kind of therapy", Is::required | Is::key},
                   Field{"start_date", &Therapy::start_date, "first day", Is::required | Is::key},
                   Field{"end_date", &Therapy::end_date, "last day; empty = running, for a systemic therapy"},
                   Field{"nodule_id", &Therapy::nodule_id, "the nodule treated, where one was", Is::key});
    static auto& values(auto& row) { return row.therapy; }
    static auto& list(auto& holder) { return holder.therapies; }
};

template <>
struct RowSchema<RowKind::event> {
    using Row = EventRow;
    using Values = NoduleEvent;
    static constexpr std::string_view key_in_words = "one event (patient, nodule, kind and date)";
    static constexpr auto ids = std::tuple(patient_id_of_row(&EventRow::patient_id));
    static constexpr auto fields =
        std::tuple(Field{"nodule_id", &NoduleEvent::nodule_id, "the nodule", Is::required | Is::key},
                   Field{"kind", &NoduleEvent::kind, "what was decided or found", Is::required | Is::key},
                   Field{"date", &NoduleEvent::date, "day of the decision or report", Is::required | Is::key},
                   Field{"note", &NoduleEvent::note, "free text, no identifiers"});
    static auto& values(auto& row) { return row.event; }
    static auto& list(auto& holder) { return holder.events; }
};

template <>
struct RowSchema<RowKind::visit> {
    using Row = VisitRow;
    using Values = Visit;
    static constexpr std::string_view key_in_words = "one visit";
    static constexpr auto ids =
        std::tuple(patient_id_of_row(&VisitRow::patient_id),
                   Field{"visit_id", &Visit::visit_id, "visit of that patient", Is::required | Is::key});
    static constexpr auto fields = std::tuple(
        Field{"visit_date", &Visit::visit_date, "day of the visit", Is::required},
        Field{"kind", &Visit::kind, "kind of visit"},
        Field{"symptoms", &Visit::symptoms, "new symptoms told, joined by ;"},
        Field{"suspected_local_recurrence", &Visit::suspected_local_recurrence, "local recurrence suspected"},
        Field{"note", &Visit::note, "free text, no identifiers"});
    static auto& values(auto& row) { return row.visit; }
    static auto& list(auto& holder) { return holder.visits; }
};

template <>
struct RowSchema<RowKind::decision> {
    using Row = DecisionRow;
    using Values = Decision;
    static constexpr std::string_view key_in_words = "one decision (patient, day, kind and person)";
    static constexpr auto ids = std::tuple(patient_id_of_row(&DecisionRow::patient_id));
    static constexpr auto fields = std::tuple(
        Field{"decided_on", &Decision::decided_on, "day of the decision", Is::required | Is::key},
        Field{"kind", &Decision::kind, "what the decision does with the recommendation", Is::required | Is::key},
        Field{"action", &Decision::action, "what is to be done"},
        Field{"due_date", &Decision::due_date, "day by which it is to be done"},
        Field{"next_step", &Decision::next_step, "the next step that was decided"},
        Field{"board", &Decision::board, "decided by the tumour board"},
        Field{"decided_by", &Decision::decided_by, "the person who answers for it (a code, no name of a patient)",
              Is::key},
        Field{"present", &Decision::present, "who was there, joined by ;"},
        Field{"reason", &Decision::reason, "why, free text, no identifiers"});
    static auto& values(auto& row) { return row.decision; }
    static auto& list(auto& holder) { return holder.decisions; }
};

// clang-format on

inline constexpr const auto& patient_fields = RowSchema<RowKind::patient>::fields;
inline constexpr const auto& scan_fields = RowSchema<RowKind::scan>::fields;
inline constexpr const auto& findings_fields = RowSchema<RowKind::measurement>::fields;
inline constexpr const auto& therapy_fields = RowSchema<RowKind::therapy>::fields;
inline constexpr const auto& event_fields = RowSchema<RowKind::event>::fields;
inline constexpr const auto& visit_fields = RowSchema<RowKind::visit>::fields;
inline constexpr const auto& decision_fields = RowSchema<RowKind::decision>::fields;

template <RowKind kind>
using RowOf = typename RowSchema<kind>::Row;
template <RowKind kind>
using ValuesOf = typename RowSchema<kind>::Values;

/// Something for each kind of row, of a type that goes by the kind.
template <template <RowKind> class Of>
struct PerKind {
    Of<RowKind::patient> patients{};
    Of<RowKind::scan> scans{};
    Of<RowKind::measurement> measurements{};
    Of<RowKind::therapy> therapies{};
    Of<RowKind::event> events{};
    Of<RowKind::visit> visits{};
    Of<RowKind::decision> decisions{};
};

// --- going through the kinds
// ------------------------------------------------------------------------------------------

/// What `make.template operator()<kind>()` returns for each kind, in order.
template <class Make>
constexpr auto array_by_kind(Make&& make)
{
    return [&]<std::size_t... I>(std::index_sequence<I...>)
    {
        return std::array{make.template operator()<static_cast<RowKind>(I)>()...};
    }
    (std::make_index_sequence<row_kind_count>());
}

/// Calls `visit.template operator()<kind>()` for each kind, in order.
template <class Visitor>
constexpr void for_each_kind(Visitor&& visit)
{
    [&]<std::size_t... I>(std::index_sequence<I...>)
    {
        (visit.template operator()<static_cast<RowKind>(I)>(), ...);
    }
    (std::make_index_sequence<row_kind_count>());
}

/// Calls `visit.template operator()<kind>()` for one kind known at run time.
template <class Visitor>
decltype(auto) with_kind(RowKind kind, Visitor&& visit)
{
    switch (kind) {
        case RowKind::patient:
            return visit.template operator()<RowKind::patient>();
        case RowKind::scan:
            return visit.template operator()<RowKind::scan>();
        case RowKind::measurement:
            return visit.template operator()<RowKind::measurement>();
        case RowKind::therapy:
            return visit.template operator()<RowKind::therapy>();
        case RowKind::event:
            return visit.template operator()<RowKind::event>();
        case RowKind::visit:
            return visit.template operator()<RowKind::visit>();
        case RowKind::decision:
            break;
    }
    return visit.template operator()<RowKind::decision>();
}

// --- going through the columns of a kind
// ------------------------------------------------------------------------------

/// Calls `visit(field)` for each field of a table, in order.
template <class Fields, class Visitor>
constexpr void for_each_field(const Fields& fields, Visitor&& visit)
{
    std::apply([&](const auto&... field) { (visit(field), ...); }, fields);
}

/// Calls `visit(field)` for each column of a kind, ids first.
template <RowKind kind, class Visitor>
constexpr void for_each_column(Visitor&& visit)
{
    for_each_field(RowSchema<kind>::ids, visit);
    for_each_field(RowSchema<kind>::fields, visit);
}

/// Calls `visit(field)` for each column of a kind outside its key.
template <RowKind kind, class Visitor>
constexpr void for_each_column_outside_key(Visitor&& visit)
{
    for_each_field(RowSchema<kind>::fields, [&](const auto& field) {
        if (!field.has(Is::key)) visit(field);
    });
}

template <RowKind kind>
inline constexpr std::size_t id_count = std::tuple_size_v<std::remove_cvref_t<decltype(RowSchema<kind>::ids)>>;

/// Number of columns of a kind, ids included.
template <RowKind kind>
inline constexpr std::size_t column_count =
    id_count<kind> + std::tuple_size_v<std::remove_cvref_t<decltype(RowSchema<kind>::fields)>>;

/// The `Field` of column `I`: ids first.
template <RowKind kind, std::size_t I>
constexpr const auto& field_of()
{
    if constexpr (I < id_count<kind>) {
        return std::get<I>(RowSchema<kind>::ids);
    } else {
        return std::get<I - id_count<kind>>(RowSchema<kind>::fields);
    }
}

/// The names of all columns of a kind, ids first.
template <RowKind kind>
inline constexpr auto column_names = []<std::size_t... I>(std::index_sequence<I...>)
{
    return std::array<std::string_view, sizeof...(I)>{field_of<kind, I>().column...};
}
(std::make_index_sequence<column_count<kind>>());

/// The value of a field in a row, wherever it lives.
template <RowKind kind, class Row, class Owner, class Member>
constexpr auto& value_of(Row& row, const Field<Owner, Member>& field)
{
    if constexpr (std::is_same_v<Owner, RowOf<kind>>) {
        return row.*field.member;
    } else {
        return RowSchema<kind>::values(row).*field.member;
    }
}

/// The id of the patient that a row belongs to.
template <class Row>
std::string_view patient_id_of(const Row& row)
{
    return value_of<Row::kind>(row, field_of<Row::kind, 0>());
}

/// Columns that identify a patient, scan, nodule or visit; all other text columns are free text.
constexpr bool is_identifier(std::string_view column)
{
    return column.ends_with("_id");
}

// --- keys
// -------------------------------------------------------------------------------------------------------------

/// Places of the key's columns among all columns of a kind.
template <RowKind kind>
inline constexpr auto key_places = [] {
    constexpr auto is_key = []<std::size_t... I>(std::index_sequence<I...>)
    {
        return std::array{field_of<kind, I>().has(Is::key)...};
    }
    (std::make_index_sequence<column_count<kind>>());
    std::array<std::size_t, std::ranges::count(is_key, true)> places{};
    for (std::size_t column = 0, place = 0; column < is_key.size(); ++column) {
        if (is_key[column]) places[place++] = column;
    }
    return places;
}();

/// Calls `visit(field)` for each column of a kind's key, in order.
template <RowKind kind, class Visitor>
constexpr void for_each_key_column(Visitor&& visit)
{
    [&]<std::size_t... I>(std::index_sequence<I...>)
    {
        (visit(field_of<kind, key_places<kind>[I]>()), ...);
    }
    (std::make_index_sequence<key_places<kind>.size()>());
}

/// The names of the columns of a kind's key.
template <RowKind kind>
inline constexpr auto key_names = []<std::size_t... I>(std::index_sequence<I...>)
{
    return std::array{column_names<kind>[key_places<kind>[I]]...};
}
(std::make_index_sequence<key_places<kind>.size()>());

/// Whether the column belongs to the key of its kind of row.
template <RowKind kind>
constexpr bool is_key_column(std::string_view column)
{
    return std::ranges::count(key_names<kind>, column) > 0;
}

/// Below 0, 0 or above 0: how one value of a key stands to another. Texts go bytewise, words as texts.
template <class T>
int order_of(const T& left, const T& right)
{
    if constexpr (std::is_same_v<T, Date>) {
        return left < right ? -1 : right < left ? 1 : 0;
    } else if constexpr (std::is_enum_v<T>) {
        return word(left).compare(word(right));
    } else {
        return left.compare(right);
    }
}

/// The same of the keys of two rows.
template <class Row>
int key_order(const Row& left, const Row& right)
{
    int order = 0;
    for_each_key_column<Row::kind>([&](const auto& field) {
        if (order == 0) order = order_of(value_of<Row::kind>(left, field), value_of<Row::kind>(right, field));
    });
    return order;
}

/// Whether the parts of the key that lie within the values are the same: of one patient's rows, the whole key. (Not of
/// measurements, whose values hold no id.)
template <RowKind kind>
bool same_key_within(const ValuesOf<kind>& left, const ValuesOf<kind>& right)
{
    bool same = true;
    for_each_key_column<kind>([&]<class Owner, class Member>(const Field<Owner, Member>& field) {
        if constexpr (std::is_same_v<Owner, ValuesOf<kind>>) same = same && left.*field.member == right.*field.member;
    });
    return same;
}

/// The order in which the rows of one patient are written: by their day, then by key; words in their vocabulary's
/// order. (Not of measurements, whose day is their scan's.)
template <RowKind kind>
bool is_written_before(const ValuesOf<kind>& left, const ValuesOf<kind>& right)
{
    auto order = std::strong_ordering::equal;
    for_each_field(RowSchema<kind>::fields, [&]<class Owner, class Member>(const Field<Owner, Member>& field) {
        if constexpr (std::is_same_v<Member, Date>) {
            if (order == 0) order = left.*field.member <=> right.*field.member;
        }
    });
    for_each_key_column<kind>([&]<class Owner, class Member>(const Field<Owner, Member>& field) {
        if constexpr (std::is_same_v<Owner, ValuesOf<kind>>) {
            if (order == 0) order = left.*field.member <=> right.*field.member;
        }
    });
    return order < 0;
}

}  // namespace nodtrack
