#include <algorithm>
#include <optional>

#include "check_policy_values.hpp"

namespace nodtrack::assess {
namespace {

using policy::FactUse;
using policy::FactValue;

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

}  // namespace

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

bool is_tied_to_others(FactUse use)
{
    const auto& tied = tied_facts();
    return std::find(tied.begin(), tied.end(), use) != tied.end();
}

}  // namespace nodtrack::assess
