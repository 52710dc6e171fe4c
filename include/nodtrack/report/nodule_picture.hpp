#pragma once

#include <string>

namespace nodtrack::report {

/// A picture of one nodule, made elsewhere, to stand in a page.
struct NodulePicture {
    std::string nodule_id;
    std::string png;  ///< the bytes of a PNG file
    int width = 0;    ///< pixels
    int height = 0;
    std::string description;  ///< for who cannot see it; escaped here
};

}  // namespace nodtrack::report
