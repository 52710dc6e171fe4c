#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>

#include "nodtrack/assess/burden.hpp"
#include "nodtrack/assess/judge.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/dose/effective_dose.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::tracker {

/// One of two ways to judge a registry.
struct PolicySide {
    const assess::Judge* judge = nullptr;
    ProfileWord profile;  ///< every patient as if on it; empty: as recorded
};

struct PolicyDiffRequest {
    std::array<PolicySide, 2> sides;
    Date as_of;
    std::optional<Date> known_on;                     ///< only what was recorded on or before this day
    const dose::DoseFactors* dose_factors = nullptr;  ///< say who is a child
};

/// A patient whose action, due date or safety-net date is another; valid during the call.
struct PolicyDifference {
    const PatientRecord& record;
    std::array<const assess::Assessment*, 2> judged;
};
using PolicyDifferenceVisitor = std::function<Result<void>(const PolicyDifference&)>;

/// All patients under both.
struct PolicyDiff {
    std::array<assess::Burden, 2> burden;
    std::size_t other_action = 0;
    std::size_t other_day_only = 0;
};

/// Judges every patient of a registry in both ways over one unchanging view of it, reading each once. Memory does not
/// grow with the registry. An error of the visitor ends the run.
Result<PolicyDiff> policy_diff(const store::Registry& registry, const PolicyDiffRequest& request,
                               const PolicyDifferenceVisitor& visit);

/// The judge of a policy file, of the policy released with this program where `name` is `released`, or of a released
/// version (`1.0.0`). Fails with `not_found` where there is no such file, with `bad_input` where it cannot be read or
/// is no policy.
Result<assess::Judge> judge_by_policy(const std::string& name);
inline constexpr std::string_view released_policy_name = "released";

}  // namespace nodtrack::tracker
