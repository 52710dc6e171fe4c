#include "man_page.hpp"

#include <algorithm>
#include <string_view>

#include "help_rows.hpp"
#include "parse.hpp"

namespace nodtrack::cli {
namespace {

/// A text as roff shows it: hyphens as they are typed, and no line that begins as a request.
std::string in_roff(std::string_view text)
{
    std::string out;
    bool begins_line = true;
    for (const char c : text) {
        if (begins_line && (c == '.' || c == '\'')) out += "\\&";
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else if (c == '\'') {
            out += "\\(aq";
        } else {
            out += c;
        }
        begins_line = c == '\n';
    }
    return out;
}

std::string heading(std::string_view name, std::string_view version)
{
    std::string title = in_roff(name);
    std::ranges::transform(title, title.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return ".\\\" Made by `nodtrack docs` of the table of commands. Do not edit.\n.TH " + title +
           " 1 \"\" \"nodtrack " + std::string(version) + "\" \"nodtrack\"\n";
}

std::string section(std::string_view title, const Rows& rows)
{
    if (rows.empty()) return {};
    std::string text = ".SH " + std::string(title) + "\n";
    for (const auto& [name, meaning] : rows)
        text += ".TP\n.B " + in_roff(name) + "\n" + in_roff(meaning) + "\n";
    return text;
}

std::string description(std::string_view summary, std::string_view text)
{
    std::string out = ".SH DESCRIPTION\n" + in_roff(summary) + ".\n";
    for (const std::string_view part : paragraphs(text)) {
        out += part.starts_with(' ') ? ".PP\n.nf\n" + in_roff(part) + "\n.fi\n" : ".PP\n" + in_roff(part) + "\n";
    }
    return out;
}

std::string examples(const Command& command)
{
    if (command.examples.empty()) return {};
    std::string text = ".SH EXAMPLES\n";
    for (const Example& example : command.examples) {
        text += ".PP\n.EX\n" + in_roff(example.line) + "\n.EE\n";
        if (!example.says.empty()) text += ".RS\n" + in_roff(example.says) + "\n.RE\n";
    }
    return text;
}

std::string page_of(const Command& command)
{
    std::string name = "nodtrack-" + command.name;
    std::ranges::replace(name, ' ', '-');
    return name;
}

}  // namespace

std::string man_page_name(const Command& command)
{
    return page_of(command) + ".1";
}

std::string program_man_page(const std::string& version)
{
    Rows options;
    for (const Option& option : global_options())
        options.emplace_back(option_as_typed(option), option.help);
    options.emplace_back("--help", "shows this; after a command's name, all of that command");
    options.emplace_back("--version", "shows the program's version and its policy's");
    const Rows environment = {{"NODTRACK_DB", "the registry, where --db is not given; else ./nodtrack.db"},
                              {"NODTRACK_NOW", "a moment (2026-12-31T09:00:00Z) taken for now"},
                              {"NO_COLOR", "where it is set, nothing is coloured"}};
    const Rows files = {
        {"nodtrack.db", "a registry; beside it its write-ahead log (-wal, -shm) while it is used"},
        {"nodtrack.db.schema-N.bak", "the registry as it was before a newer program migrated it from schema N"}};
    const Rows statuses = {{"0", "done"},      {"1", "an internal error"}, {"2", "invalid arguments"},
                           {"3", "bad input"}, {"4", "not found"},         {"5", "the registry is unusable"}};
    return heading("nodtrack", version) +
           ".SH NAME\nnodtrack \\- follows lung nodules of sarcoma patients from CT to CT\n" +
           ".SH SYNOPSIS\n.B nodtrack\n[\\-\\-db FILE] COMMAND …\n" +
           description("follows lung nodules of sarcoma patients from CT to CT, and says what to do next, and why",
                       "Decision support for review by radiologist and oncologist; no medical device.\n\nEach command "
                       "has a page of its own: nodtrack-COMMAND(1).") +
           section("COMMANDS", summary_rows("")) + section("OPTIONS", options) + section("ENVIRONMENT", environment) +
           section("FILES", files) + section("EXIT STATUS", statuses);
}

std::string command_man_page(const Command& command, const std::string& version)
{
    const std::string name = page_of(command);
    return heading(name, version) + ".SH NAME\n" + in_roff(name) + " \\- " + in_roff(command.summary) +
           "\n.SH SYNOPSIS\n" + in_roff(usage_line(command)) + "\n" +
           description(command.summary, command.description) + section("ARGUMENTS", argument_rows(command)) +
           section("OPTIONS", option_rows(command)) + examples(command) + section("EXIT STATUS", exit_rows(command)) +
           ".SH SEE ALSO\n.BR nodtrack (1)\n";
}

}  // namespace nodtrack::cli
