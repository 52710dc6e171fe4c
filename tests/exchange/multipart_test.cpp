#include "pacs/multipart.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nodtrack::exchange {
namespace {

/// Keeps the parts; fails at the part `refuse_at`.
class Parts final : public ObjectSink {
  public:
    Result<void> begin(std::string_view syntax) override
    {
        EXPECT_TRUE(syntax.empty());
        parts.emplace_back();
        if (parts.size() == refuse_at) return failure(ErrorCode::bad_input, "refused by the sink");
        return {};
    }
    Result<void> data(std::span<const unsigned char> bytes) override
    {
        parts.back().append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return {};
    }
    Result<void> end() override
    {
        ++ended;
        return {};
    }

    std::vector<std::string> parts;
    std::size_t ended = 0;
    std::size_t refuse_at = 0;
};

std::span<const unsigned char> bytes_of(std::string_view text)
{
    return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

/// Fed in pieces of this size.
Result<void> read(const std::string& body, std::size_t piece, Parts& parts)
{
    MultipartReader reader("b0und", parts);
    for (std::size_t from = 0; from < body.size(); from += piece) {
        if (auto fed = reader.feed(bytes_of(std::string_view(body).substr(from, piece))); !fed) return fed;
    }
    return reader.finish();
}

const std::string head = "Content-Type: application/dicom\r\nContent-Length: 7\r\n\r\n";
// Contents that look like delimiters, and nearly are.
const std::vector<std::string> contents = {"abc",   "\r\n--b0un", "", "--b0und\r\n", "\r\n--b0u\r\n--b0unX\r\n",
                                           "last\r"};

std::string whole()
{
    std::string body;
    for (const std::string& content : contents)
        body += "--b0und\r\n" + head + content + "\r\n";
    return body + "--b0und--\r\n";
}

TEST(Multipart, GivesTheSamePartsInWhateverPiecesTheyCome)
{
    for (std::size_t piece = 1; piece <= whole().size(); ++piece) {
        Parts parts;
        const auto done = read(whole(), piece, parts);
        ASSERT_TRUE(done) << piece << ": " << done.error().message;
        EXPECT_EQ(parts.parts, contents) << piece;
        EXPECT_EQ(parts.ended, contents.size()) << piece;
    }
}

TEST(Multipart, IsCutShortWhereverItEndsBeforeItsLastDelimiter)
{
    const std::string body = whole();
    const std::size_t end_of_last = body.size() - 2;  // the line's end behind it may be missing
    for (std::size_t length = 0; length < end_of_last; ++length) {
        Parts parts;
        EXPECT_FALSE(read(body.substr(0, length), 16, parts)) << length;
    }
    Parts parts;
    EXPECT_TRUE(read(body.substr(0, end_of_last), 16, parts));
}

TEST(Multipart, PassesOverWhatStandsBeforeAndBehind)
{
    Parts parts;
    EXPECT_TRUE(read("This is a message.\r\n--b0und \t\r\n\r\nabc\r\n--b0und--\r\nepilogue\r\n--b0und\r\n", 5, parts));
    EXPECT_EQ(parts.parts, std::vector<std::string>{"abc"});
}

TEST(Multipart, RefusesABodyThatDoesNotBegin)
{
    Parts parts;
    EXPECT_FALSE(read(std::string(MultipartReader::longest_head + 100, 'x'), 1000, parts));
    EXPECT_FALSE(read("--b0und\r\nX: " + std::string(MultipartReader::longest_head, 'x') + "\r\n\r\n", 1000, parts));
    EXPECT_FALSE(read("--b0undless\r\n\r\nabc\r\n--b0und--", 1000, parts));
    EXPECT_TRUE(parts.parts.empty());
}

TEST(Multipart, EndsAtWhatTheSinkRefuses)
{
    Parts parts;
    parts.refuse_at = 2;
    const auto done = read(whole(), 10, parts);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().message, "refused by the sink");
    EXPECT_EQ(parts.parts.size(), 2U);
}

TEST(Multipart, KnowsItsBoundaryQuotedOrNot)
{
    EXPECT_EQ(boundary_of(R"(multipart/related; type="application/dicom"; boundary=abc)"), "abc");
    EXPECT_EQ(boundary_of(R"(Multipart/Related;boundary="a;b=c" ; type=x)"), std::nullopt);  // ; is no letter of one
    EXPECT_EQ(boundary_of(R"(Multipart/Related;boundary="a b=c" ; type=x)"), "a b=c");
    EXPECT_EQ(boundary_of(R"(multipart/related; start="; boundary=wrong"; BOUNDARY=right)"), "right");
    for (const char* none : {"", "text/html", "multipart/mixed; boundary=abc", "multipart/related",
                             "multipart/related; boundary=", "multipart/related; boundary=\"a\r\nb\""})
        EXPECT_EQ(boundary_of(none), std::nullopt) << none;
    EXPECT_EQ(boundary_of("multipart/related; boundary=" + std::string(71, 'a')), std::nullopt);
}

}  // namespace
}  // namespace nodtrack::exchange
