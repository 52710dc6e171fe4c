#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nodtrack {

/// An exact decimal amount of one unit, held as whole thousandths, so that comparisons are exact and
/// amounts of different units cannot be mixed up. `Quantity<Millimetre>` therefore counts micrometres.
template <class Unit>
class Quantity {
  public:
    static constexpr std::int64_t thousandths_per_unit = 1000;
    static constexpr std::string_view unit_symbol = Unit::symbol;

    constexpr Quantity() = default;
    /// The amount of `count` thousandths of the unit.
    static constexpr Quantity from_thousandths(std::int64_t count) { return Quantity(count); }
    /// The amount of `count` whole units.
    static constexpr Quantity whole(std::int64_t count) { return Quantity(count * thousandths_per_unit); }

    constexpr std::int64_t thousandths() const { return thousandths_; }
    /// The amount in the unit itself; for output and statistics, never for a comparison with a limit.
    constexpr double in_units() const { return static_cast<double>(thousandths_) / thousandths_per_unit; }

    constexpr auto operator<=>(const Quantity&) const = default;
    constexpr Quantity operator+(Quantity other) const { return Quantity(thousandths_ + other.thousandths_); }
    constexpr Quantity operator-(Quantity other) const { return Quantity(thousandths_ - other.thousandths_); }
    constexpr Quantity operator-() const { return Quantity(-thousandths_); }

  private:
    constexpr explicit Quantity(std::int64_t count) : thousandths_(count) {}
    std::int64_t thousandths_ = 0;
};

struct Millimetre {
    static constexpr std::string_view symbol = "mm";
};
struct CubicMillimetre {
    static constexpr std::string_view symbol = "mm3";
};
struct StandardizedUptakeValue {
    static constexpr std::string_view symbol = "g/mL";
};
struct HounsfieldUnit {
    static constexpr std::string_view symbol = "HU";
};
struct MilligrayCentimetre {
    static constexpr std::string_view symbol = "mGy.cm";
};
struct Kilovolt {
    static constexpr std::string_view symbol = "kV";
};

using Length = Quantity<Millimetre>;                      ///< counts micrometres
using Volume = Quantity<CubicMillimetre>;                 ///< counts thousandths of a cubic millimetre
using Suv = Quantity<StandardizedUptakeValue>;            ///< SUVmax, body-weight normalised
using Attenuation_HU = Quantity<HounsfieldUnit>;          ///< CT number
using DoseLengthProduct = Quantity<MilligrayCentimetre>;  ///< mGy.cm
using TubeVoltage = Quantity<Kilovolt>;                   ///< peak voltage of the X-ray tube

/// Exact thousandths of a plain decimal such as `-12`, `5.4` or `0.125`; absent when the text is anything else
/// (exponent, sign `+`, thousands separator, decimal comma, more than three decimals that are not zero, overflow).
std::optional<std::int64_t> parse_thousandths(std::string_view text);

/// The shortest decimal of `thousandths` with at least one decimal place: `5.0`, `4.9`, `0.125`.
std::string decimal_text(std::int64_t thousandths);

}  // namespace nodtrack
