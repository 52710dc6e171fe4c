#include "command.hpp"
#include "output.hpp"

namespace nodtrack::cli {

Result<store::Registry> open_registry(const Call& call)
{
    Result<store::Registry> registry = store::Registry::open(call.registry_file);
    if (!registry) return registry;
    if (const std::string notice = store::migration_notice(*registry); !notice.empty()) note("nodtrack: " + notice);
    return registry;
}

}  // namespace nodtrack::cli
