#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/dose/citation.hpp"

namespace nodtrack::dose {

/// The two columns of the radiation level tables. The age that parts them is local policy (`adult_from_years`).
enum class AgeGroup : std::uint8_t { adult, child };
inline constexpr std::string_view age_group_words[] = {"adult", "child"};
inline constexpr std::string_view word_of(AgeGroup group)
{
    return age_group_words[static_cast<std::size_t>(group)];
}

/// A relative radiation level as the document prints it: none, one to five symbols, or words that stand for no number.
enum class LevelWord : std::uint8_t { none, one, two, three, four, five, varies, not_given };
inline constexpr std::string_view level_words[] = {"O", "1", "2", "3", "4", "5", "varies", "not_given"};
inline constexpr std::string_view word_of(LevelWord level)
{
    return level_words[static_cast<std::size_t>(level)];
}

/// Effective dose in mSv. A lower end of 0 with an upper end above it is printed "below".
struct DoseBand {
    double low_msv = 0.0;
    double high_msv = 0.0;

    bool operator==(const DoseBand&) const = default;
};

/// The level of one procedure for one age group, with the band of that group's own column. A level is made by the
/// loader alone, group and band together, and no function turns a word into a band: three symbols of an adult can
/// therefore never be read as 0.3-3 mSv.
struct RadiationLevel {
    LevelWord word = LevelWord::not_given;
    AgeGroup group = AgeGroup::adult;
    std::optional<DoseBand> band;  ///< absent for `varies` and `not_given`: they are values, neither 0 nor unknown
    std::vector<Citation> citations;
};

/// An examination of the tables.
struct Procedure {
    std::string id;    ///< `ct_chest_without_iv_contrast`
    std::string name;  ///< as radiologists write it
    bool ionising = true;
    std::array<RadiationLevel, 2> levels;  ///< by `AgeGroup`

    const RadiationLevel& level(AgeGroup group) const { return levels[static_cast<std::size_t>(group)]; }
};

}  // namespace nodtrack::dose
