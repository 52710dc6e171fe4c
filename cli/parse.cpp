#include "parse.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <numeric>

namespace nodtrack::cli {
namespace {

tl::unexpected<Error> usage(std::string message)
{
    return failure(ErrorCode::usage, std::move(message));
}

std::string did_you_mean(std::string_view typed, const std::vector<std::string>& names)
{
    const std::string name = nearest(typed, names);
    return name.empty() ? std::string() : ": did you mean '" + name + "'?";
}

std::string listed(const std::vector<std::string>& words)
{
    std::string list;
    for (const auto& word : words) {
        if (!list.empty()) list += ", ";
        list += word;
    }
    return list;
}

bool is_option(std::string_view word)
{
    return word.size() > 1 && word[0] == '-' && !(word[1] >= '0' && word[1] <= '9') && word[1] != '.';
}

std::string help_hint(const Command& command)
{
    return " ('nodtrack " + command.name + " --help' tells what it takes)";
}

std::vector<std::string> option_names(const Command& command)
{
    std::vector<std::string> names = {"--help"};
    for (const auto& option : command.options)
        names.push_back(option.name);
    for (const auto& option : global_options())
        names.push_back(option.name);
    return names;
}

/// The options of a command and its values, as CLI11 fills them.
class Parser {
  public:
    explicit Parser(const Command& command) : command_(command)
    {
        app_.set_help_flag();
        app_.allow_extras();
        for (const auto& option : command.options)
            add(option);
        for (const auto& option : global_options())
            add(option);
        for (const auto& positional : command.positionals)
            add(positional);
    }

    Result<Arguments> parse(std::vector<std::string> words)
    {
        std::reverse(words.begin(), words.end());  // CLI11 takes words off the back
        try {
            app_.parse(std::move(words));
        } catch (const CLI::ArgumentMismatch& error) {
            return usage(command_.name + ": " + mismatch(error) + help_hint(command_));
        } catch (const CLI::ParseError& error) {
            return usage(command_.name + ": " + error.what() + help_hint(command_));
        }
        if (const auto extras = app_.remaining(); !extras.empty()) return usage(unexpected(extras));
        return collected();
    }

  private:
    struct Slot {
        std::string name;
        std::string text{};
        std::vector<std::string> texts{};
        bool repeated = false;
        CLI::Option* parsed = nullptr;
    };

    void add(const Option& option)
    {
        Slot& slot = slots_.emplace_back(Slot{.name = option.name, .repeated = option.repeated});
        if (option.value.empty()) {
            slot.parsed = app_.add_flag(option.name);
        } else if (option.repeated) {
            slot.parsed = app_.add_option(option.name, slot.texts)->allow_extra_args(false);
        } else {
            slot.parsed = app_.add_option(option.name, slot.text)->multi_option_policy(CLI::MultiOptionPolicy::Throw);
        }
    }

    void add(const Positional& positional)
    {
        Slot& slot = slots_.emplace_back(Slot{.name = positional.name, .repeated = positional.repeated});
        slot.parsed = positional.repeated ? app_.add_option(positional.name, slot.texts)
                                          : app_.add_option(positional.name, slot.text);
    }

    std::string mismatch(const CLI::ArgumentMismatch& error) const
    {
        for (const Slot& slot : slots_) {
            if (!slot.repeated && slot.parsed->count() > 1) return slot.name + " was given more than once";
        }
        const std::string said = error.what();
        return said.substr(0, said.find(':')) + " needs a value";
    }

    std::string unexpected(const std::vector<std::string>& extras) const
    {
        const auto option = std::find_if(extras.begin(), extras.end(), is_option);
        if (option != extras.end()) {
            const std::string name = option->substr(0, option->find('='));
            const std::string nearest_name = did_you_mean(name, option_names(command_));
            return command_.name + ": there is no option '" + name + "'" +
                   (nearest_name.empty() ? help_hint(command_) : nearest_name);
        }
        return command_.name + ": '" + extras.front() + "' is an unexpected argument" + help_hint(command_);
    }

    Result<Arguments> collected() const
    {
        Arguments arguments;
        for (const Slot& slot : slots_) {
            if (slot.parsed->count() == 0) continue;
            if (slot.repeated) {
                for (const auto& text : slot.texts)
                    arguments.add(slot.name, text);
            } else {
                arguments.add(slot.name, slot.text);
            }
        }
        for (const auto& positional : command_.positionals) {
            if (positional.required && !arguments.has(positional.name)) {
                return usage(command_.name + ": " + positional.name + " is missing (" + positional.help + ")" +
                             help_hint(command_));
            }
        }
        for (const auto& option : command_.options) {
            if (option.required && !arguments.has(option.name)) {
                return usage(command_.name + ": " + option.name + " " + option.value + " is missing (" + option.help +
                             ")" + help_hint(command_));
            }
            for (const auto& text : arguments.all(option.name)) {
                if (!option.words.empty() &&
                    std::find(option.words.begin(), option.words.end(), text) == option.words.end()) {
                    return usage(command_.name + ": " + option.name + ": '" + text + "' is not one of " +
                                 listed(option.words) + did_you_mean(text, option.words));
                }
            }
        }
        return arguments;
    }

