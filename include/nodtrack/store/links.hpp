#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/date.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::store {

/// What a nodule is on one scan, beside its size.
enum class NoduleState : std::uint8_t {
    same,
    is_new,
    not_seen,
    outside_field,
    resolved,
    resected,
    split_from,
    merged_into,
    not_a_nodule
};

/// How an identity was found.
enum class LinkMethod : std::uint8_t { typed, uid, registration, position };
/// What was said of it.
enum class LinkState : std::uint8_t { proposed, confirmed, undone };

std::string_view word(LinkMethod method);
std::string_view word(LinkState state);
std::string_view word(NoduleState state);

/// The value of a word; absent where it is none of them.
std::optional<LinkMethod> link_method_of_word(std::string_view word);
std::optional<NoduleState> nodule_state_of_word(std::string_view word);

/// All words of `NoduleState`, separated by ", ".
std::string nodule_state_words();

/// Whether a state is said of a nodule that has no row on the scan: not_seen, outside_field, resolved, resected,
/// merged_into.
bool is_of_absent_nodule(NoduleState state);

/// One row measured on one scan, named by what it was reported under.
struct ObservationKey {
    std::string patient_id;
    std::string scan_id;
    /// The nodule id it was first reported under; where a state is said of a nodule without a row, the nodule's id.
    std::string observation_id;

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
    std::optional<NoduleState> nodule_state;
    std::string other_nodule_id;     ///< of split_from and merged_into
    std::optional<Date> state_date;  ///< of resected and not_a_nodule
    DeliveryNumber delivery_no = 0;  ///< given by the store
    std::string recorded_at;         ///< of that delivery; filled when read
    std::string reason;              ///< of that delivery; filled when read
    bool in_error = false;           ///< a retraction in effect covers it: it says nothing; filled when read
};

/// The link that holds, given all links of one observation in order of their numbers: the newest confirmed one that is
/// not undone; null where there is none. Links entered in error count for nothing.
const IdentityLink* standing_link(const std::vector<IdentityLink>& links);

/// The nodule that an observation is by its links, given in order of their numbers: the newest confirmed one that is
/// not undone; without one, the nodule it was reported under.
std::string nodule_after(const ObservationKey& observation, const std::vector<IdentityLink>& links);

/// All links of one patient, in order of observation and link number; of all patients when `patient_id` is empty.
Result<std::vector<IdentityLink>> links_of(const Registry& registry, std::string_view patient_id);

}  // namespace nodtrack::store
