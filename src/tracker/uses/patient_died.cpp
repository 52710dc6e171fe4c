#include "../follow_up_use.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    return record_status(call, FollowUpStatus::deceased);
}

}  // namespace

UseCase patient_died()
{
    UseCase use = status_use("/api/v1/patients/{patient_id}/died", "Records that a patient died");
    use.name = "patient died";
    use.summary = "records that a patient died";
    use.description =
        "The patient is on no list from then on. A judgement of an earlier day still sees him followed. A later day "
        "than that of the recorded status is news and needs no reason; an earlier one contradicts it, "
        "and needs {amend}.";
    use.examples = {{"nodtrack patient died SARC-011 --on 2026-11-02"}};
    use.listed_after = "patient add";
    use.run = run;
    return use;
}

}  // namespace nodtrack::uses
