#include <gtest/gtest.h>

#include <nodtrack/imaging/match_list.hpp>
#include <random>

namespace nodtrack::imaging {
namespace {

TEST(NoduleList, IsReadWithColumnsInAnyOrder)
{
    const auto list = read_nodule_list_text(
        "\xEF\xBB\xBFlobe,z_mm,x_reader,nodule_id,y_mm,x_mm,attenuation,long_axis_mm\r\n"
        "rul,-1.5,me,\"N,1\",2,3e1,solid,6.25\r\n"
        "\r\n"
        "unknown,0,,N2,0,0,,\r\n",
        "a.csv");
    ASSERT_TRUE(list) << list.error().context.front();
    EXPECT_FALSE(list->names_exams);
    ASSERT_EQ(list->exams.size(), 1U);
    const auto& nodules = list->exams[0].nodules;
    ASSERT_EQ(nodules.size(), 2U);
    EXPECT_EQ(nodules[0].nodule_id, "N,1");
    EXPECT_EQ(nodules[0].position_mm, (std::array{30.0, 2.0, -1.5}));
    EXPECT_EQ(nodules[0].lobe, Lobe::rul);
    EXPECT_EQ(nodules[0].attenuation, AttenuationClass::solid);
    EXPECT_EQ(nodules[0].long_axis_mm, 6.25);
    EXPECT_FALSE(nodules[1].lobe || nodules[1].attenuation || nodules[1].long_axis_mm);
}

TEST(NoduleList, OfAHeaderAloneIsEmpty)
{
    const auto list = read_nodule_list_text("nodule_id,x_mm,y_mm,z_mm\n", "a.csv");
    ASSERT_TRUE(list);
    ASSERT_EQ(list->exams.size(), 1U);
    EXPECT_TRUE(list->exams[0].nodules.empty());
}

struct Wrong {
    const char* text;
    const char* begins;  ///< the first problem
};

TEST(NoduleList, TellsWhereAProblemIs)
{
    const Wrong wrongs[] = {
        {"", "a.csv:1: the file is empty"},
        {"nodule_id,x_mm,y_mm\n", "a.csv:1:z_mm: the column is missing"},
        {"nodule_id,x_mm,y_mm,z_mm,colour\n", "a.csv:1:column 5: an unknown column"},
        {"nodule_id,x_mm,y_mm,z_mm,x_mm\n", "a.csv:1:x_mm: the column is there twice"},
        {"nodule_id,x_mm,y_mm,z_mm\nN1,1,2\n", "a.csv:2: 3 cells; expected 4"},
        {"nodule_id,x_mm,y_mm,z_mm\nN1,1,2,nan\n", "a.csv:2:z_mm: 'nan' is no number"},
        {"nodule_id,x_mm,y_mm,z_mm\nN1,1,-inf,3\n", "a.csv:2:y_mm: '-inf' is no number"},
        {"nodule_id,x_mm,y_mm,z_mm\nN1,12a,2,3\n", "a.csv:2:x_mm: '12a' is no number"},
        {"nodule_id,x_mm,y_mm,z_mm\nN1,,2,3\n", "a.csv:2:x_mm: empty"},
        {"nodule_id,x_mm,y_mm,z_mm\nN1,1e300,2,3\n", "a.csv:2:x_mm: '1e300' is too far off"},
        {"nodule_id,x_mm,y_mm,z_mm\nN1,1e999,2,3\n", "a.csv:2:x_mm: '1e999' is no number"},
        {"nodule_id,x_mm,y_mm,z_mm\n,1,2,3\n", "a.csv:2:nodule_id: empty"},
        {"nodule_id,x_mm,y_mm,z_mm\n\xFF,1,2,3\n", "a.csv:2:nodule_id: too long, or no plain text"},
        {"nodule_id,x_mm,y_mm,z_mm\nN1,1,2,3\nN2,1,2,3\nN1,4,5,6\n", "a.csv:4:nodule_id: the same id as in row 2"},
        {"nodule_id,x_mm,y_mm,z_mm\nN\"1,1,2,3\n", "a.csv:2: a quote out of place"},
        {"nodule_id,x_mm,y_mm,z_mm\n\"N1,1,2,3\n", "a.csv:2: a quote out of place"},
        {"nodule_id,x_mm,y_mm,z_mm,long_axis_mm\nN1,1,2,3,-4\n", "a.csv:2:long_axis_mm: '-4' is no size"},
        {"nodule_id,x_mm,y_mm,z_mm,lobe\nN1,1,2,3,upper\n", "a.csv:2:lobe: 'upper' is no word"},
        {"nodule_id,x_mm,y_mm,z_mm,attenuation\nN1,1,2,3,grey\n", "a.csv:2:attenuation: 'grey' is no word"},
        {"exam,nodule_id,x_mm,y_mm,z_mm\n,N1,1,2,3\n", "a.csv:2:exam: empty"},
    };
    for (const auto& wrong : wrongs) {
        const auto list = read_nodule_list_text(wrong.text, "a.csv");
        ASSERT_FALSE(list) << wrong.text;
        EXPECT_EQ(list.error().code, ErrorCode::bad_input);
        ASSERT_FALSE(list.error().context.empty());
        EXPECT_TRUE(list.error().context.front().starts_with(wrong.begins)) << list.error().context.front();
    }
}

TEST(NoduleList, TellsAllProblemsAtOnce)
{
    const auto list = read_nodule_list_text("nodule_id,x_mm,y_mm,z_mm\nN1,a,b,c\nN2,1,2,d\n", "a.csv");
    ASSERT_FALSE(list);
    EXPECT_EQ(list.error().message, "4 problems in a.csv");
    EXPECT_EQ(list.error().context.size(), 4U);
}

TEST(NoduleList, ThatIsNotThereIsNotFound)
{
    const auto list = read_nodule_list("/nonexistent/list.csv");
    ASSERT_FALSE(list);
    EXPECT_EQ(list.error().code, ErrorCode::not_found);
}

TEST(NoduleList, IsRefusedOrReadWhateverIsDoneToIt)
{
    const std::string sound =
        "exam,nodule_id,x_mm,y_mm,z_mm,long_axis_mm,lobe\nE1,N1,1.5,-20,3,6,rul\nE1,\"N\"\"2\",4,5,6,,\nE2,N1,7,8,9,5,"
        "lll\n";
    const std::string pieces[] = {",", "\"", "\n", "\r\n", "\0", "\xC3", "nan", "-", "1e308", "x_", "\xEF\xBB\xBF"};
    std::mt19937 random(3);
    for (int round = 0; round < 5000; ++round) {
        std::string text = sound;
        for (unsigned change = 0; change < 1 + random() % 4; ++change) {
            const std::size_t at = random() % (text.size() + 1);
            switch (random() % 4) {
                case 0:
                    text.resize(at);
                    break;
                case 1:
                    text.insert(at, pieces[random() % std::size(pieces)]);
                    break;
                case 2:
                    text.erase(at, random() % 5);
                    break;
                default:
                    if (at < text.size()) text[at] = static_cast<char>(random() % 256);
            }
        }
        auto list = read_nodule_list_text(text, "a.csv");
        if (!list) {
            EXPECT_FALSE(list.error().context.empty());
            continue;
        }
        const auto again = read_nodule_list_text(text, "a.csv");
        const auto exams = match_lists(std::move(*list), *again);
        ASSERT_TRUE(exams);
        for (const auto& exam : *exams) {
            for (const auto& link : exam.links)
                EXPECT_TRUE(link.confidence > 0 && link.confidence < 1);
        }
    }
}

TEST(MatchLists, TakesExamsByNameAndKeepsThoseOfOneListOnly)
{
    auto prior = read_nodule_list_text("exam,nodule_id,x_mm,y_mm,z_mm\nB,1,-80,0,0\nA,1,80,0,0\n", "p.csv");
    auto current = read_nodule_list_text("exam,nodule_id,x_mm,y_mm,z_mm\nC,1,0,0,0\nA,9,82,1,5\n", "c.csv");
    const auto exams = match_lists(std::move(*prior), std::move(*current));
    ASSERT_TRUE(exams);
    ASSERT_EQ(exams->size(), 3U);
    EXPECT_EQ((*exams)[0].exam, "B");
    EXPECT_FALSE((*exams)[0].links[0].current);
    EXPECT_EQ((*exams)[1].exam, "A");
    EXPECT_TRUE((*exams)[1].links[0].current);
    EXPECT_EQ((*exams)[2].exam, "C");
    EXPECT_FALSE((*exams)[2].links[0].prior);
}

TEST(MatchLists, RefusesToPairNamedExamsWithUnnamedOnes)
{
    auto prior = read_nodule_list_text("exam,nodule_id,x_mm,y_mm,z_mm\n", "p.csv");
    auto current = read_nodule_list_text("nodule_id,x_mm,y_mm,z_mm\n", "c.csv");
    EXPECT_FALSE(match_lists(std::move(*prior), std::move(*current)));
}

}  // namespace
}  // namespace nodtrack::imaging
