#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::store {

/// How an identity was found.
enum class LinkMethod : std::uint8_t { typed, uid, registration, position };
/// What was said of it.
enum class LinkState : std::uint8_t { proposed, confirmed, undone };

std::string_view word(LinkMethod method);
std::string_view word(LinkState state);

/// One row measured on one scan, named by what it was reported under.
struct ObservationKey {
    std::string patient_id;
    std::string scan_id;
    std::string observation_id;  ///< the nodule id it was first reported under

    auto operator<=>(const ObservationKey&) const = default;
};

/// One statement on which nodule an observation is. Each observation also has the unwritten first one: it is the
/// nodule it was reported under. Links are added, never changed: the newest confirmed link that is not undone holds.
struct IdentityLink {
    ObservationKey observation;
    int link_no = 0;             ///< from 1 for each observation; given by the store
    std::optional<int> answers;  ///< the link that this one confirms or undoes
    std::string nodule_id;
    LinkMethod how = LinkMethod::typed;
    LinkState state = LinkState::proposed;
    std::optional<int> confidence_permille;  ///< 0 to 1000, where a program proposed it
    std::string made_by;
    DeliveryNumber delivery_no = 0;  ///< given by the store
    std::string recorded_at;         ///< of that delivery; filled when read
    std::string reason;              ///< of that delivery; filled when read
};

/// The nodule that an observation is by its links, given in order of their numbers: the newest confirmed one that is
/// not undone; without one, the nodule it was reported under.
std::string nodule_after(const ObservationKey& observation, const std::vector<IdentityLink>& links);

/// All links of one patient, in order of observation and link number; of all patients when `patient_id` is empty.
Result<std::vector<IdentityLink>> links_of(const Registry& registry, std::string_view patient_id);

}  // namespace nodtrack::store
