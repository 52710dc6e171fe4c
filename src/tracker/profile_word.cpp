#include "profile_word.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nodtrack::tracker {

Result<std::optional<RecordProblem>> ProfileWords::problem_of(const Patient& patient, std::string_view judged_as)
{
    using Found = std::optional<RecordProblem>;
    const std::string& word = patient.schedule_profile;
    if (word.empty() || value_of_word<ScheduleProfile>(word)) return Found();
    if (!judges_) {
        auto judges = Judges::of(registry_);
        if (!judges) return tl::unexpected(judges.error());
        judges_ = std::move(*judges);
    }
    const policy::Policy& policy = judges_->of(judged_as.empty() ? patient.patient_id : judged_as).policy();
    if (std::ranges::count(policy.profiles, word, &policy::ScheduleProfile::name) > 0) return Found();
    std::string words;
    for (const policy::ScheduleProfile& profile : policy.profiles)
        words += (words.empty() ? "" : ", ") + profile.name;
    return RecordProblem{RowKind::patient, 0, "schedule_profile",
                         fmt::format("'{}' is none of: {} (the profiles of policy {} {}, which judges this patient); "
                                     "write one of these, or adopt a policy that has it first",
                                     word, words, policy.id, policy.version)};
}

}  // namespace nodtrack::tracker
