#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "fhir/bundle_check.hpp"
#include "fhir/bundle_parse.hpp"
#include "nodtrack/exchange/fhir_bundle.hpp"

namespace nodtrack::exchange {
namespace {

using namespace fhir;

constexpr std::string_view remedy =
    "; a Bundle that nodtrack wrote says everything once: correct the record and export it again, or take "
    "Bundle.meta.profile out, so that it is read as another program's";

/// Tells where two values differ; elements in any order. By recursion: levels are bounded.
class Difference {
  public:
    explicit Difference(Faults& faults) : faults_(faults) {}

    void run(const Json& found, const Json& expected, const std::string& path)
    {
        if (found.is_object() && expected.is_object()) return objects(found, expected, path);
        if (found.is_array() && expected.is_array() && found.size() == expected.size()) {
            for (std::size_t i = 0; i < found.size(); ++i)
                run(found[i], expected[i], fmt::format("{}[{}]", path, i));
            return;
        }
        if (found != expected)
            faults_.add(path, fmt::format("is {}; by the rest of the Bundle expected {}{}", shown(found),
                                          expected.is_null() ? "nothing" : shown(expected), remedy));
    }

  private:
    void objects(const Json& found, const Json& expected, const std::string& path)
    {
        for (const auto& [key, value] : found.items())
            run(value, expected.value(key, Json()), fmt::format("{}.{}", path, key));
        for (const auto& [key, value] : expected.items()) {
            if (!found.contains(key)) run(Json(), value, fmt::format("{}.{}", path, key));
        }
    }

    Faults& faults_;
};

/// What follows from the policy is not taken in, and so not compared.
bool is_of_record(const Entry& entry)
{
    return entry.type != "DiagnosticReport" && entry.type != "ServiceRequest" && entry.type != "Device" &&
           entry.type != "Provenance";
}

bool names_mcode(const Json& bundle)
{
    for (const Json& entry : part(bundle, "entry")) {
        for (const Json& profile : part(part(part(entry, "resource"), "meta"), "profile")) {
            if (profile == mcode_tumour || profile == mcode_tumour_size) return true;
        }
    }
    return false;
}

}  // namespace

Result<void> check_written_of(std::string_view text, const PatientRecord& record, const std::string& name)
{
    const auto bundle = parsed_bundle(text, name);
    if (!bundle) return tl::unexpected<Error>(bundle.error());
    BundleToWrite asked;
    asked.record = &record;
    asked.with_mcode = names_mcode(*bundle);
    const Json expected = Json::parse(bundle_json(asked));
    Faults faults;
    const BundleIndex found_index(*bundle, faults);
    const BundleIndex expected_index(expected, faults);
    std::map<std::string, const Entry*> left;
    for (const Entry& entry : expected_index.entries())
        left[entry.full_url] = &entry;
    Difference difference(faults);
    for (const Entry& entry : found_index.entries()) {
        if (!is_of_record(entry)) continue;
        const auto same = left.find(entry.full_url);
        if (same == left.end()) {
            faults.add(entry.path, fmt::format("is a {} that follows from no row{}", shown(Json(entry.type)), remedy));
            continue;
        }
        difference.run(*entry.resource, *same->second->resource, entry.path);
        left.erase(same);
    }
    for (const auto& [url, entry] : left)
        faults.add("Bundle.entry",
                   fmt::format("lacks the {} {}, which the rest of the Bundle asks for{}", entry->type, url, remedy));
    if (faults.any()) return tl::unexpected<Error>(faults.error(name));
    return {};
}

}  // namespace nodtrack::exchange
