#include "nodtrack/report/letter.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "html_parts.hpp"
#include "markup.hpp"
#include "nodtrack/report/worklist_text.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

using assess::WorklistEntry;
using assess::WorklistGroup;

constexpr std::string_view style = R"(
@page { size: A4 portrait; margin: 20mm; }
* { box-sizing: border-box; }
body { margin: 0; color: #111; background: #fff; font: 11pt/1.45 Arial, Helvetica, "Liberation Sans", sans-serif; }
main { width: 170mm; break-after: page; break-inside: avoid; }
main:last-child { break-after: auto; }
@media screen { body { background: #d8d8d8; }
                main { background: #fff; padding: 20mm; width: 210mm; min-height: 297mm; margin: 6mm auto; } }
h1 { font-size: 13pt; margin: 10mm 0 6mm; }
p { margin: 0 0 4mm; max-width: 160mm; }
.sender, .to { white-space: pre-line; }
.to { min-height: 32mm; margin-top: 12mm; }
.signature { margin-top: 22mm; border-top: 0.3mm solid #555; width: 90mm; padding-top: 1mm; font-size: 9pt; }
)";

std::string_view word(LetterKind kind)
{
    return letter_kind_words[static_cast<std::size_t>(kind)];
}
std::string_view word(LetterTo to)
{
    return letter_to_words[static_cast<std::size_t>(to)];
}

bool stands_in(const WorklistEntry& entry, WorklistGroup group)
{
    return std::ranges::count(entry.groups, group) > 0;
}

/// Whether the patient has to come for it: the others are done by people here.
bool is_examination(policy::Action action)
{
    using policy::Action;
    return action == Action::continue_surveillance || action == Action::short_interval_ct || action == Action::pet_ct;
}

/// What the letter consists of, for text and page alike.
struct Parts {
    std::string to;
    std::string date;
    std::string our_number;
    std::string subject;
    std::string greeting;
    std::vector<std::string> body;
};

Parts parts_of(const Letter& letter, const LetterHead& head, const Sentences& words)
{
    const std::string to(word(head.to));
    const std::string place = fmt::format("letter.{}.{}.", to, word(letter.kind));
    const auto day = [&](const std::optional<Date>& date) { return date ? words.day(*date) : words.say("not_known"); };
    const Fills fills = {{"patient", letter.patient_id},
                         {"exam", words.say(letter.is_pet_ct ? "letter.exam.pet_ct" : "letter.exam.ct")},
                         {"day", day(letter.due_date)},
                         {"days", std::to_string(letter.days_late)},
                         {"heard", day(letter.last_heard)},
                         {"last_scan", day(letter.last_scan)},
                         {"recommendation", recommendation_sentence(letter.action, letter.action_due,
                                                                    letter.safety_net_ct_date, {}, words)}};
    return {words.say("letter.to." + to),          words.say("letter.date", {{"day", words.day(head.written_on)}}),
            words.say("letter.our_number", fills), words.say(place + "subject", fills),
            words.say("letter.greeting." + to),    words.paragraphs(place + "body", fills)};
}

}  // namespace

std::optional<Letter> letter_of(const WorklistEntry& entry, LetterTo to)
{
    if (stands_in(entry, WorklistGroup::urgent)) return std::nullopt;
    Letter letter;
    letter.patient_id = entry.patient_id;
    letter.last_heard = entry.last_heard;
    letter.last_scan = entry.last_scan_date;
    letter.days_late = entry.days_late;
    letter.action = entry.action;
    letter.action_due = entry.due_date;
    letter.safety_net_ct_date = entry.safety_net_ct_date;
    letter.due_date = entry.due_date;
    if (stands_in(entry, WorklistGroup::lost)) {
        letter.kind = LetterKind::lost;
        return letter;
    }
    if (entry.late_safety_net) {
        letter.kind = LetterKind::overdue;
        letter.due_date = entry.late_safety_net;
        return letter;
    }
    const bool is_step = entry.next_step || entry.next_step_missing;
    if (is_step || !entry.due_date || !(entry.is_safety_net || is_examination(entry.action))) return std::nullopt;
    letter.is_pet_ct = entry.action == policy::Action::pet_ct && !entry.is_safety_net;
    const bool is_late = entry.days_late > 0 && stands_in(entry, WorklistGroup::overdue);
    if (!is_late && !stands_in(entry, WorklistGroup::due)) return std::nullopt;
    letter.kind = is_late ? LetterKind::overdue : LetterKind::due;
    // Who is asked to come because something waits for the board would be told a date that the board may change.
    const bool waits = stands_in(entry, WorklistGroup::board) || stands_in(entry, WorklistGroup::unanswered);
    if (waits && to == LetterTo::patient) return std::nullopt;
    return letter;
}

std::string why_no_letter(const WorklistEntry& entry)
{
    if (stands_in(entry, WorklistGroup::urgent)) return "urgent: call, do not write";
    if (entry.next_step || entry.next_step_missing) return "the next step is open: that is done here";
    if (stands_in(entry, WorklistGroup::board) || stands_in(entry, WorklistGroup::unanswered)) {
        return "waits for the tumour board, which may change what is due";
    }
    return fmt::format("{} is nothing that the patient has to come for now", action_word(entry.action));
}

std::string letter_text(const Letter& letter, const LetterHead& head, const Sentences& words)
{
    constexpr std::size_t width = 78;
    const Parts parts = parts_of(letter, head, words);
    std::string text = head.sender.empty() ? "" : head.sender + "\n\n";
    text += parts.to + "\n\n" + parts.date + "\n" + parts.our_number + "\n\n" + parts.subject + "\n\n" +
            parts.greeting + "\n\n";
    for (const std::string& paragraph : parts.body)
        text += wrapped(paragraph, 0, width) + "\n\n";
    return text + words.say("letter.closing") + "\n\n\n" + std::string(40, '_') + "\n" + words.say("letter.signature") +
           "\n";
}

std::string letters_html(std::span<const Letter> letters, const LetterHead& head, const Sentences& words)
{
    std::string html = page_start(words.say("letter.title"), style, words.language());
    for (const Letter& letter : letters) {
        const Parts parts = parts_of(letter, head, words);
        html += "<main>\n" + element("p", head.sender, "class=\"sender\"") + "\n" +
                element("p", parts.to, "class=\"to\"") + "\n" + element("p", parts.date) + "\n" +
                element("p", parts.our_number) + "\n" + element("h1", parts.subject) + "\n" +
                element("p", parts.greeting) + "\n";
        for (const std::string& paragraph : parts.body)
            html += element("p", paragraph) + "\n";
        html += element("p", words.say("letter.closing")) + "\n" +
                element("p", words.say("letter.signature"), "class=\"signature\"") + "\n</main>\n";
    }
    return html + page_end();
}

}  // namespace nodtrack::report
