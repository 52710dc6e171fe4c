#include <gtest/gtest.h>
#include <sys/stat.h>

#include <nodtrack/exchange/pacs.hpp>

#include "dicom_file.hpp"
#include "nesting.hpp"
#include "pacs/dicomweb.hpp"
#include "pacs/file_head.hpp"
#include "pacs/received_objects.hpp"

namespace nodtrack::exchange {
namespace {

using test::ct_slice;
using test::element;
using test::sequence;

std::span<const unsigned char> bytes_of(std::string_view text)
{
    return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

/// What the address becomes; empty where it is refused.
std::string web_address(const std::string& url)
{
    Pacs pacs;
    return take_dicomweb_url(pacs, url) ? pacs.address() : std::string();
}
std::string ae_address(const std::string& text)
{
    Pacs pacs;
    return take_ae(pacs, text) ? pacs.address() : std::string();
}

TEST(PacsAddress, IsTakenAsItStands)
{
    EXPECT_EQ(web_address("https://pacs.example/dicom-web/"), "https://pacs.example/dicom-web");
    EXPECT_EQ(web_address("http://127.0.0.1:8042/a/b"), "http://127.0.0.1:8042/a/b");
    EXPECT_EQ(web_address("https://[::1]:8443"), "https://[::1]:8443");
    EXPECT_EQ(ae_address("ORTHANC@pacs.example:4242"), "ORTHANC@pacs.example:4242");
    EXPECT_EQ(ae_address("A@B@10.0.0.1:104"), "A@B@10.0.0.1:104");
}

TEST(PacsAddress, HoldsNoPasswordNoQueryAndNothingThatAnotherProgramCouldReadAnotherWay)
{
    for (const char* wrong :
         {"", "pacs.example", "ftp://pacs.example", "file:///etc/passwd", "https://",
          "https://user:secret@pacs.example/", "https://pacs.example/?a=b", "https://pacs.example/#a",
          "https://pacs.example:0/", "https://pacs.example:65536/", "https://pacs.example:80x/",
          "https://pacs example/", "https://pacs.example/%2e", "https://-o/", "https://[::1",
          "https://pacs.example\\@evil.example/", "https://pacs.example/a\r\nX: y"})
        EXPECT_EQ(web_address(wrong), "") << wrong;
    for (const char* wrong : {"", "ORTHANC", "ORTHANC@host", "@host:104", "ORTHANC@:104", "ORTHANC@host:0",
                              "ORTHANC@host:99999", "SEVENTEEN-LETTERS@host:104", "A\\B@host:104", "A@ho st:104"})
        EXPECT_EQ(ae_address(wrong), "") << wrong;
}

TEST(PacsAddress, IsOneOfTheTwoAndItsFilesGoTogether)
{
    Pacs none;
    EXPECT_FALSE(check_pacs(none));
    Pacs pacs;
    ASSERT_TRUE(take_dicomweb_url(pacs, "https://pacs.example"));
    EXPECT_TRUE(check_pacs(pacs));
    Pacs both = pacs;
    ASSERT_TRUE(take_ae(both, "A@host:104"));
    EXPECT_FALSE(check_pacs(both));
    Pacs half = pacs;
    half.certificate = "client.pem";
    EXPECT_FALSE(check_pacs(half));
    half.key = "client.key";
    EXPECT_TRUE(check_pacs(half));
    Pacs clear;
    ASSERT_TRUE(take_dicomweb_url(clear, "http://pacs.example"));
    EXPECT_FALSE(clear.is_encrypted());
    clear.ca = "ca.pem";
    EXPECT_FALSE(check_pacs(clear)) << "who names an authority thinks that the connection is encrypted";
}

TEST(PacsQuery, NeverAsksForAPattern)
{
    Pacs pacs;
    ASSERT_TRUE(take_ae(pacs, "A@127.0.0.1:9"));
    std::size_t left_out = 0;
    for (const char* id : {"*", "P?", "P1\\P2"}) {
        const auto found =
            find_studies(pacs, {.patient_code = id, .study_uid = {}, .accession = {}, .since = {}}, left_out);
        ASSERT_FALSE(found);
        EXPECT_EQ(found.error().code, ErrorCode::usage) << id;
    }
    EXPECT_EQ(find_studies(pacs, {.patient_code = {}, .study_uid = "1.2/../3", .accession = {}, .since = {}}, left_out)
                  .error()
                  .code,
              ErrorCode::usage);
}

const Attributes keys = {{0x0020000D, ""}, {0x00080061, ""}, {0x00201209, ""}};

TEST(WebAnswer, IsTakenByTags)
{
    const auto answers = web_answers(
        R"([{"0020000D":{"vr":"UI","Value":["1.2.3"]},"00080061":{"vr":"CS","Value":["CT","SR "]},
             "00201209":{"vr":"IS","Value":[60]},"00081190":{"vr":"UR","Value":["http://elsewhere.example/"]}},
            {"0020000D":{"vr":"UI"}}])",
        keys);
    ASSERT_TRUE(answers);
    ASSERT_EQ(answers->size(), 2U);
    EXPECT_EQ(answers->front(), (Attributes{{0x0020000D, "1.2.3"}, {0x00080061, "CT\\SR"}, {0x00201209, "60"}}));
    EXPECT_EQ(answers->back().at(0x0020000D), "");
    EXPECT_TRUE(web_answers("", keys)->empty()) << "204: there is none";
}

