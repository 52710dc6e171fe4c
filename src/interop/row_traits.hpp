#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/fields.hpp"
#include "nodtrack/domain/record.hpp"

namespace nodtrack::interop {

// What the five kinds of rows have in common: key columns, then the columns of the field table. `RowTraits` says where
// the values of each live; everything else of this room goes by it.

inline constexpr std::string_view patient_id_meaning = "patient: a local identifier, never a name";
inline constexpr std::string_view scan_id_meaning = "scan of that patient";
inline constexpr std::string_view nodule_id_meaning = "nodule of that patient, the same for ever";

template <RowKind>
struct RowTraits;

template <>
struct RowTraits<RowKind::patient> {
    using Row = PatientRow;
    static constexpr auto keys = std::make_tuple(Field{"patient_id", &Patient::patient_id, patient_id_meaning, true});
    static constexpr const auto& fields = patient_fields;
    static constexpr std::array<std::string_view, 1> identity = {"patient_id"};
    static constexpr std::string_view identity_words = "one patient";
    static Patient& owner(Row& row) { return row.patient; }
    static std::vector<Row>& rows(Delivery& delivery) { return delivery.patients; }
};

template <>
struct RowTraits<RowKind::scan> {
    using Row = ScanRow;
    static constexpr auto keys = std::make_tuple(Field{"patient_id", &ScanRow::patient_id, patient_id_meaning, true},
                                                 Field{"scan_id", &Scan::scan_id, scan_id_meaning, true});
    static constexpr const auto& fields = scan_fields;
    static constexpr std::array<std::string_view, 2> identity = {"patient_id", "scan_id"};
    static constexpr std::string_view identity_words = "one scan";
    static Scan& owner(Row& row) { return row.scan; }
    static std::vector<Row>& rows(Delivery& delivery) { return delivery.scans; }
};

template <>
struct RowTraits<RowKind::measurement> {
    using Row = MeasurementRow;
    static constexpr auto keys =
        std::make_tuple(Field{"patient_id", &MeasurementRow::patient_id, patient_id_meaning, true},
                        Field{"scan_id", &MeasurementRow::scan_id, scan_id_meaning, true},
                        Field{"nodule_id", &MeasurementRow::nodule_id, nodule_id_meaning, true});
    static constexpr const auto& fields = findings_fields;
    static constexpr std::array<std::string_view, 3> identity = {"patient_id", "scan_id", "nodule_id"};
    static constexpr std::string_view identity_words = "one nodule and scan";
    static Findings& owner(Row& row) { return row.findings; }
    static std::vector<Row>& rows(Delivery& delivery) { return delivery.measurements; }
};

template <>
struct RowTraits<RowKind::therapy> {
    using Row = TherapyRow;
    static constexpr auto keys =
        std::make_tuple(Field{"patient_id", &TherapyRow::patient_id, patient_id_meaning, true});
    static constexpr const auto& fields = therapy_fields;
    static constexpr std::array<std::string_view, 4> identity = {"patient_id", "kind", "nodule_id", "start_date"};
    static constexpr std::string_view identity_words = "one therapy (patient, kind, start and nodule)";
    static Therapy& owner(Row& row) { return row.therapy; }
    static std::vector<Row>& rows(Delivery& delivery) { return delivery.therapies; }
};

template <>
struct RowTraits<RowKind::event> {
    using Row = EventRow;
    static constexpr auto keys = std::make_tuple(Field{"patient_id", &EventRow::patient_id, patient_id_meaning, true});
    static constexpr const auto& fields = event_fields;
    static constexpr std::array<std::string_view, 4> identity = {"patient_id", "nodule_id", "kind", "date"};
    static constexpr std::string_view identity_words = "one event (patient, nodule, kind and date)";
    static NoduleEvent& owner(Row& row) { return row.event; }
    static std::vector<Row>& rows(Delivery& delivery) { return delivery.events; }
};

/// Number of columns of a kind, keys included.
template <RowKind kind>
inline constexpr std::size_t column_count = std::tuple_size_v<std::remove_cvref_t<decltype(RowTraits<kind>::keys)>> +
                                            std::tuple_size_v<std::remove_cvref_t<decltype(RowTraits<kind>::fields)>>;

/// The `Field` of column `I`: keys first, then the field table.
template <RowKind kind, std::size_t I>
constexpr const auto& field_of()
{
    constexpr std::size_t key_count = std::tuple_size_v<std::remove_cvref_t<decltype(RowTraits<kind>::keys)>>;
    if constexpr (I < key_count) {
        return std::get<I>(RowTraits<kind>::keys);
    } else {
        return std::get<I - key_count>(RowTraits<kind>::fields);
    }
}

/// The value of a field in a row, wherever it lives.
template <RowKind kind, class Owner, class Member>
constexpr Member& value_of(typename RowTraits<kind>::Row& row, const Field<Owner, Member>& field)
{
    if constexpr (std::is_same_v<Owner, typename RowTraits<kind>::Row>) {
        return row.*field.member;
    } else {
        return RowTraits<kind>::owner(row).*field.member;
    }
}

/// Calls `visit(field)` for each column of a kind, keys first.
template <RowKind kind, class Visitor>
constexpr void for_each_column(Visitor&& visit)
{
    for_each_field(RowTraits<kind>::keys, visit);
    for_each_field(RowTraits<kind>::fields, visit);
}

/// Calls `visit.template operator()<kind>()` for each kind, in order.
template <class Visitor>
constexpr void for_each_kind(Visitor&& visit)
{
    visit.template operator()<RowKind::patient>();
    visit.template operator()<RowKind::scan>();
    visit.template operator()<RowKind::measurement>();
    visit.template operator()<RowKind::therapy>();
    visit.template operator()<RowKind::event>();
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
            break;
    }
    return visit.template operator()<RowKind::event>();
}

/// Columns that identify a patient, scan or nodule; all other text columns are free text.
constexpr bool is_identifier(std::string_view column)
{
    return column.ends_with("_id");
}

/// Columns that a program computes with more decimals than matter: read rounded to 0.001, half away from zero.
/// All other decimals are taken exactly or refused.
constexpr bool is_rounded(std::string_view column)
{
    return column.starts_with("position_") || column == "mean_hu" || column == "dlp_mgy_cm";
}

/// The unit of a column's values; empty where there is none.
template <class Member>
constexpr std::string_view unit_of()
{
    if constexpr (std::is_same_v<Member, std::optional<Length>>) return "mm";
    if constexpr (std::is_same_v<Member, std::optional<Volume>>) return "mm3";
    if constexpr (std::is_same_v<Member, std::optional<Attenuation_HU>>) return "HU";
    if constexpr (std::is_same_v<Member, std::optional<DoseLengthProduct>>) return "mGy.cm";
    if constexpr (std::is_same_v<Member, std::optional<Suv>>) return "g/mL";
    if constexpr (std::is_same_v<Member, std::optional<DosePhantom>>) return "cm";
    return {};
}

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// The value type of a member: `std::optional<Length>` and `Length` are both `Length`.
template <class Member>
struct Bare {
    using Type = Member;
};
template <class T>
struct Bare<std::optional<T>> {
    using Type = T;
};
template <class Member>
using BareOf = typename Bare<Member>::Type;

template <class T>
inline constexpr bool is_quantity = false;
template <class Unit>
inline constexpr bool is_quantity<Quantity<Unit>> = true;

}  // namespace nodtrack::interop
