#include <gtest/gtest.h>
#include <zlib.h>

#include <nodtrack/imaging/ct.hpp>

#include "loaded_ct.hpp"
#include "slice_file.hpp"
#include "volume_file.hpp"

// What hospitals send: it is read, or refused with the file and the element named. Nothing that HU, place or patient
// rest on has a default.

namespace nodtrack::imaging {
namespace {

using namespace test;

int hu_at(int x, int y, int z)
{
    return (x * 37 + y * 11 + z * 101) % 1400 - 1000;
}

SliceFile slice_at(double z_mm)
{
    SliceFile slice;
    slice.size = {24, 16};
    slice.spacing = {0.7, 0.7};
    slice.position = {-10, -20, z_mm};
    slice.thickness = "2.5";
    slice.patient_code = "P1";
    return slice;
}

std::string name_of(int z)
{
    return "IM" + std::to_string(z) + ".dcm";
}

std::string bytes_of(const SliceFile& slice, int z)
{
    return slice.bytes([&](int x, int y) { return hu_at(x, y, z); });
}

void write_file(const fs::path& file, const std::string& bytes)
{
    std::ofstream(file, std::ios::binary) << bytes;
}

using Change = std::function<void(SliceFile&, int z)>;

void write_series(
    const TemporaryFolder& folder, const Change& change = [](SliceFile&, int) {})
{
    for (int z = 0; z < 6; ++z) {
        SliceFile slice = slice_at(2.5 * z);
        change(slice, z);
        write_file(folder / name_of(z), bytes_of(slice, z));
    }
}

Result<Ct> load(const TemporaryFolder& folder, const std::string& acquisition = "")
{
    return load_ct({.image = {folder.path()}, .series = "", .progress = {}, .acquisition = acquisition});
}

void expect_refused(const Result<Ct>& answer, const std::string& words)
{
    ASSERT_FALSE(answer) << words;
    EXPECT_EQ(answer.error().code, ErrorCode::bad_input);
    EXPECT_NE(answer.error().message.find(words), std::string::npos) << answer.error().message;
}

/// The CT that `write_series` writes, to the last number.
void expect_right(const Result<Ct>& answer)
{
    ASSERT_TRUE(answer) << answer.error().message;
    const CtVolume& volume = answer->loaded().volume;
    ASSERT_EQ(volume.grid.size, (Index3{24, 16, 6}));
    EXPECT_NEAR(volume.grid.spacing_mm[2], 2.5, 1e-9);
    std::size_t at = 0;
    int wrong = 0;
    for (int z = 0; z < 6; ++z) {
        for (int y = 0; y < 16; ++y) {
            for (int x = 0; x < 24; ++x)
                wrong += static_cast<int>(volume.hu[at++] != hu_at(x, y, z));
        }
    }
    EXPECT_EQ(wrong, 0);
}

void expect_said(const Result<Ct>& answer, const std::string& words)
{
    ASSERT_TRUE(answer) << answer.error().message;
    std::string all;
    for (const std::string& sentence : answer->notes())
        all += sentence + "\n";
    EXPECT_NE(all.find(words), std::string::npos) << all;
}

TEST(HospitalSeries, WhoseSlicesHaveDifferentRescalesIsReadByEachAndSaidSo)
{
    const TemporaryFolder folder;
    write_series(folder, [](SliceFile& slice, int z) {
        if (z == 3) slice.instead[0x00281052] = {"DS", "-1000 "};
    });
    const Result<Ct> answer = load(folder);
    expect_said(answer, "differs between slices");
    const CtVolume& volume = answer->loaded().volume;
    const std::size_t slice = volume.hu.size() / 6;
    EXPECT_EQ(volume.hu[2 * slice], hu_at(0, 0, 2));
    EXPECT_EQ(volume.hu[3 * slice], hu_at(0, 0, 3) + 24);
}

TEST(HospitalSeries, ThatSaysNothingOfItsHuIsRefusedWithTheElement)
{
    struct Fault {
        std::string sentence;
        std::uint32_t tag;
        std::pair<std::string, std::string> element;
        std::string words;
    };
    for (const Fault& fault : std::vector<Fault>{
             {"no slope", 0x00281053, {}, "Rescale Slope (0028,1053) is missing"},
             {"no intercept", 0x00281052, {}, "Rescale Intercept (0028,1052) is missing"},
             {"an empty intercept", 0x00281052, {"DS", ""}, "Rescale Intercept (0028,1052) is empty"},
             {"a slope of words", 0x00281053, {"DS", "abc "}, "Rescale Slope (0028,1053) is 'abc'"},
             {"a comma", 0x00281052, {"DS", "-1024,0 "}, "Rescale Intercept (0028,1052) is '-1024,0'"},
             {"beyond all numbers", 0x00281053, {"DS", "1e400 "}, "Rescale Slope (0028,1053) is '1e400'"},
             {"two numbers", 0x00281053, {"DS", "1\\2 "}, "which is not one number"},
             {"slope 0", 0x00281053, {"DS", "0 "}, "Rescale Slope (0028,1053) is 0"},
             {"slope below 0", 0x00281053, {"DS", "-1"}, "Rescale Slope (0028,1053) is -1"},
             {"another type", 0x00281054, {"LO", "OD"}, "Rescale Type (0028,1054) is OD"},
             {"modified HU", 0x00281054, {"LO", "HU_MOD"}, "Rescale Type (0028,1054) is HU_MOD"},
             {"a table",
              0x00283000,
              {"SQ", std::string("\xfe\xff\x00\xe0\x00\x00\x00\x00", 8)},
              "Modality LUT Sequence (0028,3000)"},
             {"no sign", 0x00280103, {}, "Pixel Representation (0028,0103) is missing"},
             {"no bits stored", 0x00280101, {}, "Bits Stored (0028,0101) is missing"},
             {"no high bit", 0x00280102, {}, "High Bit (0028,0102) is missing"},
             {"no samples", 0x00280002, {}, "Samples per Pixel (0028,0002) is missing"},
             {"a palette", 0x00280004, {"CS", "PALETTE COLOR "}, "Photometric Interpretation (0028,0004)"},
         }) {
        SCOPED_TRACE(fault.sentence);
        const TemporaryFolder folder;
        write_series(folder, [&](SliceFile& slice, int z) {
            if (z == 3) slice.instead[fault.tag] = fault.element;
        });
        expect_refused(load(folder), fault.words);
        expect_refused(load(folder), name_of(3));
    }
    for (const std::string type : {"HU", "US", "hu"}) {
        const TemporaryFolder folder;
        write_series(folder, [&](SliceFile& slice, int) { slice.instead[0x00281054] = {"LO", type}; });
        expect_right(load(folder));
    }
}

TEST(HospitalSeries, WhosePixelsAreOfAnotherSizeThanItsHeaderIsRefused)
{
    struct Lie {
        std::uint32_t tag;
        int value;
    };
    for (const Lie& lie : std::vector<Lie>{{0x00280010, 15},
                                           {0x00280010, 17},
                                           {0x00280011, 23},
                                           {0x00280011, 25},
                                           {0x00280100, 8},
                                           {0x00280100, 32}}) {
        SCOPED_TRACE(lie.value);
        const TemporaryFolder folder;
        write_series(folder, [&](SliceFile& slice, int) {
            slice.instead[lie.tag] = {"US", SliceFile::word(lie.value)};
            if (lie.value == 8) {
                slice.instead[0x00280101] = {"US", SliceFile::word(8)};
                slice.instead[0x00280102] = {"US", SliceFile::word(7)};
            }
        });
        expect_refused(load(folder), "bytes");
    }
    const TemporaryFolder filled_up;
    write_series(filled_up, [](SliceFile& slice, int z) {
        std::string pixels;
        for (int y = 0; y < 16; ++y) {
            for (int x = 0; x < 24; ++x)
                pixels += SliceFile::word(hu_at(x, y, z) + 1024);
        }
        slice.instead[0x7fe00010] = {"OW", pixels + std::string(6, '\0')};
    });
    expect_right(load(filled_up));
}

TEST(HospitalSeries, WhoseGeometryIsImpossibleIsRefusedWithTheElement)
{
    for (const std::string spacing : {"0\\0", "-1\\-1", "0.7\\0 "}) {
        const TemporaryFolder folder;
        write_series(folder, [&](SliceFile& slice, int) { slice.instead[0x00280030] = {"DS", spacing}; });
        expect_refused(load(folder), "Pixel Spacing (0028,0030) is");
    }
    for (const std::string orientation : {"0\\0\\0\\0\\0\\0 ", "1\\0\\0\\1\\0\\0 ", "2\\0\\0\\0\\1\\0 "}) {
        const TemporaryFolder folder;
        write_series(folder, [&](SliceFile& slice, int) { slice.instead[0x00200037] = {"DS", orientation}; });
        expect_refused(load(folder), "Image Orientation (Patient) (0020,0037) is no two unit vectors");
    }
}

TEST(HospitalSeries, OfSlabsIsRefusedLikeALocalizer)
{
    for (const std::string type : {"MIP", "CSAMIP", "MIN_IP", "MINIP", "AVERAGE", "PROJECTION IMAGE", "MAX_IP"}) {
        SCOPED_TRACE(type);
        const auto make_slab = [&](SliceFile& slice) {
            slice.instead[0x00080008] = {"CS", "DERIVED\\SECONDARY\\AXIAL\\" + type};
        };
        const TemporaryFolder alone;
        write_series(alone, [&](SliceFile& slice, int) { make_slab(slice); });
        expect_refused(load(alone), "Image Type " + type);
        const TemporaryFolder beside;
        write_series(beside);
        SliceFile slab = slice_at(0);
        slab.series = "1.2.3.8";
        make_slab(slab);
        write_file(beside / "slab.dcm", bytes_of(slab, 0));
        expect_right(load(beside));
        expect_said(load(beside), "slab.dcm");
    }
    const TemporaryFolder reformatted;
    write_series(reformatted, [](SliceFile& slice, int) {
        slice.instead[0x00080008] = {"CS", "DERIVED\\SECONDARY\\AXIAL\\MPR"};
    });
    expect_right(load(reformatted));
}

/// Two runs over the same place in one series, told apart by one element; the second lies between the first.
void write_two_runs(const TemporaryFolder& folder, std::uint32_t tag, const std::string& vr, const std::string& first,
                    const std::string& second)
{
    write_series(folder, [&](SliceFile& slice, int) { slice.instead[tag] = {vr, first}; });
    for (int z = 0; z < 6; ++z) {
        SliceFile slice = slice_at(2.5 * z + 1.25);
        slice.instead[tag] = {vr, second};
        write_file(folder / ("second" + std::to_string(z) + ".dcm"), bytes_of(slice, z + 1));
    }
}

TEST(HospitalSeries, OfTwoAcquisitionsOfOnePlaceIsListedAndChosenFrom)
{
    struct Mark {
        std::uint32_t tag;
        std::string vr, first, second, called;
    };
    for (const Mark& mark : std::vector<Mark>{
             {0x00200012, "IS", "1", "2", "1"},
             {0x00200100, "IS", "1", "2", "1"},
             {0x00181210, "SH", "B30f", "B70f", "B30f"},
             {0x00180060, "DS", "80", "140", "80"},
             {0x00080032, "TM", "101500", "102030.5", "101500"},
         }) {
        SCOPED_TRACE(mark.called + " of " + mark.vr);
        const TemporaryFolder folder;
        write_two_runs(folder, mark.tag, mark.vr, mark.first, mark.second);
        expect_refused(load(folder), "--acquisition (");
        expect_refused(load(folder), mark.called + ": 6 images");
        expect_right(load(folder, mark.called));
        expect_refused(load(folder, "7"), "holds 2 acquisitions");
    }
}

TEST(HospitalSeries, WhoseAcquisitionsFollowEachOtherIsOneScan)
{
    const TemporaryFolder folder;
    write_series(folder, [](SliceFile& slice, int z) {
        slice.instead[0x00200012] = {"IS", std::to_string(z / 2 + 1)};
        slice.instead[0x00080032] = {"TM", "1015" + std::to_string(10 + 20 * (z / 2))};
    });
    expect_right(load(folder));
}

TEST(HospitalSeries, WithASliceOfAnotherPatientIsRefusedByItsName)
{
    struct Mark {
        std::uint32_t tag;
        std::string vr, other, words;
    };
    for (const Mark& mark : std::vector<Mark>{
             {0x00100020, "LO", "P2", "Patient ID (0010,0020)"},
             {0x00100020, "", "", "Patient ID (0010,0020)"},
             {0x00100030, "DA", "19700101", "Birth Date (0010,0030)"},
             {0x00100010, "PN", "OTHER^PERSON", "Name (0010,0010)"},
             {0x0020000d, "UI", "1.2.4", "Study Instance UID (0020,000D)"},
             {0x00200052, "UI", "1.2.4", "Frame of Reference UID (0020,0052)"},
         }) {
        SCOPED_TRACE(mark.words);
        const TemporaryFolder folder;
        write_series(folder, [&](SliceFile& slice, int z) {
            if (z == 4) slice.instead[mark.tag] = {mark.vr, mark.other};
        });
        const auto answer = load(folder);
        expect_refused(answer, mark.words);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().message.find((folder / name_of(4)).string()), 0U) << answer.error().message;
        EXPECT_EQ(answer.error().message.find("OTHER"), std::string::npos) << "no message names a patient";
    }
}

TEST(HospitalSeries, WithoutPreambleIsRead)
{
    const TemporaryFolder bare;
    const TemporaryFolder half;
    for (int z = 0; z < 6; ++z) {
        const std::string whole = bytes_of(slice_at(2.5 * z), z);
        write_file(bare / name_of(z), whole.substr(132));
        write_file(half / name_of(z), z % 2 == 0 ? whole : whole.substr(132));
    }
    expect_right(load(bare));
    expect_right(load(half));
    expect_right(load_ct({.image = {bare / name_of(0), bare / name_of(1), bare / name_of(2), bare / name_of(3),
                                    bare / name_of(4), bare / name_of(5)},
                          .series = "",
                          .progress = {}}));
}

TEST(HospitalSeries, WithoutFileMetaInformationIsRead)
{
    const TemporaryFolder folder;
    for (int z = 0; z < 6; ++z) {
        const std::string whole = bytes_of(slice_at(2.5 * z), z);
        const std::string first_of_data_set("\x08\x00\x16\x00UI", 6);
        write_file(folder / name_of(z), whole.substr(whole.find(first_of_data_set)));
    }
    expect_right(load(folder));
}

TEST(HospitalSeries, LeavesOutCopiesAndSaysSo)
{
    const TemporaryFolder folder;
    write_series(folder);
    fs::copy_file(folder / name_of(2), folder / "IM2 (1).dcm");
    fs::copy_file(folder / name_of(5), folder / "IM5 (1).dcm");
    expect_right(load(folder));
    expect_said(load(folder), "2 files that are byte for byte copies");
    // Another image at the same place is no copy.
    write_file(folder / "other.dcm", bytes_of(slice_at(5), 3));
    expect_refused(load(folder), "two slices lie at the same place");
}

TEST(HospitalSeries, WhosePositionsAreRoundedIsHeldAgainstTheEvenGrid)
{
    for (const double step : {1.25, 0.625, 0.75, 0.7}) {
        SCOPED_TRACE(step);
        const TemporaryFolder folder;
        for (int z = 0; z < 40; ++z) {
            const SliceFile slice = slice_at(std::round((100.03 + step * z) * 10) / 10);
            write_file(folder / ("A" + std::to_string(1000 + z)), bytes_of(slice, z));
        }
        const auto answer = load(folder);
        ASSERT_TRUE(answer) << answer.error().message;
        EXPECT_NEAR(answer->axial_spacing_mm(), step, 0.002);
        EXPECT_NEAR(answer->loaded().volume.grid.origin_mm[2], 100.03, 0.04);
    }
    const TemporaryFolder drifting;
    for (int z = 0; z < 40; ++z)
        write_file(drifting / ("A" + std::to_string(1000 + z)),
                   bytes_of(slice_at(z < 20 ? z : 20 + (z - 20) * 1.04), z));
    expect_refused(load(drifting), "slices stand unevenly");
}

TEST(HospitalSeries, PassesOverWhatIsNoCtImageInAnySyntaxAndSaysSo)
{
    struct Other {
        std::string sop_class, syntax, said;
        std::size_t cut;  ///< bytes left out at the end
    };
    for (const Other& other : std::vector<Other>{
             {"1.2.840.10008.5.1.4.1.1.88.33", "1.2.840.10008.1.2.1", "structured report", 0},
             {"1.2.840.10008.5.1.4.1.1.88.33", "1.2.840.10008.1.2.1.99", "structured report", 0},
             {"1.2.840.10008.5.1.4.1.1.88.33", "1.2.840.10008.1.2.2", "structured report", 0},
             {"1.2.840.10008.5.1.4.1.1.88.33", "1.2.840.10008.1.2.1", "structured report", 300},
             {"1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.1.2.1", "segmentation", 0},
             {"1.2.840.10008.5.1.4.1.1.481.3", "1.2.840.10008.1.2.1", "contours", 40},
             {"1.2.840.10008.5.1.4.1.1.11.1", "1.2.840.10008.1.2.1", "presentation state", 0},
             {"1.2.840.10008.5.1.4.1.1.88.59", "1.2.840.10008.1.2.1", "key objects", 0},
             {"1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.1.2.1", "secondary capture", 0},
             {"1.2.840.10008.1.3.10", "1.2.840.10008.1.2.1", "DICOMDIR", 0},
         }) {
        SCOPED_TRACE(other.said + " " + other.syntax);
        const TemporaryFolder folder;
        write_series(folder);
        SliceFile object = slice_at(0);
        object.sop_class = other.sop_class;
        object.transfer_syntax = other.syntax;
        object.series = "1.2.3.77";
        const std::string bytes = bytes_of(object, 0);
        write_file(folder / "OTHER", bytes.substr(0, bytes.size() - other.cut));
        expect_right(load(folder));
        expect_said(load(folder), "1 " + other.said + " (OTHER)");
        const TemporaryFolder alone;
        write_file(alone / "OTHER", bytes);
        expect_refused(load(alone), "holds no DICOM image of a CT, only 1 " + other.said);
    }
}

TEST(HospitalSeries, SaysWhichFilesAreNoDicomAndPassesOverHiddenOnes)
{
    const TemporaryFolder folder;
    write_series(folder);
    write_file(folder / "README.txt", "no image");
    write_file(folder / "._IM1.dcm", "of another system");
    const auto answer = load(folder);
    expect_right(answer);
    expect_said(answer, "1 no DICOM (README.txt)");
}

/// The file with its data set deflated (PS3.5 A.5).
std::string deflated(const std::string& whole)
{
    const std::string data_set = whole.substr(whole.find(std::string("\x08\x00\x16\x00UI", 6)));
    z_stream state{};
    deflateInit2(&state, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&state, data_set.size()), '\0');
    std::string input = data_set;
    state.next_in = reinterpret_cast<Bytef*>(input.data());
    state.avail_in = static_cast<uInt>(input.size());
    state.next_out = reinterpret_cast<Bytef*>(packed.data());
    state.avail_out = static_cast<uInt>(packed.size());
    deflate(&state, Z_FINISH);
    packed.resize(state.total_out);
    deflateEnd(&state);
    return whole.substr(0, whole.size() - data_set.size()) + packed;
}

