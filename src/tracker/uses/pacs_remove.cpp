#include "../pacs_use.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    const std::string name = call.values.text("name");
    if (const auto removed = tracker::remove_pacs((*registry)->file(), name); !removed) return removed;
    call.put(name + ": no longer asked\n");
    return {};
}

}  // namespace

UseCase pacs_remove()
{
    return {.name = "pacs remove",
            .summary = "forgets a PACS",
            .description =
                "Takes it off the list. Images that came from it stay where they are, and so does what is in "
                "the PACS.",
            .parameters = {pacs_name()},
            .examples = {{"nodtrack pacs remove main"}},
            .failures = {{ErrorCode::not_found, "there is no such PACS"}},
            .listed_after = "pacs test",
            .run = run};
}

}  // namespace nodtrack::uses
