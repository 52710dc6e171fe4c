#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "nodtrack/interop/data_package.hpp"

namespace nodtrack::interop {
namespace {

// What each program takes for a label of a variable, and for its name (Stata 18: 80 characters, 32 for a name; SPSS 29:
// 256 bytes, 64 for a name).
constexpr std::size_t longest_stata_label = 80;
constexpr std::size_t longest_stata_name = 32;
constexpr std::size_t longest_spss_label = 250;
constexpr int spss_text_width = 4000;
constexpr int spss_word_width = 64;

struct FileColumns {
    std::string_view file;
    std::vector<const DictionaryEntry*> columns;
};

std::vector<FileColumns> by_file(std::span<const DictionaryEntry> entries)
{
    std::vector<FileColumns> files;
    for (const DictionaryEntry& entry : entries) {
        if (files.empty() || files.back().file != entry.file) files.push_back({entry.file, {}});
        files.back().columns.push_back(&entry);
    }
    return files;
}

std::vector<std::string> words_of(std::string_view list)
{
    std::vector<std::string> words;
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(", "), list.size());
        words.emplace_back(list.substr(0, comma));
        list.remove_prefix(std::min(comma + 2, list.size()));
    }
    return words;
}

/// Meaning and unit, for a label.
std::string label_of(const DictionaryEntry& entry)
{
    return entry.unit.empty() ? std::string(entry.meaning) : fmt::format("{} ({})", entry.meaning, entry.unit);
}

/// At most `most` bytes, not cut within a character.
std::string cut(std::string text, std::size_t most)
{
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U)
        --most;
    text.resize(most);
    return text;
}

/// In quotes of that kind, those inside doubled.
std::string doubled(std::string_view text, char quote)
{
    std::string quoted(1, quote);
    for (const char c : text) {
        if (c == quote) quoted += quote;
        quoted += c;
    }
    return quoted + quote;
}

/// A literal of R.
std::string r_text(std::string_view text)
{
    std::string literal = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') literal += '\\';
        literal += c;
    }
    return literal + '"';
}

bool is_numeric(const DictionaryEntry& entry)
{
    return entry.type == "decimal" || entry.type == "count";
}

}  // namespace

std::string labels_for_r(std::span<const DictionaryEntry> entries)
{
    std::string text =
        "# Reads the CSV files of this folder into data frames with types, labels and words:\n"
        "#   setwd(\"the folder\"); source(\"labels.R\")\n"
        "# An empty cell is NA: not known. `attr(patients$sex, \"label\")` says what a column means.\n\n"
        "read_table <- function(file, classes) {\n"
        "  read.csv(file, colClasses = classes, na.strings = \"\", encoding = \"UTF-8\", check.names = FALSE)\n"
        "}\n";
    for (const auto& [file, columns] : by_file(entries)) {
        text += fmt::format("\nif (file.exists(\"{0}.csv\")) {{\n  {0} <- read_table(\"{0}.csv\", c(\n", file);
        for (const DictionaryEntry* column : columns) {
            const std::string_view type = column->type == "date" ? "Date"
                                          : is_numeric(*column)  ? "numeric"
                                                                 : "character";
            text += fmt::format("    {} = \"{}\"{}\n", column->column, type, column == columns.back() ? "))" : ",");
        }
        for (const DictionaryEntry* column : columns) {
            if (column->type == "word") {
                std::vector<std::string> words;
                for (const std::string& word : words_of(column->words))
                    words.push_back(r_text(word));
                text += fmt::format("  {0}${1} <- factor({0}${1}, levels = c({2}))\n", file, column->column,
                                    fmt::join(words, ", "));
            }
            text += fmt::format("  attr({}${}, \"label\") <- {}\n", file, column->column, r_text(label_of(*column)));
        }
        text += "}\n";
    }
    return text;
}