TEST(HospitalSeries, ThatIsDeflatedIsRead)
{
    const TemporaryFolder folder;
    for (int z = 0; z < 6; ++z) {
        SliceFile slice = slice_at(2.5 * z);
        slice.transfer_syntax = "1.2.840.10008.1.2.1.99";
        write_file(folder / name_of(z), deflated(bytes_of(slice, z)));
    }
    expect_right(load(folder));
    fs::resize_file(folder / name_of(3), fs::file_size(folder / name_of(3)) - 60);
    expect_refused(load(folder), name_of(3));
}

std::string big(std::uint32_t value, int bytes)
{
    std::string text;
    for (int i = bytes - 1; i >= 0; --i)
        text += static_cast<char>(value >> (8 * i) & 0xffU);
    return text;
}

/// The data set of a little endian file as explicit big endian (PS3.5 A.3).
std::string big_endian(const std::string& whole)
{
    const auto start = whole.find(std::string("\x08\x00\x16\x00UI", 6));
    const auto number = [&](std::size_t at, int bytes) {
        std::uint32_t value = 0;
        for (int i = bytes - 1; i >= 0; --i)
            value = value << 8U | static_cast<unsigned char>(whole[at + static_cast<std::size_t>(i)]);
        return value;
    };
    std::string turned = whole.substr(0, start);
    for (std::size_t at = start; at < whole.size();) {
        const std::string vr = whole.substr(at + 4, 2);
        const bool is_long = vr == "OW";
        const std::uint32_t length = is_long ? number(at + 8, 4) : number(at + 6, 2);
        turned += big(number(at, 2), 2) + big(number(at + 2, 2), 2) + vr;
        turned += is_long ? std::string(2, '\0') + big(length, 4) : big(length, 2);
        at += is_long ? 12 : 8;
        std::string value = whole.substr(at, length);
        if (vr == "US" || vr == "OW") {
            for (std::size_t i = 0; i + 1 < value.size(); i += 2)
                std::swap(value[i], value[i + 1]);
        }
        turned += value;
        at += length;
    }
    return turned;
}

