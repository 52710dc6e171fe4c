#include <algorithm>

#include "../moving.hpp"
#include "../named_row.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    const Values& values = call.values;
    if (!names_a_row(call) && !values.has("row")) {
        return call.failure(ErrorCode::usage,
                            "move: say which row or scan ({scan_id}, {nodule_id}, {therapy}, {event}, {visit_id}, "
                            "{decision}); a whole patient gets another number with `nodtrack patient rename`");
    }
    const auto row = values.has("row") ? row_sent(call) : row_named_by(call);
    if (!row) return tl::unexpected(row.error());
    if (row->kind == RowKind::patient) {
        return call.failure(ErrorCode::usage, "move: a patient's own row is not moved; rename or merge the patient");
    }
    if (values.has("as") && row->kind != RowKind::scan)
        return call.failure(ErrorCode::usage, "{as} is the id of a moved scan there");
    return move_and_tell(call, {.row = *row, .to = values.text("to"), .scan_id = values.text("as")});
}

std::vector<Parameter> parameters()
{
    std::vector<Parameter> all = {required(text("patient_id", "the patient that it was entered for", "PATIENT")),
                                  required(text("to", "the patient that it is of", "TO"))};
    std::ranges::copy(row_parameters(), std::back_inserter(all));
    std::ranges::copy(row_as_sent(), std::back_inserter(all));
    all.push_back(text("as", "the scan's id there, where the patient has one of that id already", {}, "ID"));
    return with_reason_and_confirm(std::move(all));
}

}  // namespace

UseCase move()
{
    return {
        .name = "move",
        .summary = "moves a scan or a row to the patient that it is of",
        .description =
            "Says that a scan (with everything measured and pictured on it) or a row was entered for the wrong "
            "patient, "
            "and enters it at the right one, in one change. Both histories tell it. Links that said which nodule a "
            "moved "
            "row is end; the answer names what each nodule is taken for at the other patient.\n\n"
            "The answer says for both patients what becomes of the recommendation, before and after. Where one becomes "
            "quieter, nothing is stored without {confirm}. `nodtrack retract --undo` takes a move back.",
        .parameters = parameters(),
        .examples = {{"nodtrack move SARC-011 SARC-012 --scan CT-2026-11-10 --reason 'mixed up at the workstation'",
                      "a scan stored for the wrong patient"},
                     {"nodtrack move SARC-011 SARC-012 --scan CT-1 --as CT-1b --reason 'mixed up' --dry-run",
                      "what it would change, under another id"}},
        .failures = {{ErrorCode::bad_input,
                      "the other patient has such a row already, or contradicts it, or an answer becomes quieter and "
                      "that is not confirmed; nothing was stored"},
                     {ErrorCode::not_found, "there is no such patient or row"}},
        .routes = {{.method = Method::post,
                    .path = "/api/v1/moves",
                    .roles = clinic,
                    .scope = tracker::TokenScope::write,
                    .summary = "Moves a scan or a row to the patient that it is of; all but admins what they recorded "
                               "themselves",
                    .request = "Move",
                    .response = "MoveReport"}},
        .schemas = {move_report_schema()},
        .opening = Opening::to_write,
        .listed_after = "retract",
        .run = run};
}

}  // namespace nodtrack::uses
