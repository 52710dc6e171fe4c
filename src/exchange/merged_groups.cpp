#include "merged_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "group_values.hpp"

namespace nodtrack::exchange {
namespace {

/// The groups of one nodule, in the order of the report.
using Groups = std::vector<const ReportedNodule*>;

std::string name_of(const Groups& groups)
{
    std::string numbers;
    for (const ReportedNodule* const group : groups)
        numbers += (numbers.empty() ? "" : ", ") + std::to_string(group->group);
    const std::string& label = groups.front()->label;
    return "groups " + numbers + (label.empty() ? std::string() : " ('" + printable(label) + "')");
}

/// What is said in one place, or in several alike; absent where it is said differently.
template <class Value>
std::optional<Value> agreed(const Groups& groups, std::optional<Value> ReportedNodule::*member, const char* what,
                            std::vector<LeftOut>& left_out)
{
    Groups saying;
    std::copy_if(groups.begin(), groups.end(), std::back_inserter(saying),
                 [&](const ReportedNodule* group) { return (group->*member).has_value(); });
    if (saying.empty()) return std::nullopt;
    const std::optional<Value>& said = saying.front()->*member;
    if (std::all_of(saying.begin(), saying.end(), [&](const ReportedNodule* group) { return group->*member == said; }))
        return said;
    left_out.push_back({name_of(saying) + ", " + what,
                        "they have one Tracking UID and say different values; which one holds is not said"});
    return std::nullopt;
}

template <class Value>
std::optional<Value> first_of(const Groups& groups, std::optional<Value> ReportedNodule::*member)
{
    for (const ReportedNodule* const group : groups) {
        if (group->*member) return group->*member;
    }
    return std::nullopt;
}

/// A length that is not called the long axis gives way to one that is.
Groups with_long_axis(const Groups& groups)
{
    Groups called;
    std::copy_if(groups.begin(), groups.end(), std::back_inserter(called),
                 [](const ReportedNodule* group) { return group->long_axis && !group->has_one_diameter; });
    return called.empty() ? groups : called;
}

ReportedNodule merged(const Groups& groups, std::vector<LeftOut>& left_out)
{
    ReportedNodule nodule = *groups.front();
    const Groups of_long_axis = with_long_axis(groups);
    nodule.long_axis = agreed(of_long_axis, &ReportedNodule::long_axis, "long axis", left_out);
    nodule.has_one_diameter = nodule.long_axis && std::all_of(of_long_axis.begin(), of_long_axis.end(), [](auto* one) {
                                  return !one->long_axis || one->has_one_diameter;
                              });
    nodule.short_axis = agreed(groups, &ReportedNodule::short_axis, "short axis", left_out);
    nodule.volume = agreed(groups, &ReportedNodule::volume, "volume", left_out);
    nodule.mean_attenuation = agreed(groups, &ReportedNodule::mean_attenuation, "mean CT number", left_out);
    nodule.attenuation = agreed(groups, &ReportedNodule::attenuation, "attenuation", left_out);
    nodule.side = agreed(groups, &ReportedNodule::side, "side", left_out);
    nodule.lobe = agreed(groups, &ReportedNodule::lobe, "lobe", left_out);
    nodule.long_line = nodule.long_axis ? first_of(of_long_axis, &ReportedNodule::long_line) : std::nullopt;
    nodule.short_line = nodule.short_axis ? first_of(groups, &ReportedNodule::short_line) : std::nullopt;
    nodule.outline = first_of(groups, &ReportedNodule::outline);
    nodule.position_mm = first_of(groups, &ReportedNodule::position_mm);
    for (const ReportedNodule* const group : groups) {
        if (nodule.certainty_percent.empty()) nodule.certainty_percent = group->certainty_percent;
        nodule.images.insert(nodule.images.end(), group->images.begin(), group->images.end());
    }
    std::sort(nodule.images.begin(), nodule.images.end());
    nodule.images.erase(std::unique(nodule.images.begin(), nodule.images.end()), nodule.images.end());
    return nodule;
}

}  // namespace

void merge_groups_of_one_uid(ReportedNodules& told)
{
    const std::vector<ReportedNodule> all = std::exchange(told.nodules, {});
    std::vector<Groups> nodules;
    std::map<std::string_view, std::size_t> place_of_uid;
    for (const ReportedNodule& group : all) {
        const auto [place, is_new] = place_of_uid.try_emplace(group.tracking_uid, nodules.size());
        if (is_new || group.tracking_uid.empty()) {
            nodules.push_back({&group});
        } else {
            nodules[place->second].push_back(&group);
        }
    }
    for (const Groups& groups : nodules) {
        ReportedNodule nodule = groups.size() == 1 ? *groups.front() : merged(groups, told.left_out);
        if (nodule.long_axis || nodule.short_axis || nodule.volume) {
            told.nodules.push_back(std::move(nodule));
        } else {
            told.left_out.push_back({name_of(groups), "no size is left that they agree on"});
        }
    }
}

}  // namespace nodtrack::exchange
