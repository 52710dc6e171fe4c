#pragma once

#include <string>

namespace nodtrack::imaging {

/// By which numbers nodules are measured: to be kept with each measurement from a click.
struct MeasuringMethod {
    std::string id;  ///< `measuring`
    int version = 0;
    std::string sha256;  ///< of `measuring_method_json`
};

MeasuringMethod measuring_method();

/// The file schema/methods/measuring-2.json: every constant with its unit, meaning, origin and sensitivity.
std::string measuring_method_json();

}  // namespace nodtrack::imaging
