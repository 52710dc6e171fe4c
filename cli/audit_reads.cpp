#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "command.hpp"
#include "nodtrack/store/access.hpp"
#include "nodtrack/tracker/access.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

std::string as_json_line(const tracker::PatientRead& read)
{
    const nlohmann::ordered_json line = {{"read_no", read.read_no}, {"read_at", store::utc_text(read.read_at)},
                                         {"account", read.account}, {"patient_id", read.patient_id},
                                         {"route", read.route},     {"detail", read.detail}};
    return line.dump() + "\n";
}

Result<ExitStatus> run(const Call& call)
{
    const auto& arguments = call.arguments;
    const auto from = arguments.date("--from");
    if (!from) return tl::unexpected(from.error());
    const auto to = arguments.date("--to");
    if (!to) return tl::unexpected(to.error());
    const auto registry = open_registry(call, store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());
    // In portions: the log of years need not fit into memory.
    tracker::ReadFilter filter{.patient_id = arguments.text("--patient"),
                               .account = arguments.text("--account"),
                               .from = *from,
                               .to = *to,
                               .limit = 10'000};
    for (;;) {
        const auto reads = tracker::reads_of(*registry, filter);
        if (!reads) return tl::unexpected(reads.error());
        for (const auto& read : *reads) {
            print(arguments.has("--json")
                      ? as_json_line(read)
                      : fmt::format("{}  {:<20} {:<20} {}{}\n", store::utc_text(read.read_at), read.account,
                                    read.patient_id, read.route, read.detail.empty() ? "" : "  (" + read.detail + ")"));
        }
        if (reads->size() < filter.limit) return ExitStatus::done;
        filter.after_read_no = reads->back().read_no;
    }
}

}  // namespace

Command audit_reads_command()
{
    return {
        .name = "audit reads",
        .summary = "lists who looked at which patient through the service",
        .description =
            "Oldest first: when (UTC), the account, the patient as asked for, the service's route, and what else there "
            "is to "
            "say. A list is one entry with the patient * and those that it showed; sign-ins, also failed ones with the "
            "name that was tried, and exports are entries with the patient -. "
            "Looking with this program at the file itself leaves no entry: whoever may read the file is "
            "trusted with it.",
        .options = {{.name = "--patient", .value = "ID", .help = "reads of this patient alone"},
                    {.name = "--account", .value = "NAME", .help = "reads by this account alone"},
                    {.name = "--from", .value = "DATE", .help = "from this day on (UTC)"},
                    {.name = "--to", .value = "DATE", .help = "up to this day (UTC)"},
                    {.name = "--json",
                     .help = "a JSON object a line: read_no, read_at, account, patient_id, route, detail"}},
        .examples = {{"nodtrack audit reads --patient SARC-002"},
                     {"nodtrack audit reads --account a.reader --from 2026-11-01 --json"}},
        .run = run};
}

}  // namespace nodtrack::cli
