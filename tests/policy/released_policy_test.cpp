// The policy that this program releases: complete, cited, and the file of the repository to the byte.

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::policy {
namespace {

std::string file_text(const std::string& path)
{
    std::ifstream file(std::string(NODTRACK_SOURCE_DIR) + "/" + path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

const Policy& released()
{
    static const assess::Judge judge = assess::Judge::released();
    return judge.policy();
}

TEST(ReleasedPolicy, IsTheFileOfTheRepository)
{
    EXPECT_EQ(released_policy_json(), file_text("schema/policies/sarcoma-lung-surveillance-1.1.0.json"));
    EXPECT_EQ(released_sources_json(), file_text("schema/sources.json"));
}

TEST(ReleasedPolicies, AreTheFilesOfTheRepositoryAndStillLoad)
{
    ASSERT_GE(released_policies().size(), 2U);
    EXPECT_EQ(released_policies().back().json, released_policy_json());
    for (const ReleasedPolicy& entry : released_policies()) {
        const std::string file = "schema/policies/sarcoma-lung-surveillance-" + std::string(entry.version) + ".json";
        EXPECT_EQ(entry.json, file_text(file)) << entry.version;
        const auto loaded = load(entry.json, released_sources_json(), assess::catalogue());
        ASSERT_TRUE(loaded) << entry.version << ": " << loaded.error().message;
        EXPECT_EQ(loaded->version, entry.version);
        EXPECT_EQ(loaded->standing.has_value(), entry.version != "1.0.0");
        EXPECT_TRUE(assess::Judge::from(*loaded)) << entry.version;
    }
}

/// A released file never changes: saved assessments name it by its hash.
TEST(ReleasedPolicies, NeverChange)
{
    std::vector<std::string> hashes;
    for (const ReleasedPolicy& entry : released_policies())
        hashes.push_back(load(entry.json, released_sources_json(), assess::catalogue()).value().sha256);
    // A new release adds its line.
    EXPECT_EQ(hashes, (std::vector<std::string>{
                          "8fda92b437dd4abe6d603c15f1874731962c87a62a8080dc6afa0a8dc65abb5c",
                          "3deb63bd91ea5f299cea3da88c1d270cff637d226a434ff225f8513ebc2014e1",
                      }));
}

TEST(ReleasedPolicy, SaysWhoItIs)
{
    EXPECT_EQ(released().id, "sarcoma-lung-surveillance");
    EXPECT_EQ(released().version, "1.1.0");
    EXPECT_EQ(released().sha256.size(), 64U);
}

template <class Rules>
std::vector<std::string> ids_of(const Rules& rules)
{
    std::vector<std::string> ids;
    for (const auto& rule : rules)
        ids.push_back(rule.id);
    return ids;
}

TEST(ReleasedPolicy, HasTheRulesOfTheDecisionTableInItsOrder)
{
    using Ids = std::vector<std::string>;
    EXPECT_EQ(ids_of(released().nodule_rules),
              (Ids{"N15",  "N13a", "N14", "N13b", "N13",  "N1b",  "N2a",  "N2b",  "N1c", "N1",   "N4b", "N4a",
                   "N5a",  "N5b",  "N3",  "N6",   "N17a", "N17b", "N8b",  "N8c",  "N8a", "N8d",  "N8e", "N8f",
                   "N9a",  "N9i",  "N9b", "N9c",  "N9d",  "N9e",  "N9f",  "N9g",  "N9h", "N10b", "N10", "N12a",
                   "N12b", "N12d", "N16", "N12c", "N11a", "N11b", "N11c", "N11d", "N11e"}));
    EXPECT_EQ(ids_of(released().adjustments), (Ids{"N7a", "N7b", "N7c"}));
    EXPECT_EQ(ids_of(released().patient_rules), (Ids{"P0", "P1", "P5", "P2", "P3", "P6"}));
    EXPECT_EQ(ids_of(released().recommendations), (Ids{"G0", "G1", "P4c", "P4a", "P4b", "G2", "G3", "G5", "G6", "R4",
                                                       "R4b", "R4c", "R3p", "R3", "R0n", "R0", "G4", "R2", "R1"}));
}

template <class Entries, class Name>
void expect_cited(const Entries& entries, const Name& name)
{
    for (const auto& entry : entries) {
        EXPECT_TRUE(entry.basis.local_policy || !entry.basis.citations.empty()) << name(entry);
        EXPECT_FALSE(entry.basis.local_policy && !entry.basis.citations.empty())
            << name(entry) << " is local policy or rests on a document, not both";
    }
}

TEST(ReleasedPolicy, CitesADocumentForEachRuleAndNumberOrCallsItLocalPolicy)
{
    const auto by_id = [](const auto& entry) { return entry.id; };
    const auto by_name = [](const auto& entry) { return entry.name; };
    expect_cited(released().nodule_rules, by_id);
    expect_cited(released().adjustments, by_id);
    expect_cited(released().patient_rules, by_id);
    expect_cited(released().recommendations, by_id);
    expect_cited(released().parameters, by_name);
    expect_cited(released().profiles, by_name);
    expect_cited(released().definitions, by_name);
    expect_cited(released().does_not_apply, by_id);
}

TEST(ReleasedPolicy, CitesOnlyWhatCanBeLookedUp)
{
    for (const Citation& citation : released().citations) {
        EXPECT_FALSE(citation.item.empty());
        EXPECT_FALSE(citation.source.empty()) << citation.item;
        EXPECT_FALSE(citation.title.empty()) << citation.item;
        EXPECT_FALSE(citation.statement.empty()) << citation.item;
    }
}

TEST(ReleasedPolicy, RestsOnlyOnReadDocumentsWhereTheTableSaysDocumentEvidence)
{
    // A rule with a number of the source documents (S…) cites at least one statement that was read.
    const auto check = [](const auto& rules) {
        for (const auto& rule : rules) {
            bool from_document = false;
            bool was_read = false;
            for (const std::uint32_t position : rule.basis.citations) {
                const Citation& citation = released().citations[position];
                from_document = from_document || citation.item.front() == 'S';
                was_read = was_read || citation.verification == Verification::read;
            }
            EXPECT_TRUE(!from_document || was_read) << rule.id;
        }
    };
    check(released().nodule_rules);
    check(released().patient_rules);
    check(released().recommendations);
}

TEST(ReleasedPolicy, SaysEachRuleInWords)
{
    std::set<std::string> said;
    for (const NoduleRule& rule : released().nodule_rules)
        EXPECT_FALSE(rule.says.empty()) << rule.id;
    for (const RecommendationRule& rule : released().recommendations) {
        EXPECT_FALSE(rule.says.empty() || rule.advises.empty()) << rule.id;
        EXPECT_TRUE(said.insert(rule.says).second) << rule.id << " says what another rule says";
    }
}

TEST(ReleasedPolicy, HasAnAnswerForEveryNoduleAndEveryPatient)
{
    // The last recommendation holds for everyone; every growth state has a rule that asks for nothing else.
    const Policy& policy = released();
    EXPECT_EQ(policy.conditions[policy.recommendations.back().when].kind, Condition::Kind::all);
    EXPECT_TRUE(policy.conditions[policy.recommendations.back().when].parts.empty());
    std::uint64_t covered = 0;
    for (const NoduleRule& rule : policy.nodule_rules) {
        const Condition& condition = policy.conditions[rule.when];
        if (condition.kind == Condition::Kind::compare && condition.fact == 0) covered |= condition.word_set;
    }
    EXPECT_EQ(covered, (std::uint64_t{1} << std::size(assess::growth_state_words)) - 1);
}

TEST(ReleasedPolicy, NamesTheGuidelinesThatDoNotApplyAndItsWeakPoints)
{
    EXPECT_EQ(released().does_not_apply.size(), 4U);
    EXPECT_EQ(released().weak_points.size(), 4U);
    for (const Notice& notice : released().weak_points)
        EXPECT_FALSE(notice.text.empty()) << notice.id;
}

}  // namespace
}  // namespace nodtrack::policy
