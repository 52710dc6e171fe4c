#include "nodtrack/exchange/dicom_uid.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace nodtrack::exchange {
namespace {

using Uuid = std::array<unsigned char, 16>;

// nodtrack's own namespace: a random UUID (version 4), drawn once. It must never change: UIDs of nodules rest on it.
constexpr Uuid name_space{0x6b, 0x1d, 0x0c, 0x52, 0x93, 0xe7, 0x4a, 0x1f,
                          0xb4, 0x28, 0x5e, 0xd1, 0x70, 0x3c, 0x8f, 0x96};

/// RFC 9562, section 5.5: SHA-1 of namespace and name, with version and variant put in.
Uuid uuid_of_name(std::string_view name)
{
    std::string bytes(name_space.begin(), name_space.end());
    bytes += name;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha1(), nullptr);
    Uuid uuid{};
    std::copy_n(digest.begin(), uuid.size(), uuid.begin());
    uuid[6] = static_cast<unsigned char>((uuid[6] & 0x0FU) | 0x50U);
    uuid[8] = static_cast<unsigned char>((uuid[8] & 0x3FU) | 0x80U);
    return uuid;
}

/// The 128 bits as a decimal number, by long division.
std::string decimal_of(Uuid number)
{
    std::string digits;
    while (std::ranges::any_of(number, [](unsigned char byte) { return byte != 0; })) {
        unsigned rest = 0;
        for (unsigned char& byte : number) {
            const unsigned value = rest * 256 + byte;
            byte = static_cast<unsigned char>(value / 10);
            rest = value % 10;
        }
        digits += static_cast<char>('0' + rest);
    }
    std::ranges::reverse(digits);
    return digits.empty() ? "0" : digits;
}

}  // namespace

std::string uid_of_name(std::string_view name)
{
    return "2.25." + decimal_of(uuid_of_name(name));
}

std::string uuid_text_of_name(std::string_view name)
{
    const Uuid uuid = uuid_of_name(name);
    std::string text;
    for (std::size_t byte = 0; byte < uuid.size(); ++byte) {
        if (byte == 4 || byte == 6 || byte == 8 || byte == 10) text += '-';
        constexpr std::string_view digits = "0123456789abcdef";
        text += digits[uuid[byte] >> 4U];
        text += digits[uuid[byte] & 0x0FU];
    }
    return text;
}

bool is_uid(std::string_view text)
{
    constexpr std::size_t longest = 64;  // PS3.5 section 9.1
    if (text.empty() || text.size() > longest || text.front() == '.' || text.back() == '.') return false;
    char before = '0';
    for (const char letter : text) {
        if (letter == '.' ? before == '.' : letter < '0' || letter > '9') return false;
        before = letter;
    }
    return true;
}

}  // namespace nodtrack::exchange
