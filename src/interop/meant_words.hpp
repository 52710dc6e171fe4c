#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nodtrack::interop {

/// A word in the form in which spellings of one word are alike: lower case, no blanks, hyphens and slashes, no plural,
/// British and American spelling as one (tumor and tumour, dyspnea and dyspnoea).
std::string spelling_of(std::string_view text);

/// The words that a text surely means: one of another spelling, or those of a small table of synonyms (UPS, MPNST).
/// Never by likeness: a word that looks like another may mean something else (undifferentiated and dedifferentiated).
/// Empty where there is none.
std::vector<std::string_view> meant_words(std::string_view text, std::span<const std::string_view> words);

}  // namespace nodtrack::interop
