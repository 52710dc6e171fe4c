#include "typed_measurement.hpp"

#include <algorithm>

#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/report/change_text.hpp"
#include "nodtrack/store/reader.hpp"
#include "output.hpp"

namespace nodtrack::cli {

Result<std::optional<Scan>> recorded_scan(const store::Registry& registry, const std::string& patient_id,
                                          const std::string& scan_id)
{
    const auto record = store::read_patient(registry, patient_id);
    if (!record) return tl::unexpected(record.error());
    const auto scan = std::ranges::find(record->scans, scan_id, &Scan::scan_id);
    return scan == record->scans.end() ? std::optional<Scan>() : std::optional(*scan);
}

Result<std::string> record(const Call& call, store::Registry& registry, const TypedMeasurement& typed,
                           std::string_view command)
{
    const assess::Judge judge = assess::Judge::released();
    const auto logged =
        tracker::log_measurement(registry, judge, typed, occasion_of(call.now, command, typed.amend_reason));
    if (!logged) return tl::unexpected(logged.error());
    for (const auto& warning : logged->warnings)
        note("warning: " + warning);
    const std::string stored = logged->delivery_no ? "stored as delivery " + std::to_string(*logged->delivery_no) + "\n"
                                                   : std::string("nothing new: this is recorded already\n");
    return stored + report::change_text(logged->assessment, logged->record, judge, typed.scan_id, typed.nodule_id) +
           report::standing_notice();
}

}  // namespace nodtrack::cli
