#include "nodtrack/report/sentences.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "nodtrack/assess/ledger.hpp"
#include "nodtrack/assess/worklist.hpp"
#include "nodtrack/report/letter.hpp"

namespace nodtrack::report {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

Date day(std::string_view text)
{
    return *Date::parse(text);
}

/// `{day}`, `{patient}`: the names that a sentence is filled with.
std::multiset<std::string> names_in(const std::vector<std::string>& paragraphs)
{
    std::multiset<std::string> names;
    for (const std::string& text : paragraphs) {
        for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1))
            names.insert(text.substr(at, text.find('}', at) - at + 1));
    }
    return names;
}

TEST(Sentences, AreThereInGermanAndEnglish)
{
    EXPECT_THAT(Sentences::languages(), Contains("de"));
    EXPECT_THAT(Sentences::languages(), Contains("en"));
}

/// A key that one language lacks would end a letter in a fault of the program.
TEST(Sentences, HaveEveryKeyInEveryLanguageWithTheSameNamesInIt)
{
    const Sentences& english = Sentences::in("en");
    for (const std::string& language : Sentences::languages()) {
        const Sentences& other = Sentences::in(language);
        for (const auto& [key, paragraphs] : english.all()) {
            const auto found = other.all().find(key);
            ASSERT_NE(found, other.all().end()) << language << " lacks " << key;
            EXPECT_EQ(names_in(found->second), names_in(paragraphs)) << language << ": " << key;
            EXPECT_EQ(found->second.size(), paragraphs.size()) << language << ": " << key;
        }
        for (const auto& [key, paragraphs] : other.all())
            EXPECT_TRUE(english.all().contains(key)) << language << " has " << key << ", which nothing says";
    }
}

/// Words that the program looks up by a value: a value without its word would be a fault.
TEST(Sentences, HaveAWordForEveryValueThatIsLookedUp)
{
    for (const std::string& language : Sentences::languages()) {
        const Sentences& words = Sentences::in(language);
        const auto has = [&](const std::string& key) {
            EXPECT_TRUE(words.all().contains(key)) << language << " " << key;
        };
        for (const std::string_view action : policy::action_words) {
            has("recommendation.dated." + std::string(action));
            has("recommendation.undated." + std::string(action));
        }
        for (const std::string_view word : policy::patient_class_words)
            has("class." + std::string(word));
        for (const std::string_view word : assess::worklist_group_words)
            has("group." + std::string(word));
        for (const std::string_view word : assess::ledger_kind_words)
            has("decision." + std::string(word));
        for (const std::string_view word : Vocabulary<EventKind>::words)
            has("event." + std::string(word));
        for (const std::string_view word : Vocabulary<NextStep>::words)
            has("next_step." + std::string(word));
        for (const std::string_view to : letter_to_words) {
            has("letter.to." + std::string(to));
            has("letter.greeting." + std::string(to));
            for (const std::string_view kind : letter_kind_words) {
                has("letter." + std::string(to) + "." + std::string(kind) + ".subject");
                has("letter." + std::string(to) + "." + std::string(kind) + ".body");
            }
        }
        for (int month = 1; month <= 12; ++month)
            has("months." + std::to_string(month));
    }
}

