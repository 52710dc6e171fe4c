#include <charconv>

#include "log_entry.hpp"
#include "service_context.hpp"

namespace nodtrack::service {

tracker::PatientRead RequestContext::entry(std::string_view account, std::string_view patient, std::string detail) const
{
    return {service.instant(), std::string(account), std::string(patient), names_of(route), 0, std::move(detail)};
}

std::string RequestContext::patient_in_path() const
{
    return route.path.starts_with("/api/v1/patients/{patient_id}") ? patient_id() : std::string();
}

std::optional<std::string> RequestContext::parameter(std::string_view name) const
{
    for (const auto& [known, value] : query) {
        if (known == name) return value;
    }
    return std::nullopt;
}

std::vector<std::string> RequestContext::parameters(std::string_view name) const
{
    std::vector<std::string> found;
    for (const auto& [known, value] : query) {
        if (known == name) found.push_back(value);
    }
    return found;
}

Result<std::optional<Date>> RequestContext::day_or_none(std::string_view name) const
{
    const auto text = parameter(name);
    if (!text) return std::optional<Date>();
    const auto day = Date::parse(*text);
    if (!day) {
        return failure(ErrorCode::usage, std::string(name) + ": '" + *text +
                                             "' is not a valid date; expected YYYY-MM-DD, e.g. 2026-12-31");
    }
    return std::optional<Date>(*day);
}

Result<Date> RequestContext::day(std::string_view name) const
{
    const auto given = day_or_none(name);
    if (!given) return tl::unexpected(given.error());
    return given->value_or(now.today);
}

Result<std::size_t> RequestContext::count(std::string_view name, std::size_t otherwise, std::size_t most) const
{
    const auto text = parameter(name);
    if (!text) return otherwise;
    std::size_t value = 0;
    const auto [stop, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc() || stop != text->data() + text->size() || value < 1 || value > most) {
        return failure(ErrorCode::usage,
                       std::string(name) + ": '" + *text + "' is not a whole number from 1 to " + std::to_string(most));
    }
    return value;
}

store::Provenance RequestContext::provenance(std::string reason) const
{
    store::Provenance provenance;
    provenance.recorded_at = now.utc;
    provenance.today = now.today;
    provenance.actor = caller().account.name;
    provenance.door = "service";
    provenance.reason = std::move(reason);
    provenance.request = request_key;
    return provenance;
}

}  // namespace nodtrack::service
