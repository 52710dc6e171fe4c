#include "check_policy_values.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace nodtrack::assess {
namespace {

using policy::Condition;
using policy::FactDeclaration;
using policy::FactType;
using policy::FactUse;
using policy::FactValue;
using policy::Policy;
using policy::Scope;

std::optional<FactValue> chosen(const PartialFacts& facts, NoduleFact fact)
{
    const auto position = static_cast<std::size_t>(fact);
    if (!facts.nodule_chosen[position]) return std::nullopt;
    return facts.nodule[position];
}

std::optional<FactValue> chosen(const PartialFacts& facts, PatientFact fact)
{
    const auto position = static_cast<std::size_t>(fact);
    if (!facts.patient_chosen[position]) return std::nullopt;
    return facts.patient[position];
}

bool is_chosen_yes(const PartialFacts& facts, NoduleFact fact)
{
    const auto value = chosen(facts, fact);
    return value && value->is_yes();
}

bool is_above_zero(const PartialFacts& facts, NoduleFact fact)
{
    const auto value = chosen(facts, fact);
    return value && value->known && value->value > 0.0;
}

std::optional<GrowthState> state(const PartialFacts& facts, NoduleFact fact)
{
    const auto value = chosen(facts, fact);
    if (!value || !value->known) return std::nullopt;
    return static_cast<GrowthState>(value->index());
}

/// The state by the history, from whichever fact tells it.
std::optional<GrowthState> history(const PartialFacts& facts)
{
    if (const auto said = state(facts, NoduleFact::history_state)) return said;
    const auto own = state(facts, NoduleFact::growth_state);
    return own == GrowthState::treated ? std::nullopt : own;
}

bool has_size(GrowthState state)
{
    switch (state) {
        case GrowthState::treated:
        case GrowthState::resolved:
        case GrowthState::not_reported:
        case GrowthState::unmeasured:
            return false;
        default:
            return true;
    }
}

bool appeared(GrowthState state)
{
    return state == GrowthState::newly_seen || state == GrowthState::no_prior;
}

bool states_agree(const PartialFacts& facts)
{
    const auto by_history = state(facts, NoduleFact::history_state);
    if (by_history == GrowthState::treated) return false;
    const auto own = state(facts, NoduleFact::growth_state);
    return !own || !by_history || *own == GrowthState::treated || own == by_history;
}

bool size_agrees(const PartialFacts& facts)
{
    const auto measured = chosen(facts, NoduleFact::measured);
    const auto long_axis = chosen(facts, NoduleFact::long_axis_mm);
    const auto by_history = history(facts);
    if (measured && by_history && measured->is_yes() != has_size(*by_history)) return false;
    const bool must_have = (measured && measured->is_yes()) || (by_history && has_size(*by_history));
    if (long_axis && must_have && !long_axis->known) return false;
    return !(long_axis && long_axis->known && by_history == GrowthState::unmeasured);
}

bool stability_agrees(const PartialFacts& facts)
{
    const auto by_history = history(facts);
    const auto run = chosen(facts, NoduleFact::stable_run_months);
    const auto months = chosen(facts, NoduleFact::stable_months);
    const bool no_run = by_history && (!has_size(*by_history) || by_history == GrowthState::decreased);
    if (no_run && is_above_zero(facts, NoduleFact::stable_run_months)) return false;
    if (by_history && by_history != GrowthState::stable && is_above_zero(facts, NoduleFact::stable_months))
        return false;
    return !run || !months || months->value <= run->value;
}

bool is_growth(GrowthState state)
{
    return state == GrowthState::possible_growth || state == GrowthState::unequivocal_growth;
}

/// NEW or NO_PRIOR, beside growth, of a nodule that is not accepted.
bool state_without_growth_agrees(const PartialFacts& facts)
{
    const auto without = chosen(facts, NoduleFact::state_without_growth);
    const auto by_history = history(facts);
    if (!without || !without->known) return true;
    if (!appeared(static_cast<GrowthState>(without->index()))) return false;
    if (is_chosen_yes(facts, NoduleFact::accepted)) return false;
    return !by_history || is_growth(*by_history);
}

/// What the index row says, and what was last said.
constexpr std::pair<NoduleFact, NoduleFact> descriptors[] = {
    {NoduleFact::attenuation, NoduleFact::last_said_attenuation},
    {NoduleFact::shape, NoduleFact::last_said_shape},
    {NoduleFact::calcification, NoduleFact::last_said_calcification}};

/// What the index row says was last said.
bool last_said_agrees(const PartialFacts& facts)
{
    return std::all_of(std::begin(descriptors), std::end(descriptors), [&](const auto& pair) {
        const auto now = chosen(facts, pair.first);
        const auto last = chosen(facts, pair.second);
        return !now || !last || !now->known || (last->known && now->value == last->value);
    });
}

/// What is said of nodules in certain states alone.
bool special_facts_agree(const PartialFacts& facts)
{
    const auto own = state(facts, NoduleFact::growth_state);
    const auto bound = chosen(facts, NoduleFact::class_by_size_bound);
    if (own && bound && bound->known && own != GrowthState::unmeasured) return false;
    const bool may_be_avid_again = !own || own == GrowthState::resolved || own == GrowthState::not_reported;
    if (is_chosen_yes(facts, NoduleFact::avid_since_resolved) && !may_be_avid_again) return false;
    const bool may_be_later = !own || own == GrowthState::not_reported || own == GrowthState::treated;
    if (is_chosen_yes(facts, NoduleFact::only_rows_after_index) && !may_be_later) return false;
    const auto suv = chosen(facts, NoduleFact::suv_max);
    const auto in_last_year = chosen(facts, NoduleFact::suv_in_last_year);
    return !suv || !in_last_year || !suv->known || in_last_year->is_yes();
}

bool acceptance_agrees(const PartialFacts& facts)
{
    const auto by_history = history(facts);
    if (!by_history) return true;
    const auto accepted = chosen(facts, NoduleFact::accepted);
    if (accepted && accepted->is_yes() && appeared(*by_history)) return false;
    const bool stable_by_itself = by_history == GrowthState::stable && accepted && !accepted->is_yes();
    return !(stable_by_itself && is_chosen_yes(facts, NoduleFact::recently_first_seen));
}

bool comparisons_agree(const PartialFacts& facts)
{
    const auto by_history = history(facts);
    if (!by_history) return true;
    if (!has_size(*by_history) && is_chosen_yes(facts, NoduleFact::recently_first_seen)) return false;
    if (!has_size(*by_history) && is_chosen_yes(facts, NoduleFact::responded_to_therapy)) return false;
    const auto doubling_time = chosen(facts, NoduleFact::vdt_days);
    const bool grew = by_history == GrowthState::unequivocal_growth || by_history == GrowthState::possible_growth;
    return grew || !doubling_time || !doubling_time->known;
}

bool index_scan_agrees(const PartialFacts& facts)
{
    const auto has_index_scan = chosen(facts, PatientFact::has_index_scan);
    if (!has_index_scan || has_index_scan->is_yes()) return true;
    if (facts.nodule_chosen.any()) return false;
    for (const PatientFact fact :
         {PatientFact::reading, PatientFact::iv_contrast, PatientFact::index_slice_thickness_mm}) {
        const auto value = chosen(facts, fact);
        if (value && value->known) return false;
    }
    const auto ungated = chosen(facts, PatientFact::ungated_class);
    return !ungated || ungated->index() == static_cast<std::size_t>(policy::PatientClass::no_nodule);
}

bool may_be_unknown(FactUse use)
{
    if (use.scope == Scope::patient) {
        switch (static_cast<PatientFact>(use.fact)) {
            case PatientFact::has_index_scan:
            case PatientFact::urgent_symptom_since_index:
            case PatientFact::pleural_event_since_index:
            case PatientFact::local_recurrence_sign_since_index:
            case PatientFact::board_finding_since_index:
            case PatientFact::open_local_sign:
            case PatientFact::scope_gates_apply:
            case PatientFact::metastasectomy_before_index:
            case PatientFact::ungated_class:
                return false;
            default:
                return true;
        }
    }
    switch (static_cast<NoduleFact>(use.fact)) {
        case NoduleFact::state_without_growth:
        case NoduleFact::long_axis_mm:
        case NoduleFact::attenuation:
        case NoduleFact::shape:
        case NoduleFact::margin:
        case NoduleFact::location:
        case NoduleFact::calcification:
        case NoduleFact::last_said_attenuation:
        case NoduleFact::last_said_shape:
        case NoduleFact::last_said_calcification:
        case NoduleFact::row_iv_contrast:
        case NoduleFact::side:
        case NoduleFact::suv_max:
        case NoduleFact::vdt_days:
        case NoduleFact::creep_mm:
        case NoduleFact::class_by_size_bound:
            return true;
        default:
            return false;
    }
}

bool is_tied(FactUse use)
{
    const auto& tied = tied_facts();
    return std::find(tied.begin(), tied.end(), use) != tied.end();
}

/// Just below, at and just above each threshold; 0 where the unit is counted.
std::vector<FactValue> critical_numbers(const std::set<double>& thresholds, const FactDeclaration& fact)
{
    constexpr double one_unit = 1000.0;
    constexpr double tenth = 100.0;
    const bool counted = fact.unit == "days" || fact.unit == "months";
    const double step = counted ? one_unit : tenth;
    std::set<double> numbers;
    if (thresholds.empty() || counted) numbers.insert(0.0);
    for (const double threshold : thresholds)
        numbers.insert({threshold - step, threshold, threshold + step});
    std::vector<FactValue> values;
    for (const double number : numbers) {
        if (number >= 0.0) values.push_back(FactValue::number(number));
    }
    return values;
}

bool tells_apart(const Condition& comparison, FactValue a, FactValue b)
{
    using Comparator = Condition::Comparator;
    if (comparison.word_set != 0) {
        return ((comparison.word_set >> a.index()) & 1U) != ((comparison.word_set >> b.index()) & 1U);
    }
    switch (comparison.comparator) {
        case Comparator::at_least:
            return (a.value >= comparison.operand) != (b.value >= comparison.operand);
        case Comparator::above:
            return (a.value > comparison.operand) != (b.value > comparison.operand);
        case Comparator::at_most:
            return (a.value <= comparison.operand) != (b.value <= comparison.operand);
        case Comparator::below:
            return (a.value < comparison.operand) != (b.value < comparison.operand);
        default:
            return false;
    }
}

/// One word for each group that no comparison of the policy tells apart; all words of a fact that is tied to others.
std::vector<FactValue> critical_words(std::size_t count, FactUse use, const std::vector<const Condition*>& comparisons)
{
    std::vector<FactValue> values;
    const bool keep_all = is_tied(use) || use == use_of(NoduleFact::side);
    for (std::size_t i = 0; i < count; ++i) {
        const FactValue word{static_cast<double>(i), true};
        const bool stands_for_itself =
            keep_all || std::none_of(values.begin(), values.end(), [&](FactValue other) {
                return std::none_of(comparisons.begin(), comparisons.end(),
                                    [&](const Condition* comparison) { return tells_apart(*comparison, word, other); });
            });
        if (stands_for_itself) values.push_back(word);
    }
    return values;
}

using ComparisonsOfFact = std::map<std::pair<Scope, std::uint16_t>, std::vector<const Condition*>>;

ComparisonsOfFact comparisons_by_fact(const Policy& policy)
{
    ComparisonsOfFact comparisons;
    for (const Condition& condition : policy.conditions) {
        const bool compares =
            condition.kind == Condition::Kind::compare && condition.comparator != Condition::Comparator::is_known;
        if (compares) comparisons[{condition.scope, condition.fact}].push_back(&condition);
    }
    return comparisons;
}

std::vector<FactValue> critical_values(const Policy& policy, FactUse use, ComparisonsOfFact& comparisons)
{
    const FactDeclaration& fact = policy.catalogue.of(use.scope)[use.fact];
    auto own = comparisons[{use.scope, use.fact}];
    // What is said now is held against what was last said: both need the words of both.
    for (const auto& [said, last_said] : descriptors) {
        if (use != use_of(said) && use != use_of(last_said)) continue;
        const NoduleFact other = use == use_of(said) ? last_said : said;
        const auto& others = comparisons[{Scope::nodule, static_cast<std::uint16_t>(other)}];
        own.insert(own.end(), others.begin(), others.end());
    }
    std::vector<FactValue> values;
    if (fact.type == FactType::yes_no) {
        values = {FactValue::yes_no(false), FactValue::yes_no(true)};
    } else if (fact.type == FactType::number) {
        std::set<double> thresholds;
        for (const Condition* comparison : own)
            thresholds.insert(comparison->operand);
        // Stable months and the stable run are held against each other: both need the values of both.
        for (const NoduleFact other : {NoduleFact::stable_months, NoduleFact::stable_run_months}) {
            const bool is_one =
                use == use_of(NoduleFact::stable_months) || use == use_of(NoduleFact::stable_run_months);
            if (!is_one) break;
            for (const Condition* comparison : comparisons[{Scope::nodule, static_cast<std::uint16_t>(other)}]) {
                thresholds.insert(comparison->operand);
            }
        }
        values = critical_numbers(thresholds, fact);
    } else {
        const std::size_t count = fact.type == FactType::rule ? policy.nodule_rules.size() : fact.words.size();
        values = critical_words(count, use, own);
    }
    if (may_be_unknown(use)) values.push_back(FactValue::unknown());
    return values;
}

}  // namespace

