#include "nodtrack/tracker/identity.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "identity_links.hpp"
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

/// What is recorded of a patient.
struct Recorded {
    NoduleOfObservation nodules;  ///< which nodule each observation is
    std::set<std::string> scan_ids;
    std::set<std::string> nodule_ids;
};

/// Empty where the patient is not recorded.
Result<Recorded> recorded_of(const store::Registry& registry, const std::string& patient_id)
{
    Result<store::PatientReader> reader = store::PatientReader::open(registry);
    if (!reader) return tl::unexpected<Error>(reader.error());
    PatientRecord record;
    const Result<bool> found = reader->find(patient_id, record);
    if (!found) return tl::unexpected<Error>(found.error());
    Recorded recorded;
    if (!*found) return recorded;
    for (const Scan& scan : record.scans)
        recorded.scan_ids.insert(scan.scan_id);
    recorded.nodule_ids.insert(record.nodule_ids.begin(), record.nodule_ids.end());
    for (std::size_t i = 0; i < record.measurements.size(); ++i) {
        const Measurement& row = record.measurements[i];
        recorded.nodules[{patient_id, record.scans[row.scan].scan_id, reader->versions().observation_ids[i]}] =
            record.nodule_ids[row.nodule];
    }
    return recorded;
}

bool is_absent(const IdentityLink& link)
{
    return link.nodule_state && store::is_of_absent_nodule(*link.nodule_state);
}

