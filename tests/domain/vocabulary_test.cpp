#include "nodtrack/domain/vocabulary.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "nodtrack/domain/record_schema.hpp"

namespace nodtrack {
namespace {

template <class Enumeration>
void expect_words_round_trip()
{
    const auto& words = Vocabulary<Enumeration>::words;
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto value = static_cast<Enumeration>(i);
        EXPECT_EQ(word(value), words[i]);
        EXPECT_EQ(value_of_word<Enumeration>(words[i]), value);
        EXPECT_TRUE(seen.insert(words[i]).second) << words[i] << " stands twice";
        EXPECT_TRUE(std::all_of(words[i].begin(), words[i].end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        })) << words[i];
    }
    EXPECT_FALSE(value_of_word<Enumeration>(""));
    EXPECT_FALSE(value_of_word<Enumeration>("unknown"));
    EXPECT_EQ(word_list<Enumeration>().ends_with(", unknown"), Vocabulary<Enumeration>::accepts_unknown);
}

template <class Fields>
void expect_fields_round_trip(const Fields& fields)
{
    for_each_field(fields, []<class Owner, class Member>(const Field<Owner, Member>& field) {
        using Value = BareOf<Member>;
        if constexpr (std::is_enum_v<Value>) expect_words_round_trip<Value>();
        EXPECT_FALSE(field.meaning.empty()) << field.column;
    });
}

TEST(Vocabulary, WordsAndValuesAreTheSameBothWays)
{
    expect_fields_round_trip(patient_fields);
    expect_fields_round_trip(scan_fields);
    expect_fields_round_trip(findings_fields);
    expect_fields_round_trip(therapy_fields);
    expect_fields_round_trip(event_fields);
    expect_words_round_trip<Symptom>();
}

TEST(Vocabulary, EnumeratorsStandAtTheirWords)
{
    EXPECT_EQ(word(Status::newly_seen), "new");
    EXPECT_EQ(word(ScheduleProfile::default_profile), "default");
    EXPECT_EQ(word(Histology::carcinoma_metastasis), "carcinoma_metastasis");
    EXPECT_EQ(word(Histology::ups_of_bone), "ups_of_bone");
    EXPECT_EQ(word(PrimarySite::skin), "skin");
    EXPECT_EQ(word(Calcification::amorphous), "amorphous");
    EXPECT_EQ(word(DosePhantom::body_32_cm), "32");
    EXPECT_EQ(word(Answer::yes), "yes");
    EXPECT_EQ(word(VolumeMethod::partial_volume), "partial_volume");
}

TEST(Symptoms, AreASet)
{
    Symptoms symptoms;
    EXPECT_TRUE(symptoms.empty());
    symptoms.insert(Symptom::local_mass);
    symptoms.insert(Symptom::cough);
    symptoms.insert(Symptom::cough);
    EXPECT_TRUE(symptoms.contains(Symptom::cough));
    EXPECT_TRUE(symptoms.contains(Symptom::local_mass));
    EXPECT_FALSE(symptoms.contains(Symptom::dyspnoea));
    Symptoms cough;
    cough.insert(Symptom::cough);
    EXPECT_TRUE(symptoms.contains_all_of(cough));
    EXPECT_FALSE(cough.contains_all_of(symptoms));
    EXPECT_EQ(cough.united_with(symptoms), symptoms);
}

}  // namespace
}  // namespace nodtrack
