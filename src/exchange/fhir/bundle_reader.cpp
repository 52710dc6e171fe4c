#include <fmt/format.h>

#include <algorithm>

#include "fhir/bundle_check.hpp"
#include "fhir/bundle_parse.hpp"
#include "fhir/record_reader.hpp"
#include "fhir/reported_bundle.hpp"
#include "nodtrack/domain/strict_json.hpp"
#include "nodtrack/exchange/fhir_bundle.hpp"

namespace nodtrack::exchange {
namespace {

using namespace fhir;

bool says_nodtrack(const Json& bundle)
{
    const Json& profiles = part(part(bundle, "meta"), "profile");
    return profiles.is_array() && std::ranges::count(profiles, Json(record_profile)) > 0;
}

/// Looks for the member `resourceType` of the outermost object, and at nothing else.
class TypeWatch {
  public:
    bool is_fhir() const { return is_fhir_; }

    // nlohmann's SAX interface; false ends the parse.
    bool null() { return true; }
    bool boolean(bool) { return true; }
    bool number_integer(Json::number_integer_t) { return true; }
    bool number_unsigned(Json::number_unsigned_t) { return true; }
    bool number_float(Json::number_float_t, const std::string&) { return true; }
    bool string(const std::string&) { return true; }
    bool binary(const Json::binary_t&) { return true; }
    bool key(const std::string& name)
    {
        is_fhir_ = depth_ == 1 && name == "resourceType";
        return !is_fhir_;
    }
    bool start_object(std::size_t) { return ++depth_ < BundleLimits::levels; }
    bool end_object() { return depth_-- > 0; }
    bool start_array(std::size_t) { return ++depth_ < BundleLimits::levels; }
    bool end_array() { return depth_-- > 0; }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) { return false; }

  private:
    int depth_ = 0;
    bool is_fhir_ = false;
};

}  // namespace

Result<fhir::Json> fhir::parsed_bundle(std::string_view text, const std::string& name)
{
    if (text.size() > BundleLimits::bytes)
        return failure(ErrorCode::bad_input, fmt::format("{} has {} bytes; a Bundle of at most {} is read", name,
                                                         text.size(), BundleLimits::bytes));
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    auto json = parsed_strictly<Json>(text, name, BundleLimits::levels);
    if (!json) return json;
    const Json& type = part(*json, "resourceType");
    if (type != "Bundle")
        return failure(
            ErrorCode::bad_input,
            fmt::format("{}: resourceType is {}; expected \"Bundle\": put the resource into a Bundle together "
                        "with its Patient",
                        name, shown(type)));
    return json;
}

bool is_fhir(std::string_view text)
{
    TypeWatch watch;
    fhir::Json::sax_parse(text, &watch);
    return watch.is_fhir();
}

Result<ReadBundle> read_bundle(std::string_view text, const std::string& name)
{
    const auto bundle = parsed_bundle(text, name);
    if (!bundle) return tl::unexpected<Error>(bundle.error());
    Faults faults;
    const BundleIndex index(*bundle, faults);
    ReadBundle read;
    if (says_nodtrack(*bundle)) {
        for (const Entry& entry : index.entries())
            check_resource(entry, index, faults);
        // What is read of faulty resources would be told as faults again.
        if (!faults.any()) read = record_in(index, faults);
    } else {
        read.reports = reports_in(index, faults);
    }
    if (faults.any()) return tl::unexpected<Error>(faults.error(name));
    return read;
}

}  // namespace nodtrack::exchange
