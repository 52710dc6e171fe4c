#pragma once

#include <span>
#include <string>
#include <string_view>

namespace nodtrack {

/// Two lower-case digits a byte.
std::string hexadecimal_of(std::span<const unsigned char> bytes);

/// SHA-256 of `bytes` (FIPS 180-4), as 64 lower-case hexadecimal digits.
std::string sha256_of(std::string_view bytes);

}  // namespace nodtrack
