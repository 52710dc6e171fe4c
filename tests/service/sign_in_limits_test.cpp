#include "sign_in_limits.hpp"

#include <gtest/gtest.h>

namespace nodtrack::service {
namespace {

using namespace std::chrono_literals;

const SignInLimits::Clock::time_point start = SignInLimits::Clock::now();

/// How many of so many tries at once are let through.
int let_through(SignInLimits& limits, int tries, const std::string& name, const std::string& address,
                SignInLimits::Clock::time_point now = start)
{
    int count = 0;
    for (int i = 0; i < tries; ++i)
        count += limits.take(name, address, now).count() == 0 ? 1 : 0;
    return count;
}

TEST(SignInLimits, CountTriesBeforeTheyAreChecked)
{
    SignInLimits limits;
    EXPECT_EQ(let_through(limits, 90, "rad", "10.0.0.1"), 5);
}

TEST(SignInLimits, DoubleTheWaitWithEachFurtherFailure)
{
    SignInLimits limits;
    ASSERT_EQ(let_through(limits, 5, "rad", "10.0.0.1"), 5);
    auto now = start;
    for (const auto wait : {1s, 2s, 4s, 8s}) {
        EXPECT_EQ(limits.take("rad", "10.0.0.1", now), wait);
        now += wait;
        EXPECT_EQ(limits.take("rad", "10.0.0.1", now), 0s);
    }
}

TEST(SignInLimits, HoldBackANameThatIsGuessedFromManyAddresses)
{
    SignInLimits limits;
    int count = 0;
    for (int i = 0; i < 100; ++i)
        count += let_through(limits, 1, "rad", "10.0.1." + std::to_string(i));
    EXPECT_EQ(count, 20);
    EXPECT_EQ(let_through(limits, 1, "rad", "10.0.2.1", start + 31s), 1) << "a new try comes every 30 seconds";
}

TEST(SignInLimits, HoldNobodyBackLongWhoIsBehindOneAddress)
{
    SignInLimits limits;
    for (int i = 0; i < 300; ++i)
        limits.take("guess" + std::to_string(i), "10.0.0.1", start);
    EXPECT_LE(limits.take("adm", "10.0.0.1", start), 1s);
    EXPECT_EQ(let_through(limits, 1, "adm", "10.0.0.1", start + 1s), 1);
}

TEST(SignInLimits, DoNotHoldBackWhoHasSignedInFromThereBefore)
{
    SignInLimits limits;
    ASSERT_EQ(let_through(limits, 1, "adm", "10.0.0.1"), 1);
    limits.succeeded("adm", "10.0.0.1", start);
    for (int i = 0; i < 300; ++i) {
        limits.take("guess" + std::to_string(i), "10.0.0.1", start);
        limits.take("adm", "10.9.0." + std::to_string(i), start);
    }
    EXPECT_EQ(let_through(limits, 1, "adm", "10.0.0.1"), 1);
}

TEST(SignInLimits, TakeTheAddressesOfOneNetworkForOne)
{
    SignInLimits limits;
    int count = 0;
    for (int i = 0; i < 20; ++i)
        count += let_through(limits, 1, "rad", "2001:db8::" + std::to_string(i));
    EXPECT_EQ(count, 5);
}

}  // namespace
}  // namespace nodtrack::service
