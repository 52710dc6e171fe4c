#include "nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace nodtrack::interop {
namespace {

/// Texts longer than any word are never near one; measuring them would only cost time.
constexpr std::size_t longest_compared = 64;

/// Bytes of the code point that begins at `at`; 0 when it is not valid.
std::size_t code_point_length(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) return 0;
    }
    const unsigned char second = byte(at + 1);
    if (lead == 0xE0 && second < 0xA0) return 0;  // overlong
    if (lead == 0xED && second > 0x9F) return 0;  // surrogate
    if (lead == 0xF0 && second < 0x90) return 0;  // overlong
    if (lead == 0xF4 && second > 0x8F) return 0;  // beyond U+10FFFF
    return length;
}

}  // namespace

std::string as_word(std::string_view text)
{
    std::string word(text);
    for (char& c : word) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (c == ' ' || c == '-') c = '_';
    }
    return word;
}

std::size_t edit_distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

std::string_view nearest(std::string_view text, std::span<const std::string_view> candidates)
{
    if (text.empty() || text.size() > longest_compared) return {};
    const std::string word = as_word(text);
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string_view candidate : candidates) {
        if (candidate == word) return candidate;
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    if (!best.empty()) return best;
    // `long_axis` for `long_axis_mm`, `ewing` for `ewing_sarcoma`: a beginning that only one word has.
    constexpr std::size_t shortest_beginning = 3;
    if (word.size() < shortest_beginning) return {};
    for (const std::string_view candidate : candidates) {
        if (!candidate.starts_with(word)) continue;
        if (!best.empty()) return {};
        best = candidate;
    }
    return best;
}

std::string quoted(std::string_view text)
{
    constexpr std::size_t longest_shown = 40;
    std::string shown = "\"";
    std::size_t at = 0;
    while (at < text.size() && at < longest_shown) {
        const std::size_t length = code_point_length(text, at);
        const auto byte = static_cast<unsigned char>(text[at]);
        const bool control = byte < 0x20 || byte == 0x7F;
        if (length == 0 || control) {
            shown += fmt::format("\\x{:02X}", byte);
            ++at;
        } else {
            shown += text.substr(at, length);
            at += length;
        }
    }
    if (at < text.size()) shown += "…";
    shown += '"';
    return shown;
}

std::size_t valid_utf8_prefix(std::string_view text)
{
    std::size_t at = 0;
    while (at < text.size()) {
        std::uint64_t eight = 0;
        while (at + sizeof eight <= text.size()) {
            std::memcpy(&eight, text.data() + at, sizeof eight);
            if ((eight & 0x8080808080808080U) != 0) break;
            at += sizeof eight;
        }
        if (at == text.size()) break;
        const std::size_t length = code_point_length(text, at);
        if (length == 0) return at;
        at += length;
    }
    return at;
}

std::size_t character_count(std::string_view text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace nodtrack::interop
