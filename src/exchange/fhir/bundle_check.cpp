#include "fhir/bundle_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "fhir/bundle_rules.hpp"
#include "nodtrack/exchange/dicom_uid.hpp"
#include "nodtrack/exchange/fhir_bundle.hpp"

namespace nodtrack::exchange::fhir {
namespace {

bool has_word(std::string_view words, std::string_view word)
{
    while (!words.empty()) {
        const auto end = std::min(words.find(' '), words.size());
        if (words.substr(0, end) == word) return true;
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return false;
}

/// The type that `Patient/p1` or `https://host/fhir/Patient/p1` names; empty of others.
std::string_view type_in(std::string_view reference)
{
    if (reference.starts_with("urn:") || reference.starts_with("#")) return {};
    const auto slash = reference.rfind('/');
    if (slash == std::string_view::npos) return {};
    reference = reference.substr(0, slash);
    return reference.substr(reference.rfind('/') + 1);
}

/// Looks at the elements of one resource.
class ResourceCheck {
  public:
    ResourceCheck(const BundleIndex& index, Faults& faults) : index_(index), faults_(faults) {}

    void run(const Entry& entry)
    {
        for (const Rule& rule : rules) {
            if (rule.type == entry.type) check_element(*entry.resource, entry.path, rule);
        }
        if (entry.type == "ImagingStudy") check_series(*entry.resource, entry.path);
        if (entry.type == "Observation") check_observation(*entry.resource, entry.path);
    }

  private:
    void expect(bool is_right, const std::string& path, const Json& found, std::string_view expected)
    {
        if (!is_right) faults_.add(path, fmt::format("is {}; expected {}", shown(found), expected));
    }

    void check_element(const Json& holder, const std::string& holder_path, const Rule& rule)
    {
        const std::string path = fmt::format("{}.{}", holder_path, rule.element);
        const auto found = holder.find(rule.element);
        if (found == holder.end()) {
            if (rule.needed == Needed::yes)
                faults_.add(path,
                            fmt::format("is missing; R4 asks for it in every {}{}", rule.type,
                                        rule.words.empty() ? std::string() : fmt::format(", one of: {}", rule.words)));
            return;
        }
        if (rule.many == Many::no) return check_value(*found, path, rule);
        if (!found->is_array() || found->empty()) return expect(false, path, *found, "a list [ … ] that is not empty");
        for (std::size_t i = 0; i < found->size(); ++i)
            check_value((*found)[i], fmt::format("{}[{}]", path, i), rule);
    }

    void check_value(const Json& value, const std::string& path, const Rule& rule)
    {
        switch (rule.sort) {
            case Sort::words:
                return expect(value.is_string() && has_word(rule.words, value.get_ref<const std::string&>()), path,
                              value, fmt::format("one of: {}", rule.words));
            case Sort::text:
                return expect(value.is_string(), path, value, "a text in quotes");
            case Sort::day:
                return check_day(value, path);
            case Sort::truth:
                return expect(value.is_boolean(), path, value, "true or false");
            case Sort::codeable:
                return check_codeable(value, path);
            case Sort::coding:
                return check_coding(value, path);
            case Sort::reference:
                return check_reference(value, path, rule.words);
            case Sort::identifier:
                return check_identifier(value, path);
            case Sort::quantity:
                return check_quantity(value, path);
            case Sort::period:
                return check_period(value, path);
        }
    }

    /// A year, or a year and month, is a date of R4 too.
    void check_day(const Json& value, const std::string& path)
    {
        constexpr std::size_t year = 4;
        constexpr std::size_t month = 7;
        constexpr std::size_t day = 10;
        const auto is_date = [](const std::string& text) {
            if (text.size() == year) return Date::parse(text + "-01-01").has_value();
            if (text.size() == month) return Date::parse(text + "-01").has_value();
            return Date::parse(text.substr(0, day)).has_value() && (text.size() == day || text[day] == 'T');
        };
        expect(value.is_string() && is_date(value.get_ref<const std::string&>()), path, value,
               "a date, YYYY-MM-DD, that the calendar has");
    }

    bool is_object(const Json& value, const std::string& path, std::string_view what)
    {
        expect(value.is_object() && !value.empty(), path, value, what);
        return value.is_object() && !value.empty();
    }
    void check_text_in(const Json& holder, const std::string& path, std::string_view element)
    {
        const auto found = holder.find(element);
        if (found == holder.end()) return;
        // The value itself may be a person's number or name.
        if (!found->is_string() || found->get_ref<const std::string&>().empty())
            faults_.add(fmt::format("{}.{}", path, element),
                        fmt::format("is {}; expected a text in quotes that is not empty",
                                    found->is_string() ? "empty" : found->type_name()));
    }

    void check_coding(const Json& value, const std::string& path)
    {
        if (!is_object(value, path, "a Coding {\"system\": …, \"code\": …}")) return;
        for (const char* element : {"system", "code", "display"})
            check_text_in(value, path, element);
    }

    void check_codeable(const Json& value, const std::string& path)
    {
        if (!is_object(value, path, "a CodeableConcept {\"coding\": [ … ]}")) return;
        check_text_in(value, path, "text");
        const auto coding = value.find("coding");
        if (coding == value.end()) return;
        if (!coding->is_array() || coding->empty())
            return expect(false, path + ".coding", *coding, "a list [ … ] that is not empty");
        for (std::size_t i = 0; i < coding->size(); ++i)
            check_coding((*coding)[i], fmt::format("{}.coding[{}]", path, i));
    }

    void check_reference(const Json& value, const std::string& path, std::string_view types)
    {
        if (!is_object(value, path, "a Reference {\"reference\": …}")) return;
        check_text_in(value, path, "reference");
        check_text_in(value, path, "type");
        const auto named = value.find("reference");
        if (named == value.end() || !named->is_string()) return;
        const auto& text = named->get_ref<const std::string&>();
        const Entry* const target = index_.target(value);
        if (target == nullptr && text.starts_with("urn:uuid:"))
            return expect(false, path + ".reference", *named, "the fullUrl of an entry of this Bundle");
        std::string_view type = target != nullptr ? std::string_view(target->type) : type_in(text);
        if (type.empty() && value.contains("type") && value["type"].is_string())
            type = value["type"].get_ref<const std::string&>();
        if (types.empty() || type.empty() || has_word(types, type)) return;
        faults_.add(path + ".reference", fmt::format("names a {}; expected one of: {}", shown(Json(type)), types));
    }

    void check_identifier(const Json& value, const std::string& path)
    {
        if (!is_object(value, path, "an Identifier {\"system\": …, \"value\": …}")) return;
        check_text_in(value, path, "system");
        check_text_in(value, path, "value");
        const auto system = value.find("system");
        const auto said = value.find("value");
        if (system == value.end() || said == value.end() || *system != dicom_uids || !said->is_string()) return;
        const auto& uid = said->get_ref<const std::string&>();
        expect(uid.starts_with(oid) && is_uid(std::string_view(uid).substr(oid.size())), path + ".value", *said,
               "urn:oid: and a DICOM UID (digits and dots, 64 at most)");
    }

    void check_quantity(const Json& value, const std::string& path)
    {
        if (!is_object(value, path, "a Quantity {\"value\": …, \"system\": …, \"code\": …}")) return;
        for (const char* element : {"unit", "system", "code", "comparator"})
            check_text_in(value, path, element);
        const auto number = value.find("value");
        if (number == value.end()) return;
        expect(number->is_number(), path + ".value", *number, "a number without quotes");
    }

    void check_period(const Json& value, const std::string& path)
    {
        if (!is_object(value, path, "a Period {\"start\": …, \"end\": …}")) return;
        for (const char* end : {"start", "end"}) {
            if (value.contains(end)) check_day(value[end], fmt::format("{}.{}", path, end));
        }
        const auto start = day_of(part(value, "start"));
        const auto end = day_of(part(value, "end"));
        if (start && end) expect(*start <= *end, path + ".end", value["end"], "a day that is not before the start");
    }

    void check_series(const Json& study, const std::string& path)
    {
        const auto all = study.find("series");
        if (all == study.end()) return;
        if (!all->is_array() || all->empty())
            return expect(false, path + ".series", *all, "a list [ … ] that is not empty");
        for (std::size_t i = 0; i < all->size(); ++i) {
            const Json& series = (*all)[i];
            const std::string place = fmt::format("{}.series[{}]", path, i);
            if (!is_object(series, place, "a series {\"uid\": …, \"modality\": …}")) continue;
            const Json& uid = part(series, "uid");
            expect(uid.is_string() && is_uid(uid.get_ref<const std::string&>()), place + ".uid", uid,
                   "a DICOM UID (digits and dots, 64 at most)");
            if (series.contains("modality")) check_coding(series["modality"], place + ".modality");
        }
    }

    void check_observation(const Json& observation, const std::string& path)
    {
        check_one_value(observation, path);
        const auto all = observation.find("component");
        if (all == observation.end()) return;
        if (!all->is_array() || all->empty())
            return expect(false, path + ".component", *all, "a list [ … ] that is not empty");
        for (std::size_t i = 0; i < all->size(); ++i) {
            const Json& component = (*all)[i];
            const std::string place = fmt::format("{}.component[{}]", path, i);
            if (!is_object(component, place, "a component {\"code\": …, \"valueQuantity\": …}")) continue;
            check_element(component, place, {"component", "code", Sort::codeable, Many::no, Needed::yes});
            check_element(component, place, {"component", "valueQuantity", Sort::quantity});
            check_one_value(component, place);
        }
    }

    /// `value[x]` is one element: two of it contradict one another.
    void check_one_value(const Json& holder, const std::string& path)
    {
        std::string first;
        for (const auto& [key, value] : holder.items()) {
            if (!key.starts_with("value")) continue;
            if (!first.empty())
                faults_.add(path + ".value[x]", fmt::format("is there as {} and as {}; expected one", first, key));
            first = key;
        }
    }

    const BundleIndex& index_;
    Faults& faults_;
};

}  // namespace

void Faults::add(const std::string& path, std::string_view what)
{
    constexpr std::size_t most_listed = 100;
    if (++count_ <= most_listed) lines_.push_back(fmt::format("{}: {}", path, what));
}

Error Faults::error(const std::string& name) const
{
    Error error{ErrorCode::bad_input,
                fmt::format("{} problem{} in {}; nothing was stored", count_, count_ == 1 ? "" : "s", name),
                {}};
    for (const std::string& line : lines_)
        error.context.push_back(name + ": " + line);
    if (count_ > lines_.size()) error.context.push_back(fmt::format("and {} more", count_ - lines_.size()));
    return error;
}

BundleIndex::BundleIndex(const Json& bundle, Faults& faults)
{
    constexpr std::string_view types =
        "document message transaction transaction-response batch batch-response history searchset collection";
    const Json& type = part(bundle, "type");
    if (!type.is_string() || !has_word(types, type.get_ref<const std::string&>()))
        faults.add("Bundle.type", fmt::format("is {}; expected one of: {}", shown(type), types));
    const Json none = Json::array();
    const auto found = bundle.find("entry");
    const Json& all = found == bundle.end() ? none : *found;
    if (!all.is_array() || all.size() > BundleLimits::entries) {
        faults.add("Bundle.entry",
                   fmt::format("is {}; expected a list of at most {} entries", shown(all), BundleLimits::entries));
        return;
    }
    for (std::size_t i = 0; i < all.size(); ++i)
        add_entry(all[i], fmt::format("Bundle.entry[{}]", i), faults);
}

void BundleIndex::add_entry(const Json& entry, const std::string& path, Faults& faults)
{
    const Json& resource = part(entry, "resource");
    if (!resource.is_object()) {
        faults.add(path + ".resource", fmt::format("is {}; expected a resource {{ … }}", shown(resource)));
        return;
    }
    const Json& type = part(resource, "resourceType");
    if (!type.is_string() || type.get_ref<const std::string&>().empty()) {
        faults.add(path + ".resource.resourceType",
                   fmt::format("is {}; expected the name of a resource, such as \"Observation\"", shown(type)));
        return;
    }
    Entry made{.resource = &resource, .path = path + ".resource", .type = type.get<std::string>(), .full_url = {}};
    const Json& url = part(entry, "fullUrl");
    const Json& id = part(resource, "id");
    std::vector<std::string> names;
    if (url.is_string()) names.push_back(made.full_url = url.get<std::string>());
    if (id.is_string()) names.push_back(fmt::format("{}/{}", made.type, id.get_ref<const std::string&>()));
    for (const std::string& name : names) {
        const auto [known, is_new] = by_name_.emplace(name, entries_.size());
        if (!is_new && known->second != entries_.size())
            faults.add(name == made.full_url ? path + ".fullUrl" : path + ".resource.id",
                       fmt::format("names {} too; expected each resource once", entries_[known->second].path));
    }
    entries_.push_back(std::move(made));
}

const Entry* BundleIndex::target(const Json& reference) const
{
    if (!reference.is_object()) return nullptr;
    const auto named = reference.find("reference");
    if (named == reference.end() || !named->is_string()) return nullptr;
    std::string_view name = named->get_ref<const std::string&>();
    auto found = by_name_.find(name);
    if (found == by_name_.end() && name.find('/') != std::string_view::npos && !name.starts_with("urn:")) {
        // An address of a server: what counts are type and id.
        const auto id = name.rfind('/');
        const auto type = name.substr(0, id).rfind('/');
        if (type != std::string_view::npos) found = by_name_.find(name.substr(type + 1));
    }
    return found == by_name_.end() ? nullptr : &entries_[found->second];
}

void check_resource(const Entry& entry, const BundleIndex& index, Faults& faults)
{
    ResourceCheck(index, faults).run(entry);
}

std::string shown(const Json& value)
{
    constexpr std::size_t longest = 60;
    if (value.is_null()) return "missing";
    if (value.is_array()) return value.empty() ? "an empty list" : "a list";
    if (value.is_object()) return value.empty() ? "an empty object" : "an object";
    std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
    if (text.size() > longest) text = text.substr(0, longest) + "…";
    return text;
}

std::optional<Date> day_of(const Json& value)
{
    constexpr std::size_t day_length = 10;
    if (!value.is_string()) return std::nullopt;
    return Date::parse(std::string_view(value.get_ref<const std::string&>()).substr(0, day_length));
}

}  // namespace nodtrack::exchange::fhir
