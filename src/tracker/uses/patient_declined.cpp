#include "../follow_up_use.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    return record_status(call, FollowUpStatus::declined);
}

}  // namespace

UseCase patient_declined()
{
    UseCase use = status_use("/api/v1/patients/{patient_id}/declined",
                             "Records that a patient wants no further follow-up from a day on");
    use.name = "patient declined";
    use.summary = "records that a patient wants no further follow-up from a day on";
    use.description =
        "The patient is on no list from then on; what stood open is told. One who comes back is recorded by patient "
        "returned. A later day than that of the recorded status is news and needs no reason; an earlier one "
        "contradicts it, "
        "and needs {amend}.";
    use.examples = {{"nodtrack patient declined SARC-011 --on 2026-11-02"}};
    use.listed_after = "patient moved";
    use.run = run;
    return use;
}

}  // namespace nodtrack::uses
