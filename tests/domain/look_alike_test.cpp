#include "nodtrack/domain/look_alike.hpp"

#include <gtest/gtest.h>

namespace nodtrack {
namespace {

struct Pair {
    const char* claim;
    const char* left;
    const char* right;
};

TEST(LookAlike, AreIdsThatDifferByCaseLettersOrLeadingZerosAlone)
{
    for (const Pair& pair : std::initializer_list<Pair>{
             {"case", "N1", "n1"},
             {"case within", "Ab1", "AB1"},
             {"case outside ASCII", "M\u00DCller", "m\u00FCller"},
             {"l for 1", "N1", "Nl"},
             {"I for 1", "N1", "NI"},
             {"i for 1", "N1", "Ni"},
             {"O for 0", "N10", "N1O"},
             {"o for 0", "P-100", "P-1oo"},
             {"Cyrillic A", "A1",
              "\u0410"
              "1"},
             {"Cyrillic small a", "a1",
              "\u0430"
              "1"},
             {"Cyrillic capital Ve", "B7",
              "\u0412"
              "7"},
             {"Greek capital Nu", "N1",
              "\u039D"
              "1"},
             {"full-width", "N1", "\uFF2E\uFF11"},
             {"composed and decomposed", "M\u00FCller", "Mu\u0308ller"},
             {"Arabic-Indic digit", "N1", "N\u0661"},
             {"Bengali digit, whose ten begin late", "N7", "N\u09ED"},
             {"zero-width space", "N1", "N1\u200B"},
             {"byte-order mark", "N1", "\uFEFFN1"},
             {"soft hyphen", "SARC1", "SARC\u00AD1"},
             {"en dash", "SARC-1", "SARC\u20131"},
             {"leading zeros lost", "00123", "123"},
             {"one of them lost", "0123", "00123"},
             {"leading zeros of a number within", "N01", "N1"},
             {"a letter O for a leading zero", "NO1", "N1"},
             {"a capital O before a number alone", "O123", "123"},
             {"and case", "n01", "N1"},
             {"zero alone", "N00", "N0"},
             {"letters O for leading zeros", "OO123", "00123"},
         }) {
        EXPECT_TRUE(look_alike(pair.left, pair.right)) << pair.claim;
        EXPECT_TRUE(look_alike(pair.right, pair.left)) << pair.claim;
    }
}

TEST(LookAlike, KnowsWhatIsNotSeen)
{
    for (const char* id : {"\u3164", "\u200B\u200B", "\uFEFF", "\u00AD", "\u2003", " ", ""})
        EXPECT_FALSE(is_seen(id)) << id;
    for (const char* id : {"N1", "N\u200B", "\u00FC", "\u0661", "-"})
        EXPECT_TRUE(is_seen(id)) << id;
}

TEST(LookAlike, AreNotIdsThatAreTheSameOrReallyDiffer)
{
    for (const Pair& pair : std::initializer_list<Pair>{
             {"the same", "N1", "N1"},
             {"another number", "N1", "N2"},
             {"zeros at the end", "N1", "N10"},
             {"zeros in the middle", "N101", "N11"},
             {"another letter", "A1", "B1"},
             {"a letter with another mark", "Muller", "M\u00FCller"},
             {"another word", "LUL", "RUL"},
             {"a dash more", "N-1", "N1"},
         }) {
        EXPECT_FALSE(look_alike(pair.left, pair.right)) << pair.claim;
    }
}

TEST(LookAlike, TakesBytesThatAreNoTextAsTheyStand)
{
    EXPECT_FALSE(look_alike("N\xFF", "N\xFE"));
}

TEST(LookAlikeIds, NameAnotherOneThatWasAdded)
{
    LookAlikeIds known;
    known.add("00123");
    known.add("SARC-001");
    known.add("SARC-010");
    EXPECT_EQ(known.like("123"), "00123");
    EXPECT_EQ(known.like("sarc-1"), "SARC-001");
    EXPECT_EQ(known.like("00123"), std::nullopt) << "the same is known";
    EXPECT_EQ(known.like("SARC-002"), std::nullopt);
    EXPECT_EQ(known.like("SARC-0100"), std::nullopt);
}

}  // namespace
}  // namespace nodtrack
