#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nodtrack::tracker {

// libsodium, made ready on first use. Throws std::runtime_error where it cannot be.

/// Bytes nobody can guess, from the system's generator.
std::string random_bytes(std::size_t count);

/// The keyed hash (HMAC-SHA-256, 32 bytes) of a text.
std::string keyed_hash(std::string_view key, std::string_view text);

}  // namespace nodtrack::tracker
