#include "body_cache.hpp"

#include <gtest/gtest.h>

namespace nodtrack::service {
namespace {

Body body(std::string text)
{
    return {std::make_shared<const std::string>(std::move(text)), "\"e\""};
}

TEST(BodyCache, KeepsAnAnswerUntilItsPatientIsWrittenTo)
{
    BodyCache cache(1 << 20);
    cache.keep("a", "P1", 7, body("one"));
    cache.keep("b", "P2", 7, body("two"));
    {
        BodyCache::Writing writing(cache);
        writing.stored(8, {"P1"});
    }
    EXPECT_FALSE(cache.find("a", "P1", 8));
    ASSERT_TRUE(cache.find("b", "P2", 8));
    EXPECT_EQ(*cache.find("b", "P2", 8)->text, "two");
}

TEST(BodyCache, KeepsAnAnswerAboutAllUntilAnythingIsRecorded)
{
    BodyCache cache(1 << 20);
    cache.keep("list", "", 7, body("all"));
    EXPECT_TRUE(cache.find("list", "", 7));
    {
        BodyCache::Writing writing(cache);
        writing.stored(8, {"P1"});
    }
    EXPECT_FALSE(cache.find("list", "", 8));
}

TEST(BodyCache, ForgetsEverythingOnceAnotherProgramHasRecordedSomething)
{
    BodyCache cache(1 << 20);
    cache.keep("a", "P1", 7, body("one"));
    EXPECT_FALSE(cache.find("a", "P1", 8));
    EXPECT_FALSE(cache.patients_written(7, 8));
}

TEST(BodyCache, GivesNothingWhileItCannotBeKnownWhoseDeliveryIsNew)
{
    BodyCache cache(1 << 20);
    cache.keep("b", "P2", 7, body("two"));
    {
        BodyCache::Writing writing(cache);
        EXPECT_FALSE(cache.find("b", "P2", 8)) << "delivery 8 is there, and nobody has said yet what it is about";
        writing.stored(8, {"P1"});
    }
    EXPECT_TRUE(cache.find("b", "P2", 8)) << "it was about another patient";
}

TEST(BodyCache, TakesANewerAnswerThanItsOwnViewAndNeverAnOlder)
{
    BodyCache cache(1 << 20);
    cache.keep("a", "P1", 9, body("new"));
    cache.keep("a", "P1", 8, body("old"));
    EXPECT_EQ(*cache.find("a", "P1", 9)->text, "new");
}

TEST(BodyCache, StaysBelowItsLimitAndLetsTheLeastLatelyUsedGo)
{
    constexpr std::size_t most = 100'000;
    BodyCache cache(most);
    for (int i = 0; i < 50; ++i) {
        cache.keep("k" + std::to_string(i), "P", 1, body(std::string(5'000, 'x')));
        EXPECT_TRUE(cache.find("k0", "P", 1)) << i;
    }
    EXPECT_LE(cache.bytes(), most);
    EXPECT_FALSE(cache.find("k1", "P", 1));
    EXPECT_TRUE(cache.find("k49", "P", 1));
    cache.keep("huge", "P", 1, body(std::string(most, 'x')));
    EXPECT_FALSE(cache.find("huge", "P", 1)) << "one answer must not push all others out";
}

TEST(BodyCache, TellsWhomItsOwnDeliveriesWereAbout)
{
    BodyCache cache(1 << 20);
    EXPECT_FALSE(cache.find("x", "P", 5));  // 5 is now known, as another program's
    for (const auto& [delivery, patient] : {std::pair(6, "P2"), std::pair(7, "P1"), std::pair(8, "P2")}) {
        BodyCache::Writing writing(cache);
        writing.stored(delivery, {patient});
    }
    EXPECT_EQ(cache.patients_written(5, 8), (std::vector<std::string>{"P1", "P2"}));
    EXPECT_EQ(cache.patients_written(6, 7), (std::vector<std::string>{"P1"}));
    EXPECT_FALSE(cache.patients_written(4, 8));
    EXPECT_FALSE(cache.patients_written(5, 9));
}

}  // namespace
}  // namespace nodtrack::service
