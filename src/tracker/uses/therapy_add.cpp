#include "../new_row.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    return record_row(call, RowKind::therapy);
}

}  // namespace

UseCase therapy_add()
{
    UseCase use = new_row(RowKind::therapy, row_route("/api/v1/patients/{patient_id}/therapies", "NewTherapy",
                                                      "Records a therapy, or its end"));
    use.name = "therapy add";
    use.summary = "records a therapy, or its end";
    use.description =
        "A therapy is named by its kind, its first day and the nodule that was treated, where one was. The same again "
        "with "
        "{end_date} ends it.";
    use.examples = {
        {"nodtrack therapy add SARC-011 --kind systemic --start-date 2026-10-01"},
        {"nodtrack therapy add SARC-011 --kind systemic --start-date 2026-10-01 --end-date 2026-11-30", "it has ended"},
        {"nodtrack therapy add SARC-014 --kind sbrt --start-date 2026-12-02 --nodule-id N3"}};
    use.listed_after = "visit add";
    use.run = run;
    return use;
}

}  // namespace nodtrack::uses
