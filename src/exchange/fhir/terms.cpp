#include "fhir/terms.hpp"

#include <algorithm>
#include <array>

namespace nodtrack::exchange::fhir {
namespace {

struct KnownSystem {
    std::string_view system;
    std::string_view scheme;
};
constexpr auto known_systems = std::to_array<KnownSystem>({
    {snomed, "SCT"},
    {dicom, "DCM"},
    {radlex, "RADLEX"},
    {"http://radlex.org", "RADLEX"},
    {"http://snomed.info/srt", "SRT"},
    {ucum, "UCUM"},
    {loinc, "LN"},
});

}  // namespace

std::string scheme_of(std::string_view system)
{
    while (system.ends_with('/'))
        system.remove_suffix(1);
    const auto* const known = std::ranges::find(known_systems, system, &KnownSystem::system);
    return std::string(known == known_systems.end() ? system : known->scheme);
}

std::string system_of(std::string_view scheme)
{
    const auto* const known = std::ranges::find(known_systems, scheme, &KnownSystem::scheme);
    return std::string(known == known_systems.end() ? scheme : known->system);
}

namespace {

const Json nothing;

}  // namespace

const Json& part(const Json& holder, std::string_view key)
{
    if (!holder.is_object()) return nothing;
    const auto found = holder.find(key);
    return found == holder.end() ? nothing : *found;
}

const Json& part(const Json& holder, std::size_t place)
{
    return holder.is_array() && place < holder.size() ? holder[place] : nothing;
}

std::string text_of(const Json& value)
{
    return value.is_string() ? value.get<std::string>() : std::string();
}

}  // namespace nodtrack::exchange::fhir
