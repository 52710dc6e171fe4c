#include "../judged_patient.hpp"
#include "nodtrack/report/report_sentence.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    return judge_patient(call, assess::Detail::fired,
                         [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
                             const bool with_text = call.door == Door::service;  // for pages, which paste it
                             call.put(call.format == Format::json
                                          ? report::sentences_json(assessment, record, call.judge(), with_text)
                                          : report::sentences_text(assessment, record, call.judge()));
                             return {};
                         });
}

}  // namespace

UseCase sentence()
{
    return {.name = "sentence",
            .summary = "writes one sentence a patient and one a nodule, for pasting into a report",
            .description =
                "One sentence of the patient, then one of each judged nodule, in the words that radiologists dictate: "
                "place, look, size, the size before, change, what the change means, class. Only what is recorded is "
                "said. \"Confirmed\" stands only beside pathology; a quiet scan is \"no evidence at this scan\".\n\n"
                "Keys of {json}: patient_id, as_of, index_scan (null: none), patient, nodules [{nodule_id, sentence}].",
            .parameters = with_moment({the_patient(), json_switch("one JSON object")}),
            .examples = {{"nodtrack sentence SARC-002"}, {"nodtrack sentence SARC-013 --as-of 2026-11-20 --json"}},
            .failures = {{ErrorCode::not_found, "there is no such patient"}},
            .routes = {patient_route("/api/v1/patients/{patient_id}/sentence", "Sentence",
                                     "Sentences for a report, as `nodtrack sentence --json`, and as text")},
            .listed_after = "filmstrip",
            .run = run};
}

}  // namespace nodtrack::uses
