#pragma once

#include "nodtrack/dose/appropriateness.hpp"
#include "nodtrack/policy/policy.hpp"

namespace nodtrack::dose::test {

inline const DoseFactors& released_factors()
{
    static const DoseFactors factors =
        load_dose_factors(released_dose_factors_json(), policy::released_sources_json()).value();
    return factors;
}

inline const Appropriateness& released_tables()
{
    static const Appropriateness tables =
        load_appropriateness(released_appropriateness_json(), released_factors(), policy::released_sources_json())
            .value();
    return tables;
}

/// `text` with its first `from` replaced; a test that finds nothing to replace is no test.
inline std::string changed(std::string_view text, std::string_view from, std::string_view to)
{
    std::string copy(text);
    const std::size_t at = copy.find(from);
    if (at == std::string::npos) return {};
    return copy.replace(at, from.size(), to);
}

/// The problems of a failure, one a line, its message first.
inline std::string told(const Error& error)
{
    std::string text = error.message;
    for (const std::string& line : error.context)
        text += "\n" + line;
    return text;
}

}  // namespace nodtrack::dose::test
