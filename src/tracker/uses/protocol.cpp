#include "nodtrack/report/protocol.hpp"

#include "../judged_patient.hpp"
#include "nodtrack/report/dose.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    return judge_patient(
        call, assess::Detail::fired,
        [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
            const auto doses = dose::dose_history(record, assessment.timeline.as_of, report::released_dose_factors());
            const auto protocol = report::next_ct_protocol(assessment, record, call.judge(), doses);
            call.put(call.format == Format::json ? report::protocol_json(protocol, assessment, record)
                                                 : report::protocol_text(protocol, assessment, record));
            return {};
        });
}

}  // namespace

UseCase protocol()
{
    return {.name = "protocol",
            .summary = "tells what to ask for at a patient's next CT, and why",
            .description =
                "Writes the request for the next chest CT from the recommendation and the earlier CTs: no IV contrast, "
                "low dose, thin slices, the same slices, scanner and kernel as before, a complete reading. Each line "
                "has its reason with the source. What the record does not say is named.\n\n"
                "Keys of {json}: patient_id, as_of, is_asked_for, due_date (null: none), occasion, items [{topic, ask, "
                "why, history, cite [{item, source, at, verified}]}], lacking.",
            .parameters = with_moment({the_patient(), json_switch("one JSON object")}),
            .examples = {{"nodtrack protocol SARC-027", "earlier CTs had thick slices"},
                         {"nodtrack protocol SARC-007 --as-of 2026-11-20 --json"}},
            .failures = {{ErrorCode::not_found, "there is no such patient"}},
            .listed_after = "sentence",
            .run = run};
}

}  // namespace nodtrack::uses
