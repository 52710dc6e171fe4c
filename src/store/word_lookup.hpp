#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "nodtrack/domain/vocabulary.hpp"

namespace nodtrack::store {

/// The value of a stored word by one multiplication and one comparison: reading a registry is mostly reading words.
/// The table is made, and found free of collisions, when the program is compiled.
template <class Enumeration>
class WordLookup {
  public:
    static constexpr std::optional<Enumeration> value_of(std::string_view text)
    {
        if (text.empty()) return std::nullopt;
        const std::uint8_t place = table.places[slot(text, table.factor)];
        if (place == none || words[place] != text) return std::nullopt;
        return static_cast<Enumeration>(place);
    }

  private:
    static constexpr const auto& words = Vocabulary<Enumeration>::words;
    static constexpr std::size_t slots = 64;
    static constexpr unsigned slot_bits = 6;
    static constexpr std::uint8_t none = 0xFF;

    struct Table {
        std::uint32_t factor = 0;
        std::array<std::uint8_t, slots> places{};
    };

    static constexpr std::uint32_t byte(char character, unsigned shift)
    {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(character)) << shift;
    }

    static constexpr std::size_t slot(std::string_view text, std::uint32_t factor)
    {
        const std::uint32_t traits = static_cast<std::uint32_t>(text.size()) ^ byte(text.front(), 8) ^
                                     byte(text[text.size() / 2], 16) ^ byte(text.back(), 24);
        return (traits * factor) >> (32U - slot_bits);
    }

    static constexpr bool fill(Table& candidate)
    {
        candidate.places.fill(none);
        for (std::size_t i = 0; i < words.size(); ++i) {
            std::uint8_t& place = candidate.places[slot(words[i], candidate.factor)];
            if (place != none) return false;
            place = static_cast<std::uint8_t>(i);
        }
        return true;
    }

    static constexpr Table make_table()
    {
        constexpr std::uint32_t tries = 20'000;
        Table candidate;
        candidate.factor = 2654435769U;
        for (std::uint32_t i = 0; i < tries; ++i) {
            if (fill(candidate)) return candidate;
            candidate.factor = candidate.factor * 1664525U + 1013904223U;
        }
        throw "two words of this vocabulary cannot be told apart: look at more characters";
    }

    static constexpr Table table = make_table();
};

}  // namespace nodtrack::store
