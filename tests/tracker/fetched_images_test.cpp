#include "../../src/tracker/fetched_images.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using test::TemporaryFolder;
using test::value_of;

TEST(FetchedImages, OfOnePatientGoAndThoseOfOthersStay)
{
    const TemporaryFolder folder;
    const auto registry = folder / "r.db";
    for (const char* const patient : {"P1", "P1 of before", "P10"}) {
        const auto study = fetched_images(registry, patient) / "1.2.3";
        std::filesystem::create_directories(study);
        std::ofstream(study / "1.dcm") << "image";
    }
    const std::vector<std::string> ids = {"P1", "P1 of before", "never fetched"};
    EXPECT_EQ(value_of(remove_fetched_images(registry, ids)), 2U);
    EXPECT_FALSE(std::filesystem::exists(fetched_images(registry, "P1")));
    EXPECT_FALSE(std::filesystem::exists(fetched_images(registry, "P1 of before")));
    EXPECT_TRUE(std::filesystem::exists(fetched_images(registry, "P10") / "1.2.3" / "1.dcm"));
    EXPECT_EQ(value_of(remove_fetched_images(registry, ids)), 0U) << "again";
}

TEST(FetchedImages, StayInsideTheirFolderWhateverTheIdHolds)
{
    for (const char* const patient : {"../..", "/etc", "a/b", "", "."}) {
        const auto place = fetched_images("/x/r.db", patient);
        EXPECT_EQ(place.parent_path(), "/x/r.db.images") << patient;
        EXPECT_TRUE(place.filename().string().starts_with("2.25.")) << patient;
    }
}

}  // namespace
}  // namespace nodtrack::tracker
