#include <fmt/format.h>

#include "command.hpp"
#include "nodtrack/tracker/registry.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

Result<std::optional<tracker::AuditHead>> earlier_head(const Arguments& arguments)
{
    const auto typed = arguments.find("--head");
    if (!typed) return std::optional<tracker::AuditHead>();
    const auto head = tracker::AuditHead::parse(*typed);
    if (!head) {
        return failure(ErrorCode::usage,
                       "--head: '" + *typed + "' is no head of a change log; give what 'nodtrack audit head' printed");
    }
    return head;
}

Result<ExitStatus> run(const Call& call)
{
    const auto earlier = earlier_head(call.arguments);
    if (!earlier) return tl::unexpected(earlier.error());
    const auto registry = open_registry(call, store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());
    const auto report = tracker::audit_verify(*registry, *earlier);
    if (!report) return tl::unexpected(report.error());
    print(fmt::format("{} deliveries, {} rows hashed again\nhead {}\n", report->deliveries, report->rows,
                      report->head.text()));
    for (const auto& problem : report->problems)
        print("problem: " + problem + "\n");
    for (const auto& notice : report->notices)
        print("notice: " + notice + "\n");
    if (!report->intact()) {
        print("NOT INTACT: the registry was modified outside nodtrack\n");
    } else if (*earlier) {
        print("intact: everything is as it was recorded\n");
    } else {
        print(
            "intact up to a cut tail: that the newest entries were cut off, or all was written anew, shows with --head "
            "alone\n");
    }
    return report->intact() ? ExitStatus::done : ExitStatus::registry_unusable;
}

}  // namespace

Command audit_verify_command()
{
    return {
        .name = "audit verify",
        .summary = "finds any value, entry, account or trigger that was changed outside nodtrack",
        .description =
            "Hashes every row again and follows the two chains: that of the record, and that of accounts, tokens, the "
            "read log and the key of research ids. Compares tables, triggers and views with what the migrations "
            "make. With a head printed earlier it also finds that the end of a log was cut off or all of it written "
            "anew; without one it cannot know.",
        .options = {{.name = "--head", .value = "HEAD", .help = "what 'nodtrack audit head' printed earlier"}},
        .examples = {{"nodtrack audit verify"}, {"nodtrack audit verify --head \"$(cat head-2026-12-31.txt)\""}},
        .failures = {{ExitStatus::registry_unusable, "the registry is not as it was recorded"}},
        .run = run};
}

}  // namespace nodtrack::cli
