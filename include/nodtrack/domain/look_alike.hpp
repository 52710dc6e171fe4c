#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace nodtrack {

// Ids that a reader, a keyboard or a spreadsheet takes for each other: `N1` and `n1`, `Nl` or `NI`; `A1` with a
// Cyrillic A; one with a character that is not seen; `00123` and `123`. Source: decision table, section 6.

/// Whether two ids differ by case, look-alike letters, digits of another script, the encoding of the same letters,
/// characters that are not seen, or leading zeros of a number alone. False where they are the same.
bool look_alike(std::string_view left, std::string_view right);

/// Whether anything is seen of an id: not of blanks of any width and of characters that are not shown (`U+200B`).
bool is_seen(std::string_view id);

/// Ids to be compared with others, in any number.
class LookAlikeIds {
  public:
    using Looks = std::array<std::string, 3>;

    void add(std::string_view id);
    /// Another id among those added that looks alike.
    std::optional<std::string_view> like(std::string_view id) const;

  private:
    std::array<std::unordered_map<std::string, std::string>, std::tuple_size_v<Looks>> by_look_;
};

}  // namespace nodtrack
