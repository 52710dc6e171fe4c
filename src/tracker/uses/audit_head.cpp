#include "nodtrack/tracker/registry.hpp"
#include "nodtrack/tracker/uses/call.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

using tracker::AuditHead;

Shape<AuditHead> shape()
{
    return {member<&AuditHead::delivery_no>("delivery_no"),
            member<&AuditHead::entry_sha256>("entry_sha256"),
            {"head", schema_of(std::string()),
             [](std::string& out, const AuditHead& head) { append_json(out, head.text()); }}};
}

Result<void> run(Call& call)
{
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    const auto head = tracker::audit_head(**registry);
    if (!head) return tl::unexpected(head.error());
    call.put((call.format == Format::json ? json_of(shape(), *head) : head->text()) + "\n");
    return {};
}

}  // namespace

UseCase audit_head()
{
    return {.name = "audit head",
            .summary = "prints the head of the change log, to be signed and kept elsewhere",
            .description =
                "Each entry of the change log carries the hash of the one before, so the newest entry's hash stands "
                "for all that was ever recorded. Kept where the registry's owner cannot change it, it proves later "
                "that no value was changed or cut off (nodtrack audit verify --head).",
            .examples = {{"nodtrack audit head"},
                         {"nodtrack audit head | gpg --clearsign > head-2026-12-31.asc", "signs it"}},
            .routes = {{.path = "/api/v1/audit/head",
                        .roles = admin,
                        .summary = "The newest entry of the chained log, to be kept elsewhere",
                        .response = "AuditHead"}},
            .schemas = {{"AuditHead", schema_of(shape())}},
            .listed_after = "audit verify",
            .run = run};
}
}  // namespace nodtrack::uses
