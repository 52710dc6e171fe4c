#include <gtest/gtest.h>

#include <iterator>

#include "dicom/dicom_mask.hpp"
#include "nodtrack/exchange/segmentation.hpp"
#include "slice_file.hpp"
#include "volume_file.hpp"

// What was measured goes out as a DICOM segmentation and comes back voxel for voxel.

namespace nodtrack::imaging {
namespace {

using namespace test;

constexpr int slices = 6;

/// A CT of the tests, each slice in a file of its own; `step` says where the next one lies.
std::vector<fs::path> ct_files(const TemporaryFolder& folder, const std::string& orientation,
                               const std::array<double, 3>& step)
{
    std::vector<fs::path> files;
    for (int z = 0; z < slices; ++z) {
        SliceFile slice;
        slice.size = {23, 15};
        slice.spacing = {0.7, 0.8};
        slice.orientation = orientation;
        slice.position = {-10 + step[0] * z, -20 + step[1] * z, 5 + step[2] * z};
        slice.patient_code = "P1";
        slice.study_date = "20261110";
        files.push_back(slice.write(folder / ("IM" + std::to_string(z) + ".dcm"), [](int, int) { return 40; }));
    }
    return files;
}

bool is_inside(std::int64_t x, std::int64_t y, std::int64_t z)
{
    return z != 2 && x >= z && x < 5 && y <= z + 1;  // nothing on the third slice
}

exchange::SegmentToWrite body(const std::string& nodule, std::int64_t column)
{
    exchange::SegmentToWrite segment{nodule, "2.25.10" + nodule.substr(1), {column, 3, 1}, {6, 7, 4}, {}};
    for (std::int64_t z = 0; z < 4; ++z) {
        for (std::int64_t y = 0; y < 7; ++y) {
            for (std::int64_t x = 0; x < 6; ++x)
                segment.inside.push_back(static_cast<std::uint8_t>(is_inside(x, y, z)));
        }
    }
    return segment;
}

std::string bytes_of(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void expect_back(const fs::path& file, const std::vector<fs::path>& ct, const exchange::SegmentToWrite& segment)
{
    const auto image = open_image(ct, {}, {});
    ASSERT_TRUE(image) << image.error().message;
    MaskChoice choice;
    for (const std::string& name : {segment.nodule_id, segment.tracking_uid}) {
        choice.segment = name;
        const auto mask = read_dicom_mask(file, choice, &*image);
        ASSERT_TRUE(mask) << mask.error().message;
        const auto map = same_voxels(mask->grid, "mask", image->grid, "image");
        ASSERT_TRUE(map) << map.error().message;
        std::set<Index3> found;
        for_each_voxel(*mask, [&](const Index3& local) {
            found.insert(map->index({mask->region.first[0] + local[0], mask->region.first[1] + local[1],
                                     mask->region.first[2] + local[2]}));
        });
        std::set<Index3> expected;
        for (std::int64_t z = 0; z < segment.size[2]; ++z) {
            for (std::int64_t y = 0; y < segment.size[1]; ++y) {
                for (std::int64_t x = 0; x < segment.size[0]; ++x) {
                    if (is_inside(x, y, z))
                        expected.insert({segment.first[0] + x, segment.first[1] + y, segment.first[2] + z});
                }
            }
        }
        EXPECT_EQ(found, expected) << name;
    }
}

TEST(WrittenSegmentation, ComesBackVoxelForVoxelHoweverTheCtLies)
{
    const double tilt = std::sqrt(0.5);
    for (const auto& [orientation, step] :
         {std::pair<std::string, std::array<double, 3>>{"1\\0\\0\\0\\1\\0", {0, 0, 2.5}},
          {"1\\0\\0\\0\\0\\-1", {0, 2.5, 0}},
          {"1\\0\\0\\0\\0.70710678\\0.70710678", {0, -2.5 * tilt, 2.5 * tilt}}}) {
        const TemporaryFolder folder;
        const auto ct = ct_files(folder, orientation, step);
        const exchange::SegmentationToWrite segmentation{ct, {body("N1", 2), body("N2", 15)}, "1.0.0"};
        const auto written = exchange::write_segmentation(segmentation, folder / "seg.dcm");
        ASSERT_TRUE(written) << written.error().message;
        for (const auto& segment : segmentation.segments)
            expect_back(folder / "seg.dcm", ct, segment);
    }
}

TEST(WrittenSegmentation, OfTheSameVoxelsHasTheSameBytesAndOfOthersAnotherUid)
{
    const TemporaryFolder folder;
    const auto ct = ct_files(folder, "1\\0\\0\\0\\1\\0", {0, 0, 2.5});
    exchange::SegmentationToWrite segmentation{ct, {body("N1", 2)}, "1.0.0"};
    ASSERT_TRUE(exchange::write_segmentation(segmentation, folder / "a.dcm"));
    ASSERT_TRUE(exchange::write_segmentation(segmentation, folder / "b.dcm"));
    EXPECT_EQ(bytes_of(folder / "a.dcm"), bytes_of(folder / "b.dcm"));
    segmentation.segments[0].inside[0] ^= 1U;
    ASSERT_TRUE(exchange::write_segmentation(segmentation, folder / "c.dcm"));
    const auto uid = [&](const char* name) { return read_object(folder / name, {0x00080018U})->top.text(0x00080018U); };
    EXPECT_EQ(uid("a.dcm"), uid("b.dcm"));
    EXPECT_NE(uid("a.dcm"), uid("c.dcm"));
}

TEST(WrittenSegmentation, HasUmlautsInUtf8)
{
    const TemporaryFolder folder;
    const auto ct = ct_files(folder, "1\\0\\0\\0\\1\\0", {0, 0, 2.5});
    auto segment = body("N1", 2);
    segment.nodule_id = "Knö";
    const auto written = exchange::write_segmentation({ct, {segment}, "1.0.0"}, folder / "seg.dcm");
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_NE(bytes_of(folder / "seg.dcm").find("ISO_IR 192"), std::string::npos);
    expect_back(folder / "seg.dcm", ct, segment);
}

TEST(WrittenSegmentation, ThatCannotBeWrittenLeavesNothing)
{
    const TemporaryFolder folder;
    const auto ct = ct_files(folder, "1\\0\\0\\0\\1\\0", {0, 0, 2.5});
    const auto expect_refused = [&](const exchange::SegmentationToWrite& segmentation, const std::string& words) {
        const auto written = exchange::write_segmentation(segmentation, folder / "seg.dcm");
        ASSERT_FALSE(written) << words;
        EXPECT_EQ(written.error().code, ErrorCode::bad_input);
        EXPECT_NE(written.error().message.find(words), std::string::npos) << written.error().message;
        EXPECT_FALSE(fs::exists(folder / "seg.dcm")) << words;
    };
    auto empty = body("N1", 2);
    std::fill(empty.inside.begin(), empty.inside.end(), std::uint8_t{0});
    expect_refused({ct, {empty}, "1.0.0"}, "nodule N1 has no voxels");
    auto without_a_slice = ct;
    without_a_slice[2] = folder / "gone.dcm";
    expect_refused({without_a_slice, {body("N1", 2)}, "1.0.0"}, "CT slice");
    expect_refused({{ct[0]}, {body("N1", 2)}, "1.0.0"}, "fewer than two slices");
}

}  // namespace
}  // namespace nodtrack::imaging
