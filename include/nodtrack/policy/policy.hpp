#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/domain/vocabulary.hpp"
#include "nodtrack/policy/fact.hpp"

namespace nodtrack::policy {

/// Sureness of a cited statement: the document was read, an excerpt was found, or it stands from memory.
enum class Verification : std::uint8_t { read, found, unverified };

/// A statement of a source, cited by its number.
struct Citation {
    std::string item;    ///< e.g. `S1-050`
    std::string source;  ///< id of the source in schema/sources.json
    std::string title;
    std::string at;  ///< place within the source
    std::string statement;
    Verification verification = Verification::unverified;
};

/// What a rule rests on. A rule without a document behind it is local policy and shown so.
struct Basis {
    std::vector<std::uint32_t> citations;  ///< positions in `Policy::citations`
    bool local_policy = false;
};

/// A comparison of one fact, or a combination; positions in `Policy::conditions`.
struct Condition {
    enum class Kind : std::uint8_t { all, any, negation, compare, definition, count, bilateral };
    enum class Comparator : std::uint8_t { at_least, above, at_most, below, is, in, is_known };

    Kind kind = Kind::all;
    Comparator comparator = Comparator::is;
    Scope scope = Scope::nodule;  ///< of the fact compared
    std::uint16_t fact = 0;       ///< position in the catalogue's list of that scope
    bool has_if_unknown = false;
    Truth if_unknown = Truth::unknown;  ///< the assumption the policy writes down for a missing value
    double operand = 0.0;               ///< thousandths for numbers; 1 or 0 for yes/no
    std::uint64_t word_set = 0;         ///< for `is` and `in` of words and rules
    std::uint32_t definition = 0;       ///< position in `Policy::definitions`
    std::int32_t of = -1;               ///< count, bilateral: definition that selects nodules; -1 = all judged
    std::uint32_t at_least_count = 0;   ///< count
    bool more_than_half = false;        ///< count: and more than half of those that `of` selects
    std::vector<std::uint32_t> parts;   ///< all, any, negation; count, bilateral: the `where`, if any
};

using ConditionIndex = std::uint32_t;

struct Definition {
    std::string name;
    std::string meaning;
    Scope scope = Scope::nodule;
    ConditionIndex when = 0;
    Basis basis;
};

/// `ordered_word` positions of the nodule classes.
enum class NoduleClass : std::uint8_t {
    resolved,
    unclassifiable,
    benign_appearing,
    low_suspicion,
    indeterminate,
    suspicious
};
inline constexpr std::string_view nodule_class_words[] = {"RESOLVED",      "UNCLASSIFIABLE", "BENIGN_APPEARING",
                                                          "LOW_SUSPICION", "INDETERMINATE",  "SUSPICIOUS"};

enum class PatientClass : std::uint8_t {
    not_applicable,
    no_nodule,
    unclassifiable,
    benign_appearing,
    low_suspicion,
    indeterminate,
    suspicious,
    metastasis_criteria_met
};
inline constexpr std::string_view patient_class_words[] = {
    "NOT_APPLICABLE", "NO_NODULE",     "UNCLASSIFIABLE", "BENIGN_APPEARING",
    "LOW_SUSPICION",  "INDETERMINATE", "SUSPICIOUS",     "METASTASIS_CRITERIA_MET"};

using nodtrack::Action;
inline constexpr const auto& action_words = Vocabulary<Action>::words;

/// One possible result of a nodule rule; the first whose condition holds counts.
struct ClassOutcome {
    std::optional<ConditionIndex> when;
    NoduleClass nodule_class = NoduleClass::unclassifiable;
};

/// A word fact that a rule cannot do without: where it says something else the rule is refused without looking further.
struct Guard {
    std::uint16_t fact = 0;      ///< of the nodule
    std::uint64_t word_set = 0;  ///< 0: no guard
};

/// The day of the fact that made a nodule suspicious.
enum class FactDay : std::uint8_t { index_scan, suv_scan, pathology };
inline constexpr std::string_view fact_day_words[] = {"index_scan", "suv_scan", "pathology"};

struct NoduleRule {
    std::string id;
    std::string says;
    ConditionIndex when = 0;
    Guard guard;  ///< worked out by the loader
    std::vector<ClassOutcome> then;
    /// Where present and its condition holds: the worse of `then` and what the rules of `compare_with` give with the
    /// growth state that the nodule would have without growth.
    std::optional<ConditionIndex> worse_of_when;
    std::vector<std::uint32_t> worse_of_rules;
    bool reports_stable_months = false;
    bool takes_size_bound = false;  ///< the nodule is judged by the lower bound of its size, in the state that gives
    FactDay dated_by = FactDay::index_scan;
    Basis basis;
};

/// Changes a class after the nodule rules; the first that holds counts.
struct Adjustment {
    std::string id;
    std::string says;
    ConditionIndex when = 0;
    std::optional<NoduleClass> raise_to;  ///< absent: no change, only listed
    FactDay dated_by = FactDay::index_scan;
    Basis basis;
};

struct PatientRule {
    std::string id;
    std::string says;
    ConditionIndex when = 0;
    PatientClass raise_to = PatientClass::no_nodule;
    std::optional<ConditionIndex> extrapolated_unless;  ///< where it does not hold the trail says "extrapolated"
    Basis basis;
};

/// The day a due date counts from.
enum class Anchor : std::uint8_t {
    none,
    as_of,
    index_scan,
    newest_urgent_symptom_scan,
    newest_pleural_event_scan,
    oldest_urgent_symptom,
    oldest_pleural_event,
    oldest_board_finding,
    oldest_open_local_sign,
    suspicious_fact,         ///< earliest over the SUSPICIOUS nodules of the day their rules say (`FactDay`)
    newest_scan_after_index  ///< newest scan with a row of a nodule whose rows all are later than the index scan
};
inline constexpr std::string_view anchor_words[] = {"none",
                                                    "as_of",
                                                    "index_scan",
                                                    "newest_urgent_symptom_scan",
                                                    "newest_pleural_event_scan",
                                                    "oldest_urgent_symptom",
                                                    "oldest_pleural_event",
                                                    "oldest_board_finding",
                                                    "oldest_open_local_sign",
                                                    "suspicious_fact",
                                                    "newest_scan_after_index"};

struct DueFormula {
    std::optional<ConditionIndex> when;
    Anchor from = Anchor::none;
    Anchor otherwise_from = Anchor::none;  ///< where there is no day of `from`
    int days = 0;
    int months = 0;
    bool days_at_most_routine = false;    ///< `days`, or the routine interval where that ends earlier
    bool months_at_most_routine = false;  ///< `months`, or the routine interval where that is shorter
    bool routine = false;
    std::optional<int> routine_at_most_months;
    std::optional<ConditionIndex> routine_at_most_when;
    Basis basis;
};

struct Option {
    Action action = Action::pet_ct;
    ConditionIndex when = 0;
};

/// What a recommendation is about. Section 4b of the decision table and what is asked for beside an answer go by it.
enum class Matter : std::uint8_t {
    finding,       ///< of the nodules: looked at again on a later examination
    sign,          ///< of the patient or beside the nodules: answered by people alone, or by a complete reading
    scope_gate,    ///< out of scope: handed over
    not_followed,  ///< no longer followed here
    local_sign,    ///< a question that a chest CT does not answer: asked for beside every other answer
    unread,        ///< what was not read or measured: asked for beside every other answer
    no_ct          ///< no diagnostic CT
};
inline constexpr std::string_view matter_words[] = {"finding",    "sign",   "scope_gate", "not_followed",
                                                    "local_sign", "unread", "no_ct"};

struct RecommendationRule {
    enum class SetsClass : std::uint8_t { no, when_it_holds, when_it_decides };

