#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "check_policy_parts.hpp"

namespace nodtrack::assess {

/// Makes up patients of critical values, the same ones every time.
class PatientMaker {
  public:
    PatientMaker(const policy::Policy& policy, const CriticalValues& values, std::uint32_t seed);

    /// Facts from which patients start, e.g. some that let a late recommendation decide.
    void start_from(const PartialFacts& facts) { starts_.push_back(facts); }

    /// A patient with nodules of up to four kinds; half of them meet some count of the policy, or just miss it.
    MadeUpPatient make();

    /// A patient with the facts given, or almost, who meets the counts or just misses them.
    MadeUpPatient make_from(const PartialFacts& start, const std::vector<policy::ConditionIndex>& counts);

    /// A patient with as many nodules as a count asks for, or one fewer.
    MadeUpPatient make_for_count(policy::ConditionIndex count);

    /// A patient of whom, or of one of whose nodules, one fact is given, with a nodule that `wanted` likes; then as
    /// many more like it as some count asks for.
    MadeUpPatient make_around(policy::FactUse fact, policy::FactValue value,
                              const std::function<bool(const MadeUpPatient&, std::size_t)>& wanted);

    bool selects(const policy::Policy& policy, const policy::Condition& condition, const MadeUpPatient& patient,
                 std::size_t nodule) const;

    const std::vector<policy::ConditionIndex>& counts() const { return counts_; }

  private:
    std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_()) % end; }

    PartialFacts some_start();
    /// Half of them keep the facts to start from; facts left open there are drawn.
    MadeUpPatient without_nodules(PartialFacts facts);
    static bool may_have_nodules(const MadeUpPatient& patient);
    /// Nodules up to a class drawn for the patient: without that most patients would have a suspicious one.
    void add_some(MadeUpPatient& patient, std::size_t kinds);
    void add_up_to_worst(MadeUpPatient& patient);
    bool choose_plausibly(PartialFacts& facts, policy::FactUse use);
    void add_nodule(MadeUpPatient& patient, const std::optional<std::pair<policy::FactUse, policy::FactValue>>& wanted);
    void repeat(MadeUpPatient& patient, std::size_t nodule, std::size_t times);
    /// Looks for a nodule that the count selects and adds as many as it asks for, or one fewer.
    void meet(MadeUpPatient& patient, policy::ConditionIndex count);

    const policy::Policy& policy_;
    const CriticalValues& values_;
    std::mt19937 random_;
    std::vector<policy::ConditionIndex> counts_;
    std::vector<PartialFacts> starts_;
    policy::NoduleClass worst_ = policy::NoduleClass::suspicious;
};

}  // namespace nodtrack::assess
