#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/links.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::store {

/// Where the image is that an observation was measured on, and which of its voxels were the nodule. Kept beside the
/// record and never exported: paths are of this computer.
struct NoduleImage {
    ObservationKey observation;
    Version version = 1;                      ///< the newest holds; given by the store
    std::vector<std::string> paths;           ///< as given, at least one
    std::string folder;                       ///< the working folder in which they were given, absolute
    std::string series_uid;                   ///< SeriesInstanceUID; empty where the image is no DICOM
    std::array<std::int64_t, 3> center_um{};  ///< micrometres, LPS
    std::string mask;                         ///< as imaging writes it
    std::string voxels_sha256;                ///< of the image round the nodule, as it was when measured
    DeliveryNumber delivery_no = 0;           ///< given by the store
};

/// Where the images of one patient's observations are: the newest version of each, in order of scan and observation.
Result<std::vector<NoduleImage>> images_of(const Registry& registry, std::string_view patient_id);

/// Of all patients, each newest image that is of this series or has these voxels. Either text may be empty.
Result<std::vector<NoduleImage>> images_like(const Registry& registry, std::string_view series_uid,
                                             std::string_view voxels_sha256);

}  // namespace nodtrack::store
