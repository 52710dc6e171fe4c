#pragma once

#include <string>

#include "nodtrack/domain/delivery.hpp"
#include "problem_list.hpp"

namespace nodtrack::interop {

/// Reads the rows of one CSV file into `delivery`, which takes over the text. Precondition: `delivery.source` names
/// the file.
void read_csv(RowKind kind, std::string text, Delivery& delivery, ProblemList& problems);

}  // namespace nodtrack::interop
