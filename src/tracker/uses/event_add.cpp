#include "../new_row.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    return record_row(call, RowKind::event);
}

}  // namespace

UseCase event_add()
{
    UseCase use = new_row(RowKind::event, row_route("/api/v1/patients/{patient_id}/events", "NewEvent",
                                                    "Records what was decided or found of a nodule", clinic));
    use.name = "event add";
    use.summary = "records what was decided or found of a nodule: pathology, a baseline, no nodule";
    use.description =
        "An event is named by its nodule, its kind and its day. Pathology and a baseline of the board can end an "
        "alarm: at the "
        "service the board and admins record them.";
    use.examples = {{"nodtrack event add SARC-011 N1 --kind pathology_benign --date 2026-11-25 --note 'hamartoma'"}};
    use.listed_after = "therapy add";
    use.run = run;
    return use;
}

}  // namespace nodtrack::uses
