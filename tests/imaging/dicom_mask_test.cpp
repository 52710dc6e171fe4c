#include <gtest/gtest.h>
#include <openjpeg.h>
#include <zlib.h>

#include <nodtrack/imaging/measure_mask.hpp>

#include "dicom/dicom_mask.hpp"
#include "mask_object.hpp"
#include "slice_file.hpp"
#include "volume_file.hpp"

// Outlines from other programs: every voxel of a segmentation where its file says, contours filled by the centres of
// the voxels; another patient's, another image's and half an outline refused.

namespace nodtrack::imaging {
namespace {

using namespace test;

constexpr double slice_mm = 2.5;
constexpr double voxel_mm3 = 0.7 * 0.7 * slice_mm;

/// The CT of the tests: 24 x 16 x 6 voxels of 0.7 x 0.7 x 2.5 mm from (-10, -20, 0).
fs::path write_ct(const TemporaryFolder& folder, double distance_mm = slice_mm)
{
    const fs::path ct = folder / "ct";
    fs::create_directory(ct);
    for (int z = 0; z < 6; ++z) {
        SliceFile slice;
        slice.size = {24, 16};
        slice.spacing = {0.7, 0.7};
        slice.position = {-10, -20, distance_mm * z};
        slice.thickness = "2.5";
        slice.patient_code = "P1";
        slice.write(ct / ("IM" + std::to_string(z) + ".dcm"), [](int, int) { return 40; });
    }
    return ct;
}

fs::path write(const TemporaryFolder& folder, const std::string& bytes)
{
    std::ofstream(folder / "mask.dcm", std::ios::binary) << bytes;
    return folder / "mask.dcm";
}

/// A body without a symmetry that would hide a wrong order: inside by column, row and slice.
bool is_inside(int x, int y, int z)
{
    return z >= 1 && z <= 3 && x >= 3 + z && x <= 9 && y >= 4 && y <= 6 + z;
}

std::size_t voxels_inside()
{
    std::size_t count = 0;
    for (int z = 0; z < 6; ++z) {
        for (int y = 0; y < 16; ++y) {
            for (int x = 0; x < 24; ++x)
                count += is_inside(x, y, z) ? std::size_t{1} : std::size_t{0};
        }
    }
    return count;
}

/// The body as three frames, its number inside `value`.
SegmentationFile body(int value = 1)
{
    SegmentationFile file;
    for (const int z : {3, 1, 2})
        file.frames.push_back(
            {1, {-10, -20, slice_mm * z}, [z, value](int x, int y) { return is_inside(x, y, z) ? value : 0; }});
    return file;
}

Result<MaskMeasurement> measured(const fs::path& mask, const fs::path& image = {},
                                 const std::function<void(MaskRequest&)>& change = {})
{
    MaskRequest request;
    if (!image.empty()) request.image = {image};
    request.mask = mask;
    if (change) change(request);
    return measure_mask(request);
}

void expect_body(const Result<MaskMeasurement>& answer, const std::string& what)
{
    ASSERT_TRUE(answer) << what << ": " << answer.error().message;
    ASSERT_EQ(answer->status, MeasurementStatus::measured) << what;
    EXPECT_NEAR(answer->shape->voxel_volume_mm3 / voxel_mm3, static_cast<double>(voxels_inside()), 1e-6) << what;
    // Of columns 4 to 9, rows 4 to 9, slices 1 to 3, where the body has its voxels.
    EXPECT_LT(answer->shape->center_mm[0], -10 + 0.7 * 9) << what;
    EXPECT_GT(answer->shape->center_mm[1], -20 + 0.7 * 4) << what;
    EXPECT_GT(answer->shape->center_mm[2], slice_mm * 1) << what;
}

void expect_refused(const Result<MaskMeasurement>& answer, const std::string& words)
{
    ASSERT_FALSE(answer) << words;
    EXPECT_EQ(answer.error().code, ErrorCode::bad_input);
    EXPECT_NE(answer.error().message.find(words), std::string::npos) << answer.error().message;
}

/// RLE with literal runs and repeated bytes (PS3.5 annex G), a segment a byte of the pixel, the high one first.
std::string rle(const std::string& plain, std::size_t width)
{
    std::string head = word_of(static_cast<int>(width)) + word_of(0);
    std::string segments;
    for (std::size_t part = 0; part < width; ++part) {
        head += word_of(static_cast<int>(64 + segments.size())) + word_of(0);
        std::string plane;
        for (std::size_t i = width - 1 - part; i < plain.size(); i += width)
            plane += plain[i];
        for (std::size_t i = 0; i < plane.size();) {
            std::size_t run = 1;
            while (i + run < plane.size() && run < 128 && plane[i + run] == plane[i])
                ++run;
            if (run > 1)
                segments += std::string{static_cast<char>(257 - run), plane[i]};
            else
                segments += std::string{'\0', plane[i]};
            i += run;
        }
        if (segments.size() % 2 != 0) segments += static_cast<char>(128);
    }
    head.resize(64, '\0');
    return head + segments;
}

std::string deflated(const std::string& plain)
{
    z_stream state{};
    deflateInit2(&state, Z_BEST_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string packed(plain.size() + 128, '\0');
    std::string in = plain;
    state.next_in = reinterpret_cast<Bytef*>(in.data());
    state.avail_in = static_cast<uInt>(in.size());
    state.next_out = reinterpret_cast<Bytef*>(packed.data());
    state.avail_out = static_cast<uInt>(packed.size());
    deflate(&state, Z_FINISH);
    packed.resize(state.total_out);
    deflateEnd(&state);
    return packed;
}

/// A frame of one bit a pixel by JPEG 2000, reversible.
std::string jpeg_2000(const std::string& bits, int columns, int rows)
{
    opj_image_cmptparm_t component{};
    component.dx = component.dy = 1;
    component.w = static_cast<OPJ_UINT32>(columns);
    component.h = static_cast<OPJ_UINT32>(rows);
    component.prec = 1;
    opj_image_t* const image = opj_image_create(1, &component, OPJ_CLRSPC_GRAY);
    image->x1 = component.w;
    image->y1 = component.h;
    for (int i = 0; i < columns * rows; ++i)
        image->comps[0].data[i] = bits[static_cast<std::size_t>(i / 8)] >> i % 8 & 1;
    opj_cparameters_t parameters{};
    opj_set_default_encoder_parameters(&parameters);
    parameters.numresolution = 2;
    parameters.tcp_numlayers = 1;
    parameters.cp_disto_alloc = 1;
    opj_codec_t* const codec = opj_create_compress(OPJ_CODEC_J2K);
    opj_setup_encoder(codec, &parameters, image);
    std::string file = (fs::temp_directory_path() / ("nodtrack_j2k_" + std::to_string(::getpid()))).string();
    opj_stream_t* const stream = opj_stream_create_default_file_stream(file.c_str(), OPJ_FALSE);
    EXPECT_TRUE(opj_start_compress(codec, image, stream) && opj_encode(codec, stream) &&
                opj_end_compress(codec, stream));
    opj_stream_destroy(stream);
    opj_destroy_codec(codec);
    opj_image_destroy(image);
    std::ifstream in(file, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), {});
    fs::remove(file);
    return bytes;
}

TEST(Segmentation, HasItsVoxelsWhereItsFramesSayWhateverTheirOrder)
{
    const TemporaryFolder folder;
    const fs::path ct = write_ct(folder);
    expect_body(measured(write(folder, body().bytes())), "alone");
    const auto on_ct = measured(write(folder, body().bytes()), ct);
    expect_body(on_ct, "on the CT");
    EXPECT_NEAR(on_ct->density->mean_hu, 40, 1e-9);
}

TEST(Segmentation, OfOneBitRunsOnWithinAByteFromFrameToFrame)
{
    const TemporaryFolder folder;
    SegmentationFile file = body();
    file.size = {23, 15};  // 345 bits a frame
    expect_body(measured(write(folder, file.bytes())), "345 bits");
}

TEST(Segmentation, IsTheSameHoweverItsPixelsArePacked)
{
    const TemporaryFolder folder;
    SegmentationFile file = body();
    file.syntax = "1.2.840.10008.1.2.5";
    file.compress = [](const std::string& frame) { return rle(frame, 1); };
    expect_body(measured(write(folder, file.bytes())), "RLE of bits");
    file.syntax = "1.2.840.10008.1.2.8.1";
    file.compress = deflated;
    expect_body(measured(write(folder, file.bytes())), "deflated frames");
    file.syntax = "1.2.840.10008.1.2.4.90";
    file.compress = [](const std::string& frame) { return jpeg_2000(frame, 24, 16); };
    expect_body(measured(write(folder, file.bytes())), "JPEG 2000");

    file = body();
    file.big_endian = true;
    file.syntax = "1.2.840.10008.1.2.2";
    expect_body(measured(write(folder, file.bytes())), "big endian");
    file = body();
    expect_body(
        measured(write(folder, dicom_file(file.sop_class(), "1.2.840.10008.1.2.1.99", deflated(file.data_set())))),
        "deflated data set");

    for (const int bits : {8, 16}) {
        file = body(bits == 8 ? 7 : 700);
        file.type = "LABELMAP";
        file.bits = bits;
        file.segments = {{bits == 8 ? 7 : 700, "N1", ""}};
        expect_body(measured(write(folder, file.bytes())), "label map of " + std::to_string(bits) + " bits");
        file.syntax = "1.2.840.10008.1.2.5";
        file.compress = [&](const std::string& frame) { return rle(frame, bits == 8 ? 1 : 2); };
        expect_body(measured(write(folder, file.bytes())), "label map by RLE, " + std::to_string(bits) + " bits");
    }
}

TEST(Segmentation, CompressedByAnythingElseIsRefusedByName)
{
    const TemporaryFolder folder;
    SegmentationFile file = body();
    file.syntax = "1.2.840.10008.1.2.4.70";
    file.compress = [](const std::string& frame) { return frame; };
    expect_refused(measured(write(folder, file.bytes())), "1.2.840.10008.1.2.4.70");
}

TEST(Segmentation, OfFractionsCountsOneHalfAndMore)
{
    const TemporaryFolder folder;
    for (const auto& [value, is_counted] : {std::pair{49, false}, {50, true}, {51, true}}) {
        SegmentationFile file = body(value);
        file.type = "FRACTIONAL";
        file.bits = 8;
        file.highest = 100;
        const auto answer = measured(write(folder, file.bytes()));
        ASSERT_TRUE(answer) << answer.error().message;
        EXPECT_EQ(answer->status == MeasurementStatus::measured, is_counted) << value;
        if (is_counted) expect_body(answer, std::to_string(value));
    }
}

TEST(Segmentation, OfOccupancyCountsTheVolumeByTheSharesAndSaysSo)
{
    const TemporaryFolder folder;
    SegmentationFile file = body(60);
    file.type = "FRACTIONAL";
    file.bits = 8;
    file.highest = 100;
    file.fractional_type = "OCCUPANCY";
    const auto answer = measured(write(folder, file.bytes()));
    expect_body(answer, "occupancy");
    EXPECT_NEAR(answer->shape->volume_mm3, 0.6 * voxel_mm3 * static_cast<double>(voxels_inside()), 1e-6);
    ASSERT_FALSE(answer->flags.empty());
    EXPECT_NE(answer->flags.back().find("soft_mask"), std::string::npos);
}

TEST(Segmentation, IsChosenByNumberLabelOrTrackingUidAndNeverInSilence)
{
    const TemporaryFolder folder;
    SegmentationFile file = body();
    file.segments = {{1, "N1", "2.25.11"}, {2, "Aorta", "2.25.12"}, {3, "Aorta", "2.25.13"}};
    file.frames.push_back({2, {-10, -20, 0}, [](int, int) { return 1; }});
    const fs::path mask = write(folder, file.bytes());
    const auto segment = [](const std::string& name) {
        return [name](MaskRequest& request) { request.segment = name; };
    };
    for (const char* const name : {"1", "N1", "2.25.11"})
        expect_body(measured(mask, {}, segment(name)), name);
    expect_body(measured(mask, {}, [](MaskRequest& request) { request.label = 1; }), "label 1");
    expect_refused(measured(mask), "has 3 segments; choose one by --segment: 1 'N1', 2 'Aorta', 3 'Aorta'");
    expect_refused(measured(mask, {}, segment("Aorta")), "has several segments called 'Aorta'");
    expect_refused(measured(mask, {}, segment("N7")), "has no segment 'N7'");
    expect_refused(measured(mask, {}, [](MaskRequest& request) { request.roi = "N1"; }), "no regions of interest");
    const auto empty = measured(mask, {}, segment("3"));
    ASSERT_TRUE(empty) << empty.error().message;
    EXPECT_EQ(empty->status, MeasurementStatus::refused);
}

TEST(Segmentation, WithAFrameOfNoSegmentIsRefused)
{
    // Passed over, the frame would be missing from a nodule without a word.
    const TemporaryFolder folder;
    SegmentationFile file = body();
    file.frames[1].segment = 77;
    expect_refused(measured(write(folder, file.bytes())), "frame 2 is of segment 77, which is not described");
}

TEST(Segmentation, WithoutTheFramesOfEmptySlicesKeepsTheDistanceOfTheSlices)
{
    const TemporaryFolder folder;
    const fs::path ct = write_ct(folder);
    for (const char* const declared : {"2.5", ""}) {
        SegmentationFile file;
        file.between_slices = declared;
        for (const int z : {0, 4})
            file.frames.push_back({1, {-10, -20, slice_mm * z}, [](int x, int y) { return x < 5 && y < 5 ? 1 : 0; }});
        const auto answer = measured(write(folder, file.bytes()), ct);
        ASSERT_TRUE(answer) << answer.error().message;
        EXPECT_NEAR(answer->shape->voxel_volume_mm3 / voxel_mm3, 50, 1e-6) << declared;
    }
}

TEST(Segmentation, OfThickerSlicesDoesNotFitThinnerOnesByChance)
{
    const TemporaryFolder folder;
    const fs::path ct = write_ct(folder, 1.25);
    SegmentationFile file = body();
    file.between_slices = "";
    file.frames.pop_back();
    file.frames.pop_back();
    file.frames.push_back({1, {-10, -20, 0}, [](int x, int) { return x < 4 ? 1 : 0; }});
    file.frames.push_back({1, {-10, -20, 5}, [](int x, int) { return x < 4 ? 1 : 0; }});
    expect_refused(measured(write(folder, file.bytes()), ct), "spacing");
}

TEST(Segmentation, OfAnotherPatientOrGridIsRefused)
{
    const TemporaryFolder folder;
    const fs::path ct = write_ct(folder);
    const auto refused = [&](const std::string& words, const std::function<void(SegmentationFile&)>& change) {
        SegmentationFile file = body();
        change(file);
        expect_refused(measured(write(folder, file.bytes()), ct), words);
    };
    refused("another patient", [](auto& file) { file.patient = "P2"; });
    refused("position of the first voxel", [](auto& file) {
        for (auto& frame : file.frames)
            frame.position[0] += 0.35;
    });
    refused("spacing", [](auto& file) { file.spacing = {0.8, 0.8}; });
    refused("reaches beyond the image", [](auto& file) {
        for (auto& frame : file.frames)
            frame.position[2] += 10;
    });
}

TEST(Segmentation, ThatDoesNotSayWhereItLiesIsRefusedByWhatIsMissing)
{
    const TemporaryFolder folder;
    const auto refused = [&](const std::string& words, const std::function<void(SegmentationFile&)>& change) {
        SegmentationFile file = body();
        change(file);
        expect_refused(measured(write(folder, file.bytes())), words);
    };
    refused("Image Orientation (0020,0037)", [](auto& file) { file.orientation = ""; });
    refused("Number of Frames (0028,0008) is 2147483647", [](auto& file) { file.promised_frames = 2147483647; });
    refused("Segmentation Type", [](auto& file) { file.type = "OTHER"; });
    refused("Bits Allocated", [](auto& file) { file.bits = 8; });
    refused("two frames of segment 1 at the same place", [](auto& file) { file.frames[1].position[2] = slice_mm * 3; });
    refused("lies beside the others", [](auto& file) { file.frames[1].position[1] += 0.5; });
    refused("no Slice Thickness", [](auto& file) {
        file.thickness = file.between_slices = "";
        file.frames.resize(1);
    });
    refused("a whole number of slices apart", [](auto& file) {
        file.between_slices = "";
        file.frames[0].position[2] = 9.1;
    });
    refused("none in a patient", [](auto& file) { file.frames[0].position[2] = 1e300; });
}

TEST(Segmentation, CutShortAnywhereIsRefused)
{
    const TemporaryFolder folder;
    const std::string whole = body().bytes();
    for (std::size_t length = 0; length + 1 < whole.size(); length += 17) {
        const auto answer = measured(write(folder, whole.substr(0, length)));
        ASSERT_FALSE(answer) << length;
        EXPECT_EQ(answer.error().code, ErrorCode::bad_input) << length;
    }
}

TEST(Segmentation, NestedTenThousandDeepIsRefused)
{
    const TemporaryFolder folder;
    std::string nested;
    for (int depth = 0; depth < 10000; ++depth)  // of undefined length, never closed
        nested += std::string("\x62\x00\x02\x00SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff", 20);
    expect_refused(measured(write(folder, dicom_file(body().sop_class(), "1.2.840.10008.1.2.1", nested))),
                   "nested too deep");
}

using Points = std::vector<std::array<double, 3>>;

/// A rectangle round the centres of columns `x0` to `x1` and rows `y0` to `y1`.
Points rectangle(int x0, int x1, int y0, int y1, double z_mm)
{
    const double left = -10 + 0.7 * (x0 - 0.5), right = -10 + 0.7 * (x1 + 0.5);
    const double top = -20 + 0.7 * (y0 - 0.5), bottom = -20 + 0.7 * (y1 + 0.5);
    return {{left, top, z_mm}, {right, top, z_mm}, {right, bottom, z_mm}, {left, bottom, z_mm}};
}

StructureSetFile one_region(std::vector<StructureSetFile::Contour> contours)
{
    StructureSetFile file;
    file.regions = {{1, "GTV", std::move(contours)}};
    return file;
}

double voxels(const Result<MaskMeasurement>& answer)
{
    EXPECT_TRUE(answer) << answer.error().message;
    return answer && answer->shape ? answer->shape->voxel_volume_mm3 / voxel_mm3 : 0;
}

TEST(StructureSet, IsFilledByTheCentresOfTheVoxels)
{
    const TemporaryFolder folder;
    const fs::path ct = write_ct(folder);
    const auto file = one_region({{rectangle(3, 7, 2, 5, slice_mm)}, {rectangle(3, 7, 2, 5, slice_mm * 2)}});
    EXPECT_NEAR(voxels(measured(write(folder, file.bytes()), ct)), 2 * 5 * 4, 1e-6);
}

TEST(StructureSet, KeepsHolesHoweverTheyAreDrawn)
{
    const TemporaryFolder folder;
    const fs::path ct = write_ct(folder);
    const auto outer = rectangle(2, 9, 2, 9, slice_mm);
    const auto inner = rectangle(4, 6, 4, 6, slice_mm);
    const auto within = one_region({{outer}, {inner}});
    EXPECT_NEAR(voxels(measured(write(folder, within.bytes()), ct)), 64 - 9, 1e-6) << "a contour within another";
    Points keyhole(outer.begin(), outer.end());
    keyhole.push_back(outer.front());
    keyhole.insert(keyhole.end(), inner.rbegin(), inner.rend());
    keyhole.push_back(inner.back());
    const auto by_keyhole = one_region({{keyhole}});
    EXPECT_NEAR(voxels(measured(write(folder, by_keyhole.bytes()), ct)), 64 - 9, 1e-6) << "a keyhole";
}

TEST(StructureSet, WithAContourOffTheCtIsRefusedWhole)
{
    const TemporaryFolder folder;
    const fs::path ct = write_ct(folder);
    const auto refused = [&](const std::string& words, const Points& contour) {
        const auto file = one_region({{rectangle(3, 7, 2, 5, slice_mm)}, {contour}});
        expect_refused(measured(write(folder, file.bytes()), ct), words);
    };
    const std::string one_of_two = "1 of 2 contours of 'GTV' lie on no slice";
    refused(one_of_two, rectangle(3, 7, 2, 5, slice_mm * 6));
    refused(one_of_two, rectangle(3, 7, 2, 5, -slice_mm * 0.6));
    refused(one_of_two, rectangle(3, 40, 2, 5, slice_mm));
    Points leaning = rectangle(3, 7, 2, 5, slice_mm);
    leaning[2][2] += slice_mm;
    refused(one_of_two, leaning);
    // Up to half a slice belongs to the nearest one.
    const auto near = one_region({{rectangle(3, 7, 2, 5, slice_mm * 1.49)}});
    EXPECT_NEAR(voxels(measured(write(folder, near.bytes()), ct)), 20, 1e-6);
}

TEST(StructureSet, IsBoundToItsImageByTheSlicesItNamesOrTheFrameOfReference)
{
    const TemporaryFolder folder;
    const fs::path ct = write_ct(folder);
    const std::string slice = "1.2.3.1.1000250";  // of the slice at 2.5 mm: SliceFile
    StructureSetFile file = one_region({{rectangle(3, 7, 2, 5, slice_mm), "CLOSED_PLANAR", slice}});
    file.frame_of_reference = "9.9.9";
    EXPECT_NEAR(voxels(measured(write(folder, file.bytes()), ct)), 20, 1e-6) << "names its slice";
    file.regions[0].contours[0].image = "7.7.7";
    expect_refused(measured(write(folder, file.bytes()), ct), "was drawn on another image");
    file.frame_of_reference = "1.2.3.5";
    const auto other_series = measured(write(folder, file.bytes()), ct);
    EXPECT_NEAR(voxels(other_series), 20, 1e-6) << "the same frame of reference";
    ASSERT_FALSE(other_series->flags.empty());
    EXPECT_NE(other_series->flags.back().find("other_series: 1 of the 1 images"), std::string::npos);
    file.patient = "P2";
    expect_refused(measured(write(folder, file.bytes()), ct), "another patient");
}

TEST(StructureSet, NamesItsRegionsWhereNoneOrAWrongOneIsAskedFor)
{
    const TemporaryFolder folder;
    const fs::path ct = write_ct(folder);
    StructureSetFile file = one_region({{rectangle(3, 7, 2, 5, slice_mm)}});
    file.regions.push_back({2, "Lung", {{rectangle(0, 20, 0, 12, slice_mm)}}});
    file.regions.push_back({3, "Isocenter", {{{{0, 0, 0}}, "POINT"}}});
    const fs::path mask = write(folder, file.bytes());
    const auto roi = [](const std::string& name) { return [name](MaskRequest& request) { request.roi = name; }; };
    EXPECT_NEAR(voxels(measured(mask, ct, roi("GTV"))), 20, 1e-6);
    EXPECT_NEAR(voxels(measured(mask, ct, roi("1"))), 20, 1e-6);
    expect_refused(measured(mask, ct),
                   "has 3 regions of interest that fit; choose one by --roi: 'GTV' (number 1), 'Lung'");
    expect_refused(measured(mask, ct, roi("Heart")), "has no region of interest 'Heart'; it has 'GTV'");
    expect_refused(measured(mask, ct, roi("Isocenter")), "'Isocenter' has no closed contour, but 1 POINT");
    expect_refused(measured(mask, {}, roi("GTV")), "give the CT it was drawn on");
}

TEST(DicomMask, ThatIsNeitherIsRefusedByItsClass)
{
    const TemporaryFolder folder;
    const std::string sr = "1.2.840.10008.5.1.4.1.1.88.33";
    expect_refused(measured(write(folder, dicom_file(sr, "1.2.840.10008.1.2.1", element(0x00080016, "UI", sr)))), sr);
}

TEST(DicomMask, OfOneBodyIsTheSameAsSegmentationAndAsContours)
{
    const TemporaryFolder folder;
    const fs::path ct = write_ct(folder);
    const auto as_segmentation = measured(write(folder, body().bytes()), ct);
    std::vector<StructureSetFile::Contour> contours;
    for (const int z : {1, 2, 3})
        contours.push_back({rectangle(3 + z, 9, 4, 6 + z, slice_mm * z)});
    const auto as_contours = measured(write(folder, one_region(contours).bytes()), ct);
    ASSERT_TRUE(as_segmentation && as_contours);
    EXPECT_EQ(as_segmentation->shape->long_axis_mm, as_contours->shape->long_axis_mm);
    EXPECT_EQ(as_segmentation->shape->voxel_volume_mm3, as_contours->shape->voxel_volume_mm3);
    EXPECT_EQ(as_segmentation->shape->center_mm, as_contours->shape->center_mm);
}

}  // namespace
}  // namespace nodtrack::imaging
