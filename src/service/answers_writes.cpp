#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "answers.hpp"
#include "form.hpp"
#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/report/assessment_json.hpp"
#include "nodtrack/report/change_text.hpp"
#include "nodtrack/report/decision_text.hpp"
#include "nodtrack/tracker/amend.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "nodtrack/tracker/decide.hpp"
#include "nodtrack/tracker/identity_json.hpp"
#include "nodtrack/tracker/ingest.hpp"
#include "nodtrack/tracker/log.hpp"
#include "nodtrack/tracker/preview.hpp"
#include "nodtrack/tracker/row_version.hpp"

namespace nodtrack::service {
namespace {

using nlohmann::ordered_json;
using store::DeliveryNumber;

std::string dumped(const ordered_json& object)
{
    return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

/// Whether the caller may decide: the tumour board and admins. Who may deliver a record need not.
bool may_decide(const RequestContext& context)
{
    const tracker::Role role = context.caller().account.role;
    return role == tracker::Role::board || role == tracker::Role::admin;
}

bool corrects_own_rows_alone(const RequestContext& context)
{
    return context.caller().account.role == tracker::Role::radiologist;
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
    return dumped({{"delivery_no", delivery_or_null(report.delivery_no)},
                   {"dry_run", dry_run},
                   {"tally", tally},
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
DeliveryNumber delivery_of(const tracker::AmendReport& report)
{
    return report.delivery_no;
}
DeliveryNumber delivery_of(const tracker::DecideReport& report)
{
    return report.decision.delivery_no;
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
        return tracker::ingest(registry, delivery, context.occasion(options.amend_reason), options);
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
    typed.own_rows_alone = corrects_own_rows_alone(context);
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

/// The row that an amendment names: `row` is its kind, then its key.
Result<tracker::RowKey> row_of(Form& form)
{
    const std::optional<RowKind> named = kind_of_name(form.text("row"));
    if (!named) form.refuse("row: must be one of " + row_kind_list());
    tracker::RowKey row{.kind = named.value_or(RowKind::patient)};
    std::map<std::string_view, std::string> parts = {{"patient_id", form.text("patient_id")}};
    for (const char* name : {"scan_id", "nodule_id", "kind"})
        parts[name] = form.text_or_none(name).value_or("");
    const auto date = form.date("date");
    for (const char* name : {"visit_id", "decided_by"})
        parts[name] = form.text_or_none(name).value_or("");
    with_kind(row.kind, [&]<RowKind kind>() {
        constexpr bool is_dated = kind == RowKind::therapy || kind == RowKind::event || kind == RowKind::decision;
        if (is_dated && !date) form.refuse("date: missing");
        for_each_key_column<kind>([&]<class Owner, class Member>(const Field<Owner, Member>& field) {
            const std::string& part = parts[field.column];
            if constexpr (std::is_same_v<Member, Date>) {
                row.values.push_back(date.value_or(Date()).iso());
                return;
            } else if constexpr (std::is_enum_v<Member>) {
                if (!value_of_word<Member>(part)) form.refuse("kind: is no kind of " + std::string(row_noun(kind)));
            } else if (part.empty() && !is_dated && field.column != "patient_id") {
                form.refuse(std::string(field.column) + ": missing");
            }
            row.values.push_back(part);
        });
    });
    return row;
}

/// Whether it says which recommendation was on the screen: what is left out would agree with any.
bool names_recommendation(Form& seen)
{
    const auto is_named = [](const Form& one) { return one.has("action") && one.names("due_date"); };
    if (const auto recommendation = seen.object("recommendation")) return is_named(*recommendation);
    return is_named(seen);
}

/// What differs between the answer that was on the screen and the present one; empty where nothing does.
std::vector<std::string> differences(const ordered_json& seen, const ordered_json& present)
{
    std::vector<std::string> lines;
    const auto compare = [&](const std::string& name, const ordered_json& was, const ordered_json& is) {
        if (was != is) lines.push_back(name + ": was " + was.dump() + " on the screen, is " + is.dump() + " now");
    };
    const ordered_json& recommendation = present.at("recommendation");
    const ordered_json& shown =
        seen.contains("recommendation") && seen["recommendation"].is_object() ? seen["recommendation"] : seen;
    // Without an index scan the due date counts from the day of asking, and moves with it.
    const bool date_moves = present.at("index_scan").is_null() && recommendation.at("action") != "URGENT_ESCALATION";
    for (const char* name : {"action", "due_date"}) {
        if (shown.contains(name) && !(date_moves && std::string_view(name) == "due_date")) {
            compare(name, shown[name], recommendation.at(name));
        }
    }
    for (const char* name : {"index_scan", "patient_class"}) {
        if (seen.contains(name)) compare(name, seen[name], present.at(name));
    }
    return lines;
}

}  // namespace

Result<Reply> records(RequestContext& context)
{
    tracker::IngestOptions options;
    options.own_rows_alone = corrects_own_rows_alone(context);
    options.may_decide = may_decide(context);
    options.amend_reason = context.parameter("amend").value_or("");
    if (context.parameter("amend") && options.amend_reason.empty()) {
        return failure(ErrorCode::usage, "amend: the reason is empty; say why stored values change, in words");
    }
    const Result<bool> dry_run = said_yes(context, "dry_run");
    if (!dry_run) return tl::unexpected(dry_run.error());
    options.dry_run = *dry_run;
    const Result<bool> confirm = said_yes(context, "confirm");
    if (!confirm) return tl::unexpected(confirm.error());
    options.confirm = *confirm;
    const auto delivery = delivered(context);
    if (!delivery) return tl::unexpected(delivery.error());
    context.shown_patients = patients_of(*delivery);
    if (options.dry_run) {
        context.log_detail = "dry run";
        // Nothing is stored: that needs no writer.
        const auto report =
            tracker::ingest(context.reader.registry, *delivery, context.occasion(options.amend_reason), options);
        if (!report) return tl::unexpected(report.error());
        return Reply::of(ingest_json(*report, true));
    }
    return ingested(context, {}, *delivery, options);
}

Result<Reply> scan(RequestContext& context)
{
    auto form = Form::of(context.request.body);
    if (!form) return tl::unexpected(form.error());
    auto cells = form->cells("scan");
    tracker::IngestOptions options;
    options.own_rows_alone = corrects_own_rows_alone(context);
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
        return tracker::store_measurement(registry, *typed, context.occasion(typed->amend_reason));
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
        context.reader.patients, context.judge(), typed->patient_id, context.now.today, assess::Detail::none,
        [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
            append_json(text,
                        report::change_text(assessment, record, context.judge(), typed->scan_id, typed->nodule_id));
            text += ",\"assessment\":";
            context.reader.assessment_json.append(text, assessment, record, assess::Detail::none);
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
    const auto seen = tracker::preview(context.reader.registry, context.judge(), *typed, context.now.today);
    if (!seen) return tl::unexpected(seen.error());
    return Reply::of(tracker::preview_json(*seen, context.judge(), *typed));
}

Result<Reply> amendment(RequestContext& context)
{
    auto form = Form::of(context.request.body);
    if (!form) return tl::unexpected(form.error());
    const auto row = row_of(*form);
    std::vector<tracker::Correction> corrections;
    for (tracker::Cell& cell : form->cells("changes"))
        corrections.push_back({std::move(cell.column), std::move(cell.text)});
    if (corrections.empty()) form->refuse("changes: missing; an object of column and value");
    const std::string reason = form->text("reason");
    const bool confirm = form->yes("confirm");
    const auto expected = form->whole_number("expected_version");
    if (!expected || *expected < 1) form->refuse("expected_version: missing; the version that was on the screen");
    if (const auto done = form->done(); !done) return tl::unexpected(done.error());
    const std::string patient_id(row->value("patient_id"));
    context.concerns_patient = patient_id;
    if (corrects_own_rows_alone(context)) {
        const auto own = tracker::require_own_rows(context.reader.registry, {&*row, 1}, context.caller().account.name);
        if (!own) return tl::unexpected(own.error());
    }
    const auto report = stored(context, {patient_id}, [&](store::Registry& registry) {
        return tracker::amend(registry, *row, corrections, context.occasion(reason),
                              {.expected_version = static_cast<store::Version>(*expected), .confirm = confirm});
    });
    if (!report) return tl::unexpected(report.error());
    ordered_json changed = ordered_json::array();
    for (const tracker::CorrectedValue& value : report->changed)
        changed.push_back({{"column", value.column}, {"before", value.before}, {"after", value.after}});
    const auto version = static_cast<store::Version>(*expected) + (report->changed.empty() ? 0U : 1U);
    return Reply::of(dumped({{"delivery_no", delivery_or_null(report->delivery_no)},
                             {"version", version},
                             {"changed", changed},
                             {"warnings", report->warnings}}));
}

Result<Reply> decision(RequestContext& context)
{
    auto form = Form::of(context.request.body);
    if (!form) return tl::unexpected(form.error());
    tracker::DecideRequest request;
    request.patient_id = context.patient_id();
    const std::string kind = form->text("kind");
    const auto* const known = std::ranges::find(assess::ledger_kind_words, kind);
    if (known == std::ranges::end(assess::ledger_kind_words)) {
        form->refuse("kind: must be one of accept, override, event, close, before_registry");
    } else {
        request.kind = static_cast<assess::LedgerKind>(known - std::ranges::begin(assess::ledger_kind_words));
    }
    const std::string action = form->text_or_none("action").value_or("");
    if (!action.empty()) {
        request.action = assess::action_of_word(action);
        if (!request.action) form->refuse("action: is no action of the policy");
    }
    const std::string next_step = form->text_or_none("next_step").value_or("");
    if (!next_step.empty()) {
        request.next_step = value_of_word<NextStep>(next_step);
        if (!request.next_step) form->refuse("next_step: must be one of " + word_list<NextStep>());
    }
    request.baselines = form->texts("baselines");
    request.confirm = form->yes("confirm");
    request.due_date = form->date("due_date");
    request.decided_on = form->date("decided_on").value_or(context.now.today);
    request.decided_by = form->text_or_none("decided_by").value_or(context.caller().account.name);
    request.reason = form->text("reason");
    request.present = form->texts("present");
    request.board = form->yes("board") || !request.present.empty();
    const std::string event = form->text_or_none("event").value_or("");
    const std::string nodule_id = form->text_or_none("nodule_id").value_or("");
    const auto event_date = form->date("event_date");
    if (request.kind == assess::LedgerKind::nodule_event) {
        const auto value = value_of_word<EventKind>(event);
        if (!value)
            form->refuse("event: must be one of board_baseline, not_a_nodule, pathology_benign, pathology_malignant");
        if (nodule_id.empty()) form->refuse("nodule_id: missing; the nodule of the event");
        request.event = NoduleEvent{nodule_id, value.value_or(EventKind::board_baseline),
                                    event_date.value_or(request.decided_on), request.reason};
    } else if (!event.empty() || !nodule_id.empty()) {
        form->refuse("event: goes with kind event, and nodule_id with it");
    }
    auto seen = form->object("seen");
    if (!seen) form->refuse("seen: missing; the recommendation that was on the screen: action, due_date");
    if (seen && !names_recommendation(*seen)) {
        form->refuse(
            "seen: its action or due_date is missing; the recommendation that was on the screen: action, due_date");
    }
    if (const auto done = form->done(); !done) return tl::unexpected(done.error());
    const ordered_json shown = ordered_json::parse(context.request.body).at("seen");

    const auto report =
        stored(context, {request.patient_id}, [&](store::Registry& registry) -> Result<tracker::DecideReport> {
            std::string present;
            const auto judged = tracker::assess_patients(
                registry, context.judge(),
                {.patient_ids = {request.patient_id}, .as_of = request.decided_on, .known_on = std::nullopt},
                [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
                    context.reader.assessment_json.append(present, assessment, record, assess::Detail::none);
                    request.seen = assess::proposal_of(assessment, record, context.judge().policy());
                    return {};
                });
            if (!judged) return tl::unexpected(judged.error());
            auto lines = differences(shown, ordered_json::parse(present));
            if (!lines.empty()) {
                return failure(ErrorCode::conflict,
                               "the recommendation has changed since it was shown; nothing was stored",
                               std::move(lines));
            }
            return tracker::decide(registry, context.judge(), request, context.occasion(request.reason));
        });
    if (!report) return tl::unexpected(report.error());
    std::string text = "{\"decision\":" + report::decision_json(report->decision) + ",\"assessment\":";
    context.reader.assessment_json.append(text, report->before, report->record_before, assess::Detail::fired);
    text.pop_back();
    text += ",\"new_assessment\":";
    if (report->after) {
        context.reader.assessment_json.append(text, *report->after, report->record, assess::Detail::fired);
        text.pop_back();
    } else {
        text += "null";
    }
    text += std::string(",\"stands_today\":") + (report->stands_today ? "true" : "false") + "}\n";
    return Reply::of(std::move(text));
}

namespace {

/// Stores a statement on links; the answer is what is said of the patient's nodules now.
Result<Reply> linked(RequestContext& context, const ServiceContext::Storing& statement)
{
    const auto delivery = context.service.store(context.reader, {context.patient_id()}, statement);
    if (!delivery) return tl::unexpected(delivery.error());
    const auto identities = tracker::identities_of(context.reader.registry, context.patient_id());
    if (!identities) return tl::unexpected(identities.error());
    std::string lines;
    for (const auto& identity : *identities)
        lines += tracker::identity_json(identity);
    return Reply::of("{\"delivery_no\":" + delivery_or_null(*delivery).dump() + ",\"identities\":" + as_array(lines) +
                     "}\n");
}

/// `links` as they are listed (`CT-2026-11-10/N1#2`), or one `link`.
Result<std::vector<tracker::LinkChoice>> choices(const RequestContext& context, Form& form)
{
    std::vector<std::string> names = form.texts("links");
    if (const auto one = form.text_or_none("link")) names.push_back(*one);
    if (names.empty()) form.refuse("links: missing; the links as the list of identities names them");
    if (const auto done = form.done(); !done) return tl::unexpected(done.error());
    const auto identities = tracker::identities_of(context.reader.registry, context.patient_id());
    if (!identities) return tl::unexpected(identities.error());
    std::vector<tracker::LinkChoice> chosen;
    std::vector<std::string> missing;
    for (const std::string& name : names) {
        const std::size_t before = chosen.size();
        for (const auto& identity : *identities) {
            for (const auto& link : identity.links) {
                if (tracker::title_of(link) == name) chosen.push_back({identity.observation, link.link_no});
            }
        }
        if (chosen.size() == before) missing.push_back(name + ": there is no such link");
    }
    if (!missing.empty()) return failure(ErrorCode::not_found, "nothing was stored", std::move(missing));
    return chosen;
}

}  // namespace

Result<Reply> link(RequestContext& context)
{
    auto form = Form::of(context.request.body);
    if (!form) return tl::unexpected(form.error());
    tracker::IdentityProposal statement;
    statement.observation.patient_id = context.patient_id();
    statement.observation.scan_id = form->text("scan_id");
    statement.nodule_id = form->text("nodule_id");
    const auto state = form->text_or_none("nodule_state");
    if (state) {
        statement.nodule_state = store::nodule_state_of_word(*state);
        if (!statement.nodule_state) form->refuse("nodule_state: must be one of " + store::nodule_state_words());
    }
    const bool absent = statement.nodule_state && store::is_of_absent_nodule(*statement.nodule_state);
    const auto observation = form->text_or_none("observation_id");
    if (!absent && !observation) form->refuse("observation_id: missing; the nodule id that the row was reported under");
    if (absent && observation && *observation != statement.nodule_id) {
        form->refuse("observation_id: the state is said of a nodule without a row; leave it out");
    }
    statement.observation.observation_id = absent ? statement.nodule_id : observation.value_or("");
    if (const auto how = form->text_or_none("how")) {
        const auto method = store::link_method_of_word(*how);
        if (!method) form->refuse("how: must be one of typed, uid, registration, position");
        statement.how = method.value_or(tracker::LinkMethod::typed);
    }
    if (const auto confidence = form->number("confidence")) {
        if (!(*confidence >= 0.0 && *confidence <= 1.0)) form->refuse("confidence: must be a number from 0 to 1");
        statement.confidence_permille = static_cast<int>(std::floor(std::clamp(*confidence, 0.0, 1.0) * 1000.0 + 1e-9));
    }
    statement.other_nodule_id = form->text_or_none("other_nodule_id").value_or("");
    statement.state_date = form->date("state_date");
    const bool propose = form->yes("propose");
    const std::string reason = form->text_or_none("reason").value_or("");
    if (const auto done = form->done(); !done) return tl::unexpected(done.error());
    return linked(context, [&](store::Registry& registry) {
        const auto occasion = context.occasion(reason);
        return propose ? tracker::propose_links(registry, {&statement, 1}, occasion)
                       : tracker::link(registry, {&statement, 1}, occasion);
    });
}

Result<Reply> confirm_links(RequestContext& context)
{
    auto form = Form::of(context.request.body);
    if (!form) return tl::unexpected(form.error());
    const std::string reason = form->text_or_none("reason").value_or("");
    const auto chosen = choices(context, *form);
    if (!chosen) return tl::unexpected(chosen.error());
    return linked(context, [&](store::Registry& registry) {
        return tracker::confirm_links(registry, *chosen, context.occasion(reason));
    });
}

Result<Reply> undo_links(RequestContext& context)
{
    auto form = Form::of(context.request.body);
    if (!form) return tl::unexpected(form.error());
    const std::string reason = form->text("reason");
    const auto chosen = choices(context, *form);
    if (!chosen) return tl::unexpected(chosen.error());
    return linked(context, [&](store::Registry& registry) {
        return tracker::undo_links(registry, *chosen, context.occasion(reason));
    });
}

}  // namespace nodtrack::service
