#include <fmt/format.h>

#include "../judged_patient.hpp"
#include "../pacs_use.hpp"

namespace nodtrack::uses {
namespace {

std::string line_of(const exchange::PacsStudy& study)
{
    const auto or_none = [](const std::string& text) { return text.empty() ? std::string("-") : text; };
    return fmt::format("{:<10}  {:<10}  {:<12}  {}  {}\n", or_none(day_text(study.date)),
                       or_none(modalities_text(study.modalities)), or_none(study.accession), study.study_uid,
                       or_none(study.description));
}

std::string note_of(std::size_t left_out)
{
    return fmt::format("{} studies that were answered are not of this patient id, or not of this day, and are left out",
                       left_out);
}

Result<void> run(Call& call)
{
    const auto pacs = asked_pacs(call);
    if (!pacs) return tl::unexpected(pacs.error());
    const auto query = asked_studies(call);
    if (!query) return tl::unexpected(query.error());
    std::size_t left_out = 0;
    const auto studies = exchange::find_studies(*pacs, *query, left_out);
    if (!studies) return tl::unexpected(studies.error());
    call.shows(query->patient_code);
    if (call.format == Format::json) {
        call.put(fmt::format("{{\"studies\":{},\"left_out\":{}}}\n", json_of(study_shape(), *studies), left_out));
        return {};
    }
    for (const exchange::PacsStudy& study : *studies)
        call.put(line_of(study));
    if (studies->empty())
        call.put(fmt::format("PACS '{}' has no study of patient {}\n", pacs->name, query->patient_code));
    if (left_out > 0) call.note(note_of(left_out));
    return {};
}

}  // namespace

UseCase pacs_find()
{
    return {.name = "pacs find",
            .summary = "lists the studies that a PACS has of a patient",
            .description =
                "The newest first: date, modalities, accession number, study UID and description. The patient is asked "
                "for by the exact number; what the PACS answers beside that is left out, and counted. No name is asked "
                "for.\n\n"
                "Keys of {json}: studies [{study_uid, study_date, modalities, accession, description, patient_id, "
                "issuer_of_patient_id}], left_out.",
            .parameters = {pacs_name(), the_patient(), date("since", "studies of that day and later alone"),
                           json_switch("one JSON object")},
            .examples = {{"nodtrack pacs find main SARC-002"},
                         {"nodtrack pacs find main SARC-002 --since 2026-01-01 --json"}},
            .failures = {{ErrorCode::bad_input, "the PACS does not answer"},
                         {ErrorCode::not_found, "there is no such PACS"}},
            .routes = {pacs_route("/api/v1/patients/{patient_id}/pacs/{name}/studies", "PacsStudies",
                                  "What a PACS has of the patient, as `nodtrack pacs find --json`")},
            .schemas = {{"PacsStudies", object_schema({{"studies", array_schema(schema_of(study_shape()))},
                                                       {"left_out", schema_of(std::int64_t{})}})}},
            .listed_after = "pacs remove",
            .run = run};
}

}  // namespace nodtrack::uses