/// A letter may be opened by anybody at home.
TEST(Sentences, OfLettersToPatientsNameNoDiagnosisAndNoFinding)
{
    const std::vector<std::string> not_said = {
        "tumour", "tumor",    "cancer", "krebs",      "sarcom", "sarkom", "metasta", "nodule", "herd", "lung",
        "malign", "bösartig", "suspic", "verdächtig", "board",  "onko",   "onco",    "chemo",  "biops"};
    for (const std::string& language : Sentences::languages()) {
        for (const auto& [key, paragraphs] : Sentences::in(language).all()) {
            const bool is_of_letter = key.starts_with("letter.patient.") || key.starts_with("letter.exam.") ||
                                      key == "letter.greeting.patient" || key == "letter.to.patient" ||
                                      key == "letter.closing" || key == "letter.signature" ||
                                      key == "letter.our_number";
            if (!is_of_letter) continue;
            for (std::string text : paragraphs) {
                std::ranges::transform(text, text.begin(),
                                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
                for (const std::string& word : not_said)
                    EXPECT_THAT(text, Not(HasSubstr(word))) << language << ": " << key;
            }
        }
    }
}

TEST(Sentences, WriteADayAsTheLanguageDoes)
{
    EXPECT_EQ(Sentences::in("en").day(day("2027-02-18")), "18 February 2027");
    EXPECT_EQ(Sentences::in("de").day(day("2027-03-01")), "1. März 2027");
}

TEST(Sentences, SayTheRecommendationInOneLine)
{
    const policy::Action options[] = {policy::Action::pet_ct};
    EXPECT_EQ(
        recommendation_sentence(policy::Action::tumour_board, day("2026-11-24"), day("2027-01-05"), options,
                                Sentences::in("de")),
        "Vorstellung im Sarkom-Tumorboard bis 24. November 2026. In jedem Fall CT-Thorax ohne Kontrastmittel am 5. "
        "Januar 2027. Ein PET-CT ist möglich.");
    EXPECT_EQ(
        recommendation_sentence(policy::Action::out_of_scope, std::nullopt, std::nullopt, {}, Sentences::in("en")),
        "Outside this surveillance.");
}

TEST(Sentences, AreRefusedWhereAKeyHasNoSentence)
{
    EXPECT_THAT(Sentences::read(R"({"a": {"b": 3}})", "xx").error().message, HasSubstr("a.b is no sentence"));
    EXPECT_THAT(Sentences::read(R"({"a": "b", "a": "c"})", "xx").error().message, HasSubstr("twice"));
    EXPECT_THAT(Sentences::read(R"([])", "xx").error().message, HasSubstr("no object"));
}

// --- letters -------------------------------------------------------------------------------------------------------

assess::WorklistEntry entry_of(policy::Action action, std::vector<assess::WorklistGroup> groups)
{
    assess::WorklistEntry entry;
    entry.patient_id = "P1";
    entry.action = action;
    entry.group = groups.front();
    entry.groups = std::move(groups);
    entry.due_date = day("2026-11-10");
    entry.last_heard = day("2026-02-10");
    entry.last_scan_date = day("2026-02-10");
    return entry;
}

using policy::Action;
using Group = assess::WorklistGroup;

TEST(Letter, AsksToComeForWhatIsDueOrOverdue)
{
    auto entry = entry_of(Action::continue_surveillance, {Group::due});
    EXPECT_EQ(letter_of(entry, LetterTo::patient)->kind, LetterKind::due);
    entry.groups = {Group::overdue};
    entry.days_late = 1;
    EXPECT_EQ(letter_of(entry, LetterTo::patient)->kind, LetterKind::overdue);
    entry.groups = {Group::lost, Group::overdue};
    EXPECT_EQ(letter_of(entry, LetterTo::patient)->kind, LetterKind::lost);
}

TEST(Letter, IsNotWrittenToAnUrgentPatientWhoIsCalled)
{
    const auto entry = entry_of(Action::continue_surveillance, {Group::urgent, Group::lost, Group::overdue});
    EXPECT_FALSE(letter_of(entry, LetterTo::patient));
    EXPECT_FALSE(letter_of(entry, LetterTo::clinic));
    EXPECT_THAT(why_no_letter(entry), HasSubstr("call"));
}

TEST(Letter, IsNotWrittenForWhatPeopleHereHaveToDo)
{
    EXPECT_FALSE(letter_of(entry_of(Action::tumour_board, {Group::board, Group::overdue}), LetterTo::patient));
    EXPECT_FALSE(letter_of(entry_of(Action::data_required, {Group::data_required}), LetterTo::patient));
    auto with_step = entry_of(Action::continue_surveillance, {Group::next_step, Group::due});
    with_step.next_step = NextStep::biopsy;
    EXPECT_FALSE(letter_of(with_step, LetterTo::patient));
    EXPECT_FALSE(letter_of(entry_of(Action::short_interval_ct, {Group::unanswered, Group::due}), LetterTo::patient))
        << "the board may change the day";
}

TEST(Letter, NamesALateSafetyNetCtByItsOwnDay)
{
    auto entry = entry_of(Action::tumour_board, {Group::overdue, Group::board});
    entry.late_safety_net = day("2026-10-01");
    entry.days_late = 40;
    const auto letter = letter_of(entry, LetterTo::patient);
    ASSERT_TRUE(letter);
    EXPECT_THAT(letter_text(*letter, {.sender = {}, .written_on = day("2026-11-10"), .to = LetterTo::patient},
                            Sentences::in("en")),
                HasSubstr("1 October 2026"));
}

TEST(Letter, EscapesWhatASenderIsCalled)
{
    const Letter letter = *letter_of(entry_of(Action::continue_surveillance, {Group::due}), LetterTo::patient);
    const std::string html =
        letters_html({&letter, 1}, {.sender = "<b>Ambulanz</b>", .written_on = day("2026-11-01")}, Sentences::in("de"));
    EXPECT_THAT(html, HasSubstr("&lt;b&gt;Ambulanz"));
    EXPECT_THAT(html, HasSubstr("<html lang=\"de\">"));
    EXPECT_THAT(html, HasSubstr("10. November 2026"));
}

TEST(Letter, HasNothingLeftToBeFilledIn)
{
    for (const std::string& language : Sentences::languages()) {
        for (const LetterTo to : {LetterTo::patient, LetterTo::clinic}) {
            for (const LetterKind kind : {LetterKind::due, LetterKind::overdue, LetterKind::lost}) {
                Letter letter = *letter_of(entry_of(Action::pet_ct, {Group::due}), to);
                letter.kind = kind;
                const std::string text = letter_text(letter, {.sender = "S", .written_on = day("2026-11-01"), .to = to},
                                                     Sentences::in(language));
                EXPECT_THAT(text, Not(HasSubstr("{"))) << language;
            }
        }
    }
}

}  // namespace
}  // namespace nodtrack::report
