#pragma once

#include <string>
#include <vector>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::report {

/// One demand of a definition: so many nodules of such a size.
struct DefinitionDemand {
    std::string what;  ///< `countable nodules with long axis at least 10.0 mm`
    std::size_t found = 0;
    std::size_t needed = 0;

    bool met() const { return found >= needed; }
};

/// A definition of lung metastasis by count and size; one demand met is enough.
struct TrialDefinition {
    std::string for_whom;   ///< `histology is ewing sarcoma`
    bool applies = false;   ///< to this patient
    bool transfers = true;  ///< false: the trial had other patients, the criteria are carried over
    std::vector<DefinitionDemand> demands;

    bool met() const;
};

/// What a patient rule of the policy that ends in "metastasis criteria met" by counting demands, worked out for one
/// patient; each population it names is a definition. Source: the policy's own conditions (decision table, P1).
struct TrialRule {
    std::uint32_t rule = 0;  ///< position in `Policy::patient_rules`
    std::vector<TrialDefinition> definitions;
};

std::vector<TrialRule> trial_rules(const assess::Assessment& assessment, const policy::Policy& policy);

}  // namespace nodtrack::report
