#include "nodtrack/tracker/amend.hpp"

#include <fmt/format.h>

#include "command.hpp"
#include "output.hpp"
#include "row_options.hpp"

namespace nodtrack::cli {
namespace {

Result<std::vector<tracker::Correction>> corrections_in(const std::vector<std::string>& words)
{
    std::vector<tracker::Correction> corrections;
    for (const auto& word : words) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos || equals == 0) {
            return failure(ErrorCode::usage,
                           "amend: '" + word + "' is no correction; write COLUMN=VALUE, e.g. long_axis_mm=5.6");
        }
        corrections.push_back({word.substr(0, equals), word.substr(equals + 1)});
    }
    return corrections;
}

Result<ExitStatus> run(const Call& call)
{
    const auto row = row_named_by(call.arguments);
    if (!row) return tl::unexpected(row.error());
    const auto corrections = corrections_in(call.arguments.all("COLUMN=VALUE"));
    if (!corrections) return tl::unexpected(corrections.error());
    const auto typed_version = call.arguments.whole_number("--if-version", 1);
    if (!typed_version) return tl::unexpected(typed_version.error());
    tracker::AmendOptions options{.confirm = call.arguments.has("--confirm")};
    if (*typed_version) options.expected_version = static_cast<store::Version>(**typed_version);
    auto registry = open_registry(call);
    if (!registry) return tl::unexpected(registry.error());

    const auto report = tracker::amend(*registry, *row, *corrections,
                                       occasion_of(call.now, "amend", call.arguments.text("--reason")), options);
    if (!report) return tl::unexpected(report.error());
    for (const auto& warning : report->warnings)
        note("warning: " + warning);
    if (report->changed.empty()) {
        print("nothing to correct: these are the stored values already\n");
        return ExitStatus::done;
    }
    print(row_title(*row) + "\n");
    const auto shown = [](const std::string& text) { return text.empty() ? std::string("(not known)") : text; };
    for (const auto& value : report->changed) {
        print(fmt::format("  {}: {} -> {}\n", value.column, shown(value.before), shown(value.after)));
    }
    print(fmt::format("stored as delivery {}; the earlier values stay in the history\n", report->delivery_no));
    return ExitStatus::done;
}

}  // namespace

Command amend_command()
{
    auto options = row_options();
    options.push_back({.name = "--reason", .value = "REASON", .help = "why; kept with the value", .required = true});
    options.push_back(confirm_option());
    options.push_back({.name = "--if-version",
                       .value = "N",
                       .help = "only where the row is this version still ('nodtrack history --json' tells it)"});
    return {
        .name = "amend",
        .summary = "corrects single values of one row; the earlier values stay readable",
        .description =
            "Names one row of the record and the values that are to stand in it, by the columns of the record's files; "
            "an "
            "empty VALUE makes the value not known. The patient's own row is meant where no other is named. What names "
            "a row "
            "(ids, the day and kind of a therapy or event) cannot be corrected.",
        .positionals = {{.name = "PATIENT", .help = "the patient"},
                        {.name = "COLUMN=VALUE", .help = "a correction, e.g. long_axis_mm=5.6", .repeated = true}},
        .options = std::move(options),
        .examples =
            {{"nodtrack amend SARC-011 long_axis_mm=5.6 --scan CT-2026-11-10 --nodule N1 --reason 'typed wrong'",
              "corrects a size"},
             {"nodtrack amend SARC-011 birth_date=1961-04-02 --reason 'register office'",
              "corrects the patient's own row"},
             {"nodtrack amend SARC-011 end_date=2026-03-01 --therapy systemic --date 2025-11-02 --reason 'ended early'",
              "ends a therapy"}},
        .failures = {{ExitStatus::bad_input,
                      "a column or value is wrong, the record would contradict itself, a value becomes implausible and "
                      "is not confirmed, or the row is another version; nothing was stored"},
                     {ExitStatus::not_found, "there is no such row"}},
        .run = run};
}

}  // namespace nodtrack::cli
