#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include "released.hpp"

// Every number against the catalogue of the documents' criteria, read where it stands beside the checkout; it is not
// part of the project. The same values stand in the other tests of this folder, typed by hand.

namespace nodtrack::dose {
namespace {

using test::released_factors;
using test::released_tables;

const std::string clinical = std::string(NODTRACK_SHARED_DIR) + "/clinical/";

std::string content_of(const std::string& file)
{
    std::ifstream stream(clinical + file);
    std::ostringstream content;
    content << stream.rdbuf();
    return content.str();
}

/// The statements of catalogue.csv by their number.
std::map<std::string, std::string> catalogue()
{
    std::map<std::string, std::string> statements;
    std::istringstream lines(content_of("catalogue.csv"));
    for (std::string line; std::getline(lines, line);) {
        std::vector<std::string> cells(1);
        bool quoted = false;
        for (const char c : line) {
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells.emplace_back();
            } else {
                cells.back() += c;
            }
        }
        if (cells.size() > 3) statements[cells[0]] = cells[3];
    }
    return statements;
}

std::string replaced(const std::string& text, const char* pattern, const char* by)
{
    return std::regex_replace(text, std::regex(pattern), by);
}

/// A procedure's name without what the catalogue abbreviates or leaves out.
std::string short_name(std::string name)
{
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    name = replaced(name, "area of interest", "aoi");
    name = replaced(name, "^mri whole body", "mri body");
    name = replaced(name, "without-and-with", "without and with");
    name = replaced(name, "( whole body| iv contrast)", "");
    name = replaced(name, "bone scan( with |\\+)spect.*", "bone scan and spect");
    return replaced(name, "^\\s+|\\s+$", "");
}

struct Stated {
    std::string rating;
    std::string level;
};

const char* const rating_pattern =
    "Usually Appropriate|May Be Appropriate \\(Disagreement\\)|May Be Appropriate|"
    "Usually Not Appropriate";

/// What one statement says of each examination it names, by short name.
std::map<std::string, Stated> stated_in(std::string statement)
{
    std::map<std::string, Stated> stated;
    std::string rating_of_all;
    std::smatch match;
    if (std::regex_match(statement, match, std::regex("(" + std::string(rating_pattern) + "): (.*)"))) {
        rating_of_all = match[1];
        statement = match[2];
    } else {
        statement = replaced(statement, "^[^=]*: ", "");  // "Bone primary, local recurrence: …"
    }
    // One row of the catalogue stands for three of the document.
    statement = replaced(statement, "CT area of interest with / without-and-with / without IV contrast = each (.*)",
                         "CT AOI with = $1; CT AOI without-and-with = $1; CT AOI without = $1");
    const bool all_vary = statement.find("(all Varies)") != std::string::npos;
    std::istringstream parts(statement);
    for (std::string part; std::getline(parts, part, ';');) {
        Stated cell{rating_of_all, all_vary ? "Varies" : ""};
        if (std::regex_search(part, match, std::regex(rating_pattern))) cell.rating = match[0];
        if (std::regex_search(part, match,
                              std::regex("RRL (O|[1-5]|Varies)|, (O|[1-5]|Varies)\\s*$|\\((O|[1-5]|Varies)\\)"))) {
            cell.level = match[1].str() + match[2].str() + match[3].str();
        }
        std::string name = short_name(replaced(replaced(part, "\\s*=.*", ""), "\\s*\\(.*", ""));
        if (name == "mri without") name = "mri aoi without";  // second half of a statement about the region
        stated[name] = cell;
    }
    return stated;
}

class SharedCatalogue : public testing::Test {
  protected:
    void SetUp() override
    {
        if (!std::ifstream(clinical + "catalogue.csv")) {
            GTEST_SKIP() << "no " << clinical << "catalogue.csv: the clinical documents stand beside the checkout "
                         << "(NODTRACK_SHARED_DIR)";
        }
    }
};

TEST_F(SharedCatalogue, HasEveryRatingAndAdultLevelOfOurTables)
{
    const auto statements = catalogue();
    std::map<std::string, std::size_t> ours_by_item;
    for (const Variant& variant : released_tables().variants) {
        for (const VariantRow& row : variant.rows) {
            const std::string& item = row.citations.at(0).item;
            const auto stated = stated_in(statements.at(item));
            const auto found = stated.find(short_name(row.name));
            ASSERT_NE(found, stated.end()) << item << " does not speak of " << short_name(row.name);
            EXPECT_EQ(found->second.rating, released_tables().name_of(row.rating)) << item << ", " << row.name;
            const std::string level(word_of(row.level(AgeGroup::adult).word));
            EXPECT_EQ(found->second.level, level == "varies" ? "Varies" : level) << item << ", " << row.name;
            ++ours_by_item[item];
        }
    }
    // And nothing of the catalogue's five tables is missing from ours.
    std::size_t examinations = 0;
    for (int i = 1; i <= 29; ++i) {
        const std::string item = "S1-0" + std::string(i < 10 ? "0" : "") + std::to_string(i);
        EXPECT_EQ(ours_by_item[item], stated_in(statements.at(item)).size()) << item;
        examinations += ours_by_item[item];
    }
    EXPECT_EQ(examinations, 45U);
}

/// `1 <0.1; 2 0.1-1; …` as bands.
std::map<std::string, DoseBand> bands_in(const std::string& statement)
{
    std::map<std::string, DoseBand> bands;
    const std::regex pattern("\\b([O1-5]) (<)?([0-9.]+)(?:-([0-9.]+))?(?=;| mSv)");
    for (std::sregex_iterator at(statement.begin(), statement.end(), pattern), end; at != end; ++at) {
        const std::smatch& m = *at;
        const double first = std::stod(m[3]);
        if (m[4].matched) {
            bands[m[1]] = {first, std::stod(m[4])};
        } else {
            bands[m[1]] = {0, m[2].matched ? first : 0};
        }
    }
    return bands;
}

TEST_F(SharedCatalogue, HasTheDoseBandsOfBothColumns)
{
    const auto statements = catalogue();
    const auto adult = bands_in(statements.at("S1-118"));
    const auto child = bands_in(statements.at("S1-119"));
    ASSERT_EQ(adult.size(), 6U);
    ASSERT_EQ(child.size(), 6U);
    std::size_t seen = 0;
    for (const Procedure& procedure : released_factors().procedures) {
        for (const RadiationLevel& level : procedure.levels) {
            if (!level.band) continue;
            const auto& column = level.group == AgeGroup::adult ? adult : child;
            EXPECT_EQ(*level.band, column.at(std::string(word_of(level.word)))) << procedure.id;
            ++seen;
        }
    }
    EXPECT_GT(seen, 10U);
    // Columns that no procedure reaches stand in the file all the same.
    const std::string json(released_dose_factors_json());
    for (const auto& [group, bands] : {std::pair("adult", adult), std::pair("child", child)}) {
        const std::size_t start = json.find("\"" + std::string(group) + "\": { \"bands\"");
        ASSERT_NE(start, std::string::npos);
        const auto in_file = json.substr(start, json.find('}', start) - start);
        for (const auto& [level, band] : bands) {
            std::ostringstream text;
            text << "\"" << level << "\": [" << band.low_msv << ", " << band.high_msv << "]";
            EXPECT_THAT(in_file, testing::HasSubstr(text.str()));
        }
    }
}

TEST_F(SharedCatalogue, GivesAChildsChestCtFourSymbols)
{
    const auto statements = catalogue();
    std::smatch match;
    const std::string statement = statements.at("S0-021");
    ASSERT_TRUE(std::regex_search(statement, match, std::regex("PAEDIATRIC ([1-5]) symbols ([0-9.]+)-([0-9.]+) mSv")));
    const RadiationLevel& level = released_factors().procedure("ct_chest_without_iv_contrast")->level(AgeGroup::child);
    EXPECT_EQ(word_of(level.word), match[1].str());
    EXPECT_EQ(level.band, (DoseBand{std::stod(match[2]), std::stod(match[3])}));
    EXPECT_THAT(statements.at("S0-037"), testing::HasSubstr("3-10 mSv"));
}

std::vector<double> numbers_in(const std::string& text)
{
    std::vector<double> numbers;
    const std::regex pattern("\\.[0-9]{2,4}");
    for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
        numbers.push_back(std::stod(at->str()));
    }
    return numbers;
}