    std::string id;
    std::string says;     ///< the condition in words
    std::string advises;  ///< the recommendation in words, for the report
    ConditionIndex when = 0;
    Matter matter = Matter::finding;
    Action action = Action::continue_surveillance;
    std::vector<DueFormula> due;
    std::vector<DueFormula> safety_net;
    std::vector<Option> options;
    SetsClass sets_class = SetsClass::no;
    PatientClass patient_class = PatientClass::no_nodule;
    std::vector<std::string> shows;  ///< appropriateness variants and adjacent pathways to show beside it
    Basis basis;
};

/// A number, list of numbers or list of words that fact functions use.
struct Parameter {
    std::string name;
    std::string unit;
    std::string meaning;
    std::vector<double> numbers;  ///< thousandths of the unit
    std::vector<std::string> words;
    Basis basis;
};

struct IntervalBand {
    std::optional<int> below_months;  ///< absent: all the rest
    int interval_months = 0;
};

/// Surveillance intervals by months since the start of surveillance.
struct ScheduleProfile {
    std::string name;
    std::string meaning;
    std::vector<IntervalBand> high_or_unknown_grade;
    std::vector<IntervalBand> low_grade;
    int unknown_start_months = 0;
    Basis basis;
};

/// A text that may be shown with an assessment, e.g. why a common guideline does not apply.
struct Notice {
    std::string id;
    std::string title;
    std::string text;
    Basis basis;
};

/// How an answer stands until it is looked at again, or answered (decision table, section 4b).
struct StandingRule {
    Action stands_from = Action::short_interval_ct;  ///< an answer of this action or a worse one stands
    Action keeps_date_from = Action::tumour_board;   ///< an alarm of this action or a worse one keeps its first date
    int unanswered_days = 0;                         ///< how long an alarm that was never answered is listed
    Basis basis;
};

/// How nodules that split or merged are judged. A policy that says nothing of it follows the practice of RECIST 1.1.
struct SplitAndMergeRule {
    bool fragments_by_sum = true;    ///< the sum of the fragments' diameters is held against the nodule before it split
    bool merged_against_sum = true;  ///< a coalesced nodule's own diameter is held against the sum of what merged
    bool is_stated = false;
    std::string meaning;  ///< empty where it is not stated
    Basis basis;
};

/// A compiled policy file. Immutable after loading.
struct Policy {
    std::string id;
    std::string version;
    std::string title;
    std::string sha256;  ///< of the file's bytes
    FactCatalogue catalogue;

