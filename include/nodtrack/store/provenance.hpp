#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "nodtrack/domain/date.hpp"

namespace nodtrack::store {

/// Marks a write that must be done once, however often it is asked for: the key its caller gave it, and the SHA-256 of
/// what was asked.
struct RequestKey {
    std::string account;
    std::string key;
    std::string request_sha256;

    bool operator==(const RequestKey&) const = default;
};

/// Who records something, when, through which door and why. The door makes it: no clock is read below the doors.
struct Provenance {
    std::string recorded_at;  ///< UTC, `YYYY-MM-DDTHH:MM:SSZ`
    Date today;               ///< the day of recording; "known on a day" goes by it
    std::string actor;        ///< a user or program code; not empty
    std::string door;         ///< e.g. `cli ingest`; not empty
    std::string reason;       ///< required where stored values are superseded, else may be empty
    /// Recorded with the change, in the same transaction: a key that this account used in the 24 hours before fails
    /// with `conflict`, and nothing is stored.
    std::optional<RequestKey> request{};
};

/// Deliveries and edits are numbered from 1 in the order they were recorded.
using DeliveryNumber = std::int64_t;

/// Versions of one row are numbered from 1 without a gap; the highest one holds.
using Version = std::uint32_t;

}  // namespace nodtrack::store
