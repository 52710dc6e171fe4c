#include "nodtrack/tracker/identity_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace nodtrack::tracker {

using nlohmann::ordered_json;

std::string title_of(const store::ObservationKey& observation)
{
    return observation.scan_id + "/" + observation.observation_id;
}

std::string title_of(const IdentityLink& link)
{
    return fmt::format("{}#{}", title_of(link.observation), link.link_no);
}

std::string identity_json(const StandingIdentity& identity)
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
             {"open", std::ranges::count(identity.open, place) > 0},
             {"holds", identity.standing == place},
             {"confidence",
              link.confidence_permille ? ordered_json(*link.confidence_permille / 1000.0) : ordered_json()},
             {"nodule_state", link.nodule_state ? ordered_json(word(*link.nodule_state)) : ordered_json()},
             {"other_nodule_id", or_null(link.other_nodule_id)},
             {"state_date", link.state_date ? ordered_json(link.state_date->iso()) : ordered_json()},
             {"made_by", link.made_by},
             {"recorded_at", link.recorded_at},
             {"reason", or_null(link.reason)}});
        if (link.in_error) object["links"].back()["entered_in_error"] = true;
    }
    return object.dump() + "\n";
}

}  // namespace nodtrack::tracker
