#pragma once

#include <string>

#include "nodtrack/domain/delivery.hpp"

// What a report's nodule comes to beside what is recorded of it.

namespace nodtrack::tracker {

/// What the record cannot say of a nodule, with what it says already (a short axis above the long one, a size of a
/// resolved one); empty where all is well. `held` is the recorded row, null where there is none.
std::string contradiction(const Findings& findings, const Findings* held);

/// Whether the sizes stand in `held` as they are: an object that says them again is no news, whoever wrote it.
bool says_nothing_new(const Findings& findings, const Findings& held);

/// What `delivery` says of a nodule on a scan; null where it says nothing.
const Findings* said_in(const Delivery& delivery, const std::string& patient_id, const std::string& scan_id,
                        const std::string& nodule_id);

/// A label of a file for people to see: without control characters, which a terminal would obey.
std::string shown(const std::string& label);

}  // namespace nodtrack::tracker
