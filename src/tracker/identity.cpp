#include "nodtrack/tracker/identity.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "nodtrack/store/change.hpp"
#include "nodtrack/store/reader.hpp"

namespace nodtrack::tracker {
namespace {

using Standing = std::map<ObservationKey, std::vector<IdentityLink>>;

std::string name_of(const ObservationKey& key)
{
    return fmt::format("patient {}, scan {}, nodule {}", key.patient_id, key.scan_id, key.observation_id);
}

/// The links of some patients, by observation.
Result<Standing> links_by_observation(const store::Registry& registry, const std::set<std::string>& patient_ids)
{
    Standing standing;
    for (const std::string& patient_id : patient_ids) {
        Result<std::vector<IdentityLink>> links = links_of(registry, patient_id);
        if (!links) return tl::unexpected<Error>(links.error());
        for (IdentityLink& link : *links)
            standing[link.observation].push_back(std::move(link));
    }
    return standing;
}

template <class Items>
std::set<std::string> patients_of(const Items& items)
{
    std::set<std::string> patient_ids;
    for (const auto& item : items)
        patient_ids.insert(item.observation.patient_id);
    return patient_ids;
}

using NoduleOfObservation = std::map<ObservationKey, std::string>;

/// Which nodule each observation of a patient is; empty where the patient is not recorded.
Result<NoduleOfObservation> nodules_of(const store::Registry& registry, const std::string& patient_id)
{
    Result<store::PatientReader> reader = store::PatientReader::open(registry);
    if (!reader) return tl::unexpected<Error>(reader.error());
    PatientRecord record;
    const Result<bool> found = reader->find(patient_id, record);
    if (!found) return tl::unexpected<Error>(found.error());
    NoduleOfObservation nodules;
    for (std::size_t i = 0; *found && i < record.measurements.size(); ++i) {
        const Measurement& row = record.measurements[i];
        nodules[{patient_id, record.scans[row.scan].scan_id, reader->versions().observation_ids[i]}] =
            record.nodule_ids[row.nodule];
    }
    return nodules;
}

/// Adds a line for each observation that shares its scan and nodule with another one.
void add_doubled(const NoduleOfObservation& nodules, std::vector<std::string>& lines)
{
    std::map<std::pair<std::string, std::string>, const ObservationKey*> seen;
    for (const auto& [key, nodule_id] : nodules) {
        const auto [other, first] = seen.emplace(std::pair(key.scan_id, nodule_id), &key);
        if (first) continue;
        lines.push_back(
            fmt::format("{} and {} of the same scan would both be nodule {}; change the link of the other "
                        "one in the same step, or first",
                        name_of(key), other->second->observation_id, nodule_id));
    }
}

/// Refuses links, about to be stored, of observations that are not recorded, and links that make two observations of
/// one scan one nodule.
Result<void> check_outcome(const store::Registry& registry, const Standing& standing,
                           const std::vector<IdentityLink>& links)
{
    std::vector<std::string> missing;
    std::vector<std::string> doubled;
    for (const std::string& patient_id : patients_of(links)) {
        Result<NoduleOfObservation> nodules = nodules_of(registry, patient_id);
        if (!nodules) return tl::unexpected<Error>(nodules.error());
        for (const IdentityLink& link : links) {
            if (link.observation.patient_id != patient_id) continue;
            const auto observation = nodules->find(link.observation);
            if (observation == nodules->end()) {
                missing.push_back(name_of(link.observation) + ": not recorded");
                continue;
            }
            std::vector<IdentityLink> all;
            if (const auto earlier = standing.find(link.observation); earlier != standing.end()) all = earlier->second;
            all.push_back(link);
            observation->second = store::nodule_after(link.observation, all);
        }
        add_doubled(*nodules, doubled);
    }
    if (!missing.empty()) return failure(ErrorCode::not_found, "nothing was stored", std::move(missing));
    if (!doubled.empty()) return failure(ErrorCode::bad_input, "nothing was stored", std::move(doubled));
    return {};
}

Result<store::DeliveryNumber> record(store::Registry& registry, store::Change& change, const Standing& standing,
                                     const std::vector<IdentityLink>& links)
{
    if (Result<void> sound = check_outcome(registry, standing, links); !sound) {
        return tl::unexpected<Error>(sound.error());
    }
    if (Result<void> stored = change.store_links(links); !stored) return tl::unexpected<Error>(stored.error());
    return change.commit();
}

int next_link_no(const Standing& standing, const ObservationKey& observation)
{
    const auto links = standing.find(observation);
    return links == standing.end() ? 1 : links->second.back().link_no + 1;
}

Result<store::DeliveryNumber> record_statements(store::Registry& registry, std::span<const IdentityProposal> statements,
                                                store::LinkState state, const store::Occasion& occasion)
{
    std::vector<std::string> lines;
    std::set<ObservationKey> named;
    for (const IdentityProposal& statement : statements) {
        const std::string name = name_of(statement.observation);
        if (statement.nodule_id.empty()) lines.push_back(name + ": no nodule id; say which nodule it is");
        const int confidence = statement.confidence_permille.value_or(0);
        if (confidence < 0 || confidence > 1000) {
            lines.push_back(fmt::format("{}: confidence {}; give 0 to 1000", name, confidence));
        }
        if (!named.insert(statement.observation).second) lines.push_back(name + ": named twice; name it once");
    }
    if (statements.empty()) lines.emplace_back("no link given");
    if (!lines.empty()) return failure(ErrorCode::bad_input, "nothing was stored", std::move(lines));

    Result<store::Change> change = store::Change::begin(registry, occasion);
    if (!change) return tl::unexpected<Error>(change.error());
    const Result<Standing> standing = links_by_observation(registry, patients_of(statements));
    if (!standing) return tl::unexpected<Error>(standing.error());
    std::vector<IdentityLink> links;
    for (const IdentityProposal& statement : statements) {
        IdentityLink& link = links.emplace_back();
        link.observation = statement.observation;
        link.link_no = next_link_no(*standing, statement.observation);
        link.nodule_id = statement.nodule_id;
        link.how = statement.how;
        link.state = state;
        link.confidence_permille = statement.confidence_permille;
        link.made_by = occasion.actor;
    }
    return record(registry, *change, *standing, links);
}

/// Why this link cannot be answered so; empty where it can.
std::string refusal(const Standing& standing, const LinkChoice& choice, store::LinkState answer)
{
    const std::vector<IdentityLink>& links = standing.at(choice.observation);
    const auto is_answered = [&](store::LinkState by) {
        return std::ranges::any_of(
            links, [&](const IdentityLink& link) { return link.answers == choice.link_no && link.state == by; });
    };
    const IdentityLink& link = links[static_cast<std::size_t>(choice.link_no) - 1];
    if (is_answered(store::LinkState::undone)) return "undone already";
    if (link.state == store::LinkState::undone) return "it undoes another link; propose or confirm a new one instead";
    if (answer == store::LinkState::confirmed && link.state == store::LinkState::confirmed) return "confirmed already";
    if (is_answered(store::LinkState::confirmed)) {
        return answer == store::LinkState::confirmed ? "confirmed already"
                                                     : "it was confirmed; undo the link that confirmed it";
    }
    return {};
}

Result<store::DeliveryNumber> answer_links(store::Registry& registry, std::span<const LinkChoice> choices,
                                           store::LinkState answer, const store::Occasion& occasion)
{
    if (choices.empty()) return failure(ErrorCode::bad_input, "no link given; nothing was stored");
    Result<store::Change> change = store::Change::begin(registry, occasion);
    if (!change) return tl::unexpected<Error>(change.error());
    const Result<Standing> standing = links_by_observation(registry, patients_of(choices));
    if (!standing) return tl::unexpected<Error>(standing.error());

    std::vector<std::string> missing;
    std::vector<std::string> refused;
    std::set<ObservationKey> named;
    std::vector<IdentityLink> links;
    for (const LinkChoice& choice : choices) {
        const std::string name = fmt::format("{}, link {}", name_of(choice.observation), choice.link_no);
        const auto of_observation = standing->find(choice.observation);
        if (of_observation == standing->end() || choice.link_no < 1 ||
            static_cast<std::size_t>(choice.link_no) > of_observation->second.size()) {
            missing.push_back(name + ": no such link");
            continue;
        }
        std::string why = refusal(*standing, choice, answer);
        if (why.empty() && !named.insert(choice.observation).second) why = "its observation is named twice; answer one";
        if (!why.empty()) {
            refused.push_back(name + ": " + why);
            continue;
        }
        IdentityLink link = of_observation->second[static_cast<std::size_t>(choice.link_no) - 1];
        link.answers = choice.link_no;
        link.link_no = next_link_no(*standing, choice.observation);
        link.state = answer;
        link.made_by = occasion.actor;
        links.push_back(std::move(link));
    }
    if (!missing.empty()) return failure(ErrorCode::not_found, "nothing was stored", std::move(missing));
    if (!refused.empty()) return failure(ErrorCode::bad_input, "nothing was stored", std::move(refused));
    return record(registry, *change, *standing, links);
}

}  // namespace

Result<store::DeliveryNumber> propose_links(store::Registry& registry, std::span<const IdentityProposal> proposals,
                                            const store::Occasion& occasion)
{
    return record_statements(registry, proposals, store::LinkState::proposed, occasion);
}

Result<store::DeliveryNumber> link(store::Registry& registry, std::span<const IdentityProposal> statements,
                                   const store::Occasion& occasion)
{
    return record_statements(registry, statements, store::LinkState::confirmed, occasion);
}

Result<store::DeliveryNumber> confirm_links(store::Registry& registry, std::span<const LinkChoice> links,
                                            const store::Occasion& occasion)
{
    return answer_links(registry, links, store::LinkState::confirmed, occasion);
}

Result<store::DeliveryNumber> undo_links(store::Registry& registry, std::span<const LinkChoice> links,
                                         const store::Occasion& occasion)
{
    if (occasion.reason.empty()) {
        return failure(ErrorCode::bad_input, "reason: missing; say why the link is undone. Nothing was stored");
    }
    return answer_links(registry, links, store::LinkState::undone, occasion);
}

}  // namespace nodtrack::tracker
