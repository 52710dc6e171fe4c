#include "../follow_up_use.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    return record_status(call, FollowUpStatus::moved);
}

}  // namespace

UseCase patient_moved()
{
    UseCase use =
        status_use("/api/v1/patients/{patient_id}/moved", "Records that a patient is followed elsewhere from a day on");
    use.name = "patient moved";
    use.summary = "records that a patient is followed elsewhere from a day on";
    use.description =
        "The patient is on no list from then on; what stood open is told. One who comes back is recorded by patient "
        "returned. A later day than that of the recorded status is news and needs no reason; an earlier one "
        "contradicts it, "
        "and needs {amend}.";
    use.examples = {{"nodtrack patient moved SARC-011 --on 2026-11-02"}};
    use.listed_after = "patient died";
    use.run = run;
    return use;
}

}  // namespace nodtrack::uses
