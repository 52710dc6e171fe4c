#include <dcmtk/config/osconfig.h>
// osconfig.h comes first: DCMTK's other headers rest on it.
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmfg/fgderimg.h>
#include <dcmtk/dcmfg/fgfracon.h>
#include <dcmtk/dcmfg/fgpixmsr.h>
#include <dcmtk/dcmfg/fgplanor.h>
#include <dcmtk/dcmfg/fgplanpo.h>
#include <dcmtk/dcmseg/segdoc.h>
#include <dcmtk/dcmseg/segment.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <memory>
#include <vector>

#include "nodtrack/exchange/segmentation.hpp"
#include "plugin_parts.hpp"
#include "saving.hpp"

namespace nodtrack::exchange {
namespace {

/// A decimal string of at most 16 characters (PS3.5 table 6.2-1).
OFString decimal_string(double value)
{
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::general, 10);
    return {digits.data(), static_cast<std::size_t>(end.ptr - digits.data())};
}

std::array<OFString, 6> texts(DcmDataset& dataset, const DcmTagKey& tag, unsigned long count, const char* what)
{
    std::array<OFString, 6> found;
    for (unsigned long i = 0; i < count; ++i)
        must(dataset.findAndGetOFString(tag, found[i], i), what);
    return found;
}

std::array<double, 3> numbers(DcmDataset& dataset, const DcmTagKey& tag, unsigned long first, const char* what)
{
    std::array<double, 3> found{};
    for (unsigned long i = 0; i < 3; ++i)
        must(dataset.findAndGetFloat64(tag, found[i], first + i), what);
    return found;
}

class SegmentationWriter {
  public:
    explicit SegmentationWriter(const SegmentationToWrite& segmentation) : what_(segmentation) {}

    void save(const std::filesystem::path& file)
    {
        load_slices();
        start();
        add_shared();
        for (const SegmentToWrite& segment : what_.segments)
            add(segment);
        refer();
        DcmFileFormat out;
        must(segmentation_->writeDataset(*out.getDataset()), "segmentation");
        name_segments(*out.getDataset());
        settle(*out.getDataset());
        save_settled(out, file);
    }

  private:
    void load_slices()
    {
        if (what_.slices.size() < 2) throw Refused("the CT has fewer than two slices in files of their own");
        for (const auto& file : what_.slices) {
            auto slice = std::make_unique<DcmFileFormat>();
            must(slice->loadFileUntilTag(file.c_str(), EXS_Unknown, EGL_noChange, DCM_MaxReadLength, ERM_autoDetect,
                                         DCM_PixelData),
                 "CT slice");
            OFString sop_class;
            must(slice->getDataset()->findAndGetOFString(DCM_SOPClassUID, sop_class), "SOP class of a slice");
            if (sop_class != UID_CTImageStorage) throw Refused("a slice is no single CT image");
            slices_.push_back(std::move(slice));
        }
    }

    DcmDataset& slice(std::size_t index) { return *slices_[index]->getDataset(); }

    void start()
    {
        must(slice(0).findAndGetUint16(DCM_Rows, rows_), "rows");
        must(slice(0).findAndGetUint16(DCM_Columns, columns_), "columns");
        const IODGeneralEquipmentModule::EquipmentInfo equipment("nodtrack project", "nodtrack", "1",
                                                                 of(what_.software_version));
        ContentIdentificationMacro content("1", "NODULES", "Nodules measured by nodtrack", "");
        DcmSegmentation* made = nullptr;
        must(DcmSegmentation::createBinarySegmentation(made, rows_, columns_, equipment, content), "segmentation");
        segmentation_.reset(made);
        must(segmentation_->importFromSourceImage(slice(0)), "patient and study of the CT");
        must(segmentation_->getSeries().setSeriesNumber("300"), "series number");
        must(segmentation_->getSeries().setSeriesDescription("nodtrack nodules"), "series");
        must(segmentation_->getFrameOfReference().setPositionReferenceIndicator(""), "frame of reference");
        const std::string organization = uid_of_name("dimensions of nodtrack's segmentations");
        must(segmentation_->getDimensions().addDimensionIndex(DCM_ReferencedSegmentNumber, of(organization),
                                                              DCM_SegmentIdentificationSequence,
                                                              "ReferencedSegmentNumber"),
             "dimension");
        must(segmentation_->getDimensions().addDimensionIndex(DCM_ImagePositionPatient, of(organization),
                                                              DCM_PlanePositionSequence, "ImagePositionPatient"),
             "dimension");
    }

