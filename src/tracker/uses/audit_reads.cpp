#include <fmt/format.h>

#include <functional>

#include "nodtrack/tracker/uses/call.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

using tracker::PatientRead;

Shape<PatientRead> shape()
{
    return {member<&PatientRead::read_no>("read_no"), member<&PatientRead::read_at>("read_at"),
            member<&PatientRead::account>("account"), member<&PatientRead::patient_id>("patient_id"),
            member<&PatientRead::route>("route"),     member<&PatientRead::detail>("detail")};
}

std::string as_text(const PatientRead& read)
{
    return fmt::format("{}  {:<20} {:<20} {}{}\n", store::utc_text(read.read_at), read.account, read.patient_id,
                       read.route, read.detail.empty() ? "" : "  (" + read.detail + ")");
}

Result<void> put_reads(Call& call, const std::function<bool(const PatientRead&)>& put)
{
    call.flush_reads();
    const auto behind = number_behind(call);
    if (!behind) return tl::unexpected(behind.error());
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    // In portions: the log of years need not fit into memory.
    tracker::ReadFilter filter{.patient_id = call.values.text("patient_id"),
                               .account = call.values.text("account"),
                               .from = call.values.date("from"),
                               .to = call.values.date("to"),
                               .after_read_no = *behind,
                               .limit = 10'000};
    for (;;) {
        const auto reads = tracker::reads_of(**registry, filter);
        if (!reads) return tl::unexpected(reads.error());
        for (const PatientRead& read : *reads) {
            if (!put(read)) return {};
        }
        if (reads->size() < filter.limit) return {};
        filter.after_read_no = reads->back().read_no;
    }
}

Result<void> run(Call& call)
{
    if (call.format == Format::text) {
        return put_reads(call, [&](const PatientRead& read) {
            call.put(as_text(read));
            return true;
        });
    }
    List list(call, "reads");
    bool is_all = true;
    const auto done = put_reads(call, [&](const PatientRead& read) {
        is_all = list.has_room();
        if (is_all) list.add(json_of(shape(), read), std::to_string(read.read_no));
        return is_all;
    });
    list.end(is_all);
    return done;
}

}  // namespace

UseCase audit_reads()
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
        .parameters =
            with_pages({text("patient_id", "reads of this patient alone", "--patient", "ID"),
                        text("account", "reads by this account alone", {}, "NAME"),
                        date("from", "from this day on (UTC)"), date("to", "up to this day (UTC)"),
                        json_switch("a JSON object a line: read_no, read_at, account, patient_id, route, detail")}),
        .examples = {{"nodtrack audit reads --patient SARC-002"},
                     {"nodtrack audit reads --account a.reader --from 2026-11-01 --json"}},
        .routes =
            {{.path = "/api/v1/audit/reads", .roles = admin, .summary = "Who read which patient", .response = "Reads"}},
        .schemas = {{"Reads", page_schema("reads", schema_of(shape()))}},
        .listed_after = "audit head",
        .run = run};
}
}  // namespace nodtrack::uses
