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

/// What the header of a CT says of the scan; empty where it says nothing, and for files other than DICOM.
struct ScanFacts {
    std::string study_uid;
    std::string series_uid;
    std::string scan_date;  ///< YYYYMMDD, as stored: Study Date, else Acquisition Date
    std::string kernel;
    std::string contrast_agent;  ///< as stored
    std::optional<double> slice_thickness_mm;
    /// `given` where the header names an agent that went into a vein, `none` where it says so in words. A header that
    /// says nothing, or of an agent that was drunk only, leaves it open: absent is not known, rather than none.
    std::optional<IvContrast> iv_contrast{};
    std::optional<double> ctdi_vol_mgy{};  ///< of the first slice; the header of a CT image has no DLP
    std::string patient_code{};            ///< Patient ID; to tell two patients apart, never to be shown or stored
};

/// Which CT is meant, and how to tell of the work.
struct CtRequest {
    /// The folder or the files of one DICOM series, or a NRRD, MetaImage or NIfTI file in HU.
    std::vector<std::filesystem::path> image;
    std::string series;  ///< the Series Instance UID, or the end of one, where a folder holds several
    Progress progress;   ///< may be empty
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