    void add_shared()
    {
        const auto across = numbers(slice(0), DCM_ImageOrientationPatient, 0, "orientation");
        const auto down = numbers(slice(0), DCM_ImageOrientationPatient, 3, "orientation");
        const std::array<double, 3> normal{across[1] * down[2] - across[2] * down[1],
                                           across[2] * down[0] - across[0] * down[2],
                                           across[0] * down[1] - across[1] * down[0]};
        const auto first = numbers(slice(0), DCM_ImagePositionPatient, 0, "position");
        const auto last = numbers(slice(slices_.size() - 1), DCM_ImagePositionPatient, 0, "position");
        double along = 0;
        for (std::size_t i = 0; i < 3; ++i)
            along += (last[i] - first[i]) * normal[i];
        const OFString distance = decimal_string(std::abs(along) / static_cast<double>(slices_.size() - 1));
        OFString spacing;
        must(slice(0).findAndGetOFStringArray(DCM_PixelSpacing, spacing), "pixel spacing");
        FGPixelMeasures measures;
        must(measures.setPixelSpacing(spacing), "pixel spacing");
        must(measures.setSpacingBetweenSlices(distance), "slice distance");
        must(measures.setSliceThickness(distance), "slice distance");
        must(segmentation_->addForAllFrames(measures), "pixel measures");
        const auto axes = texts(slice(0), DCM_ImageOrientationPatient, 6, "orientation");
        FGPlaneOrientationPatient orientation;
        must(orientation.setImageOrientationPatient(axes[0], axes[1], axes[2], axes[3], axes[4], axes[5]),
             "orientation");
        must(segmentation_->addForAllFrames(orientation), "orientation");
    }

    void add(const SegmentToWrite& segment)
    {
        const CodeSequenceMacro category("49755003", "SCT", "Morphologically Altered Structure");
        const CodeSequenceMacro type("27925004", "SCT", "Nodule");
        DcmSegment* made = nullptr;
        must(DcmSegment::create(made, "nodule", category, type, DcmSegTypes::SAT_SEMIAUTOMATIC,
                                "nodtrack, from a click"),
             "segment");
        must(made->getGeneralAnatomyCode().getAnatomicRegion().set("39607008", "SCT", "Lung"), "anatomy");
        must(made->setTrackingID("nodule"), "tracking id");
        must(made->setTrackingUID(of(segment.tracking_uid)), "tracking UID");
        Uint16 number = 0;
        must(segmentation_->addSegment(made, number), "segment");
        Uint32 frames = 0;
        for (std::int64_t k = 0; k < segment.size[2]; ++k) {
            if (const auto plane = plane_of(segment, k); !plane.empty())
                add_frame(plane, number, static_cast<std::size_t>(segment.first[2] + k), ++frames);
        }
        if (frames == 0) throw Refused("nodule " + segment.nodule_id + " has no voxels");
    }

    /// The pixels of one slice; empty where none is inside.
    std::vector<Uint8> plane_of(const SegmentToWrite& segment, std::int64_t k) const
    {
        std::vector<Uint8> plane(std::size_t{rows_} * columns_, 0);
        bool any = false;
        for (std::int64_t y = 0; y < segment.size[1]; ++y) {
            for (std::int64_t x = 0; x < segment.size[0]; ++x) {
                const auto from = static_cast<std::size_t>(x + segment.size[0] * (y + segment.size[1] * k));
                if (segment.inside[from] == 0) continue;
                plane[static_cast<std::size_t>((segment.first[1] + y) * columns_ + segment.first[0] + x)] = 1;
                any = true;
            }
        }
        return any ? plane : std::vector<Uint8>();
    }

    void add_frame(const std::vector<Uint8>& plane, Uint16 segment, std::size_t index, Uint32 place)
    {
        const auto position = texts(slice(index), DCM_ImagePositionPatient, 3, "position");
        FGPlanePosPatient where;
        must(where.setImagePositionPatient(position[0], position[1], position[2]), "position");
        FGFrameContent content;
        must(content.setStackID("1"), "stack");
        must(content.setInStackPositionNumber(static_cast<Uint32>(index + 1)), "place in the stack");
        must(content.setDimensionIndexValues(segment, 0), "dimension");
        must(content.setDimensionIndexValues(place, 1), "dimension");
        FGDerivationImage derivation;
        DerivationImageItem* item = nullptr;
        must(derivation.addDerivationImageItem(CodeSequenceMacro("113076", "DCM", "Segmentation"), "", item),
             "derivation");
        SourceImageItem* source = nullptr;
        must(item->addSourceImageItem(&slice(index),
                                      CodeSequenceMacro("121322", "DCM", "Source image for image processing operation"),
                                      source),
             "source image");
        OFVector<FGBase*> groups;
        groups.push_back(&where);
        groups.push_back(&content);
        groups.push_back(&derivation);
        must(segmentation_->addFrame(const_cast<Uint8*>(plane.data()), segment, groups), "frame");
    }

