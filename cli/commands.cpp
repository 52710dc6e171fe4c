#include <algorithm>

#include "command.hpp"
#include "use_command.hpp"

namespace nodtrack::cli {

namespace {

std::vector<Command> own_commands()
{
    return {
        // clang-format off
        ingest_command(),
        import_command(),
        templates_command(),
        log_command(),
        measure_command(),
        match_command(),
        follow_command(),
        board_command(),
        filmstrip_command(),
        appropriateness_command(),
        export_command(),
        policy_show_command(),
        policy_check_command(),
        policy_diff_command(),
        check_command(),
        backup_command(),
        restore_command(),
        serve_command(),
        docs_command(),
        // clang-format on
    };
}

/// The use cases each below the command that it names.
std::vector<Command> with_use_cases(std::vector<Command> commands)
{
    std::vector<const uses::UseCase*> rest;
    for (const uses::UseCase& use : uses::all()) {
        if (!use.name.empty()) rest.push_back(&use);
    }
    const auto place = [&](const uses::UseCase* use) {
        const auto above = std::ranges::find(commands, use->listed_after, &Command::name);
        if (above == commands.end()) return false;
        commands.insert(above + 1, command_of(*use));
        return true;
    };
    while (std::erase_if(rest, place) > 0) {
    }
    for (const uses::UseCase* use : rest)
        commands.push_back(command_of(*use));
    return commands;
}

}  // namespace

const std::vector<Command>& commands()
{
    static const std::vector<Command> all = with_use_cases(own_commands());
    return all;
}

}  // namespace nodtrack::cli
