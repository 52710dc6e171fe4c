#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/terms.hpp"
#include "nodtrack/domain/result.hpp"

namespace nodtrack::exchange::fhir {

/// What is wrong with a Bundle: path, what was found, what was expected.
class Faults {
  public:
    void add(const std::string& path, std::string_view what);
    bool any() const { return count_ > 0; }
    std::size_t count() const { return count_; }
    /// One line of its context a fault; the rest is counted from the hundredth on.
    Error error(const std::string& name) const;

  private:
    std::size_t count_ = 0;
    std::vector<std::string> lines_;
};

/// One resource of a Bundle.
struct Entry {
    const Json* resource = nullptr;
    std::string path;  ///< `Bundle.entry[3].resource`
    std::string type;
    std::string full_url;
};

/// The resources of a Bundle and what refers to them. The Bundle must outlive it.
class BundleIndex {
  public:
    /// Faults: no Bundle, an entry without a resource or type, two of one name.
    BundleIndex(const Json& bundle, Faults& faults);

    const std::vector<Entry>& entries() const { return entries_; }
    /// What a Reference names; null where the Bundle does not have it.
    const Entry* target(const Json& reference) const;

  private:
    void add_entry(const Json& entry, const std::string& path, Faults& faults);

    std::vector<Entry> entries_;
    std::map<std::string, std::size_t, std::less<>> by_name_;  // `urn:uuid:…`, `Patient/p1`
};

/// Whether the elements of a resource that nodtrack reads are as R4 has them: required ones there, types, words of
/// their sets, days of the calendar, references that name what they may.
void check_resource(const Entry& entry, const BundleIndex& index, Faults& faults);

/// A text as it is put into a message: short, and without what terminals obey.
std::string shown(const Json& value);

/// The day of a date, dateTime or instant: its first ten characters; absent where they are no day.
std::optional<Date> day_of(const Json& value);

}  // namespace nodtrack::exchange::fhir
