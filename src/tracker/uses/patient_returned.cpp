#include "../follow_up_use.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    return record_status(call, FollowUpStatus::active);
}

}  // namespace

UseCase patient_returned()
{
    UseCase use = status_use("/api/v1/patients/{patient_id}/returned",
                             "Records that a patient is followed here again from a day on");
    use.name = "patient returned";
    use.summary = "records that a patient is followed here again from a day on";
    use.description =
        "What is due is judged anew and stands on the worklist. A later day than that of the recorded status is news "
        "and needs no reason; an earlier one contradicts it, "
        "and needs {amend}.";
    use.examples = {{"nodtrack patient returned SARC-011 --on 2026-11-02"}};
    use.listed_after = "patient declined";
    use.run = run;
    return use;
}

}  // namespace nodtrack::uses
