#include "../new_row.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    return record_row(call, RowKind::patient);
}

}  // namespace

UseCase patient_add()
{
    UseCase use = new_row(RowKind::patient, row_route("/api/v1/patients", "NewPatient", "Records a patient"));
    use.name = "patient add";
    use.summary = "records a patient";
    use.description =
        "What is known of a new patient; what is not known is left out and can be added later by the same command. "
        "What "
        "was recorded wrongly is corrected with {amend}, or with amend: death, a move or the end of follow-up, for "
        "example, by "
        "follow_up_status.";
    use.examples = {
        {"nodtrack patient add SARC-052 --birth-date 1984-05-02 --histology synovial_sarcoma --tissue soft_tissue "
         "--grade high"},
        {"nodtrack patient add SARC-052 --curative-treatment completed --curative-treatment-completed-on "
         "2026-09-30",
         "adds what was not known"},
        {"nodtrack patient add SARC-052 --follow-up-status deceased --amend 'told by the family'",
         "when it stood otherwise before"}};
    use.listed_after = "ingest";
    use.run = run;
    return use;
}

}  // namespace nodtrack::uses
