#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "answers.hpp"
#include "form.hpp"
#include "nodtrack/interop/import_table.hpp"
#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/report/assessment_json.hpp"
#include "nodtrack/report/change_text.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "nodtrack/tracker/ingest.hpp"
#include "nodtrack/tracker/log.hpp"
#include "nodtrack/tracker/preview.hpp"

namespace nodtrack::service {
namespace {

using nlohmann::ordered_json;
using store::DeliveryNumber;

std::string dumped(const ordered_json& object)
{
    return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

ordered_json delivery_or_null(std::optional<DeliveryNumber> delivery)
{
    return delivery && *delivery != 0 ? ordered_json(*delivery) : ordered_json();
}

std::string ingest_json(const tracker::IngestReport& report, bool dry_run)
{
    ordered_json tally;
    for (std::size_t kind = 0; kind < row_kind_names.size(); ++kind) {
        const tracker::RowTally& rows = report.tally[kind];
        tally[std::string(row_kind_names[kind])] = {{"added", rows.added},
                                                    {"filled_in", rows.filled_in},
                                                    {"superseded", rows.superseded},
                                                    {"unchanged", rows.unchanged}};
    }
    ordered_json superseded = ordered_json::array();
    for (const auto& [row, value] : report.superseded) {
        ordered_json one = {{"row", kind_name(row.kind)}, {"patient_id", row.value("patient_id")}};
        tracker::for_each_named_part(
            row, [&](std::string_view name, std::string_view text) { one[std::string(name)] = text; });
        one["column"] = value.column;
        one["before"] = value.before;
        one["after"] = value.after;
        superseded.push_back(std::move(one));
    }
    return dumped({{"delivery_no", delivery_or_null(report.delivery_no)},
                   {"dry_run", dry_run},
                   {"tally", tally},
                   {"superseded", superseded},
                   {"warnings", report.warnings}});
}

/// A parameter of the address that is a switch; alone it means yes.
Result<bool> said_yes(const RequestContext& context, std::string_view name)
{
    const std::string said = context.parameter(name).value_or("no");
    if (said == "no" || said == "false") return false;
    if (said == "yes" || said == "true" || said.empty()) return true;
    return failure(ErrorCode::usage, std::string(name) + ": '" + said + "' is none of yes, no");
}

/// The delivery in the body: a JSON document, or the CSV files of a multipart upload.
Result<Delivery> delivered(const RequestContext& context)
{
    if (context.request.uploads.empty())
        return interop::read_json_text(std::string(context.request.body), "record.json");
    std::vector<interop::CsvText> files;
    std::vector<std::string> problems;
    for (const Upload& upload : context.request.uploads) {
        const std::string name = upload.name.substr(upload.name.find_last_of("/\\") + 1);
        if (interop::is_hidden_file(name)) continue;  // of a system or program, sent along with a folder
        if (name == "record.json" && context.request.uploads.size() == 1) {
            return interop::read_json_text(upload.text, "record.json");
        }
        const auto kind = std::ranges::find_if(
            row_kind_names, [&](std::string_view known) { return name == std::string(known) + ".csv"; });
        if (kind == row_kind_names.end()) {
            problems.push_back(name + ": is no file of a record; those are CSV files named " + row_kind_list());
            continue;
        }
        const auto row_kind = static_cast<RowKind>(kind - row_kind_names.begin());
        const bool twice =
            std::ranges::any_of(files, [&](const interop::CsvText& file) { return file.kind == row_kind; });
        if (twice) problems.push_back(name + ": is there twice");
        if (!twice) files.push_back({row_kind, upload.text});
    }
    if (!problems.empty()) {
        return failure(ErrorCode::usage, "the upload has files that are none of a record", std::move(problems));
    }
    return interop::read_csv_texts(std::move(files));
}

/// Those that an import names, for the read log: what it says of them it says of what is stored too.
std::vector<std::string> patients_of(const Delivery& delivery)
{
    std::set<std::string_view> ids;
    for_each_kind([&]<RowKind kind>() {
        for (const RowOf<kind>& row : RowSchema<kind>::list(delivery))
            ids.insert(patient_id_of(row));
    });
    return {ids.begin(), ids.end()};
}

DeliveryNumber delivery_of(const tracker::IngestReport& report)
{
    return report.delivery_no.value_or(0);
}
/// What `work` reports, when it is durable.
template <class Work>
auto stored(RequestContext& context, const std::vector<std::string>& patients, Work&& work)
    -> decltype(work(std::declval<store::Registry&>()))
{
    decltype(work(std::declval<store::Registry&>())) report;
    const auto delivery =
        context.service.store(context.reader, patients, [&](store::Registry& registry) -> Result<DeliveryNumber> {
            report = work(registry);
            if (!report) return tl::unexpected(report.error());
            return delivery_of(*report);
        });
    if (!delivery) return tl::unexpected(delivery.error());
    return report;
}

Result<Reply> ingested(RequestContext& context, const std::vector<std::string>& patients, const Delivery& delivery,
                       const tracker::IngestOptions& options)
{
    const auto report = stored(context, patients, [&](store::Registry& registry) {
        return tracker::ingest(registry, delivery, context.provenance(options.amend_reason), options);
    });
    if (!report) return tl::unexpected(report.error());
    return Reply::of(ingest_json(*report, false));
}

/// {scan_id, scan?, measurement {nodule_id, columns…}, amend?}; `patient_id` where it does not stand in the path.
Result<tracker::TypedMeasurement> typed_measurement(const RequestContext& context,
                                                    std::optional<std::string> patient_id)
{
    auto form = Form::of(context.request.body);
    if (!form) return tl::unexpected(form.error());
    tracker::TypedMeasurement typed;
    const auto named = form->text_or_none("patient_id");
    typed.patient_id = patient_id.value_or(named.value_or(""));
    if (typed.patient_id.empty()) form->refuse("patient_id: missing");
    if (patient_id && named && *named != *patient_id) form->refuse("patient_id: is not the patient of the address");
    typed.scan_id = form->text_or_none("scan_id").value_or("");
    typed.scan = form->cells("scan");
    typed.findings = form->cells("measurement");
    typed.amend_reason = form->text_or_none("amend").value_or("");
    typed.confirm = form->yes("confirm");
    typed.own_rows_alone = uses::corrects_own_rows_alone(context.caller().account.role);
    const auto take = [](std::vector<tracker::Cell>& cells, std::string_view column) {
        const auto found = std::ranges::find(cells, column, &tracker::Cell::column);
        if (found == cells.end()) return std::string();
        std::string text = found->text;
        cells.erase(found);
        return text;
    };
    const std::string scan_of_scan = take(typed.scan, "scan_id");
    if (typed.scan_id.empty()) typed.scan_id = scan_of_scan;
    typed.nodule_id = form->text_or_none("nodule_id").value_or("");
    const std::string nodule = take(typed.findings, "nodule_id");
    if (typed.nodule_id.empty()) typed.nodule_id = nodule;
    take(typed.findings, "scan_id");
    take(typed.findings, "patient_id");
    take(typed.scan, "patient_id");
    if (typed.scan_id.empty()) form->refuse("scan_id: missing");
    if (typed.nodule_id.empty()) form->refuse("measurement.nodule_id: missing");
    if (const auto done = form->done(); !done) return tl::unexpected(done.error());
    return typed;
}

}  // namespace

namespace {

/// How a list is to be taken in, as the address says.
Result<tracker::IngestOptions> list_options(const RequestContext& context)
{
    tracker::IngestOptions options;
    options.own_rows_alone = uses::corrects_own_rows_alone(context.caller().account.role);
    options.may_decide = uses::may_decide(context.caller().account.role);
    options.amend_reason = context.parameter("amend").value_or("");
    if (context.parameter("amend") && options.amend_reason.empty()) {
        return failure(ErrorCode::usage, "amend: the reason is empty; say why stored values change, in words");
    }
    const Result<bool> dry_run = said_yes(context, "dry_run");
    if (!dry_run) return tl::unexpected(dry_run.error());
    options.dry_run = *dry_run;
    options.is_list = true;
    const Result<bool> confirm = said_yes(context, "confirm");
    if (!confirm) return tl::unexpected(confirm.error());
    options.confirm = *confirm;
    return options;
}

Result<Reply> list_taken_in(RequestContext& context, const Delivery& delivery, const tracker::IngestOptions& options)
{
    context.shown_patients = patients_of(delivery);
    if (!options.dry_run) return ingested(context, {}, delivery, options);
    context.log_detail = "dry run";
    // Nothing is stored: that needs no writer.
    const auto report =
        tracker::ingest(context.reader.registry, delivery, context.provenance(options.amend_reason), options);
    if (!report) return tl::unexpected(report.error());
    return Reply::of(ingest_json(*report, true));
}

/// A hospital's table and the map that takes it in; the map is empty where none was sent.
struct SentTable {
    std::string table_name;
    std::string table;
    std::string map_name = "map";
    std::string map;
};

std::string plain_name(const std::string& path)
{
    return path.substr(path.find_last_of("/\\") + 1);
}

/// Two files, of which the map ends in .json; or {table, map} as JSON.
Result<SentTable> sent_table(const RequestContext& context)
{
    SentTable sent;
    if (context.request.uploads.empty()) {
        auto form = Form::of(context.request.body);
        if (!form) return tl::unexpected(form.error());
        sent.table_name = form->text_or_none("name").value_or("table");
        sent.table = form->text("table");
        if (const auto map = form->object("map")) sent.map = map->as_sent();
        if (const auto done = form->done(); !done) return tl::unexpected(done.error());
        return sent;
    }
    for (const Upload& upload : context.request.uploads) {
        const std::string name = plain_name(upload.name);
        const bool is_map = name.ends_with(".json") || name == "map";
        if (is_map ? !sent.map.empty() : !sent.table.empty()) {
            return failure(ErrorCode::usage, "the upload has more than one " + std::string(is_map ? "map" : "table") +
                                                 "; send a table (CSV or .xlsx) and its map (.json)");
        }
        (is_map ? sent.map_name : sent.table_name) = name;
        (is_map ? sent.map : sent.table) = upload.text;
    }
    if (!sent.table.empty()) return sent;
    return failure(ErrorCode::usage, "the upload has no table; send a table (CSV or .xlsx) and its map (.json)");
}

}  // namespace

Result<Reply> records(RequestContext& context)
{
    const auto options = list_options(context);
    if (!options) return tl::unexpected(options.error());
    const auto delivery = delivered(context);
    if (!delivery) return tl::unexpected(delivery.error());
    return list_taken_in(context, *delivery, *options);
}

Result<Reply> import_table(RequestContext& context)
{
    const auto options = list_options(context);
    if (!options) return tl::unexpected(options.error());
    auto sent = sent_table(context);
    if (!sent) return tl::unexpected(sent.error());
    if (sent->map.empty()) {
        return failure(ErrorCode::usage,
                       "map: missing; what the table's columns mean (POST /api/v1/import/proposal drafts one)");
    }
    const auto map = interop::read_import_map(sent->map, sent->map_name);
    if (!map) return tl::unexpected(map.error());
    const auto table = interop::read_table(std::move(sent->table), sent->table_name, map->table);
    if (!table) return tl::unexpected(table.error());
    const auto delivery = interop::imported(*table, *map);
    if (!delivery) return tl::unexpected(delivery.error());
    return list_taken_in(context, *delivery, *options);
}

Result<Reply> proposed_map(RequestContext& context)
{
    auto sent = sent_table(context);
    if (!sent) return tl::unexpected(sent.error());
    const interop::TableForm form = interop::likely_form(sent->table);
    const auto table = interop::read_table(std::move(sent->table), sent->table_name, form);
    if (!table) return tl::unexpected(table.error());
    return Reply::of(interop::proposed_map(*table, form));
}

Result<Reply> scan(RequestContext& context)
{
    auto form = Form::of(context.request.body);
    if (!form) return tl::unexpected(form.error());
    auto cells = form->cells("scan");
    tracker::IngestOptions options;
    options.own_rows_alone = uses::corrects_own_rows_alone(context.caller().account.role);
    options.amend_reason = form->text_or_none("amend").value_or("");
    options.confirm = form->yes("confirm");
    if (!form->has("scan")) form->refuse("scan: missing; an object of the columns of scans.csv");
    if (const auto done = form->done(); !done) return tl::unexpected(done.error());
    std::erase_if(cells, [](const tracker::Cell& cell) { return cell.column == "patient_id"; });
    cells.insert(cells.begin(), {"patient_id", context.patient_id()});
    const auto add_if_missing = [&](const char* column, const char* text) {
        if (std::ranges::count(cells, column, &tracker::Cell::column) == 0) cells.push_back({column, text});
    };
    add_if_missing("modality", "ct");
    add_if_missing("purpose", "diagnostic");
    std::vector<interop::TypedCell> typed;
    for (const tracker::Cell& cell : cells)
        typed.push_back({cell.column, cell.text});
    const auto delivery = interop::read_typed_row(RowKind::scan, typed);
    if (!delivery) return tl::unexpected(delivery.error());
    return ingested(context, {context.patient_id()}, *delivery, options);
}

Result<Reply> measurement(RequestContext& context)
{
    const auto typed = typed_measurement(context, context.patient_id());
    if (!typed) return tl::unexpected(typed.error());
    const auto report = stored(context, {typed->patient_id}, [&](store::Registry& registry) {
        return tracker::store_measurement(registry, *typed, context.provenance(typed->amend_reason));
    });
    if (!report) return tl::unexpected(report.error());
    std::string text = "{\"delivery_no\":" + delivery_or_null(report->delivery_no).dump() + ",\"patient_id\":";
    append_json(text, typed->patient_id);
    text += ",\"scan_id\":";
    append_json(text, typed->scan_id);
    text += ",\"nodule_id\":";
    append_json(text, typed->nodule_id);
    text += ",\"warnings\":" + ordered_json(report->warnings).dump() + ",\"change_text\":";
    const auto judged = tracker::assess_patient(
        context.reader.patients, context.judges(), typed->patient_id, context.now.today, assess::Detail::none,
        [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
            append_json(text, report::change_text(assessment, record, context.judges().of(typed->patient_id),
                                                  typed->scan_id, typed->nodule_id));
            text += ",\"assessment\":";
            context.reader.assessment_json.of(context.judges().of(typed->patient_id))
                .append(text, assessment, record, assess::Detail::none);
            text.back() = '}';
            return {};
        });
    if (!judged) return tl::unexpected(judged.error());
    return Reply::of(text + "\n");
}

Result<Reply> preview(RequestContext& context)
{
    const auto typed = typed_measurement(context, std::nullopt);
    if (!typed) return tl::unexpected(typed.error());
    context.concerns_patient = typed->patient_id;
    const auto seen =
        tracker::preview(context.reader.registry, context.judges().of(typed->patient_id), *typed, context.now.today);
    if (!seen) return tl::unexpected(seen.error());
    return Reply::of(tracker::preview_json(*seen, context.judges().of(typed->patient_id), *typed));
}

}  // namespace nodtrack::service
