#include <gtest/gtest.h>

#include <nodtrack/imaging/measure_mask.hpp>

#include "volume_file.hpp"

namespace nodtrack::imaging {
namespace {

using namespace test;

TestVolume small_mask()
{
    TestVolume mask({6, 6, 6}, {1, 1, 1});
    for (std::int16_t& value : mask.values)
        value = 1;
    return mask;
}

fs::path write_text(const fs::path& file, const std::string& text)
{
    std::ofstream(file, std::ios::binary) << text;
    return file;
}

fs::path shortened(const fs::path& file, std::uintmax_t by)
{
    fs::resize_file(file, fs::file_size(file) - by);
    return file;
}

struct BadFile {
    std::string sentence;
    std::function<fs::path(const TemporaryFolder&)> make;
    std::string said;
};

std::vector<BadFile> bad_files()
{
    const auto header = [](const std::string& from, const std::string& to) {
        std::string text = meta_header_of(small_mask());
        text.replace(text.find(from), from.size(), to);
        return text + std::string(432, '\1');
    };
    return {
        {"a file that is not there", [](auto& f) { return f / "none.nrrd"; }, "no such file"},
        {"a folder", [](auto& f) { return f.path(); }, "is a folder"},
        {"an empty file", [](auto& f) { return write_text(f / "e.mha", ""); }, "is empty"},
        {"a text file", [](auto& f) { return write_text(f / "notes.txt", "no image"); }, "no image file"},
        {"a text file named as an image", [](auto& f) { return write_text(f / "a.mha", "no image"); }, "lacks NDims"},
        {"a damaged NRRD header", [](auto& f) { return write_text(f / "a.nrrd", "NRRD0004\nfoo bar\n\n"); },
         "cannot be read as NRRD"},
        {"a NRRD cut short", [](auto& f) { return shortened(write_nrrd(f / "a.nrrd", small_mask()), 100); },
         "cannot be read as NRRD"},
        {"a MetaImage cut short", [](auto& f) { return shortened(write_mha(f / "a.mha", small_mask()), 100); },
         "it holds 332 bytes of voxels where its header says 432"},
        {"a NIfTI file cut short", [](auto& f) { return shortened(write_nifti(f / "a.nii", small_mask()), 100); },
         "it holds 332 bytes of voxels where its header says 432"},
        {"a NIfTI header cut short", [](auto& f) { return write_text(f / "a.nii", std::string(90, 'x')); },
         "header is cut short"},
        {"a gzip file that is none", [](auto& f) { return write_text(f / "a.nii.gz", std::string(900, 'x')); },
         "no NIfTI-1 file"},
        {"a size beyond all memory",
         [=](auto& f) { return write_text(f / "a.mha", header("6 6 6", "99999 99999 99999")); }, "cut short"},
        {"a size beyond all numbers",
         [=](auto& f) { return write_text(f / "a.mha", header("6 6 6", "9999999999 9999999999 9999999999")); },
         "impossible size"},
        {"a size of zero", [=](auto& f) { return write_text(f / "a.mha", header("6 6 6", "6 6 0")); }, "a.mha"},
        {"a spacing of zero",
         [=](auto& f) { return write_text(f / "a.mha", header("ElementSpacing = 1 1 1", "ElementSpacing = 1 1 0")); },
         "a.mha"},
        {"sheared axes",
         [=](auto& f) { return write_text(f / "a.mha", header("1 0 0 0 1 0 0 0 1", "1 0 0 0.6 0.8 0 0 0 1")); },
         "right angles"},
        {"two dimensions",
         [=](auto& f) {
             return write_text(f / "a.mha",
                               "ObjectType = Image\nNDims = 2\nBinaryData = True\nBinaryDataByteOrderMSB = False\n"
                               "ElementSpacing = 1 1\nDimSize = 4 4\nElementType = MET_UCHAR\n"
                               "ElementDataFile = LOCAL\n" +
                                   std::string(16, '\1'));
         },
         "2 dimensions"},
        {"three numbers a voxel",
         [=](auto& f) {
             return write_text(f / "a.mha", header("ElementType = MET_SHORT",
                                                   "ElementNumberOfChannels = 3\nElementType = MET_SHORT") +
                                                std::string(1000, '\1'));
         },
         "3 numbers a voxel"},
        {"a header without its voxels",
         [=](auto& f) { return write_text(f / "a.mhd", header("LOCAL", "nowhere.raw")); }, "nowhere.raw"},
    };
}

TEST(BadFiles, AreRefusedAsMaskAndAsImageWithNothingOnStderr)
{
    for (const BadFile& bad : bad_files()) {
        const TemporaryFolder folder;
        const fs::path file = bad.make(folder);
        testing::internal::CaptureStderr();
        testing::internal::CaptureStdout();
        MaskRequest as_mask;
        as_mask.mask = file;
        const auto mask_answer = measure_mask(as_mask);
        MaskRequest as_image;
        as_image.mask = write_nrrd(folder / "good.nrrd", small_mask());
        as_image.image = {file};
        const auto image_answer = measure_mask(as_image);
        EXPECT_EQ(testing::internal::GetCapturedStderr(), "") << bad.sentence;
        EXPECT_EQ(testing::internal::GetCapturedStdout(), "") << bad.sentence;

        ASSERT_FALSE(mask_answer) << bad.sentence;
        EXPECT_EQ(mask_answer.error().code, ErrorCode::bad_input) << bad.sentence;
        const std::string& message = mask_answer.error().message;
        EXPECT_NE(message.find(bad.said), std::string::npos) << bad.sentence << ": " << message;
        EXPECT_EQ(message.find(file.string()), 0U) << "begins with the file's name: " << message;
        EXPECT_EQ(message.find("itk"), std::string::npos) << message;

        ASSERT_FALSE(image_answer) << bad.sentence;
        EXPECT_EQ(image_answer.error().code, ErrorCode::bad_input) << bad.sentence;
    }
}

}  // namespace
}  // namespace nodtrack::imaging
