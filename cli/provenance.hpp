#pragma once

#include <string>
#include <string_view>

#include "nodtrack/domain/date.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/provenance.hpp"

namespace nodtrack::cli {

/// The moment of this call and who makes it. The clock and the user are read once, here; what is below is handed them.
struct Moment {
    std::string utc;   ///< `YYYY-MM-DDTHH:MM:SSZ`
    Date today;        ///< the local day
    std::string user;  ///< the login name, or `uid:1000` where there is none
};

/// Reads the clock, or NODTRACK_NOW (`YYYY-MM-DDTHH:MM:SSZ`) instead, for tests and for looking at another day.
/// Failure: `usage` when NODTRACK_NOW is no such moment.
Result<Moment> this_moment();

/// The provenance of a change that `command` records.
store::Provenance provenance_of(const Moment& moment, std::string_view command, std::string reason = {});

}  // namespace nodtrack::cli
