#include <dcmtk/config/osconfig.h>
// osconfig.h comes first: DCMTK's other headers rest on it.
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmsr/cmr/tid1500.h>
#include <dcmtk/dcmsr/dsrdoc.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "nodtrack/exchange/dicom_uid.hpp"
#include "plugin_parts.hpp"
#include "report_codes.hpp"
#include "saving.hpp"

namespace nodtrack::exchange {
namespace {

/// A code as a person's name: without what parts names and values (PS3.5 section 6.2), at most as long as one may be.
OFString name_of(const std::string& code)
{
    constexpr std::size_t longest = 64;
    std::string name = code;
    if (name.size() > longest) {
        std::size_t end = longest;
        while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U)
            --end;  // not within a letter of several bytes
        name.resize(end);
    }
    std::replace_if(
        name.begin(), name.end(), [](char letter) { return letter == '\\' || letter == '='; }, '_');
    return of(name);
}

/// Numbers of requests longer than DICOM lets them be stay out: half a number is another one.
std::string accession_of(const std::string& number)
{
    constexpr std::size_t longest = 16;
    return number.size() > longest ? std::string() : number;
}

DSRCodedEntryValue entry(const Code& code)
{
    return {of(code.value), of(code.scheme), of(code.meaning)};
}

/// `2026-10-15` as DICOM has it.
std::string dicom_date(Date date)
{
    std::string text = date.iso();
    std::erase(text, '-');
    return text;
}

/// A line of the record, on the slice it was measured on.
struct LineOnSlice {
    const CtSlice* slice = nullptr;
    std::array<std::array<double, 2>, 2> ends{};
};

/// The slice nearest to both ends; absent where they lie farther off it than half a slice spacing.
std::optional<LineOnSlice> line_on(const CtSeries& ct, const std::optional<AxisEnds>& ends)
{
    if (!ends) return std::nullopt;
    const auto first = ends->point_mm(0);
    const auto second = ends->point_mm(1);
    std::optional<LineOnSlice> best;
    double nearest_mm = 0;
    for (const CtSlice& slice : ct.slices) {
        const PlaceOnSlice one = place_on(slice, first);
        const PlaceOnSlice other = place_on(slice, second);
        const double off_mm = std::max(one.off_mm, other.off_mm);
        if (best && off_mm >= nearest_mm) continue;
        best = LineOnSlice{&slice, {one.at, other.at}};
        nearest_mm = off_mm;
    }
    constexpr double farthest_mm = 2.5;  // half of the thickest slices that are read
    if (!best || nearest_mm > farthest_mm) return std::nullopt;
    return best;
}

class Writer {
  public:
    explicit Writer(const ReportToWrite& report) : report_(report), tree_(CMR_CID7021::ImagingMeasurementReport) {}

    void save(const std::filesystem::path& file)
    {
        load_slices();
        write_head();
        write_image_library();
        for (const NoduleToWrite& nodule : report_.nodules)
            write_nodule(nodule);
        if (!report_.recommendation.empty())
            must(tree_.addQualitativeEvaluation(entry(codes::recommendation), of(report_.recommendation)),
                 "recommendation");
        DSRDocument document;
        must(document.setTreeFromRootTemplate(tree_, OFTrue), "content");
        fill(document);
        DcmFileFormat out;
        must(document.write(*out.getDataset()), "document");
        settle(*out.getDataset());
        save_settled(out, file);
    }

  private:
    using Group = CMR_TID1501_in_TID1500;

    /// The slices that lines are drawn on; where there are none, all, so that a reader finds the CT.
    void load_slices()
    {
        if (report_.ct == nullptr) return;
        std::map<std::string, const CtSlice*> drawn;
        for (const NoduleToWrite& nodule : report_.nodules) {
            for (const auto& ends : {nodule.findings.long_axis_ends, nodule.findings.short_axis_ends}) {
                if (const auto line = line_on(*report_.ct, ends)) drawn[line->slice->sop_uid] = line->slice;
            }
        }
        for (const CtSlice& slice : report_.ct->slices) {
            if (!drawn.empty() && !drawn.contains(slice.sop_uid)) continue;
            auto loaded = std::make_unique<DcmFileFormat>();
            must(loaded->loadFileUntilTag(slice.file.c_str(), EXS_Unknown, EGL_noChange, DCM_MaxReadLength,
                                          ERM_autoDetect, DCM_PixelData),
                 "CT slice");
            // Where it fails (ISO 2022 IR 87 with glibc) the texts of the CT are left out, its UIDs are not.
            texts_converted_ = loaded->getDataset()->convertToUTF8().good() && texts_converted_;
            slices_.push_back(std::move(loaded));
        }
    }

