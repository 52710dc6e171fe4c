#include "link_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace nodtrack::cli {
namespace {

using nlohmann::ordered_json;
using store::IdentityLink;
using store::LinkState;

/// `N7, same, position 0.930`
std::string what_it_says(const IdentityLink& link)
{
    std::string text = link.nodule_id;
    if (link.nodule_state) text += fmt::format(", {}", word(*link.nodule_state));
    if (!link.other_nodule_id.empty()) text += " " + link.other_nodule_id;
    if (link.state_date) text += " on " + link.state_date->iso();
    text += fmt::format(", {}", word(link.how));
    if (link.confidence_permille) text += fmt::format(" {:.3f}", *link.confidence_permille / 1000.0);
    return text;
}

bool is_open(const tracker::StandingIdentity& identity, std::size_t place)
{
    return std::ranges::count(identity.open, place) > 0;
}

std::string state_words(const tracker::StandingIdentity& identity, std::size_t place)
{
    const IdentityLink& link = identity.links[place];
    std::string text;
    if (link.state == LinkState::undone) {
        const bool was_open = identity.links[static_cast<std::size_t>(*link.answers) - 1].state == LinkState::proposed;
        text = fmt::format("{} #{}", was_open ? "rejects" : "undoes", *link.answers);
    } else if (link.answers) {
        text = fmt::format("confirms #{}", *link.answers);
    } else {
        text = word(link.state);
    }
    if (is_open(identity, place)) text += ", open";
    if (identity.standing == place) text += ", holds";
    return text;
}

}  // namespace

std::string title_of(const store::ObservationKey& observation)
{
    return observation.scan_id + "/" + observation.observation_id;
}

std::string title_of(const IdentityLink& link)
{
    return fmt::format("{}#{}", title_of(link.observation), link.link_no);
}

std::string identity_text(const tracker::StandingIdentity& identity)
{
    std::string text = fmt::format("{}  {:<28} ", identity.scan_date.iso(), title_of(identity.observation));
    text += identity.has_row ? "is " + identity.nodule_id : std::string("no row");
    if (!identity.standing && identity.has_row) text += " (as reported)";
    text += "\n";
    for (std::size_t place = 0; place < identity.links.size(); ++place) {
        const IdentityLink& link = identity.links[place];
        text += fmt::format("  #{} {:<22} {:<40} {}  {}{}\n", link.link_no, state_words(identity, place),
                            what_it_says(link), link.recorded_at, link.made_by,
                            link.reason.empty() ? "" : ": " + link.reason);
    }
    return text;
}

std::string identity_json(const tracker::StandingIdentity& identity)
{
    const store::ObservationKey& key = identity.observation;
    ordered_json object = {{"patient_id", key.patient_id},          {"scan_id", key.scan_id},
                           {"scan_date", identity.scan_date.iso()}, {"observation_id", key.observation_id},
                           {"has_row", identity.has_row},           {"nodule_id", identity.nodule_id}};
    object["links"] = ordered_json::array();
    const auto or_null = [](const std::string& text) { return text.empty() ? ordered_json() : ordered_json(text); };
    for (std::size_t place = 0; place < identity.links.size(); ++place) {
        const IdentityLink& link = identity.links[place];
        object["links"].push_back(
            {{"link", title_of(link)},
             {"answers", link.answers ? ordered_json(*link.answers) : ordered_json()},
             {"nodule_id", link.nodule_id},
             {"how", word(link.how)},
             {"state", word(link.state)},
             {"open", is_open(identity, place)},
             {"holds", identity.standing == place},
             {"confidence",
              link.confidence_permille ? ordered_json(*link.confidence_permille / 1000.0) : ordered_json()},
             {"nodule_state", link.nodule_state ? ordered_json(word(*link.nodule_state)) : ordered_json()},
             {"other_nodule_id", or_null(link.other_nodule_id)},
             {"state_date", link.state_date ? ordered_json(link.state_date->iso()) : ordered_json()},
             {"made_by", link.made_by},
             {"recorded_at", link.recorded_at},
             {"reason", or_null(link.reason)}});
    }
    return object.dump() + "\n";
}

}  // namespace nodtrack::cli
