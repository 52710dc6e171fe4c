#include "nodtrack/tracker/ct_line.hpp"

#include <fmt/format.h>

#include "nodtrack/tracker/uses/call.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

std::vector<tracker::Cell> cells_of(const std::vector<std::string>& given)
{
    std::vector<tracker::Cell> cells;
    for (const std::string& text : given) {
        const std::size_t equals = text.find('=');
        cells.push_back({text.substr(0, equals), equals == std::string::npos ? "" : text.substr(equals + 1)});
    }
    return cells;
}

Result<tracker::CtLine> line_of(const Call& call)
{
    const Values& values = call.values;
    tracker::CtLine line{.patient_id = values.text("patient_id"), .scan_id = values.text("scan_id")};
    line.scan = cells_of(values.all("scan"));
    line.nodules = values.all("nodules");
    line.done = values.has("done");
    line.differs = values.all("differs");
    line.amend_reason = values.text("amend");
    if (values.has("amend") && line.amend_reason.empty())
        return call.failure(ErrorCode::usage, "{amend}: the reason is empty; say why stored values change, in words");
    line.confirm = values.has("confirm");
    line.dry_run = values.has("dry_run");
    line.own_rows_alone = call.account && corrects_own_rows_alone(call.account->role);
    return line;
}

Result<void> run(Call& call)
{
    const auto line = line_of(call);
    if (!line) return tl::unexpected(line.error());
    if (line->nodules.empty())
        return call.failure(ErrorCode::usage, "{nodules}: missing; a list such as [\"N1=6.2x5.5\", \"N3:resolved\"]");
    const auto judges = call.judges();
    if (!judges) return tl::unexpected(judges.error());
    tracker::CtLineReport report;
    const auto stored = call.store({line->patient_id}, [&](store::Registry& registry) -> Result<store::DeliveryNumber> {
        auto logged = tracker::log_ct_line(registry, call.judge(), *line, call.provenance(line->amend_reason));
        if (!logged) return tl::unexpected(logged.error());
        report = std::move(*logged);
        return report.delivery_no.value_or(0);
    });
    if (!stored) return stored;
    std::string out = fmt::format("{{\"delivery_no\":{},\"dry_run\":{},\"text\":",
                                  report.delivery_no ? std::to_string(*report.delivery_no) : "null", line->dry_run);
    append_json(out, std::string_view(tracker::ct_line_text(report, call.judge())));
    call.put(out + ",\"warnings\":" + json_of(report.warnings) + "}\n");
    return {};
}

}  // namespace

/// At the command line it is `nodtrack log PATIENT --scan ID N1=6.2x5.5 …`.
UseCase ct_line()
{
    return {
        .summary = "records a whole CT: all its nodules at once",
        .parameters = {required(text("patient_id", "the patient")),
                       required(text("scan_id", "the CT; a new one needs its date")),
                       of_type(Type::cells, text("scan", "columns of scans.csv: scan_date, slice_thickness_mm, …")),
                       required(names("nodules",
                                      "N1=6.2x5.5 (size in mm), N3:resolved, N4:not-seen, +N7=4.1x3.6:rul:solid (a "
                                      "nodule not known yet); see `nodtrack log --help`")),
                       flag("done", "the reading is complete; every known nodule has to be named then"),
                       names("differs", "nodules of which side, lobe or attenuation are other than known, on purpose"),
                       text("amend", "why values that contradict stored ones supersede them"),
                       flag("confirm", "implausible values are stored as they are, and flagged"),
                       flag("dry_run", "says what would be stored, stores nothing")},
        .routes = {{.method = Method::post,
                    .path = "/api/v1/patients/{patient_id}/cts",
                    .roles = radiologist | admin,
                    .scope = tracker::TokenScope::write,
                    .summary = "Records a whole CT, all its nodules or none, as `nodtrack log` does in one line",
                    .request = "CtLine",
                    .response = "CtLineReport"}},
        .schemas = {{"CtLineReport", object_schema({{"delivery_no", R"({"type":["integer","null"]})"},
                                                    {"dry_run", schema_of(bool{})},
                                                    {"text", schema_of(std::string())},
                                                    {"warnings", array_schema(schema_of(std::string()))}})}},
        .opening = Opening::to_write,
        .run = run};
}

}  // namespace nodtrack::uses
