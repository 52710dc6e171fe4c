#include "form.hpp"

#include <gtest/gtest.h>

namespace nodtrack::service {
namespace {

TEST(Form, RefusesWhatIsNoObject)
{
    for (const char* text : {"", "nonsense", "[]", "1", "null", "{", "{}}", "{\"a\":1,}", "{'a':1}"}) {
        const auto form = Form::of(text);
        ASSERT_FALSE(form) << text;
        EXPECT_EQ(form.error().code, ErrorCode::usage);
    }
}

TEST(Form, RefusesNestingBeforeAnythingRecursive)
{
    const std::string deep = "{\"a\":" + std::string(1'000'000, '[') + std::string(1'000'000, ']') + "}";
    EXPECT_FALSE(Form::of(deep));
    EXPECT_TRUE(Form::of(R"({"a":"[[[[[[[[[[[[[[[[[[[[[[[[["})")) << "brackets within a text are none";
}

TEST(Form, RefusesAMemberGivenTwiceAtAnyDepth)
{
    for (const char* text :
         {R"({"reason":"a","reason":"b"})", R"({"seen":{"reason":"a","reason":null}})",
          R"({"links":[{},{"reason":"a","reason":"a"}]})", R"({"scan":{"reason":1,"re\u0061son":2}})"}) {
        const auto form = Form::of(text);
        ASSERT_FALSE(form) << text;
        EXPECT_EQ(form.error().code, ErrorCode::usage);
        EXPECT_EQ(form.error().message, "the body: key \"reason\" is given twice in one object; keep one of them");
    }
}

TEST(Form, TellsAllThatIsWrongTogether)
{
    auto form = Form::of(R"({"text":1,"date":"2026-02-30","number":"x","yes":1,"texts":[1],"more":true})");
    ASSERT_TRUE(form);
    form->text("text");
    form->text("missing");
    form->date("date");
    form->number("number");
    form->yes("yes");
    form->texts("texts");
    const auto done = form->done();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().context.size(), 7U);
    EXPECT_EQ(done.error().context.back(), "more: there is no such member");
}

TEST(Form, MakesCellsAsTheyWouldStandInTheFile)
{
    auto form = Form::of(R"({"c":{"a":8.4,"b":"8.40","c":null,"d":["cough","dyspnoea"],"e":true,"f":12}})");
    ASSERT_TRUE(form);
    std::string text;
    for (const auto& cell : form->cells("c"))
        text += cell.column + "=" + cell.text + " ";
    EXPECT_EQ(text, "a=8.4 b=8.40 c= d=cough;dyspnoea e=yes f=12 ");
    EXPECT_TRUE(form->done());
}

}  // namespace
}  // namespace nodtrack::service
