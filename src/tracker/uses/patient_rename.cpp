#include "../moving.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    return move_and_tell(call, {.row = {RowKind::patient, {call.values.text("patient_id")}},
                                .to = call.values.text("to"),
                                .target = tracker::MoveRequest::Target::is_new});
}

}  // namespace

UseCase patient_rename()
{
    return {
        .name = "patient rename",
        .summary = "gives a patient another number; the old one stays findable",
        .description =
            "Everything recorded of the patient goes on under the new number: rows, links, images, kept "
            "recommendations and decisions. Under the old number the history stays, and what was known on a day "
            "before; "
            "commands that are asked for it name the new one, and a list that still has the old number is told so.\n\n"
            "`nodtrack retract --undo` takes it back.",
        .parameters = with_reason_and_confirm({required(text("patient_id", "the number that he has", "OLD")),
                                               required(text("to", "the number that he gets", "NEW"))}),
        .examples = {{"nodtrack patient rename SARC-011 KH-204511 --reason 'new hospital number'"}},
        .failures = {{ErrorCode::bad_input, "the new number is recorded already; nothing was stored"},
                     {ErrorCode::not_found, "there is no such patient"}},
        .routes = {{.method = Method::post,
                    .path = "/api/v1/patients/{patient_id}/rename",
                    .roles = admin,
                    .scope = tracker::TokenScope::write,
                    .summary = "Gives a patient another number",
                    .request = "NewNumber",
                    .response = "MoveReport"}},
        .opening = Opening::to_write,
        .listed_after = "patient add",
        .run = run};
}

}  // namespace nodtrack::uses