    void write_head()
    {
        must(tree_.setLanguage(CID5000_Languages(CID5000_Languages::English)), "language");
        auto& context = tree_.getObservationContext();
        // The device first: DCMTK puts an observer that is added behind the first item of the one before, which of a
        // person is his type without his name; highdicom then fails.
        must(context.addDeviceObserver(of(uid_of_name("device nodtrack")), "nodtrack", "nodtrack project", "nodtrack",
                                       of(report_.software_version)),
             "device observer");
        for (const std::string& reader : report_.readers)
            must(context.addPersonObserver(name_of(reader)), "person observer");
        must(tree_.addProcedureReported(entry(codes::ct_of_chest)), "procedure");
    }

    /// There always is one: older viewers load no report without.
    void write_image_library()
    {
        auto& library = tree_.getImageLibrary();
        must(library.createNewImageLibrary(), "image library");
        must(library.addImageGroup(), "image library group");
        for (const auto& slice : slices_)
            must(library.addImageEntry(*slice->getDataset(), TID1600_ImageLibrary::withAllDescriptors), "image");
        if (!slices_.empty()) must(library.moveCommonImageDescriptorsToImageGroups(), "image descriptors");
    }

    void write_nodule(const NoduleToWrite& nodule)
    {
        const Findings& found = nodule.findings;
        must(tree_.addIndividualMeasurements(), "measurement group");
        Group& group = tree_.getIndividualMeasurements();
        std::optional<LineOnSlice> long_line;
        std::optional<LineOnSlice> short_line;
        if (report_.ct != nullptr) {
            long_line = line_on(*report_.ct, found.long_axis_ends);
            short_line = line_on(*report_.ct, found.short_axis_ends);
        }
        // What cannot be drawn is no caliper: a viewer that took it for one would fail.
        const bool is_caliper = report_.form == TrackingIdForm::ohif && long_line && short_line;
        must(group.setTrackingIdentifier(of((is_caliper ? codes::ohif_caliper : std::string()) + nodule.nodule_id)),
             "tracking identifier");
        must(group.setTrackingUniqueIdentifier(of(nodule.tracking_uid)), "tracking UID");
        must(group.setTimePoint(of(report_.scan.scan_id)), "time point");
        must(group.setFinding(entry(codes::nodule_code)), "finding");
        must(group.addFindingSite(entry(codes::site_of(found.lobe, found.side))), "finding site");
        if (found.long_axis) {
            add(group, CMR_CID7469::LongAxis, found.long_axis->thousandths(), CMR_CID7181::Millimeter);
            draw(group, long_line);
        }
        if (found.short_axis) {
            add(group, CMR_CID7469::ShortAxis, found.short_axis->thousandths(), CMR_CID7181::Millimeter);
            draw(group, short_line);
        }
        // Without items below them: OHIF shows those, and drops others.
        if (found.volume) add(group, CMR_CID7469::Volume, found.volume->thousandths(), CMR_CID7181::CubicMillimeter);
        if (found.mean_attenuation)
            add(group, CMR_CID7469::AttenuationCoefficient, found.mean_attenuation->thousandths(),
                CMR_CID7181::HounsfieldUnit);
        if (found.attenuation) {
            if (const auto code = codes::code_of(*found.attenuation))
                must(group.addQualitativeEvaluation(entry(codes::attenuation_name), entry(*code)), "attenuation");
        }
    }

    static void add(Group& group, const CID7469_GenericIntensityAndSizeMeasurements& name, std::int64_t thousandths,
                    const CID7181_AbstractMultiDimensionalImageModelComponentUnits& unit)
    {
        must(group.addMeasurement(name, Group::MeasurementValue(of(decimal_text(thousandths)), unit)), "measurement");
    }

    static void draw(Group& group, const std::optional<LineOnSlice>& line)
    {
        if (!line) return;
        DSRSpatialCoordinatesValue drawn(DSRTypes::GT_Polyline);
        for (const auto& end : line->ends)
            drawn.getGraphicDataList().addItem(static_cast<Float32>(end[0]), static_cast<Float32>(end[1]));
        const DSRImageReferenceValue image(of(line->slice->sop_class), of(line->slice->sop_uid));
        must(group.getMeasurement().addSpatialCoordinates(entry(codes::source_of_measurement), drawn, image), "line");
    }