/// What speaks against a statement on a nodule that has no row on the scan; empty where nothing does.
std::string refusal_of_absent(const IdentityLink& link, const Recorded& recorded)
{
    const ObservationKey& key = link.observation;
    if (link.nodule_id != key.observation_id) {
        return fmt::format("{}: {} applies to a nodule as such; name it {}, without an observation", name_of(key),
                           word(*link.nodule_state), link.nodule_id);
    }
    if (link.state == store::LinkState::undone) return {};
    for (const auto& [observation, nodule_id] : recorded.nodules) {
        if (observation.scan_id != key.scan_id || (nodule_id != link.nodule_id && observation != key)) continue;
        return fmt::format(
            "{}: it has a row on this scan{}, so it is not {}; correct the row, or link it to the nodule "
            "that it is, first",
            name_of(key), observation == key ? std::string() : ", reported as " + observation.observation_id,
            word(*link.nodule_state));
    }
    return {};
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

void add_coming(const ComingRows& coming, const std::string& patient_id, Recorded& recorded)
{
    for (const auto& [patient, scan] : coming.scans) {
        if (patient == patient_id) recorded.scan_ids.insert(scan);
    }
    for (const ObservationKey& key : coming.observations) {
        if (key.patient_id != patient_id) continue;
        // A row that is there already keeps the nodule that its links say.
        if (recorded.nodules.emplace(key, key.observation_id).second) recorded.nodule_ids.insert(key.observation_id);
    }
}

/// Refuses links, about to be stored, of observations that are not recorded, and links that make two observations of
/// one scan one nodule.
Result<void> check_outcome(const store::Registry& registry, const Standing& standing,
                           const std::vector<IdentityLink>& links, const ComingRows& coming = {})
{
    std::vector<std::string> missing;
    std::vector<std::string> doubled;
    for (const std::string& patient_id : patients_of(links)) {
        Result<Recorded> recorded = recorded_of(registry, patient_id);
        if (!recorded) return tl::unexpected<Error>(recorded.error());
        add_coming(coming, patient_id, *recorded);
        for (const IdentityLink& link : links) {
            if (link.observation.patient_id != patient_id) continue;
            if (!link.other_nodule_id.empty() && !recorded->nodule_ids.contains(link.other_nodule_id)) {
                missing.push_back(fmt::format("{}: no nodule '{}' of this patient is recorded",
                                              name_of(link.observation), link.other_nodule_id));
            }
            if (is_absent(link)) {
                if (!recorded->scan_ids.contains(link.observation.scan_id)) {
                    missing.push_back(name_of(link.observation) + ": the scan is not recorded");
                } else if (!recorded->nodule_ids.contains(link.nodule_id)) {
                    missing.push_back(name_of(link.observation) + ": no nodule of this id is recorded");
                } else if (std::string why = refusal_of_absent(link, *recorded); !why.empty()) {
                    doubled.push_back(std::move(why));
                }
                continue;
            }
            const auto observation = recorded->nodules.find(link.observation);
            if (observation == recorded->nodules.end()) {
                missing.push_back(name_of(link.observation) + ": not recorded");
                continue;
            }
            std::vector<IdentityLink> all;
            if (const auto earlier = standing.find(link.observation); earlier != standing.end()) all = earlier->second;
            all.push_back(link);
            observation->second = store::nodule_after(link.observation, all);
        }
        add_doubled(recorded->nodules, doubled);
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

/// What speaks against the state of a statement, as far as the statement alone tells.
void add_state_problems(const IdentityProposal& statement, std::vector<std::string>& lines)
{
    using enum NoduleState;
    const std::string name = name_of(statement.observation);
    const std::optional<NoduleState>& state = statement.nodule_state;
    const bool has_other = state == split_from || state == merged_into;
    if (has_other && statement.other_nodule_id.empty()) {
        lines.push_back(fmt::format("{}: {}: say of which other nodule", name, word(*state)));
    }
    if (!has_other && !statement.other_nodule_id.empty()) {
        lines.push_back(fmt::format("{}: another nodule, {}, goes with split_from and merged_into only", name,
                                    statement.other_nodule_id));
    }
    if (has_other && statement.other_nodule_id == statement.nodule_id) {
        lines.push_back(fmt::format("{}: a nodule cannot be {} itself", name, word(*state)));
    }
    if (state == resected && !statement.state_date) {
        lines.push_back(name + ": resected: give the day of surgery");
    }
    if (statement.state_date && state != resected && state != not_a_nodule) {
        lines.push_back(
            fmt::format("{}: a day, {}, goes with resected and not_a_nodule only", name, statement.state_date->iso()));
    }
}

bool is_answered(const std::vector<IdentityLink>& links, int link_no)
{
    return std::ranges::any_of(links,
                               [&](const IdentityLink& link) { return !link.in_error && link.answers == link_no; });
}

/// Whether a proposal that says the same is waiting for an answer.
bool is_open_already(const Standing& standing, const IdentityProposal& statement)
{
    const auto links = standing.find(statement.observation);
    if (links == standing.end()) return false;
    return std::ranges::any_of(links->second, [&](const IdentityLink& link) {
        return !link.in_error && link.state == store::LinkState::proposed &&
               !is_answered(links->second, link.link_no) && link.nodule_id == statement.nodule_id &&
               link.how == statement.how && link.confidence_permille == statement.confidence_permille &&
               link.nodule_state == statement.nodule_state && link.other_nodule_id == statement.other_nodule_id &&
               link.state_date == statement.state_date;
    });
}

/// Whether what holds of the observation says the same.
bool holds_already(const Standing& standing, const IdentityProposal& statement)
{
    const auto links = standing.find(statement.observation);
    if (links == standing.end()) return false;
    const IdentityLink* const holding = store::standing_link(links->second);
    return holding != nullptr && holding->nodule_id == statement.nodule_id &&
           holding->nodule_state == statement.nodule_state && holding->other_nodule_id == statement.other_nodule_id &&
           holding->state_date == statement.state_date;
}

/// The open proposal that a confirmed statement answers.
std::optional<int> proposal_answered(const Standing& standing, const IdentityProposal& statement)
{
    const auto links = standing.find(statement.observation);
    if (links == standing.end()) return std::nullopt;
    for (const IdentityLink& link : links->second) {
        const bool same = !link.in_error && link.nodule_id == statement.nodule_id &&
                          link.nodule_state == statement.nodule_state &&
                          link.other_nodule_id == statement.other_nodule_id && link.state_date == statement.state_date;
        if (same && link.state == store::LinkState::proposed && !is_answered(links->second, link.link_no))
            return link.link_no;
    }
    return std::nullopt;
}

IdentityLink link_of(const IdentityStatement& statement, const Standing& standing, const store::Provenance& provenance)
{
    const IdentityProposal& what = statement.what;
    IdentityLink link;
    link.observation = what.observation;
    link.link_no = next_link_no(standing, what.observation);
    link.nodule_id = what.nodule_id;
    link.how = what.how;
    link.state = statement.confirmed ? store::LinkState::confirmed : store::LinkState::proposed;
    link.confidence_permille = what.confidence_permille;
    link.made_by = provenance.actor;
    link.nodule_state = what.nodule_state;
    link.other_nodule_id = what.other_nodule_id;
    link.state_date = what.state_date;
    return link;
}

/// What speaks against statements by themselves.
Result<void> check_statements(std::span<const IdentityStatement> statements, const store::Provenance& provenance)
{
    std::vector<std::string> lines;
    std::set<ObservationKey> named;
    for (const IdentityStatement& statement : statements) {
        const IdentityProposal& what = statement.what;
        const std::string name = name_of(what.observation);
        if (what.nodule_id.empty()) lines.push_back(name + ": no nodule id; say which nodule it is");
        const int confidence = what.confidence_permille.value_or(0);
        if (confidence < 0 || confidence > 1000) {
            lines.push_back(fmt::format("{}: confidence {}; give 0 to 1000", name, confidence));
        }
        add_state_problems(what, lines);
        if (!named.insert(what.observation).second) lines.push_back(name + ": named twice; name it once");
        if (what.state_date && *what.state_date > provenance.today) {
            lines.push_back(
                fmt::format("{}: {} is after today, {}", name, what.state_date->iso(), provenance.today.iso()));
        }
    }
    if (!lines.empty()) return failure(ErrorCode::bad_input, "nothing was stored", std::move(lines));
    return {};
}

Result<store::DeliveryNumber> record_statements(store::Registry& registry, std::span<const IdentityProposal> said,
                                                bool confirmed, const store::Provenance& provenance)
{
    if (said.empty()) return failure(ErrorCode::bad_input, "nothing was stored", {"no link given"});
    std::vector<IdentityStatement> statements;
    for (const IdentityProposal& what : said)
        statements.push_back({what, confirmed});
    if (const Result<void> sound = check_statements(statements, provenance); !sound) {
        return tl::unexpected<Error>(sound.error());
    }
    Result<store::Change> change = store::Change::begin(registry, provenance);
    if (!change) return tl::unexpected<Error>(change.error());
    const Result<std::vector<IdentityLink>> links = links_to_store(registry, statements, provenance, {}, false);
    if (!links) return tl::unexpected<Error>(links.error());
    if (links->empty()) return 0;
    if (Result<void> stored = change->store_links(*links); !stored) return tl::unexpected<Error>(stored.error());
    return change->commit();
}

/// Why this link cannot be answered so; empty where it can.
std::string refusal(const Standing& standing, const LinkChoice& choice, store::LinkState answer)
{
    const std::vector<IdentityLink>& links = standing.at(choice.observation);
    const auto is_answered_by = [&](store::LinkState by) {
        return std::ranges::any_of(links, [&](const IdentityLink& link) {
            return !link.in_error && link.answers == choice.link_no && link.state == by;
        });
    };
    const IdentityLink& link = links[static_cast<std::size_t>(choice.link_no) - 1];
    if (link.in_error) return "it was entered in error";
    if (is_answered_by(store::LinkState::undone)) return "undone already";
    if (link.state == store::LinkState::undone) return "it undoes another link; propose or confirm a new one instead";
    if (answer == store::LinkState::confirmed && link.state == store::LinkState::confirmed) return "confirmed already";
    if (is_answered_by(store::LinkState::confirmed)) {
        return answer == store::LinkState::confirmed ? "confirmed already"
                                                     : "it was confirmed; undo the link that confirmed it";
    }
    return {};
}

Result<store::DeliveryNumber> answer_links(store::Registry& registry, std::span<const LinkChoice> choices,
                                           store::LinkState answer, const store::Provenance& provenance)
{
    if (choices.empty()) return failure(ErrorCode::bad_input, "no link given; nothing was stored");
    Result<store::Change> change = store::Change::begin(registry, provenance);
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
        link.in_error = false;
        link.link_no = next_link_no(*standing, choice.observation);
        link.state = answer;
        link.made_by = provenance.actor;
        links.push_back(std::move(link));
    }
    if (!missing.empty()) return failure(ErrorCode::not_found, "nothing was stored", std::move(missing));
    if (!refused.empty()) return failure(ErrorCode::bad_input, "nothing was stored", std::move(refused));
    return record(registry, *change, *standing, links);
}

}  // namespace

Result<std::vector<IdentityLink>> links_to_store(const store::Registry& registry,
                                                 std::span<const IdentityStatement> statements,
                                                 const store::Provenance& provenance, const ComingRows& coming,
                                                 bool skip_what_holds)
{
    if (const Result<void> sound = check_statements(statements, provenance); !sound) {
        return tl::unexpected<Error>(sound.error());
    }
    std::set<std::string> patient_ids;
    for (const IdentityStatement& statement : statements)
        patient_ids.insert(statement.what.observation.patient_id);
    const Result<Standing> standing = links_by_observation(registry, patient_ids);
    if (!standing) return tl::unexpected<Error>(standing.error());
    std::vector<IdentityLink> links;
    for (const IdentityStatement& statement : statements) {
        if (!statement.confirmed && is_open_already(*standing, statement.what)) continue;
        if (skip_what_holds && holds_already(*standing, statement.what)) continue;
        IdentityLink link = link_of(statement, *standing, provenance);
        if (skip_what_holds && statement.confirmed) link.answers = proposal_answered(*standing, statement.what);
        links.push_back(std::move(link));
    }
    if (const Result<void> sound = check_outcome(registry, *standing, links, coming); !sound) {
        return tl::unexpected<Error>(sound.error());
    }
    return links;
}

Result<store::DeliveryNumber> propose_links(store::Registry& registry, std::span<const IdentityProposal> proposals,
                                            const store::Provenance& provenance)
{
    return record_statements(registry, proposals, false, provenance);
}

Result<store::DeliveryNumber> link(store::Registry& registry, std::span<const IdentityProposal> statements,
                                   const store::Provenance& provenance)
{
    return record_statements(registry, statements, true, provenance);
}

Result<store::DeliveryNumber> confirm_links(store::Registry& registry, std::span<const LinkChoice> links,
                                            const store::Provenance& provenance)
{
    return answer_links(registry, links, store::LinkState::confirmed, provenance);
}

Result<store::DeliveryNumber> undo_links(store::Registry& registry, std::span<const LinkChoice> links,
                                         const store::Provenance& provenance)
{
    if (provenance.reason.empty()) {
        return failure(ErrorCode::bad_input, "reason: missing; say why the link is undone. Nothing was stored");
    }
    return answer_links(registry, links, store::LinkState::undone, provenance);
}

}  // namespace nodtrack::tracker
