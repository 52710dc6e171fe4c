#include <fmt/format.h>

#include "../pacs_use.hpp"

namespace nodtrack::uses {
namespace {

Result<std::vector<std::string>> pushed_report(Call& call, const exchange::Pacs& pacs)
{
    const std::string patient = call.values.text("patient_id");
    if (patient.empty())
        return call.failure(ErrorCode::usage, "{scan_id} goes with {patient_id}: scans have ids by patient");
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    const auto judges = call.judges();
    if (!judges) return tl::unexpected(judges.error());
    std::optional<std::filesystem::path> ct;
    if (const auto folder = call.values.find("ct")) ct = *folder;
    const auto uid = tracker::push_report(**registry, **judges, pacs, patient, call.values.text("scan_id"), ct);
    if (!uid) return tl::unexpected(uid.error());
    return std::vector<std::string>{*uid};
}

Result<std::vector<std::string>> pushed_files(const Call& call, const exchange::Pacs& pacs)
{
    for (const char* name : {"patient_id", "ct"}) {
        if (call.values.has(name))
            return call.failure(ErrorCode::usage, fmt::format("{{{}}} goes with {{scan_id}}", name));
    }
    const auto objects = tracker::push_files(pacs, call.values.all("file"));
    if (!objects) return tl::unexpected(objects.error());
    std::vector<std::string> uids;
    for (const exchange::ObjectToSend& object : *objects)
        uids.push_back(object.sop_uid);
    return uids;
}

Result<void> run(Call& call)
{
    if (call.values.has("file") == call.values.has("scan_id"))
        return call.failure(ErrorCode::usage, "give either files, or {scan_id} for the report of a scan");
    const auto pacs = asked_pacs(call);
    if (!pacs) return tl::unexpected(pacs.error());
    const auto uids = call.values.has("scan_id") ? pushed_report(call, *pacs) : pushed_files(call, *pacs);
    if (!uids) return tl::unexpected(uids.error());
    if (call.format == Format::json) {
        call.put("{\"sop_uids\":" + json_of(*uids) + "}\n");
        return {};
    }
    for (const std::string& uid : *uids)
        call.put(fmt::format("{}: stored, and found there\n", uid));
    return {};
}

}  // namespace

UseCase pacs_push()
{
    Route route = pacs_route("/api/v1/patients/{patient_id}/pacs/{name}/push", "PushedObjects",
                             "Sends the structured report of a scan to a PACS, as `nodtrack pacs push --scan`");
    route.method = Method::post;
    route.scope = tracker::TokenScope::write;
    route.request = "Push";
    return {
        .name = "pacs push",
        .summary = "sends a scan's report, or DICOM files, to a PACS",
        .description =
            "With {scan_id} the structured report of that CT is made as 'nodtrack export --format dicom' makes it, on "
            "the images that the PACS has of it (or those of {ct}), into the study of the CT. The same record gives "
            "the "
            "same object; where the record of the CT was another before, the report names the one it corrects.\n\n"
            "Files are sent as they are: reports, segmentations.\n\n"
            "What the PACS says it stored is asked for again, and told only where it is there.\n\n"
            "Keys of {json}: sop_uids.",
        .parameters = {pacs_name(), repeated(typed(text("file", "DICOM objects", "FILE"))),
                       text("patient_id", "with {scan_id}: whose scan", "--patient", "ID"),
                       required(text("scan_id", "the report of this CT", "--scan", "ID"), Given::service),
                       typed(text("ct", "with {scan_id}: the folder of its images; else the PACS is asked for them", {},
                                  "FOLDER")),
                       json_switch("one JSON object")},
        .examples = {{"nodtrack pacs push main --patient SARC-002 --scan CT-2026-11-10"},
                     {"nodtrack pacs push main sr-SARC-002-CT-2026-11-10.dcm nodule-seg.dcm"}},
        .failures = {{ErrorCode::bad_input, "the PACS does not take it, or a file is no DICOM object"},
                     {ErrorCode::not_found, "there is no such PACS, patient, scan or file"}},
        .routes = {route},
        .schemas = {{"PushedObjects", object_schema({{"sop_uids", array_schema(R"({"type":"string"})")}})}},
        .listed_after = "pacs pull",
        .run = run};
}

}  // namespace nodtrack::uses
