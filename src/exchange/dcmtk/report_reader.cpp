#include <dcmtk/config/osconfig.h>
// osconfig.h comes first: DCMTK's other headers rest on it.
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dctk.h>

#include <utility>

#include "plugin_parts.hpp"
#include "reading.hpp"

namespace nodtrack::exchange {
namespace {

/// The first item of a sequence; null where there is none.
DcmItem* first_item(DcmItem& item, const DcmTagKey& tag)
{
    DcmItem* found = nullptr;
    return item.findAndGetSequenceItem(tag, found, 0).good() ? found : nullptr;
}

/// Calls `visit` for each item of a sequence, in order.
void for_each_item(DcmItem& item, const DcmTagKey& tag, const auto& visit)
{
    DcmSequenceOfItems* sequence = nullptr;
    if (item.findAndGetSequence(tag, sequence).bad() || sequence == nullptr) return;
    DcmObject* next = nullptr;
    while ((next = sequence->nextInContainer(next)) != nullptr)
        visit(*static_cast<DcmItem*>(next));
}

Code code_of(DcmItem& item, const DcmTagKey& tag)
{
    DcmItem* const found = first_item(item, tag);
    if (found == nullptr) return {};
    Code code{text_of(*found, DCM_CodeValue), text_of(*found, DCM_CodingSchemeDesignator),
              text_of(*found, DCM_CodeMeaning)};
    if (code.value.empty()) code.value = text_of(*found, DCM_LongCodeValue);
    if (code.value.empty()) code.value = text_of(*found, DCM_URNCodeValue);
    // Older names of one scheme (PS3.16 section 8).
    if (code.scheme == "SNM3" || code.scheme == "99SDM") code.scheme = "SRT";
    return code;
}

void read_number(DcmItem& item, ContentItem& content)
{
    DcmItem* const measured = first_item(item, DCM_MeasuredValueSequence);
    if (measured == nullptr) return;
    content.number = text_of(*measured, DCM_NumericValue);
    content.unit = code_of(*measured, DCM_MeasurementUnitsCodeSequence);
}

void read_drawing(DcmItem& item, ContentItem& content)
{
    content.shape = text_of(item, DCM_GraphicType);
    const Float32* points = nullptr;
    unsigned long count = 0;
    if (item.findAndGetFloat32Array(DCM_GraphicData, points, &count).good() && points != nullptr)
        content.points.assign(points, points + count);
}

void read_reference(DcmItem& item, ContentItem& content)
{
    DcmItem* const referred = first_item(item, DCM_ReferencedSOPSequence);
    if (referred == nullptr) return;
    content.sop_class = text_of(*referred, DCM_ReferencedSOPClassUID);
    content.sop_uid = text_of(*referred, DCM_ReferencedSOPInstanceUID);
}

void read_value(DcmItem& item, ContentItem& content)
{
    const std::string& type = content.value_type;
    if (type == "NUM") read_number(item, content);
    if (type == "CODE") content.code = code_of(item, DCM_ConceptCodeSequence);
    if (type == "TEXT") content.text = text_of(item, DCM_TextValue);
    if (type == "UIDREF") content.text = text_of(item, DCM_UID);
    if (type == "PNAME") content.text = text_of(item, DCM_PersonName);
    if (type == "DATE") content.text = text_of(item, DCM_Date);
    if (type == "DATETIME") content.text = text_of(item, DCM_DateTime);
    if (type == "SCOORD" || type == "SCOORD3D") read_drawing(item, content);
    if (type == "IMAGE" || type == "COMPOSITE") read_reference(item, content);
}

/// The place of another item (PS3.3 C.18.9).
void read_by_reference(DcmItem& item, ContentItem& content)
{
    const Uint32* place = nullptr;
    unsigned long count = 0;
    if (item.findAndGetUint32Array(DCM_ReferencedContentItemIdentifier, place, &count).good() && place != nullptr)
        content.refers_to.assign(place, place + count);
}

/// By recursion: `check_nesting` has bounded the levels.
ContentItem content_of(DcmItem& item)
{
    ContentItem content;
    content.relationship = text_of(item, DCM_RelationshipType);
    content.value_type = text_of(item, DCM_ValueType);
    if (content.value_type.empty()) {
        read_by_reference(item, content);
        return content;
    }
    content.name = code_of(item, DCM_ConceptNameCodeSequence);
    read_value(item, content);
    for_each_item(item, DCM_ContentSequence, [&](DcmItem& below) { content.children.push_back(content_of(below)); });
    return content;
}

void read_evidence(DcmItem& dataset, const DcmTagKey& tag, std::vector<Evidence>& evidence)
{
    for_each_item(dataset, tag, [&](DcmItem& study) {
        for_each_item(study, DCM_ReferencedSeriesSequence, [&](DcmItem& series) {
            for_each_item(series, DCM_ReferencedSOPSequence, [&](DcmItem& object) {
                evidence.push_back({text_of(study, DCM_StudyInstanceUID), text_of(series, DCM_SeriesInstanceUID),
                                    text_of(object, DCM_ReferencedSOPClassUID),
                                    text_of(object, DCM_ReferencedSOPInstanceUID)});
            });
        });
    });
}

void read_predecessors(DcmItem& dataset, std::vector<std::string>& predecessors)
{
    for_each_item(dataset, DCM_PredecessorDocumentsSequence, [&](DcmItem& study) {
        for_each_item(study, DCM_ReferencedSeriesSequence, [&](DcmItem& series) {
            for_each_item(series, DCM_ReferencedSOPSequence, [&](DcmItem& object) {
                predecessors.push_back(text_of(object, DCM_ReferencedSOPInstanceUID));
            });
        });
    });
}

}  // namespace

Result<ReportDocument> document_of(std::span<const unsigned char> bytes, const std::string& name)
{
    DcmFileFormat file;
    DcmInputBufferStream stream;
    stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
    stream.setEos();
    file.transferInit();
    const OFCondition read = file.read(stream, EXS_Unknown, EGL_noChange);
    file.transferEnd();
    if (read.bad())
        return failure(ErrorCode::bad_input, name + ": cannot be read as DICOM (" + read.text() + "); fetch it again");
    DcmDataset& dataset = *file.getDataset();
    ReportDocument document;
    // Some character sets cannot be converted (ISO 2022 IR 87 with glibc): texts are labels, sizes are not touched.
    const std::string charset = text_of(dataset, DCM_SpecificCharacterSet);
    const bool is_utf8 = charset.empty() || charset == "ISO_IR 192" || charset == "ISO_IR 6";
    if (!is_utf8 && dataset.convertToUTF8().bad())
        document.notes.emplace_back(
            "texts stand in a character set that cannot be converted; labels may be unreadable");
    document.sop_class = text_of(dataset, DCM_SOPClassUID);
    if (text_of(dataset, DCM_ValueType) != "CONTAINER")
        return failure(ErrorCode::bad_input, name + ": is no structured report (SOP Class " +
                                                 (document.sop_class.empty() ? "unknown" : document.sop_class) +
                                                 "); give an SR object");
    document.sop_uid = text_of(dataset, DCM_SOPInstanceUID);
    document.patient_code = text_of(dataset, DCM_PatientID);
    document.issuer_of_patient_id = text_of(dataset, DCM_IssuerOfPatientID);
    document.birth_date = text_of(dataset, DCM_PatientBirthDate);
    document.sex = text_of(dataset, DCM_PatientSex);
    document.study_uid = text_of(dataset, DCM_StudyInstanceUID);
    document.study_date = text_of(dataset, DCM_StudyDate);
    document.accession_number = text_of(dataset, DCM_AccessionNumber);
    document.manufacturer = text_of(dataset, DCM_Manufacturer);
    document.model = text_of(dataset, DCM_ManufacturerModelName);
    document.completion = text_of(dataset, DCM_CompletionFlag);
    document.verification = text_of(dataset, DCM_VerificationFlag);
    read_predecessors(dataset, document.predecessors);
    read_evidence(dataset, DCM_CurrentRequestedProcedureEvidenceSequence, document.evidence);
    read_evidence(dataset, DCM_PertinentOtherEvidenceSequence, document.evidence);
    document.root = content_of(dataset);
    return document;
}

}  // namespace nodtrack::exchange
