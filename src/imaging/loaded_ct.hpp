#pragma once

#include <nodtrack/imaging/ct.hpp>

#include "ct_volume.hpp"
#include "nodule/edge_spread.hpp"

namespace nodtrack::imaging {

struct LoadedCt {
    CtVolume volume;
    ScanFacts facts;
    std::vector<std::string> notes{};
    EdgeSpread spread;
};

}  // namespace nodtrack::imaging