void PartialFacts::choose(FactUse fact, FactValue value)
{
    if (fact.scope == Scope::nodule) {
        nodule[fact.fact] = value;
        nodule_chosen[fact.fact] = true;
    } else {
        patient[fact.fact] = value;
        patient_chosen[fact.fact] = true;
    }
}

void PartialFacts::reopen(FactUse fact)
{
    if (fact.scope == Scope::nodule) {
        nodule_chosen[fact.fact] = false;
    } else {
        patient_chosen[fact.fact] = false;
    }
}

bool PartialFacts::is_chosen(FactUse fact) const
{
    return fact.scope == Scope::nodule ? nodule_chosen[fact.fact] : patient_chosen[fact.fact];
}

FactValue PartialFacts::value(FactUse fact) const
{
    return fact.scope == Scope::nodule ? nodule[fact.fact] : patient[fact.fact];
}

bool is_plausible(const PartialFacts& facts)
{
    return states_agree(facts) && size_agrees(facts) && stability_agrees(facts) && state_without_growth_agrees(facts) &&
           acceptance_agrees(facts) && comparisons_agree(facts) && last_said_agrees(facts) &&
           special_facts_agree(facts) && index_scan_agrees(facts);
}

const std::vector<FactUse>& tied_facts()
{
    static const std::vector<FactUse> tied = {use_of(NoduleFact::growth_state),
                                              use_of(NoduleFact::history_state),
                                              use_of(NoduleFact::measured),
                                              use_of(NoduleFact::long_axis_mm),
                                              use_of(NoduleFact::stable_run_months),
                                              use_of(NoduleFact::stable_months),
                                              use_of(NoduleFact::accepted),
                                              use_of(NoduleFact::state_without_growth),
                                              use_of(NoduleFact::recently_first_seen),
                                              use_of(NoduleFact::responded_to_therapy),
                                              use_of(NoduleFact::vdt_days),
                                              use_of(PatientFact::has_index_scan),
                                              use_of(PatientFact::reading),
                                              use_of(PatientFact::iv_contrast),
                                              use_of(PatientFact::index_slice_thickness_mm),
                                              use_of(PatientFact::ungated_class)};
    return tied;
}

CriticalValues::CriticalValues(const Policy& policy)
{
    ComparisonsOfFact comparisons = comparisons_by_fact(policy);
    for (std::uint16_t i = 0; i < nodule_fact_count; ++i) {
        nodule_[i] = critical_values(policy, {Scope::nodule, i}, comparisons);
    }
    for (std::uint16_t i = 0; i < patient_fact_count; ++i) {
        patient_[i] = critical_values(policy, {Scope::patient, i}, comparisons);
    }
}

const std::vector<FactValue>& CriticalValues::of(FactUse fact) const
{
    return fact.scope == Scope::nodule ? nodule_[fact.fact] : patient_[fact.fact];
}

}  // namespace nodtrack::assess
