#include "nodtrack/tracker/history.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "command.hpp"
#include "link_text.hpp"
#include "nodtrack/report/decision_text.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/identity_json.hpp"
#include "nodtrack/tracker/ledger.hpp"
#include "nodtrack/tracker/registry.hpp"
#include "nodtrack/tracker/row_version.hpp"
#include "output.hpp"
#include "row_options.hpp"

namespace nodtrack::cli {
namespace {

/// Every row of a patient: their own, scans, measurements, therapies and so on.
Result<std::vector<tracker::RowKey>> all_rows(const store::Registry& registry, const std::string& patient_id)
{
    auto reader = tracker::PatientReader::open(registry);
    if (!reader) return tl::unexpected(reader.error());
    PatientRecord record;
    const auto found = reader->find(patient_id, record);
    if (!found) return tl::unexpected(found.error());
    if (!*found) return failure(ErrorCode::not_found, "patient '" + patient_id + "' is not in this registry");

    std::vector<tracker::RowKey> rows;
    for (auto& row : tracker::row_keys_of(record, reader->versions()))
        rows.push_back(std::move(row.key));
    return rows;
}

bool names_a_row(const Arguments& arguments)
{
    const auto options = row_options();
    return arguments.has("--row") ||
           std::any_of(options.begin(), options.end(), [&](const Option& o) { return arguments.has(o.name); });
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
        column_above = value.column;
    }
    return text;
}

Result<std::vector<tracker::RowKey>> rows_asked_for(const store::Registry& registry, const Arguments& arguments)
{
    if (!names_a_row(arguments)) return all_rows(registry, arguments.text("PATIENT"));
    const auto row = row_named_by(arguments);
    if (!row) return tl::unexpected(row.error());
    return std::vector<tracker::RowKey>{*row};
}

/// Which rows were linked to which nodule, by whom and why.
Result<void> print_links(const Call& call, const store::Registry& registry)
{
    const auto identities = tracker::identities_of(registry, call.arguments.text("PATIENT"));
    if (!identities) return tl::unexpected(identities.error());
    const bool json = call.arguments.has("--json");
    bool is_first = true;
    for (const auto& identity : *identities) {
        if (identity.links.empty()) continue;
        if (is_first && !json) print("links\n");
        is_first = false;
        print(json ? R"({"row":"links",)" + tracker::identity_json(identity).substr(1) : identity_text(identity));
    }
    return {};
}

/// What was recommended and decided: part of the whole history, and by itself with --decisions.
Result<void> print_ledger(const Call& call, const store::Registry& registry)
{
    const std::string patient_id = call.arguments.text("PATIENT");
    const auto ledger = tracker::ledger_of(registry, assess::Judge::released(), patient_id, call.now.today);
    if (!ledger) return tl::unexpected(ledger.error());
    print(call.arguments.has("--json") ? report::ledger_json(patient_id, *ledger)
                                       : report::ledger_text(patient_id, *ledger));
    return {};
}

Result<ExitStatus> run(const Call& call)
{
    const auto& arguments = call.arguments;
    if (arguments.has("--column") && !names_a_row(arguments)) {
        return failure(
            ErrorCode::usage,
            "--column goes with one row: --scan, --nodule, --therapy, --event, --visit, --decision, or --row");
    }
    const auto registry = open_registry(call, store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());
    const bool whole = !names_a_row(arguments) && !arguments.has("--changed");
    if (arguments.has("--decisions")) {
        if (!whole) return failure(ErrorCode::usage, "--decisions goes with the patient alone");
        if (const auto printed = print_ledger(call, *registry); !printed) return tl::unexpected(printed.error());
        return ExitStatus::done;
    }
    const auto rows = rows_asked_for(*registry, arguments);
    if (!rows) return tl::unexpected(rows.error());
    for (const auto& row : *rows) {
        auto values = tracker::history(*registry, row, arguments.text("--column"));
        if (!values) return tl::unexpected(values.error());
        const auto shown = arguments.has("--changed") ? only_changed(*values) : *values;
        if (shown.empty()) continue;
        print(arguments.has("--json") ? tracker::history_json(row, shown) : as_text(row, shown));
    }
    if (whole) {
        if (const auto printed = print_links(call, *registry); !printed) return tl::unexpected(printed.error());
        if (const auto printed = print_ledger(call, *registry); !printed) return tl::unexpected(printed.error());
    }
    return ExitStatus::done;
}

}  // namespace

Command history_command()
{
    auto options = row_options();
    options.push_back({.name = "--row", .help = "the patient's own row alone"});
    options.push_back({.name = "--column", .value = "COLUMN", .help = "one column of that row"});
    options.push_back({.name = "--changed", .help = "only columns that have ever been something else"});
    options.push_back({.name = "--decisions", .help = "only what was recommended and decided"});
    options.push_back({.name = "--json", .help = "JSON Lines, one object a value or kept recommendation"});
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
        .positionals = {{.name = "PATIENT", .help = "the patient"}},
        .options = std::move(options),
        .examples = {{"nodtrack history SARC-011 --changed", "everything ever corrected or filled in"},
                     {"nodtrack history SARC-011 --scan CT-2026-11-10 --nodule N1 --column long_axis_mm",
                      "one value of one measurement"},
                     {"nodtrack history SARC-011 --row --column birth_date"},
                     {"nodtrack history SARC-002 --decisions", "what was recommended, decided and done"}},
        .failures = {{ExitStatus::not_found, "there is no such patient or row"}},
        .run = run};
}

}  // namespace nodtrack::cli
