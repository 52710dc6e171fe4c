#pragma once

#include <array>
#include <nodtrack/domain/vocabulary.hpp>
#include <optional>
#include <string>
#include <vector>

namespace nodtrack::imaging {

/// Whether a nodule could be measured. `refused` is an answer, not a fault: the reason stands in the flags.
enum class MeasurementStatus { measured, refused };

/// What the voxels of a mask say about size and shape. Lengths in mm, areas in mm2, volumes in mm3; positions are
/// DICOM patient coordinates (LPS). Where several pieces carry the label, every value is of all of them together.
///
/// `mesh` means the 0.5 iso-surface of the mask, zero outside, by marching cubes (IBSI reference manual, section
/// "Morphological features"). The contour of a slice is the cut of that surface, half way between the centres of a
/// voxel inside and its neighbour outside, with the voxel steps smoothed, so that a disc keeps its true diameter to
/// about half a voxel. (Between voxel centres a nodule would be one voxel too short, between outer corners too long.)
struct ShapeValues {
    std::array<double, 3> center_mm{};        ///< mean of the voxel centres, LPS
    double volume_mm3 = 0;                    ///< the volume to report: the voxel volume
    std::array<double, 2> volume_ci95_mm3{};  ///< see `volume_interval`
    /// The 95 % interval of measuring the same nodule again alike, by which changes are told; absent: as the one above.
    std::optional<std::array<double, 2>> repeated_volume_ci95_mm3;
    VolumeMethod volume_method = VolumeMethod::mask_voxels;
    double voxel_volume_mm3 = 0;        ///< IBSI YEKZ: voxels times the volume of one
    double mesh_volume_mm3 = 0;         ///< IBSI RNU0: inside the mesh
    double surface_area_mm2 = 0;        ///< IBSI C0JK: of the mesh
    double sphericity = 0;              ///< IBSI QCFX: 1 for a ball, of mesh volume and area
    double maximum_3d_diameter_mm = 0;  ///< IBSI L0JK: between vertices of the mesh
    double long_axis_mm = 0;            ///< longest distance on the contour of the axial slice of most voxels
    double short_axis_mm = 0;           ///< longest distance across that contour at right angles to it
    double mean_diameter_mm = 0;        ///< mean of long and short axis
    double major_axis_mm = 0;           ///< IBSI TDIC: 4 sqrt(largest variance of the voxel centres)
    double minor_axis_mm = 0;           ///< IBSI P9VJ: of the middle one
    double least_axis_mm = 0;           ///< IBSI 7J51: of the smallest; 0 for a mask of one voxel layer
    double slice_spacing_mm = 0;        ///< distance of neighbouring axial slices along their normal
    /// Where the ends of both axes lie, LPS: on the outline's axes, as far apart as the axes are long.
    std::array<std::array<double, 3>, 2> long_axis_ends_mm{};
    std::array<std::array<double, 3>, 2> short_axis_ends_mm{};
};

/// What the image says inside the mask. CT numbers in HU, volumes in mm3.
struct DensityValues {
    double mean_hu = 0;                           ///< of all voxels of the mask
    double sd_hu = 0;                             ///< population standard deviation of the same
    std::optional<AttenuationClass> attenuation;  ///< solid, part_solid or ground_glass; see `attenuation_class`
    double solid_volume_mm3 = 0;                  ///< of the solid part; the whole volume where the class is solid
    double calcified_volume_mm3 = 0;              ///< of voxels above 200 HU
};

/// One label of a mask, measured or refused.
struct MaskMeasurement {
    std::string nodule_id;
    MeasurementStatus status = MeasurementStatus::refused;
    std::optional<ShapeValues> shape;      ///< absent when refused
    std::optional<DensityValues> density;  ///< absent when refused, and where no image was given
    /// Each begins with one of the codes below; a detail may follow after a colon.
    std::vector<std::string> flags;
    /// Slice Thickness of the image's header, in DICOM; slices may be thicker than they are apart, or thinner.
    std::optional<double> slice_thickness_mm{};
};

/// The codes a flag begins with.
namespace flag {
inline constexpr auto label_not_in_mask = "label_not_in_mask";        ///< refused: no voxel has the label
inline constexpr auto touches_image_border = "touches_image_border";  ///< the nodule may go on beyond the image
inline constexpr auto fewer_than_10_voxels = "fewer_than_10_voxels";  ///< shape values are coarse
inline constexpr auto single_slice = "single_slice";                  ///< on one axial slice only
inline constexpr auto several_components = "several_components";      ///< pieces that share no face, edge or corner
inline constexpr auto soft_mask = "soft_mask";  ///< its voxels hold shares; how they were counted follows
inline constexpr auto no_value_inside_mask = "no_value_inside_mask";  ///< image voxels that are no number were left out

// Of a measurement from a click. The first seven refuse it.
inline constexpr auto seed_outside_image = "seed_outside_image";        ///< no voxel lies there
inline constexpr auto seed_in_air = "seed_in_air";                      ///< outside the body, or in an airway
inline constexpr auto seed_in_bone = "seed_in_bone";                    ///< too dense for a nodule, and no lung near
inline constexpr auto seed_in_soft_tissue = "seed_in_soft_tissue";      ///< chest wall, mediastinum, diaphragm
inline constexpr auto seed_in_vessel = "seed_in_vessel";                ///< goes on to both sides as thick as it is
inline constexpr auto no_nodule_at_seed = "no_nodule_at_seed";          ///< lung, and nothing denser
inline constexpr auto no_stable_outline = "no_stable_outline";          ///< no nodule's outline fits
inline constexpr auto touches_pleura = "touches_pleura";                ///< its outline was cut at the fitted pleura
inline constexpr auto attached = "attached";                            ///< part of its outline is hidden by vessels
inline constexpr auto irregular = "irregular";                          ///< the fitted shape leaves much unexplained
inline constexpr auto thick_slices = "thick_slices";                    ///< fewer than three slices across it
inline constexpr auto attenuation_uncertain = "attenuation_uncertain";  ///< another kind fits nearly as well
inline constexpr auto wide_base = "wide_base";                  ///< cut from the wall by a ball: size is a guess
inline constexpr auto may_be_rib = "may_be_rib";                ///< as dense as bone, and on the chest wall
inline constexpr auto too_small_to_tell = "too_small_to_tell";  ///< under 3 mm: neither kind nor growth can be told
}  // namespace flag

}  // namespace nodtrack::imaging
