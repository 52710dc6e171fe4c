#include "typed_measurement.hpp"

#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/report/change_text.hpp"
#include "nodtrack/tracker/judges.hpp"
#include "output.hpp"

namespace nodtrack::cli {

Result<std::string> record(const Call& call, store::Registry& registry, const TypedMeasurement& typed,
                           std::string_view command)
{
    const auto judges = tracker::Judges::of(registry);
    if (!judges) return tl::unexpected(judges.error());
    const assess::Judge& judge = judges->of(typed.patient_id);
    const auto logged =
        tracker::log_measurement(registry, judge, typed, provenance_of(call.now, command, typed.amend_reason));
    if (!logged) return tl::unexpected(logged.error());
    for (const auto& warning : logged->warnings)
        note("warning: " + warning);
    const std::string stored = logged->delivery_no ? "stored as delivery " + std::to_string(*logged->delivery_no) + "\n"
                                                   : std::string("nothing new: this is recorded already\n");
    if (typed.nodule_id.empty()) {
        return stored + report::summary_text(logged->assessment, logged->record, judge, assess::Detail::fired) +
               report::standing_notice();
    }
    return stored + report::change_text(logged->assessment, logged->record, judge, typed.scan_id, typed.nodule_id) +
           report::standing_notice();
}

}  // namespace nodtrack::cli
