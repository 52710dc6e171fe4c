#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/record.hpp"

namespace nodtrack {

/// A value that is more likely a slip than the truth. It is asked about, stored only when somebody confirms it, and
/// flagged from then on. Source: decision table, section 6, last row.
struct ImplausibleValue {
    RowKind kind = RowKind::measurement;
    /// Places of the rows that it rests on, in the vector of their kind in the `PatientRecord`: first the one asked
    /// about, then those that it is compared with.
    std::vector<std::uint32_t> rows;
    std::string_view column;
    std::string message;      ///< the value, the limit or the earlier value
    std::string_view remedy;  ///< what to do where it is a slip

    bool operator==(const ImplausibleValue&) const = default;
};

/// `0.62 mm is under 1.0 mm; check the decimal point, or confirm it`
std::string question_of(const ImplausibleValue& value);
/// The end of a question.
inline constexpr std::string_view or_confirm = ", or confirm it";

/// All of them in a record, of scans dated on or before `until`:
/// - a long axis under 1.0 or above 150 mm; slices above 10 mm; an SUVmax above 50; a mean outside -1100 to 3100 HU,
/// - a long axis 5 times or more larger or smaller than on the newest earlier scan that gives one, a volume 125 times,
/// - a nodule on another side than every earlier row of it says (by side, or by lobe where no side is given),
/// - two nodules of a scan whose positions are nearer crosswise: each nearer to the other's place on the newest earlier
///   scan that has both than to its own, or the way from one to the other is the reverse of what it was there, within
///   half of its length,
/// - nodule ids that look alike (`look_alike`),
/// - a scan whose every size is on another one of the same day and modality.
/// Pure; allocates little while there is none.
std::vector<ImplausibleValue> implausible_values(const PatientRecord& record, Date until);

/// What is said of an id that looks like a known one of its kind (`patient` or `nodule`).
std::string look_alike_message(std::string_view kind, std::string_view id, std::string_view known);
inline constexpr std::string_view look_alike_remedy = "write the known id where it is the same one";

}  // namespace nodtrack
