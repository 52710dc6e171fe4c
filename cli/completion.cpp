#include "completion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "command.hpp"
#include "parse.hpp"

namespace nodtrack::cli {
namespace {

/// What a value is, by what `--help` calls it.
std::string_view kind_of_value(std::string_view name)
{
    static constexpr auto files =
        std::to_array<std::string_view>({"FILE", "IMAGE", "CT", "PRIOR", "CURRENT", "TABLE", "MAP", "A", "B"});
    if (name == "DIR" || name == "FOLDER") return "folder";
    return std::ranges::find(files, name) != files.end() ? "file" : "text";
}

/// The options of a command, those that every command takes included.
std::vector<Option> options_of(const Command& command)
{
    std::vector<Option> options = command.options;
    if (command.uses_registry) options.insert(options.end(), global_options().begin(), global_options().end());
    options.push_back({.name = "--help", .help = "shows all of this command"});
    return options;
}

std::vector<const Command*> shown_commands()
{
    std::vector<const Command*> shown;
    for (const Command& command : commands()) {
        if (!command.hidden) shown.push_back(&command);
    }
    return shown;
}

/// What the positional arguments of a command are: files if any is one.
std::string_view kind_of_arguments(const Command& command)
{
    for (const std::string_view wanted : {"folder", "file"}) {
        const bool found = std::ranges::any_of(
            command.positionals, [&](const Positional& argument) { return kind_of_value(argument.name) == wanted; });
        if (found) return wanted;
    }
    return "text";
}

/// `policy` of `policy show`; empty for a command of one word.
std::string_view group_of(const Command& command)
{
    const std::size_t space = command.name.find(' ');
    return space == std::string::npos ? std::string_view() : std::string_view(command.name).substr(0, space);
}

/// A word that may come first, and what it means.
struct FirstWord {
    std::string_view word;
    std::string says;
};

std::vector<FirstWord> first_words()
{
    std::vector<FirstWord> words;
    for (const Command* command : shown_commands()) {
        const std::string_view group = group_of(*command);
        const std::string_view word = group.empty() ? std::string_view(command->name) : group;
        if (std::ranges::find(words, word, &FirstWord::word) != words.end()) continue;
        words.push_back({word, group.empty() ? command->summary : fmt::format("commands of {}", word)});
    }
    return words;
}

std::vector<std::string_view> groups()
{
    std::vector<std::string_view> found;
    for (const Command* command : shown_commands()) {
        const std::string_view group = group_of(*command);
        if (!group.empty() && std::ranges::find(found, group) == found.end()) found.push_back(group);
    }
    return found;
}

std::vector<const Command*> commands_of(std::string_view group)
{
    std::vector<const Command*> found = shown_commands();
    std::erase_if(found, [&](const Command* command) { return group_of(*command) != group; });
    return found;
}

std::string_view second_word(const Command& command)
{
    return std::string_view(command.name).substr(group_of(command).size() + 1);
}

std::string replaced(std::string_view text, std::string_view what, std::string_view by)
{
    std::string out(text);
    for (std::size_t at = out.find(what); at != std::string::npos; at = out.find(what, at + by.size()))
        out.replace(at, what.size(), by);
    return out;
}

/// For bash and zsh: in single quotes.
std::string in_quotes(std::string_view text)
{
    return "'" + replaced(text, "'", R"('\'')") + "'";
}

/// Lines of a `case` of bash and zsh: for `COMMAND OPTION` what the value is, and its words.
std::string value_cases()
{
    std::string text;
    for (const Command* command : shown_commands()) {
        for (const Option& option : options_of(*command)) {
            if (option.value.empty()) continue;
            const std::string words = fmt::format("{}", fmt::join(option.words, " "));
            const std::string kind(option.words.empty() ? kind_of_value(option.value) : "words");
            text += fmt::format("        {}) kind={} choices={} ;;\n", in_quotes(command->name + " " + option.name),
                                kind, in_quotes(words));
        }
    }
    return text;
}

std::string option_names(const Command& command)
{
    std::string names;
    for (const Option& option : options_of(command))
        names += (names.empty() ? "" : " ") + option.name;
    return names;
}

/// Goes through the words typed so far, to know which command it is and what is asked for. Alike in bash and zsh, but
/// for the number of the first word.
std::string walk(std::string_view words, std::string_view first, std::string_view end)
{
    return fmt::format(R"(    local command= group= word= expects= i
    for (( i = {1}; i < {2}; i++ )); do
        word=${{{0}[i]}}
        if [[ -n $expects ]]; then expects=; continue; fi
        case $word in
            --*=*) ;;
            -*) _nodtrack_value "$command" "$word"; [[ $kind == none ]] || expects=$word ;;
            *)
                if [[ -n $group && -z $command ]]; then
                    command="$group $word"
                elif [[ -z $command ]]; then
                    case $word in {3}) group=$word ;; *) command=$word ;; esac
                fi
                ;;
        esac
    done
)",
                       words, first, end, fmt::join(groups(), "|"));
}

/// What both shells know, as functions that set `kind`, `choices` and `flags`.
std::string shared_functions()
{
    std::string text =
        "_nodtrack_value() {\n    kind=none choices=\n    case \"$1 $2\" in\n        *' --db') kind=file ;;\n" +
        value_cases() +
        "    esac\n}\n_nodtrack_command() {\n    kind=none flags='--db --help --version'\n    case $1 in\n";
    for (const Command* command : shown_commands()) {
        text += fmt::format("        {}) kind={} flags={} ;;\n", in_quotes(command->name), kind_of_arguments(*command),
                            in_quotes(option_names(*command)));
    }
    return text + "    esac\n}\n";
}

}  // namespace

