#pragma once

#include <string>
#include <vector>

#include "nodtrack/imaging/ct.hpp"

namespace nodtrack::cli {

/// The clicks of a CSV file with nodule_id, x_mm, y_mm, z_mm, of one scan. Fails as `read_nodule_list`, and with
/// `bad_input` where the file names exams. May be empty.
Result<std::vector<imaging::Seed>> seeds_in(const std::string& file);

}  // namespace nodtrack::cli