TEST(HospitalSeries, InBigEndianIsRead)
{
    const TemporaryFolder folder;
    for (int z = 0; z < 6; ++z) {
        SliceFile slice = slice_at(2.5 * z);
        slice.transfer_syntax = "1.2.840.10008.1.2.2";
        write_file(folder / name_of(z), big_endian(bytes_of(slice, z)));
    }
    expect_right(load(folder));
}

std::string element(int group, int number, const std::string& vr, std::string value)
{
    if (value.size() % 2 != 0) value += ' ';
    std::string text = SliceFile::word(group) + SliceFile::word(number) + vr;
    const auto length = static_cast<int>(value.size());
    if (vr == "SQ")
        return text + std::string(2, '\0') + SliceFile::word(length & 0xffff) + SliceFile::word(length >> 16) + value;
    return text + SliceFile::word(length) + value;
}

std::string item(const std::string& content)
{
    const auto length = static_cast<int>(content.size());
    return SliceFile::word(0xfffe) + SliceFile::word(0xe000) + SliceFile::word(length & 0xffff) +
           SliceFile::word(length >> 16) + content;
}

std::string macro(int group, int number, const std::string& content)
{
    return element(group, number, "SQ", item(content));
}

/// An Enhanced CT of six frames, in an order that is not their order in space.
std::string enhanced(const std::function<std::string(int frame)>& change = [](int) { return std::string(); })
{
    constexpr std::array<int, 6> order{3, 0, 5, 1, 4, 2};
    SliceFile object = slice_at(0);
    object.sop_class = "1.2.840.10008.5.1.4.1.1.2.1";
    object.frames = 6;
    for (const std::uint32_t tag : {0x00200032U, 0x00200037U, 0x00280030U, 0x00281052U, 0x00281053U, 0x00180050U})
        object.instead[tag] = {};
    const std::string shared =
        macro(0x0028, 0x9110, element(0x0018, 0x0050, "DS", "3.0") + element(0x0028, 0x0030, "DS", "0.7\\0.7")) +
        macro(0x0020, 0x9116, element(0x0020, 0x0037, "DS", "1\\0\\0\\0\\1\\0"));
    std::string frames;
    std::string pixels;
    for (const int z : order) {
        const std::string own = change(z);
        frames += item(macro(0x0020, 0x9113, element(0x0020, 0x0032, "DS", "-10\\-20\\" + std::to_string(2.5 * z))) +
                       (own.empty() ? macro(0x0028, 0x9145,
                                            element(0x0028, 0x1052, "DS", "-1024") + element(0x0028, 0x1053, "DS", "1"))
                                    : own));
        for (int y = 0; y < 16; ++y) {
            for (int x = 0; x < 24; ++x)
                pixels += SliceFile::word(hu_at(x, y, z) + 1024);
        }
    }
    object.instead[0x52009229] = {"SQ", item(shared)};
    object.instead[0x52009230] = {"SQ", frames};
    object.instead[0x7fe00010] = {"OW", pixels};
    return object.bytes([](int, int) { return 0; });
}

