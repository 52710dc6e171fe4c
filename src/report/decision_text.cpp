#include "nodtrack/report/decision_text.hpp"

#include <fmt/format.h>

#include "json_text.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

std::string_view kind_word(assess::LedgerKind kind)
{
    return assess::ledger_kind_words[static_cast<std::size_t>(kind)];
}

/// `Dr A. Board, tumour board (present: Dr B, Dr C)`
std::string by_text(const assess::LedgerDecision& decision)
{
    std::string text = decision.decided_by;
    if (decision.board) text += ", tumour board";
    if (!decision.present.empty()) text += fmt::format(" (present: {})", fmt::join(decision.present, ", "));
    return text;
}

std::string event_text(const NoduleEvent& event)
{
    return fmt::format("{} of {} on {}", word(event.kind), event.nodule_id, event.date.iso());
}

/// `override SHORT_INTERVAL_CT due 2027-01-10`, `accept TUMOUR_BOARD; next step biopsy due 2026-12-04`, `event
/// board_baseline of N1 on 2026-11-20`
std::string what_text(const assess::LedgerDecision& decision)
{
    const std::string kind(kind_word(decision.kind));
    if (decision.event) return kind + " " + event_text(*decision.event);
    const bool closes = assess::closes(decision.kind);
    if (!decision.next_step) return closes ? kind : kind + " " + action_text(decision.action, decision.due_date);
    // The day is that of the next step; an override's is of both.
    std::string text = kind;
    if (!closes) text += " " + std::string(assess::word_of(decision.action));
    text += fmt::format("; next step {}", word(*decision.next_step));
    if (decision.due_date) text += " due " + decision.due_date->iso();
    return text;
}

/// `TUMOUR_BOARD due 2026-11-24, SUSPICIOUS, R4`
std::string proposal_text(const assess::Proposal& proposal)
{
    return fmt::format("{}, {}, {}", action_text(proposal.action, proposal.due_date), proposal.patient_class,
                       proposal.rule);
}

std::string progress_text(const assess::LedgerEntry& entry)
{
    std::string text(assess::stance_words[static_cast<std::size_t>(entry.stance)]);
    text += ", ";
    text += assess::progress_words[static_cast<std::size_t>(entry.progress)];
    if (entry.days_late > 0) text += fmt::format(" by {} day{}", entry.days_late, entry.days_late == 1 ? "" : "s");
    if (entry.answer) {
        text += fmt::format(": {} {} on {}", assess::happening_words[static_cast<std::size_t>(entry.answer->happening)],
                            entry.answer->what, entry.answer->on.iso());
    }
    if (entry.next_step_missing) text += "; what comes next is not recorded";
    return text;
}

std::string proposal_json(const assess::Proposal& proposal)
{
    std::string out = "{";
    append_json_member(out, "as_of", proposal.as_of.iso());
    append_json_key(out, "policy");
    out += '{';
    append_json_member(out, "id", proposal.policy_id);
    append_json_member(out, "version", proposal.policy_version);
    append_json_member(out, "sha256", proposal.policy_sha256);
    out += '}';
    append_json_known_member(out, "index_scan", proposal.index_scan_id);
    append_json_member(out, "action", assess::word_of(proposal.action));
    append_json_date_member(out, "due_date", proposal.due_date);
    append_json_date_member(out, "safety_net_ct_date", proposal.safety_net_ct_date);
    append_json_member(out, "rule", proposal.rule);
    append_json_member(out, "patient_class", proposal.patient_class);
    append_json_known_member(out, "nodules", proposal.nodules);
    return out + "}";
}

void append_event(std::string& out, const std::optional<NoduleEvent>& event)
{
    append_json_key(out, "event");
    if (!event) {
        out += "null";
        return;
    }
    out += '{';
    append_json_member(out, "nodule_id", event->nodule_id);
    append_json_member(out, "kind", word(event->kind));
    append_json_member(out, "date", event->date.iso());
    out += '}';
}

void append_answer(std::string& out, const std::optional<assess::Answer>& answer)
{
    append_json_key(out, "answered_by");
    if (!answer) {
        out += "null";
        return;
    }
    out += '{';
    append_json_member(out, "kind", assess::happening_words[static_cast<std::size_t>(answer->happening)]);
    append_json_member(out, "what", answer->what);
    append_json_member(out, "date", answer->on.iso());
    out += '}';
}

}  // namespace

