#pragma once

#include <optional>
#include <string_view>
#include <type_traits>

#include "nodtrack/domain/row_schema.hpp"

namespace nodtrack::interop {

/// Columns that identify a patient, scan, nodule or visit; all other text columns are free text.
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