TEST(HospitalSeries, OfOneEnhancedObjectIsRead)
{
    const TemporaryFolder folder;
    write_file(folder / "E.dcm", enhanced());
    const auto answer = load(folder);
    expect_right(answer);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->facts().slice_thickness_mm, 3.0);
}

TEST(HospitalSeries, OfOneEnhancedObjectIsRefusedByTheSameRules)
{
    const TemporaryFolder folder;
    write_file(folder / "E.dcm", enhanced([](int z) {
                   return z == 2 ? macro(0x0028, 0x9145, element(0x0028, 0x1052, "DS", "-1024")) : std::string();
               }));
    expect_refused(load(folder), "Rescale Slope (0028,1053) is missing");
    const std::string whole = enhanced();
    for (std::size_t left = 140; left < whole.size(); left += 211) {
        write_file(folder / "E.dcm", whole.substr(0, left));
        expect_refused(load(folder), "E.dcm");
    }
}

TEST(HospitalSeries, TellsThicknessAndSpacingApart)
{
    const TemporaryFolder folder;
    write_series(folder, [](SliceFile& slice, int) { slice.thickness = "5"; });
    const auto answer = load(folder);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->facts().slice_thickness_mm, 5.0);
    EXPECT_DOUBLE_EQ(answer->axial_spacing_mm(), 2.5);
}

TEST(HospitalSeries, NamesTheTiltOfTheGantry)
{
    const TemporaryFolder folder;
    write_series(folder, [](SliceFile& slice, int z) { slice.position[1] += 2.5 * z * std::tan(0.2); });
    expect_refused(load(folder), "a tilted gantry, about 11.5 degrees");
}

}  // namespace
}  // namespace nodtrack::imaging
