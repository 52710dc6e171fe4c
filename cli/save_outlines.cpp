#include "save_outlines.hpp"

#include "nodtrack/exchange/dicom_uid.hpp"
#include "nodtrack/exchange/segmentation.hpp"
#include "nodtrack/tracker/report_export.hpp"
#include "version.hpp"

namespace nodtrack::cli {
namespace {

/// The UID that a nodule has for ever: of the patient's record where it is logged, else of the series it was measured
/// on.
Result<std::string> tracking_uid(const Call& call, const std::string& series_uid, const std::string& nodule_id)
{
    const auto& arguments = call.arguments;
    if (arguments.has("--patient")) {
        const auto registry = store::Registry::open(call.registry_file);
        if (!registry) return tl::unexpected(registry.error());
        return tracker::tracking_uid_of(*registry, arguments.text("--patient"), nodule_id);
    }
    return exchange::uid_of_name("nodule\n" + series_uid + "\n" + nodule_id);
}

}  // namespace

Result<void> save_outlines(const imaging::Ct& ct, const std::vector<imaging::NoduleMask>& masks,
                           const std::vector<imaging::Seed>& seeds, const Call& call, const std::string& file)
{
    if (!file.ends_with(".dcm")) return imaging::save_masks(ct, masks, file);
    exchange::SegmentationToWrite segmentation;
    segmentation.slices = ct.slice_files();
    segmentation.software_version = program_version();
    for (std::size_t i = 0; i < masks.size(); ++i) {
        if (masks[i].inside.empty()) continue;  // refused, and said so
        const auto uid = tracking_uid(call, ct.facts().series_uid, seeds[i].nodule_id);
        if (!uid) return tl::unexpected(uid.error());
        segmentation.segments.push_back({seeds[i].nodule_id, *uid, masks[i].first, masks[i].size, masks[i].inside});
    }
    if (segmentation.slices.empty())
        return failure(ErrorCode::bad_input, file +
                                                 ": a DICOM segmentation is written of a CT whose slices are DICOM "
                                                 "files of their own; give a name ending in .nrrd, .nii or .nii.gz");
    return exchange::write_segmentation(segmentation, file);
}

}  // namespace nodtrack::cli