    /// An element of the CT, to stand in the report too; empty where there is no CT.
    OFString of_ct(const DcmTagKey& tag) const
    {
        OFString value;
        if (!slices_.empty()) (void)slices_.front()->getDataset()->findAndGetOFStringArray(tag, value);
        return value;
    }
    OFString of_ct_or(const DcmTagKey& tag, const std::string& else_this) const
    {
        const OFString value = of_ct(tag);
        return value.empty() ? of(else_this) : value;
    }

    void fill_patient(DSRDocument& document) const
    {
        const Patient& patient = report_.patient;
        // As the CT has him, or the PACS files the report under a second patient (OHIF #3148).
        if (texts_converted_) must(document.setPatientName(of_ct(DCM_PatientName)), "patient's name");
        must(document.setPatientID(of_ct_or(DCM_PatientID, patient.patient_id)), "patient id");
        must(document.setIssuerOfPatientID(of_ct_or(DCM_IssuerOfPatientID, patient.patient_id_issuer)), "issuer");
        const std::string birth = patient.birth_date ? dicom_date(*patient.birth_date) : std::string();
        must(document.setPatientBirthDate(of_ct_or(DCM_PatientBirthDate, birth)), "birth date");
        must(document.setPatientSex(of_ct_or(DCM_PatientSex, codes::dicom_sex(patient.sex))), "sex");
    }

    void fill_study(DSRDocument& document) const
    {
        must(document.createNewSeriesInStudy(of(report_.study_uid)), "study UID");
        const std::string day = dicom_date(report_.scan.scan_date);
        must(document.setStudyDate(of_ct_or(DCM_StudyDate, day)), "study date");
        must(document.setStudyTime(of_ct(DCM_StudyTime)), "study time");
        if (texts_converted_) must(document.setStudyID(of_ct(DCM_StudyID)), "study id");
        must(document.setAccessionNumber(of_ct_or(DCM_AccessionNumber, accession_of(report_.scan.accession_number))),
             "accession number");
        must(document.setSeriesDescription("nodtrack measurements"), "series");
        must(document.setSeriesNumber("301"), "series number");
        must(document.setInstanceNumber("1"), "instance number");
        // Not the clock's: the same record gives the same object.
        must(document.setContentDate(of(day)), "content date");
        must(document.setContentTime("000000"), "content time");
    }

    void fill(DSRDocument& document) const
    {
        must(document.setSpecificCharacterSetType(DSRTypes::CS_UTF8), "character set");
        fill_study(document);
        fill_patient(document);
        must(document.setManufacturer("nodtrack project"), "manufacturer");
        must(document.setManufacturerModelName("nodtrack"), "model");
        must(document.setDeviceSerialNumber("1"), "serial number");
        must(document.setSoftwareVersions(of(report_.software_version)), "software version");
        for (const auto& slice : slices_)
            must(document.getCurrentRequestedProcedureEvidence().addItem(*slice->getDataset()), "evidence");
        if (!report_.predecessor_uid.empty()) {
            must(document.getPredecessorDocuments().addItem(of(report_.study_uid), of(report_.series_uid),
                                                            UID_EnhancedSRStorage, of(report_.predecessor_uid)),
                 "predecessor");
        }
        must(document.completeDocument(), "completion");
    }

    /// What DCMTK makes anew at each run, made of the content instead.
    void settle(DcmDataset& dataset) const
    {
        must(dataset.putAndInsertString(DCM_SOPInstanceUID, report_.sop_uid.c_str()), "SOP instance UID");
        must(dataset.putAndInsertString(DCM_SeriesInstanceUID, report_.series_uid.c_str()), "series UID");
    }

    const ReportToWrite& report_;
    TID1500_MeasurementReport tree_;
    std::vector<std::unique_ptr<DcmFileFormat>> slices_;
    bool texts_converted_ = true;
};

}  // namespace

Result<void> written(const ReportToWrite& report, const std::filesystem::path& file)
{
    try {
        Writer(report).save(file);
    } catch (const Refused& refused) {
        std::error_code gone;
        std::filesystem::remove(file, gone);  // half an object is none
        return failure(ErrorCode::bad_input, file.string() + ": the report of scan '" + report.scan.scan_id +
                                                 "' could not be written (" + refused.what() +
                                                 "); is the folder writable, and are the CT's files whole?");
    }
    return {};
}

}  // namespace nodtrack::exchange
