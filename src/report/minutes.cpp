#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "meeting_page.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

using assess::LedgerDecision;
using assess::LedgerKind;

std::string kind_key(LedgerKind kind)
{
    return "decision." + std::string(assess::ledger_kind_words[static_cast<std::size_t>(kind)]);
}

/// What was decided, in words.
std::string decision_sentence(const LedgerDecision& decision, const Sentences& words)
{
    if (decision.event) {
        return words.say(kind_key(decision.kind),
                         {{"nodule", decision.event->nodule_id},
                          {"event", words.say("event." + std::string(word(decision.event->kind)))},
                          {"day", words.day(decision.event->date)}});
    }
    std::string text = words.say(kind_key(decision.kind));
    if (decision.kind == LedgerKind::supersede) {
        text += " " + recommendation_sentence(decision.action, decision.due_date, std::nullopt, {}, words);
    }
    if (!decision.next_step) return text;
    const std::string step = words.say("next_step." + std::string(word(*decision.next_step)));
    return text + " " +
           (decision.due_date
                ? words.say("decision.next_step", {{"step", step}, {"day", words.day(*decision.due_date)}})
                : words.say("decision.next_step_undated", {{"step", step}}));
}

std::string recommended(const LedgerDecision& decision, const Sentences& words)
{
    const assess::Proposal& proposal = decision.proposal;
    return recommendation_sentence(proposal.action, proposal.due_date, std::nullopt, {}, words);
}

/// All that was decided for the patient, a paragraph each.
MeetingCell decided(const MinutesItem& item, const Sentences& words)
{
    MeetingCell lines;
    for (const LedgerDecision& decision : item.decisions)
        lines.push_back(decision_sentence(decision, words));
    if (!item.baselines.empty()) {
        lines.push_back(
            words.say("decision.baseline", {{"nodules", fmt::format("{}", fmt::join(item.baselines, ", "))}}));
    }
    const auto& net = item.decisions.front().proposal.safety_net_ct_date;
    if (net) lines.push_back(words.say("minutes.safety_net", {{"day", words.day(*net)}}));
    return lines;
}

MeetingCell reasons(const MinutesItem& item)
{
    MeetingCell lines;
    for (const LedgerDecision& decision : item.decisions) {
        if (std::ranges::count(lines, decision.reason) == 0) lines.push_back(decision.reason);
    }
    return lines;
}

std::string names_of(const std::vector<std::string>& names)
{
    return fmt::format("{}", fmt::join(names, ", "));
}

/// Who was there and who answers for it, each once.
std::vector<std::string> people(std::span<const MinutesItem> items, const Sentences& words)
{
    std::vector<std::string> present;
    std::vector<std::string> by;
    const auto add = [](std::vector<std::string>& names, const std::string& name) {
        if (!name.empty() && std::ranges::count(names, name) == 0) names.push_back(name);
    };
    for (const MinutesItem& item : items) {
        for (const LedgerDecision& decision : item.decisions) {
            add(by, decision.decided_by);
            for (const std::string& name : decision.present)
                add(present, name);
        }
    }
    if (items.empty()) return {words.say("minutes.nobody")};
    return {words.say("minutes.present", {{"names", present.empty() ? words.say("not_known") : names_of(present)}}),
            words.say("minutes.by", {{"by", names_of(by)}})};
}

}  // namespace

std::string minutes_text(std::span<const MinutesItem> items, const Meeting& meeting, const Sentences& words)
{
    constexpr std::size_t indent = 4;
    std::string text = meeting_title("minutes", meeting, words) + "\n";
    for (const std::string& line : people(items, words))
        text += wrapped(line, indent) + "\n";
    std::size_t place = 0;
    for (const MinutesItem& item : items) {
        text += fmt::format("\n{:>2}  {}\n", ++place, item.patient_id);
        const auto add = [&](const std::string& line) {
            text += wrapped(std::string(indent, ' ') + line, indent) + "\n";
        };
        add(words.say("minutes.recommended", {{"recommendation", recommended(item.decisions.front(), words)}}));
        for (const std::string& line : decided(item, words))
            add(words.say("minutes.decided", {{"decision", line}}));
        for (const std::string& line : reasons(item))
            add(words.say("minutes.reason", {{"reason", line}}));
    }
    return text + "\n" + words.say("notice") + "\n\n" + std::string(40, '_') + "\n" + words.say("minutes.signature") +
           "\n";
}

std::string minutes_html(std::span<const MinutesItem> items, const Meeting& meeting, const Sentences& words)
{
    std::vector<std::vector<MeetingCell>> rows;
    for (const MinutesItem& item : items) {
        rows.push_back({{std::to_string(rows.size() + 1)},
                        {item.patient_id},
                        {recommended(item.decisions.front(), words)},
                        decided(item, words),
                        reasons(item)});
    }
    std::vector<std::string> columns;
    for (const char* const column : {"place", "patient", "recommended", "decided", "reason"})
        columns.push_back(words.say(std::string("minutes.columns.") + column));
    return meeting_page(meeting_title("minutes", meeting, words), people(items, words), columns, {9, 27, 48, 58, 44},
                        rows, words.say("notice") + " " + words.say("minutes.signature") + ": ____________________",
                        words);
}

}  // namespace nodtrack::report
