#include "export_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/interop/statements.hpp"
#include "nodtrack/tracker/cohort.hpp"
#include "nodtrack/tracker/row_key.hpp"
#include "row_access.hpp"

namespace nodtrack::tracker {
namespace {

template <RowKind kind>
using VersionOf = store::PatientRowVersion<ValuesOf<kind>>;

template <RowKind kind>
RowKey key_of_version(std::string_view patient_id, const VersionOf<kind>& version)
{
    if constexpr (kind == RowKind::measurement) {
        return measurement_key(patient_id, version.scan_id, version.observation_id);
    } else {
        return key_of<kind>(patient_id, version.values);
    }
}

bool is_known_by(const store::DeliveryEntry& delivery, std::optional<Date> known_on)
{
    return !known_on || delivery.recorded_on <= *known_on;
}

/// Calls `visit.template operator()<kind>(key, versions)` for each row with its versions, oldest first, that were
/// recorded by then.
template <class Visitor>
void for_each_recorded_row(std::string_view patient_id, const store::PatientVersions& all, std::optional<Date> known_on,
                           Visitor&& visit)
{
    for_each_kind([&]<RowKind kind>() {
        std::vector<const VersionOf<kind>*> of_one;
        RowKey key;
        const auto tell = [&] {
            if (!of_one.empty()) visit.template operator()<kind>(key, of_one);
            of_one.clear();
        };
        for (const VersionOf<kind>& version : RowSchema<kind>::list(all)) {
            if (!is_known_by(*version.delivery, known_on)) continue;
            RowKey own = key_of_version<kind>(patient_id, version);
            if (!of_one.empty() && own != key) tell();
            key = std::move(own);
            of_one.push_back(&version);
        }
        tell();
    });
}

/// patient_id, file, scan_id, nodule_id, other_key
std::vector<std::string> row_cells(const RowKey& key)
{
    std::string other;
    for_each_named_part(key, [&](std::string_view name, std::string_view value) {
        if (name == "scan_id" || name == "nodule_id") return;
        other += other.empty() ? "" : ";";
        other += value;
    });
    return {key.values.front(), std::string(kind_name(key.kind)), std::string(key.value("scan_id")),
            std::string(key.value("nodule_id")), other};
}

std::string number_or_none(std::optional<int> number)
{
    return number ? std::to_string(*number) : std::string();
}

std::string confidence_text(std::optional<int> permille)
{
    return permille ? decimal_text(*permille) : std::string();
}

}  // namespace

void add_links(interop::StudyTable& table, std::span<const std::vector<store::IdentityLink>> views,
               std::span<const store::IdentityLink> told)
{
    std::vector<const std::vector<store::IdentityLink>*> ordered;
    for (const auto& links : views) {
        if (!links.empty()) ordered.push_back(&links);
    }
    std::ranges::sort(ordered, {}, [](const auto* links) { return links->front().observation; });
    for (const auto* links : ordered) {
        std::map<int, int> numbers;  // what each number is without those in error
        for (const store::IdentityLink& link : *links) {
            const bool answers_nothing = link.answers && !numbers.contains(*link.answers);
            if (link.in_error || answers_nothing) continue;
            numbers.emplace(link.link_no, static_cast<int>(numbers.size()) + 1);
            const auto same = std::ranges::find_if(told, [&](const store::IdentityLink& other) {
                return other.observation == link.observation && other.link_no == link.link_no;
            });
            std::optional<int> answers;
            if (link.answers) answers = numbers.at(*link.answers);
            table.add(std::vector<std::string>{
                link.observation.patient_id, link.observation.scan_id, link.observation.observation_id,
                std::to_string(numbers.at(link.link_no)), number_or_none(answers), link.nodule_id,
                std::string(word(link.how)), std::string(word(link.state)), confidence_text(link.confidence_permille),
                link.made_by, link.nodule_state ? std::string(word(*link.nodule_state)) : std::string(),
                link.other_nodule_id, iso_or_empty(link.state_date),
                same == told.end() ? std::string() : same->reason});
        }
    }
}

void add_retractions(interop::StudyTable& table, std::string_view patient_id, const store::PatientVersions& versions,
                     std::span<const store::RecordedRetraction> retractions, std::optional<Date> known_on)
{
    for_each_recorded_row(patient_id, versions, known_on, [&]<RowKind kind>(const RowKey& key, const auto& of_one) {
        const bool is_in_error = std::ranges::all_of(of_one, [&](const auto* version) {
            return version->in_error != nullptr && is_known_by(*version->in_error, known_on);
        });
        if (!is_in_error) return;
        const store::DeliveryEntry& said = *of_one.back()->in_error;
        const auto retraction = std::ranges::find_if(retractions, [&](const store::RecordedRetraction& other) {
            return other.what.delivery_no == said.delivery_no && !other.what.moved_to.empty();
        });
        table.add(std::vector<std::string>{std::string(patient_id), std::string(kind_name(kind)),
                                           retraction == retractions.end() ? std::string() : retraction->what.moved_to,
                                           said.reason,
                                           interop::json_of_row<kind>(row_at<kind>(key, of_one.back()->values))});
    });
}

void add_recorded(interop::StudyTable& table, std::string_view patient_id, const store::PatientVersions& versions,
                  std::optional<Date> known_on)
{
    for_each_recorded_row(patient_id, versions, known_on, [&]<RowKind kind>(const RowKey& key, const auto& of_one) {
        for (const auto* version : of_one) {
            std::vector<std::string> cells = row_cells(key);
            cells.push_back(std::to_string(version->version));
            cells.push_back(version->delivery->recorded_on.iso());
            const bool is_in_error = version->in_error != nullptr && is_known_by(*version->in_error, known_on);
            cells.push_back(is_in_error ? version->in_error->recorded_on.iso() : std::string());
            table.add(cells);
        }
    });
}

void add_corrections(interop::StudyTable& table, std::string_view patient_id, const store::PatientVersions& versions,
                     std::optional<Date> known_on)
{
    for_each_recorded_row(patient_id, versions, known_on, [&]<RowKind kind>(const RowKey& key, const auto& of_one) {
        for (std::size_t i = 1; i < of_one.size(); ++i) {
            for_each_column_outside_key<kind>([&](const auto& field) {
                const std::string before = text_of_value(of_one[i - 1]->values.*field.member);
                const std::string after = text_of_value(of_one[i]->values.*field.member);
                if (before == after) return;
                std::vector<std::string> cells = row_cells(key);
                cells.emplace_back(field.column);
                cells.emplace_back(before.empty() ? "filled_in" : after.empty() ? "taken_away" : "corrected");
                cells.insert(cells.end(), {before, after, std::to_string(of_one[i]->version),
                                           of_one[i]->delivery->recorded_on.iso(), of_one[i]->delivery->reason});
                table.add(cells);
            });
        }
    });
}

void add_follow_up(interop::StudyTable& table, const PatientRecord& record, Date as_of,
                   std::optional<Date> status_recorded_on)
{
    const FollowUpDays days = follow_up_days(record, as_of);
    table.add(std::vector<std::string>{
        record.patient.patient_id, iso_or_empty(days.first_scan), iso_or_empty(days.first_nodule),
        iso_or_empty(days.last_ct), iso_or_empty(days.last_scan), iso_or_empty(days.last_contact),
        text_of_value(record.patient.follow_up_status), iso_or_empty(status_recorded_on)});
}

std::optional<Date> status_recorded_on(const PatientRecord& record, const store::PatientVersions& versions)
{
    std::optional<Date> since;
    for (const auto& version : versions.patients) {
        if (version.in_error != nullptr) continue;
        const bool is_said =
            record.patient.follow_up_status && version.values.follow_up_status == record.patient.follow_up_status;
        if (!is_said) {
            since.reset();
        } else if (!since) {
            since = version.delivery->recorded_on;
        }
    }
    return since;
}

}  // namespace nodtrack::tracker
