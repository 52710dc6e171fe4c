#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/assess/ledger.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/change.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::tracker {

/// One recommendation that was kept, and what became of it.
struct LedgerEntry {
    assess::Proposal proposal;                ///< as first kept
    std::string recorded_at;                  ///< when it was first kept
    store::DeliveryNumber delivery_no = 0;    ///< by which delivery
    std::vector<assess::Decision> decisions;  ///< on it, oldest first
    assess::Stance stance = assess::Stance::proposed;
    assess::Progress progress = assess::Progress::open;
    assess::Task task;  ///< what is to be done: as decided, else as proposed
    std::optional<assess::Answer> answer;
    int days_late = 0;
    bool next_step_missing = false;
};

/// The kept recommendations of one patient as they stand on `as_of`, oldest first. The same one kept twice is one
/// entry; a decision always keeps the recommendation it answers. Assessments that looked back (`known_on`) are left
/// out: they were never anybody's recommendation. Fails with `not_found` where the patient is not recorded.
Result<std::vector<LedgerEntry>> ledger_of(const store::Registry& registry, const assess::Judge& judge,
                                           std::string_view patient_id, Date as_of);

}  // namespace nodtrack::tracker