std::string action_text(policy::Action action, const std::optional<Date>& due_date)
{
    std::string text(assess::word_of(action));
    if (due_date) text += " due " + due_date->iso();
    return text;
}

std::string decision_text(const assess::LedgerDecision& decision)
{
    const assess::Proposal& proposal = decision.proposal;
    std::string text = fmt::format("{}  {}  {}\n", decision.patient_id, decision.decided_on.iso(), what_text(decision));
    text += wrapped(fmt::format("  decided by   {}", by_text(decision)), 15) + "\n";
    text += wrapped(fmt::format("  because      {}", decision.reason), 15) + "\n";
    text += fmt::format("  policy said  {} ({} {}, as of {}{})\n", proposal_text(proposal), proposal.policy_id,
                        proposal.policy_version, proposal.as_of.iso(),
                        proposal.index_scan_id.empty() ? ", no index scan" : ", index scan " + proposal.index_scan_id);
    if (!proposal.nodules.empty()) text += wrapped(fmt::format("               {}", proposal.nodules), 15) + "\n";
    return text;
}

std::string decision_json(const assess::LedgerDecision& decision)
{
    std::string out = "{";
    append_json_member(out, "patient_id", decision.patient_id);
    append_json_member(out, "kind", kind_word(decision.kind));
    append_json_member(out, "decided_on", decision.decided_on.iso());
    append_json_member(out, "decided_by", decision.decided_by);
    append_json_yes_no_member(out, "board", decision.board);
    append_json_key(out, "present");
    out += '[';
    for (const std::string& name : decision.present) {
        if (out.back() != '[') out += ',';
        append_json_string(out, name);
    }
    out += ']';
    append_json_member(out, "reason", decision.reason);
    append_json_member(out, "action", assess::word_of(decision.action));
    append_json_date_member(out, "due_date", decision.due_date);
    append_event(out, decision.event);
    append_json_key(out, "policy_answer");
    out += proposal_json(decision.proposal);
    append_json_key(out, "delivery_no");
    out += std::to_string(decision.delivery_no);
    append_json_member(out, "recorded_at", decision.recorded_at);
    append_json_member(out, "actor", decision.actor);
    return out + "}";
}

std::string ledger_text(std::string_view patient_id, std::span<const assess::LedgerEntry> entries)
{
    if (entries.empty()) return {};
    std::string text = fmt::format("recommendations {}\n", patient_id);
    for (const assess::LedgerEntry& entry : entries) {
        text += fmt::format("  {}  {:<52} {}\n", entry.proposal.as_of.iso(), proposal_text(entry.proposal),
                            progress_text(entry));
        for (const assess::LedgerDecision& decision : entry.decisions) {
            text += wrapped(fmt::format("    {}  {}, by {}: {}", decision.decided_on.iso(), what_text(decision),
                                        by_text(decision), decision.reason),
                            16) +
                    fmt::format("\n                {}  delivery {}, {}\n", decision.recorded_at, decision.delivery_no,
                                decision.actor);
        }
    }
    return text;
}

std::string ledger_entry_json(std::string_view patient_id, const assess::LedgerEntry& entry)
{
    std::string out = "{";
    append_json_member(out, "row", "recommendation");
    append_json_member(out, "patient_id", patient_id);
    append_json_member(out, "stance", assess::stance_words[static_cast<std::size_t>(entry.stance)]);
    append_json_member(out, "progress", assess::progress_words[static_cast<std::size_t>(entry.progress)]);
    append_json_member(out, "action", assess::word_of(entry.task.action));
    append_json_date_member(out, "due_date", entry.task.due_date);
    append_json_key(out, "days_late");
    out += std::to_string(entry.days_late);
    append_answer(out, entry.answer);
    append_json_yes_no_member(out, "next_step_missing", entry.next_step_missing);
    append_json_key(out, "policy_answer");
    out += proposal_json(entry.proposal);
    append_json_key(out, "decisions");
    out += '[';
    for (const assess::LedgerDecision& decision : entry.decisions) {
        if (out.back() != '[') out += ',';
        out += decision_json(decision);
    }
    out += "],\"delivery_no\":" + std::to_string(entry.delivery_no);
    append_json_member(out, "recorded_at", entry.recorded_at);
    return out + "}";
}

}  // namespace nodtrack::report
