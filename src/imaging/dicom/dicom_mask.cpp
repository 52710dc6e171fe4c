#include "dicom_mask.hpp"

#include "../text.hpp"
#include "segmentation_tags.hpp"
#include "slice_header.hpp"
#include "structure_set_tags.hpp"

namespace nodtrack::imaging {
namespace {

constexpr std::string_view segmentation_class = "1.2.840.10008.5.1.4.1.1.66.4";
constexpr std::string_view label_map_class = "1.2.840.10008.5.1.4.1.1.66.7";
constexpr std::string_view structure_set_class = "1.2.840.10008.5.1.4.1.1.481.3";

const std::set<DicomTag>& wanted_elements()
{
    static const std::set<DicomTag> wanted{sop_class_tag,
                                           patient_id_tag,
                                           frame_of_reference_tag,
                                           shared_groups_tag,
                                           frame_groups_tag,
                                           referenced_sop_instance_tag,
                                           seg::rows,
                                           seg::columns,
                                           seg::bits_allocated,
                                           seg::number_of_frames,
                                           seg::segmentation_type,
                                           seg::segments,
                                           seg::segment_number,
                                           seg::segment_label,
                                           seg::segment_identification,
                                           seg::referenced_segment_number,
                                           seg::maximum_fractional_value,
                                           seg::segmentation_fractional_type,
                                           seg::tracking_id,
                                           seg::tracking_uid,
                                           seg::plane_position,
                                           seg::image_position,
                                           seg::plane_orientation,
                                           seg::image_orientation,
                                           seg::pixel_measures,
                                           seg::pixel_spacing,
                                           seg::slice_thickness,
                                           seg::spacing_between_slices,
                                           rt::structure_set_rois,
                                           rt::roi_number,
                                           rt::referenced_frame_of_reference_uid,
                                           rt::roi_name,
                                           rt::roi_contours,
                                           rt::contours,
                                           rt::contour_images,
                                           rt::contour_geometric_type,
                                           rt::number_of_contour_points,
                                           rt::contour_data,
                                           rt::referenced_roi_number};
    return wanted;
}

/// An outline on the wrong patient measures what is not there.
Result<void> check_patient(const std::filesystem::path& file, const DicomObject& object, const ImageSource* image)
{
    if (image == nullptr) return {};
    const std::string patient = object.top.text(patient_id_tag);
    if (patient.empty() || image->facts.patient_code.empty() || patient == image->facts.patient_code) return {};
    return refusal(file.string() + ": belongs to another patient than " + image->name +
                   " (Patient ID (0010,0020) differs); give the outline and the CT of one patient");
}

}  // namespace

Result<MaskCrop> read_dicom_mask(const std::filesystem::path& file, const MaskChoice& choice, const ImageSource* image)
{
    const auto object = read_object(file, wanted_elements());
    if (!object) return tl::unexpected(object.error());
    const bool is_segmentation = object->sop_class == segmentation_class || object->sop_class == label_map_class;
    if (!is_segmentation && object->sop_class != structure_set_class)
        return refusal(file.string() + ": is no segmentation (SEG) and no structure set (RTSTRUCT), but of SOP class " +
                       (object->sop_class.empty() ? "unknown" : printable(object->sop_class)) +
                       "; give one of these, or a NRRD, MetaImage or NIfTI file");
    if (const auto checked = check_patient(file, *object, image); !checked) return tl::unexpected(checked.error());
    return is_segmentation ? mask_of_segmentation(file, *object, choice, image)
                           : mask_of_structure_set(file, *object, choice, image);
}

}  // namespace nodtrack::imaging
