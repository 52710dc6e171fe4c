#include "version.hpp"

#include <fmt/format.h>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::cli {

std::string version_text()
{
    const assess::Judge judge = assess::Judge::released();
    const policy::Policy& policy = judge.policy();
    return fmt::format("nodtrack {}\npolicy {} {} (sha256 {})\n", NODTRACK_VERSION, policy.id, policy.version,
                       policy.sha256);
}

std::string program_version()
{
    return NODTRACK_VERSION;
}

}  // namespace nodtrack::cli
