#pragma once

#include <string>
#include <vector>

#include "basis_reader.hpp"
#include "compile_condition.hpp"
#include "document.hpp"
#include "nodtrack/policy/policy.hpp"

namespace nodtrack::policy {

/// Reads the definitions and the lists of rules of a policy file.
class RuleLoader {
  public:
    /// `root`: the whole file. All of these must outlive this.
    RuleLoader(const Node& root, Policy& policy, BasisReader& bases);

    void load();

  private:
    void definition(const Node& node);
    void nodule_rule(const Node& node);
    /// The first comparison of a nodule's word fact that the condition demands, if it says nothing of unknown values.
    Guard guard_of(ConditionIndex index) const;
    void or_worse(const Node& node, NoduleRule& rule);
    void adjustment(const Node& node);
    void patient_rule(const Node& node);
    std::vector<DueFormula> due_formulas(const Node& node);
    DueFormula due_formula(const Node& node);
    void recommendation(const Node& node);

    const Node& root_;
    Policy& policy_;
    BasisReader& bases_;
    std::vector<std::string> facts_;  ///< that the file says it uses
    std::vector<std::string> rule_ids_;
    ConditionCompiler compiler_;
};

}  // namespace nodtrack::policy
