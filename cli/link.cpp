#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "link_text.hpp"
#include "nodtrack/interop/match_answers.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/identity_json.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

using tracker::IdentityProposal;
using tracker::LinkChoice;
using tracker::NoduleState;
using tracker::StandingIdentity;
using tracker::title_of;

enum class Deed { list, propose, state, confirm, reject, undo };

Result<Deed> deed_asked_for(const Arguments& arguments)
{
    const bool states = arguments.has("--nodule") || arguments.has("--observation") || arguments.has("--state");
    const int asked = int{arguments.has("--confirm")} + int{arguments.has("--reject")} + int{arguments.has("--undo")} +
                      int{arguments.has("--propose-from")} + int{states};
    if (asked > 1) {
        return failure(ErrorCode::usage,
                       "link: give one of --nodule (with --scan), --propose-from, --confirm, --reject and --undo; two "
                       "deeds are two calls");
    }
    if (asked == 1 && !arguments.has("--by")) {
        return failure(ErrorCode::usage, "link: say who says so with --by \"NAME\"");
    }
    if ((arguments.has("--reject") || arguments.has("--undo")) && !arguments.has("--reason")) {
        return failure(ErrorCode::usage, "link: say why with --reason \"TEXT\"");
    }
    if (arguments.has("--propose-from")) return Deed::propose;
    if (arguments.has("--confirm")) return Deed::confirm;
    if (arguments.has("--reject")) return Deed::reject;
    if (arguments.has("--undo")) return Deed::undo;
    return states ? Deed::state : Deed::list;
}

Result<std::optional<int>> confidence_typed(const Arguments& arguments)
{
    const auto typed = arguments.find("--confidence");
    if (!typed) return std::optional<int>();
    char* end = nullptr;
    const double value = std::strtod(typed->c_str(), &end);
    if (end != typed->c_str() + typed->size() || typed->empty() || !(value >= 0.0 && value <= 1.0)) {
        return failure(ErrorCode::usage, "--confidence: '" + *typed + "' is not a number from 0 to 1");
    }
    return std::optional<int>(static_cast<int>(std::floor(value * 1000.0 + 1e-9)));
}

Result<IdentityProposal> statement_typed(const Arguments& arguments)
{
    if (!arguments.has("--scan") || !arguments.has("--nodule")) {
        return failure(ErrorCode::usage, "link: a statement needs --scan ID and --nodule ID");
    }
    IdentityProposal statement;
    statement.nodule_id = arguments.text("--nodule");
    // The parser has checked the words.
    statement.nodule_state = store::nodule_state_of_word(arguments.text("--state"));
    statement.how = store::link_method_of_word(arguments.text("--how")).value_or(tracker::LinkMethod::typed);
    statement.other_nodule_id = arguments.text("--of");
    const auto confidence = confidence_typed(arguments);
    if (!confidence) return tl::unexpected(confidence.error());
    statement.confidence_permille = *confidence;
    const auto date = arguments.date("--date");
    if (!date) return tl::unexpected(date.error());
    statement.state_date = *date;
    const bool absent = statement.nodule_state && store::is_of_absent_nodule(*statement.nodule_state);
    if (absent && arguments.has("--observation")) {
        return failure(ErrorCode::usage, fmt::format("--state {} is said of a nodule without a row on the scan; leave "
                                                     "--observation out",
                                                     word(*statement.nodule_state)));
    }
    if (!absent && !arguments.has("--observation")) {
        return failure(ErrorCode::usage,
                       "link: say with --observation ID which row of the scan it is (the id it was reported under), or "
                       "with --state what became of a nodule that has none");
    }
    statement.observation = {arguments.text("PATIENT"), arguments.text("--scan"),
                             absent ? statement.nodule_id : arguments.text("--observation")};
    return statement;
}

