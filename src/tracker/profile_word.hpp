#pragma once

#include <optional>

#include "nodtrack/domain/consistency.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/judges.hpp"

namespace nodtrack::tracker {

/// Says of patients whose schedule is no profile of the policy that judges them. Policies are loaded when the first
/// word comes that is not one of the standard ones, which every policy has.
class ProfileWords {
  public:
    explicit ProfileWords(const store::Registry& registry) : registry_(registry) {}

    /// Absent where the patient's schedule is fine. `judged_as`: the number whose policy judges; empty: the patient's.
    Result<std::optional<RecordProblem>> problem_of(const Patient& patient, std::string_view judged_as = {});

  private:
    const store::Registry& registry_;
    std::optional<Judges> judges_;
};

}  // namespace nodtrack::tracker
