#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fhir/bundle_check.hpp"
#include "nodtrack/exchange/fhir_bundle.hpp"

// What is gathered of one CT from a Bundle of another program.

namespace nodtrack::exchange::fhir {

/// One nodule as it is gathered from several Observations.
struct Gathered {
    ReportedNodule nodule;
    std::string path;  ///< of the first Observation
};

/// One CT of one patient.
struct Ct {
    const Entry* patient = nullptr;
    const Entry* study = nullptr;
    std::optional<Date> day;
    std::map<std::string, Gathered> nodules;  ///< by what they are of
    std::vector<std::string> order;           ///< keys of `nodules`, as they came
    bool is_complete = true;
    bool is_program = false;
    bool says_ct = false;
};

/// The `1.2.3` of an identifier `urn:oid:1.2.3`; empty where there is none.
std::string uid_of(const Json& resource);

/// The same in the form in which structured reports are read. `groups` counts the nodules of the whole Bundle.
BundleReport report_of(const Ct& ct, std::size_t& groups);

}  // namespace nodtrack::exchange::fhir
