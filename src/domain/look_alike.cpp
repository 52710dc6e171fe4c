#include "nodtrack/domain/look_alike.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

namespace nodtrack {
namespace {

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// Without case, with one encoding a letter and without characters that are not seen (Unicode: NFKC_Casefold).
std::string case_folded(std::string_view id)
{
    std::string folded(id);
    const bool ascii = std::ranges::all_of(id, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (ascii) {
        for (char& c : folded)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        return folded;
    }
    constexpr auto how = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                                                        UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    utf8proc_uint8_t* made = nullptr;
    const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(id.data()),
                                               static_cast<utf8proc_ssize_t>(id.size()), &made, how);
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(made, &std::free);
    if (size >= 0) folded.assign(reinterpret_cast<const char*>(made), static_cast<std::size_t>(size));
    return folded;
}

/// Numbers without their leading zeros; a number of zeros alone keeps one.
std::string without_leading_zeros(std::string_view text)
{
    std::string shorter;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool begins_number = text[i] == '0' && (i == 0 || !is_digit(text[i - 1]));
        if (begins_number) {
            while (i + 1 < text.size() && text[i] == '0' && is_digit(text[i + 1]))
                ++i;
        }
        shorter += text[i];
    }
    return shorter;
}

struct LookAlikeLetter {
    utf8proc_int32_t letter;
    char as;
};

/// Small letters and dashes that look like one of ASCII, or whose capitals do, in order. Source: Unicode Technical
/// Standard 39, confusables, as far as Greek and Cyrillic keyboards type them.
constexpr auto look_alike_letters = std::to_array<LookAlikeLetter>({
    {0x0131, '1'},  // dotless i
    {0x03B1, 'a'}, {0x03B2, 'b'}, {0x03B5, 'e'}, {0x03B6, 'z'}, {0x03B7, 'h'}, {0x03B9, '1'}, {0x03BA, 'k'},
    {0x03BC, 'm'}, {0x03BD, 'n'}, {0x03BF, '0'}, {0x03C1, 'p'}, {0x03C4, 't'}, {0x03C5, 'y'}, {0x03C7, 'x'},
    {0x0430, 'a'}, {0x0432, 'b'}, {0x0435, 'e'}, {0x0437, '3'}, {0x043A, 'k'}, {0x043C, 'm'}, {0x043D, 'h'},
    {0x043E, '0'}, {0x0440, 'p'}, {0x0441, 'c'}, {0x0442, 't'}, {0x0443, 'y'}, {0x0445, 'x'}, {0x0455, 's'},
    {0x0456, '1'}, {0x0458, 'j'}, {0x04BB, 'h'}, {0x04CF, '1'}, {0x0501, 'd'}, {0x051B, 'q'}, {0x051D, 'w'},
    {0x2010, '-'}, {0x2011, '-'}, {0x2012, '-'}, {0x2013, '-'}, {0x2014, '-'}, {0x2015, '-'}, {0x2212, '-'},
});

/// The value of a decimal digit of any script. Absent where it is none.
std::optional<char> digit_of(utf8proc_int32_t letter)
{
    if (utf8proc_category(letter) != UTF8PROC_CATEGORY_ND) return std::nullopt;
    // Unicode has the ten of a script in a row, that begin at a multiple of 16 or six behind one.
    constexpr utf8proc_int32_t low = 0xF;
    constexpr utf8proc_int32_t late_start = 6;
    const utf8proc_int32_t place = letter & low;
    const bool starts_late = utf8proc_category(letter - place) != UTF8PROC_CATEGORY_ND;
    return static_cast<char>('0' + (starts_late ? place - late_start : place));
}

/// Calls `put(letter, bytes)` for each letter; -1 for a byte that begins none.
template <class Put>
void for_each_letter(std::string_view text, Put&& put)
{
    while (!text.empty()) {
        utf8proc_int32_t letter = -1;
        const utf8proc_ssize_t read = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                                       static_cast<utf8proc_ssize_t>(text.size()), &letter);
        const std::size_t size = read > 0 ? static_cast<std::size_t>(read) : 1;
        put(read > 0 ? letter : -1, text.substr(0, size));
        text.remove_prefix(size);
    }
}

std::string digits_folded(std::string_view text)
{
    std::string folded;
    for_each_letter(text, [&](utf8proc_int32_t letter, std::string_view bytes) {
        const auto digit = letter < 0 ? std::nullopt : digit_of(letter);
        digit ? void(folded += *digit) : void(folded += bytes);
    });
    return folded;
}

/// Letters and digits that look alike as one of them: 0 for O, 1 for l, i and the bar, Latin for Greek and Cyrillic.
std::string letters_folded(std::string_view text)
{
    std::string folded;
    for_each_letter(text, [&](utf8proc_int32_t letter, std::string_view bytes) {
        const auto* const known = std::ranges::lower_bound(look_alike_letters, letter, {}, &LookAlikeLetter::letter);
        if (letter == 'o') {
            folded += '0';
        } else if (letter == 'l' || letter == 'i' || letter == '|') {
            folded += '1';
        } else if (known != look_alike_letters.end() && known->letter == letter) {
            folded += known->as;
        } else {
            folded += bytes;
        }
    });
    return folded;
}

/// What an id is compared by: with case and letters folded; the same without the leading zeros of its numbers; and
/// without those that come of letters (`NO1`).
LookAlikeIds::Looks looks_of(std::string_view id)
{
    const std::string folded = digits_folded(case_folded(id));
    const std::string letters = letters_folded(folded);
    return {letters, letters_folded(without_leading_zeros(folded)), without_leading_zeros(letters)};
}

}  // namespace

bool is_seen(std::string_view id)
{
    return std::ranges::any_of(case_folded(id), [](char c) { return c != ' '; });
}

bool look_alike(std::string_view left, std::string_view right)
{
    if (left == right) return false;
    const LookAlikeIds::Looks of_left = looks_of(left);
    const LookAlikeIds::Looks of_right = looks_of(right);
    for (std::size_t i = 0; i < of_left.size(); ++i) {
        if (of_left[i] == of_right[i]) return true;
    }
    return false;
}

void LookAlikeIds::add(std::string_view id)
{
    Looks looks = looks_of(id);
    for (std::size_t i = 0; i < looks.size(); ++i)
        by_look_[i].emplace(std::move(looks[i]), id);
}

std::optional<std::string_view> LookAlikeIds::like(std::string_view id) const
{
    const Looks looks = looks_of(id);
    for (std::size_t i = 0; i < looks.size(); ++i) {
        const auto found = by_look_[i].find(looks[i]);
        if (found != by_look_[i].end() && found->second != id) return found->second;
    }
    return std::nullopt;
}

}  // namespace nodtrack
