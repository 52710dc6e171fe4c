#pragma once

#include <string_view>
#include <vector>

#include "nodtrack/assess/ledger.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::tracker {

using assess::LedgerEntry;

/// The kept recommendations of one patient as they stand on `as_of`, oldest first. The same one kept twice is one
/// entry; a decision always keeps the recommendation it answers. Assessments that looked back (`known_on`) are left
/// out: they were never anybody's recommendation. Fails with `not_found` where the patient is not recorded.
Result<std::vector<LedgerEntry>> ledger_of(const store::Registry& registry, const assess::Judge& judge,
                                           std::string_view patient_id, Date as_of);

}  // namespace nodtrack::tracker