/// The links that are named as the list names them: `SCAN/OBSERVATION#2`, or without a number the one that can be
/// answered; `all` for all open proposals.
Result<std::vector<LinkChoice>> choices(const std::vector<StandingIdentity>& identities, Deed deed,
                                        const std::vector<std::string>& names)
{
    std::vector<LinkChoice> chosen;
    std::vector<std::string> lines;
    for (const std::string& name : names) {
        std::size_t fitting = 0;
        for (const StandingIdentity& identity : identities) {
            const auto choose = [&](std::size_t place) {
                chosen.push_back({identity.observation, identity.links[place].link_no});
                ++fitting;
            };
            const std::string title = title_of(identity.observation);
            if (name == "all" && deed != Deed::undo) {
                for (const std::size_t place : identity.open)
                    choose(place);
            } else if (name == title && deed == Deed::undo) {
                if (identity.standing) choose(*identity.standing);
            } else if (name == title) {
                if (identity.open.size() == 1) choose(identity.open.front());
                if (identity.open.size() > 1) {
                    fitting = identity.open.size();
                    lines.push_back(fmt::format("{}: {} proposals are open; name one, e.g. {}", name,
                                                identity.open.size(), title_of(identity.links[identity.open.front()])));
                }
            } else {
                for (std::size_t place = 0; place < identity.links.size(); ++place) {
                    if (title_of(identity.links[place]) == name) choose(place);
                }
            }
        }
        if (fitting == 0) {
            lines.push_back(fmt::format("{}: {}; `nodtrack link PATIENT` lists them", name,
                                        deed == Deed::undo ? "no such confirmed link" : "no such open proposal"));
        }
    }
    if (!lines.empty()) return failure(ErrorCode::not_found, "nothing was stored", std::move(lines));
    return chosen;
}

store::Occasion occasion_typed(const Call& call)
{
    store::Occasion occasion = occasion_of(call.now, "link", call.arguments.text("--reason"));
    occasion.actor = call.arguments.text("--by");
    return occasion;
}

Result<store::DeliveryNumber> propose_from(const Call& call, store::Registry& registry)
{
    const Arguments& arguments = call.arguments;
    if (!arguments.has("--scan")) {
        return failure(ErrorCode::usage, "--propose-from needs --scan ID: the later scan, whose rows are to be linked");
    }
    const std::string file = arguments.text("--propose-from");
    std::error_code problem;
    std::ifstream in(file, std::ios::binary);
    if (!in) return failure(ErrorCode::not_found, "the answers '" + file + "' cannot be read; is the name right?");
    if (std::filesystem::is_directory(file, problem)) {
        return failure(ErrorCode::bad_input, "'" + file + "' is a folder; the output of match or follow is right");
    }
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::string exam = arguments.find("--exam").value_or(arguments.text("PATIENT"));
    const auto answers = interop::read_match_answers(text, file, exam);
    if (!answers) return tl::unexpected(answers.error());
    const auto answered =
        tracker::proposals_of(registry, arguments.text("PATIENT"), arguments.text("--scan"), *answers);
    if (!answered) return tl::unexpected(answered.error());
    for (const std::string& line : answered->left_out)
        note("left out: " + line);
    if (answered->proposals.empty()) return 0;
    return tracker::propose_links(registry, answered->proposals, occasion_typed(call));
}

Result<store::DeliveryNumber> carry_out(const Call& call, store::Registry& registry, Deed deed)
{
    const Arguments& arguments = call.arguments;
    if (deed == Deed::propose) return propose_from(call, registry);
    if (deed == Deed::state) {
        const auto statement = statement_typed(arguments);
        if (!statement) return tl::unexpected(statement.error());
        return arguments.has("--propose") ? tracker::propose_links(registry, {&*statement, 1}, occasion_typed(call))
                                          : tracker::link(registry, {&*statement, 1}, occasion_typed(call));
    }
    const auto identities = tracker::identities_of(registry, arguments.text("PATIENT"));
    if (!identities) return tl::unexpected(identities.error());
    const std::string_view option = deed == Deed::confirm ? "--confirm" : deed == Deed::reject ? "--reject" : "--undo";
    const auto chosen = choices(*identities, deed, arguments.all(option));
    if (!chosen) return tl::unexpected(chosen.error());
    return deed == Deed::confirm ? tracker::confirm_links(registry, *chosen, occasion_typed(call))
                                 : tracker::undo_links(registry, *chosen, occasion_typed(call));
}

Result<ExitStatus> run(const Call& call)
{
    const Arguments& arguments = call.arguments;
    const auto deed = deed_asked_for(arguments);
    if (!deed) return tl::unexpected(deed.error());
    auto registry = open_registry(call, *deed == Deed::list ? store::Opening::read_only : store::Opening::existing);
    if (!registry) return tl::unexpected(registry.error());
    const bool json = arguments.has("--json");
    if (*deed != Deed::list) {
        const auto delivery = carry_out(call, *registry, *deed);
        if (!delivery) return tl::unexpected(delivery.error());
        const std::string said = *delivery == 0 ? std::string("nothing new: this is proposed already")
                                                : fmt::format("stored as delivery {}", *delivery);
        json ? note(said) : print(said + "\n");
    }
    const auto identities = tracker::identities_of(*registry, arguments.text("PATIENT"));
    if (!identities) return tl::unexpected(identities.error());
    for (const StandingIdentity& identity : *identities) {
        if (arguments.has("--open") && identity.open.empty()) continue;
        if (arguments.has("--scan") && identity.observation.scan_id != arguments.text("--scan")) continue;
        print(json ? tracker::identity_json(identity) : identity_text(identity));
    }
    return ExitStatus::done;
}

