#include <gtest/gtest.h>

#include "../store/support.hpp"
#include "http_request.hpp"

namespace nodtrack::service {
namespace {

using test::value_of;

constexpr const char* media = "multipart/form-data; boundary=\"b b\"";

std::string part(const std::string& disposition, const std::string& text)
{
    return "--b b\r\nContent-Disposition: form-data; " + disposition + "\r\nContent-Type: text/csv\r\n\r\n" + text +
           "\r\n";
}

TEST(Multipart, GivesEachFileByItsNameAndItsTextAsItIs)
{
    const std::string text = "a,b\r\n--b\r\n\"x\"";
    const auto uploads = value_of(uploads_of(media, part("name=\"files\"; filename=\"a \\\"1\\\".csv\"", text) +
                                                        part("name=record.json", "{}") + "--b b--\r\n"));
    ASSERT_EQ(uploads.size(), 2U);
    EXPECT_EQ(uploads[0].name, "a \"1\".csv");
    EXPECT_EQ(uploads[0].text, text);
    EXPECT_EQ(uploads[1].name, "record.json");
    EXPECT_EQ(uploads[1].text, "{}");
}

TEST(Multipart, ThatIsNoneOrIsCutShortOrHasTooManyFilesIsRefused)
{
    std::string many;
    for (int i = 0; i < 21; ++i)
        many += part("name=f; filename=f" + std::to_string(i) + ".csv", "");
    for (const std::string& body :
         std::initializer_list<std::string>{std::string(), "--b b", "--b bx", "--b b\r\n", part("name=f", "text"),
                                            "--other\r\n\r\n\r\n--other--", many + "--b b--\r\n"}) {
        const auto refused = uploads_of(media, body);
        ASSERT_FALSE(refused) << body.substr(0, 40);
        EXPECT_EQ(refused.error().code, ErrorCode::usage);
    }
    EXPECT_FALSE(uploads_of("multipart/form-data", part("name=f", "") + "--b b--"));
}

}  // namespace
}  // namespace nodtrack::service
