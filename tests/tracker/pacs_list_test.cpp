#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nodtrack/tracker/pacs.hpp>

namespace nodtrack::tracker {
namespace {

namespace fs = std::filesystem;

fs::path fresh_registry_file(const std::string& name)
{
    const fs::path folder = fs::temp_directory_path() / ("nodtrack-pacs-list-" + name);
    fs::remove_all(folder);
    fs::create_directories(folder);
    return folder / "r.db";
}

Pacs by_web(const std::string& name)
{
    Pacs pacs;
    pacs.name = name;
    EXPECT_TRUE(exchange::take_dicomweb_url(pacs, "https://pacs.example/dicom-web"));
    return pacs;
}

void put(const fs::path& file, const std::string& text,
         fs::perms perms = fs::perms::owner_read | fs::perms::owner_write)
{
    fs::remove(file);
    std::ofstream(file) << text;
    fs::permissions(file, perms);
}

TEST(PacsList, GivesBackWhatWasEnteredInAFileForItsUserAlone)
{
    const fs::path registry = fresh_registry_file("back");
    EXPECT_TRUE(pacs_list(registry)->empty()) << "no file is no PACS";
    Pacs dimse;
    dimse.name = "b";
    ASSERT_TRUE(exchange::take_ae(dimse, "ORTHANC@10.0.0.1:4242"));
    dimse.calling_ae_title = "CHEST";
    dimse.patience_s = 7;
    ASSERT_TRUE(add_pacs(registry, dimse));
    ASSERT_TRUE(add_pacs(registry, by_web("a")));
    const auto all = pacs_list(registry);
    ASSERT_TRUE(all) << all.error().message;
    ASSERT_EQ(all->size(), 2U);
    EXPECT_EQ(all->front().address(), "https://pacs.example/dicom-web");
    EXPECT_EQ(all->back().address(), "ORTHANC@10.0.0.1:4242");
    EXPECT_EQ(all->back().calling_ae_title, "CHEST");
    EXPECT_EQ(all->back().patience_s, 7);
    struct stat about {};
    ASSERT_EQ(::stat(pacs_file(registry).c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST(PacsList, TakesANameOnceAndGivesItBackWhenItIsRemoved)
{
    const fs::path registry = fresh_registry_file("names");
    ASSERT_TRUE(add_pacs(registry, by_web("main")));
    EXPECT_EQ(add_pacs(registry, by_web("main")).error().code, ErrorCode::bad_input);
    for (const char* name : {"", "a b", "a/b", "name-of-more-than-thirty-two-letters"})
        EXPECT_FALSE(add_pacs(registry, by_web(name))) << name;
    const auto unknown = pacs_named(registry, "other");
    EXPECT_EQ(unknown.error().code, ErrorCode::not_found);
    EXPECT_NE(unknown.error().message.find("main"), std::string::npos) << "those there are";
    EXPECT_TRUE(remove_pacs(registry, "main"));
    EXPECT_EQ(remove_pacs(registry, "main").error().code, ErrorCode::not_found);
    EXPECT_TRUE(add_pacs(registry, by_web("main")));
}

TEST(PacsList, IsRefusedWhereOthersMayWriteItOrWhatItSaysIsNotAnAddressThatCouldBeTyped)
{
    const fs::path registry = fresh_registry_file("refused");
    const fs::path file = pacs_file(registry);
    const auto list_of = [](const std::string& entry) { return R"({"nodtrack_pacs":1,"pacs":[)" + entry + "]}"; };
    const std::string good = R"({"name":"a","dicomweb":"https://pacs.example"})";
    put(file, list_of(good));
    EXPECT_TRUE(pacs_list(registry));
    put(file, list_of(good), fs::perms(0620));
    EXPECT_EQ(pacs_list(registry).error().code, ErrorCode::registry_unusable);
    put(file, list_of(good), fs::perms(0602));
    EXPECT_EQ(pacs_list(registry).error().code, ErrorCode::registry_unusable);
    for (const std::string& wrong :
         {std::string(), std::string("[]"), std::string(R"({"nodtrack_pacs":2,"pacs":[]})"), list_of("1"),
          list_of(good + "," + good), list_of(R"({"name":"a"})"), list_of(R"({"name":"a","dicomweb":"file:///etc"})"),
          list_of(R"({"name":"a","dicomweb":"https://u:p@h/"})"), list_of(R"({"name":"a","ae":"X@h:1","more":"x"})"),
          list_of(R"({"name":"a","ae":"X@h:1","patience_s":0})"),
          list_of(R"({"name":"a","ae":"X@h:1","patience_s":61})"), list_of(R"({"name":"a","ae":"X@h:1","name":"b"})"),
          list_of(R"({"name":"a","ae":"X@h:1","key":"k.pem"})")}) {
        put(file, wrong);
        EXPECT_EQ(pacs_list(registry).error().code, ErrorCode::registry_unusable) << wrong;
        EXPECT_FALSE(add_pacs(registry, by_web("new"))) << "what cannot be read is not written over: " << wrong;
    }
}

}  // namespace
}  // namespace nodtrack::tracker
