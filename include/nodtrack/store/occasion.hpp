#pragma once

#include <cstdint>
#include <string>

#include "nodtrack/domain/date.hpp"

namespace nodtrack::store {

/// Who records something, when, through which door and why. The door makes it: no clock is read below the doors.
struct Occasion {
    std::string recorded_at;  ///< UTC, `YYYY-MM-DDTHH:MM:SSZ`
    Date today;               ///< the day of recording; "known on a day" goes by it
    std::string actor;        ///< a user or program code; not empty
    std::string door;         ///< e.g. `cli ingest`; not empty
    std::string reason;       ///< required where stored values are superseded, else may be empty
};

/// Deliveries and edits are numbered from 1 in the order they were recorded.
using DeliveryNumber = std::int64_t;

/// Versions of one row are numbered from 1 without a gap; the highest one holds.
using Version = std::uint32_t;

}  // namespace nodtrack::store
