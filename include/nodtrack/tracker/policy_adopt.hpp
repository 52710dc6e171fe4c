#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "nodtrack/domain/date.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/policies.hpp"
#include "nodtrack/store/provenance.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/answer_change.hpp"

namespace nodtrack::tracker {

/// Which policy is to judge, and whom.
struct AdoptRequest {
    std::string content{};         ///< of the policy file
    std::string patient_id{};      ///< that patient alone, where a protocol says so; empty: the registry
    bool follow_registry = false;  ///< the patient is judged by the registry's policy again; `content` is empty then
    bool confirm = false;          ///< also where answers become quieter
    bool dry_run = false;          ///< tells everything, stores nothing
};

/// What becomes of the answers; each patient counts once.
struct AdoptionCounts {
    std::size_t patients = 0;
    std::size_t unchanged = 0;
    std::size_t louder = 0;   ///< a stronger action, an earlier date, a higher class
    std::size_t quieter = 0;  ///< a weaker action, a lower class, an alarm less
    std::size_t later = 0;    ///< the same action at a later date
};

struct AdoptReport {
    store::PolicyFile policy;            ///< that is to judge; its content is not filled
    store::PolicyFile before;            ///< that judges now
    std::vector<std::string> changes{};  ///< what the policy says otherwise, a line each
    std::vector<std::string> notes{};    ///< warnings of the check of the policy, and what else one should know
    AdoptionCounts counts{};
    std::vector<AnswerChange> answers{};    ///< those that change, the worst first
    std::vector<std::string> questions{};   ///< what needs `confirm`, one line each
    store::DeliveryNumber delivery_no = 0;  ///< 0 on a dry run
};

/// The content of a policy that was released (`1.1.0`, `released`), or of a file. Fails with `not_found` or
/// `bad_input`.
Result<std::string> policy_content(const std::string& name);

/// Lets a policy judge the registry, or one patient, from now on: kept with its hash, who, when and why, all or
/// nothing. To go back is to adopt again what judged before.
///
/// Fails with `bad_input` where the reason is missing, the file is no policy or its check finds a problem, its id is
/// that of a released policy with other content, another content was adopted under its id and version, it judges
/// already, or (without `confirm`) an answer becomes quieter: one line each among `Error::questions`; with `not_found`
/// where there is no such patient.
Result<AdoptReport> adopt_policy(store::Registry& registry, const AdoptRequest& request,
                                 const store::Provenance& provenance);

}  // namespace nodtrack::tracker
