#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "nodtrack/response/recist.hpp"

// The published example of CDISC's oncology domains (pharmaversesdtm, Apache-2.0: eight subjects, three assessors): the
// arithmetic of the targets against the response that stands beside them. One of 57 differs: a target of 4.95 mm is
// back after all were gone, which RECIST 1.1 (4.3.1, 4.3.5) takes for progress, and is published as PR.

namespace nodtrack::response {
namespace {

namespace fs = std::filesystem;
using Row = std::map<std::string, std::string>;

std::vector<Row> rows_of(const fs::path& file)
{
    std::ifstream in(file);
    const auto cells_of = [](const std::string& line) {
        std::vector<std::string> cells{""};
        bool quoted = false;
        for (const char c : line) {
            if (c == '"')
                quoted = !quoted;
            else if (c == ',' && !quoted)
                cells.emplace_back();
            else if (c != '\r')
                cells.back() += c;
        }
        return cells;
    };
    std::string line;
    std::getline(in, line);
    const auto names = cells_of(line);
    std::vector<Row> rows;
    while (std::getline(in, line)) {
        const auto cells = cells_of(line);
        Row row;
        for (std::size_t i = 0; i < names.size() && i < cells.size(); ++i)
            row[names[i]] = cells[i];
        rows.push_back(std::move(row));
    }
    return rows;
}

using Assessor = std::pair<std::string, std::string>;
/// Of each assessor and day the size of each target, and whether it is a node.
using Sizes = std::map<Assessor, std::map<std::string, std::map<std::string, std::pair<Length, bool>>>>;

/// Nodes are measured by their short axis, all else by the long one (RECIST 1.1, 3.1.1).
Sizes sizes_of(const fs::path& folder)
{
    std::set<std::array<std::string, 3>> nodes;
    for (Row& row : rows_of(folder / "tu_onco_recist.csv")) {
        if (row["TULOC"] == "LYMPH NODE") nodes.insert({row["USUBJID"], row["TUEVALID"], row["TULNKID"]});
    }
    Sizes sizes;
    for (Row& row : rows_of(folder / "tr_onco_recist.csv")) {
        const bool is_node = nodes.contains({row["USUBJID"], row["TREVALID"], row["TRLNKID"]});
        if (row["TRGRPID"] != "TARGET" || row["TRTESTCD"] != (is_node ? "LPERP" : "LDIAM")) continue;
        const auto micrometres = std::llround(std::stod(row["TRSTRESN"]) * 1000);
        sizes[{row["USUBJID"], row["TREVALID"]}][row["TRDTC"]][row["TRLNKID"]] = {Length::from_thousandths(micrometres),
                                                                                  is_node};
    }
    return sizes;
}

TEST(PublishedResponses, AreThoseOfTheArithmeticOfTheTargetsButOne)
{
    const fs::path folder = fs::path(NODTRACK_SHARED_DIR) / "exchange/samples/cdisc";
    if (!fs::exists(folder / "tr_onco_recist.csv")) GTEST_SKIP() << "needs the published example in " << folder;
    const Sizes sizes = sizes_of(folder);
    std::size_t same = 0;
    std::size_t all = 0;
    std::ostringstream different;
    for (Row& row : rows_of(folder / "rs_onco_recist.csv")) {
        if (row["RSTESTCD"] != "OVRLRESP") continue;
        const auto assessor = sizes.find({row["USUBJID"], row["RSEVALID"]});
        if (assessor == sizes.end()) continue;
        const auto& baseline = assessor->second.begin()->second;
        const auto now = assessor->second.find(row["RSDTC"]);
        if (now == assessor->second.end() || now == assessor->second.begin()) continue;
        ++all;
        Length at_baseline;
        std::optional<Length> nadir;
        TargetSum sum;
        for (const auto& [date, targets] : assessor->second) {
            if (date > row["RSDTC"]) break;
            sum = {};
            sum.all_gone = true;
            for (const auto& [target, size] : baseline) {
                const auto found = targets.find(target);
                if (found == targets.end()) {
                    sum.is_whole = false;
                    sum.all_gone = false;
                    continue;
                }
                sum.sum = sum.sum + found->second.first;
                constexpr Length normal_node = Length::from_thousandths(10000);  // RECIST 1.1, 4.3.1: short axis below
                sum.all_gone &=
                    found->second.second ? found->second.first < normal_node : found->second.first == Length();
            }
            if (date == assessor->second.begin()->first) at_baseline = sum.sum;
            if (date != row["RSDTC"] && sum.is_whole) nadir = std::min(nadir.value_or(sum.sum), sum.sum);
        }
        const Response answer = target_response(sum, at_baseline, nadir.value_or(at_baseline));
        if (term(answer) == row["RSSTRESC"])
            ++same;
        else
            different << row["USUBJID"] << " " << row["RSEVALID"] << " " << row["RSDTC"] << ": " << term(answer)
                      << " by arithmetic, " << row["RSSTRESC"] << " published\n";
    }
    EXPECT_EQ(all, 57u);
    EXPECT_EQ(same, 56u);
    EXPECT_EQ(different.str(), "01-701-1133 RADIOLOGIST 2 2012-12-30: PD by arithmetic, PR published\n");
}

}  // namespace
}  // namespace nodtrack::response
