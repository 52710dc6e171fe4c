#pragma once

#include <string>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::report {

/// What stands and the newest decision as indented lines; empty where there is nothing of it.
std::string answer_block(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge);

}  // namespace nodtrack::report
