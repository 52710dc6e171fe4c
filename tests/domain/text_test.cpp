#include "nodtrack/domain/text.hpp"

#include <gtest/gtest.h>

namespace nodtrack {
namespace {

TEST(ControlCharacters, AreThoseOfAsciiAndOfLatin1)
{
    for (const char* const text : {"\x01", "a\x1f", "\x7f", "\x1b[31m", "\xC2\x80", "b\xC2\x9f"}) {
        EXPECT_TRUE(holds_control_character(text, true)) << text;
    }
    for (const char* const text : {"", " ", "~", "\xC2\xA0", "M\xC3\xBCller", "\xC2"}) {
        EXPECT_FALSE(holds_control_character(text, false)) << text;
    }
}

TEST(ControlCharacters, CountLineEndsAndTabsOnlyInOneLine)
{
    EXPECT_FALSE(holds_control_character("one\r\n\ttwo", true));
    EXPECT_TRUE(holds_control_character("one\ntwo", false));
    EXPECT_TRUE(holds_control_character("one\ttwo", false));
}

}  // namespace
}  // namespace nodtrack
