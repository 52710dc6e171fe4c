#include "help.hpp"

#include <algorithm>

#include "help_rows.hpp"
#include "parse.hpp"
#include "terminal.hpp"

namespace nodtrack::cli {
namespace {

/// Characters as shown: bytes of UTF-8 that begin one.
std::size_t shown_width(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// `text` in lines that fit the terminal, each but the first indented.
std::string wrapped(std::string_view text, std::size_t indent)
{
    std::string lines;
    std::size_t column = indent;
    const std::size_t width = line_width();
    while (!text.empty()) {
        const std::size_t space = text.find(' ');
        const std::string_view word = text.substr(0, space);
        text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
        if (column > indent && column + 1 + shown_width(word) > width) {
            lines += '\n' + std::string(indent, ' ');
            column = indent;
        } else if (column > indent) {
            lines += ' ';
            ++column;
        }
        lines += word;
        column += shown_width(word);
    }
    return lines;
}

std::string section(std::string_view title, const Rows& rows)
{
    if (rows.empty()) return {};
    constexpr std::size_t widest_left = 26;
    std::size_t left = 0;
    for (const auto& row : rows) {
        if (shown_width(row.first) <= widest_left) left = std::max(left, shown_width(row.first));
    }
    std::string text = "\n" + std::string(title) + ":\n";
    for (const auto& [name, help] : rows) {
        text += "  " + name;
        if (shown_width(name) > left) {
            text += "\n" + std::string(left + 4, ' ');
        } else {
            text += std::string(left - shown_width(name) + 2, ' ');
        }
        text += wrapped(help, left + 4) + "\n";
    }
    return text;
}

std::string described(const Command& command)
{
    std::string text;
    for (const std::string_view part : paragraphs(command.description)) {
        text += "\n";
        text += part.starts_with(' ') ? std::string(part) : wrapped(part, 0);
        text += "\n";
    }
    return text;
}

std::string example_section(const Command& command)
{
    if (command.examples.empty()) return {};
    std::string text = "\nExamples:\n";
    for (const auto& example : command.examples) {
        text += "  " + example.line + "\n";
        if (!example.says.empty()) text += "      " + wrapped(example.says, 6) + "\n";
    }
    return text;
}

std::string table(std::string_view left, std::string_view right, const Rows& rows)
{
    const auto cell = [](std::string text) {
        for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) {
            text.insert(at, "\\");
        }
        return text;
    };
    std::string text = "| " + std::string(left) + " | " + std::string(right) + " |\n| --- | --- |\n";
    for (const auto& [name, help] : rows)
        text += "| `" + name + "` | " + cell(help) + " |\n";
    return text;
}

}  // namespace

std::string program_help()
{
    Rows globals;
    for (const auto& option : global_options())
        globals.emplace_back(option_as_typed(option), option.help);
    globals.emplace_back("--help", "shows this; after a command's name, all of that command");
    globals.emplace_back("--version", "shows the program's version and its policy's");
    return "nodtrack - follows lung nodules of sarcoma patients from CT to CT, and says what to do next, and why\n"
           "\nUsage: nodtrack [--db FILE] COMMAND …\n" +
           section("Commands", summary_rows("")) + section("Options", globals) +
           section("Environment", {{"NODTRACK_DB", "the registry, where --db is not given"},
                                   {"NODTRACK_NOW", "a moment (2026-12-31T09:00:00Z) taken for now"}}) +
           "\nDecision support for review by radiologist and oncologist.\n"
           "'nodtrack COMMAND --help' tells all of a command, with examples.\n";
}

std::string group_help(std::string_view first_word)
{
    return "Usage: nodtrack " + std::string(first_word) + " COMMAND …\n" +
           section("Commands", summary_rows(first_word));
}

std::string command_help(const Command& command)
{
    return wrapped("nodtrack " + command.name + " - " + command.summary, 4) +
           "\n\nUsage: " + wrapped(usage_line(command), 11) + "\n" + described(command) +
           section("Arguments", argument_rows(command)) + section("Options", option_rows(command)) +
           example_section(command) + section("Exit status", exit_rows(command));
}

std::string page_name(const Command& command)
{
    std::string name = command.name + ".md";
    std::replace(name.begin(), name.end(), ' ', '-');
    return name;
}

std::string command_page(const Command& command)
{
    std::string page = "<!-- Written by `./run docs` from cli/. Do not edit. -->\n\n# nodtrack " + command.name +
                       "\n\n" + command.summary + ".\n\n```\n" + usage_line(command) + "\n```\n";
    for (const std::string_view part : paragraphs(command.description)) {
        page += part.starts_with(' ') ? "\n```\n" + std::string(part) + "\n```\n" : "\n" + std::string(part) + "\n";
    }
    if (!command.positionals.empty()) {
        page += "\n## Arguments\n\n" + table("argument", "meaning", argument_rows(command));
    }
    page += "\n## Options\n\n" + table("option", "meaning", option_rows(command));
    page += "\n## Examples\n";
    for (const auto& example : command.examples) {
        page += "\n```\n" + example.line + "\n```\n";
        if (!example.says.empty()) page += "\n" + example.says + "\n";
    }
    page += "\n## Exit status\n\n" + table("status", "meaning", exit_rows(command));
    return page;
}

std::string commands_index()
{
    std::string page =
        "<!-- Written by `./run docs` from cli/. Do not edit. -->\n\n# The commands\n\n"
        "| command | what it does |\n| --- | --- |\n";
    for (const auto& command : commands()) {
        if (command.hidden) continue;
        page += "| [" + command.name + "](" + page_name(command) + ") | " + command.summary + " |\n";
    }
    return page +
           "\n`--db FILE` names the registry, before or after the command (else the environment's `NODTRACK_DB`, else "
           "`./nodtrack.db`).\n"
           "stdout carries the answer only, stderr everything else. Exit status: 0 done, 1 internal fault, 2 usage, "
           "3 bad input, 4 not found, 5 registry unusable.\n"
           "`NODTRACK_NOW=2026-12-31T09:00:00Z` is taken for now, for tests and to look at another day.\n";
}

}  // namespace nodtrack::cli