TEST(WebAnswer, IsRefusedWhereItIsNone)
{
    for (const char* wrong : {"{", "{}", "[1]", "<html></html>", "[{\"0020000D\":", "null"})
        EXPECT_FALSE(web_answers(wrong, keys)) << wrong;
    std::string deep(100'000, '[');
    EXPECT_FALSE(web_answers(deep, keys));
}

// --- what comes

struct Folder {
    std::filesystem::path path = test::test_folder("pacs");
    std::size_t files() const
    {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path), {}));
    }
};

Result<void> give(ReceivedObjects& objects, const std::string& file, std::size_t piece = 1000)
{
    if (auto begun = objects.begin({}); !begun) return begun;
    for (std::size_t from = 0; from < file.size(); from += piece) {
        if (auto taken = objects.data(bytes_of(std::string_view(file).substr(from, piece))); !taken) return taken;
    }
    return objects.end();
}

const Wanted of_patient = {"P1", "1.2.3.4", "1.2.3.4.5"};

TEST(ReceivedObjects, AreTheSameBytesByEitherProtocol)
{
    const Folder folder;
    const std::string file = ct_slice("1.2.3.4.5.6", "10");
    ReceivedObjects by_web(folder.path, of_patient);
    ASSERT_TRUE(give(by_web, file, 7));
    const auto path = folder.path / "1.2.3.4.5.6.dcm";
    const std::string web_bytes = test::bytes_of_file(path);
    std::filesystem::remove(path);

    const auto head = object_head(bytes_of(file), "file");
    ASSERT_TRUE(head);
    ReceivedObjects by_dimse(folder.path, of_patient);
    ASSERT_TRUE(by_dimse.begin("1.2.840.10008.1.2.1"));
    ASSERT_TRUE(by_dimse.data(bytes_of(std::string_view(file).substr(head->data_set_at))));
    ASSERT_TRUE(by_dimse.end());
    EXPECT_EQ(test::bytes_of_file(path), web_bytes);
    EXPECT_TRUE(web_bytes.ends_with(file.substr(head->data_set_at))) << "the data set is not touched";
    struct stat about {};
    ASSERT_EQ(::stat(path.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
    EXPECT_EQ(by_dimse.sop_uids(), std::set<std::string>{"1.2.3.4.5.6"});
}

TEST(ReceivedObjects, OfAnotherPatientStudyOrSeriesAreNamedAndNotWritten)
{
    const std::string file = ct_slice("1.2.3.4.5.6", "10");
    for (const Wanted& wanted : {Wanted{"P2", "1.2.3.4", "1.2.3.4.5"}, Wanted{"P1", "1.2.3.9", "1.2.3.4.5"},
                                 Wanted{"P1", "1.2.3.4", "1.2.3.4.9"}}) {
        const Folder folder;
        ReceivedObjects objects(folder.path, wanted);
        const auto taken = give(objects, file);
        ASSERT_FALSE(taken);
        EXPECT_NE(taken.error().message.find("1.2.3.4.5.6"), std::string::npos) << taken.error().message;
        EXPECT_EQ(folder.files(), 0U);
    }
    const Folder folder;
    ReceivedObjects objects(folder.path, {"P1", "1.2.3.4", ""});
    EXPECT_TRUE(give(objects, file)) << "what is not asked for is not looked at";
}

TEST(ReceivedObjects, AreRefusedCutShortTwiceOrUnderANameThatLeadsAway)
{
    const std::string file = ct_slice("1.2.3.4.5.6", "10");
    for (const std::size_t length : {std::size_t{0}, std::size_t{100}, std::size_t{200}, file.size() - 1}) {
        const Folder folder;
        ReceivedObjects objects(folder.path, of_patient);
        EXPECT_FALSE(give(objects, file.substr(0, length))) << length;
    }
    const Folder folder;
    ReceivedObjects objects(folder.path, of_patient);
    ASSERT_TRUE(give(objects, file));
    EXPECT_NE(give(objects, file).error().message.find("twice"), std::string::npos);
    for (const char* uid : {"../../away", "", "1.2/3", "1.2.3\n"})
        EXPECT_FALSE(give(objects, ct_slice(uid, "10"))) << uid;
    EXPECT_EQ(folder.files(), 1U);
}

TEST(ReceivedObjects, DoNotFillTheMemoryWhereNothingSaysWhoseTheyAre)
{
    const Folder folder;
    ReceivedObjects objects(folder.path, of_patient);
    ASSERT_TRUE(objects.begin({}));
    const std::string piece(1 << 20U, 'x');
    Result<void> taken;
    for (int i = 0; i < 40 && taken; ++i)
        taken = objects.data(bytes_of(piece));
    EXPECT_FALSE(taken);
}

TEST(ObjectHead, ReadsBehindSequencesAndIsNotMisledByThem)
{
    const std::string inner = element(0x00080018, "UI", "9.9.9") + element(0x0020000D, "UI", "9.9");
    const std::string file =
        test::dicom_file(test::ct_class, "1.2.3",
                         element(0x00080016, "UI", test::ct_class) + element(0x00080018, "UI", "1.2.3") +
                             sequence(0x00081140, {inner, inner}) + element(0x00100020, "LO", " P1 ") +
                             element(0x0020000D, "UI", "1.2") + element(0x0020000E, "UI", "1.2.4") +
                             element(0x00280010, "US", test::number_bytes(512, 2)));
    const auto head = object_head(bytes_of(file), "file");
    ASSERT_TRUE(head);
    EXPECT_EQ(head->value(0x00080018), "1.2.3");
    EXPECT_EQ(head->value(0x00100020), "P1");
    EXPECT_EQ(head->value(0x0020000D), "1.2");
    EXPECT_EQ(head->value(0x00280010), "") << "it ends with the series";
}

TEST(Structure, TakesCompressedPixelsAndRefusesThemCutShort)
{
    const std::string fragments = test::tag_bytes(0xFFFEE000) + test::number_bytes(0, 4) + test::tag_bytes(0xFFFEE000) +
                                  test::number_bytes(6, 4) + "\xFF\xD8\xFF\xE0zz" + test::tag_bytes(0xFFFEE0DD) +
                                  test::number_bytes(0, 4);
    const std::string pixels =
        test::tag_bytes(0x7FE00010) + std::string("OB\0\0", 4) + test::number_bytes(0xFFFFFFFF, 4) + fragments;
    const std::string file = nodtrack::test::dicom_bytes(test::ct_class, "1.2.3", "1.2.840.10008.1.2.4.70",
                                                         element(0x00080018, "UI", "1.2.3") + pixels);
    EXPECT_TRUE(check_structure(bytes_of(file), "file"));
    for (std::size_t missing = 1; missing < fragments.size(); ++missing)
        EXPECT_FALSE(check_structure(bytes_of(std::string_view(file).substr(0, file.size() - missing)), "file"))
            << missing;
}

TEST(Structure, IsKnownByTheBeginningWhereThePixelsEndTheObject)
{
    const std::string start = ct_slice("1.2.3", "10");
    const std::string pixels(1000, 'p');
    const std::string file = start + test::tag_bytes(0x7FE00010) + std::string("OW\0\0", 4) +
                             test::number_bytes(static_cast<std::uint32_t>(pixels.size()), 4) + pixels;
    const std::string_view beginning = std::string_view(file).substr(0, start.size() + 20);
    EXPECT_TRUE(is_whole_by_beginning(bytes_of(beginning), file.size()));
    for (const std::size_t size : {file.size() - 1, file.size() + 1, file.size() + 100, beginning.size()})
        EXPECT_FALSE(is_whole_by_beginning(bytes_of(beginning), size)) << size;
    for (std::size_t length = 0; length < start.size() + 12; ++length)
        EXPECT_FALSE(is_whole_by_beginning(bytes_of(std::string_view(file).substr(0, length)), file.size())) << length;
    const std::string other = start + element(0x00324000, "LT", std::string(1000, 'x'));
    EXPECT_FALSE(is_whole_by_beginning(bytes_of(std::string_view(other).substr(0, start.size() + 20)), other.size()))
        << "what is no pixel data might hold more";
}

TEST(ObjectToSend, NamesWhatAPacsCouldNotFindAgain)
{
    const Folder folder;
    const auto path = folder.path / "object.dcm";
    test::put_file(path, ct_slice("1.2.3.4.5.6", "10"));
    const auto object = object_to_send(path);
    ASSERT_TRUE(object);
    EXPECT_EQ(object->study_uid, "1.2.3.4");
    EXPECT_EQ(object->transfer_syntax, "1.2.840.10008.1.2.1");
    test::put_file(path, ct_slice("", "10"));
    EXPECT_NE(object_to_send(path).error().message.find("(0008,0018)"), std::string::npos);
    EXPECT_EQ(object_to_send(folder.path / "none").error().code, ErrorCode::not_found);
    EXPECT_EQ(object_to_send(folder.path).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace nodtrack::exchange
