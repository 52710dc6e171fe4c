#pragma once

#include <sqlite3.h>

#include <string>
#include <vector>

namespace nodtrack::store {

/// The id, the numbers that were given up for it, and those that the patient had until that was taken back, where
/// nobody else has them.
std::vector<std::string> all_ids(sqlite3* database, const std::string& patient_id);

/// The number that the patient has now; empty where it is this one.
std::string number_now(sqlite3* database, const std::string& patient_id);

}  // namespace nodtrack::store
