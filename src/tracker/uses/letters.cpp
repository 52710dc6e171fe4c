#include <fmt/format.h>

#include <algorithm>

#include "../days_given.hpp"
#include "../in_language.hpp"
#include "nodtrack/report/letter.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

using report::Letter;
using report::LetterHead;
using report::LetterKind;

struct WrittenLetter {
    std::string patient_id;
    std::string kind;
    std::string text;
};

/// Somebody who gets no letter, and why.
struct Unwritten {
    std::string patient_id;
    std::string why;
};

struct Letters {
    std::vector<Letter> written;
    std::vector<Unwritten> left_out;
};

Shape<WrittenLetter> letter_shape()
{
    return {member<&WrittenLetter::patient_id>("patient_id"), member<&WrittenLetter::kind>("kind"),
            member<&WrittenLetter::text>("text")};
}
Shape<Unwritten> unwritten_shape()
{
    return {member<&Unwritten::patient_id>("patient_id"), member<&Unwritten::why>("why")};
}

std::string word_of(LetterKind kind)
{
    return std::string(report::letter_kind_words[static_cast<std::size_t>(kind)]);
}

LetterHead head_of(const Call& call)
{
    return {.sender = call.values.text("sender"),
            .written_on = call.values.date("as_of").value_or(call.today),
            .to = call.values.text("to") == "clinic" ? report::LetterTo::clinic : report::LetterTo::patient};
}

/// Named patients that are on no list: nothing is due for them. Fails with `not_found` where one is not recorded.
Result<void> add_unlisted(Call& call, const std::vector<std::string>& ids, const tracker::Worklist& list,
                          Letters& letters)
{
    const auto patients = call.patients();
    if (!patients) return tl::unexpected(patients.error());
    PatientRecord record;
    for (const std::string& id : ids) {
        const bool listed =
            std::ranges::any_of(list.entries, [&](const auto& entry) { return entry->patient_id == id; });
        if (listed) continue;
        const auto found = (*patients)->find(id, record);
        if (!found) return tl::unexpected(found.error());
        if (!*found) return failure(ErrorCode::not_found, fmt::format("patient '{}' is not in this registry", id));
        letters.left_out.push_back({id, "nothing is open within the days asked for"});
    }
    return {};
}

Result<Letters> letters_of(Call& call, const LetterHead& head)
{
    tracker::WorklistRequest request;
    request.as_of = head.written_on;
    const auto within = days_given(call, "within", request.terms.within_days);
    if (!within) return tl::unexpected(within.error());
    request.terms.within_days = *within;
    const auto list = call.worklist(request);
    if (!list) return tl::unexpected(list.error());
    const std::vector<std::string>& ids = call.values.all("patients");
    const std::vector<std::string>& kinds = call.values.all("kind");
    Letters letters;
    for (const auto& entry : (*list)->entries) {
        if (!ids.empty() && std::ranges::count(ids, entry->patient_id) == 0) continue;
        const auto letter = report::letter_of(*entry, head.to);
        if (!letter) {
            letters.left_out.push_back({entry->patient_id, report::why_no_letter(*entry)});
        } else if (kinds.empty() || std::ranges::count(kinds, word_of(letter->kind)) > 0) {
            letters.written.push_back(*letter);
        }
    }
    if (const auto added = add_unlisted(call, ids, **list, letters); !added) return tl::unexpected(added.error());
    std::ranges::stable_sort(letters.written, {}, &Letter::patient_id);
    for (const Letter& letter : letters.written)
        call.shows(letter.patient_id);
    return letters;
}

void put_json(Call& call, const Letters& letters, const LetterHead& head, const report::Sentences& words)
{
    std::vector<WrittenLetter> written;
    for (const Letter& letter : letters.written)
        written.push_back({letter.patient_id, word_of(letter.kind), report::letter_text(letter, head, words)});
    call.put(fmt::format("{{\"letters\":{},\"without\":{}}}\n", json_of(letter_shape(), written),
                         json_of(unwritten_shape(), letters.left_out)));
}

Result<void> run(Call& call)
{
    const report::Sentences& words = sentences_of(call);
    const LetterHead head = head_of(call);
    const auto letters = letters_of(call, head);
    if (!letters) return tl::unexpected(letters.error());
    for (const Unwritten& one : letters->left_out)
        call.note(fmt::format("{}: no letter: {}", one.patient_id, one.why));
    if (const auto file = call.values.find("html"))
        return call.put_file(*file, report::letters_html(letters->written, head, words));
    if (call.format == Format::json) {
        put_json(call, *letters, head, words);
        return {};
    }
    constexpr std::size_t width = 78;
    for (std::size_t i = 0; i < letters->written.size(); ++i)
        call.put((i == 0 ? "" : "\n" + std::string(width, '=') + "\n\n") +
                 report::letter_text(letters->written[i], head, words));
    if (letters->written.empty()) call.note("no letter is to be written as of " + head.written_on.iso());
    return {};
}

}  // namespace

UseCase letters()
{
    Route page{.path = "/api/v1/letters.html",
               .summary = "Letters for printing, as `nodtrack letters --html`",
               .media = html_media,
               .sets = {{"html", "-"}}};
    return {
        .name = "letters",
        .summary = "writes letters to patients or their physicians: examination due, overdue, lost to follow-up",
        .description =
            "Writes a letter for each patient of the worklist who has to come for an examination that is due or "
            "overdue, or of whom nothing was heard for long. A letter to the patient is plain: it names the "
            "examination and the day, and no diagnosis, finding or recommendation; one to the treating physician "
            "({to} clinic) says what is recommended.\n\n"
            "A clinician reads and releases each letter: it is printed with a line for the signature, and nodtrack "
            "sends nothing. Names and addresses are not in the registry; they are written on the print, or by the "
            "hospital's own system from the text. Mind what {sender} says: the name of a department can tell a "
            "diagnosis.\n\n"
            "Nobody is written to where people here have to act: an urgent patient is called, what waits for the "
            "tumour board or a next step is not the patient's to do. Who is left out so is named beside the answer.",
        .parameters = {repeated(text("patients", "the patients; else all of the worklist", "PATIENT")),
                       repeated(word("kind", "such letters alone; may be given again",
                                     texts_of(report::letter_kind_words), {}, "KIND")),
                       word("to", "to whom; else patient", texts_of(report::letter_to_words), {}, "WHOM"),
                       the_language(),
                       text("sender", "what stands on top: the department and its telephone", {}, "TEXT"),
                       date("as_of", "the day of the letter, and of the worklist; else today"),
                       of_type(Type::count,
                               text("within", "how far ahead a due date is written about; else 30", {}, "DAYS")),
                       typed(text("html", "a page for printing, one A4 sheet a letter; - is stdout", {}, "FILE")),
                       json_switch("one JSON object: letters [{patient_id, kind, text}], without [{patient_id, why}]")},
        .examples = {{"nodtrack letters --language de --sender 'Ambulanz 3, Tel. 0123 4567' --html letters.html",
                      "all that are to be written, in German"},
                     {"nodtrack letters SARC-011 --to clinic"}},
        .failures = {{ErrorCode::bad_input, "a file cannot be written"},
                     {ErrorCode::not_found, "there is no such patient"}},
        .routes = {page,
                   {.path = "/api/v1/letters",
                    .summary = "The same as text, and who is written no letter and why",
                    .response = "Letters"}},
        .schemas = {{"Letters", object_schema({{"letters", array_schema(schema_of(letter_shape()))},
                                               {"without", array_schema(schema_of(unwritten_shape()))}})}},
        .listed_after = "worklist",
        .run = run};
}

}  // namespace nodtrack::uses