std::string labels_for_spss(std::span<const DictionaryEntry> entries)
{
    std::string text =
        "* Encoding: UTF-8.\n"
        "* Reads the CSV files of this folder, each into a data set of its name, with types and labels.\n"
        "* First: CD 'the folder'.  Leave out the part of a file that the export does not have.\n"
        "* An empty cell is missing: not known.\n";
    for (const auto& [file, columns] : by_file(entries)) {
        text += fmt::format(
            "\nGET DATA /TYPE=TXT /FILE='{}.csv' /ENCODING='UTF8' /ARRANGEMENT=DELIMITED /DELCASE=LINE\n"
            "  /DELIMITERS=',' /QUALIFIER='\"' /FIRSTCASE=2 /VARIABLES=",
            file);
        for (const DictionaryEntry* column : columns) {
            const std::string type =
                column->type == "date" ? "SDATE10"
                : is_numeric(*column)  ? "F12.3"
                                       : fmt::format("A{}", column->type == "text" ? spss_text_width : spss_word_width);
            text += fmt::format("\n  {} {}", column->column, type);
        }
        text += fmt::format(".\nDATASET NAME {}.\nVARIABLE LABELS", file);
        for (const DictionaryEntry* column : columns) {
            text += fmt::format("\n  {} {}", column->column, doubled(cut(label_of(*column), longest_spss_label), '\''));
        }
        text += ".\n";
        for (const DictionaryEntry* column : columns) {
            if (column->type != "word") continue;
            text += fmt::format("VALUE LABELS {}", column->column);
            for (const std::string& word : words_of(column->words)) {
                std::string in_words = word;
                std::ranges::replace(in_words, '_', ' ');
                text += fmt::format("\n  {} {}", doubled(word, '\''), doubled(in_words, '\''));
            }
            text += ".\n";
        }
    }
    return text;
}

std::string labels_for_stata(std::span<const DictionaryEntry> entries)
{
    std::string text =
        "* Reads the CSV files of this folder and saves each as a .dta with types, labels and words:\n"
        "*   cd \"the folder\"\n"
        "*   do labels.do\n"
        "* An empty cell is missing: not known. Words are numbers with value labels; dates are %td.\n"
        "version 14\n";
    for (const auto& [file, columns] : by_file(entries)) {
        text += fmt::format(
            "\ncapture confirm file \"{0}.csv\"\nif _rc == 0 {{\n"
            "    import delimited using \"{0}.csv\", clear varnames(1) case(preserve) stringcols(_all) "
            "bindquotes(strict) maxquotedrows(unlimited) encoding(\"utf-8\")\n",
            file);
        for (const DictionaryEntry* column : columns) {
            const std::string name = cut(std::string(column->column), longest_stata_name);
            if (is_numeric(*column)) text += fmt::format("    destring {}, replace\n", name);
            if (column->type == "date") {
                text += fmt::format(
                    "    generate long _day = daily({0}, \"YMD\")\n    format _day %td\n    order _day, after({0})\n"
                    "    drop {0}\n    rename _day {0}\n",
                    name);
            }
            if (column->type == "word") {
                text += "    capture label drop _words\n    label define _words";
                int number = 0;
                for (const std::string& word : words_of(column->words))
                    text += fmt::format(" {} \"{}\"", ++number, word);
                text += fmt::format(
                    "\n    encode {0}, generate(_word) label(_words) noextend\n    order _word, after({0})\n"
                    "    drop {0}\n    rename _word {0}\n    label copy _words {0}, replace\n    label values {0} "
                    "{0}\n",
                    name);
            }
            std::string label = cut(label_of(*column), longest_stata_label);
            std::ranges::replace(label, '"', '\'');
            text += fmt::format("    label variable {} \"{}\"\n", name, label);
        }
        text += fmt::format("    capture label drop _words\n    save \"{}.dta\", replace\n}}\n", file);
    }
    return text;
}

}  // namespace nodtrack::interop
