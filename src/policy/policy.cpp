#include "nodtrack/policy/policy.hpp"

#include <algorithm>

namespace nodtrack::policy {

const Parameter* Policy::parameter(std::string_view name) const
{
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const Parameter& parameter) { return parameter.name == name; });
    return found == parameters.end() ? nullptr : &*found;
}

std::optional<std::uint32_t> Policy::definition(std::string_view name) const
{
    for (std::size_t i = 0; i < definitions.size(); ++i) {
        if (definitions[i].name == name) return static_cast<std::uint32_t>(i);
    }
    return std::nullopt;
}

}  // namespace nodtrack::policy
