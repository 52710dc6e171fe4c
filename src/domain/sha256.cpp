#include "nodtrack/domain/sha256.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace nodtrack {

std::string hexadecimal_of(std::span<const unsigned char> bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const unsigned char byte : bytes) {
        text += digits[byte >> 4U];
        text += digits[byte & 0xFU];
    }
    return text;
}

// OpenSSL's uses the processor's own instructions, which long answers of the service need.
std::string sha256_of(std::string_view bytes)
{
    std::array<unsigned char, 32> digest{};
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("libcrypto refuses to take a SHA-256; install OpenSSL 3");
    return hexadecimal_of(digest);
}

}  // namespace nodtrack
