#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <nodtrack/domain/result.hpp>
#include <nodtrack/domain/vocabulary.hpp>
#include <nodtrack/imaging/measure_mask.hpp>
#include <optional>
#include <string>
#include <vector>

namespace nodtrack::imaging {

/// Which CT is meant, and how to tell of the work.
struct CtRequest {
    /// The folder or the files of one DICOM series, or a NRRD, MetaImage or NIfTI file in HU.
    std::vector<std::filesystem::path> image;
    std::string series;  ///< the Series Instance UID, or the end of one, where a folder holds several
    Progress progress;   ///< may be empty
    /// Which acquisition, where a series holds several of the same place: as the refusal lists them.
    std::string acquisition{};
};

struct LoadedCt;

/// A CT in memory, and what measuring on it needs to know of it. Cheap to copy.
class Ct {
  public:
    explicit Ct(std::shared_ptr<const LoadedCt> loaded);
    const LoadedCt& loaded() const { return *loaded_; }
    const ScanFacts& facts() const;
    /// Between neighbouring axial slices, mm.
    double axial_spacing_mm() const;
    /// What was passed over or left out when it was read, one sentence each.
    const std::vector<std::string>& notes() const;
    /// The DICOM files of its slices, in the order of its voxels; empty for other files, and where one has several.
    const std::vector<std::filesystem::path>& slice_files() const;
    /// `512 x 512 x 240 voxels of 0.7 x 0.7 x 1.25 mm`
    std::string description() const;

  private:
    std::shared_ptr<const LoadedCt> loaded_;
};

/// Reads a CT. Fails with `bad_input` as `measure_mask` does; where a folder holds several series and none is named,
/// the message lists them.
Result<Ct> load_ct(const CtRequest& request);

/// A click on a nodule.
struct Seed {
    std::string nodule_id;
    std::array<double, 3> position_mm{};  ///< LPS
};

/// The voxels of a nodule found from a click.
struct NoduleMask {
    std::array<std::int64_t, 3> first{};  ///< in the image's voxels
    std::array<std::int64_t, 3> size{};
    std::vector<std::uint8_t> inside;  ///< first axis fastest
};

struct SeedMeasurement {
    MaskMeasurement values;
    NoduleMask mask;  ///< empty where refused
};

/// Finds the nodule at a click and measures it: volume with its 95 % interval, axes, density. Where no nodule can be
/// made out there, the answer is `refused` with the reason.
SeedMeasurement measure_seed(const Ct& ct, const Seed& seed);

/// Writes masks as one file on the image's voxels, the first nodule as label 1: NRRD (.nrrd).
/// Fails with `bad_input` where the file cannot be written.
Result<void> save_masks(const Ct& ct, const std::vector<NoduleMask>& masks, const std::filesystem::path& file);

}  // namespace nodtrack::imaging