    /// Viewers find the CT by it (OHIF #4030).
    void refer()
    {
        auto series = std::make_unique<IODSeriesAndInstanceReferenceMacro::ReferencedSeriesItem>();
        OFString uid;
        must(slice(0).findAndGetOFString(DCM_SeriesInstanceUID, uid), "series of the CT");
        must(series->setSeriesInstanceUID(uid), "series of the CT");
        for (const auto& one : slices_) {
            auto reference = std::make_unique<SOPInstanceReferenceMacro>();
            must(one->getDataset()->findAndGetOFString(DCM_SOPInstanceUID, uid), "SOP instance of a slice");
            must(reference->setReferencedSOPClassUID(UID_CTImageStorage), "SOP class of a slice");
            must(reference->setReferencedSOPInstanceUID(uid), "SOP instance of a slice");
            series->getReferencedInstanceItems().push_back(reference.release());
        }
        segmentation_->getCommonInstanceReference().getReferencedSeriesItems().push_back(series.release());
    }

    /// An id may have umlauts, which DCMTK's segments refuse: it holds them against ASCII.
    void name_segments(DcmDataset& dataset) const
    {
        // Where it fails (ISO 2022 IR 87 with glibc) the CT's texts stay as they are, and ids beside them are ASCII.
        const bool is_utf8 = dataset.convertToUTF8().good();
        if (is_utf8) must(dataset.putAndInsertString(DCM_SpecificCharacterSet, "ISO_IR 192"), "character set");
        for (std::size_t i = 0; i < what_.segments.size(); ++i) {
            const std::string& id = what_.segments[i].nodule_id;
            const bool is_ascii = std::all_of(id.begin(), id.end(), [](char letter) { return letter > 0; });
            if (!is_utf8 && !is_ascii)
                throw Refused("nodule " + id + ": the CT's texts cannot be converted to UTF-8, which its id needs");
            DcmItem* segment = nullptr;
            must(dataset.findAndGetSequenceItem(DCM_SegmentSequence, segment, static_cast<signed long>(i)), "segment");
            for (const DcmTagKey& tag : {DCM_SegmentLabel, DCM_TrackingID})
                must(segment->putAndInsertOFStringArray(tag, of(id)), "nodule's id");
        }
    }

    /// What DCMTK makes anew at each run, made of the content instead.
    void settle(DcmDataset& dataset)
    {
        OFString series_of_ct;
        must(slice(0).findAndGetOFString(DCM_SeriesInstanceUID, series_of_ct), "series of the CT");
        std::string content = std::string(series_of_ct.c_str());
        const std::string series = uid_of_name("segmentations of " + content);
        for (const SegmentToWrite& segment : what_.segments) {
            content += '\n' + segment.nodule_id + '\n' + segment.tracking_uid;
            for (std::size_t i = 0; i < 3; ++i)
                content += ' ' + std::to_string(segment.first[i]) + ' ' + std::to_string(segment.size[i]);
            content.append(segment.inside.begin(), segment.inside.end());
        }
        must(dataset.putAndInsertString(DCM_SOPInstanceUID, uid_of_name("segmentation\n" + content).c_str()),
             "SOP instance UID");
        must(dataset.putAndInsertString(DCM_SeriesInstanceUID, series.c_str()), "series UID");
        OFString day;
        (void)slice(0).findAndGetOFString(DCM_StudyDate, day);
        for (const DcmTagKey& tag : {DCM_ContentDate, DCM_SeriesDate})
            must(dataset.putAndInsertOFStringArray(tag, day), "date");
        for (const DcmTagKey& tag : {DCM_ContentTime, DCM_SeriesTime})
            must(dataset.putAndInsertString(tag, "000000"), "time");
    }

    const SegmentationToWrite& what_;
    std::vector<std::unique_ptr<DcmFileFormat>> slices_;
    std::unique_ptr<DcmSegmentation> segmentation_;
    Uint16 rows_ = 0;
    Uint16 columns_ = 0;
};

}  // namespace

Result<void> written_segmentation(const SegmentationToWrite& segmentation, const std::filesystem::path& file)
{
    try {
        SegmentationWriter(segmentation).save(file);
    } catch (const Refused& refused) {
        std::error_code gone;
        std::filesystem::remove(file, gone);  // half an object is none
        return failure(ErrorCode::bad_input,
                       file.string() + ": the segmentation could not be written (" + refused.what() +
                           "); is the folder writable, and is each slice of the CT a DICOM file?");
    }
    return {};
}

}  // namespace nodtrack::exchange
