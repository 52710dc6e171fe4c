#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/date.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/history.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::store {

/// A policy file as it is kept, byte by byte.
struct PolicyFile {
    std::string sha256;  ///< of the content
    std::string id;
    std::string version;
    std::string content;
};

/// That a policy judges the registry, or one patient, from a delivery on.
struct Adoption {
    std::string patient_id;  ///< empty: the registry
    std::string sha256;      ///< of the policy file; empty: the patient is judged by the registry's policy again
    std::string id;
    std::string version;
    DeliveryEntry delivery;  ///< who, when, why
};

/// All adoptions in the order of their recording; with `known_on` only those recorded on or before that day.
Result<std::vector<Adoption>> adoptions_of(const Registry& registry, std::optional<Date> known_on = std::nullopt);

/// What tells whether adoptions changed: the number of the newest and the hash of its entry in the log, empty where
/// there is none.
Result<std::string> newest_adoption(const Registry& registry);

/// The policy file of that hash. Fails with `registry_unusable` where it is not kept.
Result<PolicyFile> policy_file(const Registry& registry, std::string_view sha256);

/// The policy file that was adopted under that id and version; absent where none was.
Result<std::optional<PolicyFile>> policy_file_named(const Registry& registry, std::string_view id,
                                                    std::string_view version);

}  // namespace nodtrack::store
