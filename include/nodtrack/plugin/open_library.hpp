#pragma once

#include <functional>
#include <string>

#include "nodtrack/domain/result.hpp"

namespace nodtrack::plugin {

/// A library of this program that is loaded when it is needed (docs/decisions/itk-plugin.md).
struct Library {
    std::string file;    ///< `libnodtrack_imaging_itk.so`
    std::string entry;   ///< the one function that it offers
    std::string called;  ///< in messages: `the image-reading library libnodtrack_imaging_itk.so`
};

/// Opens the library, which is never closed: what stands behind it does not survive that. `take` gets the address of
/// the entry and says whether the library is of this version. Looked for beside the program as built, and in
/// `../lib/nodtrack` as installed. Fails with `internal`, naming what was tried.
Result<void> open_library(const Library& library, const std::function<bool(void* entry)>& take);

}  // namespace nodtrack::plugin
