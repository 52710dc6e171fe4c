#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/history.hpp"
#include "nodtrack/tracker/row_key.hpp"

namespace nodtrack::tracker {

using store::HistoryReader;

/// Which values of a patient's history are asked for; what is left out does not matter.
struct HistoryFilter {
    std::optional<RowKind> kind{};
    std::optional<std::string> scan_id{};
    std::optional<std::string> nodule_id{};  ///< as it was reported; of therapies and events the nodule they name
    std::optional<std::string> column{};
};

/// Every row that a patient ever had, in the order of the record.
std::vector<RowKey> row_keys_of(std::string_view patient_id, const store::PatientVersions& versions);

/// Every value of every row of a patient, in the order of the record, as an array of the objects of `history_json`; the
/// same as asking `history` row by row, in a fraction of the time. Fails with `not_found` where there is no such
/// patient.
Result<std::string> patient_history_json(HistoryReader& reader, std::string_view patient_id,
                                         const HistoryFilter& filter = {});

}  // namespace nodtrack::tracker
