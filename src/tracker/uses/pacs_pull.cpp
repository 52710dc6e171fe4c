#include <fmt/format.h>

#include <algorithm>

#include "../fetched_images.hpp"
#include "../pacs_use.hpp"
#include "nodtrack/exchange/dicom_uid.hpp"

namespace nodtrack::uses {
namespace {

namespace fs = std::filesystem;
using tracker::PulledSeries;
using tracker::PulledStudy;

Shape<PulledSeries> series_shape()
{
    return {member<&PulledSeries::series_uid>("series_uid"),
            member<&PulledSeries::modality>("modality"),
            known<&PulledSeries::description>("description"),
            {"folder", schema_of(std::string_view()),
             [](std::string& out, const PulledSeries& series) {
                 append_json(out, std::string_view(series.folder.string()));
             }},
            {"objects", schema_of(std::int64_t{}), [](std::string& out, const PulledSeries& series) {
                 append_json(out, static_cast<std::int64_t>(series.objects));
             }}};
}

Shape<PulledStudy> pulled_shape()
{
    Shape<PulledStudy> shape = {
        {"study", schema_of(study_shape()),
         [](std::string& out, const PulledStudy& pulled) { out += json_of(study_shape(), pulled.study); }},
        {"folder", schema_of(std::string_view()),
         [](std::string& out, const PulledStudy& pulled) {
             append_json(out, std::string_view(pulled.folder.string()));
         }},
        {"series", array_schema(schema_of(series_shape())),
         [](std::string& out, const PulledStudy& pulled) { out += json_of(series_shape(), pulled.series); }}};
    return shape;
}

Result<fs::path> folder_asked_for(Call& call, const exchange::StudyQuery& query)
{
    if (call.door == Door::command_line) return fs::path(call.values.text("into"));
    // The UID becomes a part of a path.
    if (!exchange::is_uid(query.study_uid) || query.study_uid.starts_with('.'))
        return call.failure(ErrorCode::usage, "{study_uid}: '" + query.study_uid + "' is no DICOM UID");
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    return tracker::fetched_images((*registry)->file(), query.patient_code) / query.study_uid;
}

std::string text_of(const PulledStudy& pulled)
{
    std::string text =
        fmt::format("{}  {}  study {}\n", pulled.folder.string(), day_text(pulled.study.date), pulled.study.study_uid);
    for (const PulledSeries& series : pulled.series)
        text += fmt::format("  {}  {} objects  {}\n", series.folder.filename().string(), series.objects,
                            series.description.empty() ? "-" : series.description);
    return text;
}

Result<tracker::PullRequest> request_of(Call& call)
{
    const auto query = asked_studies(call);
    if (!query) return tl::unexpected(query.error());
    const auto into = folder_asked_for(call, *query);
    if (!into) return tl::unexpected(into.error());
    tracker::PullRequest request{.query = *query, .newest = std::nullopt, .into = *into};
    if (const auto& modalities = call.values.all("modality"); !modalities.empty()) request.modalities = modalities;
    const bool is_named = !query->study_uid.empty() || !query->accession.empty();
    if (is_named && call.values.has("newest"))
        return call.failure(ErrorCode::usage, "{newest} does not go with {study_uid} or {accession}");
    constexpr std::int64_t prior_and_current = 2;
    if (!is_named) request.newest = static_cast<std::size_t>(call.values.count("newest").value_or(prior_and_current));
    return request;
}

Result<void> run(Call& call)
{
    const auto pacs = asked_pacs(call);
    if (!pacs) return tl::unexpected(pacs.error());
    const auto request = request_of(call);
    if (!request) return tl::unexpected(request.error());
    const auto pulled = tracker::pull(*pacs, *request);
    if (!pulled) return tl::unexpected(pulled.error());
    if (call.format == Format::json) {
        call.put("{\"studies\":" + json_of(pulled_shape(), *pulled) + "}\n");
        return {};
    }
    for (const PulledStudy& study : *pulled)
        call.put(text_of(study));
    if (!request->query.study_uid.empty() || !request->query.accession.empty()) {
        call.note("of patient " + pulled->front().study.patient_code);
    } else if (pulled->size() < *request->newest) {
        call.note(fmt::format("the PACS has no more than {} such studies of this patient", pulled->size()));
    }
    return {};
}

Parameter newest()
{
    Parameter parameter =
        of_type(Type::count,
                typed(text("newest", "so many studies, the newest; else 2: the current and the prior", {}, "COUNT")));
    parameter.least = 1;
    parameter.most = 1000;
    return parameter;
}

}  // namespace

UseCase pacs_pull()
{
    Route route = pacs_route("/api/v1/patients/{patient_id}/pacs/{name}/pull", "PulledStudies",
                             "Fetches a study of the patient to the service's computer, as `nodtrack pacs pull`");
    route.method = Method::post;
    route.scope = tracker::TokenScope::write;
    route.request = "Pull";
    return {
        .name = "pacs pull",
        .summary = "fetches CTs from a PACS: a patient's current and prior, or a study",
        .description =
            "Makes the folder {into} with a folder for each study, named by its day, and in it one for each series "
            "(ct-1, …): what 'nodtrack measure', 'follow' and 'log --from-ct' take. Without {study_uid} or {accession} "
            "these are the patient's two newest CTs.\n\n"
            "All or nothing: the objects are written beside {into} and moved there when they are complete, after the "
            "PACS was asked which there are. An object of another patient, study or series, one that is damaged, and "
            "one that is missing end it. The objects are stored as the PACS has them, compressed or not.\n\n"
            "Keys of {json}: studies [{study {…as in 'pacs find'}, folder, series [{series_uid, modality, description, "
            "folder, objects}]}].",
        .parameters = {pacs_name(),
                       text("patient_id", "the patient; may be left out with {study_uid} or {accession}", "PATIENT"),
                       required(text("study_uid", "this study", "--study", "UID"), Given::service),
                       typed(text("accession", "the study of this accession number", {}, "NUMBER")), newest(),
                       typed(date("since", "studies of that day and later alone")),
                       repeated(word("modality", "such series; may be given again; else CT",
                                     {"CT", "PT", "SR", "SEG", "RTSTRUCT"}, {}, "MODALITY")),
                       required(
                           typed(text("into", "the folder that is made; must not be there, or be empty", {}, "DIR")),
                           Given::command_line),
                       json_switch("one JSON object")},
        .examples =
            {{"nodtrack pacs pull main SARC-002 --into ct", "the current CT and the one before"},
             {"nodtrack pacs pull main --accession A20261110 --into new && nodtrack log SARC-002 --from-ct new"},
             {"nodtrack pacs pull main SARC-002 --modality SR --newest 10 --into sr", "reports, for 'ingest'"}},
        .failures = {{ErrorCode::bad_input,
                      "the PACS does not answer, or sends what was not asked for; nothing was stored"},
                     {ErrorCode::not_found, "there is no such PACS, or it has no such study"}},
        .routes = {route},
        .schemas = {{"PulledStudies", object_schema({{"studies", array_schema(schema_of(pulled_shape()))}})}},
        .listed_after = "pacs find",
        .run = run};
}

}  // namespace nodtrack::uses
