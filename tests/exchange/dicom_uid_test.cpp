#include "nodtrack/exchange/dicom_uid.hpp"

#include <gtest/gtest.h>

namespace nodtrack::exchange {
namespace {

TEST(UidOfName, IsTheSameForEver)
{
    // If this fails, every nodule gets another identity in every archive: the namespace must not change.
    // The value is that of Python's uuid.uuid5.
    EXPECT_EQ(uid_of_name("nodule"), "2.25.33813577190195934135868076061151900482");
}

TEST(UidOfName, IsAUidAndAnotherForAnotherName)
{
    EXPECT_NE(uid_of_name("P1/N1"), uid_of_name("P1/N2"));
    EXPECT_TRUE(is_uid(uid_of_name("P1/N1")));
    EXPECT_TRUE(uid_of_name("").starts_with("2.25."));
}

TEST(IsUid, TakesDigitsAndDotsUpTo64)
{
    EXPECT_TRUE(is_uid("1.2.840.10008.1.1"));
    EXPECT_TRUE(is_uid(std::string(64, '1')));
    EXPECT_FALSE(is_uid(std::string(65, '1')));
    for (const char* text : {"", ".1", "1.", "1..2", "1.a", "1 2", "../1"})
        EXPECT_FALSE(is_uid(text)) << text;
}

}  // namespace
}  // namespace nodtrack::exchange
