#include "nodtrack/tracker/history.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "../named_row.hpp"
#include "nodtrack/report/decision_text.hpp"
#include "nodtrack/store/retractions.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/identity_json.hpp"
#include "nodtrack/tracker/ledger.hpp"
#include "nodtrack/tracker/patient_history.hpp"
#include "nodtrack/tracker/registry.hpp"

namespace nodtrack::uses {
namespace {

/// Every row of a patient: their own, scans, measurements, therapies and so on; also those entered in error.
Result<std::vector<tracker::RowKey>> all_rows(const store::Registry& registry, const std::string& patient_id)
{
    auto reader = tracker::HistoryReader::open(registry);
    if (!reader) return tl::unexpected(reader.error());
    const auto versions = reader->versions_of(patient_id);
    if (!versions) return tl::unexpected(versions.error());
    if ((*versions)->patients.empty())
        return failure(ErrorCode::not_found, "patient '" + patient_id + "' is not in this registry");
    return tracker::row_keys_of(patient_id, **versions);
}

/// Who said so, when and why.
std::string said_by(const store::DeliveryEntry& delivery)
{
    return fmt::format("delivery {}, {}, {} at {}{}", delivery.delivery_no, delivery.actor, delivery.door,
                       delivery.recorded_at, delivery.reason.empty() ? "" : ": " + delivery.reason);
}

/// Keeps the values of columns that were ever something else, not known included.
std::vector<tracker::PastValue> only_changed(const std::vector<tracker::PastValue>& values)
{
    std::vector<tracker::PastValue> kept;
    for (const auto& value : values) {
        const auto same = [&](const tracker::PastValue& other) { return other.column == value.column; };
        const bool filled_in_later = std::find_if(values.begin(), values.end(), same)->version > 1;
        if (filled_in_later || std::count_if(values.begin(), values.end(), same) > 1) kept.push_back(value);
    }
    return kept;
}

std::string as_text(const tracker::RowKey& row, const std::vector<tracker::PastValue>& values)
{
    std::string text = row_title(row) + "\n";
    std::string_view column_above;
    for (const auto& value : values) {
        const auto& delivery = value.delivery;
        text +=
            fmt::format("  {:<32} {:<16} {}  delivery {}, {}, {}{}\n", value.column == column_above ? "" : value.column,
                        value.text.empty() ? "(not known)" : value.text, delivery.recorded_at, delivery.delivery_no,
                        delivery.actor, delivery.door, delivery.reason.empty() ? "" : ": " + delivery.reason);
        if (value.in_error) text += fmt::format("  {:<32} entered in error: {}\n", "", said_by(*value.in_error));
        column_above = value.column;
    }
    return text;
}

/// Which rows were linked to which nodule, by whom and why.
Result<void> put_links(Call& call, const store::Registry& registry)
{
    const auto identities = tracker::identities_of(registry, call.values.text("patient_id"));
    if (!identities) return tl::unexpected(identities.error());
    const bool json = call.format == Format::json;
    bool is_first = true;
    for (const auto& identity : *identities) {
        if (identity.links.empty()) continue;
        if (is_first && !json) call.put("links\n");
        is_first = false;
        call.put(json ? R"({"row":"links",)" + tracker::identity_json(identity).substr(1)
                      : tracker::identity_text(identity));
    }
    return {};
}

std::string what_was_retracted(const store::Retraction& what)
{
    switch (what.scope) {
        case store::RetractionScope::scan:
            return "scan " + what.scan_id;
        case store::RetractionScope::patient:
            return "everything recorded of the patient";
        case store::RetractionScope::delivery:
            return fmt::format("what delivery {} brought", what.retracted_delivery_no);
        case store::RetractionScope::row:
            break;
    }
    std::string key = what.row_key;
    std::ranges::replace(key, '\n', ' ');
    return fmt::format("{} {}", row_noun(what.kind), key);
}

/// What was said to have been entered in error, by whom and why, and what of it was taken back.
Result<void> put_retractions(Call& call, const store::Registry& registry)
{
    const auto retractions = store::retractions_of(registry, call.values.text("patient_id"));
    if (!retractions) return tl::unexpected(retractions.error());
    if (call.format == Format::json) return {};
    if (!retractions->empty()) call.put("entered in error\n");
    for (const auto& one : *retractions) {
        call.put(fmt::format("  {}{}: {}\n", what_was_retracted(one.what),
                             one.what.moved_to.empty() ? "" : " (moved to patient " + one.what.moved_to + ")",
                             said_by(one.delivery)));
        if (one.taken_back) call.put(fmt::format("    taken back: {}\n", said_by(*one.taken_back)));
    }
    return {};
}

/// What was recommended and decided: part of the whole history, and by itself with `decisions`.
Result<void> put_ledger(Call& call, const store::Registry& registry)
{
    const std::string patient_id = call.values.text("patient_id");
    const auto judges = call.judges();
    if (!judges) return tl::unexpected(judges.error());
    const auto ledger = tracker::ledger_of(registry, (*judges)->of(patient_id), patient_id,
                                           call.values.date("as_of").value_or(call.today));
    if (!ledger) return tl::unexpected(ledger.error());
    if (call.format == Format::text) {
        call.put(report::ledger_text(patient_id, *ledger));
        return {};
    }
    List list(call, "entries");
    for (const auto& entry : *ledger)
        list.add(report::ledger_entry_json(patient_id, entry));
    list.end();
    return {};
}

/// The service tells all rows at once, by one look-up.
Result<void> put_all_values(Call& call)
{
    tracker::HistoryFilter filter{.kind = {},
                                  .scan_id = call.values.find("scan_id"),
                                  .nodule_id = call.values.find("nodule_id"),
                                  .column = call.values.find("column")};
    if (const auto kind = call.values.find("kind")) filter.kind = kind_of_name(*kind);
    const auto reader = call.history();
    if (!reader) return tl::unexpected(reader.error());
    const auto values = tracker::patient_history_json(**reader, call.values.text("patient_id"), filter);
    if (!values) return tl::unexpected(values.error());
    call.put("{\"values\":" + *values + "}\n");
    return {};
}

Result<void> put_values(Call& call, const store::Registry& registry, bool names_one)
{
    const auto asked = names_one ? row_named_by(call).map([](const tracker::RowKey& row) { return std::vector{row}; })
                                 : all_rows(registry, call.values.text("patient_id"));
    if (!asked) return tl::unexpected(asked.error());
    for (const auto& row : *asked) {
        auto values = tracker::history(registry, row, call.values.text("column"));
        if (!values) return tl::unexpected(values.error());
        const auto shown = call.values.has("changed") ? only_changed(*values) : *values;
        if (shown.empty()) continue;
        call.put(call.format == Format::json ? tracker::history_json(row, shown) : as_text(row, shown));
    }
    return {};
}

Result<void> run(Call& call)
{
    const Values& values = call.values;
    if (call.door == Door::service && !values.has("decisions")) return put_all_values(call);
    const bool names_one = names_a_row(call) || values.has("row");
    if (values.has("column") && !names_one) {
        return call.failure(ErrorCode::usage,
                            "{column} goes with one row: {scan_id}, {nodule_id}, {therapy}, {event}, {visit_id}, "
                            "{decision}, or {row}");
    }
    const bool whole = !names_one && !values.has("changed");
    if (values.has("decisions") && !whole) {
        return call.failure(ErrorCode::usage, "{decisions} goes with the patient alone");
    }
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    if (!values.has("decisions")) {
        if (const auto put = put_values(call, **registry, names_one); !put || !whole) return put;
        if (const auto put = put_retractions(call, **registry); !put) return put;
        const auto followed = tracker::read_patient(**registry, values.text("patient_id"));
        if (!followed && followed.error().code == ErrorCode::not_found) return {};
        if (const auto put = put_links(call, **registry); !put) return put;
    }
    return put_ledger(call, **registry);
}

std::vector<Parameter> parameters()
{
    std::vector<Parameter> all = {required(text("patient_id", "the patient", "PATIENT")),
                                  sent(word("kind", "rows of this kind alone", texts_of(row_kind_names)))};
    std::ranges::copy(row_parameters(), std::back_inserter(all));
    all.push_back(typed(flag("row", "the patient's own row alone")));
    all.push_back(text("column", "one column of that row", {}, "COLUMN"));
    all.push_back(typed(flag("changed", "only columns that have ever been something else")));
    all.push_back(typed(flag("decisions", "only what was recommended and decided")));
    all.push_back(sent(date("as_of", "by this day; else today")));
    all.push_back(json_switch("JSON Lines, one object a value or kept recommendation"));
    return all;
}

}  // namespace

UseCase history()
{
    return {
        .name = "history",
        .summary = "shows how values came to be what they are: who said what, when and why",
        .description =
            "Shows every value that any row of the patient has had, oldest first, with the delivery that brought "
            "it; or those of the one row named. A correction never removes what stood before. Below stand the links "
            "that say "
            "which nodule a row is (`nodtrack link`), and what was "
            "recommended and kept, what was decided on it by whom, and what became of it by today: open, overdue, done "
            "(by the scan or decision that answers it), or replaced by a newer assessment.",
        .parameters = parameters(),
        .examples = {{"nodtrack history SARC-011 --changed", "everything ever corrected or filled in"},
                     {"nodtrack history SARC-011 --scan CT-2026-11-10 --nodule N1 --column long_axis_mm",
                      "one value of one measurement"},
                     {"nodtrack history SARC-011 --row --column birth_date"},
                     {"nodtrack history SARC-002 --decisions", "what was recommended, decided and done"}},
        .failures = {{ErrorCode::not_found, "there is no such patient or row"}},
        .routes = {{.path = "/api/v1/patients/{patient_id}/history",
                    .summary = "Every value there was, with who said so, when and why, as `nodtrack history --json`",
                    .response = "History",
                    .rests_on = RestsOn::patient,
                    .takes = {"kind", "scan_id", "nodule_id", "column"}},
                   {.path = "/api/v1/patients/{patient_id}/ledger",
                    .summary = "Recommendations that were kept, the decisions on them and what became of them",
                    .response = "Ledger",
                    .rests_on = RestsOn::patient,
                    .sets = {{"decisions", "yes"}},
                    .takes = {"as_of"}}},
        .listed_after = "dose",
        .run = run};
}

}  // namespace nodtrack::uses
