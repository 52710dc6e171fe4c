#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/domain/vocabulary.hpp"
#include "nodtrack/dose/citation.hpp"

namespace nodtrack::dose {

/// What of a patient a topic of context may ask for besides action, histology and grade.
enum class ContextFinding : std::uint8_t {
    metastases,       ///< imaging criteria met, proven, or lung metastases known
    pet_in_question,  ///< FDG-PET/CT is proposed, an option, or was done
    growth,           ///< a nodule in POSSIBLE_ or UNEQUIVOCAL_GROWTH
    perifissural_nodule,
    treated_nodule,  ///< SBRT or ablation
    local_sign,      ///< a sign of local recurrence that no decision answered
    five_years_on,   ///< surveillance runs for 60 months or more
    soft_tissue_primary,
    iv_contrast_given,  ///< at the index scan
    child               ///< under 18 years on the as-of day
};
inline constexpr std::string_view context_finding_words[] = {"metastases",
                                                             "pet_in_question",
                                                             "growth",
                                                             "perifissural_nodule",
                                                             "treated_nodule",
                                                             "local_sign",
                                                             "five_years_on",
                                                             "soft_tissue_primary",
                                                             "iv_contrast_given",
                                                             "child"};
using ContextFindings = std::bitset<std::size(context_finding_words)>;

/// What is known of a patient, for choosing topics.
struct ContextSubject {
    Action action = Action::continue_surveillance;
    std::optional<Histology> histology;
    std::optional<Grade> grade;
    ContextFindings findings;
};

/// Statements of the documents on one topic, and for whom they are shown.
struct ContextTopic {
    std::string id;
    std::string title;
    // An empty list asks for nothing.
    std::vector<Action> actions;         ///< one of them
    std::vector<Histology> histologies;  ///< one of them
    std::vector<Grade> grades;           ///< one of them
    ContextFindings findings;            ///< all of them
    std::vector<Citation> citations;

    /// How many of the four kinds of conditions it names.
    int conditions() const;
    bool is_shown_for(const ContextSubject& subject) const;
};

/// schema/context.json: shown beside an answer, never part of it.
struct Context {
    std::string id;
    std::string version;
    std::vector<ContextTopic> topics;
};

/// Reads the file. Refuses unknown and missing keys and words, a topic twice, a topic without a condition, a statement
/// twice in one topic, and statements that the bibliography `sources_json` lacks. Each problem is one line of
/// `Error::context` with its JSON pointer. Code: bad_input.
Result<Context> load_context(std::string_view json, std::string_view sources_json);

/// The file released with this program.
std::string_view released_context_json();

}  // namespace nodtrack::dose
