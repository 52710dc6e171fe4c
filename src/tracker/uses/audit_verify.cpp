#include <fmt/format.h>

#include "nodtrack/tracker/registry.hpp"
#include "nodtrack/tracker/uses/call.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

using tracker::AuditHead;
using tracker::AuditReport;

Shape<AuditReport> shape()
{
    return {{"intact", schema_of(true), [](std::string& out, const AuditReport& of) { append_json(out, of.intact()); }},
            member<&AuditReport::deliveries>("deliveries"),
            member<&AuditReport::rows>("rows"),
            {"head", schema_of(std::string()),
             [](std::string& out, const AuditReport& of) { append_json(out, of.head.text()); }},
            {"problems", array_schema(schema_of(std::string())),
             [](std::string& out, const AuditReport& of) { out += json_of(of.problems); }},
            {"notices", array_schema(schema_of(std::string())),
             [](std::string& out, const AuditReport& of) { out += json_of(of.notices); }}};
}

std::string as_text(const AuditReport& report, bool has_earlier)
{
    std::string text = fmt::format("{} deliveries, {} rows hashed again\nhead {}\n", report.deliveries, report.rows,
                                   report.head.text());
    for (const auto& problem : report.problems)
        text += "problem: " + problem + "\n";
    for (const auto& notice : report.notices)
        text += "notice: " + notice + "\n";
    if (!report.intact()) return text + "NOT INTACT: the registry was modified outside nodtrack\n";
    if (has_earlier) return text + "intact: everything is as it was recorded\n";
    return text +
           "intact up to a cut tail: that the newest entries were cut off, or all was written anew, shows with --head "
           "alone\n";
}

Result<void> run(Call& call)
{
    std::optional<AuditHead> earlier;
    if (const auto given = call.values.find("head")) {
        earlier = AuditHead::parse(*given);
        if (!earlier) {
            return call.failure(ErrorCode::usage, "{head}: '" + *given +
                                                      "' is no head of a change log; give what 'nodtrack audit head' "
                                                      "printed");
        }
    }
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    const auto report = tracker::audit_verify(**registry, earlier);
    if (!report) return tl::unexpected(report.error());
    if (!report->intact()) call.bad_news = ErrorCode::registry_unusable;
    call.put(call.format == Format::json ? json_of(shape(), *report) + "\n" : as_text(*report, earlier.has_value()));
    return {};
}

}  // namespace

UseCase audit_verify()
{
    return {
        .name = "audit verify",
        .summary = "finds any value, entry, account or trigger that was changed outside nodtrack",
        .description =
            "Hashes every row again and follows the two chains: that of the record, and that of accounts, tokens, the "
            "read log and the key of research ids. Compares tables, triggers and views with what the migrations "
            "make. With a head printed earlier it also finds that the end of a log was cut off or all of it written "
            "anew; without one it cannot know.",
        .parameters = {text("head", "what 'nodtrack audit head' printed earlier", {}, "HEAD")},
        .examples = {{"nodtrack audit verify"}, {"nodtrack audit verify --head \"$(cat head-2026-12-31.txt)\""}},
        .failures = {{ErrorCode::registry_unusable, "the registry is not as it was recorded"}},
        .routes = {{.path = "/api/v1/audit/verify",
                    .roles = admin,
                    .summary = "Whether anything stored was changed from outside",
                    .response = "AuditReport"}},
        .schemas = {{"AuditReport", schema_of(shape())}},
        .listed_after = "policy diff",
        .run = run};
}
}  // namespace nodtrack::uses
