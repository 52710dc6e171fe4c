#pragma once

#include <map>
#include <string>
#include <vector>

#include "document.hpp"
#include "nodtrack/policy/policy.hpp"

namespace nodtrack::policy {

/// Turns the conditions of a policy file into `Policy::conditions`. Definitions must be compiled before their use.
class ConditionCompiler {
  public:
    /// `used_facts`: the facts that the file declares it uses; naming another one is a problem.
    ConditionCompiler(Policy& policy, const std::vector<std::string>& used_facts, std::vector<std::string> rule_ids);

    ConditionIndex compile(const Node& node, Scope scope);
    /// Facts declared but named by no condition.
    std::vector<std::string> unused_facts() const;

  private:
    ConditionIndex compile_one(const Node& node, Scope scope);
    ConditionIndex add(Condition condition);
    Condition comparison(const Node& node, Scope scope);
    void comparator(const Node& node, const FactDeclaration& fact, Condition& condition) const;
    void number_comparator(const Node& operand, const FactDeclaration& fact, Condition& condition) const;
    std::uint64_t word_set(const Node& operand, const FactDeclaration& fact) const;
    std::uint64_t word_bit(const Node& word, const FactDeclaration& fact) const;
    Condition quantifier(const Node& node, const Node& body, Condition::Kind kind);

    Policy& policy_;
    std::vector<std::string> rule_ids_;
    int depth_ = 0;                                      // of the condition being compiled
    std::map<std::string, bool, std::less<>> declared_;  // name -> named by a condition
};

}  // namespace nodtrack::policy
