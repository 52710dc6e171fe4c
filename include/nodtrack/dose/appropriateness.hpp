#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/dose/dose_factors.hpp"

namespace nodtrack::dose {

/// How appropriate an examination is for a question. Source: S1-117.
enum class Rating : std::uint8_t {
    usually_appropriate,
    may_be_appropriate,
    may_be_appropriate_disagreement,
    usually_not_appropriate
};
inline constexpr std::string_view rating_words[] = {"usually_appropriate", "may_be_appropriate",
                                                    "may_be_appropriate_disagreement", "usually_not_appropriate"};
inline constexpr std::string_view word_of(Rating rating)
{
    return rating_words[static_cast<std::size_t>(rating)];
}

/// One examination in one table.
struct VariantRow {
    std::string procedure;  ///< id
    std::string name;       ///< of the procedure
    bool ionising = true;
    Rating rating = Rating::usually_not_appropriate;
    std::array<RadiationLevel, 2> levels;  ///< by `AgeGroup`, each with its own citations
    std::vector<Citation> citations;       ///< of the rating

    const RadiationLevel& level(AgeGroup group) const { return levels[static_cast<std::size_t>(group)]; }
};

/// The table of one clinical question, in the document's order.
struct Variant {
    std::string id;  ///< `variant-3`, as `RecommendationRule::shows` names it
    int number = 0;
    std::string question;
    std::string primary;  ///< `bone`, `soft_tissue` or `bone_or_soft_tissue`
    std::vector<VariantRow> rows;
};

/// Where a patient belongs whose question lies beside ours.
struct Pathway {
    std::string id;  ///< `local-recurrence-bone`
    std::string title;
    std::string text;
    std::vector<std::string> shows;  ///< variants
    std::vector<Citation> citations;
};

/// schema/appropriateness.json.
struct Appropriateness {
    std::string id;
    std::string version;
    std::string source;                       ///< title of the document
    std::array<std::string, 4> rating_names;  ///< by `Rating`
    std::vector<Citation> rating_citations;
    std::vector<Variant> variants;
    std::vector<Pathway> pathways;

    const Variant* variant(std::string_view variant_id) const;
    const Pathway* pathway(std::string_view pathway_id) const;
    const std::string& name_of(Rating rating) const { return rating_names[static_cast<std::size_t>(rating)]; }
};

/// Reads the file. Refuses unknown and missing keys, words and procedures, a procedure twice in one table, a level
/// that differs from that of the procedure in `factors`, and citations that the bibliography `sources_json` lacks.
/// Each problem is one line of `Error::context` with its JSON pointer. Code: bad_input.
Result<Appropriateness> load_appropriateness(std::string_view json, const DoseFactors& factors,
                                             std::string_view sources_json);

/// The file released with this program.
std::string_view released_appropriateness_json();

}  // namespace nodtrack::dose
