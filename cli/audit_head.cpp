#include "command.hpp"
#include "nodtrack/tracker/registry.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call& call)
{
    const auto registry = open_registry(call, store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());
    const auto head = tracker::audit_head(*registry);
    if (!head) return tl::unexpected(head.error());
    print(head->text() + "\n");
    return ExitStatus::done;
}

}  // namespace

Command audit_head_command()
{
    return {.name = "audit head",
            .summary = "prints the head of the change log, to be signed and kept elsewhere",
            .description =
                "Each entry of the change log carries the hash of the one before, so the newest entry's hash stands "
                "for all that was ever recorded. Kept where the registry's owner cannot change it, it proves later "
                "that no value was changed or cut off (nodtrack audit verify --head).",
            .examples = {{"nodtrack audit head"},
                         {"nodtrack audit head | gpg --clearsign > head-2026-12-31.asc", "signs it"}},
            .run = run};
}

}  // namespace nodtrack::cli