std::vector<Option> options()
{
    return {
        {.name = "--scan", .value = "ID", .help = "the scan that is spoken of; alone, only its rows are listed"},
        {.name = "--observation", .value = "ID", .help = "its row: the nodule id it was reported under"},
        {.name = "--nodule", .value = "ID", .help = "the nodule that it is"},
        {.name = "--state",
         .value = "WORD",
         .help =
             "what the nodule is on that scan; not_seen, outside_field, resolved, resected and merged_into are said "
             "of a nodule without a row",
         .words = {"same", "new", "not_seen", "outside_field", "resolved", "resected", "split_from", "merged_into",
                   "not_a_nodule"}},
        {.name = "--of", .value = "ID", .help = "the nodule it split from or merged into"},
        {.name = "--date",
         .value = "DATE",
         .help = "of resected: the day of surgery; of not_a_nodule: else the scan's"},
        {.name = "--how",
         .value = "WORD",
         .help = "how it was found; else typed",
         .words = {"typed", "uid", "registration", "position"}},
        {.name = "--confidence", .value = "P", .help = "0 to 1, where a program says so"},
        {.name = "--propose", .help = "leaves the statement open until a person confirms it"},
        {.name = "--propose-from",
         .value = "FILE",
         .help = "proposes what nodtrack match --json or follow --json said (with --scan)"},
        {.name = "--exam", .value = "ID", .help = "the exam taken from that file; else the patient's id"},
        {.name = "--confirm",
         .value = "LINK",
         .help = "confirms a proposal, named as listed; all: every open one; may be repeated",
         .repeated = true},
        {.name = "--reject", .value = "LINK", .help = "turns a proposal down (with --reason)", .repeated = true},
        {.name = "--undo", .value = "LINK", .help = "undoes a confirmed link (with --reason)", .repeated = true},
        {.name = "--by", .value = "NAME", .help = "who says so; needed for everything but looking"},
        {.name = "--reason", .value = "TEXT", .help = "why"},
        {.name = "--open", .help = "lists only rows with open proposals"},
        {.name = "--json", .help = "JSON Lines, one object a row"}};
}

}  // namespace

Command link_command()
{
    return {
        .name = "link",
        .summary = "says which nodule a measured row is: lists, proposes, confirms, undoes",
        .description =
            "Which nodule a row is, is kept apart from what was measured. A link carries who said so, when, how it was "
            "found and with what confidence. Proposals change nothing until a person confirms them; assessments go by "
            "confirmed links only. Without further options the patient's rows are listed with their links.\n\n"
            "A confirmed state counts as the record would say it: resolved as a row that says so, resected as a "
            "metastasectomy on its day, not_a_nodule as the event. A row that is recorded speaks first. Not seen, "
            "outside the field and merged leave the nodule not reported on that scan, and so flagged.\n\n"
            "Links are named SCAN/ROW#NUMBER, or SCAN/ROW where only one can be meant. Undoing brings back what was "
            "before, to the byte; no measurement is touched. `nodtrack history` shows all of it.",
        .positionals = {{.name = "PATIENT", .help = "the patient"}},
        .options = options(),
        .examples = {{"nodtrack link SARC-011", "all rows, their links and open proposals"},
                     {"nodtrack link SARC-011 --propose-from match.jsonl --scan CT-2026-11-10 --by matcher",
                      "proposes what `nodtrack match --json` found"},
                     {"nodtrack link SARC-011 --confirm all --by \"Dr A\"", "confirms what is open"},
                     {"nodtrack link SARC-011 --scan CT-2026-11-10 --observation N1 --nodule N7 --by \"Dr A\"",
                      "corrects one by hand"},
                     {"nodtrack link SARC-011 --scan CT-2026-11-10 --observation N2 --nodule N2 --state split_from "
                      "--of N1 --by \"Dr A\"",
                      "a nodule split"},
                     {"nodtrack link SARC-011 --undo CT-2026-11-10/N1 --by \"Dr A\" --reason \"mixed up\""}},
        .failures = {{ExitStatus::bad_input,
                      "two rows of one scan would be one nodule, a state does not fit what is recorded, or the answers "
                      "have a problem; nothing was stored"},
                     {ExitStatus::not_found, "there is no such patient, scan, row, nodule, link or file"}},
        .run = run};
}

}  // namespace nodtrack::cli
