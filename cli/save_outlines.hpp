#pragma once

#include <string>
#include <vector>

#include "command.hpp"
#include "nodtrack/imaging/ct.hpp"

namespace nodtrack::cli {

/// Writes the voxels found from `seeds` to a file: NRRD or NIfTI, or a DICOM segmentation (`.dcm`). Of a nodule that
/// was refused `masks` has an empty one. Fails with `bad_input`.
Result<void> save_outlines(const imaging::Ct& ct, const std::vector<imaging::NoduleMask>& masks,
                           const std::vector<imaging::Seed>& seeds, const Call& call, const std::string& file);

}  // namespace nodtrack::cli
