#pragma once

#include <cstddef>
#include <optional>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::report {

/// Whether the nodule `a` is worse than `b`, both positions in `Assessment::nodules`: by class, then by what its state
/// says, then by size; of those alike the first by id.
bool is_worse(const assess::Assessment& assessment, const PatientRecord& record, std::size_t a, std::size_t b);

/// Position in `Assessment::nodules`; absent where none is judged.
std::optional<std::size_t> worst_nodule(const assess::Assessment& assessment, const PatientRecord& record);

}  // namespace nodtrack::report
