#include "save_outlines.hpp"

#include "nodtrack/exchange/dicom_uid.hpp"
#include "nodtrack/exchange/segmentation.hpp"
#include "nodtrack/tracker/report_export.hpp"
#include "version.hpp"

namespace nodtrack::cli {
namespace {

/// The UIDs that nodules have for ever: of the patient's record where they are logged, else of the series they were
/// measured on.
Result<std::vector<std::string>> tracking_uids(const Call& call, const std::string& series_uid,
                                               const std::vector<std::string>& nodule_ids)
{
    const auto& arguments = call.arguments;
    if (arguments.has("--patient")) {
        const auto registry = store::Registry::open(call.registry_file);
        if (!registry) return tl::unexpected(registry.error());
        return tracker::tracking_uids_of(*registry, arguments.text("--patient"), nodule_ids);
    }
    std::vector<std::string> uids;
    for (const std::string& id : nodule_ids)
        uids.push_back(exchange::uid_of_name("nodule\n" + series_uid + "\n" + id));
    return uids;
}

}  // namespace

Result<void> save_outlines(const imaging::Ct& ct, const std::vector<imaging::NoduleMask>& masks,
                           const std::vector<imaging::Seed>& seeds, const Call& call, const std::string& file)
{
    if (!file.ends_with(".dcm")) return imaging::save_masks(ct, masks, file);
    exchange::SegmentationToWrite segmentation;
    segmentation.slices = ct.slice_files();
    if (segmentation.slices.empty())
        return failure(ErrorCode::bad_input, file +
                                                 ": a DICOM segmentation is written of a CT whose slices are DICOM "
                                                 "files of their own; give a name ending in .nrrd, .nii or .nii.gz");
    segmentation.software_version = program_version();
    std::vector<std::string> nodule_ids;
    for (const imaging::Seed& seed : seeds)
        nodule_ids.push_back(seed.nodule_id);
    const auto uids = tracking_uids(call, ct.facts().series_uid, nodule_ids);
    if (!uids) return tl::unexpected(uids.error());
    for (std::size_t i = 0; i < masks.size(); ++i) {
        if (masks[i].inside.empty()) continue;  // refused, and said so
        segmentation.segments.push_back({nodule_ids[i], (*uids)[i], masks[i].first, masks[i].size, masks[i].inside});
    }
    return exchange::write_segmentation(segmentation, file);
}

}  // namespace nodtrack::cli
