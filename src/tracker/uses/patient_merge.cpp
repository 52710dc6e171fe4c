#include "../moving.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    return move_and_tell(call,
                         {.row = {RowKind::patient, {call.values.text("patient_id")}}, .to = call.values.text("to")});
}

}  // namespace

UseCase patient_merge()
{
    return {
        .name = "patient merge",
        .summary = "makes two numbers of one patient one",
        .description =
            "Everything recorded under the first number is entered under the second: rows, links, images, kept "
            "recommendations and decisions. A row that both have must say the same, or is filled in; a contradiction "
            "is "
            "refused, all of them listed: correct one of the two first (`nodtrack amend`, `nodtrack retract`).\n\n"
            "Nodules of the same name are taken for one: where they are not, say so with `nodtrack link`. "
            "`nodtrack retract --undo` takes the merge back.",
        .parameters = with_reason_and_confirm({required(text("patient_id", "the number that ends", "OLD")),
                                               required(text("to", "the number that stays", "INTO"))}),
        .examples = {{"nodtrack patient merge SARC-042 SARC-011 --reason 'the same person, born Meier' --dry-run",
                      "what it would come to"},
                     {"nodtrack patient merge SARC-042 SARC-011 --reason 'the same person, born Meier'"}},
        .failures = {{ErrorCode::bad_input,
                      "rows of the two contradict each other, or an answer becomes quieter and that is not confirmed; "
                      "nothing was stored"},
                     {ErrorCode::not_found, "there is no such patient"}},
        .routes = {{.method = Method::post,
                    .path = "/api/v1/patients/{patient_id}/merge",
                    .roles = admin,
                    .scope = tracker::TokenScope::write,
                    .summary = "Makes two numbers of one patient one",
                    .request = "OtherNumber",
                    .response = "MoveReport"}},
        .opening = Opening::to_write,
        .listed_after = "patient rename",
        .run = run};
}

}  // namespace nodtrack::uses