    std::vector<Parameter> parameters;
    std::vector<ScheduleProfile> profiles;
    std::vector<Citation> citations;
    std::vector<Condition> conditions;
    std::vector<Definition> definitions;
    std::vector<NoduleRule> nodule_rules;
    std::vector<Adjustment> adjustments;
    std::vector<PatientRule> patient_rules;
    std::vector<RecommendationRule> recommendations;
    std::optional<StandingRule> standing;  ///< absent in policies before 1.1.0: each examination is judged by itself
    SplitAndMergeRule split_and_merge;
    std::vector<Notice> does_not_apply;
    std::vector<Notice> weak_points;
    std::vector<std::string> never_recommended;

    const Parameter* parameter(std::string_view name) const;
    std::optional<std::uint32_t> definition(std::string_view name) const;
};

/// Compiles a policy file. Refuses unknown keys, facts, words, units and citations, duplicate ids, a rule without a
/// citation that is not marked local policy, and numbers with more than three decimals; each problem is one line of
/// `Error::context` with the place in the file (JSON pointer) and the remedy. Code: bad_input.
/// `sources` is the bibliography (schema/sources.json).
Result<Policy> load(std::string_view policy_json, std::string_view sources_json, const FactCatalogue& catalogue);

/// The policy and bibliography released with this program.
std::string_view released_policy_json();
std::string_view released_policy_1_0_0_json();

/// A policy file that was released, with this program or before it. It never changes.
struct ReleasedPolicy {
    std::string_view version;
    std::string_view json;
};
/// All of them, the oldest first and the current one last.
std::span<const ReleasedPolicy> released_policies();
std::string_view released_sources_json();

}  // namespace nodtrack::policy
