#include "case_table.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include "case_notation.hpp"
#include "nodtrack/assess/assessment.hpp"

namespace nodtrack::cases {
namespace {

constexpr std::array<std::string_view, 13> columns = {"case",  "patient", "timeline", "therapies", "events",
                                                      "as_of", "class",   "action",   "due",       "count_band",
                                                      "rules", "nodules", "also"};
using Cells = std::array<std::string, columns.size()>;

std::string day_or_none(const std::string& text)
{
    if (text.empty()) throw NotationError("\"due\" is a day, or none");
    return text == "none" ? text : day_of(text).iso();
}

/// `N1 NEW SUSPICIOUS N8d`; the order of nodules is that of their ids.
std::vector<std::string> nodule_lines(const std::string& cell)
{
    std::vector<std::string> lines;
    for (const std::string& part : split(cell, ";")) {
        std::string line;
        for (const std::string& word : words_of(part))
            line += (line.empty() ? "" : " ") + word;
        lines.push_back(line);
    }
    std::sort(lines.begin(), lines.end(), [](const std::string& a, const std::string& b) {
        return a.substr(0, a.find(' ')) < b.substr(0, b.find(' '));
    });
    return lines;
}

/// `+code(N1) ~ part of its text`, or `-code`.
ExpectedFlag flag_of(const std::string& text)
{
    ExpectedFlag flag;
    flag.present = text.front() == '+';
    const auto tilde = text.find('~');
    std::string name(trimmed(text.substr(1, tilde == std::string::npos ? tilde : tilde - 1)));
    if (tilde != std::string::npos) flag.fragment = std::string(trimmed(text.substr(tilde + 1)));
    if (const auto bracket = name.find('('); bracket != std::string::npos) {
        flag.subject = name.substr(bracket + 1, name.size() - bracket - 2);
        name.resize(bracket);
    }
    const auto& words = assess::flag_code_words;
    if (std::find(words.begin(), words.end(), name) == words.end()) throw NotationError("no flag is called " + name);
    flag.code = name;
    return flag;
}

/// `R0:+14d`: what is asked for beside the answer, by which rule and until when.
std::string also_of(const std::string& text)
{
    const auto colon = text.find(':');
    if (colon == std::string::npos) throw NotationError("\"also=" + text + "\": write also=RULE:DAY");
    return text.substr(0, colon + 1) + day_of(text.substr(colon + 1)).iso();
}

void read_expectations(const Cells& cells, ClinicalCase& entry)
{
    std::string safety_net = "none";
    std::string options = "none";
    std::string asked_also;
    std::string stands_since = "none";
    for (const std::string& part : split(cells[12], ";")) {
        if (part.front() == '+' || part.front() == '-') {
            entry.expected_flags.push_back(flag_of(part));
        } else if (part.rfind("safety_net=", 0) == 0) {
            safety_net = day_of(part.substr(part.find('=') + 1)).iso();
        } else if (part.rfind("option=", 0) == 0) {
            options = part.substr(part.find('=') + 1);
        } else if (part.rfind("also=", 0) == 0) {
            asked_also += " " + also_of(part.substr(part.find('=') + 1));
        } else if (part.rfind("stands_since=", 0) == 0) {
            stands_since = day_of(part.substr(part.find('=') + 1)).iso();
        } else {
            throw NotationError("\"also\" takes safety_net=, option=, also=, stands_since=, +flag and -flag, not \"" +
                                part + "\"");
        }
    }
    entry.expected = {"class " + cells[6],
                      "action " + cells[7],
                      "due " + day_or_none(cells[8]),
                      "safety net " + safety_net,
                      "options " + options,
                      "count band " + cells[9],
                      "rules " + cells[10],
                      "also" + (asked_also.empty() ? " none" : asked_also),
                      "stands since " + stands_since};
    for (std::string& line : nodule_lines(cells[11]))
        entry.expected.push_back(std::move(line));
}

ClinicalCase case_of(const std::string& text)
{
    const auto parts = cells_of(text);
    if (parts.size() != columns.size()) {
        throw NotationError(std::to_string(parts.size()) + " cells, not " + std::to_string(columns.size()));
    }
    Cells cells;
    for (std::size_t i = 0; i < cells.size(); ++i)
        cells[i] = std::string(trimmed(parts[i]));
    ClinicalCase entry;
    entry.title = cells[0];
    entry.record = record_of(cells[1], cells[2], cells[3], cells[4]);
    entry.as_of = cells[5].empty() ? day_zero() : day_of(cells[5]);
    read_expectations(cells, entry);
    return entry;
}

void read_table(const std::filesystem::path& path, CaseTables& tables)
{
    std::ifstream file(path);
    std::string text;
    bool header = true;
    for (int line = 1; std::getline(file, text); ++line) {
        if (trimmed(text).empty() || text.front() == '#') continue;
        try {
            if (header) {
                header = false;
                const auto names = cells_of(text);
                if (!std::equal(names.begin(), names.end(), columns.begin(), columns.end())) {
                    throw NotationError("the header is not that of a case table");
                }
                continue;
            }
            ClinicalCase entry = case_of(text);
            entry.file = path.stem().string();
            entry.line = line;
            tables.cases.push_back(std::move(entry));
        } catch (const NotationError& error) {
            tables.problems.push_back(path.filename().string() + ":" + std::to_string(line) + ": " + error.what());
        }
    }
}

}  // namespace

CaseTables read_case_tables(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".csv") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    CaseTables tables;
    for (const auto& file : files)
        read_table(file, tables);
    return tables;
}

const CaseTables& clinical_cases()
{
    static const CaseTables tables = read_case_tables(std::filesystem::path(NODTRACK_SOURCE_DIR) / "tests" / "cases");
    return tables;
}

}  // namespace nodtrack::cases
