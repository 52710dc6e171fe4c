#include "coverage.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>

#include "connection.hpp"
#include "read_value.hpp"

namespace nodtrack::store {
namespace {

constexpr auto scope_words = std::to_array<std::string_view>({"row", "scan", "patient", "delivery"});

RetractionScope scope_of(std::string_view text)
{
    const auto* const found = std::ranges::find(scope_words, text);
    if (found == scope_words.end()) throw_unreadable(text);
    return static_cast<RetractionScope>(found - scope_words.begin());
}

RowKind kind_of_noun(std::string_view noun)
{
    std::optional<RowKind> found;
    for_each_kind([&]<RowKind kind>() {
        if (row_noun(kind) == noun) found = kind;
    });
    if (!found) throw_unreadable(noun);
    return *found;
}

/// Whether the retraction is of a delivery; then it covers what that one brought, else what came before itself.
bool covers_delivery(const Retraction& retraction, DeliveryNumber delivery_no)
{
    return retraction.scope == RetractionScope::delivery ? retraction.retracted_delivery_no == delivery_no
                                                         : delivery_no < retraction.delivery_no;
}

}  // namespace

std::string_view word(RetractionScope scope)
{
    return scope_words[static_cast<std::size_t>(scope)];
}

std::string row_key_text(std::span<const std::string> key)
{
    std::string text;
    for (std::size_t i = 1; i < key.size(); ++i)
        text += (i > 1 ? "\n" : "") + key[i];
    return text;
}

Retraction retraction_of(const BulkStatement& row)
{
    Retraction retraction;
    retraction.patient_id = row.text(0);
    retraction.delivery_no = row.integer(retraction_delivery_column);
    retraction.scope = scope_of(row.text(3));
    if (retraction.scope == RetractionScope::row) retraction.kind = kind_of_noun(row.text(4));
    retraction.row_key = row.text(5);
    retraction.scan_id = row.text(6);
    retraction.retracted_delivery_no = row.integer(7);
    retraction.moved_to = row.text(8);
    return retraction;
}

const Retraction* Coverage::taken_back_by(const Retraction& retraction) const
{
    const auto found = std::ranges::find(all_, retraction.delivery_no, &Retraction::retracted_delivery_no);
    return found == all_.end() ? nullptr : &*found;
}

const Retraction* Coverage::of_row(RowKind kind, std::string_view key, DeliveryNumber delivery_no) const
{
    const std::string_view scan_id =
        kind == RowKind::scan || kind == RowKind::measurement ? key.substr(0, key.find('\n')) : std::string_view();
    for (const Retraction& retraction : all_) {
        if (!covers_delivery(retraction, delivery_no)) continue;
        const bool is_of_scan = retraction.scope == RetractionScope::scan && retraction.scan_id == scan_id;
        const bool is_of_row =
            retraction.scope == RetractionScope::row && retraction.kind == kind && retraction.row_key == key;
        const bool is_wider =
            retraction.scope == RetractionScope::patient || retraction.scope == RetractionScope::delivery;
        if ((is_of_scan || is_of_row || is_wider) && taken_back_by(retraction) == nullptr) return &retraction;
    }
    return nullptr;
}

const Retraction* Coverage::of_observation(std::string_view scan_id, std::string_view observation_id,
                                           DeliveryNumber delivery_no) const
{
    if (empty()) return nullptr;
    return of_row(RowKind::measurement, fmt::format("{}\n{}", scan_id, observation_id), delivery_no);
}

Coverage coverage_of(sqlite3* database, std::string_view patient_id, std::optional<DeliveryNumber> upto)
{
    BulkStatement select(database, fmt::format("SELECT {} FROM retraction WHERE patient_id = ?1 AND (?2 IS NULL OR "
                                               "delivery_no <= ?2) ORDER BY delivery_no, item_no",
                                               retraction_columns));
    select.bind(1, patient_id);
    upto ? select.bind(2, *upto) : select.bind_null(2);
    Coverage coverage;
    while (select.step())
        coverage.add(retraction_of(select));
    return coverage;
}

Result<std::optional<DeliveryEntry>> delivery_entry(const Registry& registry, DeliveryNumber delivery_no)
{
    return catching_sqlite(registry.file(), [&]() -> Result<std::optional<DeliveryEntry>> {
        BulkStatement select(registry.connection().database.getHandle(),
                             "SELECT recorded_at_utc, recorded_on, actor, door, coalesce(reason, '') FROM delivery "
                             "WHERE delivery_no = ?");
        select.bind(1, delivery_no);
        if (!select.step()) return std::optional<DeliveryEntry>();
        DeliveryEntry entry;
        entry.delivery_no = delivery_no;
        entry.recorded_at = select.text(0);
        read_value(select.value(1), entry.recorded_on);
        entry.actor = select.text(2);
        entry.door = select.text(3);
        entry.reason = select.text(4);
        return std::optional(std::move(entry));
    });
}

Result<std::vector<RecordedRetraction>> retractions_of(const Registry& registry, std::string_view patient_id)
{
    return catching_sqlite(registry.file(), [&]() -> Result<std::vector<RecordedRetraction>> {
        const Coverage coverage = coverage_of(registry.connection().database.getHandle(), patient_id);
        std::vector<RecordedRetraction> recorded;
        for (const Retraction& retraction : coverage.all()) {
            const auto delivery = delivery_entry(registry, retraction.delivery_no);
            if (!delivery) return tl::unexpected<Error>(delivery.error());
            RecordedRetraction& one = recorded.emplace_back(
                RecordedRetraction{retraction, delivery->value_or(DeliveryEntry{}), std::nullopt});
            if (const Retraction* const back = coverage.taken_back_by(retraction)) {
                const auto by = delivery_entry(registry, back->delivery_no);
                if (!by) return tl::unexpected<Error>(by.error());
                one.taken_back = *by;
            }
        }
        return recorded;
    });
}

Result<std::vector<std::string>> patients_of_delivery(const Registry& registry, DeliveryNumber delivery_no)
{
    return catching_sqlite(registry.file(), [&]() -> Result<std::vector<std::string>> {
        // By the rows themselves: deliveries of older schemas have none in `delivery_patient`.
        std::string sql;
        for (const char* const table : {"patient", "scan", "observation", "therapy", "event", "visit", "decision",
                                        "identity_link", "nodule_image", "assessment", "retraction"}) {
            sql +=
                fmt::format("{}SELECT patient_id FROM {} WHERE delivery_no = ?1", sql.empty() ? "" : " UNION ", table);
        }
        BulkStatement select(registry.connection().database.getHandle(), sql + " ORDER BY patient_id");
        select.bind(1, delivery_no);
        std::vector<std::string> patients;
        while (select.step())
            patients.emplace_back(select.text(0));
        return patients;
    });
}

}  // namespace nodtrack::store
