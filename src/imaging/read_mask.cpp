#include "read_mask.hpp"

#include "dicom/dicom_mask.hpp"
#include "file_kind.hpp"
#include "itk_plugin.hpp"

namespace nodtrack::imaging {

Result<MaskCrop> read_mask(const MaskRequest& request, const ImageSource* image)
{
    const MaskChoice choice{request.label, request.segment, request.roi};
    const auto kind = file_kind(request.mask);
    if (!kind) return tl::unexpected(kind.error());
    if (*kind == FileKind::dicom) return read_dicom_mask(request.mask, choice, image);
    const auto side = itk_plugin();
    if (!side) return tl::unexpected(side.error());
    return (*side)->read_mask(request.mask, choice);
}

}  // namespace nodtrack::imaging
