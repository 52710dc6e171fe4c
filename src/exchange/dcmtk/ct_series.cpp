#include <dcmtk/config/osconfig.h>
// osconfig.h comes first: DCMTK's other headers rest on it.
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <system_error>
#include <utility>

#include "plugin_parts.hpp"
#include "reading.hpp"

namespace nodtrack::exchange {
namespace {

namespace fs = std::filesystem;

/// Three numbers of an element from place `first` on; false where one is missing or none.
bool read_three(DcmItem& item, const DcmTagKey& tag, unsigned long first, std::array<double, 3>& numbers)
{
    for (unsigned long i = 0; i < 3; ++i) {
        if (item.findAndGetFloat64(tag, numbers[i], first + i).bad() || !std::isfinite(numbers[i])) return false;
    }
    return true;
}

/// Where the slice's pixels lie (PS3.3 C.7.6.2); false where its header does not say.
bool read_place(DcmItem& item, CtSlice& slice)
{
    double between_rows_mm = 0;
    double between_columns_mm = 0;
    const bool all_there = read_three(item, DCM_ImagePositionPatient, 0, slice.first_pixel_mm) &&
                           read_three(item, DCM_ImageOrientationPatient, 0, slice.column_step_mm) &&
                           read_three(item, DCM_ImageOrientationPatient, 3, slice.row_step_mm) &&
                           item.findAndGetFloat64(DCM_PixelSpacing, between_rows_mm, 0).good() &&
                           item.findAndGetFloat64(DCM_PixelSpacing, between_columns_mm, 1).good();
    if (!all_there || !(between_rows_mm > 0) || !(between_columns_mm > 0)) return false;
    for (std::size_t i = 0; i < 3; ++i) {
        slice.column_step_mm[i] *= between_columns_mm;
        slice.row_step_mm[i] *= between_rows_mm;
    }
    return true;
}

void fill_head(DcmItem& item, CtSeries& series)
{
    series.patient_code = text_of(item, DCM_PatientID);
    series.birth_date = text_of(item, DCM_PatientBirthDate);
    series.study_uid = text_of(item, DCM_StudyInstanceUID);
    series.series_uid = text_of(item, DCM_SeriesInstanceUID);
    series.frame_of_reference_uid = text_of(item, DCM_FrameOfReferenceUID);
    series.scan_date = text_of(item, DCM_StudyDate);
    if (series.scan_date.empty()) series.scan_date = text_of(item, DCM_AcquisitionDate);
}

void add_file(const fs::path& path, std::map<std::string, CtSeries>& by_uid)
{
    DcmFileFormat file;
    const OFCondition read = file.loadFileUntilTag(path.c_str(), EXS_Unknown, EGL_noChange, DCM_MaxReadLength,
                                                   ERM_autoDetect, DCM_PixelData);
    if (read.bad()) return;
    DcmDataset& item = *file.getDataset();
    CtSlice slice{
        .file = path, .sop_class = text_of(item, DCM_SOPClassUID), .sop_uid = text_of(item, DCM_SOPInstanceUID)};
    const std::string series_uid = text_of(item, DCM_SeriesInstanceUID);
    if (slice.sop_class != UID_CTImageStorage || slice.sop_uid.empty() || series_uid.empty()) return;
    if (!read_place(item, slice)) return;
    CtSeries& series = by_uid[series_uid];
    if (series.slices.empty()) fill_head(item, series);
    series.slices.push_back(std::move(slice));
}

}  // namespace

Result<std::vector<CtSeries>> series_of(const fs::path& folder)
{
    std::error_code error;
    std::vector<fs::path> files;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        if (entry->is_regular_file(error)) files.push_back(entry->path());
    }
    if (error) return failure(ErrorCode::not_found, "'" + folder.string() + "': no such folder, or it may not be read");
    std::sort(files.begin(), files.end());
    std::map<std::string, CtSeries> by_uid;
    for (const fs::path& file : files)
        add_file(file, by_uid);
    std::vector<CtSeries> series;
    for (auto& [uid, one] : by_uid) {
        std::stable_sort(one.slices.begin(), one.slices.end(), [](const CtSlice& left, const CtSlice& right) {
            return left.first_pixel_mm[2] < right.first_pixel_mm[2];
        });
        series.push_back(std::move(one));
    }
    if (series.empty())
        return failure(ErrorCode::not_found,
                       "'" + folder.string() + "': holds no CT slices with a place; give the folder of a DICOM CT");
    return series;
}

}  // namespace nodtrack::exchange
