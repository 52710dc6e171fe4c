#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdlib>
#include <nodtrack/imaging/ct.hpp>

#include "loaded_ct.hpp"
#include "slice_file.hpp"
#include "volume_file.hpp"

// A DICOM series that is not as it should be is either read right, or refused with the file named; in no case does it
// end the program, or take memory that its bytes do not hold.

namespace nodtrack::imaging {
namespace {

using namespace test;

int hu_at(int x, int y, int z)
{
    return (x * 37 + y * 11 + z * 101) % 1400 - 1000;
}

SliceFile slice_at(int z)
{
    SliceFile slice;
    slice.size = {48, 32};
    slice.spacing = {0.7, 0.7};
    slice.position = {-10, -20, 2.5 * z};
    return slice;
}

std::string name_of(int z)
{
    return "IM" + std::to_string(z) + ".dcm";
}

/// Six slices, changed as wished.
void write_series(
    const TemporaryFolder& folder, const std::function<void(SliceFile&, int z)>& change = [](SliceFile&, int) {})
{
    for (int z = 0; z < 6; ++z) {
        SliceFile slice = slice_at(z);
        change(slice, z);
        slice.write(folder / name_of(z), [&](int x, int y) { return hu_at(x, y, z); });
    }
}

Result<Ct> load(const TemporaryFolder& folder)
{
    return load_ct({{folder.path()}, "", {}});
}

void expect_refused(const Result<Ct>& answer, const std::string& file, const std::string& words)
{
    ASSERT_FALSE(answer) << file;
    EXPECT_EQ(answer.error().code, ErrorCode::bad_input);
    EXPECT_NE(answer.error().message.find(file), std::string::npos) << answer.error().message;
    EXPECT_NE(answer.error().message.find(words), std::string::npos) << answer.error().message;
}

void expect_right(const Result<Ct>& answer)
{
    ASSERT_TRUE(answer) << answer.error().message;
    const CtVolume& volume = answer->loaded().volume;
    ASSERT_EQ(volume.grid.size, (Index3{48, 32, 6}));
    std::size_t at = 0;
    int wrong = 0;
    for (int z = 0; z < 6; ++z) {
        for (int y = 0; y < 32; ++y) {
            for (int x = 0; x < 48; ++x)
                wrong += static_cast<int>(volume.hu[at++] != hu_at(x, y, z));
        }
    }
    EXPECT_EQ(wrong, 0);
}

class CompressedSlices : public testing::TestWithParam<const char*> {
  protected:
    /// Compresses the slices with GDCM's own tool; false where it is not on this machine.
    static bool compress(const TemporaryFolder& from, const TemporaryFolder& to)
    {
        if (std::system("command -v gdcmconv > /dev/null") != 0) return false;
        for (int z = 0; z < 6; ++z) {
            const std::string command = std::string("gdcmconv ") + GetParam() + " '" + (from / name_of(z)).string() +
                                        "' '" + (to / name_of(z)).string() + "' > /dev/null 2>&1";
            if (std::system(command.c_str()) != 0) throw std::runtime_error(command);
        }
        return true;
    }
};

TEST_P(CompressedSlices, AreReadToTheSameNumbers)
{
    const TemporaryFolder plain;
    const TemporaryFolder folded;
    write_series(plain);
    expect_right(load(plain));
    if (!compress(plain, folded)) GTEST_SKIP() << "gdcmconv (libgdcm-tools) is not on this machine";
    expect_right(load(folded));
}

TEST_P(CompressedSlices, AreRefusedByNameWhereTheirStreamIsDamaged)
{
    const TemporaryFolder plain;
    const TemporaryFolder folded;
    write_series(plain);
    if (!compress(plain, folded)) GTEST_SKIP() << "gdcmconv (libgdcm-tools) is not on this machine";
    const fs::path file = folded / name_of(3);
    const auto whole = fs::file_size(file);
    fs::resize_file(file, whole - 40);
    testing::internal::CaptureStderr();
    expect_refused(load(folded), name_of(3), "");
    // The stream itself is nonsense, but its fragments are all there.
    std::string bytes(whole, '\0');
    ASSERT_TRUE(compress(plain, folded));
    std::ifstream(file, std::ios::binary).read(bytes.data(), static_cast<std::streamsize>(whole));
    for (std::size_t i = whole - 300; i < whole - 20; ++i)
        bytes[i] = static_cast<char>(i * 89);
    std::ofstream(file, std::ios::binary) << bytes;
    const auto answer = load(folded);
    if (!answer) {
        EXPECT_NE(answer.error().message.find(name_of(3)), std::string::npos) << answer.error().message;
    }
    testing::internal::GetCapturedStderr();  // the codecs' own words
}

INSTANTIATE_TEST_SUITE_P(BadDicom, CompressedSlices,
                         testing::Values("--jpegls", "--j2k", "--jpeg --lossless", "--rle"));

long peak_kilobytes()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

TEST(BadDicom, AHeaderThatPromisesTerabytesIsRefusedAndTakesNoMemory)
{
    const long before = peak_kilobytes();
    struct Bomb {
        std::string sentence;
        int rows, columns;
        std::string words;
    };
    for (const Bomb& bomb : std::vector<Bomb>{
             {"the largest numbers there are", 65535, 65535, "more than any CT has"},
             {"a size that scanners have, without its pixels", 4096, 4096, "rows and columns need"},
             {"one row too many", 33, 48, "rows and columns need"},
         }) {
        SCOPED_TRACE(bomb.sentence);
        const TemporaryFolder folder;
        write_series(folder, [&](SliceFile& slice, int) {
            slice.instead[0x00280010] = {"US", SliceFile::word(bomb.rows)};
            slice.instead[0x00280011] = {"US", SliceFile::word(bomb.columns)};
        });
        expect_refused(load(folder), "IM", bomb.words);
    }
    EXPECT_LT(peak_kilobytes() - before, 60'000);
}

TEST(BadDicom, FewCompressedBytesThatPromiseGigabytesAreRefused)
{
    const TemporaryFolder folder;
    const long before = peak_kilobytes();
    for (int z = 0; z < 6; ++z) {
        SliceFile slice = slice_at(z);
        slice.transfer_syntax = "1.2.840.10008.1.2.4.90";
        slice.instead[0x00280010] = {"US", SliceFile::word(16000)};
        slice.instead[0x00280011] = {"US", SliceFile::word(16000)};
        std::string bytes = slice.bytes([](int, int) { return 0; });
        // The pixels become one fragment of 100 bytes in a sequence of undefined length.
        bytes.resize(bytes.size() - 2 * 48 * 32 - 4);
        const auto item = [](int element, int length) {
            return SliceFile::word(0xfffe) + SliceFile::word(element) + SliceFile::word(length) + SliceFile::word(0);
        };
        bytes += std::string(4, '\xff') + item(0xe000, 0) + item(0xe000, 100) + std::string(100, 'x') + item(0xe0dd, 0);
        std::ofstream(folder / name_of(z), std::ios::binary) << bytes;
    }
    expect_refused(load(folder), "IM", "rows and columns need");
    EXPECT_LT(peak_kilobytes() - before, 60'000);
}

TEST(BadDicom, AFileCutShortAnywhereIsRefusedByName)
{
    const std::string whole = slice_at(2).bytes([](int x, int y) { return hu_at(x, y, 2); });
    for (std::size_t left = 140; left < whole.size(); left += left < 900 ? 7 : 411) {
        const TemporaryFolder folder;
        write_series(folder);
        std::ofstream(folder / name_of(2), std::ios::binary) << whole.substr(0, left);
        const auto answer = load(folder);
        ASSERT_FALSE(answer) << left;
        EXPECT_EQ(answer.error().code, ErrorCode::bad_input);
        EXPECT_NE(answer.error().message.find(name_of(2)), std::string::npos) << left << ": " << answer.error().message;
    }
}

TEST(BadDicom, ALocalizerBesideTheSlicesIsLeftOutAndAloneRefused)
{
    const TemporaryFolder folder;
    write_series(folder);
    SliceFile scout = slice_at(0);
    scout.series = "1.2.3.9";
    scout.orientation = "1\\0\\0\\0\\0\\-1";
    scout.instead[0x00080008] = {"CS", "ORIGINAL\\PRIMARY\\LOCALIZER"};
    scout.write(folder / "scout.dcm", [](int, int) { return 0; });
    expect_right(load(folder));
    const TemporaryFolder alone;
    scout.write(alone / "scout.dcm", [](int, int) { return 0; });
    expect_refused(load(alone), "scout.dcm", "localizer");
}

TEST(BadDicom, WhatIsNoEvenStackOfCtSlicesIsRefusedByName)
{
    struct Fault {
        std::string sentence;
        std::function<void(SliceFile&)> change;  ///< of slice 3
        std::string words;
    };
    for (const Fault& fault : std::vector<Fault>{
             {"another modality", [](SliceFile& s) { s.modality = "MR"; }, "modality MR"},
             {"no position", [](SliceFile& s) { s.instead[0x00200032] = {}; }, "lacks Image Position"},
             {"a position of words",
              [](SliceFile& s) {
                  s.instead[0x00200032] = {"DS", "a\\b\\c "};
              },
              "lacks Image"},
             {"no pixel spacing", [](SliceFile& s) { s.instead[0x00280030] = {}; }, "Pixel Spacing"},
             {"another pixel spacing",
              [](SliceFile& s) {
                  s.spacing = {0.8, 0.8};
              },
              "differs from"},
             {"colour",
              [](SliceFile& s) {
                  s.instead[0x00280002] = {"US", SliceFile::word(3)};
              },
              "colour"},
             {"12 bits in a byte",
              [](SliceFile& s) {
                  s.instead[0x00280100] = {"US", SliceFile::word(12)};
              },
              "number format"},
             {"more frames than numbers hold",
              [](SliceFile& s) {
                  s.instead[0x00280008] = {"IS", "1e300 "};
              },
              "frames"},
             {"no pixels", [](SliceFile& s) { s.instead[0x7fe00010] = {}; }, "without pixels"},
             {"a slope that is no number",
              [](SliceFile& s) {
                  s.instead[0x00281053] = {"DS", "1e999 "};
              },
              "Rescale Slope"},
         }) {
        SCOPED_TRACE(fault.sentence);
        const TemporaryFolder folder;
        write_series(folder, [&](SliceFile& slice, int z) {
            if (z == 3) fault.change(slice);
        });
        expect_refused(load(folder), "IM3.dcm", fault.words);
    }
}

TEST(BadDicom, ACtNumberBeyond16BitsBecomesTheLargestThereIs)
{
    const TemporaryFolder folder;
    write_series(folder, [](SliceFile& slice, int) { slice.instead[0x00281053] = {"DS", "100 "}; });
    const auto answer = load(folder);
    ASSERT_TRUE(answer) << answer.error().message;
    const auto& hu = answer->loaded().volume.hu;
    EXPECT_EQ(*std::max_element(hu.begin(), hu.end()), 32767) << "and not a negative number";
    EXPECT_GE(*std::min_element(hu.begin(), hu.end()), -1024);
}

}  // namespace
}  // namespace nodtrack::imaging