std::string bash_completion()
{
    std::string text = "# Completion of nodtrack for bash. Made by `nodtrack docs` of the table of commands.\n" +
                       shared_functions() +
                       "_nodtrack() {\n    local cur=${COMP_WORDS[COMP_CWORD]} kind choices flags\n" +
                       walk("COMP_WORDS", "1", "COMP_CWORD") + R"(    COMPREPLY=()
    if [[ -n $expects ]]; then
        _nodtrack_value "$command" "$expects"
    elif [[ -z $command && $cur != -* ]]; then
        kind=words
        case $group in
)";
    for (const std::string_view group : groups()) {
        std::string seconds;
        for (const Command* command : commands_of(group))
            seconds += fmt::format("{}{}", seconds.empty() ? "" : " ", second_word(*command));
        text += fmt::format("            {}) choices={} ;;\n", group, in_quotes(seconds));
    }
    std::string firsts;
    for (const FirstWord& first : first_words())
        firsts += fmt::format("{}{}", firsts.empty() ? "" : " ", first.word);
    text += fmt::format("            *) choices={} ;;\n", in_quotes(firsts));
    return text + R"(        esac
    else
        _nodtrack_command "$command"
        if [[ $cur == -* ]]; then kind=words choices=$flags; fi
    fi
    case $kind in
        words) mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$cur") ;;
        folder) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    esac
}
complete -F _nodtrack nodtrack
)";
}

std::string zsh_completion()
{
    const auto described = [](std::string_view word, std::string_view says) {
        return in_quotes(replaced(word, ":", "\\:") + ":" + std::string(says));
    };
    std::string text =
        "#compdef nodtrack\n# Completion of nodtrack for zsh. Made by `nodtrack docs` of the table of commands.\n" +
        shared_functions() + "_nodtrack() {\n    local kind choices flags cur=${words[CURRENT]}\n    local -a found\n" +
        walk("words", "2", "CURRENT") +
        R"(    if [[ -n $expects ]]; then
        _nodtrack_value "$command" "$expects"
    elif [[ -z $command && $cur != -* ]]; then
        case $group in
)";
    for (const std::string_view group : groups()) {
        text += fmt::format("            {}) found=(", group);
        for (const Command* command : commands_of(group))
            text += " " + described(second_word(*command), command->summary);
        text += " ) ;;\n";
    }
    text += "            *) found=(";
    for (const FirstWord& first : first_words())
        text += " " + described(first.word, first.says);
    return text + R"( ) ;;
        esac
        _describe -t commands 'command' found
        return
    else
        _nodtrack_command "$command"
        if [[ $cur == -* ]]; then compadd -- ${=flags}; return; fi
    fi
    case $kind in
        words) compadd -- ${=choices} ;;
        folder) _files -/ ;;
        file) _files ;;
    esac
}
if [[ $funcstack[1] == _nodtrack ]]; then _nodtrack "$@"; else compdef _nodtrack nodtrack; fi
)";
}

std::string fish_completion()
{
    const auto quoted = [](std::string_view text) {
        return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'";
    };
    std::string text = R"(# Completion of nodtrack for fish. Made by `nodtrack docs` of the table of commands.
function __nodtrack_at --description 'whether these are the words of the command typed so far'
    set -l typed (commandline -opc)
    set -e typed[1]
    set -l told
    set -l skip 0
    for word in $typed
        if test $skip = 1
            set skip 0
        else if test "$word" = --db
            set skip 1
        else if not string match -q -- '-*' $word
            set -a told $word
        end
    end
    set -l wanted (string split ' ' -- $argv[1])
    if test -z "$argv[1]"
        test (count $told) = 0
        return
    end
    test (count $told) -ge (count $wanted); and test "$told[1..(count $wanted)]" = "$wanted"
    and begin; not set -q argv[2]; or test (count $told) = (count $wanted); end
end
complete -c nodtrack -f
complete -c nodtrack -n '__nodtrack_at ""' -l db -r -F -d 'the registry'
complete -c nodtrack -n '__nodtrack_at ""' -l help -d 'shows all commands'
complete -c nodtrack -n '__nodtrack_at ""' -l version -d 'shows the version'
)";
    for (const FirstWord& first : first_words())
        text +=
            fmt::format("complete -c nodtrack -n '__nodtrack_at \"\"' -a {} -d {}\n", first.word, quoted(first.says));
    for (const Command* command : shown_commands()) {
        if (const std::string_view group = group_of(*command); !group.empty()) {
            text += fmt::format("complete -c nodtrack -n '__nodtrack_at {} alone' -a {} -d {}\n", group,
                                second_word(*command), quoted(command->summary));
        }
        const std::string at = fmt::format("complete -c nodtrack -n '__nodtrack_at \"{}\"'", command->name);
        if (kind_of_arguments(*command) != "text") text += at + " -F\n";
        for (const Option& option : options_of(*command)) {
            text += at + " -l " + option.name.substr(2) + " -d " + quoted(option.help);
            if (!option.words.empty()) {
                text += " -x -a " + quoted(fmt::format("{}", fmt::join(option.words, " ")));
            } else if (!option.value.empty()) {
                text += kind_of_value(option.value) == "text" ? " -x" : " -r -F";
            }
            text += '\n';
        }
    }
    return text;
}

}  // namespace nodtrack::cli
