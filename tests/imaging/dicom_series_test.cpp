#include <gtest/gtest.h>

#include <nodtrack/imaging/ct.hpp>
#include <nodtrack/imaging/measure_mask.hpp>

#include "slice_file.hpp"
#include "volume_file.hpp"

namespace nodtrack::imaging {
namespace {

using namespace test;

/// Slice `z` of a volume.
fs::path write_slice(SliceFile slice, const fs::path& file, TestVolume& volume, int z)
{
    slice.size = {volume.size[0], volume.size[1]};
    slice.spacing = {volume.spacing[0], volume.spacing[1]};
    return slice.write(file, [&](int x, int y) { return volume.at(x, y, z); });
}

TestVolume chest()
{
    TestVolume volume({14, 12, 8}, {0.5, 0.75, 2.5});
    volume.origin = {-20, -30, 100};
    return volume.fill([](const Vector3& p) { return static_cast<int>(20 * p[0] + 7 * p[1] - 3 * p[2]) + 1000; });
}

TestVolume nodule()
{
    TestVolume mask = chest();
    for (std::int16_t& value : mask.values)
        value = 0;
    for (int z = 2; z < 6; ++z) {
        for (int y = 4; y < 8; ++y) {
            for (int x = 3; x < 9; ++x)
                mask.at(x, y, z) = 1;
        }
    }
    return mask;
}

/// The slices of a volume, in an order of names that is not their order in space.
void write_series(
    const TemporaryFolder& folder, TestVolume volume,
    const std::function<bool(SliceFile&, int)>& change = [](SliceFile&, int) { return true; })
{
    for (int z = 0; z < volume.size[2]; ++z) {
        SliceFile slice;
        slice.position = volume.position(0, 0, z);
        if (change(slice, z)) write_slice(slice, folder / ("IM" + std::to_string(z * 5 % 8) + ".dcm"), volume, z);
    }
}

Result<MaskMeasurement> measure(const TemporaryFolder& folder, const TestVolume& mask = nodule())
{
    const TemporaryFolder other;
    MaskRequest request;
    request.mask = write_nrrd(other / "mask.nrrd", mask);
    request.image = {folder.path()};
    return measure_mask(request);
}

void expect_refused(const Result<MaskMeasurement>& answer, const std::string& words)
{
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::bad_input);
    EXPECT_NE(answer.error().message.find(words), std::string::npos) << answer.error().message;
}

TEST(DicomSeries, GivesTheValuesOfTheSameImageInOneFile)
{
    const TemporaryFolder folder;
    write_series(folder, chest());
    std::ofstream(folder / "README.txt") << "no image";
    const auto series = measure(folder);
    ASSERT_TRUE(series) << series.error().message;

    const TemporaryFolder other;
    MaskRequest request;
    request.mask = write_nrrd(other / "mask.nrrd", nodule());
    request.image = {write_nrrd(other / "image.nrrd", chest())};
    const auto file = measure_mask(request);
    EXPECT_DOUBLE_EQ(series->density->mean_hu, file->density->mean_hu);
    EXPECT_DOUBLE_EQ(series->density->sd_hu, file->density->sd_hu);
    EXPECT_DOUBLE_EQ(series->shape->slice_spacing_mm, 2.5);
}

TEST(DicomSeries, MayBeGivenAsItsFiles)
{
    const TemporaryFolder folder;
    write_series(folder, chest());
    const TemporaryFolder other;
    MaskRequest request;
    request.mask = write_nrrd(other / "mask.nrrd", nodule());
    for (const auto& entry : fs::directory_iterator(folder.path()))
        request.image.push_back(entry.path());
    EXPECT_TRUE(measure_mask(request));
    request.image.push_back(request.mask);
    expect_refused(measure_mask(request), "is no DICOM file");
}

TEST(DicomSeries, PassesOverReportsAndContours)
{
    const TemporaryFolder folder;
    write_series(folder, chest());
    SliceFile report;
    report.series = "1.2.3.9";
    report.sop_class = "1.2.840.10008.5.1.4.1.1.481.3";
    TestVolume nothing({0, 0, 0}, {1, 1, 1});
    write_slice(report, folder / "contours.dcm", nothing, 0);
    EXPECT_TRUE(measure(folder));
}

TEST(DicomSeries, IsRefusedWhereASliceIsMissing)
{
    const TemporaryFolder folder;
    write_series(folder, chest(), [](SliceFile&, int z) { return z != 3; });
    expect_refused(measure(folder), "slices are missing between");
}

TEST(DicomSeries, IsRefusedWhereSlicesStandUnevenly)
{
    const TemporaryFolder folder;
    write_series(folder, chest(), [](SliceFile& slice, int z) {
        if (z == 3) slice.position[2] += 0.4;
        return true;
    });
    expect_refused(measure(folder), "slices stand unevenly");
}

TEST(DicomSeries, IsRefusedWhereTwoSlicesLieAtOnePlace)
{
    const TemporaryFolder folder;
    write_series(folder, chest(), [](SliceFile& slice, int z) {
        if (z == 3) slice.position[2] -= 2.5;
        return true;
    });
    expect_refused(measure(folder), "two slices lie at the same place");
}

TEST(DicomSeries, IsRefusedWhereTheGantryWasTilted)
{
    const TemporaryFolder folder;
    write_series(folder, chest(), [](SliceFile& slice, int z) {
        slice.position[1] += 0.3 * z;
        return true;
    });
    expect_refused(measure(folder), "tilted gantry");
}

TEST(DicomSeries, IsRefusedWhereAnotherIsInTheFolder)
{
    const TemporaryFolder folder;
    write_series(folder, chest(), [](SliceFile& slice, int z) {
        if (z > 5) slice.series = "1.2.3.2";
        return true;
    });
    const auto answer = measure(folder);
    expect_refused(answer, "holds 2 DICOM series");
    EXPECT_EQ(answer.error().context.size(), 2U);
}

TEST(DicomSeries, IsChosenByTheEndOfItsUid)
{
    const TemporaryFolder folder;
    write_series(folder, chest(), [](SliceFile& slice, int z) {
        if (z > 5) slice.series = "1.2.3.2";
        return true;
    });
    const auto chosen = load_ct({{folder.path()}, ".1", {}});
    ASSERT_TRUE(chosen) << chosen.error().message;
    EXPECT_EQ(chosen->facts().series_uid, "1.2.3.1");
    EXPECT_EQ(chosen->facts().slice_thickness_mm, 2.5);
    EXPECT_EQ(chosen->description(), "14 x 12 x 6 voxels of 0.5 x 0.75 x 2.5 mm");
    EXPECT_FALSE(load_ct({{folder.path()}, ".7", {}})) << "there is none";
    EXPECT_FALSE(load_ct({{folder.path()}, "", {}})) << "never in silence";
}

TEST(DicomSeries, TellsTheFactsOfTheScanFromItsHeader)
{
    struct Contrast {
        std::string sentence, agent, route;
        std::optional<IvContrast> told;
    };
    for (const Contrast& c : std::vector<Contrast>{
             {"no word of it: not known, rather than none", "", "", {}},
             {"an agent", "OMNIPAQUE 350", "", IvContrast::given},
             {"an agent into a vein", "Ultravist", "IV", IvContrast::given},
             {"none, in words", "NONE", "", IvContrast::none},
             {"an agent that was drunk", "Gastrografin", "ORAL", {}},
             {"one drunk and one into a vein", "ORAL & IV", "", IvContrast::given},
         }) {
        SCOPED_TRACE(c.sentence);
        const TemporaryFolder folder;
        write_series(folder, chest(), [&](SliceFile& slice, int) {
            slice.study = "1.2.3";
            slice.study_date = "20261110";
            slice.kernel = "B30f";
            slice.contrast = c.agent;
            slice.contrast_route = c.route;
            slice.ctdi_vol = 3.25;
            return true;
        });
        const auto ct = load_ct({{folder.path()}, "", {}});
        ASSERT_TRUE(ct) << ct.error().message;
        EXPECT_EQ(ct->facts().iv_contrast, c.told);
        EXPECT_EQ(ct->facts().scan_date, "20261110");
        EXPECT_EQ(ct->facts().kernel, "B30f");
        EXPECT_EQ(ct->facts().study_uid, "1.2.3");
        EXPECT_EQ(ct->facts().ctdi_vol_mgy, 3.25);
    }
}

TEST(DicomSeries, IsRefusedWhereASliceIsTurned)
{
    const TemporaryFolder folder;
    write_series(folder, chest(), [](SliceFile& slice, int z) {
        if (z == 0) slice.orientation = "1\\0\\0\\0\\0\\-1";
        return true;
    });
    expect_refused(measure(folder), "such as a scout view");
}

TEST(DicomSeries, IsRefusedWhereItIsNoCt)
{
    const TemporaryFolder folder;
    write_series(folder, chest(), [](SliceFile& slice, int) {
        slice.modality = "PT";
        return true;
    });
    expect_refused(measure(folder), "has modality PT");
}

TEST(DicomSeries, IsRefusedWhereOneFileHasManyFrames)
{
    const TemporaryFolder folder;
    write_series(folder, chest(), [](SliceFile& slice, int) {
        slice.frames = 20;
        return true;
    });
    expect_refused(measure(folder), "20 frames");
}

TEST(DicomSeries, IsRefusedWhereASliceIsCutShort)
{
    for (const std::uintmax_t left : {150U, 400U, 700U}) {
        const TemporaryFolder folder;
        write_series(folder, chest());
        for (const auto& entry : fs::directory_iterator(folder.path()))
            fs::resize_file(entry.path(), left);
        testing::internal::CaptureStderr();
        const auto answer = measure(folder);
        EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
        ASSERT_FALSE(answer) << left;
        EXPECT_EQ(answer.error().code, ErrorCode::bad_input);
        EXPECT_NE(answer.error().message.find(".dcm"), std::string::npos) << answer.error().message;
    }
}

TEST(DicomSeries, IsRefusedWhereTheFolderHoldsNoImage)
{
    const TemporaryFolder folder;
    expect_refused(measure(folder), "holds no DICOM image");
}

}  // namespace
}  // namespace nodtrack::imaging
