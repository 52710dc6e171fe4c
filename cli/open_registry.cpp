#include <fmt/format.h>

#include "command.hpp"
#include "nodtrack/store/audit.hpp"
#include "output.hpp"

namespace nodtrack::cli {

Result<store::Registry> open_registry(const Call& call, store::Opening opening)
{
    if (call.arguments.has("--create")) opening = store::Opening::make_if_missing;
    Result<store::Registry> registry = store::Registry::open(call.registry_file, opening);
    if (!registry) return registry;
    if (const std::string notice = store::migration_notice(*registry); !notice.empty()) note("nodtrack: " + notice);
    if (opening == store::Opening::read_only) return registry;
    const auto newest = store::newest_recorded_at(*registry);
    if (newest && *newest > call.now.utc) {
        note(
            fmt::format("warning: this computer's clock says {}, but the newest delivery was recorded at {}: the clock "
                        "was set back, or had been ahead; what is recorded now has an earlier time than what is there",
                        call.now.utc, *newest));
    }
    return registry;
}

}  // namespace nodtrack::cli