TEST_F(SharedCatalogue, HasEveryConversionFactorOfBothSets)
{
    const std::string evidence = content_of("evidence.md");
    const std::size_t start = evidence.find("| O-68 |");
    ASSERT_NE(start, std::string::npos);
    const std::string line = evidence.substr(start, evidence.find('\n', start) - start);
    const std::size_t second = line.find("ICRP 103");
    const std::size_t rest = line.find("=>");
    ASSERT_LT(second, rest);
    const std::array<std::vector<double>, 2> stated = {numbers_in(line.substr(0, second)),
                                                       numbers_in(line.substr(second, rest - second))};
    for (std::size_t i = 0; i < stated.size(); ++i) {
        std::vector<double> ours;
        for (const FactorPoint& point : released_factors().factor_sets.at(i).points)
            ours.push_back(point.k);
        EXPECT_EQ(ours, stated[i]) << released_factors().factor_sets[i].id;
    }
    EXPECT_THAT(line, testing::HasSubstr("**16-cm** phantom DLP, adult 32-cm"));
    for (const FactorSet& set : released_factors().factor_sets) {
        for (const FactorPoint& point : set.points) {
            EXPECT_EQ(point.phantom, point.age_years ? DosePhantom::head_16_cm : DosePhantom::body_32_cm) << set.id;
        }
    }
}

}  // namespace
}  // namespace nodtrack::dose
