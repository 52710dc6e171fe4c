#include <gdcmTrace.h>
#include <nifti1_io.h>

#include "image_file.hpp"

namespace nodtrack::imaging {

void silence_image_libraries()
{
    gdcm::Trace::DebugOff();
    gdcm::Trace::WarningOff();
    gdcm::Trace::ErrorOff();
    nifti_set_debug_level(0);
}

}  // namespace nodtrack::imaging
