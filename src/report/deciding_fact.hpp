#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/policy/evaluate.hpp"
#include "nodule_fact.hpp"
#include "patient_fact.hpp"

namespace nodtrack::report {

/// Tells the facts of one judged examination.
class DecidingFactWords {
  public:
    DecidingFactWords(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge);

    /// Why a recommendation rule decided. `patient_class` and `patient_rules` are those that it went by.
    std::string of_recommendation(std::uint32_t rule, policy::PatientClass patient_class,
                                  const std::vector<std::uint32_t>& patient_rules) const;

    /// What the nodules show.
    std::string of_class(policy::PatientClass patient_class, const std::vector<std::uint32_t>& patient_rules) const;

  private:
    std::string of_patient_rule(std::uint32_t position) const;
    std::string of_count(const policy::Condition& condition) const;
    std::vector<std::size_t> counted(const policy::Condition& condition) const;
    /// ` that are new`, where all are in one such state.
    std::string state_shared(const std::vector<std::size_t>& nodules) const;
    /// `; 2 more nodules are suspicious`, where that is a class of concern.
    std::string others_like(std::size_t worst) const;

    const assess::Assessment& assessment_;
    const PatientRecord& record_;
    const policy::Policy& policy_;
    policy::FactTable table_;
    NoduleFactWords nodules_;
    PatientFactWords patient_;
};

}  // namespace nodtrack::report
