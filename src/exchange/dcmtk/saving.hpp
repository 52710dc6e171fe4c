#pragma once

// osconfig.h has come first: DCMTK's other headers rest on it.
#include <dcmtk/dcmdata/dctk.h>

#include <filesystem>
#include <stdexcept>
#include <string>

#include "nodtrack/exchange/dicom_uid.hpp"

// What the writers of objects share.

namespace nodtrack::exchange {

/// Thrown within a writer alone: what DCMTK refused, and of what.
struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

inline void must(const OFCondition& condition, const char* what)
{
    if (condition.bad()) throw Refused(std::string(what) + ": " + condition.text());
}

inline OFString of(const std::string& text)
{
    return {text.data(), text.size()};
}

/// Saves an object whose content is all that it says: the same object gives the same bytes at every run.
inline void save_settled(DcmFileFormat& out, const std::filesystem::path& file)
{
    for (const DcmTagKey& tag : {DCM_InstanceCreationDate, DCM_InstanceCreationTime, DCM_InstanceCreatorUID})
        (void)out.getDataset()->findAndDeleteElement(tag);
    constexpr E_TransferSyntax syntax = EXS_LittleEndianExplicit;
    must(out.getDataset()->chooseRepresentation(syntax, nullptr), "transfer syntax");
    must(out.validateMetaInfo(syntax, EWM_createNewMeta), "file head");
    DcmMetaInfo& head = *out.getMetaInfo();
    must(head.putAndInsertString(DCM_ImplementationClassUID, uid_of_name("implementation nodtrack").c_str()),
         "implementation");
    must(head.putAndInsertString(DCM_ImplementationVersionName, "NODTRACK"), "implementation");
    must(head.computeGroupLengthAndPadding(EGL_recalcGL, EPD_noChange, syntax, EET_ExplicitLength), "file head");
    must(out.saveFile(file.c_str(), syntax, EET_ExplicitLength, EGL_recalcGL, EPD_noChange, 0, 0, EWM_dontUpdateMeta),
         "file");
}

}  // namespace nodtrack::exchange
