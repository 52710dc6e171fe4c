#include "../in_language.hpp"
#include "../judged_patient.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    return judge_patient(call, assess::Detail::none,
                         [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
                             const std::string sentence =
                                 report::recommendation_sentence(assessment.recommendation, sentences_of(call));
                             if (call.format != Format::json) {
                                 call.put(sentence + "\n");
                                 return {};
                             }
                             std::string out = "{\"patient_id\":";
                             append_json(out, std::string_view(record.patient.patient_id));
                             out += ",\"recommendation\":";
                             append_json(out, std::string_view(sentence));
                             call.put(out + "}\n");
                             return {};
                         });
}

}  // namespace

UseCase recommendation()
{
    return {.name = "recommendation",
            .summary = "says in one sentence what is to be done next, in the language asked for",
            .description =
                "The policy's answer alone: action, day, safety-net CT, options. Why, and what was decided, is told by "
                "assess and explain, in English.",
            .parameters = with_moment(
                {the_patient(), the_language(), json_switch("one JSON object: patient_id, recommendation")}),
            .examples = {{"nodtrack recommendation SARC-002 --language de"}},
            .failures = {{ErrorCode::not_found, "there is no such patient"}},
            .routes = {patient_route("/api/v1/patients/{patient_id}/recommendation", "RecommendationSentence",
                                     "The answer in one sentence, as `nodtrack recommendation --json`")},
            .schemas = {{"RecommendationSentence", object_schema({{"patient_id", schema_of(std::string())},
                                                                  {"recommendation", schema_of(std::string())}})}},
            .listed_after = "sentence",
            .run = run};
}

}  // namespace nodtrack::uses
