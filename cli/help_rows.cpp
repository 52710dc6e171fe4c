#include "help_rows.hpp"

#include <algorithm>

#include "parse.hpp"

namespace nodtrack::cli {
namespace {

std::string listed(const std::vector<std::string>& words)
{
    std::string list;
    for (const auto& word : words)
        list += (list.empty() ? "" : ", ") + word;
    return list;
}

std::string help_of(const Option& option)
{
    std::string help = option.help;
    if (!option.words.empty()) help += " {" + listed(option.words) + "}";
    if (option.repeated) help += " (may be repeated)";
    return help;
}

}  // namespace

std::vector<std::string_view> paragraphs(std::string_view text)
{
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const std::size_t end = text.find("\n\n");
        parts.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    }
    return parts;
}

std::string option_as_typed(const Option& option)
{
    return option.value.empty() ? option.name : option.name + " " + option.value;
}

std::string usage_line(const Command& command)
{
    std::string line = "nodtrack " + command.name;
    for (const auto& positional : command.positionals) {
        const std::string name = positional.repeated ? positional.name + "…" : positional.name;
        line += positional.required ? " " + name : " [" + name + "]";
    }
    constexpr std::size_t most_options_spelt_out = 6;
    const bool spell_out = command.options.size() <= most_options_spelt_out;
    for (const auto& option : command.options) {
        if (option.required) line += " " + option_as_typed(option);
        if (!option.required && spell_out) line += " [" + option_as_typed(option) + "]";
    }
    if (!spell_out) line += " [OPTION…]";
    return line;
}

Rows argument_rows(const Command& command)
{
    Rows rows;
    for (const auto& positional : command.positionals)
        rows.emplace_back(positional.name, positional.help);
    return rows;
}

Rows option_rows(const Command& command)
{
    Rows rows;
    for (const auto& option : command.options) {
        rows.emplace_back(option_as_typed(option), help_of(option) + (option.required ? " (required)" : ""));
    }
    if (command.uses_registry) {
        for (const auto& option : global_options())
            rows.emplace_back(option_as_typed(option), option.help);
    }
    rows.emplace_back("--help", "shows this");
    return rows;
}

Rows exit_rows(const Command& command)
{
    auto failures = command.failures;
    failures.emplace_back(ExitStatus::done, "done");
    failures.emplace_back(ExitStatus::internal_fault, "an internal error, or the answer could not be written");
    failures.emplace_back(ExitStatus::usage, "invalid arguments");
    if (command.uses_registry) {
        failures.emplace_back(ExitStatus::registry_unusable, "the registry cannot be opened, read or written");
    }
    std::stable_sort(failures.begin(), failures.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    Rows rows;
    for (const auto& [status, meaning] : failures) {
        const std::string number = std::to_string(static_cast<int>(status));
        if (!rows.empty() && rows.back().first == number) {
            rows.back().second += "; " + meaning;
        } else {
            rows.emplace_back(number, meaning);
        }
    }
    return rows;
}

Rows summary_rows(std::string_view first_word)
{
    Rows rows;
    for (const auto& command : commands()) {
        const bool belongs = first_word.empty() || command.name.starts_with(std::string(first_word) + " ");
        if (!command.hidden && belongs) rows.emplace_back(command.name, command.summary);
    }
    return rows;
}

}  // namespace nodtrack::cli
