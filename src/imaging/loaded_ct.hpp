#pragma once

#include <filesystem>
#include <nodtrack/imaging/ct.hpp>

#include "ct_volume.hpp"
#include "nodule/edge_spread.hpp"

namespace nodtrack::imaging {

struct LoadedCt {
    CtVolume volume;
    ScanFacts facts;
    std::vector<std::string> notes{};
    EdgeSpread spread;
    std::vector<std::filesystem::path> slice_files{};  ///< by the last index; empty unless each has one of its own
};

}  // namespace nodtrack::imaging
