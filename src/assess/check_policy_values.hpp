#pragma once

#include <bitset>
#include <utility>
#include <vector>

#include "nodtrack/assess/catalogue.hpp"
#include "nodtrack/policy/describe.hpp"
#include "nodtrack/policy/policy.hpp"

namespace nodtrack::assess {

/// The facts of one nodule and its patient, some chosen and others still open.
struct PartialFacts {
    std::array<policy::FactValue, nodule_fact_count> nodule;
    std::array<policy::FactValue, patient_fact_count> patient;
    std::bitset<nodule_fact_count> nodule_chosen;
    std::bitset<patient_fact_count> patient_chosen;

    void choose(policy::FactUse fact, policy::FactValue value);
    void reopen(policy::FactUse fact);
    bool is_chosen(policy::FactUse fact) const;
    policy::FactValue value(policy::FactUse fact) const;
};

inline policy::FactUse use_of(NoduleFact fact)
{
    return {policy::Scope::nodule, static_cast<std::uint16_t>(fact)};
}
inline policy::FactUse use_of(PatientFact fact)
{
    return {policy::Scope::patient, static_cast<std::uint16_t>(fact)};
}

/// What the index row says, and what was last said.
inline constexpr std::pair<NoduleFact, NoduleFact> descriptors[] = {
    {NoduleFact::attenuation, NoduleFact::last_said_attenuation},
    {NoduleFact::shape, NoduleFact::last_said_shape},
    {NoduleFact::calcification, NoduleFact::last_said_calcification}};

/// False where no record gives facts like those chosen; facts that are open may be anything. What holds between facts:
///
/// - A treated nodule's state is TREATED, every other nodule's is that of its history.
/// - A nodule is measured exactly when its history gives one of the six states of measured nodules; then its long axis
///   is known. An UNMEASURED one's is not.
/// - A stable run belongs to a measured nodule that did not shrink since its newest prior; stable months are at most
///   the stable run's, and 0 unless the history says STABLE.
/// - The state it would have without growth is NEW or NO_PRIOR, and known for a measured nodule that is not accepted;
///   where the history says one of the two, it is that one.
/// - An accepted nodule is neither NEW nor NO_PRIOR.
/// - Only a measured nodule is recently first seen, or has responded to therapy; one that is STABLE without having been
///   accepted is not recently first seen.
/// - A doubling time is known only for possible or unequivocal growth.
/// - A nodule is judged only where there is an index scan; without one neither reading nor contrast is known, and the
///   class is NO_NODULE.
bool is_plausible(const PartialFacts& facts);

/// Facts that `is_plausible` ties to others.
const std::vector<policy::FactUse>& tied_facts();
bool is_tied_to_others(policy::FactUse use);

/// The values of every fact at which something in the policy can change.
class CriticalValues {
  public:
    explicit CriticalValues(const policy::Policy& policy);
    const std::vector<policy::FactValue>& of(policy::FactUse fact) const;

  private:
    std::array<std::vector<policy::FactValue>, nodule_fact_count> nodule_;
    std::array<std::vector<policy::FactValue>, patient_fact_count> patient_;
};

}  // namespace nodtrack::assess