    const Command& command_;
    CLI::App app_;
    std::deque<Slot> slots_;  // CLI11 keeps references to the texts
};

/// Edits (insert, drop, change, swap neighbours) from one word to the other.
std::size_t edit_distance(std::string_view from, std::string_view to)
{
    std::vector<std::size_t> before_last(to.size() + 1);
    std::vector<std::size_t> last(to.size() + 1);
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= from.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t change = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
        before_last.swap(last);
        last.swap(row);
    }
    return last[to.size()];
}

/// Where the command's name begins: behind global options and their values. `words.size()` when there is none.
Result<std::size_t> place_of_name(const std::vector<std::string>& words)
{
    std::size_t place = 0;
    while (place < words.size() && is_option(words[place])) {
        if (words[place] == "--help" || words[place] == "-h" || words[place] == "--version") return place;
        const std::string name = words[place].substr(0, words[place].find('='));
        const bool has_value = name.size() < words[place].size();
        const auto& options = global_options();
        const auto option =
            std::find_if(options.begin(), options.end(), [&](const Option& o) { return o.name == name; });
        if (option == options.end()) {
            std::vector<std::string> names = {"--help", "--version"};
            for (const auto& known : options)
                names.push_back(known.name);
            return usage("there is no option '" + name + "' before the command" + did_you_mean(name, names) +
                         " (options of a command come after its name)");
        }
        if (!has_value && place + 1 == words.size()) return usage(name + " needs a value: " + option->value);
        place += option->value.empty() || has_value ? 1U : 2U;
    }
    return place;
}

bool is_help(const std::string& word)
{
    return word == "--help" || word == "-h";
}

/// The commands that go by `first` as the first of their two words, e.g. `policy`.
std::vector<std::string> second_words(const std::string& first)
{
    std::vector<std::string> words;
    for (const auto& command : commands()) {
        if (command.name.size() > first.size() && command.name.starts_with(first) &&
            command.name[first.size()] == ' ') {
            words.push_back(command.name.substr(first.size() + 1));
        }
    }
    return words;
}

const Command* command_named(std::string_view name)
{
    for (const auto& command : commands()) {
        if (command.name == name) return &command;
    }
    return nullptr;
}

std::vector<std::string> first_words()
{
    std::vector<std::string> names = {"help"};
    for (const auto& command : commands()) {
        if (command.hidden) continue;
        std::string first = command.name.substr(0, command.name.find(' '));
        if (std::find(names.begin(), names.end(), first) == names.end()) names.push_back(std::move(first));
    }
    return names;
}

/// Takes the command's one or two words out of `words` at `place`.
Result<Request> take_name(std::vector<std::string>& words, std::size_t place)
{
    const auto at = words.begin() + static_cast<std::ptrdiff_t>(place);
    const std::string first = *at;
    if (const Command* command = command_named(first); command != nullptr) {
        words.erase(at);
        return Request{.kind = Request::Kind::run, .command = command};
    }
    const auto seconds = second_words(first);
    if (seconds.empty()) {
        return usage("there is no command '" + first + "'" + did_you_mean(first, first_words()) +
                     " ('nodtrack --help' lists the commands)");
    }
    if (place + 1 == words.size() || is_option(words[place + 1])) {
        if (std::any_of(words.begin(), words.end(), is_help)) return Request{.group = first};
        return usage("'" + first + "' needs a second word: " + listed(seconds));
    }
    const std::string name = first + " " + words[place + 1];
    const Command* command = command_named(name);
    if (command == nullptr) {
        return usage("there is no command '" + name + "'" + did_you_mean(words[place + 1], seconds) + " (there are " +
                     listed(seconds) + ")");
    }
    words.erase(at, at + 2);
    return Request{.kind = Request::Kind::run, .command = command};
}

}  // namespace

const std::vector<Option>& global_options()
{
    static const std::vector<Option> options = {
        {.name = "--db",
         .value = "FILE",
         .help = "the registry; else the environment's NODTRACK_DB, else ./nodtrack.db"},
        {.name = "--create", .help = "makes the registry where there is none; 'ingest' and 'user add' do so anyway"}};
    return options;
}

std::string nearest(std::string_view typed, const std::vector<std::string>& names)
{
    std::string best;
    std::size_t best_distance = typed.size() < 5 ? 2 : 3;  // nearer than this is a slip of the finger
    for (const auto& name : names) {
        const std::size_t distance = name.starts_with(typed) && typed.size() > 2 ? 1 : edit_distance(typed, name);
        if (distance < best_distance) {
            best = name;
            best_distance = distance;
        }
    }
    return best;
}

Result<Request> parse(std::vector<std::string> words)
{
    const auto place = place_of_name(words);
    if (!place) return tl::unexpected(place.error());
    if (*place == words.size()) {
        return usage("a command is missing ('nodtrack --help' lists the commands)");
    }
    if (is_help(words[*place])) return Request{};
    if (words[*place] == "--version") return Request{.kind = Request::Kind::version};
    if (words[*place] == "help") {
        words.erase(words.begin() + static_cast<std::ptrdiff_t>(*place));
        if (*place == words.size()) return Request{};
        words.emplace_back("--help");
    }
    auto request = take_name(words, *place);
    if (!request || request->kind == Request::Kind::help) return request;
    if (std::any_of(words.begin(), words.end(), is_help)) {
        request->kind = Request::Kind::help;
        return request;
    }
    auto arguments = Parser(*request->command).parse(std::move(words));
    if (!arguments) return tl::unexpected(arguments.error());
    request->arguments = std::move(*arguments);
    return request;
}

}  // namespace nodtrack::cli
