#include "nodtrack/store/links.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "connection.hpp"
#include "coverage.hpp"
#include "decision_columns.hpp"
#include "link_columns.hpp"

namespace nodtrack::store {
namespace {

constexpr auto method_words = std::to_array<std::string_view>({"typed", "uid", "registration", "position"});
constexpr auto state_words = std::to_array<std::string_view>({"proposed", "confirmed", "undone"});

constexpr auto nodule_state_words_of = std::to_array<std::string_view>(
    {"same", "new", "not_seen", "outside_field", "resolved", "resected", "split_from", "merged_into", "not_a_nodule"});

template <class Enumeration, std::size_t count>
std::optional<Enumeration> find_among(const std::array<std::string_view, count>& words, std::string_view text)
{
    const auto* const found = std::ranges::find(words, text);
    if (found == words.end()) return std::nullopt;
    return static_cast<Enumeration>(found - words.begin());
}

template <class Enumeration, std::size_t count>
Enumeration value_among(const std::array<std::string_view, count>& words, std::string_view text)
{
    const std::optional<Enumeration> found = find_among<Enumeration>(words, text);
    if (!found) throw std::runtime_error("a stored link cannot be read; run `nodtrack check`");
    return *found;
}

std::optional<int> number_or_null(const BulkStatement& row, int column)
{
    if (sqlite3_value_type(row.value(column)) == SQLITE_NULL) return std::nullopt;
    return static_cast<int>(row.integer(column));
}

}  // namespace

std::string_view word(LinkMethod method)
{
    return method_words[static_cast<std::size_t>(method)];
}
std::string_view word(LinkState state)
{
    return state_words[static_cast<std::size_t>(state)];
}

std::string_view word(NoduleState state)
{
    return nodule_state_words_of[static_cast<std::size_t>(state)];
}

std::optional<LinkMethod> link_method_of_word(std::string_view word)
{
    return find_among<LinkMethod>(method_words, word);
}

std::optional<NoduleState> nodule_state_of_word(std::string_view word)
{
    return find_among<NoduleState>(nodule_state_words_of, word);
}

std::string nodule_state_words()
{
    return fmt::format("{}", fmt::join(nodule_state_words_of, ", "));
}

bool is_of_absent_nodule(NoduleState state)
{
    return state == NoduleState::not_seen || state == NoduleState::outside_field || state == NoduleState::resolved ||
           state == NoduleState::resected || state == NoduleState::merged_into;
}

const IdentityLink* standing_link(const std::vector<IdentityLink>& links)
{
    std::vector<const IdentityLink*> standing;
    for (const IdentityLink& link : links) {
        if (link.in_error) continue;
        if (link.state == LinkState::confirmed) standing.push_back(&link);
        if (link.state != LinkState::undone) continue;
        std::erase_if(standing, [&](const IdentityLink* earlier) { return earlier->link_no == link.answers; });
    }
    return standing.empty() ? nullptr : standing.back();
}

std::string nodule_after(const ObservationKey& observation, const std::vector<IdentityLink>& links)
{
    const IdentityLink* const standing = standing_link(links);
    return standing == nullptr ? observation.observation_id : standing->nodule_id;
}

IdentityLink link_of(const BulkStatement& row)
{
    IdentityLink link;
    link.observation = {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))};
    link.link_no = static_cast<int>(row.integer(3));
    link.delivery_no = row.integer(link_delivery_column);
    link.answers = number_or_null(row, 5);
    link.nodule_id = row.text(6);
    link.how = value_among<LinkMethod>(method_words, row.text(7));
    link.state = value_among<LinkState>(state_words, row.text(8));
    link.confidence_permille = number_or_null(row, 9);
    link.made_by = row.text(10);
    if (sqlite3_value_type(row.value(11)) != SQLITE_NULL) {
        link.nodule_state = value_among<NoduleState>(nodule_state_words_of, row.text(11));
    }
    link.other_nodule_id = row.text(12);
    link.state_date = date_or_null(row, 13);
    return link;
}

Result<std::vector<IdentityLink>> links_of(const Registry& registry, std::string_view patient_id)
{
    return catching_sqlite(registry.file(), [&]() -> Result<std::vector<IdentityLink>> {
        BulkStatement select(registry.connection().database.getHandle(),
                             fmt::format("SELECT {}, recorded_at_utc, coalesce(reason, '') FROM identity_link JOIN "
                                         "delivery USING (delivery_no) WHERE ?1 = '' OR patient_id = ?1 ORDER BY "
                                         "patient_id, scan_id, observation_id, link_no",
                                         link_columns));
        select.bind(1, patient_id);
        std::vector<IdentityLink> links;
        std::string patient;
        Coverage coverage;
        while (select.step()) {
            links.push_back(link_of(select));
            const ObservationKey& key = links.back().observation;
            if (std::exchange(patient, key.patient_id) != key.patient_id) {
                coverage = coverage_of(registry.connection().database.getHandle(), key.patient_id);
            }
            links.back().in_error =
                coverage.of_observation(key.scan_id, key.observation_id, links.back().delivery_no) != nullptr;
            links.back().recorded_at = select.text(link_column_count);
            links.back().reason = select.text(link_column_count + 1);
        }
        return links;
    });
}

}  // namespace nodtrack::store
