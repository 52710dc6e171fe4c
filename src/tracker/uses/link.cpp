#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "../judged_patient.hpp"
#include "nodtrack/interop/match_answers.hpp"
#include "nodtrack/tracker/answer_change.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/identity_json.hpp"

namespace nodtrack::uses {
namespace {

using tracker::IdentityProposal;
using tracker::LinkChoice;
using tracker::StandingIdentity;
using tracker::title_of;

enum class Deed { list, propose, state, confirm, reject, undo };

/// The links that are meant.
std::vector<std::string> names_of(const Values& values)
{
    std::vector<std::string> names;
    for (const char* const name : {"confirm", "reject", "undo", "links", "link"})
        std::ranges::copy(values.all(name), std::back_inserter(names));
    return names;
}

Result<Deed> deed_asked_for(const Call& call)
{
    const Values& values = call.values;
    if (const auto deed = values.find("deed")) {
        if (*deed != "state" && names_of(values).empty()) {
            return call.failure(ErrorCode::usage, "{links}: missing; the links as the list of identities names them");
        }
        if (*deed == "undo" && values.text("reason").empty())
            return call.failure(ErrorCode::usage, "{reason}: missing");
        return *deed == "state" ? Deed::state : *deed == "confirm" ? Deed::confirm : Deed::undo;
    }
    const bool states = values.has("nodule_id") || values.has("observation_id") || values.has("nodule_state");
    const int asked = int{values.has("confirm")} + int{values.has("reject")} + int{values.has("undo")} +
                      int{values.has("propose_from")} + int{states};
    if (asked > 1) {
        return call.failure(ErrorCode::usage,
                            "link: give one of {nodule_id} (with {scan_id}), {propose_from}, {confirm}, {reject} and "
                            "{undo}; two deeds are two calls");
    }
    if (asked == 1 && !call.account && !values.has("by")) {
        return call.failure(ErrorCode::usage, "link: say who says so with {by} \"NAME\"");
    }
    if ((values.has("reject") || values.has("undo")) && !values.has("reason")) {
        return call.failure(ErrorCode::usage, "link: say why with {reason} \"TEXT\"");
    }
    if (values.has("propose_from")) return Deed::propose;
    if (values.has("confirm")) return Deed::confirm;
    if (values.has("reject")) return Deed::reject;
    if (values.has("undo")) return Deed::undo;
    return states ? Deed::state : Deed::list;
}

Result<IdentityProposal> statement_of(const Call& call)
{
    const Values& values = call.values;
    if (!values.has("scan_id") || !values.has("nodule_id")) {
        return call.failure(ErrorCode::usage, "link: a statement needs {scan_id} ID and {nodule_id} ID");
    }
    IdentityProposal statement;
    statement.nodule_id = values.text("nodule_id");
    statement.nodule_state = store::nodule_state_of_word(values.text("nodule_state"));
    statement.how = store::link_method_of_word(values.text("how")).value_or(tracker::LinkMethod::typed);
    statement.other_nodule_id = values.text("other_nodule_id");
    if (const auto confidence = values.number("confidence")) {
        statement.confidence_permille = static_cast<int>(std::floor(*confidence * 1000.0 + 1e-9));
    }
    statement.state_date = values.date("state_date");
    const bool absent = statement.nodule_state && store::is_of_absent_nodule(*statement.nodule_state);
    const auto observation = values.find("observation_id");
    if (absent && observation && *observation != statement.nodule_id) {
        return call.failure(ErrorCode::usage, fmt::format("{{nodule_state}} {} applies to a nodule without a row on "
                                                          "the scan; leave {{observation_id}} out",
                                                          word(*statement.nodule_state)));
    }
    if (!absent && !observation) {
        return call.failure(ErrorCode::usage,
                            "link: say with {observation_id} ID which row of the scan it is (the id it was reported "
                            "under), or with {nodule_state} what became of a nodule that has none");
    }
    statement.observation = {values.text("patient_id"), values.text("scan_id"),
                             absent ? statement.nodule_id : *observation};
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

store::Provenance provenance_of(Call& call)
{
    store::Provenance provenance = call.provenance(call.values.text("reason"));
    if (!call.account) provenance.actor = call.values.text("by");
    return provenance;
}

Result<store::DeliveryNumber> propose_from(Call& call, store::Registry& registry)
{
    const Values& values = call.values;
    if (!values.has("scan_id")) {
        return call.failure(ErrorCode::usage,
                            "{propose_from} needs {scan_id} ID: the later scan, whose rows are to be linked");
    }
    const std::string file = values.text("propose_from");
    std::error_code problem;
    std::ifstream in(file, std::ios::binary);
    if (!in)
        return nodtrack::failure(ErrorCode::not_found, "the answers '" + file + "' cannot be read; is the name right?");
    if (std::filesystem::is_directory(file, problem)) {
        return nodtrack::failure(ErrorCode::bad_input,
                                 "'" + file + "' is a folder; the output of match or follow is right");
    }
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::string exam = values.find("exam").value_or(values.text("patient_id"));
    const auto answers = interop::read_match_answers(text, file, exam);
    if (!answers) return tl::unexpected(answers.error());
    const auto answered = tracker::proposals_of(registry, values.text("patient_id"), values.text("scan_id"), *answers);
    if (!answered) return tl::unexpected(answered.error());
    for (const std::string& line : answered->left_out)
        call.note("left out: " + line);
    if (answered->proposals.empty()) return 0;
    return tracker::propose_links(registry, answered->proposals, provenance_of(call));
}

Result<store::DeliveryNumber> carry_out(Call& call, store::Registry& registry, Deed deed)
{
    if (deed == Deed::propose) return propose_from(call, registry);
    if (deed == Deed::state) {
        const auto statement = statement_of(call);
        if (!statement) return tl::unexpected(statement.error());
        return call.values.has("propose") ? tracker::propose_links(registry, {&*statement, 1}, provenance_of(call))
                                          : tracker::link(registry, {&*statement, 1}, provenance_of(call));
    }
    const auto identities = tracker::identities_of(registry, call.values.text("patient_id"));
    if (!identities) return tl::unexpected(identities.error());
    const auto chosen = choices(*identities, deed, names_of(call.values));
    if (!chosen) return tl::unexpected(chosen.error());
    return deed == Deed::confirm ? tracker::confirm_links(registry, *chosen, provenance_of(call))
                                 : tracker::undo_links(registry, *chosen, provenance_of(call));
}

/// What a link makes of the patient's answer is told at once: "resolved" or "merged" can end an alarm.
Result<void> tell_change(Call& call, const PatientRecord& before)
{
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    const std::string patient_id = call.values.text("patient_id");
    const auto after = tracker::read_to_judge(**registry, patient_id);
    if (!after) return tl::unexpected(after.error());
    const auto change = tracker::answer_change(patient_id, &before, &*after, call.judge_of(patient_id), call.today);
    if (!change.changes()) return {};
    const std::string told = tracker::answer_change_text(change);
    call.format == Format::json ? call.note(told.substr(0, told.size() - 1)) : call.put(told);
    return {};
}

Result<void> run(Call& call)
{
    const Values& values = call.values;
    const auto deed = deed_asked_for(call);
    if (!deed) return tl::unexpected(deed.error());
    if (*deed != Deed::list) call.opening = Opening::to_write;
    const bool json = call.format == Format::json;
    std::string head;
    if (*deed != Deed::list) {
        store::DeliveryNumber delivery = 0;
        std::optional<PatientRecord> before;
        const auto stored = call.store({values.text("patient_id")}, [&](store::Registry& registry) {
            auto record = tracker::read_to_judge(registry, values.text("patient_id"));
            if (record) before = std::move(*record);
            auto done = carry_out(call, registry, *deed);
            if (done) delivery = *done;
            return done;
        });
        if (!stored) return stored;
        const std::string said = delivery == 0 ? std::string("nothing new: this is proposed already")
                                               : fmt::format("stored as delivery {}", delivery);
        json ? call.note(said) : call.put(said + "\n");
        if (before) {
            if (const auto told = tell_change(call, *before); !told) return told;
        }
        head = fmt::format("\"delivery_no\":{},", delivery == 0 ? "null" : std::to_string(delivery));
    }
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    const auto identities = tracker::identities_of(**registry, values.text("patient_id"));
    if (!identities) return tl::unexpected(identities.error());
    std::optional<List> list;
    if (json) list.emplace(call, "identities", head);
    for (const StandingIdentity& identity : *identities) {
        const bool of_another_scan = values.has("scan_id") && identity.observation.scan_id != values.text("scan_id");
        if (call.door == Door::command_line && of_another_scan) continue;
        if (values.has("open") && identity.open.empty()) continue;
        json ? list->add(tracker::identity_json(identity)) : call.put(tracker::identity_text(identity));
    }
    if (list) list->end();
    return {};
}

std::vector<Parameter> parameters()
{
    return {
        the_patient(),
        text("scan_id", "the scan that is spoken of; alone, only its rows are listed", "--scan", "ID"),
        text("observation_id", "its row: the nodule id it was reported under", "--observation", "ID"),
        text("nodule_id", "the nodule that it is", "--nodule", "ID"),
        {.name = "nodule_state",
         .help =
             "what the nodule is on that scan; not_seen, outside_field, resolved, resected and merged_into are said "
             "of a nodule without a row",
         .words = {"same", "new", "not_seen", "outside_field", "resolved", "resected", "split_from", "merged_into",
                   "not_a_nodule"},
         .option = "--state",
         .value = "WORD"},
        text("other_nodule_id", "the nodule it split from or merged into", "--of", "ID"),
        date("state_date", "of resected: the day of surgery; of not_a_nodule: else the scan's", "--date"),
        word("how", "how it was found; else typed", {"typed", "uid", "registration", "position"}, {}, "WORD"),
        of_type(Type::share, text("confidence", "0 to 1, where a program says so", {}, "P")),
        flag("propose", "leaves the statement open until a person confirms it"),
        typed(text("propose_from", "proposes what nodtrack match --json or follow --json said (with {scan_id})", {},
                   "FILE")),
        typed(text("exam", "the exam taken from that file; else the patient's id", {}, "ID")),
        typed(repeated(
            text("confirm", "confirms a proposal, named as listed; all: every open one; may be repeated", {}, "LINK"))),
        typed(repeated(text("reject", "turns a proposal down (with {reason})", {}, "LINK"))),
        typed(repeated(text("undo", "undoes a confirmed link (with {reason})", {}, "LINK"))),
        sent(text("link", "as the list of identities names it: `CT-2026-11-10/N1#2`")),
        sent(names("links", "several of them")),
        typed(text("by", "who says so; needed for everything but looking", {}, "NAME")),
        text("reason", "why", {}, "TEXT"),
        typed(flag("open", "lists only rows with open proposals")),
        json_switch("JSON Lines, one object a row")};
}

Route link_route(std::string_view path, std::string_view request, std::string_view summary)
{
    return {.method = Method::post,
            .path = path,
            .roles = radiologist,
            .scope = tracker::TokenScope::write,
            .summary = summary,
            .request = request,
            .response = "LinkReport"};
}

}  // namespace

UseCase link()
{
    auto list = patient_route("/api/v1/patients/{patient_id}/identities", "Identities",
                              "Which nodule each measured row is, as `nodtrack link --json`");
    list.takes = {"patient_id"};
    auto state = link_route("/api/v1/patients/{patient_id}/links", "Link", "Says which nodule a measured row is");
    state.takes = {"scan_id", "observation_id", "nodule_id", "nodule_state", "other_nodule_id", "state_date",
                   "how",     "confidence",     "propose",   "reason"};
    state.sets = {{"deed", "state"}};
    auto confirm = link_route("/api/v1/patients/{patient_id}/links/confirm", "LinkChoice", "Confirms proposed links");
    confirm.takes = {"link", "links", "reason"};
    confirm.sets = {{"deed", "confirm"}};
    auto undo = link_route("/api/v1/patients/{patient_id}/links/undo", "LinkChoice",
                           "Undoes confirmed links, or turns proposed ones down");
    undo.takes = confirm.takes;
    undo.sets = {{"deed", "undo"}};
    return {
        .name = "link",
        .summary = "says which nodule a measured row is: lists, proposes, confirms, undoes",
        .description =
            "Which nodule a row is, is kept apart from what was measured. A link carries who said so, when, how it was "
            "found and with what confidence. Proposals change nothing until a person confirms them; assessments go by "
            "confirmed links only. Without further options the patient's rows are listed with their links.\n\n"
            "A confirmed state counts as the record would say it: resolved as a row that says so, resected as a "
            "metastasectomy on its day, not_a_nodule as the event. A recorded row takes precedence. Not seen and "
            "outside the field leave the nodule not reported on that scan, and so flagged.\n\n"
            "Of split_from, the sum of the fragments is held against the nodule before it split, and each fragment is "
            "judged by its own size besides. Of merged_into, the other nodule is held against the sum of before, and "
            "the "
            "one that merged is not asked for again.\n\n"
            "Links are named SCAN/ROW#NUMBER, or SCAN/ROW where only one can be meant. Undoing brings back what was "
            "before, to the byte; no measurement is touched. `nodtrack history` shows all of it.",
        .parameters = parameters(),
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
        .failures = {{ErrorCode::bad_input,
                      "two rows of one scan would be one nodule, a state does not fit what is recorded, or the answers "
                      "have a problem; nothing was stored"},
                     {ErrorCode::not_found, "there is no such patient, scan, row, nodule, link or file"}},
        .routes = {list, state, confirm, undo},
        .listed_after = "follow",
        .run = run};
}

}  // namespace nodtrack::uses
