#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <nodtrack/imaging/measure_mask.hpp>

#include "volume_file.hpp"

// Headers of NRRD, MetaImage and NIfTI: place and unit are honoured or refused, and no more is measured than the file
// holds.

namespace nodtrack::imaging {
namespace {

using namespace test;

/// A box of 4 x 4 x 4 voxels of label 1 at a place that no flip leaves as it is.
TestVolume box_mask()
{
    TestVolume mask({12, 10, 9}, {0.7, 0.8, 1.25});
    mask.origin = {-84, 21, -172};
    for (int z = 2; z < 6; ++z) {
        for (int y = 1; y < 5; ++y) {
            for (int x = 5; x < 9; ++x)
                mask.at(x, y, z) = 1;
        }
    }
    return mask;
}
const Vector3 box_middle{-84 + 6.5 * 0.7, 21 + 2.5 * 0.8, -172 + 3.5 * 1.25};
constexpr double box_mm3 = 64 * 0.7 * 0.8 * 1.25;

std::string text_of_file(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A file with one text in the place of another.
fs::path with(const fs::path& file, const std::string& from, const std::string& to)
{
    std::string text = text_of_file(file);
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error(from);
    text.replace(at, from.size(), to);
    std::ofstream(file, std::ios::binary) << text;
    return file;
}

template <class Number>
fs::path with_number(const fs::path& file, std::size_t place, Number value)
{
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(static_cast<std::streamoff>(place));
    out.write(reinterpret_cast<const char*>(&value), sizeof value);
    return file;
}

Result<MaskMeasurement> measure(const fs::path& mask, const fs::path& image = {})
{
    MaskRequest request;
    request.mask = mask;
    if (!image.empty()) request.image = {image};
    return measure_mask(request);
}

void expect_box(const Result<MaskMeasurement>& answer)
{
    ASSERT_TRUE(answer) << answer.error().message;
    ASSERT_TRUE(answer->shape);
    EXPECT_NEAR(answer->shape->volume_mm3, box_mm3, 1e-3);
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_NEAR(answer->shape->center_mm[i], box_middle[i], 1e-3);
}

void expect_refused(const Result<MaskMeasurement>& answer, const std::string& words)
{
    ASSERT_FALSE(answer) << words;
    EXPECT_EQ(answer.error().code, ErrorCode::bad_input);
    EXPECT_NE(answer.error().message.find(words), std::string::npos) << answer.error().message;
}

/// The same NRRD with its positions told in another space, each axis turned where it points the other way.
fs::path nrrd_in_space(const fs::path& file, const std::string& space, const Vector3& signs)
{
    TestVolume mask = box_mask();
    for (std::size_t i = 0; i < 3; ++i)
        mask.origin[i] *= signs[i];
    for (Vector3& axis : mask.direction) {
        for (std::size_t i = 0; i < 3; ++i)
            axis[i] *= signs[i];
    }
    return with(write_nrrd(file, mask), "left-posterior-superior", space);
}

TEST(NrrdHeader, IsPlacedByTheSpaceItNames)
{
    const TemporaryFolder folder;
    expect_box(measure(nrrd_in_space(folder / "lps.nrrd", "left-posterior-superior", {1, 1, 1})));
    expect_box(measure(nrrd_in_space(folder / "ras.nrrd", "right-anterior-superior", {-1, -1, 1})));
    expect_box(measure(nrrd_in_space(folder / "las.nrrd", "left-anterior-superior", {1, -1, 1})));
    expect_box(measure(nrrd_in_space(folder / "short.nrrd", "LAS", {1, -1, 1})));
    expect_refused(measure(nrrd_in_space(folder / "xyz.nrrd", "scanner-xyz", {1, 1, 1})), "scanner-xyz");
    expect_refused(measure(with(write_nrrd(folder / "none.nrrd", box_mask()), "space: left-posterior-superior",
                                "space dimension: 3")),
                   "does not say in which space");
    expect_refused(measure(with(write_nrrd(folder / "nowhere.nrrd", box_mask()), "space origin:", "#")),
                   "has no space origin");
}

TEST(NrrdHeader, IsReadInItsUnitsOrRefused)
{
    const TemporaryFolder folder;
    struct Unit {
        std::string name;
        double mm;
    };
    for (const Unit& unit : std::vector<Unit>{{"mm", 1}, {"cm", 10}, {"um", 0.001}, {"m", 1000}}) {
        SCOPED_TRACE(unit.name);
        TestVolume mask = box_mask();
        mask.origin = scaled(mask.origin, 1 / unit.mm);
        mask.spacing = scaled(mask.spacing, 1 / unit.mm);
        const std::string one = " \"" + unit.name + "\"";
        expect_box(measure(
            with(write_nrrd(folder / "a.nrrd", mask), "kinds:", "space units:" + one + one + one + "\nkinds:")));
    }
    expect_refused(measure(with(write_nrrd(folder / "a.nrrd", box_mask()),
                                "kinds:", "space units: \"furlong\" \"furlong\" \"furlong\"\nkinds:")),
                   "furlong");
}

TEST(NrrdHeader, NamesOnlyAFileBesideIt)
{
    const TemporaryFolder folder;
    const std::string whole = text_of_file(write_nrrd(folder / "a.nrrd", box_mask()));
    const auto split = whole.find("\n\n");
    std::ofstream(folder / "a.raw", std::ios::binary) << whole.substr(split + 2);
    const auto header = [&](const std::string& name, const std::string& data) {
        std::ofstream(folder / name) << whole.substr(0, split) << "\ndata file: " << data << "\n";
        return folder / name;
    };
    expect_box(measure(header("a.nhdr", "a.raw")));
    expect_refused(measure(header("b.nhdr", "../a.raw")), "only a file in the same folder is read");
    expect_refused(measure(header("c.nhdr", (folder / "a.raw").string())), "only a file in the same folder is read");
    expect_refused(measure(header("d.nhdr", "LIST\na.raw")), "many files");
    ::mkfifo((folder / "pipe.raw").c_str(), 0600);
    expect_refused(measure(header("e.nhdr", "pipe.raw")), "cannot be read");
}

TEST(NiftiHeader, IsReadInItsUnits)
{
    const TemporaryFolder folder;
    struct Unit {
        char code;
        double mm;
    };
    for (const Unit& unit : std::vector<Unit>{{0, 1}, {2, 1}, {1, 1000}, {3, 0.001}, {10, 1}}) {
        SCOPED_TRACE(static_cast<int>(unit.code));
        TestVolume mask = box_mask();
        mask.origin = scaled(mask.origin, 1 / unit.mm);
        mask.spacing = scaled(mask.spacing, 1 / unit.mm);
        expect_box(measure(with_number(write_nifti(folder / "a.nii", mask), 123, unit.code)));
    }
    expect_refused(measure(with_number(write_nifti(folder / "a.nii", box_mask()), 123, char{5})), "unit of code 5");
}

TEST(NiftiHeader, IsPlacedByWhatItSaysAndNotByWhatItDoesNot)
{
    const TemporaryFolder folder;
    const fs::path both = write_nifti(folder / "both.nii", box_mask());
    with_number(both, 252, std::int16_t{1});  // qform as well: no turn is left, back, up by its quaternion
    with_number(both, 256, 0.0F);             // b
    with_number(both, 260, 0.0F);             // c
    with_number(both, 264, 1.0F);             // d: half a turn round the axis of the body
    with_number(both, 268, 84.0F);
    with_number(both, 272, -21.0F);
    with_number(both, 276, -172.0F);
    expect_box(measure(both));
    expect_refused(measure(with_number(both, 268, 85.0F)), "its qform and its sform put the same voxel 1 mm apart");
    with_number(both, 254, std::int16_t{0});
    with_number(both, 268, 84.0F);
    expect_box(measure(both));
    expect_refused(measure(with_number(both, 252, std::int16_t{0})), "does not say where it lies");
}

TEST(NiftiHeader, ThatContradictsItselfIsRefused)
{
    const TemporaryFolder folder;
    expect_refused(measure(with_number(write_nifti(folder / "a.nii", box_mask()), 72, std::int16_t{1})), "bitpix is 1");
    expect_refused(measure(with_number(write_nifti(folder / "a.nii", box_mask()), 70, std::int16_t{16})),
                   "bitpix is 16");
    expect_refused(measure(with_number(write_nifti(folder / "a.nii", box_mask()), 108, 400.0F)), "is cut short");
    expect_refused(measure(with_number(write_nifti(folder / "a.nii", box_mask()), 345, 'i')), "one piece");
}

fs::path meta(const fs::path& file, const std::string& from, const std::string& to)
{
    return with(write_mha(file, box_mask()), from, to);
}

TEST(MetaImageHeader, IsReadOnlyWhereTheFileHoldsWhatItPromises)
{
    const TemporaryFolder folder;
    expect_box(measure(write_mha(folder / "a.mha", box_mask())));
    struct Fault {
        std::string from, to, words;
    };
    for (const Fault& fault : std::vector<Fault>{
             {"NDims = 3", "NDims = -1", "-1 dimensions"},
             {"NDims = 3", "NDims = 99999999999", "dimensions"},
             {"ElementDataFile", "HeaderSize = 60000\nElementDataFile", "HeaderSize"},
             {"ElementDataFile", "HeaderSize = -7\nElementDataFile", "HeaderSize"},
             {"BinaryData = True", "BinaryData = False", "as text"},
             {"DimSize = 12 10 9", "DimSize = 12 x10 9", "impossible size"},
             {"DimSize = 12 10 9", "DimSize = 12 10", "impossible size"},
             {"DimSize = 12 10 9", "DimSize = 12 10 9\nDimSize = 12 10 2", "DimSize twice"},
             {"ElementType = MET_SHORT", "ElementType = MET_DOUBLE\nElementType = MET_SHORT", "ElementType twice"},
             {"ElementDataFile", "ElementNumberOfChannels = 0\nElementDataFile", "numbers a voxel"},
             {"ElementDataFile = LOCAL", "ElementDataFile = ../a.raw", "only a file in the same folder"},
             {"ElementDataFile = LOCAL", "ElementDataFile = /etc/hostname", "only a file in the same folder"},
             {"ElementType = MET_SHORT", "ElementType = MET_FLOAT", "cut short"},
             {"Offset = ", "Offset = 0 0 0 ", "where 3 numbers are expected"},
             {"ElementSpacing", "ElementSpacings", "does not say its ElementSpacing"},
             {"Offset", "Offsets", "does not say its Offset"},
             {"TransformMatrix", "TransformMatrixes", "does not say its TransformMatrix"},
             {"ElementDataFile", "ElementToIntensityFunctionSlope = 2\nElementDataFile", "ElementToIntensityFunction"},
         }) {
        SCOPED_TRACE(fault.to);
        testing::internal::CaptureStderr();
        testing::internal::CaptureStdout();
        const auto answer = measure(meta(folder / "b.mha", fault.from, fault.to));
        EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
        EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
        expect_refused(answer, fault.words);
    }
}

TEST(VolumeHeader, ThatPromisesMoreThanItsFileCanHoldTakesNoMemory)
{
    const TemporaryFolder folder;
    const auto peak = [] {
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        return usage.ru_maxrss;
    };
    const long before = peak();
    expect_refused(
        measure(with(with(write_nrrd(folder / "a.nrrd", box_mask()), "sizes: 12 10 9", "sizes: 1290 1290 1290"),
                     "encoding: raw", "encoding: gzip")),
        "more than compression can save");
    expect_refused(measure(meta(folder / "a.mha", "DimSize = 12 10 9", "DimSize = 1290 1290 1290")), "cut short");
    TestVolume mask = box_mask();
    const fs::path nifti = write_nifti(folder / "a.nii", mask);
    for (const std::size_t place : {42U, 44U, 46U})
        with_number(nifti, place, std::int16_t{1290});
    expect_refused(measure(nifti), "cut short");
    EXPECT_LT(peak() - before, 60'000);
}

TEST(VolumeHeader, OfWhatIsNoFileIsNotWaitedFor)
{
    const TemporaryFolder folder;
    ::mkfifo((folder / "a.nrrd").c_str(), 0600);
    expect_refused(measure(folder / "a.nrrd"), "is no regular file");
}

// Masks.

/// A NRRD of 32-bit numbers on the grid of the box.
fs::path write_shares(const fs::path& file, const std::function<float(int x, int y, int z)>& share)
{
    const TestVolume mask = box_mask();
    std::string text = text_of_file(write_nrrd(file, mask));
    text.resize(text.find("\n\n") + 2);
    text.replace(text.find("type: short"), 11, "type: float");
    for (int z = 0; z < 9; ++z) {
        for (int y = 0; y < 10; ++y) {
            for (int x = 0; x < 12; ++x) {
                const float value = share(x, y, z);
                text.append(reinterpret_cast<const char*>(&value), sizeof value);
            }
        }
    }
    std::ofstream(file, std::ios::binary) << text;
    return file;
}

bool in_box(int x, int y, int z)
{
    return x >= 5 && x < 9 && y >= 1 && y < 5 && z >= 2 && z < 6;
}

TEST(SoftMask, IsCountedByItsSharesAndSaysSo)
{
    const TemporaryFolder folder;
    // Half a voxel of the box hangs over on one side: a quarter there, three quarters inside it.
    const auto answer = measure(write_shares(folder / "a.nrrd", [](int x, int y, int z) {
        if (in_box(x, y, z)) return x == 5 ? 0.75F : 1.0F;
        return x == 9 && in_box(8, y, z) ? 0.25F : 0.0F;
    }));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_NEAR(answer->shape->volume_mm3, box_mm3, 1e-3);
    ASSERT_FALSE(answer->flags.empty());
    EXPECT_NE(answer->flags.back().find("soft_mask: 32 voxels hold a share"), std::string::npos)
        << answer->flags.back();
}

TEST(SoftMask, OfOneShareThroughoutIsMeasured)
{
    const TemporaryFolder folder;
    const auto answer =
        measure(write_shares(folder / "a.nrrd", [](int x, int y, int z) { return in_box(x, y, z) ? 0.8F : 0.0F; }));
    ASSERT_TRUE(answer) << answer.error().message;
    ASSERT_TRUE(answer->shape) << answer->flags.front();
    EXPECT_NEAR(answer->shape->volume_mm3, 0.8 * box_mm3, 1e-3);
}

TEST(SoftMask, BetweenSeveralLabelsIsRefused)
{
    const TemporaryFolder folder;
    expect_refused(
        measure(write_shares(folder / "a.nrrd",
                             [](int x, int y, int z) { return in_box(x, y, z) ? (x == 6 ? 1.4F : 2.0F) : 0.0F; })),
        "between its labels, such as 1.4");
}

TEST(SoftMask, InWholeNumbersIsSaid)
{
    TestVolume mask = box_mask();
    int next = 0;
    for (int z = 1; z < 7; ++z) {
        for (int y = 0; y < 6; ++y) {
            for (int x = 4; x < 10; ++x)
                mask.at(x, y, z) = static_cast<std::int16_t>(in_box(x, y, z) ? 255 : 1 + next++ % 254);
        }
    }
    const TemporaryFolder folder;
    MaskRequest request;
    request.mask = write_nrrd(folder / "a.nrrd", mask);
    request.label = 255;
    const auto answer = measure_mask(request);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_NE(answer->flags.back().find("soft_mask: label 255 borders on"), std::string::npos);
}

TestVolume around_box()
{
    TestVolume image({40, 30, 20}, {0.7, 0.8, 1.25});
    image.origin = {-84 - 10 * 0.7, 21 - 8 * 0.8, -172 - 6 * 1.25};
    return image.fill([](const Vector3& p) { return static_cast<int>(std::lround(10 * p[0] + p[1] - 2 * p[2])); });
}

TEST(CroppedMask, IsTakenAtItsPlaceOnTheImage)
{
    const TemporaryFolder folder;
    const fs::path image = write_nrrd(folder / "image.nrrd", around_box());
    TestVolume whole = around_box();
    for (std::int16_t& value : whole.values)
        value = 0;
    for (int z = 2; z < 6; ++z) {
        for (int y = 1; y < 5; ++y) {
            for (int x = 5; x < 9; ++x)
                whole.at(x + 10, y + 8, z + 6) = 1;
        }
    }
    const auto expected = measure(write_nrrd(folder / "whole.nrrd", whole), image);
    expect_box(expected);
    TestVolume flipped({12, 10, 9}, {0.7, 0.8, 1.25});
    flipped.direction = {{{-1, 0, 0}, {0, 1, 0}, {0, 0, -1}}};
    flipped.origin = {-84 + 11 * 0.7, 21, -172 + 8 * 1.25};
    for (int z = 2; z < 6; ++z) {
        for (int y = 1; y < 5; ++y) {
            for (int x = 5; x < 9; ++x)
                flipped.at(11 - x, y, 8 - z) = 1;
        }
    }
    for (const auto& mask : {box_mask(), flipped}) {
        const auto answer = measure(write_nrrd(folder / "mask.nrrd", mask), image);
        expect_box(answer);
        ASSERT_TRUE(answer);
        EXPECT_DOUBLE_EQ(answer->density->mean_hu, expected->density->mean_hu);
        EXPECT_EQ(answer->flags, expected->flags) << "the border of the crop is not that of the image";
    }
    TestVolume beside = box_mask();
    beside.origin[0] += 0.35;
    expect_refused(measure(write_nrrd(folder / "mask.nrrd", beside), image), "0.35 mm beside the image's");
    beside.origin[0] = -84 + 30 * 0.7;
    expect_refused(measure(write_nrrd(folder / "mask.nrrd", beside), image), "reaches beyond the image");
}

/// Slicer's .seg.nrrd of two layers: the box in each, in the second but its lower half.
fs::path write_layers(const fs::path& file, const std::string& segments)
{
    const TestVolume mask = box_mask();
    std::string text = text_of_file(write_nrrd(file, mask));
    text.resize(text.find("\n\n") + 1);
    const auto put = [&](const std::string& from, const std::string& to) {
        text.replace(text.find(from), from.size(), to);
    };
    put("dimension: 3", "dimension: 4");
    put("type: short", "type: uchar");
    put("sizes: 12", "sizes: 2 12");
    put("space directions:", "space directions: none");
    put("kinds:", "kinds: list");
    text += segments + "\n";
    for (int z = 0; z < 9; ++z) {
        for (int y = 0; y < 10; ++y) {
            for (int x = 0; x < 12; ++x) {
                text += static_cast<char>(in_box(x, y, z) ? 1 : 0);
                text += static_cast<char>(in_box(x, y, z) && z < 4 ? 1 : 0);
            }
        }
    }
    std::ofstream(file, std::ios::binary) << text;
    return file;
}

TEST(LayeredMask, IsMeasuredBySegment)
{
    const TemporaryFolder folder;
    const std::string two =
        "Segment0_ID:=S_1\nSegment0_Name:=N1\nSegment0_Layer:=0\nSegment0_LabelValue:=1\n"
        "Segment1_ID:=S_2\nSegment1_Name:=N2\nSegment1_Layer:=1\nSegment1_LabelValue:=1\n";
    MaskRequest request;
    request.mask = write_layers(folder / "a.seg.nrrd", two);
    expect_refused(measure_mask(request), "2 segments of label 1");
    request.segment = "N1";
    expect_box(measure_mask(request));
    request.segment = "S_2";
    const auto half = measure_mask(request);
    ASSERT_TRUE(half) << half.error().message;
    EXPECT_NEAR(half->shape->volume_mm3, box_mm3 / 2, 1e-3);
    request.segment = "N3";
    expect_refused(measure_mask(request), "no segment called 'N3'; it has 'N1' (label 1), 'N2' (label 1)");
    request.mask = write_layers(folder / "b.seg.nrrd", "");
    request.segment.clear();
    expect_refused(measure_mask(request), "2 numbers a voxel");
}

}  // namespace
}  // namespace nodtrack::imaging
