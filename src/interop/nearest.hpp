#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace nodtrack::interop {

/// Lower case, with blanks and hyphens as underscores: how a word of the record is written.
std::string as_word(std::string_view text);

/// Fewest insertions, deletions, replacements and swaps of neighbours that make `b` of `a`.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that was most likely meant; empty when none is near.
std::string_view nearest(std::string_view text, std::span<const std::string_view> candidates);

/// A value for a message: in quotes, control characters as `\xNN`, broken UTF-8 as `\xNN`, at most 40 bytes of it.
std::string quoted(std::string_view text);

/// Length of the valid UTF-8 at the beginning of `text`; `text.size()` when all is valid. No surrogates, no overlong
/// forms (RFC 3629).
std::size_t valid_utf8_prefix(std::string_view text);

/// Number of code points of valid UTF-8.
std::size_t character_count(std::string_view text);

}  // namespace nodtrack::interop
