#include <fmt/format.h>

#include <algorithm>

#include "nodtrack/tracker/identity_json.hpp"

namespace nodtrack::tracker {
namespace {

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
    if (link.in_error) text += ", entered in error";
    return text;
}

}  // namespace

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

}  // namespace nodtrack::tracker
