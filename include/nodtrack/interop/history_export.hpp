#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/record.hpp"

namespace nodtrack::interop {

/// One nodule on one scan, as a researcher takes it away. The pointers and views refer to the `PatientRecord` that the
/// row was made of, and are never null. The judgement's values are absent where none was made.
struct HistoryRow {
    const Patient* patient = nullptr;
    const Scan* scan = nullptr;
    const Findings* findings = nullptr;
    std::string_view nodule_id;
    std::int32_t days_since_first_scan = 0;              ///< first scan of the patient, of any modality
    std::int32_t days_since_first_seen = 0;              ///< first row of the nodule
    std::optional<std::int32_t> days_since_last_row{};   ///< absent on the nodule's first row
    std::optional<std::int32_t> days_since_resection{};  ///< negative before; absent where the date is not known
    std::optional<std::int32_t> age_years{};             ///< completed years at the scan
    bool after_systemic_therapy_start = false;           ///< a systemic therapy started on or before the scan's day
    bool on_systemic_therapy = false;                    ///< one was running on the scan's day
    std::optional<std::int32_t> days_since_systemic_therapy_start{};  ///< of the one that started last by then
    std::optional<std::int32_t> days_since_systemic_therapy_end{};    ///< of the one that ended last before that day
    std::optional<std::int32_t> days_since_local_therapy{};           ///< of the chest, of this nodule or of none named

    // Filled in by the caller, who asked the judgement with this scan as the index scan.
    std::string growth_state{};
    std::string nodule_class{};
    std::string rules{};  ///< joined by `;`
    std::optional<double> vdt_days{};
    std::optional<std::int32_t> stable_months{};
};

/// The rows of one patient, by nodule id, scan date and scan id; the judgement's values absent.
/// Precondition: `record` outlives the rows.
std::vector<HistoryRow> history_rows_of(const PatientRecord& record);

enum class HistoryFormat : std::uint8_t { csv, json };

/// Writes a history row by row to a stream: CSV with a header row, or a JSON array of objects with the same names
/// (absent values are null). Columns: `data_dictionary`, file `history`. The stream's state tells whether it was
/// written.
class HistoryWriter {
  public:
    /// Writes the header. Precondition: `out` outlives the writer.
    HistoryWriter(std::ostream& out, HistoryFormat format);
    void add(const HistoryRow& row);
    /// Ends the document; a CSV needs no end, a JSON array does.
    void finish();

  private:
    std::ostream* out_;
    HistoryFormat format_;
    bool first_ = true;
};

}  // namespace nodtrack::interop
