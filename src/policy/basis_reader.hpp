#pragma once

#include <map>
#include <string>

#include "document.hpp"
#include "nodtrack/policy/policy.hpp"

namespace nodtrack::policy {

/// Reads what parts of a policy file rest on, and finds in the bibliography what they cite: into `Policy::citations`,
/// each statement once.
class BasisReader {
  public:
    BasisReader(const Json& sources, Policy& policy);

    Basis basis_of(const Node& node);

  private:
    std::uint32_t citation(const Node& item);

    std::map<std::string, Citation> known_items_;
    Policy& policy_;
};

}  // namespace nodtrack::policy
