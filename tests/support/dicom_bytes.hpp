#pragma once

#include <cstdint>
#include <string>
#include <vector>

// DICOM written byte by byte, so that a test can also write what no library would.

namespace nodtrack::test {

/// `value` in so many bytes, the low one first, or the high one where `big`.
inline std::string number_bytes(std::uint64_t value, int bytes, bool big = false)
{
    std::string text;
    for (int i = 0; i < bytes; ++i)
        text += static_cast<char>(value >> (8 * (big ? bytes - 1 - i : i)) & 0xffU);
    return text;
}

inline std::string tag_bytes(std::uint32_t tag, bool big = false)
{
    return number_bytes(tag >> 16U, 2, big) + number_bytes(tag & 0xffffU, 2, big);
}

/// An element in explicit VR, padded to an even length (PS3.5 section 7.1.2).
inline std::string element(std::uint32_t tag, const std::string& vr, std::string value, bool big = false)
{
    if (value.size() % 2 != 0) value += vr == "UI" || vr == "OB" ? '\0' : ' ';
    const bool is_long = vr == "OB" || vr == "OW" || vr == "SQ" || vr == "UT" || vr == "UN";
    const std::string length =
        is_long ? number_bytes(0, 2) + number_bytes(value.size(), 4, big) : number_bytes(value.size(), 2, big);
    return tag_bytes(tag, big) + vr + length + value;
}

/// A sequence of these items, all lengths told.
inline std::string sequence(std::uint32_t tag, const std::vector<std::string>& items, bool big = false)
{
    std::string value;
    for (const std::string& item : items)
        value += tag_bytes(0xfffee000, big) + number_bytes(item.size(), 4, big) + item;
    return element(tag, "SQ", value, big);
}

/// The file's head (PS3.10 section 7.1), and the data set behind it.
inline std::string dicom_bytes(const std::string& sop_class, const std::string& sop_uid, const std::string& syntax,
                               const std::string& data_set)
{
    const std::string meta =
        element(0x00020002, "UI", sop_class) + element(0x00020003, "UI", sop_uid) + element(0x00020010, "UI", syntax);
    return std::string(128, '\0') + "DICM" + element(0x00020000, "UL", number_bytes(meta.size(), 4)) + meta + data_set;
}

}  // namespace nodtrack::test
