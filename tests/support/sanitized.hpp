#pragma once

#include <cstddef>

namespace nodtrack {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool built_with_sanitizers = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool built_with_sanitizers = true;
#else
inline constexpr bool built_with_sanitizers = false;
#endif
#else
inline constexpr bool built_with_sanitizers = false;
#endif

/// How many cases made by chance a test goes through. The claim is about all of them and is tested by the ordinary
/// build; the sanitizers, which slow a program ten times, look for faults of memory, and find them in a twentieth.
constexpr std::size_t cases_by_chance(std::size_t all)
{
    constexpr std::size_t share = 20;
    return built_with_sanitizers ? all / share : all;
}

}  // namespace nodtrack
