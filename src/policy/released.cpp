#include <array>

#include "nodtrack/policy/policy.hpp"

namespace nodtrack::policy {

std::span<const ReleasedPolicy> released_policies()
{
    static const std::array<ReleasedPolicy, 2> all = {
        {{"1.0.0", released_policy_1_0_0_json()}, {"1.1.0", released_policy_json()}}};
    return all;
}

}  // namespace nodtrack::policy
