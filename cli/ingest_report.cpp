#include "ingest_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "nodtrack/tracker/ingest_statements.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

std::string tally_table(const tracker::IngestReport& report)
{
    std::string table =
        fmt::format("{:<14}{:>10}{:>12}{:>12}{:>12}\n", "rows", "added", "filled in", "superseded", "unchanged");
    for (std::size_t kind = 0; kind < row_kind_names.size(); ++kind) {
        const auto& tally = report.tally[kind];
        table += fmt::format("{:<14}{:>10}{:>12}{:>12}{:>12}\n", row_kind_names[kind], tally.added, tally.filled_in,
                             tally.superseded, tally.unchanged);
    }
    for (const auto& [name, tally] : {std::pair("links", report.links), std::pair("retractions", report.retractions)}) {
        if (tally.added + tally.unchanged == 0) continue;
        table += fmt::format("{:<14}{:>10}{:>12}{:>12}{:>12}\n", name, tally.added, "", "", tally.unchanged);
    }
    return table;
}

/// What was stored and what stands now, row by row.
std::string superseded_lines(const tracker::IngestReport& report)
{
    std::string text;
    for (const auto& [row, value] : report.superseded) {
        text += fmt::format("superseded: {} {}: {}: {} -> {}\n", row_noun(row.kind), fmt::join(row.values, " "),
                            value.column, value.before, value.after);
    }
    return text;
}

std::string outcome_line(const tracker::IngestReport& report, bool dry_run)
{
    if (dry_run) return "dry run: nothing was stored\n";
    if (!report.delivery_no) return "nothing new: the registry is unchanged\n";
    return fmt::format("stored as delivery {}\n", *report.delivery_no);
}

}  // namespace

Result<tracker::IngestOptions> ingest_options(const Arguments& arguments)
{
    // An empty reason is none: `--amend ""` must not let contradictions pass.
    if (arguments.has("--amend") && arguments.text("--amend").empty()) {
        return failure(ErrorCode::usage, "--amend: the reason is empty; say why stored values change, in words");
    }
    return tracker::IngestOptions{.amend_reason = arguments.text("--amend"),
                                  .dry_run = arguments.has("--dry-run"),
                                  .confirm = arguments.has("--confirm"),
                                  .is_list = true};
}

std::vector<Option> ingest_option_list()
{
    return {{.name = "--amend", .value = "REASON", .help = "rows that contradict stored values supersede them"},
            confirm_option(),
            {.name = "--dry-run", .help = "checks and counts everything, stores nothing"}};
}

namespace {

ExitStatus told(const tracker::IngestReport& report, bool dry_run)
{
    constexpr std::size_t warnings_told = 20;
    for (std::size_t i = 0; i < std::min(report.warnings.size(), warnings_told); ++i)
        note("warning: " + report.warnings[i]);
    if (report.warnings.size() > warnings_told) {
        note(fmt::format("warning: and {} more of these", report.warnings.size() - warnings_told));
    }
    print(superseded_lines(report));
    print(tally_table(report));
    print(outcome_line(report, dry_run));
    return ExitStatus::done;
}

}  // namespace

Result<ExitStatus> take_in(const Call& call, const Delivery& delivery, const tracker::IngestOptions& options,
                           std::string_view command)
{
    auto registry = open_registry(call, store::Opening::make_if_missing);
    if (!registry) return tl::unexpected(registry.error());
    const auto report =
        tracker::ingest(*registry, delivery, provenance_of(call.now, command, options.amend_reason), options);
    if (!report) return tl::unexpected(report.error());
    return told(*report, options.dry_run);
}

Result<ExitStatus> take_in(const Call& call, Delivery& delivery, const interop::Statements& statements,
                           const tracker::IngestOptions& options, std::string_view command)
{
    auto registry = open_registry(call, store::Opening::make_if_missing);
    if (!registry) return tl::unexpected(registry.error());
    const auto report = tracker::ingest_with_statements(
        *registry, delivery, statements, provenance_of(call.now, command, options.amend_reason), options);
    if (!report) return tl::unexpected(report.error());
    return told(*report, options.dry_run);
}

}  // namespace nodtrack::cli
